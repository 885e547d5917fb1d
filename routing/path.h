/* The way itself between two places, where road_travel_ms only tells how long it takes: the
 * segments in their order. A hierarchy's arcs are opened up to the roads they stand for.
 *
 *     path_find(&q, weights, from, to, &path);
 *     for (i = 0; i < path.leg_count; i++)  path.leg[i].segment, .ms
 *
 * A time and its way belong to one version of the weights: a way drives round what is closed there.
 * What it looks like on the map and in words: routing/path_steps.h. */
#ifndef ROUTING_PATH_H
#define ROUTING_PATH_H

#include "routing/road.h"

/* One segment driven, the first and the last in part. */
struct path_leg {
    uint32_t segment;
    uint32_t arc; /* of the graph: the turn into it and itself; ARC_NONE for the first leg */
    uint32_t ms;  /* with the turn into it */
};

struct path {
    uint32_t ms; /* as road_travel_ms tells it; ETA_INF_MS: there is no way, and no leg */
    uint32_t start_ms, end_ms; /* of these: from the place to the road, and from the road to it */
    struct point from, to;
    bool by_line; /* there are no roads: straight there, no leg */
    bool through; /* through what is closed, since no other way is left */
    struct snap road_from, road_to;
    uint32_t leg_count;
    const struct path_leg *leg; /* the query's, until it is asked again */
};

/* One a thread. */
struct path_query {
    const struct road *road;
    struct climb climb;
    struct climbed start, end; /* away from the start; towards the end */
    struct path_leg *leg;
    uint32_t leg_count;
    struct path_arc {
        uint32_t arc; /* of the hierarchy */
        bool up;
    } * stack;
    uint32_t stack_count;
};

/* Borrows `road`. Owns; free by path_query_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err path_query_init(struct path_query *q, const struct road *road, struct fault *f);
void path_query_fini(struct path_query *q);

/* A quickest way from a place to a place under `w`, weights of the query's road. Equal inputs give
 * equal ways. True: there is one. No allocation. Cost: two climbs and what lies on the way. */
bool path_find(struct path_query *q, const struct road_weights *w, struct point from,
               struct point to, struct path *out);

/* The same for who is on a road already, whichever others lie as near: a bridge, and the street
 * below it. */
bool path_find_on(struct path_query *q, const struct road_weights *w, const struct snap *on,
                  struct point to, struct path *out);

/* Why it takes longer than with nothing on the roads: the id of the first limit that the free way
 * meets, when the way is longer under `live`; 0: it is not, or nothing that stands on that way is
 * to blame. `free_ms` is the time without limits, at the same hour. */
uint32_t path_limit(struct path_query *q, const struct road_weights *live, struct point from,
                    struct point to, uint32_t *free_ms);

/* A limit that somebody on the way has to do with. */
struct path_limit {
    uint32_t id;
    bool on_way; /* the way goes through it; else it goes round it */
};

/* All of them, each once: first those on the way under `live` in its order, then those that hold up
 * who takes the free way. Writes the first `room`; returns how many there are. Spoils the legs of a
 * path found before. `free_ms` as path_limit has it. */
uint32_t path_limits(struct path_query *q, const struct road_weights *live, struct point from,
                     struct point to, struct path_limit *out, uint32_t room, uint32_t *free_ms);

#endif
