/* assignment.safe: the officers of a unit on scene are safe, by their own word or by radio; the
 * clock of the next check begins. After a closing by force it is the last one. Refusals:
 * no_such_assignment, not_your_unit, not_your_zone, no_safety_check. */
#include "base/must.h"
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/order.h"

void decide_assignment_safe_in(struct turn *t, const struct assignment_safe_in *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (a->safety_due_at == 0) {
        turn_refuse(t, REFUSED_NO_SAFETY_CHECK, "assignment");
        return;
    }
    const struct incident *i = world_incident(t->world, a->incident);
    must(i != NULL);
    bool at_work = a->status < ASSIGNMENT_CLEARED;
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_SAFE);
    e->as.assignment_safe =
        (struct assignment_safe){ .assignment = a->id,
                                  .incident = a->incident,
                                  .unit = a->unit,
                                  .due_at = at_work ? order_safety_due(t, i) : 0,
                                  .by = (uint8_t)assign_by(t, c->by),
                                  .at_device = c->at_device };
    t->out->incident = a->incident;
    turn_emit(t, e);
}
