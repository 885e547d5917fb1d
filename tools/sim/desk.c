/* What callers who wait, alarms and unrecognised duplicates ask of a desk: rings back as the caller
 * allows, speaks orders to units without a terminal, asks whether officers are safe, decides who of
 * two that signed stands down, merges two incidents that are one. */
#include "tools/sim/agents_state.h"

#define S US_PER_S
#define TRIES_MAX 3
#define MERGED_ONE_IN 6 /* duplicates */

bool desk_merges(const struct agents *a, uint32_t instance)
{
    return a->opts.everyday && a->floor.post_count > 0 && instance % MERGED_ONE_IN == 0 &&
           agents_call(a, instance)->ends == TOWN_DUPLICATE;
}

static struct job *job_of_order(struct agents *a, uint32_t assignment)
{
    return agents_job(a, agents_task(a, assignment)->incident);
}

static struct str desk_at(struct agents *a, const struct act *act)
{
    if (act->kind == ACT_CONTACT || act->kind == ACT_END_CALLBACK) {
        const struct paper *p = floor_paper(a, (report_id){ act->of });

        return floor_at(a, p->open ? p->seat : agents_job(a, p->incident)->seat);
    }
    return floor_at(a, act->kind == ACT_MERGE ? agents_job(a, act->of)->seat
                                              : job_of_order(a, act->of)->seat);
}

struct str agents_desk(struct agents *a, const struct act *act)
{
    switch (act->kind) {
    case ACT_SETTLE:
    case ACT_LINK:
    case ACT_OPEN:
        return floor_at(a, act->of < a->floor.paper_cap ? a->floor.papers[act->of].seat : 0);
    case ACT_DISPATCH:
    case ACT_CLOSE:
    case ACT_NOTE:
    case ACT_AMEND:
    case ACT_HOLD:
        return floor_at(a, agents_job(a, act->of)->seat);
    case ACT_CONTACT:
    case ACT_END_CALLBACK:
    case ACT_SPEAK:
    case ACT_ASK_SAFE:
    case ACT_STAND_DOWN:
    case ACT_NAME_FOR:
    case ACT_RELIEVE:
    case ACT_LEAD:
    case ACT_NOBODY_THERE:
    case ACT_BLOCK:
    case ACT_MERGE:
        return desk_at(a, act);
    case ACT_RETIER:
    case ACT_PANIC_ANSWER:
        return floor_commander(a);
    case ACT_CALL:
        return floor_taker(a);
    default:
        return floor_anyone(a);
    }
}

bool agents_needs_desk(enum act_kind kind)
{
    return (kind >= ACT_SETTLE && kind <= ACT_MERGE) || kind == ACT_PANIC_ANSWER;
}

bool desk_needless(struct agents *a, const struct act *act)
{
    switch (act->kind) {
    case ACT_SETTLE:
    case ACT_LINK:
    case ACT_OPEN:
        return !floor_paper(a, (report_id){ act->of })->open;
    case ACT_DISPATCH: {
        struct job *j = agents_job(a, act->of);
        bool idle = !j->open || agents_open_slot(j) == 0;

        j->asked = j->asked && !idle;
        return idle;
    }
    case ACT_CLOSE:
    case ACT_NOTE:
    case ACT_AMEND:
    case ACT_RETIER:
    case ACT_HOLD:
    case ACT_MERGE:
        return !agents_job(a, act->of)->open;
    case ACT_CONTACT:
    case ACT_END_CALLBACK:
        return !floor_paper(a, (report_id){ act->of })->callback;
    case ACT_SPEAK:
    case ACT_ASK_SAFE:
    case ACT_STAND_DOWN:
    case ACT_NAME_FOR:
    case ACT_RELIEVE:
    case ACT_LEAD:
    case ACT_BLOCK:
        return agents_task(a, act->of)->status >= ASSIGNMENT_CLEARED;
    case ACT_ROAD_OPEN:
        return ways_notice(a->opts.ways, act->of) == NULL;
    default:
        return false;
    }
}

/* The next try, or the end of trying. A caller who must not be contacted is never tried. */
static void plan_try(struct agents *a, int64_t at, report_id report, int64_t from, int64_t to)
{
    const struct paper *p = floor_paper(a, report);
    bool done = p->contact == CONTACT_NONE || p->tries >= TRIES_MAX;

    agents_plan(a, at + agents_between(a, from, to),
                (struct act){ .kind = done ? ACT_END_CALLBACK : ACT_CONTACT, .of = report.n });
}

void desk_call_back(struct agents *a, int64_t at, report_id report)
{
    plan_try(a, at, report, 15 * S, 80 * S);
}

static void see_caller(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_REPORT_RECEIVED && e->as.report_received.report.callback) {
        desk_call_back(a, at, e->as.report_received.report.id);
    } else if (e->kind == EVENT_REPORT_CONTACTED) {
        struct paper *p = floor_paper(a, e->as.report_contacted.report);

        p->tries = e->as.report_contacted.tries;
        p->callback = p->callback && e->as.report_contacted.result != CONTACT_RESULT_REACHED;
        if (p->callback) {
            plan_try(a, at, e->as.report_contacted.report, 20 * S, 60 * S);
        }
    } else if (e->kind == EVENT_REPORT_CALLBACK_ENDED) {
        floor_paper(a, e->as.report_callback_ended.report)->callback = false;
    }
}

static void see_alarm(struct agents *a, int64_t at, const struct alarm *m)
{
    struct act act = { .of = m->assignment.n };

    if (m->kind == ALARM_SPEAK_ORDER) {
        act.kind = ACT_SPEAK;
    } else if (m->kind == ALARM_SAFETY_OVERDUE) {
        act.kind = ACT_ASK_SAFE;
    } else if (m->kind == ALARM_TWO_SIGNED) {
        act.kind = ACT_STAND_DOWN;
    }
    if (act.kind != 0 && act.of != 0) {
        agents_plan(a, at + agents_between(a, 8 * S, 60 * S), act);
    }
}

/* Officers tell from the scene how it stands and that they are safe; now and then they forget, and
 * a desk asks. */
static void see_scene(struct agents *a, int64_t at, assignment_id order, int64_t safety_due_at)
{
    int64_t least = safety_due_at - at > 120 * S ? safety_due_at - 120 * S : at + S;

    if (safety_due_at > at && agents_chance(a, 930)) {
        agents_plan(a, agents_between(a, least, safety_due_at - S / 2),
                    (struct act){ .kind = ACT_SAFE, .of = order.n });
    }
}

static void see_step(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_ASSIGNMENT_PROGRESSED &&
        e->as.assignment_progressed.status == ASSIGNMENT_ON_SCENE) {
        const struct assignment_progressed *p = &e->as.assignment_progressed;

        see_scene(a, at, p->assignment, p->safety_due_at);
        if (agents_chance(a, 850)) {
            agents_plan(a, at + agents_between(a, 40 * S, 240 * S),
                        (struct act){ .kind = ACT_REPORT, .of = p->assignment.n });
        }
    } else if (e->kind == EVENT_ASSIGNMENT_SAFE) {
        see_scene(a, at, e->as.assignment_safe.assignment, e->as.assignment_safe.due_at);
    } else if (e->kind == EVENT_ASSIGNMENT_REPORTED) {
        see_scene(a, at, e->as.assignment_reported.assignment,
                  e->as.assignment_reported.safety_due_at);
    }
}

/* An incident that its caller's call opened although another one had told of it. */
static void see_duplicate(struct agents *a, int64_t at, const struct report_linked *e)
{
    const struct job *j = agents_job(a, e->incident.n);

    if (j->call != 0 && desk_merges(a, j->call - 1) && j->open) {
        agents_plan(a, at + agents_between(a, 10 * S, 60 * S),
                    (struct act){ .kind = ACT_MERGE, .of = e->incident.n });
    }
}

static void see_moved(struct agents *a, const struct incident_orders_moved *e)
{
    const struct order_moved *m = e->orders.at;

    for (uint32_t k = 0; k < e->orders.count; k++) {
        struct task *t = agents_task(a, m[k].assignment.n);

        if (t->incident == 0) {
            continue;
        }
        struct job *from = agents_job(a, t->incident);

        from->committed--;
        from->standing[t->slot]--;
        t->incident = e->incident.n;
        t->slot = m[k].slot < SLOTS_MAX ? m[k].slot : 0;
        struct job *to = agents_job(a, t->incident);

        to->committed++;
        to->standing[t->slot]++;
        to->got_unit = true;
    }
}

void desk_see(struct agents *a, int64_t at, const struct event *e)
{
    see_caller(a, at, e);
    see_step(a, at, e);
    if (e->kind == EVENT_ALARM_RAISED) {
        see_alarm(a, at, &e->as.alarm_raised.alarm);
    } else if (e->kind == EVENT_REPORT_LINKED) {
        see_duplicate(a, at, &e->as.report_linked);
    } else if (e->kind == EVENT_INCIDENT_ORDERS_MOVED) {
        see_moved(a, &e->as.incident_orders_moved);
    } else if (e->kind == EVENT_INCIDENT_MERGED) {
        agents_see_merged(a, e->as.incident_merged.incident.n, e->as.incident_merged.into.n);
    }
}

static bool take_contact(struct agents *a, const struct act *act, struct command *c)
{
    const struct paper *p = floor_paper(a, (report_id){ act->of });
    uint32_t chance = (uint32_t)agents_between(a, 0, 999);

    if (!p->callback) {
        return false;
    }
    if (act->kind == ACT_END_CALLBACK) {
        c->type = COMMAND_REPORT_SETTLE;
        c->as.report_settle =
            (struct report_settle){ .report = { act->of },
                                    .outcome = OUTCOME_NO_CONTACT,
                                    .note = agents_say(a, STR("多次联系未果, 人工了结")) };
        return p->incident != 0; /* an open report ends as its call says */
    }
    c->type = COMMAND_REPORT_CONTACT;
    c->as.report_contact =
        (struct report_contact){ .report = { act->of },
                                 .how = p->contact == CONTACT_TEXT ? CONTACT_WAY_TEXT
                                                                   : CONTACT_WAY_CALL,
                                 .result = chance < 550   ? CONTACT_RESULT_REACHED
                                           : chance < 850 ? CONTACT_RESULT_NO_ANSWER
                                                          : CONTACT_RESULT_BUSY };
    return true;
}

static bool take_order(struct agents *a, const struct act *act, struct command *c)
{
    const struct task *t = agents_task(a, act->of);
    assignment_id id = { act->of };

    if (t->unit == 0) {
        return false;
    }
    if (act->kind == ACT_SPEAK) {
        c->type = COMMAND_ASSIGNMENT_SPEAK;
        c->as.assignment_speak = (struct assignment_speak){ .assignment = id, .by = BY_RADIO };
        return t->status == ASSIGNMENT_DISPATCHED;
    }
    if (act->kind == ACT_ASK_SAFE) {
        c->type = COMMAND_ASSIGNMENT_SAFE;
        c->as.assignment_safe_in = (struct assignment_safe_in){ .assignment = id, .by = BY_RADIO };
        return t->status == ASSIGNMENT_ON_SCENE || t->status == ASSIGNMENT_TRANSPORTING;
    }
    if (agents_chance(a, 300)) {
        c->type = COMMAND_ASSIGNMENT_KEEP;
        c->as.assignment_keep.assignment = id;
    } else {
        c->type = COMMAND_ASSIGNMENT_CANCEL;
        c->as.assignment_cancel =
            (struct assignment_cancel){ .assignment = id,
                                        .reason = agents_say(a, STR("已有警力签收, 撤回")) };
    }
    return t->status == ASSIGNMENT_ACKNOWLEDGED || t->status == ASSIGNMENT_EN_ROUTE;
}

static bool take_merge(struct agents *a, const struct act *act, struct command *c)
{
    const struct job *j = agents_job(a, act->of);
    uint32_t instance = j->call - 1;
    uint32_t count = a->opts.town->count;
    uint32_t same = instance - instance % count + agents_call(a, instance)->of;
    uint32_t into = same < a->calls_cap ? a->call_incidents[same] : 0;

    if (!j->open || into == 0 || into == act->of || !agents_job(a, into)->open) {
        return false;
    }
    c->type = COMMAND_INCIDENT_MERGE;
    c->as.incident_merge = (struct incident_merge){ .incident = { act->of },
                                                    .into = { into },
                                                    .reason = agents_say(a, STR("同一警情")),
                                                    .confirm = true };
    return true;
}

bool desk_take(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    (void)now;
    c->principal = a->desk;
    if (act->kind == ACT_CONTACT || act->kind == ACT_END_CALLBACK) {
        return take_contact(a, act, c);
    }
    return act->kind == ACT_MERGE ? take_merge(a, act, c) : take_order(a, act, c);
}
