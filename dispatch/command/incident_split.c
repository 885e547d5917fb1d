/* incident.split: a merged incident was one of its own after all. Callers and orders that came with
 * it go back as far as they are still there; what was sent to the survivor since stays with it. A
 * single caller goes by report.unlink. Refusals: no_such_incident, not_your_zone (of both),
 * not_merged, changed_since, incident_closed (the survivor; incident.reopen takes it out alone). */
#include "dispatch/command/decide.h"
#include "dispatch/core/merge.h"

void decide_incident_split(struct turn *t, const struct incident_split *c)
{
    const struct incident *i = turn_incident(t, c->incident);
    if (i == NULL) {
        return;
    }
    if (i->status != INCIDENT_MERGED) {
        turn_refuse(t, REFUSED_NOT_MERGED, "incident");
        return;
    }
    const struct incident *from = merge_survivor(t->world, i);
    from = from != NULL ? turn_incident(t, from->id) : NULL;
    if (from == NULL || !turn_rev_expected(t, i)) {
        if (t->out->refusal == REFUSED_NOT) {
            turn_refuse(t, REFUSED_INCIDENT_CLOSED, "incident");
        }
        return;
    }
    if (from->status >= INCIDENT_CLOSED) {
        turn_refuse(t, REFUSED_INCIDENT_CLOSED, "incident");
        return;
    }
    struct sealed reason = turn_seal_value(t, &c->reason, "split_reason");
    merge_undo(t, i, from, reason);
    t->out->incident = i->id;
}
