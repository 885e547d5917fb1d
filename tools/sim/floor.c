/* What the people at the desks hear, and when they act. */
#include "tools/sim/floor.h"

#include "tools/sim/agents_state.h"

#include <stdio.h>
#include <stdlib.h>

#define S US_PER_S
#define MIN US_PER_MIN
#define SHIFT_US (8 * US_PER_HOUR)
#define BRISK_SHIFT_US (2 * US_PER_HOUR) /* shorter ones are watched */

void floor_fini(struct floor *f)
{
    free(f->papers);
    free(f->bells);
}

static struct post *post_of(struct floor *f, uint32_t seat)
{
    for (uint32_t k = 0; k < f->post_count; k++) {
        if (f->posts[k].seat == seat) {
            return &f->posts[k];
        }
    }
    return NULL;
}

bool floor_ours(const struct agents *a, uint32_t seat)
{
    const struct floor *f = &a->floor;

    for (uint32_t k = 0; k < f->post_count; k++) {
        if (f->posts[k].seat == seat || (seat == 0 && f->posts[k].commander)) {
            return true;
        }
    }
    return f->post_count == 0;
}

bool floor_has(const struct agents *a, struct str person)
{
    const struct floor *f = &a->floor;

    for (uint32_t k = 0; k < 2 * f->post_count; k++) {
        if (str_eq(person, str_of(f->people[k].name))) {
            return true;
        }
    }
    return f->post_count == 0 && (str_is(person, "operator") || str_is(person, "commander"));
}

static const struct person *sitting(const struct floor *f, uint32_t post)
{
    for (uint32_t k = 2 * post; k < 2 * post + 2; k++) {
        if (f->people[k].seated && f->people[k].there) {
            return &f->people[k];
        }
    }
    return NULL;
}

struct str floor_at(const struct agents *a, uint32_t seat)
{
    const struct floor *f = &a->floor;

    if (f->post_count == 0) {
        return STR("operator");
    }
    for (uint32_t k = 0; k < f->post_count; k++) {
        if (f->posts[k].seat == seat || (seat == 0 && f->posts[k].commander)) {
            const struct person *p = sitting(f, k);

            return p != NULL ? str_of(p->name) : (struct str){ 0 };
        }
    }
    return (struct str){ 0 };
}

struct str floor_commander(const struct agents *a)
{
    return a->floor.post_count == 0 ? STR("commander") : floor_at(a, 0);
}

struct str floor_anyone(struct agents *a)
{
    const struct floor *f = &a->floor;
    const struct person *ready[POSTS_MAX];
    uint32_t count = 0;

    if (f->post_count == 0) {
        return STR("operator");
    }
    for (uint32_t k = 0; k < f->post_count; k++) {
        const struct person *p = f->posts[k].commander ? NULL : sitting(f, k);

        if (p != NULL) {
            ready[count++] = p;
        }
    }
    return count > 0 ? str_of(ready[agents_between(a, 0, count - 1)]->name) : floor_at(a, 0);
}

struct str floor_taker(struct agents *a)
{
    return a->opts.takers > 0
               ? cast_taker_name((uint32_t)agents_between(a, 0, a->opts.takers - 1), a->taker)
               : floor_anyone(a);
}

bool agents_heard(const struct agents *a, struct str person)
{
    const struct floor *f = &a->floor;

    for (uint32_t k = 0; k < 2 * f->post_count; k++) {
        if (str_eq(str_of(f->people[k].name), person)) {
            return f->people[k].there;
        }
    }
    return true; /* somebody we know nothing of */
}

struct str agents_person_name(uint32_t person, char out[AGENTS_NAME_SIZE])
{
    int n = person < 2 ? snprintf(out, AGENTS_NAME_SIZE, "commander_%c", 'a' + (int)person)
                       : snprintf(out, AGENTS_NAME_SIZE, "operator_%u%c", (unsigned)person / 2,
                                  'a' + (int)(person % 2));

    return (struct str){ .at = out, .len = (size_t)n };
}

int64_t floor_shift_us(const struct agents *a)
{
    return a->opts.shift_us != 0 ? a->opts.shift_us : SHIFT_US;
}

int64_t floor_paced(const struct agents *a, int64_t us)
{
    return us * (floor_shift_us(a) / US_PER_S) / (SHIFT_US / US_PER_S);
}

static bool brisk(const struct agents *a)
{
    return floor_shift_us(a) < BRISK_SHIFT_US;
}

/* Who sits there by what a snapshot says; whose hand-over was under way goes on with it. */
static void adopt_people(struct floor *f, uint32_t k, const struct seat *s)
{
    struct post *p = &f->posts[k];
    bool ours = false;

    for (uint32_t m = 2 * k; m < 2 * k + 2; m++) {
        (void)agents_person_name(m, f->people[m].name);
        f->people[m].seated = str_eq(text_str(&s->person), str_of(f->people[m].name));
        ours = ours || f->people[m].seated;
        if (str_eq(text_str(&s->handing_to), str_of(f->people[m].name)) ||
            (s->handing_to.len == 0 && f->people[m].seated)) {
            p->turn = (uint8_t)(m % 2);
        }
    }
    p->guest = s->person.len > 0 && !ours;
    p->silent = s->silent;
}

/* Posts are in the order of people's names: the commander's first. */
void agents_adopt_seat(struct agents *a, const struct seat *s)
{
    struct floor *f = &a->floor;
    uint32_t most = a->opts.posts < POSTS_MAX ? a->opts.posts : POSTS_MAX;
    uint32_t k = s->commander ? 0 : f->post_count;
    const struct post *known = post_of(f, s->id.n);

    if (known != NULL) {
        adopt_people(f, (uint32_t)(known - f->posts), s);
    } else if (most > 0 && (k > 0 || s->commander) && k < most) {
        f->post_count = k + 1;
        f->posts[k] = (struct post){ .seat = s->id.n, .commander = s->commander };
        adopt_people(f, k, s);
    }
}

static void plan_person(struct agents *a, int64_t at, enum act_kind kind, uint32_t person)
{
    agents_plan(
        a, at,
        (struct act){ .kind = (uint8_t)kind, .slot = a->floor.people[person].stint, .of = person });
}

void floor_begin(struct agents *a, int64_t start_us)
{
    const struct floor *f = &a->floor;

    for (uint32_t k = 0; k < f->post_count; k++) {
        for (uint32_t m = 2 * k; m < 2 * k + 2; m++) { /* who hands over comes as well */
            if (f->posts[k].turn == m % 2 || f->people[m].seated) {
                plan_person(a, start_us + agents_between(a, US_PER_MS, 2 * S), ACT_COME, m);
            }
        }
    }
    if (f->post_count > 0) {
        agents_plan(a, start_us + SHIFT_US / 8, (struct act){ .kind = ACT_REVIEW });
    }
    if (f->post_count > 0 && a->opts.everyday && !brisk(a)) {
        agents_plan(a, start_us + agents_between(a, 4 * US_PER_HOUR, 20 * US_PER_HOUR),
                    (struct act){ .kind = ACT_ALL_OUT });
    }
}

/* Shifts that are watched do not all end at once: the first ones end one after the other. */
static int64_t shift_left(struct agents *a, uint32_t person)
{
    struct floor *f = &a->floor;
    int64_t shift = floor_shift_us(a);

    if (brisk(a) && f->people[person].stint <= 1 && f->posts[person / 2].turn == person % 2 &&
        !f->posts[person / 2].worked) {
        f->posts[person / 2].worked = true;
        return shift * (person / 2 + 1) / f->post_count;
    }
    return shift + agents_between(a, floor_paced(a, -10 * MIN), floor_paced(a, 20 * MIN));
}

/* What may happen to who sits down now; most of it does not happen in most shifts, and less of it
 * in those that are watched. */
void floor_plan_stint(struct agents *a, int64_t at, uint32_t person)
{
    int64_t shift = floor_shift_us(a);

    if (!a->opts.everyday) {
        return;
    }
    plan_person(a, at + shift_left(a, person), ACT_SHIFT_END, person);
    if (agents_chance(a, brisk(a) ? 250 : 700)) {
        plan_person(a, at + agents_between(a, floor_paced(a, 5 * MIN), shift), ACT_CONSOLE_DIES,
                    person);
    }
    if (agents_chance(a, brisk(a) ? 60 : 200)) {
        plan_person(a, at + agents_between(a, floor_paced(a, 30 * MIN), shift), ACT_SIGN_OUT,
                    person);
    }
    if (!brisk(a) && agents_chance(a, 300)) {
        plan_person(a, at + agents_between(a, 30 * MIN, shift), ACT_GET_UP, person);
    }
}

static uint32_t person_named(const struct floor *f, struct str name)
{
    for (uint32_t k = 0; k < 2 * f->post_count; k++) {
        if (str_eq(str_of(f->people[k].name), name)) {
            return k;
        }
    }
    return PEOPLE_MAX;
}

/* Somebody reads what came over to a post, when they have a moment. */
static void plan_reading(struct agents *a, int64_t at, struct post *p)
{
    if (!p->reading) {
        p->reading = true;
        agents_plan(a, at + agents_between(a, 8 * S, 90 * S),
                    (struct act){ .kind = ACT_READ, .of = (uint32_t)(p - a->floor.posts) });
    }
}

static bool lists(const struct list *l, uint32_t id)
{
    const struct incident_ref *refs = l->at; /* of the same form for reports */

    for (uint32_t k = 0; k < l->count; k++) {
        if (refs[k].incident.n == id) {
            return true;
        }
    }
    return false;
}

/* What the seat owns has another person, who has read what the command names. */
static void unread_all(struct agents *a, const struct seat_taken *e)
{
    struct floor *f = &a->floor;

    for (uint32_t i = 1; i < a->jobs_cap; i++) {
        if (a->jobs[i].open && a->jobs[i].seat == e->seat.n) {
            a->jobs[i].unread = !lists(&e->incidents, i);
        }
    }
    for (uint32_t i = 1; i < f->paper_cap; i++) {
        if (f->papers[i].open && f->papers[i].seat == e->seat.n) {
            f->papers[i].unread = !lists(&e->reports, i);
        }
    }
}

static void see_taken(struct agents *a, int64_t at, const struct seat_taken *e)
{
    struct floor *f = &a->floor;
    struct post *p = post_of(f, e->seat.n);
    uint32_t who = person_named(f, text_str(&e->person));

    unread_all(a, e);
    if (p == NULL) {
        return;
    }
    uint32_t first = 2 * (uint32_t)(p - f->posts);

    for (uint32_t k = first; k < first + 2; k++) {
        bool was = f->people[k].seated;

        f->people[k].seated = k == who;
        if (was && k != who) {
            plan_person(a, at + agents_between(a, floor_paced(a, MIN), floor_paced(a, 10 * MIN)),
                        ACT_GO_HOME, k);
        }
    }
    p->silent = false;
    p->guest = who == PEOPLE_MAX;
    if (who < PEOPLE_MAX) {
        f->people[who].stint++;
        floor_plan_stint(a, at, who);
        plan_reading(a, at, p);
    }
}

static void see_left(struct agents *a, int64_t at, const struct seat_left *e)
{
    struct floor *f = &a->floor;
    struct post *p = post_of(f, e->seat.n);
    uint32_t who = person_named(f, text_str(&e->person));

    if (who < PEOPLE_MAX) {
        f->people[who].seated = false;
        f->people[who].stint++;
    } else if (p != NULL && p->guest) {
        p->guest = false;
        who = 2 * (uint32_t)(p - f->posts) + p->turn;
    }
    if (who < PEOPLE_MAX) {
        plan_person(a, at + agents_between(a, floor_paced(a, 2 * MIN), floor_paced(a, 20 * MIN)),
                    ACT_COME, who);
    }
}

static void see_handing(struct agents *a, int64_t at, const struct seat_handing_over *e)
{
    uint32_t to = person_named(&a->floor, text_str(&e->to));

    if (to < PEOPLE_MAX) {
        plan_person(a, at + agents_between(a, 15 * S, 90 * S), ACT_SIT, to);
    }
}

struct paper *floor_paper(struct agents *a, report_id report)
{
    struct floor *f = &a->floor;

    f->papers = agents_grow(f->papers, &f->paper_cap, report.n, sizeof(*f->papers));
    return &f->papers[report.n];
}

static void see_owner(struct agents *a, int64_t at, uint32_t seat, bool unread)
{
    struct post *p = post_of(&a->floor, seat);

    if (p != NULL && unread) {
        plan_reading(a, at, p);
    }
}

static void see_work(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_REPORT_RECEIVED) {
        const struct report *r = &e->as.report_received.report;

        *floor_paper(a, r->id) = (struct paper){ .known = true,
                                                 .seat = r->seat.n,
                                                 .open = true,
                                                 .callback = r->callback,
                                                 .contact = r->contact };
    } else if (e->kind == EVENT_REPORT_SETTLED) {
        floor_paper(a, e->as.report_settled.report)->open = false;
        floor_paper(a, e->as.report_settled.report)->callback = false;
    } else if (e->kind == EVENT_REPORT_LINKED) {
        floor_paper(a, e->as.report_linked.report)->open = false;
        floor_paper(a, e->as.report_linked.report)->incident = e->as.report_linked.incident.n;
    } else if (e->kind == EVENT_REPORT_UNLINKED) {
        floor_paper(a, e->as.report_unlinked.report)->open = true;
    } else if (e->kind == EVENT_REPORT_OWNED) {
        struct paper *p = floor_paper(a, e->as.report_owned.report);

        p->seat = e->as.report_owned.seat.n;
        p->unread = e->as.report_owned.unread;
        see_owner(a, at, p->seat, p->unread);
    } else if (e->kind == EVENT_INCIDENT_OWNED) {
        struct job *j = agents_job(a, e->as.incident_owned.incident.n);

        j->seat = e->as.incident_owned.seat.n;
        j->unread = e->as.incident_owned.unread;
        see_owner(a, at, j->seat, j->unread);
    }
}

static struct bell *bell_of(struct agents *a, alarm_id alarm)
{
    struct floor *f = &a->floor;

    f->bells = agents_grow(f->bells, &f->bell_cap, alarm.n, sizeof(*f->bells));
    return &f->bells[alarm.n];
}

/* Most alarms are noticed within minutes, some are put aside, some nobody looks at. */
static void see_raised(struct agents *a, int64_t at, const struct alarm *m)
{
    struct act act = { .kind = ACT_NOTICE, .of = m->id.n };

    *bell_of(a, m->id) = (struct bell){ .seat = m->seat.n, .kind = m->kind };
    if (agents_chance(a, 50) && alarm_level((enum alarm_kind)m->kind) > 1) {
        act.kind = ACT_SHELVE;
    }
    if (agents_chance(a, 880)) {
        agents_plan(a, at + agents_between(a, 5 * S, 150 * S), act);
    }
}

static void see_alarm(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_ALARM_RAISED) {
        see_raised(a, at, &e->as.alarm_raised.alarm);
    } else if (e->kind == EVENT_ALARM_CLEARED) {
        bell_of(a, e->as.alarm_cleared.alarm)->over = true;
    } else if (e->kind == EVENT_ALARM_ACKNOWLEDGED) {
        bell_of(a, e->as.alarm_noticed.alarm)->over = true;
    } else if (e->kind == EVENT_ALARM_CLIMBED) {
        bell_of(a, e->as.alarm_noticed.alarm)->climbed = true;
        if (agents_chance(a, 900)) {
            agents_plan(a, at + agents_between(a, 10 * S, 120 * S),
                        (struct act){ .kind = ACT_NOTICE, .of = e->as.alarm_noticed.alarm.n });
        }
    }
}

void floor_see(struct agents *a, int64_t at, const struct event *e)
{
    struct floor *f = &a->floor;

    see_work(a, at, e);
    if (f->post_count == 0) {
        return;
    }
    see_alarm(a, at, e);
    if (e->kind == EVENT_SEAT_TAKEN) {
        see_taken(a, at, &e->as.seat_taken);
    } else if (e->kind == EVENT_SEAT_LEFT) {
        see_left(a, at, &e->as.seat_left);
    } else if (e->kind == EVENT_SEAT_HANDING_OVER) {
        see_handing(a, at, &e->as.seat_handing_over);
    } else if (e->kind == EVENT_SEAT_SILENCED || e->kind == EVENT_SEAT_HEARD) {
        bool silent = e->kind == EVENT_SEAT_SILENCED;
        struct post *p =
            post_of(f, silent ? e->as.seat_silenced.seat.n : e->as.seat_heard_again.seat.n);

        if (p != NULL) {
            p->silent = silent;
        }
    }
}
