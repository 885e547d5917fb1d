/* Travel times without a road network: great-circle distance × a detour factor ÷ one speed. The
 * first engine behind the routing port, and the answer where no map is loaded. Integers only; equal
 * inputs give equal bytes on every machine. Straight lines name the wrong first unit in a fifth to
 * a third of incidents (docs/decisions/0015): the engine's name stands in every recommendation so
 * that nobody takes it for a road time. */
#ifndef ROUTING_LINE_H
#define ROUTING_LINE_H

#include "base/units.h"

/* Network distance per straight distance, in thousandths.
 * Source: the median of 57 pairs of calls over the San Francisco road network is 1.19
 * (largest 1.56). */
#define LINE_DETOUR_PERMILLE UINT32_C(1190)

/* Speed over the network in mm/s (18.7 km/h).
 * Source: San Francisco fire engines and trucks of 2020-04-07 to 04-20 that set out for a call in
 * their own station's area over 300 m away: straight distance from the station × 1.19 ÷ (on scene -
 * en route), median of 1,945 responses (quarters 13.5 and 24.4 km/h). The police calls of that city
 * tell no unit and so no distance. */
#define LINE_SPEED_MM_S UINT32_C(5190)

/* Travel time between two points in ms; ETA_INF_MS when a point is no place on Earth or the
 * distance is beyond reckoning (over 4,294 km). Has the form of `ports.travel_ms`; `arg` is not
 * used. */
uint32_t line_travel_ms(void *arg, struct point from, struct point to);

/* "line/1": name and version of this engine, a change of a constant above is a new version. As
 * `ports.engine`. */
const char *line_engine(void *arg);

#endif
