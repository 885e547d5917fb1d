/* Times on free roads by Dijkstra's search to a place, asked at places on roads. */
#ifndef TESTS_CITY_ORACLE_H
#define TESTS_CITY_ORACLE_H

#include "routing/dijkstra.h"
#include "routing/road.h"

struct oracle {
    const struct road *road;
    uint32_t *arc_ms;
    struct roads in;
    struct dijkstra d;
};

/* Borrows `road`. */
void oracle_raise(struct oracle *o, const struct road *road);
void oracle_strike(struct oracle *o);

/* Searches to a place; then how long it takes from another that lies on another piece. */
void oracle_search_to(struct oracle *o, const struct snap *to);
uint32_t oracle_time_from(const struct oracle *o, const struct snap *from);

#endif
