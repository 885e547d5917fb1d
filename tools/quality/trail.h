/* The way of a unit that drives home, junction by junction. It may be sent from there: it counts as
 * being where it last passed a junction, so that equal ways offer equal places. */
#ifndef TOOLS_QUALITY_TRAIL_H
#define TOOLS_QUALITY_TRAIL_H

#include "routing/path.h"

#define TRAIL_MAX 8192

/* A point of a way, and when it is passed, in ms after its beginning. */
struct trail_point {
    struct point at;
    uint32_t node; /* of the graph; NODE_NONE for the beginning and the end */
    uint32_t ms;
};

/* Writes the way under free roads to `out`, TRAIL_MAX points of room; 0: there is none. Adds its
 * length to `*mm`. */
uint32_t trail_find(struct path_query *q, const struct road *road, struct point from,
                    struct point to, struct trail_point *out, uint64_t *mm);

/* The index of the last point that is passed after `ms`; `count` is not 0. */
uint32_t trail_at(const struct trail_point *trail, uint32_t count, int64_t ms);

/* How long the pieces of a way are, together. */
uint64_t trail_length_mm(const struct network *n, const struct path *path);

#endif
