/* All that can be reached within a time. Slots take the place of a heap: times are bounded, so that
 * they are sorted only as far as their slot, and a node that was taken too early is taken again.
 * Exact, and where the time is short quicker than Dijkstra's search.
 *
 * The times are the caller's: an array that the search only lowers. It may begin with all nodes at
 * ETA_INF_MS, or with times of other searches, of which then only the worse are replaced.
 *
 *     reach_lower(&r, ms, node, 1500);  ...          starts
 *     reach_spread(&r, ms, &roads);
 *     r.met[0..r.met_count)                          what was at ETA_INF_MS and is not any more
 *     r.met_count = 0;                               before the next
 *
 * One object a thread; no allocation after reach_init. Private to routing/.
 *
 * Sources: R. Dial, Algorithm 360: shortest-path forest with topological ordering, CACM 12, 1969
 * (slots); U. Meyer, P. Sanders, Δ-stepping, J. Algorithms 49, 2003 (slots wider than a road). */
#ifndef ROUTING_REACH_H
#define ROUTING_REACH_H

#include "routing/roads.h"

#define REACH_IDLE (UINT32_MAX - 1)

/* Nodes of a slot, chained; `next` is REACH_IDLE for one that waits in none. */
struct reach_link {
    uint32_t next, before;
};

struct reach {
    struct reach_link *link;
    uint32_t *slot; /* its first node; NODE_NONE */
    uint32_t slot_count;
    uint32_t bound_ms; /* what takes longer is not reached */
    uint32_t *met;
    uint32_t met_count;
};

/* For graphs of `node_count` nodes and times up to `bound_ms`. Owns; free by reach_fini. False: no
 * memory; reach_fini is due in any case. */
bool reach_init(struct reach *r, uint32_t node_count, uint32_t bound_ms);
void reach_fini(struct reach *r);

/* A start, unless it is no quicker than ms[node] or beyond the bound. */
void reach_lower(struct reach *r, uint32_t *ms, uint32_t node, uint32_t to_ms);

/* Lowers the times of all that the starts lead to. */
void reach_spread(struct reach *r, uint32_t *ms, const struct roads *roads);

#endif
