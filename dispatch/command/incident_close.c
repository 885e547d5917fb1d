/* incident.close: with a result. Refused while a unit is committed or owes a feedback; only a
 * commander may force it. Then the units are told, and the safety clock of officers who were at
 * work there runs on until somebody confirms them; nobody closes over an officer in need. Refusals:
 * no_such_incident, not_your_zone, incident_closed, changed_since, no_such_type, panic_stands,
 * value_needed, unit_committed, feedback_owed, callback_owed. */
#include "base/must.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/callback.h"
#include "dispatch/core/order.h"

#define UNITS_TOLD_MAX 32

/* Units that were on it hear that it is over: their orders end as cancelled with a change to
 * acknowledge. */
static void tell_cancelled(struct turn *t, const struct incident *i, const struct event *closed)
{
    assignment_id told[UNITS_TOLD_MAX];
    uint32_t count = 0;
    for (const struct assignment *a = incident_first_assignment(t->world, i); a != NULL;
         a = assignment_next(t->world, a)) {
        if (order_committed(a) && a->unit.n != 0 && count < UNITS_TOLD_MAX) {
            told[count++] = a->id;
        }
    }
    turn_emit(t, closed);
    for (uint32_t k = 0; k < count; k++) {
        const struct assignment *a = world_assignment(t->world, told[k]);
        order_change(t, i, a, (uint16_t)(1u << CHANGE_CLOSED));
    }
}

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
    tell_cancelled(t, i, e);
}
