/* incident.reopen: a closed incident comes back, with a reason; also one that has left the memory
 * (72 h after closing, sooner when the memory is nearly full), as its rows have it, without its
 * reports and assignments. A merged one is taken out of its survivor as long as that is open.
 * Refusals: no_such_incident, not_your_zone, capacity_reached, incident_not_closed, changed_since.
 */
#include "dispatch/command/decide.h"
#include "dispatch/core/merge.h"

/* As it was when it left; NULL after refusing. */
static const struct incident *departed(struct turn *t, incident_id id)
{
    const struct incident *i = t->command->past;
    const struct world *w = t->world;
    if (i == NULL || i->id.n != id.n || i->status < INCIDENT_CLOSED) {
        turn_refuse(t, REFUSED_NO_SUCH_INCIDENT, "incident");
        return NULL;
    }
    if (!turn_zone_allowed(t, i->place.zone, "incident")) {
        return NULL;
    }
    if (w->incidents_pool.live == w->incidents_pool.cap) {
        turn_refuse(t, REFUSED_FULL, NULL);
        return NULL;
    }
    return i;
}

void decide_incident_reopen(struct turn *t, const struct incident_reopen *c)
{
    bool gone = world_incident(t->world, c->incident) == NULL;
    const struct incident *i = gone ? departed(t, c->incident) : turn_incident(t, c->incident);
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
    const struct incident *from =
        i->status == INCIDENT_MERGED && !gone ? merge_survivor(t->world, i) : NULL;
    if (from != NULL && from->status < INCIDENT_CLOSED) {
        merge_undo(t, i, from, reason);
        t->out->incident = i->id;
        return;
    }
    struct event *e = turn_event(t, EVENT_INCIDENT_REOPENED);
    e->as.incident_reopened =
        (struct incident_reopened){ .incident = *i, .departed = gone, .reason = reason };
    t->out->incident = i->id;
    turn_emit(t, e);
}
