/* Whose roads: what the facts of a way mean for a patrol car, a motorcycle or somebody on foot.
 *
 * All three keep one-way streets and bans on turning. The law lets police vehicles on an urgent
 * errand go without regard to route, direction, speed and signals while that is safe (Road Traffic
 * Safety Law of the PRC, article 53); when that is so is the driver's to judge, on the spot, and no
 * time is promised on it. What they may always use: ways that are private or for residents, and
 * whatever says emergency=yes. */
#ifndef TOOLS_OSM_PROFILE_H
#define TOOLS_OSM_PROFILE_H

#include "tools/osm/way_facts.h"

struct profile {
    const char *name;
    bool walks;
    uint8_t kmh[ROAD_CLASS_COUNT]; /* where no limit is said; 0: not used */
    uint8_t kmh_most;
    uint32_t signals_ms; /* lost at traffic signals, on average */
    uint32_t turn_ms;    /* of a turn by a right angle, where turns cost */
    uint32_t across_ms;  /* and more when it crosses oncoming traffic (to the left) */
    uint32_t back_ms;    /* of turning round */
};

/* NULL: there is none of that name. */
const struct profile *profile_find(const char *name);
/* The names, with commas, for messages. */
const char *profile_names(void);

/* Speed along (0) or against (1) a way, in km/h; 0: it may not be used so. Ferries only with
 * `ferries`. */
uint32_t profile_kmh(const struct profile *p, const struct way_facts *facts, int against,
                     bool ferries);

#endif
