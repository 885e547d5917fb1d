/* Districts, station areas and communities: whole blocks, so that their borders run along streets,
 * the river and the city limit. */
#ifndef TOOLS_CITY_AREAS_H
#define TOOLS_CITY_AREAS_H

#include "tools/city/blocks.h"
#include "tools/city/city.h"

#define DISTRICTS 7

struct district {
    const char *zh, *en;
    struct vec at;
    bool south; /* of the river */
};

/* A station area (派出所辖区) or a community (社区) in one. */
struct area {
    struct vec at;   /* station, or the community's middle */
    uint32_t block;  /* it stands in */
    uint32_t parent; /* district; station area */
    char zh[64], en[64];
};

struct areas {
    struct district districts[DISTRICTS];
    struct area *stations, *communities;
    uint32_t station_count, community_count;
    uint32_t *station_of; /* by block; NONE outside */
    uint32_t *community_of;
};

void areas_make(struct areas *a, struct city *c, const struct blocks *b);
void areas_free(struct areas *a);
/* A point well inside the block. */
struct vec areas_point_in(const struct blocks *b, const struct graph *g, uint32_t block);

#endif
