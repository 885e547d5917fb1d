/* What becomes of an order to move up.
 * unit.move_up_acknowledge: signed, by the unit or for it; from then on it is under way. Refusals:
 *   no_such_unit, not_your_unit, not_your_zone, no_move_up, nothing_changed.
 * unit.move_up_refuse: the unit cannot go, or not on; with a reason. Refusals: as above, without
 *   nothing_changed.
 * unit.move_up_arrive: it stands there, as the crew says. Refusals: the same.
 * unit.move_up_recall: it need not go, or not on. Refusals: the same.
 * unit.move_up_reached (internal): its fixes came to the place; nothing when the order is over or
 *   the fix is farther off. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/move.h"

/* The unit whose order stands, `number` being of it or not said; NULL after refusing. */
static const struct unit *moving(struct turn *t, unit_id id, uint32_t number)
{
    const struct unit *u = turn_unit_of_zone(t, id);
    if (u == NULL) {
        return NULL;
    }
    if (!move_stands(u) || (number != 0 && number != u->move.number)) {
        turn_refuse(t, REFUSED_NO_MOVE_UP, number != 0 ? "number" : "unit");
        return NULL;
    }
    return u;
}

void decide_unit_move_up_acknowledge(struct turn *t, const struct unit_move_up_acknowledge *c)
{
    const struct unit *u = moving(t, c->unit, c->number);
    if (u == NULL) {
        return;
    }
    if (!move_unsigned(u)) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "unit");
        return;
    }
    struct event *e = turn_event(t, EVENT_UNIT_MOVE_UP_ACKNOWLEDGED);
    e->as.unit_move_up_acknowledged =
        (struct unit_move_up_acknowledged){ .unit = u->id,
                                            .number = u->move.number,
                                            .by = (uint8_t)assign_by(t, c->by),
                                            .at_device = c->at_device };
    turn_emit(t, e);
}

void decide_unit_move_up_refuse(struct turn *t, const struct unit_move_up_refuse *c)
{
    const struct unit *u = moving(t, c->unit, c->number);
    if (u != NULL) {
        move_end(t, u,
                 (struct unit_move_up_ended){ .how = MOVE_END_REFUSED,
                                              .reason = c->reason,
                                              .by = (uint8_t)assign_by(t, c->by),
                                              .at_device = c->at_device });
    }
}

void decide_unit_move_up_arrive(struct turn *t, const struct unit_move_up_arrive *c)
{
    const struct unit *u = moving(t, c->unit, c->number);
    if (u != NULL) {
        move_end(t, u,
                 (struct unit_move_up_ended){ .how = MOVE_END_ARRIVED,
                                              .by = (uint8_t)assign_by(t, c->by),
                                              .at_device = c->at_device });
    }
}

void decide_unit_move_up_recall(struct turn *t, const struct unit_move_up_recall *c)
{
    const struct unit *u = moving(t, c->unit, c->number);
    if (u != NULL) {
        move_end(t, u, (struct unit_move_up_ended){ .how = MOVE_END_RECALLED });
    }
}

void decide_unit_move_up_reached(struct turn *t, const struct unit_move_up_reached *c)
{
    const struct unit *u = world_unit(t->world, c->unit);
    if (u != NULL && move_stands(u) && u->move.number == c->number &&
        move_is_there(&u->move, c->at)) {
        move_end(t, u,
                 (struct unit_move_up_ended){ .how = MOVE_END_ARRIVED,
                                              .by = BY_RULE,
                                              .lon_e7 = c->at.lon_e7,
                                              .lat_e7 = c->at.lat_e7 });
    }
}
