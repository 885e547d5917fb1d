/* What the people do about what they hear of. */
#include "dispatch/model/command.h"
#include "routing/line.h"
#include "tools/sim/agents_state.h"

#include <stdlib.h>

#define S US_PER_S

static bool crew_free(const struct crew *c)
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

void agents_ask(struct agents *a, int64_t at, uint32_t incident, int64_t from, int64_t to)
{
    struct job *j = agents_job(a, incident);

    if (j->open && j->ours && !j->asked && !j->queued && agents_open_slot(j) != 0) {
        j->asked = true;
        agents_plan(a, at + agents_between(a, from, to),
                    (struct act){ .kind = ACT_DISPATCH, .of = incident });
    }
}

static void close_when_over(struct agents *a, int64_t at, uint32_t incident)
{
    const struct job *j = agents_job(a, incident);

    if (j->open && j->ours && j->committed == 0 && j->owed == 0 && j->cleared) {
        agents_plan(a, at + agents_between(a, 20 * S, 90 * S),
                    (struct act){ .kind = ACT_CLOSE, .of = incident });
    }
}

/* Our number in an external id "<tag>-<n>"; false: not ours. */
static bool our_call(const struct agents *a, struct str id, uint32_t *instance)
{
    struct str tag = a->opts.tag;

    if (id.len < tag.len + 2 || memcmp(id.at, tag.at, tag.len) != 0 || id.at[tag.len] != '-') {
        return false;
    }
    uint64_t n = 0;

    for (size_t i = tag.len + 1; i < id.len; i++) {
        if (id.at[i] < '0' || id.at[i] > '9' || n > UINT32_MAX) {
            return false;
        }
        n = n * 10 + (uint64_t)(id.at[i] - '0');
    }
    *instance = (uint32_t)n;
    return n < a->next_call;
}

static void see_received(struct agents *a, int64_t at, const struct report *r)
{
    uint32_t instance;

    if (!our_call(a, text_str(&r->external_id), &instance)) {
        return;
    }
    a->counts.reports++;
    a->report_calls =
        agents_grow(a->report_calls, &a->reports_cap, r->id.n, sizeof(*a->report_calls));
    a->report_calls[r->id.n] = instance + 1;
    const struct town_call *c = agents_call(a, instance);

    if (c->ends == TOWN_SETTLE) {
        int64_t least = r->callback ? 200 * S : 20 * S; /* who waits is rung first */

        agents_plan(a, at + agents_between(a, least, least + 60 * S),
                    (struct act){ .kind = ACT_SETTLE, .of = r->id.n });
    } else if (c->ends == TOWN_DUPLICATE && !desk_merges(a, instance)) {
        agents_plan(a, at + agents_between(a, 15 * S, 45 * S),
                    (struct act){ .kind = ACT_LINK, .of = r->id.n });
    }
}

static uint32_t call_of(const struct agents *a, report_id report)
{
    return report.n < a->reports_cap ? a->report_calls[report.n] : 0;
}

static void see_settled(struct agents *a, report_id report)
{
    uint32_t call = call_of(a, report);

    if (call != 0) {
        a->counts.settled++;
        agents_count(a->counts.ended, agents_call(a, call - 1));
        a->unsettled--;
    }
}

static void begin_job(struct agents *a, struct job *j)
{
    if (!j->ours) {
        j->ours = true;
        a->open++;
        a->counts.opened++;
    }
}

static void see_opened(struct agents *a, const struct incident *i)
{
    struct job *j = agents_job(a, i->id.n);

    *j = (struct job){ .known = true,
                       .open = true,
                       .seat = i->seat.n,
                       .unread = i->unread,
                       .has_point = place_has_point(&i->place),
                       .at = { i->place.lon_e7, i->place.lat_e7 } };
    if (a->opts.adopt) {
        begin_job(a, j);
    }
}

static void see_linked(struct agents *a, const struct report_linked *e)
{
    uint32_t call = call_of(a, e->report);
    struct job *j = agents_job(a, e->incident.n);

    if (call == 0) {
        return;
    }
    a->unsettled--;
    if (agents_call(a, call - 1)->ends == TOWN_DUPLICATE && j->call != 0) {
        a->counts.linked++;
        agents_count(a->counts.ended, agents_call(a, call - 1));
        return;
    }
    j->call = call;
    a->call_incidents =
        agents_grow(a->call_incidents, &a->calls_cap, call, sizeof(*a->call_incidents));
    a->call_incidents[call] = e->incident.n;
    begin_job(a, j);
}

void agents_see_merged(struct agents *a, uint32_t incident, uint32_t into)
{
    struct job *j = agents_job(a, incident);

    if (j->open && j->ours) {
        a->open--;
        a->counts.linked++;
        if (j->call != 0) {
            agents_count(a->counts.ended, agents_call(a, j->call - 1));
        }
    }
    uint8_t owed = j->owed;

    j->open = false;
    j->merged_into = into;
    j = agents_job(a, into);
    j->owed = (uint8_t)(j->owed + owed);
}

static void see_tiered(struct agents *a, int64_t at, const struct incident_tiered *e)
{
    struct job *j = agents_job(a, e->incident.n);
    const struct requirement *r = e->requirements.at;
    bool first = j->slot_count == 0;

    if (e->requirements.count > 0) {
        j->slot_count = 0;
        for (uint32_t k = 0; k < e->requirements.count; k++) {
            if (r[k].slot < SLOTS_MAX) {
                j->types[r[k].slot] = r[k].police_type;
                j->slots[j->slot_count++] = r[k].slot;
            }
        }
    }
    if (!j->open || !j->ours) {
        return;
    }
    if (j->slot_count == 0) {
        j->cleared = true; /* nobody is to be sent */
        agents_plan(a, at + agents_between(a, 200 * S, 400 * S),
                    (struct act){ .kind = ACT_CLOSE, .of = e->incident.n });
    } else if (!(j->got_unit && first)) { /* an officer who is there calls for help by radio */
        agents_ask(a, at, e->incident.n, (e->tier <= 2 ? 8 : 20) * S, (e->tier <= 2 ? 25 : 90) * S);
    }
    if (first) {
        agents_everyday(a, at, e->incident.n);
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

static void see_made(struct agents *a, int64_t at, const struct assignment *m)
{
    struct job *j = agents_job(a, m->incident.n);
    struct task *t = agents_task(a, m->id.n);
    struct crew *c = agents_crew(a, m->unit.n);

    if (m->status == ASSIGNMENT_RESERVED || c == NULL) {
        return;
    }
    *t = (struct task){ .incident = m->incident.n,
                        .unit = m->unit.n,
                        .slot = m->slot < SLOTS_MAX ? m->slot : 0,
                        .status = m->status };
    bool before = crew_free(c);

    a->counts.assignments++;
    a->counts.stacked += c->stacked > 0 ? 1 : 0;
    a->counts.dispatched += j->ours && !j->got_unit ? 1 : 0;
    j->got_unit = true;
    j->committed++;
    j->standing[t->slot]++;
    if (c->stacked < CREW_STACK_MAX) {
        c->stack[c->stacked++] = m->id.n;
    }
    if (m->status == ASSIGNMENT_ON_SCENE) {
        t->was_there = true;
        c->current = c->current == 0 ? m->id.n : c->current;
        agents_plan(a, at + scene_us(a, j), (struct act){ .kind = ACT_CLEAR, .of = m->id.n });
    } else if (m->status == ASSIGNMENT_DISPATCHED) {
        plan_signature(a, at, m->id.n);
    }
    was_free(a, at, c, before);
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
    struct point from = agents_place(a, c);
    uint32_t ms = j->has_point ? line_travel_ms(NULL, from, j->at) : 240000;
    int64_t us = (ms >= ETA_INF_MS ? 240000 : (int64_t)ms) * US_PER_MS;

    c->from = from;
    c->to = j->has_point ? j->at : from;
    c->depart = at;
    us = us * a->opts.town->drive_percent / 100;
    c->arrive = at + us * agents_between(a, 80, 130) / 100 + 5 * S;
}

static void end_task(struct agents *a, int64_t at, uint32_t assignment, struct task *t,
                     const struct assignment_progressed *e)
{
    struct job *j = agents_job(a, t->incident);
    struct crew *c = agents_crew(a, t->unit);
    bool before = crew_free(c);

    j->committed--;
    drop_task(c, assignment);
    c->from = c->to = agents_place(a, c);
    c->depart = c->arrive = 0;
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
    close_when_over(a, at, t->incident);
    take_next(a, at, c);
    was_free(a, at, c, before);
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

static void see_progressed(struct agents *a, int64_t at, const struct assignment_progressed *e)
{
    struct task *t = agents_task(a, e->assignment.n);
    struct crew *c = agents_crew(a, t->unit);

    if (t->unit == 0 || c == NULL) {
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
        agents_plan(a, c->arrive, (struct act){ .kind = ACT_ARRIVE, .of = e->assignment.n });
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
        close_when_over(a, at, incident);
    }
}

static void see_closed(struct agents *a, int64_t at, uint32_t incident)
{
    struct job *j = agents_job(a, incident);

    if (j->open && j->ours) {
        a->open--;
        a->counts.closed += j->closed_once ? 0 : 1;
        if (!j->closed_once && j->call != 0) {
            agents_count(a->counts.ended, agents_call(a, j->call - 1));
        }
        if (a->opts.everyday && !j->closed_once && agents_chance(a, 8)) {
            agents_plan(a, at + agents_between(a, 60 * S, 1800 * S),
                        (struct act){ .kind = ACT_REOPEN, .of = incident });
        }
        j->closed_once = true;
    }
    j->open = false;
}

static void see_reopened(struct agents *a, int64_t at, uint32_t incident)
{
    struct job *j = agents_job(a, incident);

    if (j->ours && !j->open) {
        a->open++;
        a->counts.reopened++;
        agents_plan(a, at + agents_between(a, 60 * S, 300 * S),
                    (struct act){ .kind = ACT_CLOSE, .of = incident });
    }
    j->open = true;
}

static void see_duty(struct agents *a, int64_t at, uint32_t unit, bool on)
{
    struct crew *c = agents_crew(a, unit);

    if (c == NULL) {
        return;
    }
    bool before = crew_free(c);

    c->on_duty = on;
    was_free(a, at, c, before);
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
    was_free(a, at, c, before);
    if (c->away) {
        agents_plan(a, at + agents_between(a, 15 * US_PER_MIN, 40 * US_PER_MIN),
                    (struct act){ .kind = ACT_BACK, .of = e->unit.n });
    }
}

static void see_panic(struct agents *a, int64_t at, uint32_t unit)
{
    struct crew *c = agents_crew(a, unit);

    if (c != NULL) {
        c->panic = true;
        a->counts.panics++;
        agents_plan(a, at + agents_between(a, 20 * S, 120 * S),
                    (struct act){ .kind = ACT_PANIC_ANSWER, .of = unit });
    }
}

static void see_incident(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_REPORT_RECEIVED) {
        see_received(a, at, &e->as.report_received.report);
    } else if (e->kind == EVENT_REPORT_SETTLED) {
        see_settled(a, e->as.report_settled.report);
    } else if (e->kind == EVENT_REPORT_LINKED) {
        see_linked(a, &e->as.report_linked);
    } else if (e->kind == EVENT_INCIDENT_OPENED) {
        see_opened(a, &e->as.incident_opened.incident);
    } else if (e->kind == EVENT_INCIDENT_TIERED) {
        see_tiered(a, at, &e->as.incident_tiered);
    } else if (e->kind == EVENT_INCIDENT_HELD) {
        agents_job(a, e->as.incident_held.incident.n)->held_until = e->as.incident_held.until;
    } else if (e->kind == EVENT_INCIDENT_CLOSED) {
        see_closed(a, at, e->as.incident_closed.incident.n);
    } else if (e->kind == EVENT_INCIDENT_REOPENED) {
        agents_job(a, e->as.incident_reopened.incident.id.n)->seat =
            e->as.incident_reopened.incident.seat.n;
        see_reopened(a, at, e->as.incident_reopened.incident.id.n);
    }
}

static void see_unit(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_ASSIGNMENT_DISPATCHED) {
        see_made(a, at, &e->as.assignment_made.assignment);
    } else if (e->kind == EVENT_ASSIGNMENT_PROGRESSED) {
        see_progressed(a, at, &e->as.assignment_progressed);
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
    } else if (e->kind == EVENT_UNIT_CHANGED) {
        see_changed(a, at, &e->as.unit_changed);
    } else if (e->kind == EVENT_UNIT_PANICKED) {
        see_panic(a, at, e->as.unit_panicked.unit.n);
    } else if (e->kind == EVENT_UNIT_PANIC_ANSWERED) {
        struct crew *c = agents_crew(a, e->as.unit_panic_answered.unit.n);

        if (c != NULL) {
            c->panic = false;
        }
    }
}

void agents_see(struct agents *a, int64_t at, const struct event *e)
{
    agents_at(a, at);
    see_incident(a, at, e);
    see_unit(a, at, e);
    floor_see(a, at, e);
    desk_see(a, at, e);
}

void agents_lost_incident(struct agents *a, uint32_t incident)
{
    see_closed(a, a->now, incident);
}

void agents_adopt_incident(struct agents *a, int64_t at, const struct incident *i, bool ours)
{
    struct incident_tiered tiered = { .incident = i->id, .tier = i->tier };

    if (agents_job(a, i->id.n)->known) {
        return;
    }
    agents_at(a, at);
    see_opened(a, i);
    if (ours) {
        begin_job(a, agents_job(a, i->id.n));
    }
    tiered.requirements =
        (struct list){ .at = (void *)(uintptr_t)i->requirements, .count = i->requirement_count };
    see_tiered(a, at, &tiered);
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

    if (c == NULL || as->status == ASSIGNMENT_RESERVED) {
        return;
    }
    agents_at(a, at);
    if (t->unit == 0) {
        struct assignment made = *as;

        made.status = as->status == ASSIGNMENT_ON_SCENE ? as->status : ASSIGNMENT_DISPATCHED;
        see_made(a, at, &made);
        t = agents_task(a, as->id.n);
        t->was_there = as->on_scene_at != 0;
    }
    if (t->status != as->status) {
        see_progressed(a, at, &now);
    }
}
