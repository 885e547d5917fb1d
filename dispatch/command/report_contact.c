/* report.contact: somebody tried to reach the caller, in a way the caller allows. Refusals:
 * no_such_report, not_your_zone, not_your_unit, report_settled, caller_no_contact, contact_way. */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"
#include "dispatch/core/callback.h"

void decide_report_contact(struct turn *t, const struct report_contact *c)
{
    const struct report *r = take_report(t, c->report);
    if (r == NULL || !take_contact_allowed(t, r, (enum contact_way)c->how)) {
        return;
    }
    bool reached = c->result == CONTACT_RESULT_REACHED;
    struct sealed note = turn_seal_value(t, &c->note, "contact_note");
    struct event *e = turn_event(t, EVENT_REPORT_CONTACTED);
    e->as.report_contacted =
        (struct report_contacted){ .report = r->id,
                                   .incident = r->incident,
                                   .how = c->how,
                                   .result = c->result,
                                   .tries = callback_tries(r),
                                   .callback_at = r->callback && !reached ? callback_next(t, r) : 0,
                                   .note = note };
    t->out->report = r->id;
    t->out->incident = r->incident;
    turn_emit(t, e);
}
