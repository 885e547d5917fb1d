#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"

static void saw_place(struct world *w, const struct place *p)
{
    saw_sealed(w, &p->detail);
    saw_sealed(w, &p->exact);
}

static void received(struct world *w, const struct report *in)
{
    struct report *r = make_report(w, in->id);
    uint32_t chain = r->next_hash;
    *r = *in;
    r->next_hash = chain;
    r->next_in_incident = 0;
    r->due_slot = 0;
    r->counted = (seat_id){ 0 };
    r->counted_unread = false;
    r->incident = (incident_id){ 0 };
    r->status = REPORT_OPEN;
    r->opened = false;
    w->next_report = in->id.n + 1;
    w->report_number = in->number;
    saw_place(w, &in->place);
    saw_sealed(w, &in->narrative);
    saw_sealed(w, &in->caller_name);
    saw_sealed(w, &in->caller_phone);
    saw_sealed(w, &in->caller_place);
    saw_sealed(w, &in->caller_language);
    saw_sealed(w, &in->note);
    deadlines_report(w, r);
}

static void settled(struct world *w, const struct report_settled *e)
{
    struct report *r = world_report(w, e->report);
    must(r != NULL && r->status == REPORT_OPEN);
    touch_report(w, r);
    r->status = REPORT_SETTLED;
    r->outcome = e->outcome;
    r->note = e->note;
    r->settled_at = w->at;
    r->settled_by = e->person;
    r->callback = false;
    r->callback_at = 0;
    saw_sealed(w, &e->note);
    deadlines_report(w, r);
    leaving_push(w, TABLE_REPORT, r->id.n, w->at);
}

static void linked(struct world *w, const struct report_linked *e)
{
    struct report *r = world_report(w, e->report);
    struct incident *i = world_incident(w, e->incident);
    must(r != NULL && i != NULL && r->incident.n == 0);
    touch_report(w, r);
    touch_incident(w, i);
    r->status = REPORT_LINKED;
    r->opened = e->opened;
    link_report(w, r, i);
    i->report_count = e->report_count;
    i->contact = e->contact;
    i->cues |= e->cues;
    deadlines_report(w, r);
}

static void unlinked(struct world *w, const struct report_unlinked *e)
{
    struct report *r = world_report(w, e->report);
    struct incident *i = world_incident(w, e->incident);
    must(r != NULL && i != NULL && r->incident.n == i->id.n);
    touch_report(w, r);
    touch_incident(w, i);
    unlink_report(w, r);
    r->status = REPORT_OPEN;
    r->opened = false;
    r->came_from = (incident_id){ 0 };
    r->seat = i->seat;
    i->report_count = e->report_count;
    i->contact = e->contact;
    i->cues_denied = (uint16_t)(i->cues_denied & ~e->cues_denied);
    deadlines_report(w, r);
}

static void owned(struct world *w, const struct report_owned *e)
{
    struct report *r = world_report(w, e->report);
    must(r != NULL);
    touch_report(w, r);
    r->owner = (struct text32){ 0 };
    r->seat = e->seat;
    r->unread = e->unread;
    saw_sealed(w, &e->reason);
    uint32_t k = 0;
    for (struct alarm *a; (a = world_next_of_alarms(w, &k)) != NULL;) {
        if (a->report.n == r->id.n) {
            touch_alarm(w, a);
            a->seat = r->seat;
            deadlines_alarm(w, a);
        }
    }
}

void evolve_report(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_REPORT_RECEIVED) {
        received(w, &e->as.report_received.report);
    } else if (e->kind == EVENT_REPORT_SETTLED) {
        settled(w, &e->as.report_settled);
    } else if (e->kind == EVENT_REPORT_LINKED) {
        linked(w, &e->as.report_linked);
    } else if (e->kind == EVENT_REPORT_OWNED) {
        owned(w, &e->as.report_owned);
    } else {
        must(e->kind == EVENT_REPORT_UNLINKED);
        unlinked(w, &e->as.report_unlinked);
    }
}
