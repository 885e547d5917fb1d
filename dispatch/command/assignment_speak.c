/* assignment.speak: an order was spoken, by radio or telephone, to a unit that has no live
 * terminal. Its signature is a step of its own. Refusals: no_such_assignment, not_your_zone,
 * unit_needed, order_not_open, nothing_changed. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_assignment_speak(struct turn *t, const struct assignment_speak *c)
{
    const struct assignment *a = assign_with_unit(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (a->status != ASSIGNMENT_DISPATCHED) {
        turn_refuse(t, REFUSED_ORDER_NOT_OPEN, "assignment");
        return;
    }
    if (a->spoken_at != 0) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "assignment");
        return;
    }
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_SPOKEN);
    e->as.assignment_marked = (struct assignment_marked){ .assignment = a->id,
                                                          .incident = a->incident,
                                                          .unit = a->unit,
                                                          .by = (uint8_t)assign_by(t, c->by),
                                                          .at_device = c->at_device,
                                                          .person = t->user->name };
    t->out->incident = a->incident;
    turn_emit(t, e);
}
