/* What crews do about their orders and their duty, as commands. */
#include "tools/sim/agents_state.h"

#define S US_PER_S

bool crew_speaks(struct agents *a, uint32_t unit, struct command *c, uint8_t *by)
{
    const struct city_unit *u = a->opts.town->city.units.at;
    const struct crew *crew = agents_crew(a, unit);

    if (u[unit - 1].voice_only || (crew->cut && crew->speaks)) {
        c->principal = floor_anyone(a);
        *by = BY_RADIO;
    } else {
        c->principal = agents_unit_name(unit, a->principal);
        *by = BY_TERMINAL;
    }
    return c->principal.len > 0;
}

uint32_t crew_nearest(const struct agents *a, const struct wanted_crew *w)
{
    const struct city *city = &a->opts.town->city;
    const struct city_unit *u = city->units.at;
    uint32_t best = 0;
    int64_t best_far = INT64_MAX;

    for (uint32_t i = 1; i <= a->crew_count; i++) {
        const struct crew *c = &a->crews[i];
        bool fits = w->police_type == POLICE_TYPE_NONE ? u[i - 1].police_type < POLICE_TYPE_GRID
                                                       : u[i - 1].police_type == w->police_type;

        if (!fits || !crew_free(c) || c->cut || u[i - 1].voice_only || crew_is_guest(a, i) ||
            (w->station != 0 && cast_station_of_unit(a->opts.cast, city, i) != w->station)) {
            continue;
        }
        struct point p = agents_place(a, c);
        int64_t dx = (int64_t)p.lon_e7 - w->at.lon_e7;
        int64_t dy = (int64_t)p.lat_e7 - w->at.lat_e7;
        int64_t far = w->has_point ? (dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy) : (int64_t)i;

        if (far < best_far) {
            best = i;
            best_far = far;
        }
    }
    return best;
}

/* The least status from which a unit takes this step, and the last one. */
static bool step_fits(enum act_kind kind, uint8_t status)
{
    if (kind == ACT_ACKNOWLEDGE && status == ASSIGNMENT_EXPIRED) {
        return true; /* late, and taken all the same: the seat decides who stands down */
    }
    if (kind == ACT_ACKNOWLEDGE || kind == ACT_DECLINE) {
        return status == ASSIGNMENT_DISPATCHED;
    }
    if (kind == ACT_SET_OUT) {
        return status == ASSIGNMENT_ACKNOWLEDGED;
    }
    if (kind == ACT_STAGE) {
        return status == ASSIGNMENT_EN_ROUTE;
    }
    if (kind == ACT_ARRIVE) {
        return status == ASSIGNMENT_EN_ROUTE || status == ASSIGNMENT_STAGED;
    }
    if (kind == ACT_CLEAR || kind == ACT_REPORT || kind == ACT_SAFE) {
        return status == ASSIGNMENT_ON_SCENE || status == ASSIGNMENT_TRANSPORTING;
    }
    return true;
}

/* Some scenes end with somebody who is taken along. */
static uint8_t next_status(struct agents *a, enum act_kind kind, const struct task *t)
{
    if (kind == ACT_SET_OUT) {
        return ASSIGNMENT_EN_ROUTE;
    }
    if (kind == ACT_STAGE) {
        return ASSIGNMENT_STAGED;
    }
    if (kind == ACT_ARRIVE) {
        return ASSIGNMENT_ON_SCENE;
    }
    bool along = a->opts.cast != NULL && t->status == ASSIGNMENT_ON_SCENE && !t->taken_away &&
                 agents_chance(a, 50);

    return along ? ASSIGNMENT_TRANSPORTING : ASSIGNMENT_CLEARED;
}

bool crew_take_step(struct agents *a, const struct act *act, struct command *c)
{
    const struct task *t = agents_task(a, act->of);
    enum act_kind kind = (enum act_kind)act->kind;
    assignment_id id = { act->of };
    uint8_t by;

    if (t->unit == 0 || crew_is_guest(a, t->unit) || !step_fits(kind, t->status) ||
        (kind == ACT_FEEDBACK && !t->owes)) {
        return false;
    }
    if (kind == ACT_ACKNOWLEDGE && !agents_crew(a, t->unit)->on_duty) {
        return false; /* it had lapsed, and they went home meanwhile */
    }
    if ((kind == ACT_ARRIVE || kind == ACT_STAGE ||
         (kind == ACT_CLEAR && t->status == ASSIGNMENT_TRANSPORTING)) &&
        drive_early(a, act, t->unit)) {
        return false;
    }
    if (link_keeps_from(a, act) || !crew_speaks(a, t->unit, c, &by)) {
        return agents_later(a, a->now, act);
    }
    if (kind == ACT_ACKNOWLEDGE) {
        c->type = COMMAND_ASSIGNMENT_ACKNOWLEDGE;
        c->as.assignment_acknowledge =
            (struct assignment_acknowledge){ .assignment = id, .by = by };
    } else if (kind == ACT_DECLINE) {
        c->type = COMMAND_ASSIGNMENT_DECLINE;
        c->as.assignment_decline =
            (struct assignment_decline){ .assignment = id, .reason = DECLINE_VEHICLE, .by = by };
    } else if (kind == ACT_SEE_CHANGE) {
        c->type = COMMAND_ASSIGNMENT_ACKNOWLEDGE_CHANGE;
        c->as.assignment_acknowledge_change =
            (struct assignment_acknowledge_change){ .assignment = id, .by = by };
    } else if (kind == ACT_REPORT) {
        c->type = COMMAND_ASSIGNMENT_REPORT;
        c->as.assignment_report = (struct assignment_report){
            .assignment = id, .note = agents_say(a, STR("已到场, 正在处置")), .by = by
        };
    } else if (kind == ACT_SAFE) {
        c->type = COMMAND_ASSIGNMENT_SAFE;
        c->as.assignment_safe_in = (struct assignment_safe_in){ .assignment = id, .by = by };
    } else if (kind == ACT_FEEDBACK) {
        uint32_t call = agents_job(a, t->incident)->call;

        c->type = COMMAND_ASSIGNMENT_FEEDBACK;
        c->as.assignment_feedback =
            (struct assignment_feedback){ .assignment = id,
                                          .disposition = call != 0
                                                             ? agents_call(a, call - 1)->disposition
                                                             : (uint8_t)DISPOSITION_HANDLED,
                                          .note = agents_say(a, STR("现场已处置")),
                                          .by = by };
    } else {
        c->type = COMMAND_ASSIGNMENT_PROGRESS;
        c->as.assignment_progress = (struct assignment_progress){ .assignment = id,
                                                                  .status = next_status(a, kind, t),
                                                                  .by = by };
        if (c->as.assignment_progress.status == ASSIGNMENT_TRANSPORTING) {
            c->as.assignment_progress.destination = DESTINATION_STATION;
        }
    }
    link_kept(a, a->now, act, c);
    return true;
}

bool crew_take_duty(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    const struct crew *crew = agents_crew(a, act->of);
    unit_id unit = { act->of };
    uint8_t by;

    must(crew != NULL);
    if (crew_is_guest(a, act->of) && act->kind != ACT_PANIC_ANSWER) {
        return false;
    }
    if (!crew_speaks(a, act->of, c, &by)) {
        return agents_later(a, now, act);
    }
    if (act->kind == ACT_SIGN_ON) {
        c->type = COMMAND_UNIT_SIGN_ON;
        c->as.unit_sign_on = (struct unit_sign_on){ .unit = unit, .crew = 2, .by = by };
        return !crew->on_duty;
    }
    if (act->kind == ACT_SIGN_OFF) {
        if (crew->on_duty && crew->stacked > 0) { /* the work first */
            agents_plan(a, now + 10 * US_PER_MIN, *act);
            return false;
        }
        c->type = COMMAND_UNIT_SIGN_OFF;
        c->as.unit_sign_off = (struct unit_sign_off){ .unit = unit, .by = by };
        return crew->on_duty;
    }
    if (act->kind == ACT_PANIC) {
        c->type = COMMAND_UNIT_PANIC;
        c->as.unit_panic = (struct unit_panic){ .unit = unit, .by = by };
        return !crew->panic;
    }
    if (act->kind == ACT_PANIC_ANSWER) {
        c->principal = a->desk;
        c->type = COMMAND_UNIT_PANIC_ANSWER;
        c->as.unit_panic_answer =
            (struct unit_panic_answer){ .unit = unit,
                                        .reached = PANIC_REACH_RADIO,
                                        .how = agents_say(a, STR("电台已联系, 人员安全")) };
        return crew->panic;
    }
    c->type = COMMAND_UNIT_STATUS;
    c->as.unit_status_set =
        (struct unit_status_set){ .unit = unit,
                                  .available = act->kind == ACT_BACK,
                                  .reason =
                                      act->kind == ACT_BACK ? UNIT_REASON_NONE : UNIT_REASON_MEAL,
                                  .by = by };
    return crew->on_duty && crew->away == (act->kind == ACT_BACK) &&
           (act->kind == ACT_BACK || crew->stacked == 0);
}
