#include "dispatch/core/callback.h"

#define STANDARD_MS 120000
#define STANDARD_TRIES 3
#define EVENTS_LEFT 24 /* for what follows in the row */

bool callback_asked(uint8_t call)
{
    return call == CALL_SILENT || call == CALL_ABANDONED || call == CALL_CANNOT_SPEAK;
}

int64_t callback_first(const struct turn *t)
{
    uint32_t ms = t->world->plan.callback_ms;
    return t->at + (int64_t)(ms != 0 ? ms : STANDARD_MS) * US_PER_MS;
}

int64_t callback_next(const struct turn *t, const struct report *r)
{
    uint8_t most = t->world->plan.callback_tries;
    return callback_tries(r) >= (most != 0 ? most : STANDARD_TRIES) ? t->at : callback_first(t);
}

uint8_t callback_tries(const struct report *r)
{
    return (uint8_t)(r->tries < UINT8_MAX ? r->tries + 1 : UINT8_MAX);
}

enum alarm_kind callback_alarm(const struct report *r)
{
    return r->contact == CONTACT_NONE ? ALARM_NO_CONTACT_WAITING : ALARM_CALLBACK_OVERDUE;
}

bool callback_owed(const struct world *w, const struct incident *i)
{
    for (const struct report *r = incident_first_report(w, i); r != NULL; r = report_next(w, r)) {
        if (r->callback) {
            return true;
        }
    }
    return false;
}

static void end(struct turn *t, const struct report *r, bool dispatched, struct sealed note)
{
    struct event *e = turn_event(t, EVENT_REPORT_CALLBACK_ENDED);
    struct report_callback_ended *ended = &e->as.report_callback_ended;
    *ended = (struct report_callback_ended){
        .report = r->id, .incident = r->incident, .dispatched = dispatched, .note = note
    };
    if (!dispatched && t->user != NULL) {
        ended->person = t->user->name;
    }
    turn_emit(t, e);
}

void callback_settle(struct turn *t, const struct report *r, struct sealed note)
{
    end(t, r, false, note);
}

void callback_close(struct turn *t, const struct incident *i)
{
    for (const struct report *r = incident_first_report(t->world, i); r != NULL;
         r = report_next(t->world, r)) {
        if (r->callback && t->out->count < EVENTS_MAX - EVENTS_LEFT) {
            end(t, r, false, (struct sealed){ 0 });
        }
    }
}

static bool sent(const struct world *w, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->status >= ASSIGNMENT_DISPATCHED && a->status <= ASSIGNMENT_CLEARED) {
            return true;
        }
    }
    return false;
}

/* Only an incident that was opened from the report lies where its caller is: one it was linked to
 * afterwards may be elsewhere. */
static void end_of_incident(struct turn *t, const struct incident *i)
{
    if (i->status >= INCIDENT_CLOSED || !place_has_point(&i->place) || !sent(t->world, i)) {
        return;
    }
    for (const struct report *r = incident_first_report(t->world, i); r != NULL;
         r = report_next(t->world, r)) {
        if (r->callback && r->opened && t->out->count < EVENTS_MAX - EVENTS_LEFT) {
            end(t, r, true, (struct sealed){ 0 });
        }
    }
}

void callback_follow(struct turn *t)
{
    const struct world *w = t->world;
    uint32_t count = w->touched_count;
    for (uint32_t k = 0; k < count; k++) {
        const struct touched x = w->touched[k];
        const struct incident *i =
            x.table == TABLE_INCIDENT ? world_incident(w, (incident_id){ x.id }) : NULL;
        if (i != NULL) {
            end_of_incident(t, i);
        }
    }
}

uint8_t callback_contact(const struct world *w, const struct incident *i,
                         const struct report *without)
{
    uint8_t strictest = CONTACT_CALL;
    for (const struct report *r = incident_first_report(w, i); r != NULL; r = report_next(w, r)) {
        if (r != without && r->contact > strictest) {
            strictest = r->contact;
        }
    }
    return strictest;
}

static bool amendment_matters(const struct report_amended *a)
{
    return a->narrative.ref != 0 || a->caller_name.ref != 0 || a->caller_phone.ref != 0 ||
           a->caller_language.ref != 0 || a->caller_place.ref != 0 || a->place_changed ||
           a->cues_changed || a->contact_changed || a->confidential || a->type.len > 0;
}

/* A caller who joined is marked more strictly than the others. */
static bool stricter(const struct world *w, const struct report_linked *l)
{
    const struct incident *i = world_incident(w, l->incident);
    return i != NULL && callback_contact(w, i, world_report(w, l->report)) < l->contact;
}

incident_id callback_matters(const struct world *w, const struct event *e)
{
    if (e->kind == EVENT_REPORT_LINKED && stricter(w, &e->as.report_linked)) {
        return e->as.report_linked.incident;
    }
    if (e->kind == EVENT_REPORT_MESSAGED && e->as.report_messaged.from_caller) {
        return e->as.report_messaged.incident;
    }
    if (e->kind == EVENT_REPORT_AMENDED && amendment_matters(&e->as.report_amended)) {
        return e->as.report_amended.incident;
    }
    return (incident_id){ 0 };
}
