/* incident.close: with a result. Refused while a unit is committed or owes a feedback; a commander
 * may force what is owed; nobody closes over an officer in need. Refusals: no_such_incident,
 * not_your_zone, incident_closed, changed_since, no_such_type, panic_stands, value_needed,
 * unit_committed, feedback_owed, callback_owed. */
#include "dispatch/command/decide.h"
#include "dispatch/core/callback.h"

void decide_incident_close(struct turn *t, const struct incident_close *c)
{
    const struct incident *i = turn_open_incident(t, c->incident);
    if (i == NULL || !turn_type_known(t, c->type)) {
        return;
    }
    if (i->panic) {
        turn_refuse(t, REFUSED_PANIC_STANDS, "incident");
        return;
    }
    if (c->disposition == DISPOSITION_NONE) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, "disposition");
        return;
    }
    bool committed = false;
    bool owed = false;
    for (const struct assignment *a = incident_first_assignment(t->world, i); a != NULL;
         a = assignment_next(t->world, a)) {
        committed = committed ||
                    (a->status >= ASSIGNMENT_DISPATCHED && a->status <= ASSIGNMENT_TRANSPORTING);
        owed = owed || a->feedback_due;
    }
    bool forced = c->force && t->role == ROLE_COMMANDER;
    if (committed && !forced) {
        turn_refuse(t, REFUSED_INCIDENT_COMMITTED, "incident");
        return;
    }
    if (owed && !forced) {
        turn_refuse(t, REFUSED_FEEDBACK_OWED, "incident");
        return;
    }
    bool waits = callback_owed(t->world, i);
    if (waits && !forced) {
        turn_refuse(t, REFUSED_CALLBACK_OWED, "incident");
        return;
    }
    struct sealed note = turn_seal_value(t, &c->note, "close_note");
    callback_close(t, i);
    struct event *e = turn_event(t, EVENT_INCIDENT_CLOSED);
    struct incident_closed *closed = &e->as.incident_closed;
    *closed = (struct incident_closed){ .incident = i->id,
                                        .disposition = c->disposition,
                                        .forced = committed || owed || waits,
                                        .note = note };
    text_set(&closed->type, c->type);
    t->out->incident = i->id;
    turn_emit(t, e);
}
