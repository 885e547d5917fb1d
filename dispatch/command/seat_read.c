/* seat.read: who sits at a seat has read what came over to it; for that it rings no more.
 * Refusals: no_such_seat, seat_not_yours, nothing_changed (nothing listed is unread). */
#include "dispatch/command/decide.h"
#include "dispatch/command/seat.h"

static bool any_unread(const struct world *w, const struct seat_read *c)
{
    const struct incident_ref *incidents = c->incidents.at;
    const struct report_ref *reports = c->reports.at;
    for (uint32_t k = 0; k < c->incidents.count; k++) {
        const struct incident *i = world_incident(w, incidents[k].incident);
        if (i != NULL && i->unread && seats_owner(w, i->seat) == world_seat(w, c->seat)) {
            return true;
        }
    }
    for (uint32_t k = 0; k < c->reports.count; k++) {
        const struct report *r = world_report(w, reports[k].report);
        if (r != NULL && r->unread && seats_owner(w, r->seat) == world_seat(w, c->seat)) {
            return true;
        }
    }
    return false;
}

void decide_seat_read(struct turn *t, const struct seat_read *c)
{
    const struct seat *s = seat_of_sender(t, c->seat);
    if (s == NULL) {
        return;
    }
    if (!any_unread(t->world, c)) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "incidents");
        return;
    }
    struct event *e = turn_event(t, EVENT_SEAT_WORK_READ);
    e->as.seat_work_read =
        (struct seat_work_read){ .seat = s->id, .incidents = c->incidents, .reports = c->reports };
    turn_emit(t, e);
}
