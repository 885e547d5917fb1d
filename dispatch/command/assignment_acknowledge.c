/* assignment.acknowledge: the order is signed for. A late signature is accepted as long as the
 * order stands. Refusals: no_such_assignment, not_your_unit, not_your_zone, illegal_move. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_assignment_acknowledge(struct turn *t, const struct assignment_acknowledge *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (!assign_move_legal(t, (enum assignment_status)a->status, ASSIGNMENT_ACKNOWLEDGED)) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, "assignment");
        return;
    }
    assign_progress(t, a, ASSIGNMENT_ACKNOWLEDGED, assign_by(t, c->by), c->at_device, DECLINE_BUSY);
}
