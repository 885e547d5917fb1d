/* incident.retier: a person sets the tier, with a reason. The requirements of the plan stay.
 * Refusals: no_such_incident, not_your_zone, incident_closed, changed_since, value_needed,
 * nothing_changed. */
#include "dispatch/command/decide.h"

void decide_incident_retier(struct turn *t, const struct incident_retier *c)
{
    const struct incident *i = turn_open_incident(t, c->incident);
    if (i == NULL) {
        return;
    }
    if (c->tier == 0) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, "tier");
        return;
    }
    if (i->tier == c->tier && i->tier_by_person) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "tier");
        return;
    }
    struct sealed reason = turn_seal_value(t, &c->reason, "tier_reason");
    struct event *e = turn_event(t, EVENT_INCIDENT_TIERED);
    e->as.incident_tiered = (struct incident_tiered){
        .incident = i->id, .tier = c->tier, .by_person = true, .reason = reason
    };
    t->out->incident = i->id;
    turn_emit(t, e);
}
