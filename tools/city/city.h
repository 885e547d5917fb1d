/* The invented city while it is being made: ground, streets, blocks, areas, places. The steps stand
 * in city.c in their order. */
#ifndef TOOLS_CITY_CITY_H
#define TOOLS_CITY_CITY_H

#include "tools/city/graph.h"
#include "tools/city/terrain.h"

struct street {
    uint8_t road;
    bool ring; /* closed */
    double length_m;
    struct vec middle; /* of its edges, for its name */
    struct vec along;
    char zh[64];
    char en[64];
};

struct city {
    uint64_t seed;
    struct terrain land;
    struct graph graph;
    struct street *streets;
    uint32_t street_count, street_room;
    uint32_t *outer, *inner; /* nodes of the motorway's carriageways, as land.motorway */
};

uint32_t city_street(struct city *c, enum road road);

/* plan.c: banks, rings, parks, bridges, the motorway. */
void plan_banks(struct city *c);
void plan_rings(struct city *c);
void plan_motorway(struct city *c);
void interchanges_make(struct city *c); /* interchanges.c */
/* A line that crosses the river on a bridge wherever it meets it. */
void plan_draw(struct city *c, const struct path *line, enum road road, uint32_t street);

/* streets.c: everything that follows the lie of the land. */
void streets_grow(struct city *c);

/* estates.c */
void estates_make(struct city *c);

/* tidy.c: what no town would leave: stubs, loose parts, crossings of rail and stream. */
void tidy_extend(struct city *c, double reach_m);
void tidy_crossings(struct city *c);
void tidy_prune(struct city *c);
void tidy_loose(struct city *c);

#endif
