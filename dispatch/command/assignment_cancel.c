/* assignment.cancel: an order or a reservation is taken back. Who is at work there is not: that
 * unit clears, is relieved or diverted. Refusals: no_such_assignment, not_your_zone, illegal_move.
 */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_assignment_cancel(struct turn *t, const struct assignment_cancel *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (!assign_move_legal(t, (enum assignment_status)a->status, ASSIGNMENT_CANCELLED)) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, "assignment");
        return;
    }
    struct sealed reason = turn_seal_value(t, &c->reason, "cancel_reason");
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_PROGRESSED);
    e->as.assignment_progressed = (struct assignment_progressed){ .assignment = a->id,
                                                                  .incident = a->incident,
                                                                  .unit = a->unit,
                                                                  .status = ASSIGNMENT_CANCELLED,
                                                                  .by = BY_TERMINAL,
                                                                  .note = reason };
    t->out->incident = a->incident;
    turn_emit(t, e);
}
