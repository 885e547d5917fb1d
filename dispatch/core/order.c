#include "dispatch/core/order.h"

#include "base/geo.h"
#include "base/must.h"
#include "dispatch/core/advise.h"

static int64_t due(const struct turn *t, uint32_t limit_ms)
{
    return limit_ms != 0 ? t->at + (int64_t)limit_ms * US_PER_MS : 0;
}

/* A reservation of this unit here, which the order takes up. */
static const struct assignment *reserved_here(const struct world *w, const struct order *o)
{
    for (const struct assignment *a = incident_first_assignment(w, o->incident); a != NULL;
         a = assignment_next(w, a)) {
        if (a->unit.n == o->unit.n && a->status == ASSIGNMENT_RESERVED) {
            return a;
        }
    }
    return NULL;
}

/* The clock of an order's next step: a desk's to name a unit, or a unit's to sign. */
static int64_t first_due(const struct turn *t, const struct order *o)
{
    struct plan_clocks clocks = world_clocks(t->world, o->incident, o->incident->tier);
    if (o->status != ASSIGNMENT_DISPATCHED) {
        return 0;
    }
    bool desk = o->unit.n == 0 && clocks.name_ms != 0;
    return due(t, desk ? clocks.name_ms : clocks.sign_ms);
}

/* What a phone on the loud street is heard by in the next room. Source: ours; the plan may say
 * more. */
#define QUIET_STANDARD_M 200

uint32_t order_quiet_m(const struct world *w)
{
    return w->plan.panic.quiet_m != 0 ? w->plan.panic.quiet_m : QUIET_STANDARD_M;
}

bool order_quiet(struct turn *t, const struct incident *i, unit_id unit, struct point at)
{
    const struct incident nowhere = { .place = { .state = PLACE_UNKNOWN } };
    const struct unit *caller = world_unit(t->world, i->panic_unit);
    if (!i->panic || !i->panic_silent || caller == NULL || caller->id.n == unit.n) {
        return false;
    }
    struct point there = advise_view(t, caller, &nowhere).at;
    return geo_distance_mm(at, there) / 1000 <= order_quiet_m(t->world);
}

void order_emit(struct turn *t, const struct order *o)
{
    const struct unit *u = world_unit(t->world, o->unit);
    must(u != NULL || o->station.n != 0);
    const struct assignment *before = u != NULL ? reserved_here(t->world, o) : NULL;
    struct unit_view view = { .age_ms = UINT32_MAX };
    if (u != NULL) {
        view = advise_view(t, u, o->incident);
    }
    bool reserve = o->status == ASSIGNMENT_RESERVED;
    bool there = o->status == ASSIGNMENT_ON_SCENE;
    struct event *e =
        turn_event(t, reserve ? EVENT_ASSIGNMENT_RESERVED : EVENT_ASSIGNMENT_DISPATCHED);
    struct assignment_made *m = &e->as.assignment_made;
    m->assignment = (struct assignment){
        .id = before != NULL ? before->id : (assignment_id){ t->world->next_assignment },
        .incident = o->incident->id,
        .unit = o->unit,
        .station = o->station,
        .slot = o->slot,
        .status = (uint8_t)o->status,
        .by = (uint8_t)o->by,
        .automatic = o->automatic,
        .on_view = there,
        .eta_ms = there ? 0 : view.eta_ms,
        .since = t->at,
        .due_at = first_due(t, o),
        .reserved_at = reserve          ? t->at
                       : before != NULL ? before->reserved_at
                                        : 0,
        .dispatched_at = reserve ? 0 : t->at,
        .on_scene_at = there ? t->at : 0,
        .relieves = o->relieves,
        .diverted_from = o->diverted_from,
        .safety_due_at = there ? order_safety_due(t, o->incident) : 0,
        .free_at = there ? order_free_at(t, o->incident) : 0,
        .quiet = u != NULL && order_quiet(t, o->incident, u->id, view.at),
    };
    m->first_report = there && o->incident->first_report_at == 0;
    m->lon_e7 = view.at.lon_e7;
    m->lat_e7 = view.at.lat_e7;
    m->position_age_ms = position_age_told(view.age_ms);
    m->instead_of = o->instead_of;
    m->reason = o->reason;
    turn_emit(t, e);
}

void order_end(struct turn *t, const struct assignment *a, enum assignment_status status)
{
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_PROGRESSED);
    e->as.assignment_progressed = (struct assignment_progressed){
        .assignment = a->id,
        .incident = a->incident,
        .unit = a->unit,
        .status = (uint8_t)status,
        .by = BY_RULE,
    };
    turn_emit(t, e);
}

static uint16_t told_in_row(const struct turn *t, assignment_id id)
{
    unsigned told = 0;
    for (uint32_t k = 0; k < t->out->count; k++) {
        const struct event *e = &t->out->events[k];
        if (e->kind == EVENT_ASSIGNMENT_CHANGE_RAISED &&
            e->as.assignment_changed.assignment.n == id.n) {
            told |= e->as.assignment_changed.changes;
        }
    }
    return (uint16_t)told;
}

void order_change(struct turn *t, const struct incident *i, const struct assignment *a,
                  uint16_t changes)
{
    changes &= (uint16_t)~told_in_row(t, a->id);
    if (changes == 0) {
        return;
    }
    int64_t first =
        a->changes != 0 ? a->change_due_at : due(t, world_clocks(t->world, i, i->tier).change_ms);
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_CHANGE_RAISED);
    e->as.assignment_changed = (struct assignment_changed){ .assignment = a->id,
                                                            .incident = i->id,
                                                            .unit = a->unit,
                                                            .rev = i->rev,
                                                            .by = BY_RULE,
                                                            .changes = changes,
                                                            .due_at = first };
    turn_emit(t, e);
}

bool order_slot_wanted(const struct incident *i, uint8_t slot)
{
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        if (i->requirements[k].slot == slot) {
            return true;
        }
    }
    return false;
}

bool order_beside(const struct assignment *a, const struct assignment *o)
{
    bool relief = a->relieves.n == o->id.n || o->relieves.n == a->id.n;
    return o->id.n != a->id.n && o->slot == a->slot && order_signed(o) && !o->kept && !relief;
}

int64_t order_safety_due(const struct turn *t, const struct incident *i)
{
    return due(t, world_clocks(t->world, i, i->tier).safety_ms);
}

int64_t order_free_at(const struct turn *t, const struct incident *i)
{
    return t->at + (int64_t)world_work_ms(t->world, i) * US_PER_MS;
}

bool order_fits(const struct world *w, const struct unit *u, const struct requirement *r)
{
    bool kind = r->police_type == POLICE_TYPE_NONE || r->police_type == u->police_type;
    struct str word = text_str(&r->capability);
    return kind && (word.len == 0 || (u->capabilities & world_capability(w, word)) != 0);
}

uint8_t order_slot_for(const struct world *w, const struct incident *i, const struct unit *u)
{
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        const struct requirement *r = &i->requirements[k];
        if (order_fits(w, u, r) && !advise_slot_filled(w, i, r->slot)) {
            return r->slot;
        }
    }
    return 0;
}
