/* make-city: the invented city 临江 as an OSM file. */
#ifndef TOOLS_CITY_MAKE_H
#define TOOLS_CITY_MAKE_H

#include "base/fault.h"

#include <stdint.h>

struct city_counts {
    uint64_t road_nodes, nodes, ways, relations, stations, communities, places, houses,
        restrictions;
    double road_m;
};

/* Writes the city of a seed to FILE: equal seeds give equal bytes. Fails: ERR_IO. */
MUST_USE enum err city_make(uint64_t seed, const char *path, struct city_counts *counts,
                            struct fault *f);

#endif
