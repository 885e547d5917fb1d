/* assignment.progress: the next step; skipped ones leave their stamp empty.
 * Refusals: no_such_assignment, not_your_unit, not_your_zone, illegal_move (also for a status that
 * is not a step: reserved, dispatched, acknowledged, declined, expired and cancelled have commands
 * of their own or none). */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_assignment_progress(struct turn *t, const struct assignment_progress *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL) {
        return;
    }
    enum assignment_status to = (enum assignment_status)c->status;
    bool step = to >= ASSIGNMENT_EN_ROUTE && to <= ASSIGNMENT_CLEARED;
    if (!step || !assign_move_legal(t, (enum assignment_status)a->status, to)) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, "status");
        return;
    }
    assign_progress(t, a, to, assign_by(t, c->by), c->at_device, DECLINE_BUSY);
}
