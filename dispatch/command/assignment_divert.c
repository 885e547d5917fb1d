/* assignment.divert: a unit leaves one incident for another, in one command. What it leaves asks
 * for somebody again (core/follow), and both timelines say so. Not with somebody in the car.
 * Refusals: no_such_assignment, not_your_zone, unit_needed, illegal_move, no_such_incident,
 * not_your_zone, incident_closed, changed_since (of where it goes), unit_already_here,
 * capacity_reached. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/order.h"

static bool may_leave(struct turn *t, const struct assignment *a)
{
    if (a->status < ASSIGNMENT_DISPATCHED || a->status > ASSIGNMENT_ON_SCENE) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, "assignment");
        return false;
    }
    return true;
}

void decide_assignment_divert(struct turn *t, const struct assignment_divert *c)
{
    const struct assignment *a = assign_with_unit(t, c->assignment);
    if (a == NULL || !may_leave(t, a)) {
        return;
    }
    const struct incident *to = turn_open_incident(t, c->incident);
    if (to == NULL) {
        return;
    }
    const struct unit *u = world_unit(t->world, a->unit);
    if (!assign_unit_valid(t, to, u, true, "incident") || !assign_room(t, 1)) {
        return;
    }
    assignment_id left = a->id;
    struct sealed reason = turn_seal_value(t, &c->reason, "divert_reason");
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_DIVERTED);
    e->as.assignment_diverted =
        (struct assignment_diverted){ .assignment = left,
                                      .incident = a->incident,
                                      .unit = u->id,
                                      .to = to->id,
                                      .order = { t->world->next_assignment },
                                      .reason = reason };
    turn_emit(t, e);
    order_emit(t, &(struct order){ .incident = to,
                                   .unit = u->id,
                                   .slot = order_slot_for(t->world, to, u),
                                   .status = ASSIGNMENT_DISPATCHED,
                                   .by = BY_TERMINAL,
                                   .diverted_from = left });
    t->out->incident = to->id;
}
