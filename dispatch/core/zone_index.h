/* Boxes over the zones and over the edges of their rings, so that a point's zone is found among
 * thousands without looking at all. Derived from the world's zones, rings and points; built anew
 * whenever these change.
 *
 * Both trees are packed: 16 things under a box, 16 boxes under the next, all boxes of a level one
 * after the other, leaves first. Edges of a ring follow each other on the ground as they do in
 * memory, so they stand as they are; zones are put in the order of a Hilbert curve through the
 * middles of their boxes (Kamel, Faloutsos: On packing R-trees, 1993). */
#ifndef DISPATCH_CORE_ZONE_INDEX_H
#define DISPATCH_CORE_ZONE_INDEX_H

#include "base/units.h"

#include <stdbool.h>
#include <stdint.h>

#define ZONE_INDEX_FAN 16u
#define ZONE_INDEX_LEVELS 8u

struct zone_box {
    int32_t west_e7, south_e7, east_e7, north_e7;
};

struct zone_index {
    struct zone_box *edge_boxes; /* ring after ring */
    uint32_t *ring_boxes;        /* of each ring its first one */
    struct zone_box *zone_boxes;
    uint64_t *order; /* place on the curve << 32 | slot of the zone */
    uint32_t zone_count;
};

/* One packed tree: its boxes level by level. */
struct zone_tree {
    const struct zone_box *boxes;
    uint32_t levels;
    uint32_t first[ZONE_INDEX_LEVELS];
    uint32_t count[ZONE_INDEX_LEVELS];
};

struct world;

/* How many boxes a world of such limits needs over edges, and over zones. */
uint32_t zone_index_edge_boxes(uint32_t points, uint32_t rings);
uint32_t zone_index_zone_boxes(uint32_t zones);

/* After the zones have changed, or have been read from a snapshot. */
void zone_index_build(struct world *w);

/* Ascending, in place. */
void zone_index_sort(uint64_t *at, uint32_t count);

struct zone_tree zone_index_tree(const struct zone_box *boxes, uint32_t things);

#endif
