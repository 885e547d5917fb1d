/* assignment.feedback: what was found and done. From a unit that is or was on scene, once or to
 * correct it. Refusals: no_such_assignment, not_your_unit, not_your_zone, no_such_type,
 * no_feedback_due, value_needed. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/order.h"

void decide_assignment_feedback(struct turn *t, const struct assignment_feedback *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL || !turn_type_known(t, c->type)) {
        return;
    }
    if (a->on_scene_at == 0 || world_incident(t->world, a->incident)->status >= INCIDENT_CLOSED) {
        turn_refuse(t, REFUSED_NO_FEEDBACK_DUE, "assignment");
        return;
    }
    if (c->disposition == DISPOSITION_NONE) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, "disposition");
        return;
    }
    const struct incident *i = world_incident(t->world, a->incident);
    bool working = a->status == ASSIGNMENT_ON_SCENE || a->status == ASSIGNMENT_TRANSPORTING;
    struct sealed note = turn_seal_value(t, &c->note, "feedback_note");
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_FED_BACK);
    struct assignment_fed_back *f = &e->as.assignment_fed_back;
    *f = (struct assignment_fed_back){ .assignment = a->id,
                                       .incident = a->incident,
                                       .unit = a->unit,
                                       .disposition = c->disposition,
                                       .persons_helped = c->persons_helped,
                                       .injured = c->injured,
                                       .by = (uint8_t)assign_by(t, c->by),
                                       .at_device = c->at_device,
                                       .note = note,
                                       .first_report = i->first_report_at == 0,
                                       .safety_due_at = working ? order_safety_due(t, i) : 0 };
    text_set(&f->type, c->type);
    t->out->incident = a->incident;
    turn_emit(t, e);
}
