/* seat.silent, seat.heard (internal): nothing is heard of who sits at a seat, since when, and
 * again. A seat where that is known, or where nobody sits, makes no event. */
#include "dispatch/command/decide.h"
#include "dispatch/core/seats.h"

void decide_seat_silent(struct turn *t, const struct seat_silent *c)
{
    const struct seat *s = world_seat(t->world, c->seat);
    if (s != NULL && seat_staffed(s)) {
        struct event *e = turn_event(t, EVENT_SEAT_SILENCED);
        int64_t since = c->since > 0 && c->since < t->at ? c->since : t->at;
        since = since > s->person_since ? since : s->person_since;
        e->as.seat_silenced = (struct seat_silenced){ .seat = s->id, .since = since };
        turn_emit(t, e);
    }
}

void decide_seat_heard(struct turn *t, const struct seat_heard *c)
{
    const struct seat *s = world_seat(t->world, c->seat);
    if (s != NULL && s->silent) {
        struct event *e = turn_event(t, EVENT_SEAT_HEARD);
        e->as.seat_heard_again = (struct seat_heard_again){ .seat = s->id };
        turn_emit(t, e);
    }
}
