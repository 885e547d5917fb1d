/* assignment.decline: the unit, or the station that was to name one, cannot go, with a coded
 * reason; it rings at the owning seat until the slot has somebody again (core/follow_orders).
 * Refusals: no_such_assignment, not_your_unit, not_your_zone, illegal_move. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_assignment_decline(struct turn *t, const struct assignment_decline *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (!assign_step_legal(t, a, ASSIGNMENT_DECLINED, "assignment")) {
        return;
    }
    assign_progress(
        t, a,
        &(struct step){ .to = ASSIGNMENT_DECLINED,
                        .by = a->unit.n == 0 ? assign_desk_by(t, c->by) : assign_by(t, c->by),
                        .at_device = c->at_device,
                        .reason = (enum decline_reason)c->reason });
}
