/* Whose a point is. Exact, in integers: every machine finds the same zone. */
#ifndef DISPATCH_CORE_ZONES_H
#define DISPATCH_CORE_ZONES_H

#include "dispatch/core/world.h"

#define ZONE_REACH_STANDARD_M 500u
#define ZONE_REACH_MOST_M 20000u
#define ZONE_EVEN_MM 1000u

struct zone_found {
    zone_id zone;   /* 0: none within reach */
    uint32_t off_m; /* how far outside of it the point lies; 0: it lies in it, or on its border */
};

/* The owner of a point:
 * 1. the smallest zone below the city that holds it (beat before station area before district;
 *    ties, also on a common border: lower id);
 * 2. else the nearest of these within the city's reach. Those less than a metre farther count as
 *    equally near: of these the smallest kind, then the nearest, then the lower id;
 * 3. else the city's own zone that holds it, or is nearest within reach; else none.
 * Distances are those of geo_distance_mm to the nearest point of an outline; outlines that cross
 * the 180th meridian are not known. */
struct zone_found zones_find(const struct world *w, struct point p);

/* Whether the zone holds the point: in one of its outer rings or on a border, and not inside of a
 * hole. */
bool zones_hold(const struct world *w, const struct zone *z, struct point p);

/* How far outside a point may lie and still be a zone's, in m. */
uint32_t zones_reach_m(const struct world *w);

#endif
