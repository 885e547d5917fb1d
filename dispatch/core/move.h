/* Orders to move up (调度补位): a unit is to stand somewhere else so that the city is covered. It
 * stays available on the way, and whatever needs it more ends the order. */
#ifndef DISPATCH_CORE_MOVE_H
#define DISPATCH_CORE_MOVE_H

#include "base/geo.h"
#include "dispatch/core/turn.h"

/* A unit whose fix is so near is there; two places so near are one. */
#define MOVE_THERE_MM UINT32_C(150000)

static inline bool move_stands(const struct unit *u)
{
    return u->move.number != 0;
}

/* Nobody has signed it yet: the unit is where it was. */
static inline bool move_unsigned(const struct unit *u)
{
    return move_stands(u) && u->move.acknowledged_at == 0;
}

static inline bool move_is_there(const struct unit_move *m, struct point at)
{
    return geo_distance_mm((struct point){ m->lon_e7, m->lat_e7 }, at) <= MOVE_THERE_MM;
}

/* Emits unit.move_up_ended for the order that stands. */
void move_end(struct turn *t, const struct unit *u, struct unit_move_up_ended how);

/* What this row has done to units ends their orders to move up: they were sent to an incident, are
 * off duty or out of service, or call for help (not unheard: nothing changes on such a screen).
 * Called once a row, by follow(). */
void move_follow(struct turn *t);

/* The alarm that nobody signed stands or falls. Of a unit that sees no screen it stands at once:
 * somebody has to speak to it. */
void move_follow_alarm(struct turn *t, const struct unit *u);

#endif
