/* The order in which a hierarchy contracts the nodes of a road graph, by nested dissection: a few
 * nodes part the map in two (routing/cut.h) and come last, the halves are ordered alike before
 * them. It depends on the map alone, so it is found once and serves all travel times. */
#ifndef ROUTING_ORDER_H
#define ROUTING_ORDER_H

#include "routing/graph.h"

/* Told now and then how many of the nodes have their rank. */
typedef void order_progress_fn(void *arg, uint32_t done, uint32_t of);

/* Fills rank[v], a permutation of 0..node_count-1; the last to be contracted has the highest. Equal
 * inputs give equal orders. `progress` may be NULL. Fails: ERR_INVALID (an end that is no node),
 * ERR_NO_MEMORY. */
MUST_USE enum err order_find(uint32_t node_count, const struct point *at, uint32_t arc_count,
                             const struct arc *arcs, uint32_t *rank, order_progress_fn *progress,
                             void *arg, struct fault *f);

#endif
