/* Travel times by road: the engine behind the routing port where a road network is loaded.
 *
 * A place is taken to the nearest road; what lies between is reckoned as the straight-line engine
 * does, so that a place in a park, on the water or outside the map has an answer too, and a later
 * one the farther it lies from any road. */
#ifndef ROUTING_ROAD_H
#define ROUTING_ROAD_H

#include "routing/ascents.h"
#include "routing/climbed.h"
#include "routing/weights.h"

/* One for the server; after road_open it is only read, and stays where it is. */
struct road {
    struct network network;
    struct hierarchy hierarchy;
    struct snap_grid grid;
    char engine[ROAD_ENGINE_SIZE]; /* "road/1:" and the first digits of the file's digest */
    struct road_weights free;      /* version 0: nothing on the roads */
};

/* Opens a file of `tocsin import-osm`. Owns; close by road_close. Fails as network_open,
 * hierarchy_build, snap_grid_build and weights_init do. */
MUST_USE enum err road_open(struct road *r, const char *path, struct fault *f);
void road_close(struct road *r);

/* The road a place belongs to: the nearest. But who stands at the foot of a closed bridge does not
 * stand on it: a place within ROAD_CORNER_MM of an end of a closed road belongs to the nearest open
 * one, if that is no more than so much farther off. False: there are no roads. No allocation. */
#define ROAD_CORNER_MM 15000
bool road_snap(const struct road_weights *w, struct point p, struct snap *out);

/* The same of a place whose nearest road (snap_find) is known. */
void road_snap_from(const struct road_weights *w, struct point p, const struct snap *nearest,
                    struct snap *out);

/* The roads that leave a place, and those that come to it, as starts of a search. The road that the
 * place lies on can be driven even while it is closed (weights_own_ms). At most CLIMB_SEEDS_MAX are
 * written; returns how many. */
uint32_t road_depart(const struct road_weights *w, const struct snap *place, struct seed *seeds);
uint32_t road_arrive(const struct road_weights *w, const struct snap *place, struct seed *seeds);

/* Time along a segment from its beginning to a place on it, in ms; the segment must be one that can
 * be driven at some time. */
uint32_t road_part_ms(const struct road_weights *w, uint32_t segment, const struct snap *place);

/* Ahead on one road, where both places lie on it and no junction is passed: the segment and its
 * time from one to the other. ETA_INF_MS: there is no such way. */
uint32_t road_ahead_ms(const struct road_weights *w, const struct snap *from, const struct snap *to,
                       uint32_t *segment);

/* One a thread. It remembers the last destination, as many units are asked about one incident, and
 * the climbs from the roads that they are on. */
struct road_query {
    const struct road *road;
    const struct road_weights *weights; /* `road->free` to begin with */
    struct climb climb;
    struct ascents ascents; /* under `times` of the weights */
    struct climbed goal;    /* towards the destination, as the roads are */
    struct climbed through; /* through what is closed; for those who cannot come else */
    bool has_goal, has_through;
    struct point to;
    struct snap to_snap;
    bool has_to;
};

/* Borrows `road`. Owns; free by road_query_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err road_query_init(struct road_query *q, const struct road *road, struct fault *f);
void road_query_fini(struct road_query *q);

/* From now on under `w`, weights of the same road, which must not be made anew as long as the query
 * uses them. */
void road_query_use(struct road_query *q, const struct road_weights *w);

/* Heads for `to`, a place on Earth. False: there are no roads. Then, the climb to it from above, as
 * the roads are or `through` what is closed (while something is). No allocation. */
bool road_query_to(struct road_query *q, struct point to);
const struct climbed *road_query_goal(struct road_query *q, bool through);

/* Travel time in ms. Where closures leave no way at all, that through what is closed, at a walk.
 * ETA_INF_MS when a point is no place on Earth or there is no way at any time. `arg` is the query.
 * Have the form of ports. No allocation. The engine's name lives as long as the weights. */
uint32_t road_travel_ms(void *arg, struct point from, struct point to);
const char *road_engine(void *arg);

#endif
