/* incident.note: free words, kept as personal. Also after closing. A caution goes to every unit on
 * the incident as a change to acknowledge.
 * Refusals: no_such_incident, not_your_zone, not_your_unit, changed_since. */
#include "dispatch/command/decide.h"

void decide_incident_note(struct turn *t, const struct incident_note *c)
{
    const struct incident *i = turn_incident(t, c->incident);
    if (i == NULL || !turn_rev_expected(t, i)) {
        return;
    }
    struct sealed note = turn_seal_value(t, &c->note, "incident_note");
    struct event *e = turn_event(t, EVENT_INCIDENT_NOTED);
    e->as.incident_noted =
        (struct incident_noted){ .incident = i->id, .note = note, .caution = c->caution };
    t->out->incident = i->id;
    turn_emit(t, e);
}
