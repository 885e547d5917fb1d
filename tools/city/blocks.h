/* The faces of the plane graph: what lies between streets, banks and the city limit. */
#ifndef TOOLS_CITY_BLOCKS_H
#define TOOLS_CITY_BLOCKS_H

#include "tools/city/graph.h"

struct block {
    uint32_t first, count; /* nodes, counter-clockwise, in blocks.corners */
    double area;           /* m²; the outside is negative */
    struct vec middle;
    uint32_t area_of; /* station area, index; NONE outside */
    uint8_t use;
};

struct blocks {
    struct block *at;
    uint32_t count, room;
    uint32_t *corners;
    uint32_t corner_count, corner_room;
    uint32_t *left; /* block to the left of half-edge 2e (a to b) and 2e+1 (b to a); NONE */
};

void blocks_find(struct blocks *b, const struct graph *g);
void blocks_free(struct blocks *b);
/* The corners as a path, to be freed. */
void blocks_path(const struct blocks *b, const struct graph *g, uint32_t block, struct path *out);

#endif
