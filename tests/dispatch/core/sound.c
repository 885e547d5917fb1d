#include "tests/dispatch/core/sound.h"

#include "dispatch/core/digest.h"
#include "dispatch/core/seats.h"

/* A unit works on one thing, and what it works on says so. */
static void look_at_units(const struct world *w, struct buf *wrong)
{
    for (uint32_t k = 0; k < w->unit_count; k++) {
        const struct unit *u = &w->units[k];
        uint32_t active = 0;

        for (const struct assignment *a = unit_first_assignment(w, u); a != NULL;
             a = assignment_next_of_unit(w, a)) {
            active += a->active ? 1 : 0;
            if (a->status >= ASSIGNMENT_CLEARED || a->unit.n != u->id.n) {
                buf_fmt(wrong, "u%u has a%u among its work\n", u->id.n, a->id.n);
            }
        }
        if (active > 1 || (active == 1) != (u->active != 0) ||
            (u->status >= UNIT_ASSIGNED) != (u->active != 0)) {
            buf_fmt(wrong, "u%u is committed %u times, its status is %u\n", u->id.n, active,
                    u->status);
        }
        if (u->panic && (world_incident(w, u->panic_incident) == NULL ||
                         !world_incident(w, u->panic_incident)->panic)) {
            buf_fmt(wrong, "u%u is in need and no incident is open for it\n", u->id.n);
        }
    }
}

static const struct assignment *order(const struct world *w, assignment_id id)
{
    return id.n != 0 ? world_assignment(w, id) : NULL;
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

/* An order has an owner through its incident; unsigned over its time it stands as an alarm. */
static void look_at_orders(const struct world *w, int64_t now, bool due_done, struct buf *wrong)
{
    uint32_t k = 0;

    for (const struct assignment *a; (a = world_next_of_assignments(w, &k)) != NULL;) {
        const struct incident *i = world_incident(w, a->incident);
        bool open = a->status < ASSIGNMENT_CLEARED;
        const struct assignment *relief = order(w, a->relieved_by);

        if (i == NULL || (open && (!seat_owns_incident(i) || seats_owner(w, i->seat) == NULL))) {
            buf_fmt(wrong, "a%u belongs to nobody\n", a->id.n);
        }
        if (due_done && a->status == ASSIGNMENT_DISPATCHED && a->due_at != 0 && a->due_at < now &&
            !alarm_stands(w, a)) {
            buf_fmt(wrong, "a%u is unsigned and no alarm stands\n", a->id.n);
        }
        if (relief != NULL && relief->relieves.n != a->id.n) {
            buf_fmt(wrong, "a%u is relieved by a%u, which does not know\n", a->id.n, relief->id.n);
        }
        if (open && a->unit.n != 0 && !world_unit(w, a->unit)->on_duty) {
            buf_fmt(wrong, "a%u binds a unit that is off duty\n", a->id.n);
        }
    }
}

static void look_at_orders_of(const struct world *w, const struct incident *i, struct buf *wrong)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->incident.n != i->id.n) {
            buf_fmt(wrong, "a%u hangs on i%u and names i%u\n", a->id.n, i->id.n, a->incident.n);
        }
        if (i->status >= INCIDENT_CLOSED && a->status < ASSIGNMENT_CLEARED) {
            buf_fmt(wrong, "i%u is closed and a%u goes on\n", i->id.n, a->id.n);
        }
        for (const struct assignment *o = assignment_next(w, a); o != NULL;
             o = assignment_next(w, o)) {
            if (a->unit.n != 0 && o->unit.n == a->unit.n && a->status >= ASSIGNMENT_DISPATCHED &&
                o->status >= ASSIGNMENT_DISPATCHED && a->status < ASSIGNMENT_CLEARED &&
                o->status < ASSIGNMENT_CLEARED) {
                buf_fmt(wrong, "u%u is ordered to i%u twice\n", a->unit.n, i->id.n);
            }
        }
    }
}

static void look_at_incidents(const struct world *w, struct buf *wrong)
{
    uint32_t k = 0;

    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        uint32_t reports = 0;

        for (const struct report *r = incident_first_report(w, i); r != NULL;
             r = report_next(w, r)) {
            reports++;
            if (r->incident.n != i->id.n) {
                buf_fmt(wrong, "r%u hangs on i%u and names i%u\n", r->id.n, i->id.n, r->incident.n);
            }
        }
        if (reports != i->report_count || i->tier == 0) {
            buf_fmt(wrong, "i%u counts %u reports of %u, tier %u\n", i->id.n, i->report_count,
                    reports, i->tier);
        }
        if (seat_owns_incident(i) && seats_owner(w, i->seat) == NULL) {
            buf_fmt(wrong, "i%u belongs to nobody\n", i->id.n);
        }
        if (i->merged_into.n != 0 &&
            (i->status < INCIDENT_CLOSED || world_incident(w, i->merged_into) == NULL)) {
            buf_fmt(wrong, "i%u was merged and is open, or into nothing\n", i->id.n);
        }
        if ((number_is_paper(i->number) != 0) != (i->paper_by.len != 0)) {
            buf_fmt(wrong, "i%u has a number of paper and is none, or the other way round\n",
                    i->id.n);
        }
        look_at_orders_of(w, i, wrong);
    }
}

static uint32_t load_of(const struct world *w, const struct seat *s)
{
    uint32_t load = 0;
    uint32_t k = 0;

    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        load += seat_owns_incident(i) && seats_owner(w, i->seat) == s ? 1 : 0;
    }
    k = 0;
    for (const struct report *r; (r = world_next_of_reports(w, &k)) != NULL;) {
        load += seat_owns_report(r) && seats_owner(w, r->seat) == s ? 1 : 0;
    }
    return load;
}

static void look_at_seats(const struct world *w, struct buf *wrong)
{
    for (uint32_t k = 0; k < w->seat_count; k++) {
        const struct seat *s = &w->seats[k];

        if (s->load != load_of(w, s)) {
            buf_fmt(wrong, "s%u counts %u things of %u\n", s->id.n, s->load, load_of(w, s));
        }
        for (uint32_t m = 0; m < k; m++) {
            if (s->person.len > 0 && str_eq(text_str(&s->person), text_str(&w->seats[m].person))) {
                buf_fmt(wrong, "one person sits at s%u and s%u\n", s->id.n, w->seats[m].id.n);
            }
        }
        if (s->person.len == 0 && s->handing_to.len > 0) {
            buf_fmt(wrong, "s%u is handed over by nobody\n", s->id.n);
        }
    }
}

static void look_at_alarms(const struct world *w, struct buf *wrong)
{
    uint32_t k = 0;

    for (const struct alarm *m; (m = world_next_of_alarms(w, &k)) != NULL;) {
        bool of_something = (m->incident.n == 0 || world_incident(w, m->incident) != NULL) &&
                            (m->report.n == 0 || world_report(w, m->report) != NULL) &&
                            (m->assignment.n == 0 || order(w, m->assignment) != NULL);

        if (!of_something) {
            buf_fmt(wrong, "m%u (%s, %s) is about what is gone: i%u r%u a%u\n", m->id.n,
                    word_of(&alarm_kind_words, m->kind), word_of(&alarm_state_words, m->state),
                    m->incident.n, m->report.n, m->assignment.n);
        }
        if ((m->state == ALARM_SHELVED) != (m->shelved_until != 0)) {
            buf_fmt(wrong, "m%u is shelved without an end, or the other way round\n", m->id.n);
        }
    }
}

void sound_look(const struct world *w, int64_t now, bool due_done, struct buf *wrong)
{
    look_at_units(w, wrong);
    look_at_orders(w, now, due_done, wrong);
    look_at_incidents(w, wrong);
    look_at_seats(w, wrong);
    look_at_alarms(w, wrong);
    if (w->digesting) {
        struct digest kept = digest_kept(w);
        struct digest computed = digest_computed(w);

        if (kept.lane[0] != computed.lane[0] || kept.lane[1] != computed.lane[1]) {
            buf_text(wrong, "the digest that was kept is not the one computed from nothing\n");
        }
    }
}
