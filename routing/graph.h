/* A directed road graph: nodes, and arcs in the order of their tails (compressed sparse rows). It
 * holds what traffic does not change; travel times stand in arrays beside it, one number an arc.
 *
 *     first_out[v] .. first_out[v + 1]   the arcs that leave v
 *     head[a], tail[a]                   the ends of arc a
 *
 * The number of a node is its rank in the order of contraction (routing/order.h): hierarchies need
 * no second numbering, and what lies together on the map lies together in memory. */
#ifndef ROUTING_GRAPH_H
#define ROUTING_GRAPH_H

#include "base/fault.h"
#include "base/units.h"

#include <stdbool.h>
#include <stdint.h>

#define NODE_NONE UINT32_MAX
#define ARC_NONE UINT32_MAX

/* One way from a node to another, as it is given to graph_build. */
struct arc {
    uint32_t tail;
    uint32_t head;
    uint32_t ms; /* at most ETA_INF_MS, which means closed */
};

struct graph {
    uint32_t node_count;
    uint32_t arc_count;
    const uint32_t *first_out; /* node_count + 1 */
    const uint32_t *head;
    const uint32_t *tail;
    const uint32_t *given;  /* of an arc, see graph_build; NULL in a graph out of a file */
    const struct point *at; /* of a node */
};

/* Builds a graph and, for each of its arcs, `given`: the index in `arcs` of what it was made from.
 * Arcs are numbered by tail, head, then as they came; parallel arcs stay apart, arcs from a node to
 * itself are left out. Owns what it allocates; free by graph_free. Fails: ERR_INVALID (an end that
 * is no node, a time beyond ETA_INF_MS), ERR_NO_MEMORY; then there is nothing to free. */
MUST_USE enum err graph_build(struct graph *g, uint32_t node_count, const struct point *at,
                              uint32_t arc_count, const struct arc *arcs, struct fault *f);

/* The times of the arcs as they were given; free by free. NULL: no memory. */
uint32_t *graph_times(const struct graph *g, const struct arc *arcs);

/* Gives node v the number rank[v] (a permutation) in `arcs` and `at`, before graph_build. Fails:
 * ERR_NO_MEMORY. */
MUST_USE enum err graph_renumber(uint32_t node_count, struct point *at, uint32_t arc_count,
                                 struct arc *arcs, const uint32_t *rank, struct fault *f);

void graph_free(struct graph *g);

#endif
