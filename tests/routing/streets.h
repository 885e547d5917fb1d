/* A random road network, whole: pieces with bends, names, bridges over a river, one-way streets,
 * junctions where turns cost or are banned, a part that is cut off. Equal seeds make equal ones. */
#ifndef TESTS_ROUTING_STREETS_H
#define TESTS_ROUTING_STREETS_H

#include "base/prng.h"
#include "routing/road.h"

/* Opens it by way of a file, as the server does. Close by road_close. */
void streets_open(struct road *road, uint64_t seed);

/* A place on a road, or near one; in the grid: to a place outside the nearest road is that of the
 * nearest place inside. */
struct point streets_place(const struct road *road, struct prng *random);

/* A drawing over a part of the map, or over all of it: a point, an open line or an area, whose
 * border may cross itself. The points are written to `points`, STREETS_CORNERS of them. */
#define STREETS_CORNERS 9
struct road_limit streets_limit(const struct road *road, struct prng *random, uint32_t id,
                                struct point *points);

/* The nearest piece and how far off it is, by asking every line; with `segment_ms` only of pieces
 * that can be driven at these times. Equally near ones: the lowest. */
uint32_t streets_nearest(const struct road *road, struct point p, const uint32_t *segment_ms,
                         uint32_t *off_mm);

/* Whether a limit concerns a piece, by asking every line of it. */
bool streets_concerned(const struct road *road, const struct road_limit *limit, uint32_t piece);

/* What is true of times under limits, by asking every piece: of each segment how long it takes as
 * the roads are, and at a walk through what is closed; which limit rules. Free by free. */
struct streets_truth {
    uint32_t *segment_ms;
    uint32_t *through_ms;
    uint32_t *segment_limit;
};
void streets_tell(struct streets_truth *truth, const struct road *road,
                  const struct road_limit *limits, uint32_t count);
void streets_forget(struct streets_truth *truth);

#endif
