/* Travel times by road: the engine behind the routing port where a road network is loaded.
 *
 * A place is taken to the nearest road; what lies between is reckoned as the straight-line engine
 * does, so that a place in a park, on the water or outside the map has an answer too, and a later
 * one the farther it lies from any road. */
#ifndef ROUTING_ROAD_H
#define ROUTING_ROAD_H

#include "routing/climb.h"
#include "routing/snap.h"

#define ROAD_ENGINE_SIZE 16

/* One for the server; after road_open it is only read. */
struct road {
    struct network network;
    struct hierarchy hierarchy;
    struct times times;
    struct snap_grid grid;
    char engine[ROAD_ENGINE_SIZE]; /* "road/1:" and the first digits of the file's digest */
};

/* Opens a file of `tocsin import-osm`. Owns; close by road_close. Fails as network_open,
 * hierarchy_build and snap_grid_build do. */
MUST_USE enum err road_open(struct road *r, const char *path, struct fault *f);
void road_close(struct road *r);

/* The roads that leave a place, and those that come to it, as starts of a search. At most
 * CLIMB_SEEDS_MAX are written; returns how many. */
uint32_t road_depart(const struct road *r, const struct snap *place, struct seed *seeds);
uint32_t road_arrive(const struct road *r, const struct snap *place, struct seed *seeds);

/* One a thread. It remembers the last destination: many units are asked about one incident. */
struct road_query {
    const struct road *road;
    struct climb climb;
    uint32_t *to_ms; /* of a node: to the destination, ETA_INF_MS where the climb did not come by */
    uint32_t *met;   /* nodes whose `to_ms` is to be cleared */
    uint32_t met_count;
    struct point to;
    struct snap to_snap;
    bool has_to;
};

/* Borrows `road`. Owns; free by road_query_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err road_query_init(struct road_query *q, const struct road *road, struct fault *f);
void road_query_fini(struct road_query *q);

/* Travel time in ms; ETA_INF_MS when a point is no place on Earth. `arg` is the query. Have the
 * form of ports. No allocation. */
uint32_t road_travel_ms(void *arg, struct point from, struct point to);
const char *road_engine(void *arg);

#endif
