/* assignment.progress: the next step; skipped ones leave their stamp empty. Who transports says
 * where to: coded, and the place itself as a protected value. Refusals: no_such_assignment,
 * not_your_unit, not_your_zone, illegal_move (also for a status that is not a step: reserved,
 * dispatched, acknowledged, declined, expired and cancelled have commands of their own or none; and
 * for a destination of another step), unit_needed, and of a lapsed order as assignment.acknowledge.
 */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_assignment_progress(struct turn *t, const struct assignment_progress *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL) {
        return;
    }
    enum assignment_status to = (enum assignment_status)c->status;
    if (to < ASSIGNMENT_EN_ROUTE || to > ASSIGNMENT_CLEARED) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, "status");
        return;
    }
    bool somewhere = c->destination != DESTINATION_NONE || c->destination_place.value.len > 0;
    if (somewhere && to != ASSIGNMENT_TRANSPORTING) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, "destination");
        return;
    }
    if (!assign_step_legal(t, a, to, "status")) {
        return;
    }
    struct sealed place = turn_seal_value(t, &c->destination_place, "destination");
    assign_progress(t, a,
                    &(struct step){ .to = to,
                                    .by = assign_by(t, c->by),
                                    .at_device = c->at_device,
                                    .destination = (enum destination)c->destination,
                                    .destination_place = place });
}
