#include "dispatch/core/move.h"

#include "base/must.h"
#include "dispatch/core/follow.h"

#define ROOM 8

void move_end(struct turn *t, const struct unit *u, struct unit_move_up_ended how)
{
    must(move_stands(u));
    struct event *e = turn_event(t, EVENT_UNIT_MOVE_UP_ENDED);
    e->as.unit_move_up_ended = how;
    e->as.unit_move_up_ended.unit = u->id;
    e->as.unit_move_up_ended.number = u->move.number;
    turn_emit(t, e);
}

/* An order to an incident; a reservation takes nobody anywhere yet. */
static const struct assignment *sent_to(const struct world *w, const struct unit *u)
{
    for (const struct assignment *a = unit_first_assignment(w, u); a != NULL;
         a = assignment_next_of_unit(w, a)) {
        if (a->status >= ASSIGNMENT_DISPATCHED) {
            return a;
        }
    }
    return NULL;
}

static void end_by_state(struct turn *t, const struct unit *u)
{
    const struct assignment *a = sent_to(t->world, u);
    struct unit_move_up_ended end = { .by = BY_RULE };
    if (a != NULL) {
        end.how = MOVE_END_SENT;
        end.incident = a->incident;
    } else if (!u->on_duty) {
        end.how = MOVE_END_SIGNED_OFF;
    } else if (u->reason != UNIT_REASON_NONE) {
        end.how = MOVE_END_UNAVAILABLE;
    } else if (u->panic && !u->panic_silent) {
        end.how = MOVE_END_PANIC;
    } else {
        return;
    }
    move_end(t, u, end);
}

void move_follow(struct turn *t)
{
    const struct world *w = t->world;
    uint32_t count = w->touched_count;
    for (uint32_t k = 0; k < count && t->out->count < EVENTS_MAX - ROOM; k++) {
        const struct touched *x = &w->touched[k];
        const struct unit *u = x->table == TABLE_UNIT ? world_unit(w, (unit_id){ x->id }) : NULL;
        if (u != NULL && move_stands(u)) {
            end_by_state(t, u);
        }
    }
}

void move_follow_alarm(struct turn *t, const struct unit *u)
{
    struct alarm like = { .kind = ALARM_MOVE_UNSIGNED, .unit = u->id };
    if (!move_unsigned(u)) {
        follow_clear(t, &like);
    } else if (u->voice_only || u->terminal_lost) {
        follow_raise(t, like);
    }
}
