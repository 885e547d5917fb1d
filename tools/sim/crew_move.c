/* Crews that are told to stand somewhere else: they sign, drive there and say so; a few cannot go.
 * Where they came to, they stay until something else is asked of them. */
#include "routing/line.h"
#include "tools/sim/agents_state.h"

#define S US_PER_S

static void go_there(struct agents *a, int64_t at, struct crew *c)
{
    if (drive_by_road(a, c)) {
        drive_go(a, at, c, c->move_to, false);
        return;
    }
    struct point from = agents_place(a, c);
    uint32_t ms = line_travel_ms(NULL, from, c->move_to);

    c->from = from;
    c->to = c->move_to;
    c->depart = at;
    c->arrive = at + (ms >= ETA_INF_MS ? 240000 : (int64_t)ms) * US_PER_MS + 5 * S;
}

static void ordered(struct agents *a, int64_t at, const struct unit_move_up_ordered *e)
{
    struct crew *c = agents_crew(a, e->unit.n);

    if (c != NULL) {
        c->move = e->move.number;
        c->move_to = (struct point){ e->move.lon_e7, e->move.lat_e7 };
        c->moving = c->stays = false;
        agents_plan(a, at + agents_between(a, 3 * S, 25 * S),
                    (struct act){ .kind = ACT_MOVE_SIGN, .of = e->unit.n });
    }
}

static void acknowledged(struct agents *a, int64_t at, const struct unit_move_up_acknowledged *e)
{
    struct crew *c = agents_crew(a, e->unit.n);

    if (c != NULL && c->move == e->number && crew_free(c)) {
        c->moving = true;
        go_there(a, at, c);
        agents_plan(a, c->arrive, (struct act){ .kind = ACT_MOVE_ARRIVE, .of = e->unit.n });
    }
}

static void ended(struct agents *a, int64_t at, const struct unit_move_up_ended *e)
{
    struct crew *c = agents_crew(a, e->unit.n);

    if (c == NULL || c->move != e->number) {
        return;
    }
    bool turns_back = c->moving && e->how != MOVE_END_ARRIVED && crew_free(c);

    c->stays = e->how == MOVE_END_ARRIVED;
    c->move = 0;
    c->moving = false;
    if (turns_back) {
        drive_halt(a, c);
        drive_plan_return(a, at, c);
    }
}

void move_see(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_UNIT_MOVE_UP_ORDERED) {
        ordered(a, at, &e->as.unit_move_up_ordered);
    } else if (e->kind == EVENT_UNIT_MOVE_UP_ACKNOWLEDGED) {
        acknowledged(a, at, &e->as.unit_move_up_acknowledged);
    } else if (e->kind == EVENT_UNIT_MOVE_UP_ENDED) {
        ended(a, at, &e->as.unit_move_up_ended);
    }
}

bool move_take(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    const struct crew *crew = agents_crew(a, act->of);
    unit_id unit = { act->of };
    uint8_t by;

    must(crew != NULL);
    if (crew->move == 0 || crew_is_guest(a, act->of) ||
        (act->kind == ACT_MOVE_ARRIVE && (!crew->moving || drive_early(a, act, act->of)))) {
        return false;
    }
    if ((crew->cut && !crew->speaks) || !crew_speaks(a, act->of, c, &by)) {
        return agents_later(a, now, act);
    }
    if (act->kind == ACT_MOVE_ARRIVE) {
        c->type = COMMAND_UNIT_MOVE_UP_ARRIVE;
        c->as.unit_move_up_arrive =
            (struct unit_move_up_arrive){ .unit = unit, .number = crew->move, .by = by };
    } else if (agents_chance(a, 30)) {
        c->type = COMMAND_UNIT_MOVE_UP_REFUSE;
        c->as.unit_move_up_refuse = (struct unit_move_up_refuse){
            .unit = unit, .number = crew->move, .reason = DECLINE_VEHICLE, .by = by
        };
    } else {
        c->type = COMMAND_UNIT_MOVE_UP_ACKNOWLEDGE;
        c->as.unit_move_up_acknowledge =
            (struct unit_move_up_acknowledge){ .unit = unit, .number = crew->move, .by = by };
    }
    return true;
}
