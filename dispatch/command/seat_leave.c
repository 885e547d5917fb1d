/* seat.leave: a person gets up. Not while the seat owns work: that is handed over first.
 * Refusals: no_such_seat, seat_not_yours, seat_owns_work. */
#include "dispatch/command/decide.h"
#include "dispatch/command/seat.h"

void decide_seat_leave(struct turn *t, const struct seat_leave *c)
{
    const struct seat *s = seat_of_sender(t, c->seat);
    if (s == NULL) {
        return;
    }
    if (s->load > 0) {
        turn_refuse(t, REFUSED_SEAT_OWNS_WORK, "seat");
        return;
    }
    struct event *e = turn_event(t, EVENT_SEAT_LEFT);
    e->as.seat_left = (struct seat_left){ .seat = s->id, .person = s->person };
    turn_emit(t, e);
}
