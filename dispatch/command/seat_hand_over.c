/* seat.hand_over: who sits at a seat signs the sheet of what it owns for the person who comes next,
 * and the sheet is frozen in this row: open incidents, those on hold, unsigned orders, open reports
 * with their promised call-backs, standing and shelved alarms. The other person signs by seat.take.
 * Until then the seat stays with who hands it over; without `to` they take the hand-over back.
 * Refusals: no_such_seat, seat_not_yours, nothing_changed (nothing to take back), no_such_user,
 * seat_not_for_role. */
#include "base/must.h"
#include "dispatch/command/decide.h"
#include "dispatch/command/seat.h"

/* A list that grows by one; its room was reckoned before. */
#define LIST_ADD(list, type, ...)                                    \
    do {                                                             \
        ((type *)(list).at)[(list).count++] = (type){ __VA_ARGS__ }; \
    } while (0)

static struct list list_for(struct turn *t, size_t most, size_t size)
{
    struct list l = { .at = arena_alloc(t->arena, (most + 1) * size) };
    must(l.at != NULL);
    return l;
}

static uint32_t orders_of(const struct world *w, const struct incident *i, struct list *out)
{
    uint32_t n = 0;
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->status == ASSIGNMENT_DISPATCHED) {
            n++;
            if (out != NULL) {
                LIST_ADD(*out, struct assignment_ref, .assignment = a->id);
            }
        }
    }
    return n;
}

static bool owned_here(const struct world *w, const struct incident *i, const struct seat *s)
{
    return seat_owns_incident(i) && seats_owner(w, i->seat) == s;
}

static void list_incidents(struct turn *t, const struct seat *s, struct seat_handing_over *e)
{
    const struct world *w = t->world;
    uint32_t orders = 0;
    uint32_t k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        orders += owned_here(w, i, s) ? orders_of(w, i, NULL) : 0;
    }
    e->incidents = list_for(t, s->load, sizeof(struct incident_ref));
    e->held = list_for(t, s->load, sizeof(struct incident_ref));
    e->unsigned_ = list_for(t, orders, sizeof(struct assignment_ref));
    k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        if (!owned_here(w, i, s)) {
            continue;
        }
        LIST_ADD(e->incidents, struct incident_ref, .incident = i->id);
        if (i->status == INCIDENT_HELD) {
            LIST_ADD(e->held, struct incident_ref, .incident = i->id);
        }
        (void)orders_of(w, i, &e->unsigned_);
    }
}

static void list_reports(struct turn *t, const struct seat *s, struct seat_handing_over *e)
{
    const struct world *w = t->world;
    uint32_t k = 0;
    e->reports = list_for(t, s->load, sizeof(struct report_ref));
    for (const struct report *r; (r = world_next_of_reports(w, &k)) != NULL;) {
        if (seat_owns_report(r) && seats_owner(w, r->seat) == s) {
            LIST_ADD(e->reports, struct report_ref, .report = r->id);
        }
    }
}

static void list_alarms(struct turn *t, const struct seat *s, struct seat_handing_over *e)
{
    const struct world *w = t->world;
    uint32_t k = 0;
    e->alarms = list_for(t, w->alarms_pool.live, sizeof(struct alarm_ref));
    e->shelved = list_for(t, w->alarms_pool.live, sizeof(struct alarm_ref));
    for (const struct alarm *a; (a = world_next_of_alarms(w, &k)) != NULL;) {
        if (seats_owner(w, a->seat) != s) {
            continue;
        }
        if (a->state == ALARM_SHELVED) {
            LIST_ADD(e->shelved, struct alarm_ref, .alarm = a->id);
        } else {
            LIST_ADD(e->alarms, struct alarm_ref, .alarm = a->id);
        }
    }
}

static bool next_valid(struct turn *t, const struct seat *s, struct str to)
{
    const struct user *u = world_user(t->world, to);
    if (u == NULL || u->disabled) {
        turn_refuse(t, REFUSED_NO_SUCH_USER, "to");
    } else if (u == t->user || str_eq(text_str(&s->handing_to), to)) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "to");
    } else if (!seat_for_role(s, (enum role)u->role)) {
        turn_refuse(t, REFUSED_SEAT_NOT_FOR_ROLE, "to");
    }
    return t->out->refusal == REFUSED_NOT;
}

void decide_seat_hand_over(struct turn *t, const struct seat_hand_over *c)
{
    const struct seat *s = seat_of_sender(t, c->seat);
    if (s == NULL) {
        return;
    }
    if (c->to.len == 0 && s->handing_to.len == 0) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "to");
        return;
    }
    if (c->to.len > 0 && !next_valid(t, s, c->to)) {
        return;
    }
    struct sealed note = turn_seal_value(t, &c->note, "seat_note");
    struct event *e = turn_event(t, EVENT_SEAT_HANDING_OVER);
    struct seat_handing_over *h = &e->as.seat_handing_over;
    *h = (struct seat_handing_over){ .seat = s->id, .person = t->user->name, .note = note };
    text_set(&h->to, c->to);
    if (c->to.len > 0) {
        list_incidents(t, s, h);
        list_reports(t, s, h);
        list_alarms(t, s, h);
    }
    turn_emit(t, e);
}
