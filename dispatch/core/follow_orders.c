#include "dispatch/core/follow_orders.h"

#include "dispatch/core/advise.h"
#include "dispatch/core/follow.h"
#include "dispatch/core/order.h"

#define ROOM 16 /* events that a row keeps for what follows after this */

void follow_clear_bits(struct turn *t, uint32_t alarmed, uint32_t stand, struct alarm like)
{
    unit_id unit = like.unit;
    for (uint32_t k = 0; k < ALARM_KIND_COUNT; k++) {
        if ((alarmed & ALARM_BIT(k)) != 0 && (stand & ALARM_BIT(k)) == 0) {
            like.kind = (uint8_t)k;
            /* It rose before there was a unit. */
            like.unit = k == ALARM_NAME_OVERDUE ? (unit_id){ 0 } : unit;
            follow_clear(t, &like);
        }
    }
}

/* Somebody has acted on a decline: a later order went out for the slot, or for the incident when
 * the declined one stood beside the plan. */
static bool ordered_since(const struct world *w, const struct incident *i,
                          const struct assignment *a)
{
    for (const struct assignment *o = incident_first_assignment(w, i); o != NULL;
         o = assignment_next(w, o)) {
        if (o->id.n > a->id.n && (a->slot == 0 || o->slot == a->slot)) {
            return true;
        }
    }
    return false;
}

/* A decline rings until somebody has acted, or nobody is missing: the slot has another unit, is not
 * asked for any more, or who was to be relieved has gone. */
static bool decline_rings(const struct world *w, const struct incident *i,
                          const struct assignment *a)
{
    if (a->status != ASSIGNMENT_DECLINED || i->status >= INCIDENT_CLOSED ||
        i->status == INCIDENT_HELD || ordered_since(w, i, a)) {
        return false;
    }
    if (a->relieves.n != 0) {
        const struct assignment *old = world_assignment(w, a->relieves);
        return old != NULL && order_committed(old);
    }
    return a->slot == 0 || (order_slot_wanted(i, a->slot) && !advise_slot_filled(w, i, a->slot));
}

/* When it was signed, by word or by deed; 0: not. */
static int64_t signed_at(const struct assignment *a)
{
    int64_t at = a->acknowledged_at;
    at = at == 0 ? a->en_route_at : at;
    at = at == 0 ? a->staged_at : at;
    at = at == 0 ? a->on_scene_at : at;
    return order_signed(a) ? at : 0;
}

/* Another unit had signed for the slot before: the seat decides who stands down. Of a tier I
 * incident every order stands, and a relief is meant to be two. */
static bool second_signature(const struct world *w, const struct incident *i,
                             const struct assignment *a)
{
    int64_t at = signed_at(a);
    if (at == 0 || a->slot == 0 || i->tier == 1 || a->kept || i->status >= INCIDENT_CLOSED) {
        return false;
    }
    for (const struct assignment *o = incident_first_assignment(w, i); o != NULL;
         o = assignment_next(w, o)) {
        int64_t before = order_beside(a, o) ? signed_at(o) : 0;
        if (before != 0 && (before < at || (before == at && o->id.n < a->id.n))) {
            return true;
        }
    }
    return false;
}

/* The order has not reached a unit that has no live terminal until somebody says it was spoken. */
static bool must_be_spoken(const struct world *w, const struct assignment *a)
{
    const struct unit *u = world_unit(w, a->unit);
    return u != NULL && a->status == ASSIGNMENT_DISPATCHED && a->spoken_at == 0 &&
           (u->voice_only || u->terminal_lost);
}

/* Those that state alone raises; the others are raised when their clock is over. */
static uint32_t raised_by_state(const struct world *w, const struct incident *i,
                                const struct assignment *a)
{
    return (decline_rings(w, i, a) ? ALARM_BIT(ALARM_DECLINED) : 0) |
           (second_signature(w, i, a) ? ALARM_BIT(ALARM_TWO_SIGNED) : 0) |
           (must_be_spoken(w, a) ? ALARM_BIT(ALARM_SPEAK_ORDER) : 0);
}

static uint32_t raised_by_clock(const struct assignment *a, int64_t now)
{
    uint32_t stand = 0;
    if (a->status == ASSIGNMENT_DISPATCHED) {
        stand |= a->unit.n != 0 ? ALARM_BIT(ALARM_SIGN_OVERDUE) : ALARM_BIT(ALARM_NAME_OVERDUE);
    }
    stand |= a->status >= ASSIGNMENT_ACKNOWLEDGED && a->status <= ASSIGNMENT_STAGED
                 ? ALARM_BIT(ALARM_ARRIVE_OVERDUE)
                 : 0;
    stand |= a->feedback_due ? ALARM_BIT(ALARM_FEEDBACK_OVERDUE) : 0;
    stand |= a->change_due_at != 0 && a->change_due_at <= now ? ALARM_BIT(ALARM_CHANGE_OVERDUE) : 0;
    stand |= a->safety_due_at != 0 && a->safety_due_at <= now ? ALARM_BIT(ALARM_SAFETY_OVERDUE) : 0;
    return stand;
}

void follow_assignment(struct turn *t, assignment_id id)
{
    const struct assignment *a = world_assignment(t->world, id);
    const struct incident *i = a != NULL ? world_incident(t->world, a->incident) : NULL;
    if (i == NULL) {
        return;
    }
    struct alarm like = { .incident = a->incident, .unit = a->unit, .assignment = id };
    uint32_t now = raised_by_state(t->world, i, a);
    for (uint32_t k = 0; k < ALARM_KIND_COUNT && t->out->count < EVENTS_MAX - ROOM; k++) {
        if ((now & ALARM_BIT(k)) != 0 && (a->alarmed & ALARM_BIT(k)) == 0) {
            like.kind = (uint8_t)k;
            follow_raise(t, like);
        }
    }
    follow_clear_bits(t, a->alarmed, now | raised_by_clock(a, t->at), like);
}

void follow_assignments(struct turn *t, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(t->world, i); a != NULL;
         a = assignment_next(t->world, a)) {
        if (t->out->count < EVENTS_MAX - ROOM) {
            follow_assignment(t, a->id);
        }
    }
}

void follow_unit_orders(struct turn *t, const struct unit *u)
{
    for (const struct assignment *a = unit_first_assignment(t->world, u); a != NULL;
         a = assignment_next_of_unit(t->world, a)) {
        if (t->out->count < EVENTS_MAX - ROOM) {
            follow_assignment(t, a->id);
        }
    }
}

void follow_lead(struct turn *t, incident_id id)
{
    const struct incident *i = world_incident(t->world, id);
    if (i == NULL || i->lead.n == 0) {
        return;
    }
    for (const struct assignment *a = incident_first_assignment(t->world, i); a != NULL;
         a = assignment_next(t->world, a)) {
        if (a->unit.n == i->lead.n && order_committed(a)) {
            return;
        }
    }
    struct event *e = turn_event(t, EVENT_INCIDENT_LED);
    e->as.incident_led = (struct incident_led){ .incident = id };
    turn_emit(t, e);
}

void follow_tell_units(struct turn *t, const struct incident *i, uint16_t changes)
{
    for (const struct assignment *a = incident_first_assignment(t->world, i); a != NULL;
         a = assignment_next(t->world, a)) {
        if (changes != 0 && a->unit.n != 0 && order_committed(a) &&
            t->out->count < EVENTS_MAX - ROOM) {
            order_change(t, i, a, changes);
        }
    }
}
