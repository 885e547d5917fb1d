#include "dispatch/core/seats.h"

#include "base/must.h"
#include "dispatch/core/deadlines.h"

bool seat_owns_incident(const struct incident *i)
{
    return i->id.n != 0 && i->status < INCIDENT_CLOSED;
}

bool seat_owns_report(const struct report *r)
{
    return r->id.n != 0 && r->status == REPORT_OPEN;
}

struct seat *seats_commander(const struct world *w)
{
    for (uint32_t k = 0; k < w->seat_count; k++) {
        if (w->seats[k].commander) {
            return &w->seats[k];
        }
    }
    return NULL;
}

struct seat *seats_of(const struct world *w, struct str person)
{
    for (uint32_t k = 0; k < w->seat_count && person.len > 0; k++) {
        if (str_eq(text_str(&w->seats[k].person), person)) {
            return &w->seats[k];
        }
    }
    return NULL;
}

struct seat *seats_owner(const struct world *w, seat_id id)
{
    struct seat *s = world_seat(w, id);
    return s != NULL ? s : seats_commander(w);
}

bool seat_for_role(const struct seat *s, enum role role)
{
    return role == ROLE_COMMANDER ||
           (!s->commander && (role == ROLE_OPERATOR || role == ROLE_STATION_DESK));
}

bool seat_within(const struct world *w, const struct seat *s, const struct user *u)
{
    bool all = s->zone_count > 0;
    for (uint32_t k = 0; k < s->zone_count && all; k++) {
        all = world_user_covers(w, u, s->zones[k]);
    }
    return u->all_zones || all;
}

uint32_t seats_staffed(const struct world *w)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < w->seat_count; k++) {
        n += seat_staffed(&w->seats[k]) ? 1 : 0;
    }
    return n;
}

/* A thing of an unknown zone is everybody's. */
static bool covers_zone(const struct world *w, const struct seat *s, zone_id zone)
{
    for (uint32_t k = 0; k < s->zone_count; k++) {
        if (world_zone_within(w, zone, s->zones[k])) {
            return true;
        }
    }
    return s->zone_count == 0 || zone.n == 0;
}

bool seat_covers(const struct world *w, const struct seat *s, const struct ownable *what)
{
    bool channel = s->channels == 0 || (s->channels >> what->channel & 1) != 0;
    bool tier = s->tiers == 0 || what->tier == 0 || (s->tiers >> what->tier & 1) != 0;
    return channel && tier && covers_zone(w, s, what->zone);
}

/* The staffed one with the least load; `what` NULL: whatever it covers. */
static const struct seat *least(const struct world *w, const struct ownable *what, seat_id except)
{
    const struct seat *best = NULL;
    for (uint32_t k = 0; k < w->seat_count; k++) {
        const struct seat *s = &w->seats[k];
        bool fits = what == NULL || seat_covers(w, s, what);
        if (seat_staffed(s) && !s->commander && s->id.n != except.n && fits &&
            (best == NULL || s->load < best->load)) {
            best = s;
        }
    }
    return best;
}

seat_id seats_choose(const struct world *w, const struct ownable *what, seat_id except)
{
    const struct seat *commander = seats_commander(w);
    const struct seat *s = least(w, what, except);
    if (s == NULL && (commander == NULL || !seat_staffed(commander))) {
        s = least(w, NULL, except);
    }
    s = s != NULL ? s : commander;
    return s != NULL ? s->id : (seat_id){ 0 };
}

seat_id seats_heir(const struct world *w, const struct seat *from, const struct ownable *what)
{
    const struct seat *commander = seats_commander(w);
    bool there = commander != NULL && commander != from && seat_staffed(commander);
    return there ? commander->id : seats_choose(w, what, from->id);
}

/* One thing more or less at a seat; its wait begins or ends with the first. */
static void add(struct world *w, seat_id id, int load, int unread)
{
    struct seat *s = seats_owner(w, id);
    if (s == NULL || (load == 0 && unread == 0)) {
        return;
    }
    must(load >= 0 || s->load > 0);
    must(unread >= 0 || s->unread > 0);
    s->load += (uint32_t)load;
    s->unread += (uint32_t)unread;
    deadlines_seat(w, s);
}

/* The share of one thing: `counted` 0 is none, else the seat's number. */
static void count(struct world *w, seat_id *counted, bool *counted_unread, bool owned, seat_id seat,
                  bool unread)
{
    const struct seat *owner = owned ? seats_owner(w, seat) : NULL;
    seat_id now = owner != NULL ? owner->id : (seat_id){ 0 };
    bool rings = now.n != 0 && unread;
    if (now.n == counted->n && rings == *counted_unread) {
        return;
    }
    if (counted->n != 0) {
        add(w, *counted, -1, *counted_unread ? -1 : 0);
    }
    if (now.n != 0) {
        add(w, now, 1, rings ? 1 : 0);
    }
    *counted = now;
    *counted_unread = rings;
}

static void count_incident(struct world *w, struct incident *i)
{
    count(w, &i->counted, &i->counted_unread, seat_owns_incident(i), i->seat, i->unread);
}

static void count_report(struct world *w, struct report *r)
{
    count(w, &r->counted, &r->counted_unread, seat_owns_report(r), r->seat, r->unread);
}

void seats_settle(struct world *w)
{
    if (w->seat_count == 0) {
        return;
    }
    for (uint32_t k = 0; k < w->touched_count; k++) {
        const struct touched *t = &w->touched[k];
        if (t->table == TABLE_INCIDENT && w->incidents[t->slot].id.n != 0) {
            count_incident(w, &w->incidents[t->slot]);
        } else if (t->table == TABLE_REPORT && w->reports[t->slot].id.n != 0) {
            count_report(w, &w->reports[t->slot]);
        }
    }
}

void seats_rebuild(struct world *w)
{
    uint32_t k = 0;
    for (struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        count_incident(w, i);
    }
    k = 0;
    for (struct report *r; (r = world_next_of_reports(w, &k)) != NULL;) {
        count_report(w, r);
    }
    for (k = 0; k < w->seat_count; k++) {
        struct seat *s = &w->seats[k];
        const struct alarm key = { .kind = ALARM_HANDOVER_UNREAD, .about = s->id };
        s->rings = world_alarm_of(w, &key) != NULL;
        deadlines_seat(w, s);
    }
}
