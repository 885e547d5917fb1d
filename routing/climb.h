/* A search upwards in a hierarchy: from a few nodes over their ancestors, each of which is met
 * once, from the lowest rank to the root. It needs no queue: whatever leads to a node comes from
 * below.
 *
 * Times are those away from the start (CLIMB_AWAY) or towards it (CLIMB_TOWARDS). A time found on
 * the way up may be longer than the quickest way, which may come down again; at the highest node of
 * the quickest way it is right. One object a thread; no allocation after climb_init. Private to
 * routing/. */
#ifndef ROUTING_CLIMB_H
#define ROUTING_CLIMB_H

#include "routing/times.h"

#define CLIMB_SEEDS_MAX 32

enum climb_way { CLIMB_AWAY, CLIMB_TOWARDS };

/* A node, and how far from it (or to it) the search starts: a place beside a road has one at each
 * end it can be left by, and one for each turn into the road where it is come to. */
struct seed {
    uint32_t node;
    uint32_t ms;
};

struct climb {
    uint32_t *ms;                 /* of a node; ETA_INF_MS wherever no search is */
    uint32_t at[CLIMB_SEEDS_MAX]; /* the next node of each way up */
    uint32_t way_count;
};

/* Owns; free by climb_fini. False: no memory. */
bool climb_init(struct climb *c, uint32_t node_count);
void climb_fini(struct climb *c);

/* Begins at 1 to CLIMB_SEEDS_MAX seeds. The search before must have been walked to its end. */
void climb_start(struct climb *c, const struct seed *seeds, uint32_t count);

/* The lowest of the nodes that the ways up stand at; ways that stand at the same one become one. */
uint32_t climb_lowest_(struct climb *c);

/* The next ancestor, or NODE_NONE; its time is taken out of `ms`. */
static inline uint32_t climb_next(struct climb *c, const struct hierarchy *h, uint32_t *ms)
{
    if (c->way_count == 0) {
        return NODE_NONE;
    }
    uint32_t way = c->way_count == 1 ? 0 : climb_lowest_(c);
    uint32_t v = c->at[way];

    c->at[way] = h->parent[v];
    if (c->at[way] == NODE_NONE) {
        c->at[way] = c->at[--c->way_count];
    }
    *ms = c->ms[v];
    c->ms[v] = ETA_INF_MS;
    return v;
}

/* Hands the time of a node on to those above it. */
static inline void climb_spread(struct climb *c, const struct times *t, uint32_t v, uint32_t ms,
                                enum climb_way way)
{
    const struct hierarchy *h = t->h;
    const uint32_t *head = &h->head[h->first_up[v]];
    const uint32_t *head_end = &h->head[h->first_up[v + 1]];
    const struct arc_times *step = &t->arc[h->first_up[v]];
    uint32_t *all_ms = c->ms;

    for (; head < head_end; head++, step++) {
        uint32_t above_ms = ms + (way == CLIMB_AWAY ? step->up_ms : step->down_ms);
        uint32_t before_ms = all_ms[*head];

        all_ms[*head] = above_ms < before_ms ? above_ms : before_ms;
    }
}

#endif
