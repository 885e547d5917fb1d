/* Orders to a station: its desk signs and names the unit within its clock; where it does not, a
 * seat of the centre names one. The desk left to a guest gets orders once somebody has signed in
 * there. */
#include "tools/sim/agents_state.h"

#include <string.h>

#define S US_PER_S
#define TRIES_MAX 5
#define AFTER_ALL_US (330 * S) /* longer than any desk has to name a unit */

static uint32_t station_of(const struct agents *a, const struct job *j)
{
    const struct cast *cast = a->opts.cast;

    return cast != NULL && j->zone <= cast->zone_count ? cast->station_of[j->zone] : 0;
}

/* The desk played of that station, counted from 1; 0: none. */
static uint32_t desk_of(const struct cast *cast, uint32_t station)
{
    for (uint32_t k = 0; k < cast->desk_count; k++) {
        if (cast->desks[k] == station) {
            return k + 1;
        }
    }
    return 0;
}

/* A unit of that station which its desk could send now; 0: none. */
static uint32_t own_unit(const struct agents *a, uint32_t station, const struct job *j)
{
    const struct wanted_crew w = { .police_type = POLICE_TYPE_STATION,
                                   .station = station,
                                   .has_point = j->has_point,
                                   .at = j->at };

    return crew_nearest(a, &w);
}

bool station_takes(struct agents *a, const struct job *j, uint8_t slot, struct command *c)
{
    uint32_t station = station_of(a, j);
    bool kind = j->types[slot] == POLICE_TYPE_STATION || j->types[slot] == POLICE_TYPE_NONE;

    if (station == 0 || !kind || !agents_chance(a, 800)) {
        return false;
    }
    bool guest = station == a->opts.cast->guest_station;

    if (guest ? !a->guest_desk : desk_of(a->opts.cast, station) == 0 || !own_unit(a, station, j)) {
        return false;
    }
    c->as.assignment_dispatch.station = (zone_id){ station };
    return true;
}

void station_ordered(struct agents *a, int64_t at, uint32_t assignment)
{
    uint32_t station = agents_task(a, assignment)->station;

    if (a->opts.cast != NULL && desk_of(a->opts.cast, station) != 0) {
        agents_plan(a, at + agents_between(a, 10 * S, agents_chance(a, 850) ? 40 * S : 240 * S),
                    (struct act){ .kind = ACT_NAME, .of = assignment });
    }
    agents_plan(a, at + AFTER_ALL_US, (struct act){ .kind = ACT_NAME_FOR, .of = assignment });
}

void station_see(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_ALARM_RAISED && e->as.alarm_raised.alarm.kind == ALARM_NAME_OVERDUE) {
        agents_plan(
            a, at + agents_between(a, 10 * S, 40 * S),
            (struct act){ .kind = ACT_NAME_FOR, .of = e->as.alarm_raised.alarm.assignment.n });
    } else if (e->kind == EVENT_USER_SIGNED_IN || e->kind == EVENT_USER_SIGNED_OUT) {
        if (str_is(text_str(&e->as.user_present.username), "station_desk")) {
            a->guest_desk = e->kind == EVENT_USER_SIGNED_IN;
        }
    }
}

bool station_take(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    const struct task *t = agents_task(a, act->of);
    const struct job *j = agents_job(a, t->incident);
    bool centre = act->kind == ACT_NAME_FOR;

    if (t->station == 0 || t->unit != 0 || t->status != ASSIGNMENT_DISPATCHED) {
        return false;
    }
    uint32_t unit = own_unit(a, t->station, j);

    if (centre && (j->cleared || act->tries > TRIES_MAX)) { /* others did it, or nobody can */
        c->principal = a->desk;
        c->type = COMMAND_ASSIGNMENT_CANCEL;
        c->as.assignment_cancel =
            (struct assignment_cancel){ .assignment = { act->of },
                                        .reason = agents_say(a, STR("派出所无警力可派, 撤回")) };
        return true;
    }
    if (unit == 0 && centre) { /* anybody of that kind */
        unit = crew_nearest(a, &(struct wanted_crew){ .police_type = j->types[t->slot],
                                                      .has_point = j->has_point,
                                                      .at = j->at });
    }
    if (unit == 0) {
        return (act->tries++ < TRIES_MAX || centre) && agents_later(a, now, act);
    }
    c->principal =
        centre ? a->desk : cast_desk_name(desk_of(a->opts.cast, t->station) - 1, a->principal);
    c->type = COMMAND_ASSIGNMENT_NAME;
    c->as.assignment_name = (struct assignment_name){ .assignment = { act->of },
                                                      .unit = { unit },
                                                      .by = centre ? BY_RADIO : BY_TERMINAL };
    return true;
}
