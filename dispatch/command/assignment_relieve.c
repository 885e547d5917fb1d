/* assignment.relieve: another unit takes over the slot. Who is relieved stays until that unit is
 * there, and is free then, in the same row (command/assign); a relief that is declined, cancelled
 * or lapses changes nothing for them. Refusals: no_such_assignment, not_your_zone, unit_needed,
 * illegal_move, relief_under_way, no_such_unit, unit_off_duty, unit_already_here,
 * capacity_reached. */
#include "base/must.h"
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/order.h"

static bool relievable(struct turn *t, const struct assignment *a)
{
    if (!order_committed(a)) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, "assignment");
        return false;
    }
    if (a->relieved_by.n != 0) {
        turn_refuse(t, REFUSED_RELIEF_UNDER_WAY, "assignment");
        return false;
    }
    return true;
}

void decide_assignment_relieve(struct turn *t, const struct assignment_relieve *c)
{
    const struct assignment *a = assign_with_unit(t, c->assignment);
    if (a == NULL || !relievable(t, a)) {
        return;
    }
    const struct incident *i = world_incident(t->world, a->incident);
    must(i != NULL);
    if (!assign_unit_valid(t, i, world_unit(t->world, c->unit), true, "unit") ||
        !assign_room(t, 1)) {
        return;
    }
    struct sealed reason = turn_seal_value(t, &c->reason, "relief_reason");
    order_emit(t, &(struct order){ .incident = i,
                                   .unit = c->unit,
                                   .slot = a->slot,
                                   .status = ASSIGNMENT_DISPATCHED,
                                   .by = BY_TERMINAL,
                                   .relieves = a->id,
                                   .reason = reason });
    t->out->incident = i->id;
}
