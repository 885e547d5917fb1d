#include "tools/plan/backtest_say.h"

#include "tools/plan/plan_say.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- causes ---- */

static bool has(const struct evaluation *v, struct str rule)
{
    for (uint32_t i = 0; i < v->fired_count; i++) {
        if (str_eq(v->fired[i], rule)) {
            return true;
        }
    }
    return false;
}

/* The first three rules that fire in `a` and not in `b`. */
static void only_in(const struct evaluation *a, const struct evaluation *b, struct str out[3])
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < a->fired_count && count < 3; i++) {
        if (!has(b, a->fired[i])) {
            out[count++] = a->fired[i];
        }
    }
}

static bool same_three(const struct str a[3], const struct str b[3])
{
    return str_eq(a[0], b[0]) && str_eq(a[1], b[1]) && str_eq(a[2], b[2]);
}

void backtest_cause_see(void *arg, const struct backtest_change *c)
{
    struct backtest_causes *causes = arg;
    struct backtest_cause cause = { .tier = { c->tier[0], c->tier[1] }, .count = 1, .example = *c };

    causes->tiers += c->tier_differs ? 1 : 0;
    causes->forces += c->force_differs ? 1 : 0;
    only_in(&c->said[0], &c->said[1], cause.gone);
    only_in(&c->said[1], &c->said[0], cause.come);
    for (uint32_t i = 0; i < causes->count; i++) {
        struct backtest_cause *at = &causes->at[i];

        if (same_three(at->gone, cause.gone) && same_three(at->come, cause.come) &&
            at->tier[0] == cause.tier[0] && at->tier[1] == cause.tier[1]) {
            at->count++;
            return;
        }
    }
    if (causes->count == CAUSES_MAX) {
        causes->dropped++;
        return;
    }
    causes->at[causes->count++] = cause;
}

static int by_count(const void *a, const void *b)
{
    const struct backtest_cause *x = a;
    const struct backtest_cause *y = b;

    return x->count != y->count ? (x->count < y->count ? 1 : -1)
                                : (x->example.call < y->example.call ? -1 : 1);
}

/* ---- in words ---- */

static void put_tier(struct buf *b, uint8_t tier, const struct plan_tongue *in)
{
    char word[32];
    struct say s;

    say_begin(&s, word, sizeof(word));
    tell_tier(&s, tier, in);
    buf_text(b, word);
}

static void put_type(struct buf *b, struct str code, const struct plan_tongue *in)
{
    for (uint32_t i = 0; i < in->type_count; i++) {
        if (str_eq(in->types[i].code, code)) {
            buf_fmt(b, STR_FMT " ",
                    STR_ARG(in->language == PLAN_ZH ? in->types[i].name_zh : in->types[i].name_en));
        }
    }
    buf_fmt(b, STR_FMT, STR_ARG(code));
}

static void put_police(struct buf *b, uint32_t type, const struct plan_tongue *in)
{
    char word[64];
    struct say s;

    say_begin(&s, word, sizeof(word));
    tell_police_type(&s, (uint8_t)type, in);
    buf_text(b, word);
}

static void put_head(struct buf *b, const struct backtest_told *t)
{
    const struct plan *p = t->sides[0].plan;
    const struct plan *q = t->sides[1].plan;

    buf_fmt(b, "%s " STR_FMT " %" PRIu32, plan_say_pick(t->in, "预案", "plan"), STR_ARG(p->id),
            p->version);
    if (q != NULL) {
        buf_fmt(b, " ⇒ " STR_FMT " %" PRIu32, STR_ARG(q->id), q->version);
    }
    buf_fmt(b, " · %" PRIu32 " %s · %" PRIu32 " %s\n", t->b->town->count,
            plan_say_pick(t->in, "起来电", "calls"), t->b->incidents,
            plan_say_pick(t->in, "起警情", "incidents"));
}

static void put_tiers(struct buf *b, const struct backtest_told *t)
{
    for (uint8_t tier = 1; tier < BACKTEST_TIERS; tier++) {
        buf_text(b, "  ");
        put_tier(b, tier, t->in);
        buf_fmt(b, "  %" PRIu64, t->sides[0].tiers[tier]);
        if (t->sides[1].plan != NULL) {
            buf_fmt(b, " ⇒ %" PRIu64, t->sides[1].tiers[tier]);
        }
        buf_char(b, '\n');
    }
}

static uint64_t fleet_of(const struct town *town, uint32_t type)
{
    const struct city_unit *units = town->city.units.at;
    uint64_t count = 0;

    for (uint32_t i = 0; i < town->city.units.count; i++) {
        count += units[i].police_type == type ? 1 : 0;
    }
    return count;
}

struct peak {
    uint32_t hour;
    uint64_t busy_tenths; /* units at work on average in that hour of the day */
};

static struct peak peak_of(const struct backtest_told *t, const struct backtest_side *s,
                           uint32_t type)
{
    int64_t days = (t->b->town->span_us + 24 * US_PER_HOUR - 1) / (24 * US_PER_HOUR);
    struct peak p = { 0, 0 };

    for (uint32_t hour = 0; hour < BACKTEST_HOURS; hour++) {
        uint64_t tenths =
            s->work_ms[hour][type] * 10 / ((uint64_t)(US_PER_HOUR / US_PER_MS) * (uint64_t)days);

        if (tenths > p.busy_tenths) {
            p = (struct peak){ hour, tenths };
        }
    }
    return p;
}

static void put_demand_of(struct buf *b, const struct backtest_told *t,
                          const struct backtest_side *s, uint32_t type)
{
    struct peak p = peak_of(t, s, type);

    buf_fmt(b, "%" PRIu64 " (%s %02" PRIu32 ":00, %" PRIu64 ".%" PRIu64 ")", s->units[type],
            plan_say_pick(t->in, "最忙", "busiest"), p.hour, p.busy_tenths / 10,
            p.busy_tenths % 10);
}

static void put_demand(struct buf *b, const struct backtest_told *t)
{
    buf_fmt(b, "%s\n",
            plan_say_pick(t->in, "力量需求: 车次 (最忙时段, 该时段平均在场单位数), 编制",
                          "demand: orders (busiest hour, units on scene on average then), fleet"));
    for (uint32_t type = 0; type < POLICE_TYPE_COUNT; type++) {
        bool asked = t->sides[0].units[type] + t->sides[1].units[type] > 0;

        if (!asked) {
            continue;
        }
        buf_text(b, "  ");
        put_police(b, type, t->in);
        buf_text(b, "  ");
        put_demand_of(b, t, &t->sides[0], type);
        if (t->sides[1].plan != NULL) {
            buf_text(b, " ⇒ ");
            put_demand_of(b, t, &t->sides[1], type);
        }
        if (type != POLICE_TYPE_NONE) {
            const struct backtest_side *last = &t->sides[t->sides[1].plan != NULL ? 1 : 0];
            uint64_t fleet = fleet_of(t->b->town, type);

            buf_fmt(b, "  / %" PRIu64 "%s", fleet,
                    peak_of(t, last, type).busy_tenths > fleet * 10
                        ? plan_say_pick(t->in, "  不足", "  too few")
                        : "");
        }
        buf_char(b, '\n');
    }
}

static void put_rules(struct buf *b, const struct str rules[3], const char *mark)
{
    for (uint32_t i = 0; i < 3 && rules[i].len > 0; i++) {
        buf_fmt(b, " %s" STR_FMT, mark, STR_ARG(rules[i]));
    }
}

static void put_force(struct buf *b, const struct evaluation *v, const struct plan_tongue *in)
{
    for (uint32_t i = 0; i < v->slot_count; i++) {
        buf_text(b, i > 0 ? "+" : "");
        put_police(b, v->slots[i].police_type, in);
        if (v->slots[i].capability.len > 0) {
            buf_fmt(b, "(" STR_FMT ")", STR_ARG(v->slots[i].capability));
        }
    }
}

static void put_causes(struct buf *b, const struct backtest_told *t)
{
    struct backtest_causes *c = t->causes;

    buf_fmt(b, "%s: %" PRIu64 " %s, %" PRIu64 " %s\n", plan_say_pick(t->in, "变化", "changes"),
            c->tiers, plan_say_pick(t->in, "起改变响应等级", "incidents of another tier"),
            c->forces, plan_say_pick(t->in, "起改变力量", "with another force"));
    for (uint32_t i = 0; i < c->count && i < t->changes; i++) {
        const struct backtest_cause *at = &c->at[i];
        const struct town_call *call = &t->b->town->calls[at->example.call];

        buf_fmt(b, "  %" PRIu64 "×  ", at->count);
        put_tier(b, at->tier[0], t->in);
        buf_text(b, " ⇒ ");
        put_tier(b, at->tier[1], t->in);
        put_rules(b, at->gone, "-");
        put_rules(b, at->come, "+");
        buf_fmt(b, "\n      %s ", plan_say_pick(t->in, "例:", "as:"));
        put_type(b, call->report.type, t->in);
        buf_fmt(b, " " STR_FMT "  ", STR_ARG(call->report.external_id));
        put_force(b, &at->example.said[0], t->in);
        buf_text(b, "  ⇒  ");
        put_force(b, &at->example.said[1], t->in);
        buf_char(b, '\n');
    }
    if (c->count > t->changes) {
        buf_fmt(b, "  … %" PRIu32 " %s\n", c->count - t->changes,
                plan_say_pick(t->in, "种其他原因 (--changes)", "further causes (--changes)"));
    }
}

/* What no call asked for, and what no rule thinks of. */
static void put_gaps(struct buf *b, const struct backtest_told *t)
{
    const struct backtest_side *s = &t->sides[t->sides[1].plan != NULL ? 1 : 0];
    const struct plan_rule *rules = s->plan->rules.at;
    uint32_t types[64];

    buf_fmt(b, "%s", plan_say_pick(t->in, "从未触发的规则:", "rules that never fired:"));
    for (uint32_t i = 0; i < s->plan->rules.count; i++) {
        if (s->rules[i].fired == 0) {
            buf_fmt(b, " " STR_FMT, STR_ARG(rules[i].id));
        }
    }
    buf_fmt(
        b, "\n%s",
        plan_say_pick(t->in, "触发而从未起作用的规则:", "rules that fired and never mattered:"));
    for (uint32_t i = 0; i < s->plan->rules.count; i++) {
        if (s->rules[i].fired > 0 && s->rules[i].tiers == 0 && s->rules[i].slots == 0) {
            buf_fmt(b, " " STR_FMT "(%" PRIu64 ")", STR_ARG(rules[i].id), s->rules[i].fired);
        }
    }
    uint32_t count = backtest_unnamed(t->b->town, s->plan, types, 64);

    buf_fmt(b, "\n%s (%" PRIu32 "):",
            plan_say_pick(t->in, "没有规则点名的警情类别", "types that no rule names"), count);
    for (uint32_t i = 0; i < count && i < 64; i++) {
        const struct city_type *type =
            (const struct city_type *)t->b->town->city.types.at + types[i];

        buf_char(b, ' ');
        put_type(b, type->code, t->in);
    }
    buf_char(b, '\n');
}

void backtest_say(struct buf *b, const struct backtest_told *t)
{
    put_head(b, t);
    put_tiers(b, t);
    put_demand(b, t);
    if (t->sides[1].plan != NULL) {
        qsort(t->causes->at, t->causes->count, sizeof(t->causes->at[0]), by_count);
        put_causes(b, t);
    }
    put_gaps(b, t);
}

/* ---- as JSON ---- */

static void put_side_json(struct buf *b, const struct backtest_told *t,
                          const struct backtest_side *s)
{
    const struct plan_rule *rules = s->plan->rules.at;

    buf_text(b, "{\"plan\":");
    buf_json_str(b, s->plan->id);
    buf_fmt(b,
            ",\"version\":%" PRIu32 ",\"tiers\":[%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
            "],\"orders\":%" PRIu64 ",\"cut\":%" PRIu64 ",\"police_types\":{",
            s->plan->version, s->tiers[1], s->tiers[2], s->tiers[3], s->tiers[4], s->slots,
            s->truncated);
    for (uint32_t type = 0, n = 0; type < POLICE_TYPE_COUNT; type++) {
        struct peak p = peak_of(t, s, type);

        if (s->units[type] == 0) {
            continue;
        }
        buf_fmt(b,
                "%s\"%s\":{\"orders\":%" PRIu64 ",\"busiest_hour\":%" PRIu32
                ",\"busy_units\":%" PRIu64 ".%" PRIu64 ",\"fleet\":%" PRIu64 ",\"by_hour\":[",
                n++ > 0 ? "," : "", word_of(&police_type_words, type), s->units[type], p.hour,
                p.busy_tenths / 10, p.busy_tenths % 10, fleet_of(t->b->town, type));
        for (uint32_t hour = 0; hour < BACKTEST_HOURS; hour++) {
            buf_fmt(b, "%s%" PRIu64, hour > 0 ? "," : "", s->by_hour[hour][type]);
        }
        buf_text(b, "]}");
    }
    buf_text(b, "},\"rules\":[");
    for (uint32_t i = 0; i < s->plan->rules.count; i++) {
        buf_fmt(b, "%s{\"rule\":", i > 0 ? "," : "");
        buf_json_str(b, rules[i].id);
        buf_fmt(b,
                ",\"fired\":%" PRIu64 ",\"open\":%" PRIu64 ",\"tiers\":%" PRIu64
                ",\"slots\":%" PRIu64 "}",
                s->rules[i].fired, s->rules[i].open, s->rules[i].tiers, s->rules[i].slots);
    }
    buf_text(b, "]}");
}

static void put_ids_json(struct buf *b, const char *name, const struct str rules[3])
{
    buf_fmt(b, ",\"%s\":[", name);
    for (uint32_t i = 0; i < 3 && rules[i].len > 0; i++) {
        buf_text(b, i > 0 ? "," : "");
        buf_json_str(b, rules[i]);
    }
    buf_char(b, ']');
}

static void put_causes_json(struct buf *b, const struct backtest_told *t)
{
    const struct backtest_causes *c = t->causes;

    buf_fmt(b, ",\"tier_changes\":%" PRIu64 ",\"force_changes\":%" PRIu64 ",\"matrix\":[", c->tiers,
            c->forces);
    for (uint32_t a = 1; a < BACKTEST_TIERS; a++) {
        buf_fmt(b, "%s[%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "]", a > 1 ? "," : "",
                t->matrix[a][1], t->matrix[a][2], t->matrix[a][3], t->matrix[a][4]);
    }
    buf_text(b, "],\"causes\":[");
    for (uint32_t i = 0; i < c->count; i++) {
        const struct town_call *call = &t->b->town->calls[c->at[i].example.call];

        buf_fmt(b, "%s{\"count\":%" PRIu64 ",\"before\":%u,\"after\":%u", i > 0 ? "," : "",
                c->at[i].count, c->at[i].tier[0], c->at[i].tier[1]);
        put_ids_json(b, "gone", c->at[i].gone);
        put_ids_json(b, "come", c->at[i].come);
        buf_text(b, ",\"example\":");
        buf_json_str(b, call->report.external_id);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

void backtest_say_json(struct buf *b, const struct backtest_told *t)
{
    uint32_t types[1];
    const struct backtest_side *last = &t->sides[t->sides[1].plan != NULL ? 1 : 0];

    uint64_t asked = (uint64_t)t->b->incidents * (t->sides[1].plan != NULL ? 2 : 1);

    buf_fmt(b,
            "{\"calls\":%" PRIu32 ",\"incidents\":%" PRIu32 ",\"asked_per_s\":%" PRIu64
            ",\"before\":",
            t->b->town->count, t->b->incidents,
            asked * 1000000 / (uint64_t)(t->took_us > 0 ? t->took_us : 1));
    put_side_json(b, t, &t->sides[0]);
    if (t->sides[1].plan != NULL) {
        buf_text(b, ",\"after\":");
        put_side_json(b, t, &t->sides[1]);
        qsort(t->causes->at, t->causes->count, sizeof(t->causes->at[0]), by_count);
        put_causes_json(b, t);
    }
    buf_fmt(b, ",\"unnamed_types\":%" PRIu32 "}",
            backtest_unnamed(t->b->town, last->plan, types, 0));
}
