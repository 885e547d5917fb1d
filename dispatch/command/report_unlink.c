/* report.unlink: a report turns out to be about something else. Unless it says otherwise an
 * incident of its own opens. Refusals: no_such_report, not_your_zone, report_not_linked,
 * incident_closed, changed_since, last_report, capacity_reached. */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"
#include "dispatch/core/callback.h"

void decide_report_unlink(struct turn *t, const struct report_unlink *c)
{
    const struct report *r = turn_report(t, c->report);
    if (r == NULL) {
        return;
    }
    if (r->incident.n == 0) {
        turn_refuse(t, REFUSED_REPORT_NOT_LINKED, "report");
        return;
    }
    const struct incident *i = turn_open_incident(t, r->incident);
    if (i == NULL) {
        return;
    }
    if (i->report_count <= 1) {
        turn_refuse(t, REFUSED_LAST_REPORT, "report");
        return;
    }
    if (!c->no_open && !take_room(t)) {
        return;
    }
    struct event *e = turn_event(t, EVENT_REPORT_UNLINKED);
    e->as.report_unlinked =
        (struct report_unlinked){ .report = r->id,
                                  .incident = i->id,
                                  .report_count = i->report_count - 1,
                                  .cues_denied = (uint16_t)(r->cues_denied & i->cues_denied),
                                  .contact = callback_contact(t->world, i, r) };
    t->out->report = r->id;
    turn_emit(t, e);
    if (!c->no_open) {
        take_open(t, &(struct opening){ .type = text_str(&r->type),
                                        .priority = r->priority,
                                        .channel = r->channel,
                                        .cues = r->cues,
                                        .denied = r->cues_denied,
                                        .place = r->place,
                                        .report = r,
                                        .by_person = true });
    }
}
