/* Terminals lose their links for a while. The crew works on: it keeps what it has to tell and sends
 * it when the link is back, or tells it by radio. It hears of a new order by radio only. */
#include "tools/sim/agents_state.h"

#define S US_PER_S

void link_begin(struct agents *a, int64_t start_us)
{
    if (a->opts.link != NULL && a->opts.everyday) {
        agents_plan(a, start_us + agents_between(a, 60 * S, 120 * S),
                    (struct act){ .kind = ACT_LINKS });
    }
}

/* One that has work, or else anyone with a terminal; 0: none. */
static uint32_t somebody(struct agents *a)
{
    const struct city_unit *u = a->opts.town->city.units.at;
    uint32_t first = (uint32_t)agents_between(a, 0, a->crew_count - 1);
    uint32_t idle = 0;

    for (uint32_t k = 0; k < a->crew_count; k++) {
        uint32_t i = (first + k) % a->crew_count + 1;
        const struct crew *c = &a->crews[i];

        if (!c->on_duty || c->cut || c->panic || u[i - 1].voice_only || crew_is_guest(a, i)) {
            continue;
        }
        if (c->current != 0) {
            return i;
        }
        idle = idle == 0 ? i : idle;
    }
    return idle;
}

static void cut(struct agents *a, int64_t now)
{
    uint32_t unit = somebody(a);
    struct crew *c = agents_crew(a, unit);

    if (c == NULL) {
        return;
    }
    c->cut = true;
    c->cut_at = now;
    c->speaks = agents_chance(a, 300);
    a->cuts++;
    a->opts.link(a->opts.arg, unit, false);
    agents_plan(a, now + agents_between(a, 20 * S, 150 * S),
                (struct act){ .kind = ACT_LINK_BACK, .of = unit });
}

void link_take(struct agents *a, int64_t now, const struct act *act)
{
    struct crew *c = agents_crew(a, act->of);

    if (act->kind == ACT_LINK_BACK) {
        must(c != NULL && c->cut);
        c->cut = false;
        a->cuts--;
        a->opts.link(a->opts.arg, act->of, true);
    } else if (!a->calls_over) {
        cut(a, now);
        agents_plan(a, now + agents_between(a, 90 * S, 180 * S), *act);
    }
}

/* Who has no link has not seen an order or a change that came since, until somebody spoke it. */
bool link_keeps_from(const struct agents *a, const struct act *act)
{
    const struct task *t = &a->tasks[act->of];
    const struct crew *c = &a->crews[t->unit];

    return c->cut && (act->kind == ACT_SEE_CHANGE ||
                      (t->made >= c->cut_at && !t->spoken && t->status <= ASSIGNMENT_DISPATCHED));
}

/* When it was done, whenever it comes. */
static void stamp(struct command *c, int64_t now)
{
    switch ((int)c->type) {
    case COMMAND_ASSIGNMENT_ACKNOWLEDGE:
        c->as.assignment_acknowledge.at_device = now;
        break;
    case COMMAND_ASSIGNMENT_ACKNOWLEDGE_CHANGE:
        c->as.assignment_acknowledge_change.at_device = now;
        break;
    case COMMAND_ASSIGNMENT_DECLINE:
        c->as.assignment_decline.at_device = now;
        break;
    case COMMAND_ASSIGNMENT_PROGRESS:
        c->as.assignment_progress.at_device = now;
        break;
    case COMMAND_ASSIGNMENT_REPORT:
        c->as.assignment_report.at_device = now;
        break;
    case COMMAND_ASSIGNMENT_EXPECT:
        c->as.assignment_expect.at_device = now;
        break;
    case COMMAND_ASSIGNMENT_SAFE:
        c->as.assignment_safe_in.at_device = now;
        break;
    case COMMAND_ASSIGNMENT_FEEDBACK:
        c->as.assignment_feedback.at_device = now;
        break;
    default:
        break;
    }
}

static uint8_t status_after(const struct command *c)
{
    return c->type == COMMAND_ASSIGNMENT_ACKNOWLEDGE ? ASSIGNMENT_ACKNOWLEDGED
           : c->type == COMMAND_ASSIGNMENT_PROGRESS  ? c->as.assignment_progress.status
                                                     : 0;
}

/* What is kept is done all the same: the crew goes on to its next step. That it cleared a scene
 * ends the order, and the server says what it owes then. */
void link_kept(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    struct task *t = agents_task(a, act->of);
    const struct crew *crew = agents_crew(a, t->unit);
    uint8_t status = status_after(c);

    if (!crew->cut || crew->speaks) {
        return;
    }
    stamp(c, now);
    if (status <= t->status || status >= ASSIGNMENT_CLEARED || t->status == ASSIGNMENT_EXPIRED) {
        return;
    }
    crew_step(a, now,
              &(struct assignment_progressed){ .assignment = { act->of },
                                               .incident = { t->incident },
                                               .unit = { t->unit },
                                               .status = status });
    t->ahead = status;
}
