/* Dijkstra's search, the plain and exact one: nodes are settled in the order of their times, one at
 * a call, so that the caller stops when it has seen enough (the k-th unit, a minute, a target). It
 * obeys a closure at once and is the oracle of every quicker method.
 *
 *     dijkstra_start(&d, &roads);
 *     dijkstra_add(&d, node, 0);
 *     while (dijkstra_settle(&d, &node, &ms)) ...
 *
 * On roads seen from their heads (ROADS_IN) times are those *to* the start. One object a thread; no
 * allocation after dijkstra_init.
 *
 * Source: E. W. Dijkstra, A note on two problems in connexion with graphs, 1959. */
#ifndef ROUTING_DIJKSTRA_H
#define ROUTING_DIJKSTRA_H

#include "routing/heap.h"
#include "routing/roads.h"

struct dijkstra {
    const struct roads *roads;
    struct heap heap; /* of a node's entries the one of its least time counts */
    struct dijkstra_node {
        uint32_t ms;   /* the least so far; ETA_INF_MS: not seen yet */
        uint32_t from; /* the node it was reached from, NODE_NONE for a start */
    } * node;
    uint32_t *seen; /* nodes whose time is to be cleared */
    uint32_t seen_count;
    uint32_t node_count;
};

/* For graphs of `node_count` nodes. Owns; free by dijkstra_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err dijkstra_init(struct dijkstra *d, uint32_t node_count, struct fault *f);
void dijkstra_fini(struct dijkstra *d);

/* Forgets the search before; borrows `roads` until the next start. Costs what that search saw. */
void dijkstra_start(struct dijkstra *d, const struct roads *roads);

/* A start at a node that is `ms` away. */
void dijkstra_add(struct dijkstra *d, uint32_t node, uint32_t ms);

/* The next nearest node and its time, of equally near ones that of the lower number; false: all
 * that can be reached is settled. */
bool dijkstra_settle(struct dijkstra *d, uint32_t *node, uint32_t *ms);

/* The time of a settled node; ETA_INF_MS: it cannot be reached (once the search has ended). */
static inline uint32_t dijkstra_ms(const struct dijkstra *d, uint32_t node)
{
    return d->node[node].ms;
}

/* The node that a settled one was reached from; NODE_NONE for a start. */
static inline uint32_t dijkstra_from(const struct dijkstra *d, uint32_t node)
{
    return d->node[node].from;
}

#endif
