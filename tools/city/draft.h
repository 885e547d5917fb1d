/* The made city as OSM objects. */
#ifndef TOOLS_CITY_DRAFT_H
#define TOOLS_CITY_DRAFT_H

#include "tools/city/osm.h"
#include "tools/city/places.h"
#include "tools/city/rules.h"

struct draft {
    struct osm *osm;
    const struct city *city;
    const struct blocks *blocks;
    const struct areas *areas;
    const struct places *places;
    const struct rules *rules;
    uint32_t *node_ids; /* OSM ids of the graph's nodes; 0 not written yet */
    uint32_t *way_ids;  /* of its edges */
};

uint32_t draft_node(struct draft *d, uint32_t node);
void draft_roads(struct draft *d);
void draft_restrictions(struct draft *d);
void draft_land(struct draft *d);
void draft_places(struct draft *d);
void draft_borders(struct draft *d);

#endif
