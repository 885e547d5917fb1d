/* report.settle: a report ends without an incident.
 * Refusals: no_such_report, not_your_zone, report_settled, report_linked,
 * value_needed. */
#include "dispatch/command/decide.h"

void decide_report_settle(struct turn *t, const struct report_settle *c)
{
    const struct report *r = turn_report(t, c->report);
    if (r == NULL) {
        return;
    }
    if (r->status != REPORT_OPEN) {
        turn_refuse(t, r->status == REPORT_SETTLED ? REFUSED_REPORT_SETTLED : REFUSED_REPORT_LINKED,
                    "report");
        return;
    }
    if (c->outcome == OUTCOME_NONE) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, "outcome");
        return;
    }
    struct sealed note = turn_seal_value(t, &c->note, "report_note");
    struct event *e = turn_event(t, EVENT_REPORT_SETTLED);
    e->as.report_settled =
        (struct report_settled){ .report = r->id, .outcome = c->outcome, .note = note };
    t->out->report = r->id;
    turn_emit(t, e);
}
