#include "tools/plan/plan_say.h"

#include "dispatch/plan/evaluate.h"
#include "dispatch/plan/explain.h"

#include <inttypes.h>

#define LINE_SIZE 4096

static struct str name_of(struct str zh, struct str en, const struct plan_tongue *in)
{
    struct str first = in->language == PLAN_ZH ? zh : en;

    return first.len > 0 ? first : in->language == PLAN_ZH ? en : zh;
}

/* ---- a plan in words ---- */

static void put_rule(struct buf *b, uint32_t number, const struct plan_rule *r,
                     const struct plan_tongue *in)
{
    char line[LINE_SIZE];
    struct say s;

    say_begin(&s, line, sizeof(line));
    tell_rule(&s, r, in);
    buf_fmt(b, "%3" PRIu32 " " STR_FMT "  " STR_FMT "\n    %s%s\n", number, STR_ARG(r->id),
            STR_ARG(name_of(r->name_zh, r->name_en, in)), line, s.cut ? " …" : "");
    if (r->source.len > 0) {
        buf_fmt(b, "    %s " STR_FMT "\n", plan_say_pick(in, "依据:", "source:"),
                STR_ARG(r->source));
    }
}

static void put_limit(struct buf *b, const char *word, uint32_t ms, const struct plan_tongue *in)
{
    if (ms == 0) {
        return;
    }
    if (ms % 60000 == 0) {
        buf_fmt(b, "  %s %" PRIu32 " %s", word, ms / 60000, plan_say_pick(in, "分钟", "min"));
    } else if (ms % 1000 == 0) {
        buf_fmt(b, "  %s %" PRIu32 " %s", word, ms / 1000, plan_say_pick(in, "秒", "s"));
    } else {
        buf_fmt(b, "  %s %" PRIu32 " %s", word, ms, plan_say_pick(in, "毫秒", "ms"));
    }
}

static void put_strs(struct buf *b, const struct list *list)
{
    const struct str *at = list->at;

    for (uint32_t i = 0; i < list->count; i++) {
        buf_fmt(b, " " STR_FMT, STR_ARG(at[i]));
    }
}

void plan_say_clocks_of(struct buf *b, const struct plan_clocks *k, const struct plan_tongue *in)
{
    char word[64];
    struct say s;

    say_begin(&s, word, sizeof(word));
    if (k->tier != 0) {
        tell_tier(&s, k->tier, in);
    }
    buf_text(b, k->tier != 0 ? word : plan_say_pick(in, "各级", "every tier"));
    put_strs(b, &k->types);
    put_strs(b, &k->zones);
}

static void put_clocks(struct buf *b, const struct plan_clocks *k, const struct plan_tongue *in)
{
    buf_text(b, "  ");
    plan_say_clocks_of(b, k, in);
    buf_text(b, ":");
    put_limit(b, plan_say_pick(in, "接听", "answer"), k->answer_ms, in);
    put_limit(b, plan_say_pick(in, "定类", "classify"), k->classify_ms, in);
    put_limit(b, plan_say_pick(in, "报告处理", "settle a report"), k->report_ms, in);
    put_limit(b, plan_say_pick(in, "派警", "dispatch"), k->dispatch_ms, in);
    put_limit(b, plan_say_pick(in, "签收", "sign"), k->sign_ms, in);
    put_limit(b, plan_say_pick(in, "到场", "arrive"), k->arrive_ms, in);
    put_limit(b, plan_say_pick(in, "现场首报", "first word"), k->first_ms, in);
    put_limit(b, plan_say_pick(in, "安全点名", "safety check"), k->safety_ms, in);
    put_limit(b, plan_say_pick(in, "变更确认", "sign a change"), k->change_ms, in);
    put_limit(b, plan_say_pick(in, "派出所指派", "name a unit"), k->name_ms, in);
    put_limit(b, plan_say_pick(in, "暂缓复核", "review a hold"), k->hold_ms, in);
    put_limit(b, plan_say_pick(in, "反馈", "feedback"), k->feedback_ms, in);
    put_limit(b, plan_say_pick(in, "结案", "close"), k->close_ms, in);
    buf_char(b, '\n');
}

static void put_automation(struct buf *b, const struct plan_automation *entry,
                           const struct plan_tongue *in)
{
    bool more = false;

    buf_text(b, "   ");
    put_strs(b, &entry->types);
    put_strs(b, &entry->zones);
    for (uint32_t k = 0; k < CHANNEL_COUNT; k++) {
        if ((entry->channels >> k & 1) != 0) {
            buf_fmt(b, "%s%s", more ? "," : "  ", word_of(&channel_words, k));
            more = true;
        }
    }
    if (entry->types.count + entry->zones.count == 0 && entry->channels == 0) {
        buf_fmt(b, " %s", plan_say_pick(in, "全部", "everything"));
    }
    buf_char(b, '\n');
}

/* What holds for every incident, and where a machine may dispatch. */
static void put_general(struct buf *b, const struct plan *p, const struct plan_tongue *in)
{
    const struct plan_automation *entries = p->automation.at;

    buf_text(b, plan_say_pick(in, "总则:", "in general:"));
    put_limit(b, plan_say_pick(in, "定类", "classify"), p->classify_ms, in);
    put_limit(b, plan_say_pick(in, "报告处理", "settle a report"), p->report_ms, in);
    put_limit(b, plan_say_pick(in, "回拨间隔", "between call-backs"), p->callback_ms, in);
    put_limit(b, plan_say_pick(in, "定位", "locate"), p->locate_ms, in);
    put_limit(b, plan_say_pick(in, "接听目标", "answer, target"), p->answer_ms, in);
    put_limit(b, plan_say_pick(in, "处理目标", "to the first order, target"), p->process_ms, in);
    put_limit(b, plan_say_pick(in, "补位签收", "sign a move up"), p->move_sign_ms, in);
    buf_fmt(b, "  %s %u  %s %u", plan_say_pick(in, "每岗最多派单", "orders offered per slot"),
            p->offers_max, plan_say_pick(in, "回拨次数", "tries to call back"), p->callback_tries);
    if (p->panic.type.len > 0) {
        buf_fmt(b, "  %s " STR_FMT " %" PRIu32 " m",
                plan_say_pick(in, "民警求援", "officer in need"), STR_ARG(p->panic.type),
                p->panic.radius_m);
    }
    buf_fmt(b, "\n%s", plan_say_pick(in, "尚未定类的类别:", "types that stand for not known yet:"));
    put_strs(b, &p->default_types);
    buf_fmt(b, "\n%s%s\n", plan_say_pick(in, "自动派警:", "automatic dispatch:"),
            p->automation.count == 0 ? plan_say_pick(in, " 关闭", " off") : "");
    for (uint32_t i = 0; i < p->automation.count; i++) {
        put_automation(b, &entries[i], in);
    }
}

void plan_say(struct buf *b, const struct plan *p, const struct plan_tongue *in)
{
    const struct plan_rule *rules = p->rules.at;
    const struct plan_clocks *clocks = p->clocks.at;

    buf_fmt(b, STR_FMT " · " STR_FMT " %" PRIu32 " · %" PRIu32 " %s\n",
            STR_ARG(name_of(p->name_zh, p->name_en, in)), STR_ARG(p->id), p->version,
            p->rules.count, plan_say_pick(in, "条规则", "rules"));
    for (uint32_t i = 0; i < p->rules.count; i++) {
        put_rule(b, i + 1, &rules[i], in);
    }
    buf_fmt(b, "%s\n", plan_say_pick(in, "时限", "limits"));
    for (uint32_t i = 0; i < p->clocks.count; i++) {
        put_clocks(b, &clocks[i], in);
    }
    put_general(b, p, in);
}

/* ---- one imagined incident ---- */

static void put_verdicts(struct buf *b, const struct plan *p, const struct rule_trace *rows,
                         uint32_t count, enum verdict verdict, const struct plan_tongue *in)
{
    char line[EXPLAIN_LINE_SIZE];

    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].verdict == verdict) {
            (void)plan_explain_line(p, &rows[i], in, line, sizeof(line));
            buf_fmt(b, "  %s\n", line);
        }
    }
}

static void put_slots(struct buf *b, const struct evaluation *v, const struct plan_tongue *in)
{
    for (uint32_t i = 0; i < v->slot_count; i++) {
        struct plan_need need = { .police_type = v->slots[i].police_type,
                                  .capability = v->slots[i].capability,
                                  .count = 1 };
        struct list one = { .at = &need, .count = 1 };
        char line[200];
        struct say s;

        say_begin(&s, line, sizeof(line));
        tell_needs(&s, &one, in);
        buf_fmt(b, "  %2u  %s  %s " STR_FMT "\n", v->slots[i].slot, line,
                plan_say_pick(in, "规则", "rule"), STR_ARG(v->slots[i].rule));
    }
}

void plan_say_try(struct buf *b, const struct plan *p, const struct situation *s, bool all,
                  const struct plan_tongue *in)
{
    struct rule_trace rows[PLAN_RULES_MAX];
    uint32_t count = p->rules.count;
    struct evaluation v;
    char tier[64];
    struct say said;

    plan_judge(p, s, &v, rows);
    say_begin(&said, tier, sizeof(tier));
    tell_tier(&said, v.tier, in);
    buf_fmt(b, "%s\n", tier);
    put_slots(b, &v, in);
    put_verdicts(b, p, rows, count, VERDICT_YES, in);
    put_verdicts(b, p, rows, count, VERDICT_UNKNOWN, in);
    if (all) {
        put_verdicts(b, p, rows, count, VERDICT_NO, in);
    }
}

static void put_slot_json(struct buf *b, const struct slot_need *n)
{
    buf_fmt(b, "{\"slot\":%u", n->slot);
    if (n->police_type != POLICE_TYPE_NONE) {
        buf_fmt(b, ",\"police_type\":\"%s\"", word_of(&police_type_words, n->police_type));
    }
    if (n->capability.len > 0) {
        buf_text(b, ",\"capability\":");
        buf_json_str(b, n->capability);
    }
    buf_text(b, ",\"rule\":");
    buf_json_str(b, n->rule);
    buf_char(b, '}');
}

void plan_say_try_json(struct buf *b, const struct plan *p, const struct situation *s,
                       const struct plan_tongue *in)
{
    static const char *const verdicts[] = { "no", "yes", "unknown" };
    struct rule_trace rows[PLAN_RULES_MAX];
    uint32_t count = p->rules.count;
    struct evaluation v;
    char line[EXPLAIN_LINE_SIZE];

    plan_judge(p, s, &v, rows);
    buf_fmt(b, "{\"tier\":%u,\"requirements\":[", v.tier);
    for (uint32_t i = 0; i < v.slot_count; i++) {
        buf_text(b, i > 0 ? "," : "");
        put_slot_json(b, &v.slots[i]);
    }
    buf_text(b, "],\"rules\":[");
    for (uint32_t i = 0; i < count; i++) {
        size_t len = plan_explain_line(p, &rows[i], in, line, sizeof(line));

        buf_fmt(b, "%s{\"rule\":", i > 0 ? "," : "");
        buf_json_str(b, rows[i].rule);
        buf_fmt(b, ",\"verdict\":\"%s\",\"says\":", verdicts[rows[i].verdict]);
        buf_json_str(b, (struct str){ .at = line, .len = len });
        buf_char(b, '}');
    }
    buf_text(b, "]}");
}
