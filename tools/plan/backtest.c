#include "tools/plan/backtest.h"

#include "base/geo.h"
#include "base/must.h"
#include "dispatch/command/take.h"
#include "dispatch/core/zones.h"
#include "dispatch/plan/evaluate.h"

#include <stdlib.h>

/* ---- the calls ---- */

static bool opens(const struct town_call *c)
{
    return c->ends == TOWN_INCIDENT;
}

/* What callers of the same incident say counts too: the server grades again when it is linked. */
static void take_all_cues(struct backtest *b)
{
    const struct town *t = b->town;

    for (uint32_t i = 0; i < t->count; i++) {
        const struct town_call *c = &t->calls[i];
        uint32_t at = c->ends == TOWN_DUPLICATE && c->of > 0 ? c->of - 1 : i;

        b->cues[at] = (uint16_t)(b->cues[at] | take_cues(&c->report.cues));
        b->denied[i] = take_cues(&c->report.cues_denied);
        b->incidents += opens(c) ? 1 : 0;
    }
}

static enum err load_city(struct backtest *b, struct fault *f)
{
    struct command c = { .type = COMMAND_CITY_LOAD,
                         .principal = STR("admin"),
                         .id = STR("backtest-city") };

    engine_begin(b->engine);
    c.as.city_load.city = b->town->city;
    if (!engine_do(b->engine, &c)) {
        const struct decision *d = engine_decision(b->engine);

        return fault_set(f, ERR_INVALID, "the city was refused", refusal_infos[d->refusal].en,
                         d->fault.primary);
    }
    return OK;
}

enum err backtest_init(struct backtest *b, const struct town *town, int64_t start_us,
                       struct fault *f)
{
    struct engine_opts o = {
        .world = STR("backtest"), .limits = engine_limits(), .seed = 1, .start_us = start_us
    };

    *b = (struct backtest){ .town = town, .start_us = start_us };
    b->engine = engine_new(&o);
    b->cues = calloc(town->count, sizeof(*b->cues));
    b->denied = calloc(town->count, sizeof(*b->denied));
    if (b->engine == NULL || b->cues == NULL || b->denied == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory", NULL, NULL);
    }
    take_all_cues(b);
    return load_city(b, f);
}

void backtest_free(struct backtest *b)
{
    engine_free(b->engine);
    free(b->cues);
    free(b->denied);
    *b = (struct backtest){ 0 };
}

void backtest_situation(const struct backtest *b, uint32_t call, struct str *zones,
                        struct situation *out)
{
    const struct world *w = engine_world(b->engine);
    const struct town_call *c = &b->town->calls[call];
    const struct report_receive *r = &c->report;
    struct point at = { r->place.lon, r->place.lat };
    const struct incident_type *type = world_type(w, r->type);

    *out = (struct situation){ .type = r->type,
                               .cues = b->cues[call],
                               .cues_denied = (uint16_t)(b->denied[call] & ~b->cues[call]),
                               .zones = zones,
                               .channel = r->channel,
                               .priority = r->priority,
                               .local_us = world_local(w, b->start_us + c->at_us) };
    if (out->priority == 0 && type != NULL) {
        out->priority = type->priority;
    }
    out->place_known = (at.lon_e7 != 0 || at.lat_e7 != 0) && geo_valid(at);
    if (out->place_known) {
        out->place_flags = r->place.flags | (r->place.protected ? 0 : world_flags_at(w, at));
        out->zone_count = world_zone_codes(w, zones_find(w, at).zone, zones);
    }
}

/* ---- asking ---- */

static void count_rules(struct backtest_side *s, const struct evaluation *v,
                        const struct rule_trace *rows)
{
    const struct plan_rule *rules = s->plan->rules.at;
    bool given = false;

    for (uint32_t i = 0; i < s->plan->rules.count; i++) {
        s->rules[i].fired += rows[i].verdict == VERDICT_YES ? 1 : 0;
        s->rules[i].open += rows[i].verdict == VERDICT_UNKNOWN ? 1 : 0;
        if (rows[i].verdict == VERDICT_YES && rules[i].tier == v->tier && !given) {
            s->rules[i].tiers++;
            given = true;
        }
        for (uint32_t k = 0; rows[i].verdict == VERDICT_YES && k < v->slot_count; k++) {
            s->rules[i].slots += v->slots[k].rule.at == rules[i].id.at ? 1 : 0;
        }
    }
}

/* How long work there took, or usually takes. */
static uint64_t work_ms(const struct backtest *b, uint32_t call)
{
    const struct town_call *c = &b->town->calls[call];
    struct incident like = { .opened_at = b->start_us };

    text_set(&like.type_dispatched, c->report.type);
    return c->scene_us > 0 ? (uint64_t)(c->scene_us / US_PER_MS)
                           : world_work_ms(engine_world(b->engine), &like);
}

static void count(struct backtest_side *s, const struct situation *at, const struct evaluation *v,
                  const struct rule_trace *rows, uint64_t work)
{
    struct civil local;

    civil_of(at->local_us, &local);
    s->tiers[v->tier]++;
    s->slots += v->slot_count;
    s->truncated += v->truncated ? 1 : 0;
    for (uint32_t k = 0; k < v->slot_count; k++) {
        s->units[v->slots[k].police_type]++;
        s->by_hour[local.hour][v->slots[k].police_type]++;
        s->work_ms[local.hour][v->slots[k].police_type] += work;
    }
    count_rules(s, v, rows);
}

/* The same units, in whatever order and by whichever rules. */
static bool same_force(const struct evaluation *a, const struct evaluation *b)
{
    bool used[REQUIREMENTS_MAX] = { false };

    if (a->slot_count != b->slot_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->slot_count; i++) {
        uint32_t k = 0;

        while (k < b->slot_count &&
               (used[k] || a->slots[i].police_type != b->slots[k].police_type ||
                !str_eq(a->slots[i].capability, b->slots[k].capability))) {
            k++;
        }
        if (k == b->slot_count) {
            return false;
        }
        used[k] = true;
    }
    return true;
}

static enum err side_init(struct backtest_side *s, const struct plan *p, struct fault *f)
{
    *s = (struct backtest_side){ .plan = p };
    s->rules = p != NULL ? calloc(p->rules.count, sizeof(*s->rules)) : NULL;
    return p == NULL || s->rules != NULL ? OK
                                         : fault_set(f, ERR_NO_MEMORY, "no memory", NULL, NULL);
}

void backtest_side_free(struct backtest_side *s)
{
    free(s->rules);
    *s = (struct backtest_side){ 0 };
}

enum err backtest_run(const struct backtest *b, const struct plan *before, const struct plan *after,
                      struct backtest_side out[2], uint64_t matrix[BACKTEST_TIERS][BACKTEST_TIERS],
                      backtest_changed_fn *changed, void *arg, struct fault *f)
{
    struct rule_trace rows[PLAN_RULES_MAX];
    struct str zones[ZONE_DEPTH_MAX];

    out[0] = out[1] = (struct backtest_side){ 0 };
    if (side_init(&out[0], before, f) != OK || side_init(&out[1], after, f) != OK) {
        return f->err;
    }
    for (uint32_t i = 0; i < b->town->count; i++) {
        struct backtest_change c = { .call = i };
        struct situation s;

        if (!opens(&b->town->calls[i])) {
            continue;
        }
        backtest_situation(b, i, zones, &s);
        for (uint32_t k = 0; k < 2 && out[k].plan != NULL; k++) {
            plan_judge(out[k].plan, &s, &c.said[k], rows);
            count(&out[k], &s, &c.said[k], rows, work_ms(b, i));
            c.tier[k] = c.said[k].tier;
        }
        if (after == NULL) {
            continue;
        }
        c.tier_differs = c.tier[0] != c.tier[1];
        c.force_differs = !same_force(&c.said[0], &c.said[1]);
        matrix[c.tier[0]][c.tier[1]]++;
        if (changed != NULL && (c.tier_differs || c.force_differs)) {
            changed(arg, &c);
        }
    }
    return OK;
}

uint32_t backtest_unnamed(const struct town *town, const struct plan *p, uint32_t *out,
                          uint32_t cap)
{
    const struct city_type *types = town->city.types.at;
    uint32_t count = 0;

    for (uint32_t i = 0; i < town->city.types.count; i++) {
        struct situation s = { .type = types[i].code, .place_known = true, .priority = 9 };
        struct rule_trace rows[PLAN_RULES_MAX];
        struct evaluation v;
        bool named = false;

        plan_judge(p, &s, &v, rows);
        for (uint32_t k = 0; k + 1 < p->rules.count; k++) {
            const struct plan_rule *r = (const struct plan_rule *)p->rules.at + k;

            /* One that is open, as for a place not known to be a school, speaks of the type too. */
            named = named || (r->when.types.count > 0 && rows[k].verdict != VERDICT_NO);
        }
        if (!named) {
            if (count < cap) {
                out[count] = i;
            }
            count++;
        }
    }
    return count;
}
