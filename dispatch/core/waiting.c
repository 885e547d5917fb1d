#include "dispatch/core/waiting.h"

#include "base/must.h"
#include "dispatch/core/spare_units.h"

bool waiting_for(const struct world *w, const struct incident *i, uint8_t slot)
{
    if (i == NULL || !waiting_is(i) || advise_slot_filled(w, i, slot)) {
        return false;
    }
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        if (i->requirements[k].slot == slot) {
            return true;
        }
    }
    return false;
}

static const bool matters[EVENT_KIND_COUNT] = {
    [EVENT_CITY_LOADED] = true,           [EVENT_ZONES_LOADED] = true,
    [EVENT_PLAN_ACTIVATED] = true,        [EVENT_INCIDENT_OPENED] = true,
    [EVENT_INCIDENT_TIERED] = true,       [EVENT_INCIDENT_AMENDED] = true,
    [EVENT_INCIDENT_HELD] = true,         [EVENT_INCIDENT_CLOSED] = true,
    [EVENT_INCIDENT_REOPENED] = true,     [EVENT_INCIDENT_ABSORBED] = true,
    [EVENT_INCIDENT_MERGED] = true,       [EVENT_INCIDENT_PARTED] = true,
    [EVENT_INCIDENT_SPLIT] = true,        [EVENT_ASSIGNMENT_RESERVED] = true,
    [EVENT_ASSIGNMENT_DISPATCHED] = true, [EVENT_ASSIGNMENT_PROGRESSED] = true,
    [EVENT_ASSIGNMENT_NAMED] = true,      [EVENT_ASSIGNMENT_DIVERTED] = true,
    [EVENT_UNIT_SIGNED_ON] = true,        [EVENT_UNIT_SIGNED_OFF] = true,
    [EVENT_UNIT_CHANGED] = true,          [EVENT_UNIT_PANICKED] = true,
    [EVENT_UNIT_PANIC_ANSWERED] = true,   [EVENT_ROAD_WEIGHTS_APPLIED] = true,
};

bool waiting_matters(enum event_kind kind)
{
    return matters[kind];
}

/* ---- the question ---- */

/* The graver, then the older. */
static bool before(const struct incident *a, const struct incident *b)
{
    if (a->tier != b->tier) {
        return a->tier < b->tier;
    }
    return a->opened_at != b->opened_at ? a->opened_at < b->opened_at : a->id.n < b->id.n;
}

static uint32_t open_slots(const struct world *w, const struct incident *i)
{
    uint32_t open = 0;
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        open += advise_slot_filled(w, i, i->requirements[k].slot) ? 0 : 1;
    }
    return open;
}

/* Keeps the first ones, in order. */
static uint32_t list_waiting(const struct world *w, const struct incident **out, uint32_t *slots)
{
    uint32_t count = 0;
    uint32_t k = 0;
    *slots = 0;
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        uint32_t open = waiting_is(i) ? open_slots(w, i) : 0;
        *slots += open;
        if (open == 0 || (count == SURGE_SLOTS_MAX && !before(i, out[count - 1]))) {
            continue;
        }
        uint32_t at = count < SURGE_SLOTS_MAX ? count++ : count - 1;
        for (; at > 0 && before(i, out[at - 1]); at--) {
            out[at] = out[at - 1];
        }
        out[at] = i;
    }
    return count;
}

/* False: there is no room to name one more. */
static bool bar(struct waiting_incident *x, uint32_t unit)
{
    if (x->barred_count == WAITING_BARRED_MAX) {
        return false;
    }
    x->barred[x->barred_count++] = unit;
    return true;
}

/* False: more units are barred than can be named. Meant for one of those it would be told anew in
 * every round, so it is left out of them. */
static bool describe(const struct world *w, const struct incident *i, struct waiting_incident *x)
{
    bool whole = true;
    *x = (struct waiting_incident){ .id = i->id,
                                    .to = { i->place.lon_e7, i->place.lat_e7 },
                                    .coarse = i->place.coarse };
    for (const struct zone *z = world_zone(w, i->place.zone);
         z != NULL && x->zone_count < ZONE_DEPTH_MAX; z = world_zone(w, z->parent)) {
        x->zones[x->zone_count++] = z->id;
    }
    if (i->panic_unit.n != 0) {
        whole = bar(x, i->panic_unit.n);
    }
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->status == ASSIGNMENT_DECLINED || a->status == ASSIGNMENT_EXPIRED) {
            whole = bar(x, a->unit.n) && whole;
        }
    }
    return whole;
}

/* The words of a need stand in the world; here only that there is one matters. */
static struct slot_need need_alone(struct slot_need need)
{
    need.capability = need.capability.len > 0 ? STR("asked") : (struct str){ 0 };
    need.rule = (struct str){ 0 };
    return need;
}

static void add_incident(const struct asking *ask, const struct incident *i,
                         struct waiting_ask *out)
{
    const struct world *w = ask->world;
    struct waiting_incident *x = &out->incidents[out->incident_count];
    struct advise_price price = advise_price(ask, i);
    if (!describe(w, i, x)) {
        return;
    }
    x->first = out->slot_count;
    for (uint32_t k = 0; k < i->requirement_count && out->slot_count < SURGE_SLOTS_MAX; k++) {
        const struct requirement *r = &i->requirements[k];
        if (advise_slot_filled(w, i, r->slot)) {
            continue;
        }
        out->slots[out->slot_count++] =
            (struct waiting_slot){ .incident = out->incident_count,
                                   .slot = r->slot,
                                   .told = r->meant,
                                   .need = need_alone(advise_need(w, i, r, &price)),
                                   .capability_bit = advise_capability(w, r) };
    }
    x->count = out->slot_count - x->first;
    out->incident_count += x->count > 0 ? 1 : 0;
}

static bool is_free(const struct unit *u)
{
    return u->status == UNIT_AVAILABLE && u->first_assignment == 0;
}

void waiting_collect(const struct asking *ask, struct waiting_ask *out)
{
    const struct world *w = ask->world;
    const struct incident *waiting[SURGE_SLOTS_MAX];
    uint32_t slots;
    uint32_t count = list_waiting(w, waiting, &slots);
    out->now = ask->now;
    out->incident_count = out->slot_count = out->unit_count = 0;
    for (uint32_t k = 0; k < count; k++) {
        add_incident(ask, waiting[k], out);
    }
    out->beyond = slots - out->slot_count;
    for (uint32_t k = 0; out->slot_count > 0 && k < w->unit_count; k++) {
        const struct unit *u = &w->units[k];
        if (is_free(u) && out->unit_count < out->unit_room) {
            out->units[out->unit_count++] =
                (struct waiting_unit){ .as = advise_unit(ask, u), .zone = u->zone };
        }
    }
}

/* ---- the answer ---- */

static bool is_barred(const struct waiting_incident *x, uint32_t unit)
{
    for (uint32_t k = 0; k < x->barred_count; k++) {
        if (x->barred[k] == unit) {
            return true;
        }
    }
    return false;
}

static bool is_home(const struct waiting_incident *x, zone_id zone)
{
    for (uint32_t k = 0; k < x->zone_count; k++) {
        if (x->zones[k].n == zone.n) {
            return true;
        }
    }
    return false;
}

static struct candidate beside(const struct waiting_incident *x, const struct waiting_unit *u,
                               uint32_t eta_ms)
{
    struct candidate c = u->as;
    c.eta_ms = eta_ms;
    c.coarse = c.coarse || x->coarse;
    c.home_zone = u->zone.n != 0 && is_home(x, u->zone);
    c.barred = is_barred(x, c.unit) ? PASS_DECLINED : PASS_CHOSEN;
    return c;
}

static void score_slots(const struct waiting_ask *ask, const struct waiting_incident *x,
                        uint32_t unit, uint32_t eta_ms, struct surge *s)
{
    struct candidate c = beside(x, &ask->units[unit], eta_ms);
    for (uint32_t r = x->first; r < x->first + x->count; r++) {
        const struct waiting_slot *slot = &ask->slots[r];
        struct surge_score *score = surge_score_of(s, r, unit);
        bool could = recommend_could(&slot->need, slot->capability_bit, &c, &score->score_ms);
        score->there_ms = could ? eta_ms : SURGE_CANNOT;
    }
}

static void pose(const struct waiting_ask *ask, const struct ports *ports, bool joint,
                 struct waiting_work *work)
{
    struct surge *s = &work->surge;
    surge_begin(s, ask->slot_count, ask->unit_count);
    for (uint32_t c = 0; c < ask->unit_count; c++) {
        s->units[c] = ask->units[c].as.unit;
        work->from[c] = ask->units[c].as.at;
    }
    for (uint32_t r = 0; r < ask->slot_count; r++) {
        const struct slot_need *need = &ask->slots[r].need;
        s->slots[r] = (struct surge_slot){ .tier = need->tier,
                                           .limit_ms = joint ? need->price.limit_ms : 0,
                                           .waited_ms = need->price.waited_ms };
    }
    for (uint32_t k = 0; k < ask->incident_count; k++) {
        const struct waiting_incident *x = &ask->incidents[k];
        ports_travel_table(ports, work->from, ask->unit_count, &x->to, 1, work->ms);
        for (uint32_t c = 0; c < ask->unit_count; c++) {
            score_slots(ask, x, c, work->ms[c], s);
        }
    }
}

static bool less(struct joint_cost a, struct joint_cost b)
{
    return a.late < b.late || (a.late == b.late && a.time < b.time);
}

static struct joint_cost minus(struct joint_cost a, struct joint_cost b)
{
    return (struct joint_cost){ a.late - b.late, a.time - b.time };
}

static struct joint_cost cost_of(const struct surge *s, uint32_t slot, uint32_t unit)
{
    return surge_cost(&s->slots[slot], *surge_score_of(s, slot, unit));
}

/* The units of other incidents that would be better for the slot than its own, best first. */
static uint32_t list_wishes(const struct waiting_ask *ask, const struct surge *s, uint32_t slot,
                            uint32_t *units)
{
    uint32_t own = surge_unit_of(s, slot);
    uint32_t count = 0;
    for (uint32_t c = 0; c < s->unit_count; c++) {
        uint32_t other = surge_slot_of(s, c);
        if (other == SURGE_NO_SLOT || ask->slots[other].incident == ask->slots[slot].incident ||
            surge_score_of(s, slot, c)->there_ms == SURGE_CANNOT) {
            continue;
        }
        struct joint_cost cost = cost_of(s, slot, c);
        if ((own != 0 && !less(cost, cost_of(s, slot, own - 1))) ||
            (count == WAITING_WISHES_MAX && !less(cost, cost_of(s, slot, units[count - 1])))) {
            continue;
        }
        uint32_t at = count < WAITING_WISHES_MAX ? count++ : count - 1;
        for (; at > 0 && less(cost, cost_of(s, slot, units[at - 1])); at--) {
            units[at] = units[at - 1];
        }
        units[at] = c;
    }
    return count;
}

/* What the others lose if the slot takes another unit than its own: their best way without that
 * unit, in which the slot's own is theirs to use, less what they have now. */
static void wish_closely(struct surge *s, uint32_t slot, struct joint_cost others_ms,
                         struct waiting_wish *wishes, const uint32_t *units, uint32_t count,
                         struct joint_cost *losses)
{
    surge_solve(s, slot);
    surge_losses(s, losses);
    struct joint_cost best = surge_sum_ms(s);
    for (uint32_t k = 0; k < count; k++) {
        struct joint_cost with = losses[units[k]];
        wishes[k].loss_ms =
            minus((struct joint_cost){ best.late + with.late, best.time + with.time }, others_ms);
    }
}

struct to_wish {
    uint32_t slot, count;
    struct joint_cost others_ms;
    uint32_t units[WAITING_WISHES_MAX];
};

/* Of slots that are to be told something new. */
static uint32_t list_close(const struct waiting_ask *ask, const struct surge *s,
                           struct waiting_found *out, struct to_wish *list)
{
    uint32_t count = 0;
    for (uint32_t r = 0; r < ask->slot_count; r++) {
        out->wish_count[r] = 0;
        if (out->units[r].n == ask->slots[r].told.n || count == WAITING_CLOSE_MAX) {
            continue;
        }
        struct to_wish *x = &list[count];
        x->slot = r;
        x->count = list_wishes(ask, s, r, x->units);
        x->others_ms = minus(out->sum_ms, surge_held_ms(s, r));
        count += x->count > 0 ? 1 : 0;
    }
    return count;
}

/* Whom the slot was told could still go, is meant for no other, and is hardly worse. */
static bool is_slight(const struct waiting_ask *ask, const struct surge *s, uint32_t slot)
{
    uint32_t own = surge_unit_of(s, slot);
    for (uint32_t c = 0; own != 0 && c < s->unit_count; c++) {
        if (s->units[c] != ask->slots[slot].told.n) {
            continue;
        }
        if (surge_slot_of(s, c) != SURGE_NO_SLOT ||
            surge_score_of(s, slot, c)->there_ms == SURGE_CANNOT) {
            return false;
        }
        struct joint_cost more = minus(cost_of(s, slot, c), cost_of(s, slot, own - 1));
        return more.late < (int64_t)WAITING_SLIGHT_MS * joint_weight(s->slots[slot].tier) &&
               more.time < WAITING_SLIGHT_MS;
    }
    return false;
}

static void say_wanted(const struct waiting_ask *ask, const struct surge *s,
                       const struct joint_cost *losses, struct wanted *out)
{
    for (uint32_t c = 0; c < s->unit_count; c++) {
        uint32_t slot = surge_slot_of(s, c);
        struct joint_cost loss = losses[c];
        out[c] = (struct wanted){ .incident = 0 };
        if (slot == SURGE_NO_SLOT) {
            continue;
        }
        out[c] =
            wanted_of(ask->incidents[ask->slots[slot].incident].id, ask->slots[slot].slot, loss);
    }
}

void waiting_solve(const struct waiting_ask *ask, const struct ports *ports,
                   struct waiting_work *work, struct waiting_found *out)
{
    struct surge *s = &work->surge;
    struct to_wish close[WAITING_CLOSE_MAX];
    out->joint = ask->incident_count > 1;
    out->slot_count = ask->slot_count;
    out->beyond = ask->beyond;
    pose(ask, ports, out->joint, work);
    surge_solve(s, SURGE_NO_SLOT);
    surge_losses(s, s->losses);
    out->rounds = s->rounds;
    out->sum_ms = surge_sum_ms(s);
    out->gap_ms = surge_gap_ms(s);
    say_wanted(ask, s, s->losses, out->wanted);
    for (uint32_t r = 0; r < ask->slot_count; r++) {
        uint32_t unit = surge_unit_of(s, r);
        out->units[r] = (unit_id){ unit != 0 ? s->units[unit - 1] : 0 };
        out->slight[r] = is_slight(ask, s, r);
    }
    uint32_t count = out->joint ? list_close(ask, s, out, close) : 0;
    for (uint32_t k = 0; k < count; k++) {
        const struct to_wish *x = &close[k];
        struct waiting_wish *wishes = out->wishes[x->slot];
        wish_closely(s, x->slot, x->others_ms, wishes, x->units, x->count, s->losses);
        for (uint32_t n = 0; n < x->count; n++) {
            wishes[n].unit = (unit_id){ s->units[x->units[n]] };
        }
        out->wish_count[x->slot] = (uint8_t)x->count;
    }
}

/* ---- news ---- */

static unit_id told_now(const struct incident *i, uint8_t slot)
{
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        if (i->requirements[k].slot == slot) {
            return i->requirements[k].meant;
        }
    }
    return (unit_id){ 0 };
}

bool waiting_is_news(const struct world *w, const struct waiting_ask *ask,
                     const struct waiting_found *found, uint32_t incident)
{
    const struct waiting_incident *x = &ask->incidents[incident];
    const struct incident *i = world_incident(w, x->id);
    for (uint32_t r = x->first; i != NULL && r < x->first + x->count; r++) {
        const struct unit *next = world_unit(w, found->units[r]);
        if (!waiting_for(w, i, ask->slots[r].slot) || (next != NULL && !is_free(next))) {
            continue; /* it has changed since the question was asked: the next round says */
        }
        unit_id told = told_now(i, ask->slots[r].slot);
        const struct unit *u = world_unit(w, told);
        bool slight = found->slight[r] && told.n == ask->slots[r].told.n && u != NULL && is_free(u);
        if (told.n != found->units[r].n && !slight) {
            return true;
        }
    }
    return false;
}

static void add_wishes(const struct waiting_ask *ask, const struct waiting_found *found,
                       uint32_t incident, struct waiting_told *room, uint32_t *count)
{
    const struct waiting_incident *x = &ask->incidents[incident];
    for (uint32_t r = x->first; r < x->first + x->count; r++) {
        for (uint32_t k = 0; k < found->wish_count[r]; k++) {
            const struct waiting_wish *w = &found->wishes[r][k];
            struct wanted lost = wanted_of(x->id, ask->slots[r].slot, w->loss_ms);
            must(*count < WAITING_WISHES_TOLD);
            room->wishes[(*count)++] = (struct joint_wish){ .incident = x->id,
                                                            .slot = ask->slots[r].slot,
                                                            .unit = w->unit,
                                                            .late_ms = lost.late_ms,
                                                            .score_ms = lost.score_ms };
        }
    }
}

static uint64_t gap_of(int64_t ms)
{
    return ms > 0 ? (uint64_t)ms : 0;
}

bool waiting_tell(const struct world *w, const struct waiting_ask *ask,
                  const struct waiting_found *found, uint32_t *next, struct waiting_told *room,
                  struct advice_join *out)
{
    uint32_t count = 0;
    uint32_t wishes = 0;
    for (; *next < ask->incident_count && count < JOINT_TOLD_MAX; (*next)++) {
        if (waiting_is_news(w, ask, found, *next)) {
            add_wishes(ask, found, *next, room, &wishes);
            room->incidents[count++].incident = ask->incidents[*next].id;
        }
    }
    *out = (struct advice_join){
        .incidents = { .at = room->incidents, .count = count },
        .wishes = { .at = room->wishes, .count = wishes },
        .joint = found->joint,
        .slots = (uint16_t)found->slot_count,
        .beyond = (uint16_t)(found->beyond < UINT16_MAX ? found->beyond : UINT16_MAX),
        .gap_late_ms = gap_of(found->gap_ms.late),
        .gap_ms = found->gap_ms.late != 0 ? 0 : gap_of(found->gap_ms.time)
    };
    return count > 0;
}
