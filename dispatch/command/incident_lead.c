/* incident.lead: one of the units on the incident commands the scene, until it clears. Refusals:
 * no_such_incident, not_your_zone, incident_closed, changed_since, no_such_unit, unit_not_here,
 * nothing_changed. */
#include "dispatch/command/decide.h"
#include "dispatch/core/order.h"

static bool works_here(const struct world *w, const struct incident *i, unit_id unit)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->unit.n == unit.n && order_committed(a)) {
            return true;
        }
    }
    return false;
}

void decide_incident_lead(struct turn *t, const struct incident_lead *c)
{
    const struct incident *i = turn_open_incident(t, c->incident);
    if (i == NULL || turn_unit(t, c->unit) == NULL) {
        return;
    }
    if (!works_here(t->world, i, c->unit)) {
        turn_refuse(t, REFUSED_UNIT_NOT_HERE, "unit");
        return;
    }
    if (i->lead.n == c->unit.n) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "unit");
        return;
    }
    struct event *e = turn_event(t, EVENT_INCIDENT_LED);
    e->as.incident_led = (struct incident_led){ .incident = i->id, .unit = c->unit };
    t->out->incident = i->id;
    turn_emit(t, e);
}
