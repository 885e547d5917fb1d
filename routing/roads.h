/* The roads of a graph at one set of travel times, seen from one side: from each node the nodes
 * that can be reached from it (ROADS_OUT) or that reach it (ROADS_IN), with the time between. What
 * Dijkstra's search walks; a closed arc has ETA_INF_MS. */
#ifndef ROUTING_ROADS_H
#define ROUTING_ROADS_H

#include "routing/graph.h"

enum roads_side { ROADS_OUT, ROADS_IN };

struct roads_way {
    uint32_t node;
    uint32_t ms;
};

struct roads {
    uint32_t node_count;
    uint32_t *first; /* node_count + 1 */
    struct roads_way *way;
    uint32_t *place; /* of an arc of the graph: its index in `way` */
};

/* Owns what it allocates; free by roads_free. Fails: ERR_NO_MEMORY. */
MUST_USE enum err roads_build(struct roads *r, const struct graph *g, const uint32_t *ms,
                              enum roads_side side, struct fault *f);

/* Gives an arc of the graph another time (ETA_INF_MS: closed). */
void roads_set(struct roads *r, uint32_t arc, uint32_t ms);

void roads_free(struct roads *r);

#endif
