/* assignment.acknowledge: the order is signed for. A late signature is accepted, also of an order
 * that lapsed because another unit signed: then the seat decides who stands down. Refusals:
 * no_such_assignment, not_your_unit, not_your_zone, unit_needed (a station's desk names its unit by
 * assignment.name), illegal_move, incident_closed, unit_off_duty, unit_already_here (of a lapsed
 * order). */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_assignment_acknowledge(struct turn *t, const struct assignment_acknowledge *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (!assign_step_legal(t, a, ASSIGNMENT_ACKNOWLEDGED, "assignment")) {
        return;
    }
    assign_progress(t, a,
                    &(struct step){ .to = ASSIGNMENT_ACKNOWLEDGED,
                                    .by = assign_by(t, c->by),
                                    .at_device = c->at_device });
}
