/* incident.hold: nobody is sent until then, with a reason; the review is a deadline, at the end of
 * the hold or as early as the plan asks for.
 * Refusals: no_such_incident, not_your_zone, incident_closed, changed_since, panic_stands,
 * unit_committed, hold_in_past. */
#include "dispatch/command/decide.h"

void decide_incident_hold(struct turn *t, const struct incident_hold *c)
{
    const struct incident *i = turn_open_incident(t, c->incident);
    if (i == NULL) {
        return;
    }
    if (i->panic) {
        turn_refuse(t, REFUSED_PANIC_STANDS, "incident");
        return;
    }
    if (i->status != INCIDENT_WAITING && i->status != INCIDENT_HELD) {
        turn_refuse(t, REFUSED_INCIDENT_COMMITTED, "incident");
        return;
    }
    if (c->until <= t->at) {
        turn_refuse(t, REFUSED_HOLD_IN_PAST, "until");
        return;
    }
    uint32_t hold_ms = world_clocks(t->world, i, i->tier).hold_ms;
    int64_t most = hold_ms != 0 ? t->at + (int64_t)hold_ms * US_PER_MS : c->until;
    struct sealed reason = turn_seal_value(t, &c->reason, "hold_reason");
    struct event *e = turn_event(t, EVENT_INCIDENT_HELD);
    e->as.incident_held = (struct incident_held){ .incident = i->id,
                                                  .until = c->until,
                                                  .reason = reason,
                                                  .review_at = most < c->until ? most : 0 };
    t->out->incident = i->id;
    turn_emit(t, e);
}
