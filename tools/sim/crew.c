/* Crews and their orders: what they hear of, and what they will do about it. */
#include "dispatch/model/command.h"
#include "routing/line.h"
#include "tools/sim/agents_state.h"

#define S US_PER_S

bool crew_is_guest(const struct agents *a, uint32_t unit)
{
    return unit != 0 && a->opts.cast != NULL && a->opts.cast->guest_unit == unit;
}

bool crew_free(const struct crew *c)
{
    return c->on_duty && !c->away && c->stacked == 0;
}

/* Somebody came free: who has waited longest is looked at again. */
static void serve_waiting(struct agents *a, int64_t at)
{
    if (a->waiting_count > 0) {
        uint32_t incident = a->waiting[a->waiting_first];

        a->waiting_first = (a->waiting_first + 1) % a->waiting_cap;
        a->waiting_count--;
        agents_job(a, incident)->queued = false;
        agents_job(a, incident)->asked = true;
        agents_plan(a, at + S, (struct act){ .kind = ACT_DISPATCH, .of = incident });
    }
}

static void was_free(struct agents *a, int64_t at, const struct crew *c, bool before)
{
    bool now = crew_free(c);

    if (now && !before) {
        a->idle++;
        serve_waiting(a, at);
    } else if (!now && before) {
        a->idle--;
    }
}

static int64_t scene_us(struct agents *a, const struct job *j)
{
    int64_t told = j->call != 0 ? agents_call(a, j->call - 1)->scene_us : 12 * US_PER_MIN;

    told = told * a->opts.town->scene_percent / 100;
    return told * agents_between(a, 70, 130) / 100 + S;
}

static void plan_signature(struct agents *a, int64_t at, uint32_t assignment)
{
    enum act_kind kind = ACT_ACKNOWLEDGE;
    int64_t wait = agents_between(a, 3 * S, 25 * S);

    if (agents_chance(a, 15)) {
        kind = ACT_DECLINE;
    } else if (agents_chance(a, 30)) {
        wait = agents_between(a, 90 * S, 240 * S); /* the radio is away from the ear */
    }
    agents_plan(a, at + wait, (struct act){ .kind = (uint8_t)kind, .of = assignment });
}

/* A crew has an order: a new one, or one of its station's. */
static void give(struct agents *a, int64_t at, uint32_t assignment, struct crew *c)
{
    struct task *t = agents_task(a, assignment);
    bool before = crew_free(c);

    a->counts.stacked += c->stacked > 0 ? 1 : 0;
    c->bound = 0;
    c->stays = false;
    if (c->stacked < CREW_STACK_MAX) {
        c->stack[c->stacked++] = assignment;
    }
    if (t->status == ASSIGNMENT_ON_SCENE) {
        t->was_there = true;
        c->current = c->current == 0 ? assignment : c->current;
        agents_plan(a, at + scene_us(a, agents_job(a, t->incident)),
                    (struct act){ .kind = ACT_CLEAR, .of = assignment });
    } else if (t->status == ASSIGNMENT_DISPATCHED) {
        plan_signature(a, at, assignment);
    }
    was_free(a, at, c, before);
}

static void see_made(struct agents *a, int64_t at, const struct assignment *m)
{
    struct job *j = agents_job(a, m->incident.n);
    struct task *t = agents_task(a, m->id.n);
    struct crew *c = agents_crew(a, m->unit.n);

    if (m->status == ASSIGNMENT_RESERVED || (c == NULL && m->station.n == 0)) {
        return;
    }
    *t = (struct task){ .incident = m->incident.n,
                        .unit = m->unit.n,
                        .station = c == NULL ? m->station.n : 0,
                        .slot = m->slot < SLOTS_MAX ? m->slot : 0,
                        .status = m->status,
                        .made = at,
                        .since = at };
    a->counts.assignments++;
    a->counts.dispatched += j->ours && !j->got_unit ? 1 : 0;
    j->got_unit = true;
    j->committed++;
    j->standing[t->slot]++;
    if (c != NULL) {
        give(a, at, m->id.n, c);
    } else {
        station_ordered(a, at, m->id.n);
    }
}

static void see_named(struct agents *a, int64_t at, const struct assignment_named *e)
{
    struct task *t = agents_task(a, e->assignment.n);
    struct crew *c = agents_crew(a, e->unit.n);

    if (t->station != 0 && t->unit == 0 && c != NULL) {
        t->unit = e->unit.n;
        t->since = at;
        give(a, at, e->assignment.n, c);
    }
}

static void take_next(struct agents *a, int64_t at, struct crew *c)
{
    for (uint8_t k = 0; k < c->stacked && c->current == 0; k++) {
        if (agents_task(a, c->stack[k])->status == ASSIGNMENT_ACKNOWLEDGED) {
            c->current = c->stack[k];
            agents_plan(a, at + agents_between(a, 5 * S, 30 * S),
                        (struct act){ .kind = ACT_SET_OUT, .of = c->current });
        }
    }
}

static void drop_task(struct crew *c, uint32_t assignment)
{
    for (uint8_t k = 0; k < c->stacked; k++) {
        if (c->stack[k] == assignment) {
            c->stacked--;
            memmove(&c->stack[k], &c->stack[k + 1], (c->stacked - k) * sizeof(c->stack[0]));
            break;
        }
    }
    c->current = c->current == assignment ? 0 : c->current;
}

static void drive(struct agents *a, int64_t at, const struct job *j, struct crew *c)
{
    if (drive_by_road(a, c)) {
        if (j->has_point) {
            drive_go(a, at, c, j->at, j->tier > 0 && j->tier <= 2);
            return;
        }
        drive_halt(a, c);
    }
    struct point from = agents_place(a, c);
    uint32_t ms = j->has_point ? line_travel_ms(NULL, from, j->at) : 240000;
    int64_t us = (ms >= ETA_INF_MS ? 240000 : (int64_t)ms) * US_PER_MS;

    c->from = from;
    c->to = j->has_point ? j->at : from;
    c->depart = at;
    us = us * a->opts.town->drive_percent / 100;
    c->arrive = at + us * agents_between(a, 80, 130) / 100 + 5 * S;
}

/* Before a grave scene some wait for each other. */
static bool stages(struct agents *a, const struct job *j)
{
    return a->opts.cast != NULL && j->tier > 0 && j->tier <= 2 && agents_chance(a, 300);
}

static void end_task(struct agents *a, int64_t at, uint32_t assignment, struct task *t,
                     const struct assignment_progressed *e)
{
    struct job *j = agents_job(a, t->incident);
    struct crew *c = agents_crew(a, t->unit);
    bool before = crew_free(c);

    j->committed--;
    drop_task(c, assignment);
    drive_halt(a, c);
    if (e->status == ASSIGNMENT_CLEARED) {
        j->cleared = j->cleared || t->was_there;
        t->owes = e->feedback_due;
    } else {
        j->standing[t->slot]--;
        a->counts.declined += e->status == ASSIGNMENT_DECLINED ? 1 : 0;
        a->counts.expired += e->status == ASSIGNMENT_EXPIRED ? 1 : 0;
    }
    if (t->owes) {
        j->owed++;
        agents_plan(a, at + agents_between(a, 20 * S, 240 * S),
                    (struct act){ .kind = ACT_FEEDBACK, .of = assignment });
    }
    if (!j->cleared) {
        agents_ask(a, at, t->incident, 5 * S, 30 * S);
    }
    agents_close_when_over(a, at, t->incident);
    take_next(a, at, c);
    was_free(a, at, c, before);
    if (crew_free(c)) {
        drive_plan_return(a, at, c);
    }
}

/* It lapsed because somebody else signed, and is signed all the same. */
static void revive_task(struct agents *a, int64_t at, uint32_t assignment, const struct task *t)
{
    struct job *j = agents_job(a, t->incident);
    struct crew *c = agents_crew(a, t->unit);
    bool before = crew_free(c);

    j->committed++;
    j->standing[t->slot]++;
    if (c->stacked < CREW_STACK_MAX) {
        c->stack[c->stacked++] = assignment;
    }
    was_free(a, at, c, before);
}

/* A station's order ends before anybody is named. */
static void end_unnamed(struct agents *a, int64_t at, struct task *t, uint8_t status)
{
    struct job *j = agents_job(a, t->incident);

    if (t->station != 0 && t->unit == 0 && status >= ASSIGNMENT_CLEARED &&
        t->status < ASSIGNMENT_CLEARED) {
        t->status = status;
        j->committed--;
        j->standing[t->slot]--;
        agents_ask(a, at, t->incident, 5 * S, 30 * S);
        agents_close_when_over(a, at, t->incident);
    }
}

/* The crew went on before the server heard of it. */
static bool known_ahead(struct task *t, uint8_t status)
{
    bool known = t->ahead != 0 && status <= t->ahead && status < ASSIGNMENT_CLEARED;

    if (status >= t->ahead) {
        t->ahead = 0;
    }
    return known;
}

static void see_progressed(struct agents *a, int64_t at, const struct assignment_progressed *e)
{
    struct task *t = agents_task(a, e->assignment.n);

    if (!known_ahead(t, e->status)) {
        crew_step(a, at, e);
    }
}

/* To the station, which is where the unit belongs. */
static void take_along(struct agents *a, int64_t at, uint32_t assignment, struct crew *c)
{
    int64_t there = at + agents_between(a, 60 * S, 180 * S);

    c->arrival = (struct act){ .kind = ACT_CLEAR, .of = assignment };
    if (drive_by_road(a, c)) {
        const struct city_unit *u = a->opts.town->city.units.at;
        uint32_t unit = agents_task(a, assignment)->unit;

        drive_go(a, at, c, (struct point){ u[unit - 1].lon, u[unit - 1].lat }, false);
        there = c->arrive + 30 * S;
    }
    agents_plan(a, there, c->arrival);
}

void crew_step(struct agents *a, int64_t at, const struct assignment_progressed *e)
{
    struct task *t = agents_task(a, e->assignment.n);
    struct crew *c = agents_crew(a, t->unit);

    t->since = at;
    if (t->unit == 0 || c == NULL) {
        end_unnamed(a, at, t, e->status);
        return;
    }
    struct job *j = agents_job(a, t->incident);
    bool on_way = t->status == ASSIGNMENT_EN_ROUTE;

    if (t->status == ASSIGNMENT_EXPIRED && e->status < ASSIGNMENT_CLEARED) {
        revive_task(a, at, e->assignment.n, t);
    }
    t->status = e->status;
    if (e->status == ASSIGNMENT_ACKNOWLEDGED) {
        take_next(a, at, c);
    } else if (e->status == ASSIGNMENT_EN_ROUTE && !on_way) {
        drive(a, at, j, c);
        c->current = e->assignment.n;
        c->arrival =
            (struct act){ .kind = stages(a, j) ? ACT_STAGE : ACT_ARRIVE, .of = e->assignment.n };
        agents_plan(a, c->arrive, c->arrival);
    } else if (e->status == ASSIGNMENT_STAGED) { /* until the others are there */
        agents_plan(a, at + agents_between(a, 15 * S, 60 * S),
                    (struct act){ .kind = ACT_ARRIVE, .of = e->assignment.n });
    } else if (e->status == ASSIGNMENT_TRANSPORTING) {
        t->taken_away = true;
        take_along(a, at, e->assignment.n, c);
    } else if (e->status == ASSIGNMENT_ON_SCENE) {
        t->was_there = true;
        agents_plan(a, at + scene_us(a, j),
                    (struct act){ .kind = ACT_CLEAR, .of = e->assignment.n });
        if (a->opts.everyday && agents_chance(a, 3)) {
            agents_plan(a, at + 30 * S, (struct act){ .kind = ACT_PANIC, .of = t->unit });
        }
    } else if (e->status >= ASSIGNMENT_CLEARED) {
        end_task(a, at, e->assignment.n, t, e);
    }
}

static void see_fed_back(struct agents *a, int64_t at, assignment_id id)
{
    struct task *t = agents_task(a, id.n);

    if (t->owes) {
        uint32_t incident = t->incident;

        while (agents_job(a, incident)->merged_into != 0) {
            incident = agents_job(a, incident)->merged_into;
        }
        t->owes = false;
        agents_job(a, incident)->owed--;
        agents_close_when_over(a, at, incident);
    }
}

static void see_duty(struct agents *a, int64_t at, uint32_t unit, bool on)
{
    struct crew *c = agents_crew(a, unit);

    if (c == NULL) {
        return;
    }
    bool before = crew_free(c);

    c->on_duty = on;
    c->bound = 0;
    c->stays = false;
    was_free(a, at, c, before);
    drive_halt(a, c);
    if (crew_is_guest(a, unit)) {
        return;
    }
    if (on) {
        drive_plan_return(a, at, c);
    }
    if (a->opts.everyday && on) {
        int64_t shift = 8 * US_PER_HOUR + agents_between(a, 0, US_PER_HOUR);

        agents_plan(a, at + shift, (struct act){ .kind = ACT_SIGN_OFF, .of = unit });
        agents_plan(a, at + shift / 2, (struct act){ .kind = ACT_BREAK, .of = unit });
    } else if (!on) {
        agents_plan(a, at + agents_between(a, 120 * S, 600 * S),
                    (struct act){ .kind = ACT_SIGN_ON, .of = unit });
    }
}

static void see_changed(struct agents *a, int64_t at, const struct unit_changed *e)
{
    struct crew *c = agents_crew(a, e->unit.n);

    if (c == NULL) {
        return;
    }
    bool before = crew_free(c);

    c->away = e->reason != UNIT_REASON_NONE;
    c->bound = c->away ? 0 : c->bound;
    was_free(a, at, c, before);
    if (c->away) {
        agents_plan(a, at + agents_between(a, 15 * US_PER_MIN, 40 * US_PER_MIN),
                    (struct act){ .kind = ACT_BACK, .of = e->unit.n });
    }
}

static void see_panic(struct agents *a, int64_t at, uint32_t unit, uint32_t incident)
{
    struct crew *c = agents_crew(a, unit);

    if (c != NULL) {
        c->panic = true;
        c->panic_incident = incident;
        a->counts.panics++;
        agents_plan(a, at + agents_between(a, 20 * S, 120 * S),
                    (struct act){ .kind = ACT_PANIC_ANSWER, .of = unit });
    }
}

/* Its order here ends; the one there comes as an order of its own. */
static void see_diverted(struct agents *a, int64_t at, const struct assignment_diverted *e)
{
    const struct assignment_progressed left = { .assignment = e->assignment,
                                                .incident = e->incident,
                                                .unit = e->unit,
                                                .status = ASSIGNMENT_CANCELLED };

    if (agents_task(a, e->assignment.n)->status < ASSIGNMENT_CLEARED) {
        see_progressed(a, at, &left);
    }
}

static void see_terminal(struct agents *a, uint32_t unit, bool lost)
{
    struct crew *c = agents_crew(a, unit);

    if (c != NULL) {
        c->lost = lost;
    }
}

void crew_see(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_ASSIGNMENT_DISPATCHED) {
        see_made(a, at, &e->as.assignment_made.assignment);
    } else if (e->kind == EVENT_ASSIGNMENT_PROGRESSED) {
        see_progressed(a, at, &e->as.assignment_progressed);
    } else if (e->kind == EVENT_ASSIGNMENT_NAMED) {
        see_named(a, at, &e->as.assignment_named);
    } else if (e->kind == EVENT_ASSIGNMENT_SPOKEN) {
        agents_task(a, e->as.assignment_marked.assignment.n)->spoken = true;
    } else if (e->kind == EVENT_ASSIGNMENT_DIVERTED) {
        see_diverted(a, at, &e->as.assignment_diverted);
    } else if (e->kind == EVENT_ASSIGNMENT_FED_BACK) {
        see_fed_back(a, at, e->as.assignment_fed_back.assignment);
    } else if (e->kind == EVENT_ASSIGNMENT_CHANGE_RAISED) {
        agents_plan(
            a, at + agents_between(a, 10 * S, 60 * S),
            (struct act){ .kind = ACT_SEE_CHANGE, .of = e->as.assignment_changed.assignment.n });
    } else if (e->kind == EVENT_UNIT_SIGNED_ON) {
        see_duty(a, at, e->as.unit_signed_on.unit.n, true);
    } else if (e->kind == EVENT_UNIT_SIGNED_OFF) {
        see_duty(a, at, e->as.unit_signed_off.unit.n, false);
    } else if (e->kind == EVENT_UNIT_TERMINAL_LOST || e->kind == EVENT_UNIT_TERMINAL_BACK) {
        see_terminal(a, e->as.unit_terminal_changed.unit.n, e->kind == EVENT_UNIT_TERMINAL_LOST);
    } else if (e->kind == EVENT_UNIT_CHANGED) {
        see_changed(a, at, &e->as.unit_changed);
    } else if (e->kind == EVENT_UNIT_PANICKED) {
        see_panic(a, at, e->as.unit_panicked.unit.n, e->as.unit_panicked.incident.n);
    } else if (e->kind == EVENT_UNIT_PANIC_ANSWERED) {
        struct crew *c = agents_crew(a, e->as.unit_panic_answered.unit.n);

        if (c != NULL) {
            c->panic = false;
        }
    }
}

void agents_adopt_assignment(struct agents *a, int64_t at, const struct assignment *as)
{
    struct task *t = agents_task(a, as->id.n);
    struct crew *c = agents_crew(a, as->unit.n);
    const struct assignment_progressed now = { .assignment = as->id,
                                               .incident = as->incident,
                                               .unit = as->unit,
                                               .status = as->status,
                                               .feedback_due = as->feedback_due };

    if ((c == NULL && as->station.n == 0) || as->status == ASSIGNMENT_RESERVED) {
        return;
    }
    agents_at(a, at);
    if (t->incident == 0) {
        struct assignment made = *as;

        guest_ordered(a, at, as->id.n, as->unit.n);
        made.status = as->status == ASSIGNMENT_ON_SCENE ? as->status : ASSIGNMENT_DISPATCHED;
        see_made(a, at, &made);
        t = agents_task(a, as->id.n);
        t->was_there = as->on_scene_at != 0;
    }
    if (t->station != 0 && t->unit == 0 && c != NULL) {
        see_named(a, at, &(struct assignment_named){ .assignment = as->id, .unit = as->unit });
    }
    if (t->status != as->status) {
        see_progressed(a, at, &now);
    }
}
