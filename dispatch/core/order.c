#include "dispatch/core/order.h"

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

void order_emit(struct turn *t, const struct order *o)
{
    const struct unit *u = world_unit(t->world, o->unit);
    must(u != NULL);
    const struct assignment *before = reserved_here(t->world, o);
    struct plan_clocks clocks = world_clocks(t->world, o->incident->tier);
    struct unit_view view = advise_view(t, u, o->incident);
    bool reserve = o->status == ASSIGNMENT_RESERVED;
    bool there = o->status == ASSIGNMENT_ON_SCENE;
    struct event *e =
        turn_event(t, reserve ? EVENT_ASSIGNMENT_RESERVED : EVENT_ASSIGNMENT_DISPATCHED);
    struct assignment_made *m = &e->as.assignment_made;
    m->assignment = (struct assignment){
        .id = before != NULL ? before->id : (assignment_id){ t->world->next_assignment },
        .incident = o->incident->id,
        .unit = o->unit,
        .slot = o->slot,
        .status = (uint8_t)o->status,
        .by = (uint8_t)o->by,
        .automatic = o->automatic,
        .on_view = there,
        .eta_ms = there ? 0 : view.eta_ms,
        .since = t->at,
        .due_at = reserve || there ? 0 : due(t, clocks.sign_ms),
        .reserved_at = reserve          ? t->at
                       : before != NULL ? before->reserved_at
                                        : 0,
        .dispatched_at = reserve ? 0 : t->at,
        .on_scene_at = there ? t->at : 0,
    };
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
