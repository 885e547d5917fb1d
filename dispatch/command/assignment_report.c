/* assignment.report: word from the scene, typed by the unit or spoken by radio. The first one of an
 * incident ends the clock of the first report; each confirms that the officers are safe. Refusals:
 * no_such_assignment, not_your_unit, not_your_zone, unit_needed, illegal_move (not on
 * scene). */
#include "base/must.h"
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/order.h"

void decide_assignment_report(struct turn *t, const struct assignment_report *c)
{
    const struct assignment *a = assign_with_unit(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (a->status != ASSIGNMENT_ON_SCENE && a->status != ASSIGNMENT_TRANSPORTING) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, "assignment");
        return;
    }
    const struct incident *i = world_incident(t->world, a->incident);
    must(i != NULL);
    struct sealed note = turn_seal_value(t, &c->note, "scene_report");
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_REPORTED);
    e->as.assignment_reported =
        (struct assignment_reported){ .assignment = a->id,
                                      .incident = a->incident,
                                      .unit = a->unit,
                                      .first_report = i->first_report_at == 0,
                                      .safety_due_at = order_safety_due(t, i),
                                      .note = note,
                                      .by = (uint8_t)assign_by(t, c->by),
                                      .at_device = c->at_device };
    t->out->incident = a->incident;
    turn_emit(t, e);
}
