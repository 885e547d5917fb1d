/* A guest's car: nobody here plays it, and no order may lie with it unread. What it does not sign,
 * or does not go on with, is taken from it by the seat that owns the incident, as from any crew
 * that does not answer its radio; then it is signed off and is not recommended until it signs on
 * again. */
#include "tools/sim/agents_state.h"

#define S US_PER_S
#define SIGN_US (150 * S)     /* unsigned for so long */
#define IDLE_US (900 * S)     /* without a further step */
#define FEEDBACK_US (420 * S) /* cleared, and no feedback */
#define LOST_US (90 * S)      /* its terminal is missed */

static struct str watcher(void)
{
    return STR("duty_officer");
}

/* How long its order may stand as it is; 0: for ever. */
static int64_t patience_us(const struct agents *a, const struct task *t)
{
    const struct crew *c = &a->crews[t->unit];

    if (t->status >= ASSIGNMENT_CLEARED) {
        return t->owes ? FEEDBACK_US : 0;
    }
    return c->lost ? LOST_US : t->status == ASSIGNMENT_DISPATCHED ? SIGN_US : IDLE_US;
}

static void look_later(struct agents *a, int64_t at, uint32_t assignment)
{
    agents_plan(a, at + 20 * S, (struct act){ .kind = ACT_NOBODY_THERE, .of = assignment });
}

void guest_ordered(struct agents *a, int64_t at, uint32_t assignment, uint32_t unit)
{
    if (crew_is_guest(a, unit)) {
        look_later(a, at, assignment);
    }
}

static void see_lost(struct agents *a, int64_t at, uint32_t unit)
{
    if (crew_is_guest(a, unit)) {
        agents_plan(a, at + LOST_US, (struct act){ .kind = ACT_GUEST_OFF, .of = unit });
    }
}

void guest_see(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_ASSIGNMENT_DISPATCHED) {
        guest_ordered(a, at, e->as.assignment_made.assignment.id.n,
                      e->as.assignment_made.assignment.unit.n);
    } else if (e->kind == EVENT_ASSIGNMENT_NAMED) {
        guest_ordered(a, at, e->as.assignment_named.assignment.n, e->as.assignment_named.unit.n);
    } else if (e->kind == EVENT_UNIT_TERMINAL_LOST) {
        see_lost(a, at, e->as.unit_terminal_changed.unit.n);
    }
}

static void feed_back(struct agents *a, const struct act *act, struct command *c)
{
    c->type = COMMAND_ASSIGNMENT_FEEDBACK;
    c->as.assignment_feedback =
        (struct assignment_feedback){ .assignment = { act->of },
                                      .disposition = (uint8_t)DISPOSITION_HANDLED,
                                      .note = agents_say(a, STR("电台询问后补录")),
                                      .by = BY_RADIO };
}

static bool take_order(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    const struct task *t = agents_task(a, act->of);
    int64_t patience = patience_us(a, t);

    if (patience == 0) {
        return false;
    }
    look_later(a, now, act->of);
    if (now < t->since + patience) {
        return false;
    }
    c->principal = a->desk;
    if (t->owes) {
        feed_back(a, act, c);
    } else if (t->status == ASSIGNMENT_ON_SCENE || t->status == ASSIGNMENT_TRANSPORTING) {
        c->type = COMMAND_ASSIGNMENT_PROGRESS;
        c->as.assignment_progress = (struct assignment_progress){ .assignment = { act->of },
                                                                  .status = ASSIGNMENT_CLEARED,
                                                                  .by = BY_RADIO };
    } else {
        c->type = COMMAND_ASSIGNMENT_CANCEL;
        c->as.assignment_cancel =
            (struct assignment_cancel){ .assignment = { act->of },
                                        .reason = agents_say(a, STR("呼叫无应答, 另派警力")) };
    }
    agents_plan(a, now + 10 * S, (struct act){ .kind = ACT_GUEST_OFF, .of = t->unit });
    return true;
}

/* It was lost and did not come back, or did not answer. */
static bool take_off(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    const struct crew *crew = agents_crew(a, act->of);

    if (!crew->on_duty || (act->tries == 0 && crew->stacked > 0 && !crew->lost)) {
        return false;
    }
    if (crew->stacked > 0) { /* the order is taken from it first */
        act->tries++;
        agents_plan(a, now + 20 * S, *act);
        return false;
    }
    c->principal = watcher();
    c->type = COMMAND_UNIT_SIGN_OFF;
    c->as.unit_sign_off = (struct unit_sign_off){ .unit = { act->of }, .by = BY_RADIO };
    return true;
}

bool guest_take(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    return act->kind == ACT_NOBODY_THERE ? take_order(a, now, act, c) : take_off(a, now, act, c);
}
