/* seat.take: a person takes a seat: an empty one, one whose person is not heard, one that is being
 * handed to them (this signs the sheet), or, as a commander with a reason, anybody's. What the seat
 * owns and the command does not list as read rings until it is read.
 * Refusals: no_such_seat, seat_not_for_role, not_your_zone, nothing_changed, seat_held,
 * seat_handed_to_other, seat_staffed, reason_needed. */
#include "dispatch/command/decide.h"
#include "dispatch/command/seat.h"
#include "dispatch/core/own.h"

static bool sits_elsewhere(struct turn *t, const struct seat *s)
{
    const struct seat *own = own_seat(t);
    if (own == s && !s->silent) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "seat");
    } else if (own != NULL && own != s) {
        turn_refuse(t, REFUSED_SEAT_HELD, "seat");
    }
    return t->out->refusal != REFUSED_NOT;
}

/* Nobody is in the way, or a commander says why they may be put aside. */
static bool free_to_take(struct turn *t, const struct seat *s, const struct seat_take *c)
{
    bool to_other =
        s->handing_to.len > 0 && !str_eq(text_str(&s->handing_to), t->command->principal);
    bool to_me = s->handing_to.len > 0 && !to_other;
    bool staffed = seat_staffed(s) && !to_me;
    if (!to_other && !staffed) {
        return true;
    }
    if (t->role != ROLE_COMMANDER) {
        turn_refuse(t, to_other ? REFUSED_SEAT_HANDED_TO_OTHER : REFUSED_SEAT_STAFFED, "seat");
    } else if (c->reason.value.len == 0) {
        turn_refuse(t, REFUSED_REASON_NEEDED, "reason");
    }
    return t->out->refusal == REFUSED_NOT;
}

void decide_seat_take(struct turn *t, const struct seat_take *c)
{
    const struct seat *s = seat_named(t, c->seat);
    if (s == NULL) {
        return;
    }
    if (!seat_for_role(s, t->role)) {
        turn_refuse(t, REFUSED_SEAT_NOT_FOR_ROLE, "seat");
        return;
    }
    if (!seat_within(t->world, s, t->user)) {
        turn_refuse(t, REFUSED_NOT_YOUR_ZONE, "seat");
        return;
    }
    if (sits_elsewhere(t, s) || !free_to_take(t, s, c)) {
        return;
    }
    struct sealed reason = turn_seal_value(t, &c->reason, "seat_reason");
    struct event *e = turn_event(t, EVENT_SEAT_TAKEN);
    e->as.seat_taken = (struct seat_taken){ .seat = s->id,
                                            .person = t->user->name,
                                            .from = s->person,
                                            .handed_over = s->handing_to.len > 0,
                                            .incidents = c->incidents,
                                            .reports = c->reports,
                                            .reason = reason };
    turn_emit(t, e);
}
