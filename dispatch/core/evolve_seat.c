#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"
#include "dispatch/core/seats.h"

static struct seat *known(struct world *w, seat_id id)
{
    struct seat *s = world_seat(w, id);
    must(s != NULL);
    touch_seat(w, s);
    return s;
}

/* Somebody came or went: work may now wait for an heir that was not there before. */
static void staffing_changed(struct world *w)
{
    for (uint32_t k = 0; k < w->seat_count; k++) {
        deadlines_seat(w, &w->seats[k]);
    }
}

static bool at_seat(const struct world *w, seat_id owner, const struct seat *s)
{
    return seats_owner(w, owner) == s;
}

static bool lists_incident(const struct list *l, incident_id id)
{
    const struct incident_ref *refs = l->at;
    for (uint32_t k = 0; k < l->count; k++) {
        if (refs[k].incident.n == id.n) {
            return true;
        }
    }
    return false;
}

static bool lists_report(const struct list *l, report_id id)
{
    const struct report_ref *refs = l->at;
    for (uint32_t k = 0; k < l->count; k++) {
        if (refs[k].report.n == id.n) {
            return true;
        }
    }
    return false;
}

/* The seat's work has another person now: screens say so, and what they have not read rings. */
static void take_work(struct world *w, const struct seat *s, const struct seat_taken *e)
{
    uint32_t k = 0;
    for (struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        if (seat_owns_incident(i) && at_seat(w, i->seat, s)) {
            touch_incident(w, i);
            i->unread = !lists_incident(&e->incidents, i->id);
        }
    }
    k = 0;
    for (struct report *r; (r = world_next_of_reports(w, &k)) != NULL;) {
        if (seat_owns_report(r) && at_seat(w, r->seat, s)) {
            touch_report(w, r);
            r->unread = !lists_report(&e->reports, r->id);
        }
    }
}

/* Screens show the owner with the person: what the seat owns has none now. */
static void touch_work(struct world *w, const struct seat *s)
{
    uint32_t k = 0;
    for (struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        if (seat_owns_incident(i) && at_seat(w, i->seat, s)) {
            touch_incident(w, i);
        }
    }
}

static void taken(struct world *w, const struct seat_taken *e)
{
    struct seat *s = known(w, e->seat);
    s->person = e->person;
    s->person_since = w->at;
    s->vacant_since = 0;
    s->silent = false;
    s->handing_to = (struct text32){ 0 };
    s->sheet_seq = 0;
    saw_sealed(w, &e->reason);
    take_work(w, s, e);
    staffing_changed(w);
}

static void left(struct world *w, const struct seat_left *e)
{
    struct seat *s = known(w, e->seat);
    s->person = (struct text32){ 0 };
    s->person_since = 0;
    s->vacant_since = s->vacant_since != 0 ? s->vacant_since : w->at;
    s->silent = false;
    s->handing_to = (struct text32){ 0 };
    s->sheet_seq = 0;
    touch_work(w, s);
    staffing_changed(w);
}

static void handing_over(struct world *w, const struct seat_handing_over *e)
{
    struct seat *s = known(w, e->seat);
    s->handing_to = e->to;
    s->sheet_seq = e->to.len > 0 ? w->seq : 0;
    saw_sealed(w, &e->note);
}

static void work_read(struct world *w, const struct seat_work_read *e)
{
    const struct incident_ref *incidents = e->incidents.at;
    const struct report_ref *reports = e->reports.at;
    for (uint32_t k = 0; k < e->incidents.count; k++) {
        struct incident *i = world_incident(w, incidents[k].incident);
        if (i != NULL && i->unread) {
            touch_incident(w, i);
            i->unread = false;
        }
    }
    for (uint32_t k = 0; k < e->reports.count; k++) {
        struct report *r = world_report(w, reports[k].report);
        if (r != NULL && r->unread) {
            touch_report(w, r);
            r->unread = false;
        }
    }
}

static void silence(struct world *w, seat_id id, bool silent, int64_t since)
{
    struct seat *s = known(w, id);
    s->silent = silent;
    s->vacant_since = since;
    staffing_changed(w);
}

void evolve_seat(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_SEAT_TAKEN) {
        taken(w, &e->as.seat_taken);
    } else if (e->kind == EVENT_SEAT_LEFT) {
        left(w, &e->as.seat_left);
    } else if (e->kind == EVENT_SEAT_HANDING_OVER) {
        handing_over(w, &e->as.seat_handing_over);
    } else if (e->kind == EVENT_SEAT_WORK_READ) {
        work_read(w, &e->as.seat_work_read);
    } else if (e->kind == EVENT_SEAT_SILENCED) {
        silence(w, e->as.seat_silenced.seat, true, e->as.seat_silenced.since);
    } else {
        must(e->kind == EVENT_SEAT_HEARD);
        silence(w, e->as.seat_heard_again.seat, false, 0);
    }
}
