/* assignment.expect: the crew on scene says when it will have done, itself or by radio; until it
 * does, what the incident's type usually takes is assumed. Refusals: no_such_assignment,
 * not_your_unit, not_your_zone, unit_needed, illegal_move (not on scene), end_in_past, end_too_far.
 */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_assignment_expect(struct turn *t, const struct assignment_expect *c)
{
    const struct assignment *a = assign_with_unit(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (a->status != ASSIGNMENT_ON_SCENE) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, "assignment");
        return;
    }
    if (!assign_end_valid(t, c->free_at, "free_at")) {
        return;
    }
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_EXPECTED);
    e->as.assignment_expected = (struct assignment_expected){ .assignment = a->id,
                                                              .incident = a->incident,
                                                              .unit = a->unit,
                                                              .free_at = c->free_at,
                                                              .by = (uint8_t)assign_by(t, c->by),
                                                              .at_device = c->at_device };
    t->out->incident = a->incident;
    turn_emit(t, e);
}
