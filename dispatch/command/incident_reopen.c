/* incident.reopen: a closed incident comes back, with a reason, as long as it is in memory (72 h
 * after closing, less when the memory is nearly full). Refusals: no_such_incident, not_your_zone,
 * incident_not_closed. */
#include "dispatch/command/decide.h"

void decide_incident_reopen(struct turn *t, const struct incident_reopen *c)
{
    const struct incident *i = turn_incident(t, c->incident);
    if (i == NULL) {
        return;
    }
    if (i->status < INCIDENT_CLOSED) {
        turn_refuse(t, REFUSED_INCIDENT_NOT_CLOSED, "incident");
        return;
    }
    if (!turn_rev_expected(t, i)) {
        return;
    }
    struct sealed reason = turn_seal_value(t, &c->reason, "reopen_reason");
    struct event *e = turn_event(t, EVENT_INCIDENT_REOPENED);
    e->as.incident_reopened = (struct incident_reopened){ .incident = *i, .reason = reason };
    t->out->incident = i->id;
    turn_emit(t, e);
}
