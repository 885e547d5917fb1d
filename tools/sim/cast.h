/* Who plays what in a living city, and what is left free for guests: an operator's seat, a patrol
 * unit, the desk of its station, publicity, a commander's account. Chosen from the city alone, so
 * that demo-setup, simulate and ./up agree. Zones and units are named by their place in the city's
 * lists, counted from 1, as ids are in a world that was loaded once. */
#ifndef TOOLS_SIM_CAST_H
#define TOOLS_SIM_CAST_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/model/city.h"
#include "dispatch/model/words.h"

#define CAST_DESKS_MAX 24 /* station desks that are played */
#define CAST_TAKERS 3     /* call takers, without a seat: what they take goes by the rule */
#define CAST_POSTS 4 /* seats that are worked at, the commander's first; the next is a guest's */
#define CAST_NAME_SIZE 16

struct cast {
    uint32_t guest_unit;            /* a patrol car nobody plays; 0: the city has none that fits */
    uint32_t guest_station;         /* zone of the station whose desk nobody plays */
    uint32_t desks[CAST_DESKS_MAX]; /* zones of stations whose desks are played */
    uint32_t desk_count;
    uint32_t zone_count;
    uint32_t *station_of; /* by zone: the station it lies in or is; 0: none */
};

/* Fails: ERR_NO_MEMORY. */
MUST_USE enum err cast_choose(struct arena *a, const struct city *city, struct cast *out,
                              struct fault *f);

/* The station a unit of the city belongs to; 0: none. */
uint32_t cast_station_of_unit(const struct cast *c, const struct city *city, uint32_t unit);

/* User names: "call_taker_1" …, and of the desk at `desks[k]` "desk_1" …. */
struct str cast_taker_name(uint32_t k, char out[CAST_NAME_SIZE]);
struct str cast_desk_name(uint32_t k, char out[CAST_NAME_SIZE]);

#endif
