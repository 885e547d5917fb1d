/* Geometry on the sphere in integers only, so that every machine decides alike.
 * Source: equirectangular projection with the cosine at the mean latitude (error under 0.1 % within
 * 50 km and 70° of latitude), on the mean Earth radius 6,371,008.8 m (IUGG). */
#ifndef BASE_GEO_H
#define BASE_GEO_H

#include "base/units.h"

#include <stdbool.h>
#include <stddef.h>

/* Great-circle distance in mm. Exact to about 0.1 % at city scale; saturates at UINT32_MAX (4,294
 * km). */
uint32_t geo_distance_mm(struct point a, struct point b);

/* True when `p` lies in the closed ring `ring` of `count` corners (last may repeat the first); on
 * the border counts as inside. */
bool geo_in_ring(const struct point *ring, size_t count, struct point p);

/* One edge of a ring, seen from `p`: true when `p` lies on it. Else `*inside` turns about when a
 * ray from `p` to the east crosses it; begun with false and shown every edge of a closed ring, it
 * ends as whether `p` lies inside. Exact. */
bool geo_edge_passed(struct point a, struct point b, struct point p, bool *inside);

/* True when the lines from `a` to `b` and from `c` to `d` have a point in common, their ends
 * included. Exact, on the flat map; lines that cross the 180th meridian are not told apart from
 * those that go the long way round. */
bool geo_lines_meet(struct point a, struct point b, struct point c, struct point d);

/* The centre of the grid cell of `cell_m` metres (500 for coarse places) that holds `p`. */
struct point geo_cell_centre(struct point p, uint32_t cell_m);

/* The point of the line from `a` to `b` that is nearest to `p`, and where on it: 0 at `a`, 65536 at
 * `b`. On the flat map that has p's own scale of longitude; lines that cross the 180th meridian are
 * not. */
struct point geo_nearest_on_line(struct point a, struct point b, struct point p,
                                 uint32_t *along_q16);

/* How many 1e-7 degrees of latitude, or of longitude at a latitude, `mm` spans; at least 1. */
uint32_t geo_span_lat_e7(uint32_t mm);
uint32_t geo_span_lon_e7(uint32_t mm, int32_t lat_e7);

/* True for -180..180, -90..90 degrees. */
bool geo_valid(struct point p);

#endif
