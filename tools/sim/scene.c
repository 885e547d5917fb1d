/* What a desk does about scenes: sends a unit on its way to something graver, relieves who has been
 * there for long, and says who commands a scene of several. */
#include "tools/sim/agents_state.h"

#define S US_PER_S
#define DIVERT_PERMILLE 300
#define RELIEVE_PERMILLE 40
#define LEAD_PERMILLE 700

/* An order of less weight that a crew of this kind is on the way with; 0: none. */
static uint32_t lesser_order(const struct agents *a, uint8_t police_type, uint8_t tier)
{
    const struct city_unit *u = a->opts.town->city.units.at;

    for (uint32_t i = 1; i <= a->crew_count; i++) {
        const struct crew *c = &a->crews[i];
        const struct task *t = c->current != 0 ? &a->tasks[c->current] : NULL;

        if (t == NULL || c->cut || u[i - 1].voice_only || u[i - 1].police_type != police_type ||
            c->stacked > 1 || crew_is_guest(a, i) || t->ahead != 0) {
            continue;
        }
        const struct job *j = &a->jobs[t->incident];

        if (t->status == ASSIGNMENT_EN_ROUTE && j->open && j->tier > tier + 1 &&
            floor_ours(a, j->seat)) {
            return c->current;
        }
    }
    return 0;
}

bool scene_diverts(struct agents *a, uint32_t incident, uint8_t slot, struct command *c)
{
    const struct job *j = agents_job(a, incident);

    if (a->opts.cast == NULL || j->tier == 0 || j->tier > 2 || !agents_chance(a, DIVERT_PERMILLE)) {
        return false;
    }
    uint32_t order = lesser_order(a, j->types[slot], j->tier);

    if (order == 0 || agents_task(a, order)->incident == incident) {
        return false;
    }
    c->type = COMMAND_ASSIGNMENT_DIVERT;
    c->as.assignment_divert =
        (struct assignment_divert){ .assignment = { order },
                                    .incident = { incident },
                                    .reason = agents_say(a, STR("重大警情优先, 就近改派")) };
    return true;
}

void scene_see(struct agents *a, int64_t at, const struct event *e)
{
    const struct assignment_progressed *p = &e->as.assignment_progressed;

    if (a->opts.cast == NULL) {
        return;
    }
    if (e->kind == EVENT_INCIDENT_LED) {
        agents_job(a, e->as.incident_led.incident.n)->led = true;
    }
    if (e->kind != EVENT_ASSIGNMENT_PROGRESSED || p->status != ASSIGNMENT_ON_SCENE) {
        return;
    }
    const struct job *j = agents_job(a, p->incident.n);

    if (j->committed >= 2 && !j->led && agents_chance(a, LEAD_PERMILLE)) {
        agents_plan(a, at + agents_between(a, 10 * S, 40 * S),
                    (struct act){ .kind = ACT_LEAD, .of = p->assignment.n });
    }
    if (agents_chance(a, RELIEVE_PERMILLE)) {
        agents_plan(a, at + agents_between(a, 15 * S, 60 * S),
                    (struct act){ .kind = ACT_RELIEVE, .of = p->assignment.n });
    }
}

static bool take_relieve(struct agents *a, const struct act *act, struct command *c)
{
    const struct task *t = agents_task(a, act->of);
    const struct job *j = agents_job(a, t->incident);
    const struct city_unit *u = a->opts.town->city.units.at;
    const struct wanted_crew w = { .police_type = u[t->unit - 1].police_type,
                                   .has_point = j->has_point,
                                   .at = j->at };
    uint32_t unit = crew_nearest(a, &w);

    if (unit == 0) {
        return false;
    }
    c->type = COMMAND_ASSIGNMENT_RELIEVE;
    c->as.assignment_relieve =
        (struct assignment_relieve){ .assignment = { act->of },
                                     .unit = { unit },
                                     .reason = agents_say(a, STR("现场时间较长, 派出接替")) };
    return true;
}

bool scene_take(struct agents *a, const struct act *act, struct command *c)
{
    const struct task *t = agents_task(a, act->of);
    const struct job *j = agents_job(a, t->incident);

    if (!j->open || t->unit == 0 || t->status != ASSIGNMENT_ON_SCENE) {
        return false;
    }
    c->principal = a->desk;
    if (act->kind == ACT_RELIEVE) {
        return take_relieve(a, act, c);
    }
    c->type = COMMAND_INCIDENT_LEAD;
    c->as.incident_lead =
        (struct incident_lead){ .incident = { t->incident }, .unit = { t->unit } };
    return !j->led;
}
