#include "tools/sim/laws.h"

#include "base/must.h"
#include "dispatch/core/seats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An open report, incident or order. */
struct open_thing {
    uint32_t id;
    uint32_t seat;     /* that owned it at the last look */
    int64_t nobody_us; /* since when that is a seat nobody staffs; 0: somebody does */
    bool told;         /* it is broken, and counted */
    bool signed_, slot_signed;
    uint32_t incident;
    uint8_t slot;
};

struct things {
    struct open_thing *at;
    uint32_t count, cap;
    uint32_t *places; /* by id: index + 1 */
    uint32_t place_cap;
};

struct laws {
    const struct world *world;
    laws_heard_fn *heard;
    const void *arg;
    struct things reports, incidents, orders;
    bool staffed[SEATS_MAX + 1];
    int64_t nobody_us; /* since when no seat at all is truly staffed; 0: one is */
    bool empty_told;
    struct laws_broken broken;
};

struct laws *laws_new(const struct world *w, laws_heard_fn *heard, const void *arg)
{
    struct laws *l = calloc(1, sizeof(*l));

    if (l != NULL) {
        l->world = w;
        l->heard = heard;
        l->arg = arg;
    }
    return l;
}

static void things_fini(struct things *t)
{
    free(t->at);
    free(t->places);
}

void laws_free(struct laws *l)
{
    if (l != NULL) {
        things_fini(&l->reports);
        things_fini(&l->incidents);
        things_fini(&l->orders);
        free(l);
    }
}

const struct laws_broken *laws_broken_of(const struct laws *l)
{
    return &l->broken;
}

static void *more(void *at, uint32_t *cap, uint32_t n, size_t size)
{
    uint32_t now = *cap;

    if (n < now) {
        return at;
    }
    while (*cap <= n) {
        *cap = *cap == 0 ? 256 : *cap * 2;
    }
    at = realloc(at, *cap * size);
    must(at != NULL);
    memset((char *)at + now * size, 0, (*cap - now) * size);
    return at;
}

static struct open_thing *find(struct things *t, uint32_t id)
{
    return id < t->place_cap && t->places[id] != 0 ? &t->at[t->places[id] - 1] : NULL;
}

static struct open_thing *open(struct things *t, uint32_t id)
{
    struct open_thing *known = find(t, id);

    if (known != NULL) {
        return known;
    }
    t->places = more(t->places, &t->place_cap, id, sizeof(*t->places));
    t->at = more(t->at, &t->cap, t->count, sizeof(*t->at));
    t->at[t->count] = (struct open_thing){ .id = id };
    t->places[id] = ++t->count;
    return &t->at[t->count - 1];
}

static void over(struct things *t, uint32_t id)
{
    struct open_thing *gone = find(t, id);

    if (gone != NULL) {
        t->places[id] = 0;
        *gone = t->at[--t->count];
        if (gone != &t->at[t->count]) {
            t->places[gone->id] = (uint32_t)(gone - t->at) + 1;
        }
    }
}

static void broken(struct laws *l, uint64_t *counter, const char *what, uint32_t id)
{
    (*counter)++;
    if (l->broken.first[0] == '\0') {
        (void)snprintf(l->broken.first, sizeof(l->broken.first), "row %" PRIu64 ": %s %" PRIu32,
                       l->world->seq, what, id);
    }
}

/* Somebody signed an order of that slot: others of it may lapse. */
static void slot_signed(struct laws *l, const struct open_thing *signed_)
{
    for (uint32_t k = 0; k < l->orders.count; k++) {
        struct open_thing *o = &l->orders.at[k];

        if (o->incident == signed_->incident && o->slot == signed_->slot && o != signed_) {
            o->slot_signed = true;
        }
    }
}

static void see_made(struct laws *l, const struct assignment *a)
{
    struct open_thing *o = open(&l->orders, a->id.n);

    o->incident = a->incident.n;
    o->slot = a->slot;
    o->signed_ = a->status >= ASSIGNMENT_ACKNOWLEDGED && a->status <= ASSIGNMENT_CLEARED;
    for (uint32_t k = 0; k < l->orders.count; k++) {
        const struct open_thing *other = &l->orders.at[k];

        o->slot_signed = o->slot_signed || (other->signed_ && other->incident == o->incident &&
                                            other->slot == o->slot && other != o);
    }
}

static void see_progressed(struct laws *l, const struct assignment_progressed *e, bool by_person)
{
    struct open_thing *o = find(&l->orders, e->assignment.n);

    if (o == NULL && e->status < ASSIGNMENT_CLEARED) { /* it had lapsed, and is signed late */
        o = open(&l->orders, e->assignment.n);
        o->incident = e->incident.n;
    }
    if (o == NULL) {
        return;
    }
    if (e->status >= ASSIGNMENT_ACKNOWLEDGED && e->status <= ASSIGNMENT_CLEARED) {
        o->signed_ = true;
        slot_signed(l, o);
    } else if (e->status == ASSIGNMENT_EXPIRED && !o->slot_signed) {
        broken(l, &l->broken.orders_vanished, "nobody signed in place of order", o->id);
    } else if (e->status == ASSIGNMENT_CANCELLED && !by_person) {
        broken(l, &l->broken.orders_vanished, "no person cancelled order", o->id);
    } else if (e->status == ASSIGNMENT_DECLINED && e->reason == 0) {
        broken(l, &l->broken.orders_vanished, "declined without a reason: order", o->id);
    }
    if (e->status >= ASSIGNMENT_CLEARED) {
        over(&l->orders, e->assignment.n);
    }
}

/* A person sends the unit elsewhere: this order ends, the one there is an order of its own. */
static void see_diverted(struct laws *l, const struct assignment_diverted *e, bool by_person)
{
    if (!by_person) {
        broken(l, &l->broken.orders_vanished, "no person diverted order", e->assignment.n);
    }
    over(&l->orders, e->assignment.n);
}

static void see_moved(struct laws *l, const struct incident_orders_moved *e)
{
    const struct order_moved *m = e->orders.at;

    for (uint32_t k = 0; k < e->orders.count; k++) {
        struct open_thing *o = find(&l->orders, m[k].assignment.n);

        if (o != NULL) {
            o->incident = e->incident.n;
            o->slot = m[k].slot;
        }
    }
}

static void see(struct laws *l, const struct event *e, bool by_person)
{
    if (e->kind == EVENT_REPORT_RECEIVED) {
        if (e->as.report_received.report.status == REPORT_OPEN) {
            (void)open(&l->reports, e->as.report_received.report.id.n);
        }
    } else if (e->kind == EVENT_REPORT_SETTLED) {
        over(&l->reports, e->as.report_settled.report.n);
    } else if (e->kind == EVENT_REPORT_LINKED) {
        over(&l->reports, e->as.report_linked.report.n);
    } else if (e->kind == EVENT_REPORT_UNLINKED) {
        (void)open(&l->reports, e->as.report_unlinked.report.n);
    } else if (e->kind == EVENT_INCIDENT_OPENED) {
        (void)open(&l->incidents, e->as.incident_opened.incident.id.n);
    } else if (e->kind == EVENT_INCIDENT_REOPENED) {
        (void)open(&l->incidents, e->as.incident_reopened.incident.id.n);
    } else if (e->kind == EVENT_INCIDENT_SPLIT) {
        (void)open(&l->incidents, e->as.incident_split_off.incident.n);
    } else if (e->kind == EVENT_INCIDENT_CLOSED) {
        over(&l->incidents, e->as.incident_closed.incident.n);
    } else if (e->kind == EVENT_INCIDENT_MERGED) {
        over(&l->incidents, e->as.incident_merged.incident.n);
    } else if (e->kind == EVENT_INCIDENT_ORDERS_MOVED) {
        see_moved(l, &e->as.incident_orders_moved);
    } else if (e->kind == EVENT_ASSIGNMENT_DIVERTED) {
        see_diverted(l, &e->as.assignment_diverted, by_person);
    } else if (e->kind == EVENT_ASSIGNMENT_DISPATCHED) {
        see_made(l, &e->as.assignment_made.assignment);
    } else if (e->kind == EVENT_ASSIGNMENT_PROGRESSED) {
        see_progressed(l, &e->as.assignment_progressed, by_person);
    }
}

void laws_see(struct laws *l, const struct event *events, uint32_t count, bool by_person)
{
    for (uint32_t k = 0; k < count; k++) {
        see(l, &events[k], by_person);
    }
}

/* Who truly sits where, whatever the core has heard of it. */
static bool look_at_seats(struct laws *l, int64_t now)
{
    const struct world *w = l->world;
    bool any = false;

    for (uint32_t k = 0; k < w->seat_count; k++) {
        const struct seat *s = &w->seats[k];

        l->staffed[s->id.n] = s->person.len > 0 && l->heard(l->arg, text_str(&s->person));
        any = any || l->staffed[s->id.n];
    }
    l->nobody_us = any ? 0 : (l->nobody_us != 0 ? l->nobody_us : now);
    return any;
}

static void look_at_owned(struct laws *l, int64_t now, struct open_thing *o, bool exists,
                          seat_id seat, const char *what)
{
    const struct seat *s = exists ? seats_owner(l->world, seat) : NULL;

    if (s == NULL) {
        if (!o->told) {
            broken(l, &l->broken.unowned, what, o->id);
        }
        o->told = true;
        return;
    }
    bool moved = o->seat != s->id.n;
    bool fine = l->staffed[s->id.n] || (s->commander && l->nobody_us != 0);

    o->seat = s->id.n;
    o->told = o->told && !fine;
    if (fine) {
        o->nobody_us = 0;
        return;
    }
    o->nobody_us = o->nobody_us != 0 && !moved ? o->nobody_us : now;
    int64_t since = now - o->nobody_us;

    l->broken.longest_with_nobody_us =
        since > l->broken.longest_with_nobody_us ? since : l->broken.longest_with_nobody_us;
    if (since > LAWS_NOBODY_US && !o->told) {
        o->told = true;
        broken(l, &l->broken.owned_by_nobody_over_30s, what, o->id);
    }
}

/* With nobody there at all, somebody outside must hear of it. */
static void look_at_emptiness(struct laws *l, int64_t now)
{
    const struct seat *commander = seats_commander(l->world);
    bool open = l->incidents.count + l->reports.count > 0;

    if (l->nobody_us == 0 || commander == NULL || !open || now - l->nobody_us <= LAWS_NOBODY_US) {
        l->empty_told = false;
        return;
    }
    const struct alarm key = { .kind = ALARM_SEATS_EMPTY, .about = commander->id };

    if (world_alarm_of(l->world, &key) == NULL && !l->empty_told) {
        l->empty_told = true;
        broken(l, &l->broken.owned_by_nobody_over_30s, "no alarm says that nobody is at seat",
               commander->id.n);
    }
}

static bool alarm_stands(const struct world *w, const struct assignment *a)
{
    uint32_t k = 0;

    for (const struct alarm *m; (m = world_next_of_alarms(w, &k)) != NULL;) {
        if (m->assignment.n == a->id.n && m->state != ALARM_RETURNED) {
            return true;
        }
    }
    return false;
}

static void look_at_order(struct laws *l, int64_t now, struct open_thing *o)
{
    const struct assignment *a = world_assignment(l->world, (assignment_id){ o->id });
    const struct incident *i = a != NULL ? world_incident(l->world, a->incident) : NULL;

    if (o->told) {
        return;
    }
    if (a == NULL || a->status > ASSIGNMENT_CLEARED) {
        o->told = true;
        broken(l, &l->broken.orders_vanished, "gone without an end: order", o->id);
    } else if (i == NULL || !seat_owns_incident(i) || seats_owner(l->world, i->seat) == NULL) {
        o->told = true;
        broken(l, &l->broken.unowned, "order", o->id);
    } else if (!o->signed_ && a->due_at != 0 && a->due_at < now && !alarm_stands(l->world, a)) {
        o->told = true;
        broken(l, &l->broken.orders_vanished, "unsigned and no alarm stands: order", o->id);
    }
}

void laws_look(struct laws *l, int64_t now)
{
    const struct world *w = l->world;

    l->broken.looks++;
    (void)look_at_seats(l, now);
    look_at_emptiness(l, now);
    for (uint32_t k = 0; k < l->incidents.count; k++) {
        struct open_thing *o = &l->incidents.at[k];
        const struct incident *i = world_incident(w, (incident_id){ o->id });
        bool exists = i != NULL && seat_owns_incident(i);

        look_at_owned(l, now, o, exists, exists ? i->seat : (seat_id){ 0 }, "incident");
    }
    for (uint32_t k = 0; k < l->reports.count; k++) {
        struct open_thing *o = &l->reports.at[k];
        const struct report *r = world_report(w, (report_id){ o->id });
        bool exists = r != NULL && seat_owns_report(r);

        look_at_owned(l, now, o, exists, exists ? r->seat : (seat_id){ 0 }, "report");
    }
    for (uint32_t k = 0; k < l->orders.count; k++) {
        look_at_order(l, now, &l->orders.at[k]);
    }
}
