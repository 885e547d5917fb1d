/* report.link: a report is one more call about an incident that stands open. Its graver cues count
 * for the incident. Refusals: no_such_report, not_your_zone, report_settled, report_linked,
 * no_such_incident, incident_closed, changed_since. */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"

void decide_report_link(struct turn *t, const struct report_link *c)
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
    const struct incident *i = turn_open_incident(t, c->incident);
    if (i == NULL) {
        return;
    }
    struct event *e = turn_event(t, EVENT_REPORT_LINKED);
    e->as.report_linked = (struct report_linked){ .report = r->id,
                                                  .incident = i->id,
                                                  .cues = (uint16_t)(r->cues & ~i->cues),
                                                  .report_count = i->report_count + 1,
                                                  .contact = take_contact(t->world, i, r) };
    t->out->report = r->id;
    t->out->incident = i->id;
    turn_emit(t, e);
}
