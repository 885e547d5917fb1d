#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"
#include "dispatch/core/image.h"

static struct incident *known(struct world *w, incident_id id)
{
    struct incident *i = world_incident(w, id);
    must(i != NULL);
    touch_incident(w, i);
    return i;
}

static void opened(struct world *w, const struct incident *in)
{
    struct incident *i = make_incident(w, in->id);
    uint32_t chain = i->next_hash;
    *i = *in;
    i->next_hash = chain;
    i->first_report = i->first_assignment = i->due_slot = 0;
    i->counted = (seat_id){ 0 };
    i->counted_unread = false;
    i->report_count = 0;
    w->next_incident = in->id.n + 1;
    if (!number_is_paper(in->number)) {
        w->incident_number = in->number;
    }
    saw_sealed(w, &in->place.detail);
    saw_sealed(w, &in->place.exact);
    deadlines_incident(w, i);
}

static void tiered(struct world *w, const struct incident_tiered *e)
{
    struct incident *i = known(w, e->incident);
    image_tiered(i, e);
    saw_sealed(w, &e->reason);
    deadlines_incident(w, i);
}

/* A unit that is meant to go somewhere else now. */
static void meant_elsewhere(struct world *w, const struct wanted *before, unit_id unit)
{
    struct incident *i = world_incident(w, (incident_id){ before->incident });
    for (uint32_t k = 0; i != NULL && k < i->requirement_count; k++) {
        if (i->requirements[k].slot == before->slot && i->requirements[k].meant.n == unit.n) {
            touch_incident(w, i);
            i->requirements[k].meant = (unit_id){ 0 };
        }
    }
}

static void recommended(struct world *w, const struct incident_recommended *e)
{
    const struct slot_advice *slots = e->slots.at;
    image_recommended(known(w, e->incident), e);
    for (uint32_t k = 0; k < e->slots.count; k++) {
        const struct considered_unit *units = slots[k].considered.at;
        if (slots[k].chosen.n != 0 && slots[k].considered.count > 0 &&
            units[0].as.wanted.incident != 0) {
            meant_elsewhere(w, &units[0].as.wanted, slots[k].chosen);
        }
    }
}

static void amended(struct world *w, const struct incident_amended *e)
{
    struct incident *i = known(w, e->incident);
    image_amended(i, e);
    if (e->place_changed) {
        saw_sealed(w, &e->place.detail);
        saw_sealed(w, &e->place.exact);
    }
    deadlines_incident(w, i);
}

static void held(struct world *w, const struct incident_held *e)
{
    struct incident *i = known(w, e->incident);
    image_held(i, e);
    saw_sealed(w, &e->reason);
    derive_incident(w, i, w->at);
}

/* What is still reserved or owed is over with the incident. Not the safety of officers who were at
 * work there: its clock runs until somebody confirms it. */
static void release_assignments(struct world *w, struct incident *i)
{
    for (struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->status < ASSIGNMENT_CLEARED) {
            touch_assignment(w, a);
            a->status = ASSIGNMENT_CANCELLED;
            a->since = a->ended_at = w->at;
            leave_assignment(w, a);
        }
        if (a->due_at != 0 || a->feedback_due) {
            touch_assignment(w, a);
            a->due_at = 0;
            a->feedback_due = false;
            deadlines_assignment(w, a);
        }
    }
}

static void closed(struct world *w, const struct incident_closed *e)
{
    struct incident *i = known(w, e->incident);
    release_assignments(w, i);
    image_closed(i, e, w->at);
    saw_sealed(w, &e->note);
    deadlines_incident(w, i);
    leaving_push(w, TABLE_INCIDENT, i->id.n, w->at);
}

/* One that has departed comes back as the value in the event, without its reports and assignments:
 * those stay in the log. */
static void reopened(struct world *w, const struct incident_reopened *e)
{
    if (e->departed) {
        /* Rows of before let one go whose caller still waited: to them it was gone. */
        struct incident *waits = world_incident(w, e->incident.id);
        if (waits != NULL) {
            drop_incident(w, waits);
        }
        (void)make_incident(w, e->incident.id);
    }
    struct incident *i = known(w, e->incident.id);
    image_reopened(i, e->departed ? &e->incident : NULL, w->at);
    saw_sealed(w, &e->reason);
    derive_incident(w, i, w->at);
}

/* Its alarms sound at its new seat, and there are to be noticed again by their own limits. */
static void move_alarms(struct world *w, const struct incident *i)
{
    uint32_t k = 0;
    for (struct alarm *a; (a = world_next_of_alarms(w, &k)) != NULL;) {
        if (a->incident.n == i->id.n && !alarm_is_of_access(a->kind) &&
            a->kind != ALARM_OFFERS_SPENT) {
            touch_alarm(w, a);
            a->seat = i->seat;
            deadlines_alarm(w, a);
        }
    }
}

static void owned(struct world *w, const struct incident_owned *e)
{
    struct incident *i = known(w, e->incident);
    image_owned(i, e);
    saw_sealed(w, &e->reason);
    if (i->alarmed != 0) {
        move_alarms(w, i);
    }
}

void evolve_incident(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_INCIDENT_OPENED) {
        opened(w, &e->as.incident_opened.incident);
    } else if (e->kind == EVENT_INCIDENT_TIERED) {
        tiered(w, &e->as.incident_tiered);
    } else if (e->kind == EVENT_INCIDENT_RECOMMENDED) {
        recommended(w, &e->as.incident_recommended);
    } else if (e->kind == EVENT_INCIDENT_AMENDED) {
        amended(w, &e->as.incident_amended);
    } else if (e->kind == EVENT_INCIDENT_NOTED) {
        known(w, e->as.incident_noted.incident);
        saw_sealed(w, &e->as.incident_noted.note);
    } else if (e->kind == EVENT_INCIDENT_HELD) {
        held(w, &e->as.incident_held);
    } else if (e->kind == EVENT_INCIDENT_CLOSED) {
        closed(w, &e->as.incident_closed);
    } else if (e->kind == EVENT_INCIDENT_REOPENED) {
        reopened(w, &e->as.incident_reopened);
    } else if (e->kind == EVENT_INCIDENT_LED) {
        image_led(known(w, e->as.incident_led.incident), &e->as.incident_led);
    } else if (e->kind == EVENT_INCIDENT_OWNED) {
        owned(w, &e->as.incident_owned);
    } else {
        must(e->kind == EVENT_INCIDENT_DEPARTED);
        struct incident *i = world_incident(w, e->as.incident_departed.incident);
        must(i != NULL && i->status >= INCIDENT_CLOSED);
        drop_incident(w, i);
        leaving_trim(w);
    }
}
