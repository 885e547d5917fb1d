#include "dispatch/core/own.h"

#include "base/must.h"
#include "dispatch/core/follow.h"
#include "dispatch/core/seats.h"

struct ownable own_of_incident(const struct incident *i)
{
    return (struct ownable){ .zone = i->place.zone, .channel = i->channel, .tier = i->tier };
}

struct ownable own_of_report(const struct report *r)
{
    return (struct ownable){ .zone = r->place.zone, .channel = r->channel };
}

struct seat *own_seat(struct turn *t)
{
    return t->user != NULL ? seats_of(t->world, text_str(&t->user->name)) : NULL;
}

seat_id own_first(struct turn *t, const struct ownable *what)
{
    const struct seat *own = own_seat(t);
    return own != NULL ? own->id : seats_choose(t->world, what, (seat_id){ 0 });
}

void own_incident(struct turn *t, const struct incident *i, seat_id seat, bool by_rule, bool unread,
                  struct sealed reason)
{
    struct event *e = turn_event(t, EVENT_INCIDENT_OWNED);
    e->as.incident_owned = (struct incident_owned){
        .incident = i->id, .seat = seat, .by_rule = by_rule, .unread = unread, .reason = reason
    };
    turn_emit(t, e);
}

void own_report(struct turn *t, const struct report *r, seat_id seat, bool by_rule, bool unread,
                struct sealed reason)
{
    struct event *e = turn_event(t, EVENT_REPORT_OWNED);
    e->as.report_owned = (struct report_owned){
        .report = r->id, .seat = seat, .by_rule = by_rule, .unread = unread, .reason = reason
    };
    turn_emit(t, e);
}

static const struct sealed no_reason;

void own_pass_on(struct turn *t, const struct seat *from)
{
    struct world *w = t->world;
    uint32_t most = t->out->count + PASSED_ON_MAX;
    uint32_t k = 0;
    for (const struct incident *i;
         t->out->count < most && (i = world_next_of_incidents(w, &k)) != NULL;) {
        if (seat_owns_incident(i) && seats_owner(w, i->seat) == from) {
            struct ownable what = own_of_incident(i);
            own_incident(t, i, seats_heir(w, from, &what), true, true, no_reason);
        }
    }
    k = 0;
    for (const struct report *r;
         t->out->count < most && (r = world_next_of_reports(w, &k)) != NULL;) {
        if (seat_owns_report(r) && seats_owner(w, r->seat) == from) {
            struct ownable what = own_of_report(r);
            own_report(t, r, seats_heir(w, from, &what), true, true, no_reason);
        }
    }
}

/* A new incident went to a seat before its tier was known. What a person took upon their own seat
 * stays there. */
static void check_tier(struct turn *t, incident_id id)
{
    const struct incident *i = world_incident(t->world, id);
    const struct seat *s = i != NULL ? world_seat(t->world, i->seat) : NULL;
    if (s == NULL || i->status >= INCIDENT_CLOSED || s == own_seat(t)) {
        return;
    }
    struct ownable what = own_of_incident(i);
    seat_id better = seats_choose(t->world, &what, (seat_id){ 0 });
    if (!s->commander && !seat_covers(t->world, s, &what) && better.n != s->id.n) {
        own_incident(t, i, better, true, false, no_reason);
    }
}

static void owner_of_returned(struct turn *t, incident_id id)
{
    const struct incident *i = world_incident(t->world, id);
    if (i != NULL && t->world->seat_count > 0) {
        struct ownable what = own_of_incident(i);
        own_incident(t, i, own_first(t, &what), own_seat(t) == NULL, false, no_reason);
    }
}

/* Signed out, disabled, or without the right to the seat any more: by role, or by zones. */
static void person_gone(struct turn *t, struct str name, bool out)
{
    const struct seat *s = seats_of(t->world, name);
    const struct user *u = world_user(t->world, name);
    if (s == NULL || u == NULL) {
        return;
    }
    bool may = seat_for_role(s, (enum role)u->role) && seat_within(t->world, s, u);
    if (may && !u->disabled && !out) {
        return;
    }
    struct event *e = turn_event(t, EVENT_SEAT_LEFT);
    e->as.seat_left = (struct seat_left){ .seat = s->id, .person = s->person, .by_rule = true };
    turn_emit(t, e);
}

static void follow_event(struct turn *t, const struct event *e)
{
    if (e->kind == EVENT_INCIDENT_OPENED) {
        check_tier(t, e->as.incident_opened.incident.id);
    } else if (e->kind == EVENT_INCIDENT_REOPENED) {
        owner_of_returned(t, e->as.incident_reopened.incident.id);
    } else if (e->kind == EVENT_USER_SIGNED_OUT) {
        person_gone(t, text_str(&e->as.user_present.username), true);
    } else if (e->kind == EVENT_USER_DISABLED) {
        person_gone(t, text_str(&e->as.user_disabled.username), false);
    } else if (e->kind == EVENT_USER_GRANTED) {
        person_gone(t, text_str(&e->as.user_granted.user.name), false);
    }
}

static bool owned_at_all(const struct world *w)
{
    for (uint32_t k = 0; k < w->seat_count; k++) {
        if (w->seats[k].load > 0) {
            return true;
        }
    }
    return false;
}

/* With no seat staffed at all the commander's owns everything, and an alarm says so. */
static void settle_empty(struct turn *t)
{
    const struct seat *commander = seats_commander(t->world);
    if (commander == NULL) {
        return;
    }
    struct alarm key = { .kind = ALARM_SEATS_EMPTY, .about = commander->id };
    bool empty = seats_staffed(t->world) == 0;
    if (empty && owned_at_all(t->world)) {
        follow_raise(t, key);
    } else if (!empty) {
        follow_clear(t, &key);
    }
}

/* What came over rings until it is read. */
static void settle_unread(struct turn *t)
{
    for (uint32_t k = 0; k < t->world->seat_count; k++) {
        const struct seat *s = &t->world->seats[k];
        bool should = s->unread > 0 && seat_staffed(s);
        struct alarm key = { .kind = ALARM_HANDOVER_UNREAD, .about = s->id };
        if (should && !s->rings) {
            follow_raise(t, key);
        } else if (!should && s->rings) {
            follow_clear(t, &key);
        }
    }
}

void own_follow(struct turn *t)
{
    uint32_t own = t->out->count;
    for (uint32_t k = 0; k < own; k++) {
        follow_event(t, &t->out->events[k]);
    }
    settle_empty(t);
    settle_unread(t);
}
