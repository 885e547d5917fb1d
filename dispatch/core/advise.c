#include "dispatch/core/advise.h"

#include "base/must.h"
#include "dispatch/core/spare_units.h"
#include "dispatch/core/waiting.h"
#include "dispatch/plan/joint.h"
#include "dispatch/plan/price.h"
#include "dispatch/plan/recommend.h"

/* Where the unit is; its travel time is left open. */
static struct unit_view place_of(int64_t now, const struct fix *fix, const struct unit *u)
{
    struct unit_view v = { .at = { u->home_lon_e7, u->home_lat_e7 },
                           .age_ms = UINT32_MAX,
                           .eta_ms = ETA_INF_MS };
    if (fix != NULL) {
        int64_t age = (now - fix->fix_at) / US_PER_MS;
        v.at = fix->at;
        v.age_ms = age <= 0 ? 0 : age >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)age;
    }
    return v;
}

static uint32_t way_ms(const struct ports *ports, struct point at, const struct incident *i)
{
    struct point to = { i->place.lon_e7, i->place.lat_e7 };
    return place_has_point(&i->place) ? ports->travel_ms(ports->arg, at, to) : ETA_INF_MS;
}

struct unit_view advise_view(struct turn *t, const struct unit *u, const struct incident *i)
{
    struct fix fix;
    bool known = t->ports->fix(t->ports->arg, u->id.n, &fix);
    struct unit_view v = place_of(t->at, known ? &fix : NULL, u);
    v.eta_ms = way_ms(t->ports, v.at, i);
    return v;
}

/* What keeps a unit from this incident whatever the slot. */
static enum pass_reason barred(const struct world *w, const struct unit *u,
                               const struct incident *i)
{
    if (i->panic_unit.n == u->id.n) {
        return PASS_ALREADY_HERE; /* it is they who need help */
    }
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->unit.n != u->id.n) {
            continue;
        }
        if (a->status < ASSIGNMENT_CLEARED) {
            return PASS_ALREADY_HERE;
        }
        if (a->status == ASSIGNMENT_DECLINED || a->status == ASSIGNMENT_EXPIRED) {
            return PASS_DECLINED;
        }
    }
    const struct assignment *first = unit_first_assignment(w, u);
    return first != NULL && u->active == 0 ? PASS_RESERVED : PASS_CHOSEN;
}

/* A bit for each police type that is asked for. */
static uint32_t kinds_asked(const struct requirement *needs, uint32_t count)
{
    uint32_t kinds = 0;
    for (uint32_t k = 0; k < count; k++) {
        kinds |= needs[k].police_type == POLICE_TYPE_NONE ? UINT32_MAX : 1u << needs[k].police_type;
    }
    return kinds;
}

/* Units of the kinds that are asked for, and how many others there are. */
struct candidates {
    struct candidate *at;
    uint32_t count;
    uint32_t others;
    struct advise_price price;
    bool joint;
};

struct candidate advise_unit(const struct asking *ask, const struct unit *u)
{
    struct fix fix;
    bool known = ask->fix != NULL && ask->fix(ask->fix_arg, u->id.n, &fix);
    struct unit_view v = place_of(ask->now, known ? &fix : NULL, u);
    return (struct candidate){
        .unit = u->id.n,
        .police_type = u->police_type,
        .capabilities = u->capabilities,
        .status = u->status,
        .eta_ms = v.eta_ms,
        .position_age_ms = v.age_ms,
        .at = v.at,
        .coarse = v.age_ms == UINT32_MAX, /* from its post, until it reports */
        .duty_ms = spare_duty_left(u, ask->now),
        .clear_ms = spare_clears(ask->world, u, ask->now),
        .stake = ask->ports->stake != NULL ? ask->ports->stake(ask->ports->arg, u->id.n) : 0,
    };
}

struct candidate advise_standing(const struct asking *ask, const struct unit *u,
                                 const struct incident *i)
{
    struct candidate c = advise_unit(ask, u);
    c.barred = (uint8_t)barred(ask->world, u, i);
    c.home_zone = u->zone.n != 0 && world_zone_within(ask->world, i->place.zone, u->zone);
    c.coarse = c.coarse || i->place.coarse;
    return c;
}

struct candidate advise_candidate(const struct asking *ask, const struct unit *u,
                                  const struct incident *i)
{
    struct candidate c = advise_standing(ask, u, i);
    advise_travel(ask, i, &c, 1);
    return c;
}

void advise_travel(const struct asking *ask, const struct incident *i, struct candidate *all,
                   uint32_t count)
{
    const struct point to = { i->place.lon_e7, i->place.lat_e7 };
    struct point from[ADVISE_AT_ONCE];
    uint32_t ms[ADVISE_AT_ONCE];
    if (!place_has_point(&i->place)) {
        return;
    }
    for (uint32_t done = 0, n; done < count; done += n) {
        n = count - done < ADVISE_AT_ONCE ? count - done : ADVISE_AT_ONCE;
        for (uint32_t k = 0; k < n; k++) {
            from[k] = all[done + k].at;
        }
        ports_travel_table(ask->ports, from, n, &to, 1, ms);
        for (uint32_t k = 0; k < n; k++) {
            all[done + k].eta_ms = ms[k];
        }
    }
}

struct wanted wanted_of(incident_id incident, uint8_t slot, struct joint_cost loss_ms)
{
    int64_t late = loss_ms.late < UINT32_MAX ? loss_ms.late : UINT32_MAX;
    late = late > 0 ? late : 0; /* below by the gaps of two sums that are not exact */
    int64_t score = loss_ms.time < INT32_MAX ? loss_ms.time : INT32_MAX;
    return (struct wanted){ .incident = incident.n,
                            .slot = slot,
                            .late_ms = (uint32_t)late,
                            .score_ms = (int32_t)(score > INT32_MIN ? score : INT32_MIN) };
}

/* Where the last joint assignment means a free unit to go, if it is still wanted there. */
static bool wanted_at(const struct asking *ask, uint32_t unit, struct wanted *out)
{
    return ask->ports->wanted != NULL && ask->ports->wanted(ask->ports->arg, unit, out) &&
           waiting_for(ask->world, world_incident(ask->world, (incident_id){ out->incident }),
                       out->slot);
}

bool advise_is_joint(const struct candidate *all, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        if (all[k].wanted.incident != 0) {
            return true;
        }
    }
    return false;
}

uint32_t advise_candidates(const struct asking *ask, const struct incident *i, uint32_t kinds,
                           uint32_t slots, struct candidate *out)
{
    const struct world *w = ask->world;
    uint32_t count = 0;
    for (uint32_t k = 0; k < w->unit_count; k++) {
        if ((kinds >> w->units[k].police_type & 1) != 0) {
            struct candidate *c = &out[count++];
            struct wanted wanted;
            *c = advise_standing(ask, &w->units[k], i);
            if (c->status == UNIT_AVAILABLE && wanted_at(ask, c->unit, &wanted) &&
                wanted.incident != i->id.n) {
                c->wanted = wanted;
            }
        }
    }
    advise_travel(ask, i, out, count);
    spare_price(ask, i, slots, out, count);
    return count;
}

struct slot_need advise_need(const struct world *w, const struct incident *i,
                             const struct requirement *need, const struct advise_price *price)
{
    struct slot_price p = { .first = false };
    if (price != NULL) {
        p = price->of;
        p.first = need->slot == price->first;
    }
    return (struct slot_need){ .slot = need->slot,
                               .police_type = need->police_type,
                               .capability = text_str(&need->capability),
                               .rule = text_str(&need->rule),
                               .tier = i->tier,
                               .work_ms = world_work_ms(w, i),
                               .price = p };
}

uint64_t advise_capability(const struct world *w, const struct requirement *need)
{
    struct str word = text_str(&need->capability);
    return word.len > 0 ? world_capability(w, word) : 0;
}

bool advise_slot_filled(const struct world *w, const struct incident *i, uint8_t slot)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        bool stands = a->status >= ASSIGNMENT_DISPATCHED && a->status <= ASSIGNMENT_CLEARED;
        if (a->slot == slot && stands) {
            return true;
        }
    }
    return false;
}

/* Whoever is sent to it is the first there: nobody stands, in a slot or beside the plan. */
static uint8_t first_slot(const struct world *w, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->status >= ASSIGNMENT_DISPATCHED && a->status <= ASSIGNMENT_CLEARED) {
            return 0;
        }
    }
    return i->requirement_count > 0 ? i->requirements[0].slot : 0;
}

/* Tiers whose calls need somebody soon, by the limits that hold for this place. */
static uint32_t urgent_tiers(const struct world *w, const struct incident *i)
{
    uint32_t tiers = 0;
    for (uint8_t tier = 1; tier <= JOINT_TIERS; tier++) {
        uint32_t limit = world_clocks(w, i, tier).arrive_ms;
        tiers |= limit != 0 && limit <= PRICE_URGENT_MS ? 1u << tier : 0;
    }
    return tiers;
}

struct advise_price advise_price(const struct asking *ask, const struct incident *i)
{
    const struct ports *ports = ask->ports;
    int64_t waited = (ask->now - i->opened_at) / US_PER_MS;
    struct slot_price p = { .limit_ms = world_clocks(ask->world, i, i->tier).arrive_ms };
    if (p.limit_ms != 0) {
        p.waited_ms = waited < 0 ? 0 : waited > ETA_INF_MS ? ETA_INF_MS : (uint32_t)waited;
    }
    if (!price_covers(i->tier)) {
        p.cover = COVER_PART_TIER_ONE;
    } else if (ports->calls == NULL || ports->stake == NULL) {
        p.cover = COVER_PART_NO_COVERAGE;
    } else {
        bool known = ports->calls(ports->arg, urgent_tiers(ask->world, i), &p.calls);
        p.cover = known ? COVER_PART_WEIGHED : COVER_PART_SHORT_HISTORY;
        p.calls = known ? p.calls : 0;
    }
    return (struct advise_price){ .of = p, .first = first_slot(ask->world, i) };
}

static uint32_t open_slots(const struct world *w, const struct incident *i)
{
    uint32_t open = 0;
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        open += advise_slot_filled(w, i, i->requirements[k].slot) ? 0 : 1;
    }
    return open;
}

static struct asking asking_of(const struct turn *t)
{
    return (struct asking){ .world = t->world,
                            .ports = t->ports,
                            .fix = t->ports->fix,
                            .fix_arg = t->ports->arg,
                            .now = t->at };
}

/* Counted first: what nobody asks for costs no memory and no travel time. */
static struct candidates fetch(struct turn *t, const struct incident *i,
                               const struct requirement *needs, uint32_t count)
{
    const struct world *w = t->world;
    const struct asking ask = asking_of(t);
    uint32_t kinds = kinds_asked(needs, count);
    struct candidates c = { .price = advise_price(&ask, i) };
    for (uint32_t k = 0; k < w->unit_count; k++) {
        c.others += (kinds >> w->units[k].police_type & 1) ^ 1;
    }
    c.at = arena_alloc(t->arena, (w->unit_count - c.others + 1) * sizeof(*c.at));
    must(c.at != NULL);
    c.count = advise_candidates(&ask, i, kinds, open_slots(w, i), c.at);
    c.joint = advise_is_joint(c.at, c.count);
    return c;
}

/* `leave`: where others wait it may be better to leave the slot to nobody. */
static void choose(struct turn *t, const struct incident *i, const struct candidates *all,
                   const struct requirement *need, const uint32_t *taken, uint32_t taken_count,
                   bool leave, struct slot_choice *out)
{
    struct slot_need n = advise_need(t->world, i, need, &all->price);
    uint64_t bit = advise_capability(t->world, need);
    n.joint = all->joint;
    n.leave = leave && all->joint;
    recommend_slot(&n, bit, all->at, all->count, taken, taken_count, out);
    out->passed[PASS_WRONG_TYPE] += all->others; /* of a kind that no slot asks for */
}

void advise_slot(struct turn *t, const struct incident *i, const struct requirement *need,
                 const uint32_t *taken, uint32_t taken_count, struct slot_choice *out)
{
    struct candidates all = fetch(t, i, need, 1);
    all.price.first = all.price.first != 0 ? need->slot : 0;
    choose(t, i, &all, need, taken, taken_count, false, out);
}

void advise_detour(const struct world *w, const struct ports *ports, const struct incident *i,
                   struct considered *c)
{
    struct point to = { i->place.lon_e7, i->place.lat_e7 };
    if (ports->detour_ms != NULL && w->road_count > 0 && place_has_point(&i->place)) {
        c->detour_ms = ports->detour_ms(ports->arg, c->at, to, &c->road);
    }
}

static void write_advice(struct turn *t, const struct incident *i, const struct slot_choice *c,
                         struct slot_advice *out)
{
    struct considered_unit *units = arena_alloc(t->arena, CONSIDERED_MAX * sizeof(*units));
    struct passed_count *passed = arena_alloc(t->arena, PASS_REASON_COUNT * sizeof(*passed));
    must(units != NULL && passed != NULL);
    *out = (struct slot_advice){ .slot = c->slot,
                                 .police_type = c->police_type,
                                 .chosen = { c->chosen },
                                 .first = c->price.first,
                                 .leave = c->leave };
    text_set(&out->capability, c->capability);
    for (uint32_t k = 0; k < c->considered_count; k++) {
        units[k] =
            (struct considered_unit){ .unit = { c->considered[k].unit }, .as = c->considered[k] };
        units[k].as.position_age_ms = position_age_told(c->considered[k].position_age_ms);
        advise_detour(t->world, t->ports, i, &units[k].as);
    }
    out->considered = (struct list){ .at = units, .count = c->considered_count };
    out->passed.at = passed;
    for (uint32_t r = 0; r < PASS_REASON_COUNT; r++) {
        if (c->passed[r] > 0) {
            passed[out->passed.count++] =
                (struct passed_count){ .reason = (uint8_t)r, .count = c->passed[r] };
        }
    }
}

/* `found`: NULL when only the losses of the last joint assignment were looked at. */
static void emit(struct turn *t, const struct incident *i, const struct slot_price *price,
                 const struct advice_join *found, bool joint, struct slot_advice *slots,
                 uint32_t count)
{
    struct event *e = turn_event(t, EVENT_INCIDENT_RECOMMENDED);
    struct incident_recommended *r = &e->as.incident_recommended;
    *r = (struct incident_recommended){ .incident = i->id,
                                        .plan = i->plan,
                                        .plan_version = i->plan_version,
                                        .coarse = i->place.coarse,
                                        .tier = i->tier,
                                        .work_ms = world_work_ms(t->world, i),
                                        .limit_ms = price->limit_ms,
                                        .waited_ms = price->waited_ms,
                                        .calls = price->calls,
                                        .cover = price->cover,
                                        .joint = joint,
                                        .slots = { .at = slots, .count = count } };
    if (found != NULL && joint) {
        r->joint_slots = found->slots;
        r->joint_beyond = found->beyond;
        r->gap_late_ms = found->gap_late_ms;
        r->gap_ms = found->gap_ms;
    }
    text_set(&r->engine, str_of(t->ports->engine(t->ports->arg)));
    text_set(&r->weights, STR(RECOMMEND_WEIGHTS));
    turn_emit(t, e);
}

void advise_emit_slot(struct turn *t, const struct incident *i, const struct slot_choice *choice)
{
    struct slot_advice *slot = arena_alloc(t->arena, sizeof(*slot));
    must(slot != NULL);
    write_advice(t, i, choice, slot);
    emit(t, i, &choice->price, NULL, choice->joint, slot, 1);
}

/* Units for all open slots at once, so that none takes the only one that another could have. What
 * being late counts stands in the scores: of slots of one incident nothing else is weighed. */
static void choose_units(struct turn *t, const struct incident *i, const struct candidates *all,
                         const struct requirement *const *open, uint32_t count, uint32_t *units)
{
    struct joint *j = arena_alloc(t->arena, sizeof(*j));
    must(j != NULL && count <= JOINT_SLOTS_MAX);
    j->count = 0;
    for (uint32_t k = 0; k < count; k++) {
        struct slot_need need = advise_need(t->world, i, open[k], &all->price);
        uint64_t bit = advise_capability(t->world, open[k]);
        need.joint = all->joint;
        must(joint_add_slot(j, i->tier, UINT32_MAX, 0));
        if (need.joint) {
            joint_leave(j, recommend_leave_cost(&need));
        }
        for (uint32_t c = 0; c < all->count; c++) {
            uint32_t score_ms;
            if (recommend_could(&need, bit, &all->at[c], &score_ms)) {
                joint_offer_cost(j, all->at[c].unit, recommend_cost(&need, &all->at[c], true));
            }
        }
    }
    joint_solve(j);
    for (uint32_t k = 0; k < count; k++) {
        units[k] = j->slots[k].unit;
    }
}

/* Those of the other slots. */
static uint32_t units_but(const uint32_t *units, uint32_t count, uint32_t slot, uint32_t *out)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < count; k++) {
        if (k != slot && units[k] != 0) {
            out[n++] = units[k];
        }
    }
    return n;
}

static uint32_t list_open(const struct world *w, const struct incident *i,
                          const struct requirement **open)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        if (!advise_slot_filled(w, i, i->requirements[k].slot)) {
            open[count++] = &i->requirements[k];
        }
    }
    return count;
}

void advise_incident(struct turn *t, const struct incident *i)
{
    struct slot_advice *slots = arena_alloc(t->arena, REQUIREMENTS_MAX * sizeof(*slots));
    struct candidates all = fetch(t, i, i->requirements, i->requirement_count);
    const struct requirement *open[REQUIREMENTS_MAX];
    uint32_t units[REQUIREMENTS_MAX];
    uint32_t taken[REQUIREMENTS_MAX];
    uint32_t count = list_open(t->world, i, open);
    must(slots != NULL);
    if (count > 1) {
        choose_units(t, i, &all, open, count, units);
    }
    for (uint32_t k = 0; k < count; k++) {
        struct slot_choice choice;
        uint32_t taken_count = count > 1 ? units_but(units, count, k, taken) : 0;
        choose(t, i, &all, open[k], taken, taken_count, true, &choice);
        must(count == 1 || choice.chosen == units[k]); /* joint.h: none is bettered alone */
        write_advice(t, i, &choice, &slots[k]);
    }
    if (count > 0) {
        emit(t, i, &all.price.of, NULL, all.joint, slots, count);
    }
}

/* Those who are meant for another slot than this one, and what is lost by each as was reckoned for
 * this slot. */
static uint32_t meant_for_others(struct turn *t, const struct incident *i, uint8_t slot,
                                 const struct advice_join *found, struct candidates *all,
                                 uint32_t *taken)
{
    const struct asking ask = asking_of(t);
    const struct joint_wish *wishes = found->wishes.at;
    uint32_t count = 0;
    for (uint32_t k = 0; k < all->count; k++) {
        struct candidate *c = &all->at[k];
        struct wanted wanted;
        if (c->status != UNIT_AVAILABLE || !wanted_at(&ask, c->unit, &wanted) ||
            (wanted.incident == i->id.n && wanted.slot == slot)) {
            continue;
        }
        taken[count++] = c->unit;
        for (uint32_t n = 0; c->wanted.incident != 0 && n < found->wishes.count; n++) {
            if (wishes[n].incident.n == i->id.n && wishes[n].slot == slot &&
                wishes[n].unit.n == c->unit) {
                c->wanted.late_ms = wishes[n].late_ms;
                c->wanted.score_ms = wishes[n].score_ms;
            }
        }
    }
    return count;
}

void advise_jointly(struct turn *t, const struct incident *i, const struct advice_join *found)
{
    struct slot_advice *slots = arena_alloc(t->arena, REQUIREMENTS_MAX * sizeof(*slots));
    struct candidates all = fetch(t, i, i->requirements, i->requirement_count);
    uint32_t *taken = arena_alloc(t->arena, (all.count + REQUIREMENTS_MAX + 1) * sizeof(*taken));
    const struct requirement *open[REQUIREMENTS_MAX];
    uint32_t count = list_open(t->world, i, open);
    uint32_t own[REQUIREMENTS_MAX]; /* chosen for slots before */
    must(slots != NULL && taken != NULL);
    all.joint = found->joint;
    for (uint32_t k = 0; k < count; k++) {
        struct slot_choice choice;
        uint32_t n = meant_for_others(t, i, open[k]->slot, found, &all, taken);
        for (uint32_t o = 0; o < k; o++) {
            taken[n++] = own[o];
        }
        choose(t, i, &all, open[k], taken, n, true, &choice);
        own[k] = choice.chosen;
        write_advice(t, i, &choice, &slots[k]);
    }
    if (count > 0) {
        emit(t, i, &all.price.of, found, all.joint, slots, count);
    }
}
