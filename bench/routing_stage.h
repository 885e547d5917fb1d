/* The roads and places of bench/routing: a graph with everything our engine makes of it, plain
 * Dijkstra's search beside it, and places drawn from one seed where units stand and incidents are.
 *
 * Of the challenge's graphs places are nodes; of a road network they are points of its roads, with
 * the seeds that the server would take. Whatever fails ends the program with a line on stderr. */
#ifndef BENCH_ROUTING_STAGE_H
#define BENCH_ROUTING_STAGE_H

#include "base/prng.h"
#include "routing/coverage.h"
#include "routing/dijkstra.h"
#include "routing/nearest.h"
#include "routing/road.h"

#define STAGE_UNITS 1000
#define STAGE_FEW 3 /* units of the rare class: the first ones */
#define STAGE_COVERING 300
#define STAGE_INCIDENTS 10000

struct place {
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t count;
    struct point at;
    struct snap snap; /* of a road network */
};

struct stage {
    struct graph graph;
    uint32_t *ms; /* of an arc */
    struct roads out, in;
    struct hierarchy hierarchy;
    struct times times;
    struct nearest all, few;
    struct climb climb;
    struct dijkstra dijkstra;
    struct coverage coverage;
    struct road road; /* of a road network */
    bool has_road;
    uint32_t *name; /* of a node: its number in the challenge's files */
    struct prng random;
    struct place *unit;
    struct place *incident;
};

/* A graph of the 9th DIMACS challenge, one unit of its times read as 4 ms. `order` is a file that
 * holds the order of contraction, or will. */
void stage_open_challenge(struct stage *s, const char *graph, const char *coordinates,
                          const char *order);

/* A road network of `tocsin import-osm`. */
void stage_open_roads(struct stage *s, const char *path);

/* Somewhere else: at the next junction of the challenge's graphs, anywhere on a road network. */
void stage_move(struct stage *s, struct place *p);

/* Gives an arc another time, also for Dijkstra's search, not in `times`. */
void stage_set(struct stage *s, uint32_t arc, uint32_t ms);

/* `why` is the fault of a call that failed. */
void stage_must(enum err err, const struct fault *why);

#endif
