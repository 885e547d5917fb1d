/* A contraction hierarchy whose shape depends on the map alone: node after node is taken out in the
 * order of its rank, and its neighbours of higher rank are joined to each other. What comes out is
 * chordal: a triangle below every arc says which two steps it may stand for, so that travel times
 * are filled in (routing/times.h) in a fraction of a second, for any traffic.
 *
 *     first_up[v] .. first_up[v + 1]        arcs from v to nodes of higher rank, by head
 *     first_down[v] .. first_down[v + 1]    `down`: arcs whose head is v, by tail
 *     parent[v]                             the least head: all shortest ways up from v pass only
 *                                           through v, its parent, the parent's parent, …
 *     place[first_place[u]] ..              of the triangles u, v, w above u (in the order of u,
 *                                           then v, then w): where w stands in the row of v
 *
 * An arc stands for both directions. Nodes are those of the graph, whose numbers are the ranks.
 *
 * Source: J. Dibbelt, B. Strasser, D. Wagner, Customizable contraction hierarchies, ACM JEA 21,
 * 2016. */
#ifndef ROUTING_HIERARCHY_H
#define ROUTING_HIERARCHY_H

#include "routing/graph.h"

struct hierarchy {
    uint32_t node_count;
    uint32_t arc_count;
    uint32_t *first_up;
    uint32_t *head;
    uint32_t *tail;
    uint32_t *first_down;
    uint32_t *down;
    uint32_t *parent;    /* NODE_NONE: none */
    size_t *first_place; /* of a node */
    uint16_t *place;

    /* Roads under arcs: the arc a road of the graph lies in, and the roads in an arc. */
    uint32_t *of_road;
    uint32_t *side; /* of a road: twice its arc, and one more where it leads down */
    uint32_t *first_road;
    uint32_t *road;
};

/* Borrows nothing. Owns; free by hierarchy_free. Fails: ERR_NO_MEMORY, ERR_INVALID (more arcs in
 * all or at a node than can be numbered: the order is none). */
MUST_USE enum err hierarchy_build(struct hierarchy *h, const struct graph *g, struct fault *f);
void hierarchy_free(struct hierarchy *h);

/* Where the heads of the arcs after `arc`, upwards from the same node, stand in the row of its
 * head: one after the other. */
static inline const uint16_t *hierarchy_places(const struct hierarchy *h, uint32_t arc)
{
    uint32_t u = h->tail[arc];
    size_t count = h->first_up[u + 1] - h->first_up[u];
    size_t i = arc - h->first_up[u];
    size_t before = i * (2 * count - i - 1) / 2; /* triangles whose lower arc comes earlier */

    return &h->place[h->first_place[u] + before];
}

/* The third arc of the triangle that two of the arcs upwards from one node are sides of. */
static inline uint32_t hierarchy_third(const struct hierarchy *h, uint32_t one, uint32_t other)
{
    uint32_t low = one < other ? one : other;
    uint32_t high = one < other ? other : one;

    return h->first_up[h->head[low]] + hierarchy_places(h, low)[high - low - 1];
}

/* The arc between two nodes; ARC_NONE: there is none. */
uint32_t hierarchy_arc(const struct hierarchy *h, uint32_t a, uint32_t b);

#endif
