/* Who was chosen and why, as stored; and who would be now. */
#include "dispatch/view/lists.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/json_read.h"
#include "dispatch/core/advise.h"
#include "dispatch/plan/recommend.h"
#include "dispatch/view/query.h"

#include <stdlib.h>

static void put_score(struct buf *b, const struct considered *c)
{
    buf_text(b, ",\"score\":{\"total_ms\":");
    buf_u64(b, c->score_ms);
    buf_text(b, ",\"eta_ms\":");
    buf_u64(b, c->eta_ms);
    buf_text(b, ",\"zone_ms\":");
    buf_u64(b, c->score_zone_ms);
    buf_text(b, ",\"age_ms\":");
    buf_u64(b, c->score_age_ms);
    buf_text(b, ",\"clear_ms\":");
    buf_u64(b, c->clear_ms);
    buf_text(b, ",\"duty_ms\":");
    buf_u64(b, c->score_duty_ms);
    buf_text(b, ",\"leave_ms\":");
    buf_u64(b, c->score_leave_ms);
    buf_text(b, ",\"late_ms\":");
    buf_u64(b, c->score_late_ms);
    buf_text(b, ",\"cover_ms\":");
    buf_u64(b, c->score_cover_ms);
    buf_char(b, '}');
}

static void put_considered(const struct reading *r, const struct considered_unit *c, uint8_t slot)
{
    const struct json_out opt = { .world = r->viewer.name, .privacy_max = TACTICAL };
    const struct unit *u = world_unit(r->viewer.world, c->unit);
    buf_char(r->out, '{');
    json_out_fields(r->out, &considered_unit_shape, c, &opt);
    put_score(r->out, &c->as);
    if (c->as.flip_ms != 0) {
        buf_text(r->out, ",\"flip\":");
        buf_u64(r->out, c->as.flip_ms);
    }
    if (u != NULL) {
        buf_text(r->out, ",\"callsign\":");
        buf_json_str(r->out, text_str(&u->callsign));
    }
    if (slot != 0) {
        buf_text(r->out, ",\"slot\":");
        buf_u64(r->out, slot);
    }
    buf_char(r->out, '}');
}

static void put_chosen(const struct reading *r, const struct slot_advice *s)
{
    const struct considered_unit *c = s->considered.at;
    if (s->chosen.n == 0) {
        return;
    }
    buf_text(r->out, ",\"chosen\":{\"unit\":");
    json_out_id(r->out, r->viewer.name, ID_LETTER_UNIT, s->chosen.n);
    if (s->considered.count > 0 && c[0].unit.n == s->chosen.n) {
        buf_text(r->out, ",\"eta_ms\":");
        buf_u64(r->out, c[0].as.eta_ms);
        buf_text(r->out, ",\"score_ms\":");
        buf_u64(r->out, c[0].as.score_ms);
        put_score(r->out, &c[0].as);
    }
    buf_char(r->out, '}');
}

static void put_slot(const struct reading *r, const struct slot_advice *s)
{
    const struct json_out opt = { .world = r->viewer.name, .privacy_max = TACTICAL };
    const struct considered_unit *c = s->considered.at;
    struct slot_advice head = { .slot = s->slot,
                                .police_type = s->police_type,
                                .capability = s->capability,
                                .passed = s->passed };
    buf_char(r->out, '{');
    json_out_fields(r->out, &slot_advice_shape, &head, &opt);
    put_chosen(r, s);
    buf_text(r->out, ",\"considered\":[");
    for (uint32_t k = 0; k < s->considered.count; k++) {
        buf_text(r->out, k > 0 ? "," : "");
        put_considered(r, &c[k], 0);
    }
    buf_text(r->out, "]}");
}

static enum err put_stored(const struct reading *r, incident_id id, struct fault *f)
{
    const struct json_out opt = { .world = r->viewer.name,
                                  .privacy_max = TACTICAL,
                                  .skip_sealed = true };
    struct side_advice advice;
    struct incident_recommended e = { .coarse = false };
    size_t pos = 0;
    if (r->side == NULL || !side_advice_of(r->side, id, &advice)) {
        buf_text(r->out, ",\"slots\":[]");
        return OK;
    }
    enum err err = json_read_struct(&incident_recommended_shape, advice.json, &pos, r->viewer.name,
                                    r->arena, &e, f);
    if (err != OK) {
        return err;
    }
    const struct slot_advice *slots = e.slots.at;
    uint32_t count = e.slots.count;
    e.slots = (struct list){ 0 };
    e.incident = (incident_id){ 0 };
    buf_text(r->out, ",\"at\":");
    json_out_instant(r->out, advice.at);
    buf_text(r->out, ",\"recommended_seq\":");
    buf_u64(r->out, advice.seq);
    buf_char(r->out, ',');
    json_out_fields(r->out, &incident_recommended_shape, &e, &opt);
    buf_text(r->out, ",\"slots\":[");
    for (uint32_t k = 0; k < count; k++) {
        buf_text(r->out, k > 0 ? "," : "");
        put_slot(r, &slots[k]);
    }
    buf_char(r->out, ']');
    return OK;
}

/* A unit beside a slot, and what it costs there: for the slot alone, and with what is lost where it
 * is wanted. */
struct beside {
    struct considered_unit told;
    struct joint_cost alone, all;
    bool fits; /* else it stands behind all who do */
};

static bool cheaper(struct joint_cost a, uint32_t unit_a, struct joint_cost b, uint32_t unit_b)
{
    if (a.late != b.late) {
        return a.late < b.late;
    }
    return a.time != b.time ? a.time < b.time : unit_a < unit_b;
}

static int by_cost(const void *a, const void *b)
{
    const struct beside *x = a;
    const struct beside *y = b;
    uint32_t unit_x = x->told.unit.n;
    uint32_t unit_y = y->told.unit.n;
    if (x->fits != y->fits) {
        return x->fits ? -1 : 1;
    }
    if (x->fits) {
        return cheaper(x->alone, unit_x, y->alone, unit_y) ? -1 : unit_x == unit_y ? 0 : 1;
    }
    return unit_x < unit_y ? -1 : unit_x > unit_y ? 1 : 0;
}

/* One unit beside one slot: as the choice would see it alone. */
static struct beside weigh(const struct slot_need *need, uint64_t bit, const struct candidate *c)
{
    struct beside out = { .told = { .unit = { c->unit } } };
    struct considered *as = &out.told.as;
    struct slot_choice choice;
    uint32_t age_ms = position_age_told(c->position_age_ms);
    recommend_slot(need, bit, c, 1, NULL, 0, &choice);
    if (choice.considered_count > 0) {
        *as = choice.considered[0];
        as->position_age_ms = age_ms;
        out.fits = true;
        out.alone = recommend_cost(need, c, false);
        out.all = recommend_cost(need, c, true);
        return out;
    }
    *as = (struct considered){ .unit = c->unit,
                               .status = c->status,
                               .at = c->at,
                               .eta_ms = c->eta_ms,
                               .position_age_ms = age_ms };
    for (uint32_t k = 0; k < PASS_REASON_COUNT; k++) {
        as->reason = choice.passed[k] > 0 ? (uint8_t)k : as->reason;
    }
    return out;
}

/* Of the free ones the cheapest with all would be chosen, if it costs less than to leave the slot
 * empty; the others cost so much more, or are missed more elsewhere. `units` by their numbers. */
static void compare(const struct slot_need *need, const struct candidate *units, struct beside *all,
                    uint32_t count)
{
    struct joint_cost best = { 0, 0 };
    uint32_t best_unit = UINT32_MAX;
    bool any = need->leave;
    best = any ? recommend_leave_cost(need) : best;
    for (uint32_t k = 0; k < count && all[k].fits; k++) {
        uint32_t unit = all[k].told.unit.n;
        if (all[k].told.as.reason == PASS_CHOSEN &&
            (!any || cheaper(all[k].all, unit, best, best_unit))) {
            any = true;
            best = all[k].all;
            best_unit = unit;
        }
    }
    for (uint32_t k = 0; any && k < count && all[k].fits; k++) {
        struct considered *c = &all[k].told.as;
        if (c->unit == best_unit) {
            continue;
        }
        must(units[c->unit - 1].unit == c->unit);
        c->flip_ms = recommend_flip_ms(need, &units[c->unit - 1], best_unit, best);
        if (c->reason == PASS_CHOSEN) {
            bool kept = c->wanted.incident != 0 && cheaper(all[k].alone, c->unit, best, best_unit);
            c->reason = kept ? PASS_WANTED : PASS_SLOWER;
        }
    }
}

static bool put_live_slot(const struct reading *r, const struct ports *ports,
                          const struct incident *i, const struct requirement *need,
                          const struct advise_price *price, const struct candidate *units,
                          bool comma)
{
    const struct world *w = r->viewer.world;
    struct beside *all = arena_alloc(r->arena, (w->unit_count + 1) * sizeof(*all));
    struct slot_need n = advise_need(w, i, need, price);
    uint64_t bit = advise_capability(w, need);
    if (all == NULL) {
        return comma;
    }
    n.joint = advise_is_joint(units, w->unit_count);
    for (uint32_t k = 0; k < w->unit_count; k++) {
        all[k] = weigh(&n, bit, &units[k]);
    }
    n.leave = n.joint; /* behind weigh(), which looks at each alone */
    qsort(all, w->unit_count, sizeof(*all), by_cost);
    compare(&n, units, all, w->unit_count);
    for (uint32_t k = 0; k < w->unit_count && k < CONSIDERED_MAX; k++) {
        advise_detour(w, ports, i, &all[k].told.as);
    }
    for (uint32_t k = 0; k < w->unit_count; k++) {
        buf_text(r->out, comma ? "," : "");
        put_considered(r, &all[k].told, need->slot);
        comma = true;
    }
    return comma;
}

/* Every unit beside every open slot, or beside the one that is asked for (0: none is). */
static void put_live(const struct reading *r, const struct ports *ports, const struct incident *i,
                     uint64_t slot)
{
    const struct world *w = r->viewer.world;
    const struct asking ask = {
        .world = w, .ports = ports, .fix = r->live.fix, .fix_arg = r->live.arg, .now = r->live.now
    };
    struct candidate *units = arena_alloc(r->arena, (w->unit_count + 1) * sizeof(*units));
    struct advise_price price = advise_price(&ask, i);
    bool comma = false;
    if (units == NULL) {
        return;
    }
    uint32_t open = 0;
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        open += advise_slot_filled(w, i, i->requirements[k].slot) ? 0 : 1;
    }
    (void)advise_candidates(&ask, i, UINT32_MAX, open, units);
    price.first = slot != 0 && price.first != 0 ? (uint8_t)slot : price.first;
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        const struct requirement *need = &i->requirements[k];
        if (slot != 0 ? need->slot == slot : !advise_slot_filled(w, i, need->slot)) {
            comma = put_live_slot(r, ports, i, need, &price, units, comma);
        }
    }
}

enum err read_recommendation(const struct reading *r, const struct ports *ports, struct fault *f)
{
    const struct world *w = r->viewer.world;
    const struct incident *i = world_incident(w, (incident_id){ r->number });
    uint64_t slot = 0;
    if (r->viewer.audience != AUDIENCE_OPERATIONS) {
        return fault_set(f, ERR_FORBIDDEN, "this role sees no recommendations", NULL, NULL);
    }
    if (i == NULL || !viewer_sees_incident(&r->viewer, i)) {
        return fault_set(f, ERR_NOT_FOUND, "no such incident in memory", NULL, NULL);
    }
    enum err err = query_u64(r->query, "slot", UINT8_MAX, &slot, f);
    if (err != OK) {
        return err;
    }
    buf_char(r->out, '{');
    board_stand(r->out, w);
    buf_text(r->out, ",\"incident\":");
    json_out_id(r->out, r->viewer.name, ID_LETTER_INCIDENT, i->id.n);
    err = put_stored(r, i->id, f);
    if (err != OK) {
        return err;
    }
    buf_text(r->out, ",\"live_engine\":");
    buf_json_str(r->out, str_of(ports->engine(ports->arg)));
    buf_text(r->out, ",\"units\":[");
    put_live(r, ports, i, slot);
    buf_text(r->out, "]}");
    return OK;
}
