/* What is the matter with some roads: they are closed, or slower than usual. Somebody draws a
 * point, a line or an area on the map; here it becomes the pieces of road that it concerns.
 *
 *     a point   the road nearest to it, when it is within LIMIT_NEAR_MM
 *     a line    every road that it crosses or touches: a stroke across a bridge, and over both
 *               carriageways where there are two
 *     an area   every road with a part inside or on the border; what a border that crosses itself
 *               goes round twice is outside (even-odd rule)
 *
 * Exact, on the flat map. Drawings that cross the 180th meridian are read the long way round. */
#ifndef ROUTING_LIMITS_H
#define ROUTING_LIMITS_H

#include "routing/snap.h"

#define LIMIT_NEAR_MM 50000
#define LIMIT_CLOSED 0 /* of `percent` */

struct road_limit {
    uint32_t id;     /* the caller's; above 0 */
    uint8_t percent; /* of the usual speed that is left, 1..100; LIMIT_CLOSED */
    bool area;       /* the points bound an area (three or more; the last may repeat the first) */
    uint32_t point_count;       /* 1: a point; more without `area`: an open line */
    const struct point *points; /* borrowed */
};

/* Told of one piece of road that a limit concerns. */
typedef void limits_fn(void *arg, uint32_t piece);

/* Calls `fn` for every piece that `limit` concerns. A piece of many lines may come several times.
 * Cost: what lies in the cells a line passes; for an area, each road's line in its box once, times
 * the corners. No allocation. */
void limits_each(const struct snap_grid *g, const struct road_limit *limit, limits_fn *fn,
                 void *arg);

/* True when `limit` concerns any road; then `name` is what a person would call the place: the name
 * of the longest bridge it concerns, else of the longest road that has a name, else "". Of equally
 * long ones the piece of the lower number. The name is the network's. */
bool limits_name(const struct snap_grid *g, const struct road_limit *limit, const char **name);

#endif
