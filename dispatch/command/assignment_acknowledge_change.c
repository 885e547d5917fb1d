/* assignment.acknowledge_change: the unit has seen what changed, also that its incident was closed
 * by force. Who says which change was the last one seen does not acknowledge one that came since.
 * Refusals: no_such_assignment, not_your_unit, not_your_zone, no_change_due, changed_since. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_assignment_acknowledge_change(struct turn *t,
                                          const struct assignment_acknowledge_change *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (!a->change_due) {
        turn_refuse(t, REFUSED_NO_CHANGE_DUE, "assignment");
        return;
    }
    if (c->change_no != 0 && c->change_no != a->change_no) {
        turn_refuse(t, REFUSED_STALE, "change_no");
        return;
    }
    const struct incident *i = world_incident(t->world, a->incident);
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_CHANGE_ACKNOWLEDGED);
    e->as.assignment_changed = (struct assignment_changed){ .assignment = a->id,
                                                            .incident = a->incident,
                                                            .unit = a->unit,
                                                            .rev = i->rev,
                                                            .by = (uint8_t)assign_by(t, c->by),
                                                            .at_device = c->at_device };
    t->out->incident = a->incident;
    turn_emit(t, e);
}
