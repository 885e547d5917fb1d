#include "routing/reach.h"

#include <stdlib.h>

#define SLOT_MS_LOG2 \
    9 /* half a second: most roads take longer, and a search has some hundred slots */

bool reach_init(struct reach *r, uint32_t node_count, uint32_t bound_ms)
{
    size_t nodes = (size_t)node_count + 1;

    *r = (struct reach){ .bound_ms = bound_ms, .slot_count = (bound_ms >> SLOT_MS_LOG2) + 1 };
    r->link = malloc(nodes * sizeof(*r->link));
    r->slot = malloc(r->slot_count * sizeof(*r->slot));
    r->met = malloc(nodes * sizeof(*r->met));
    if (r->link == NULL || r->slot == NULL || r->met == NULL) {
        return false;
    }
    for (uint32_t v = 0; v < node_count; v++) {
        r->link[v].next = REACH_IDLE;
    }
    for (uint32_t s = 0; s < r->slot_count; s++) {
        r->slot[s] = NODE_NONE;
    }
    return true;
}

void reach_fini(struct reach *r)
{
    free(r->link);
    free(r->slot);
    free(r->met);
    *r = (struct reach){ 0 };
}

static inline void leave_slot(struct reach *r, uint32_t node, uint32_t slot)
{
    struct reach_link l = r->link[node];

    if (l.before == NODE_NONE) {
        r->slot[slot] = l.next;
    } else {
        r->link[l.before].next = l.next;
    }
    if (l.next != NODE_NONE) {
        r->link[l.next].before = l.before;
    }
}

static inline void enter_slot(struct reach *r, uint32_t node, uint32_t slot)
{
    uint32_t first = r->slot[slot];

    r->link[node] = (struct reach_link){ .next = first, .before = NODE_NONE };
    if (first != NODE_NONE) {
        r->link[first].before = node;
    }
    r->slot[slot] = node;
}

static inline void lower(struct reach *r, uint32_t *ms, uint32_t node, uint32_t to_ms)
{
    uint32_t before_ms = ms[node];

    if (to_ms > r->bound_ms || to_ms >= before_ms) {
        return;
    }
    if (before_ms == ETA_INF_MS) {
        r->met[r->met_count++] = node;
    }
    if (r->link[node].next != REACH_IDLE) {
        leave_slot(r, node, before_ms >> SLOT_MS_LOG2);
    }
    ms[node] = to_ms;
    enter_slot(r, node, to_ms >> SLOT_MS_LOG2);
}

void reach_lower(struct reach *r, uint32_t *ms, uint32_t node, uint32_t to_ms)
{
    lower(r, ms, node, to_ms);
}

void reach_spread(struct reach *r, uint32_t *ms, const struct roads *roads)
{
    struct reach q = *r; /* its own: no time that is written can be a part of it */

    for (uint32_t s = 0; s < q.slot_count; s++) {
        uint32_t v;

        while ((v = q.slot[s]) != NODE_NONE) {
            const struct roads_way *way = &roads->way[roads->first[v]];
            const struct roads_way *end = &roads->way[roads->first[v + 1]];
            uint32_t from_ms = ms[v];

            leave_slot(&q, v, s);
            q.link[v].next = REACH_IDLE;
            for (; way < end; way++) {
                lower(&q, ms, way->node, from_ms + way->ms);
            }
        }
    }
    *r = q;
}
