/* A queue of nodes by travel time: a heap of four children a parent that knows where each node
 * stands, so that a time can be lowered in place. Nodes of equal time come out in no particular
 * order. It never allocates after heap_init. Private to routing/. */
#ifndef ROUTING_HEAP_H
#define ROUTING_HEAP_H

#include "base/must.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define HEAP_ABSENT UINT32_MAX
#define HEAP_CHILDREN 4

struct heap_entry {
    uint32_t ms;
    uint32_t node;
};

struct heap {
    struct heap_entry *entry;
    uint32_t *place; /* of a node in `entry`, HEAP_ABSENT */
    uint32_t count;
};

/* For nodes 0..node_count-1. False: no memory; heap_fini is due in any case. */
static inline bool heap_init(struct heap *h, uint32_t node_count)
{
    size_t nodes = node_count > 0 ? node_count : 1;

    h->entry = malloc(nodes * sizeof(*h->entry));
    h->place = malloc(nodes * sizeof(*h->place));
    h->count = 0;
    for (uint32_t v = 0; h->place != NULL && v < node_count; v++) {
        h->place[v] = HEAP_ABSENT;
    }
    return h->entry != NULL && h->place != NULL;
}

static inline void heap_fini(struct heap *h)
{
    free(h->entry);
    free(h->place);
}

static inline void heap_put_(struct heap *h, uint32_t at, struct heap_entry e)
{
    h->entry[at] = e;
    h->place[e.node] = at;
}

static inline void heap_rise_(struct heap *h, uint32_t at, struct heap_entry e)
{
    while (at > 0) {
        uint32_t parent = (at - 1) / HEAP_CHILDREN;

        if (h->entry[parent].ms <= e.ms) {
            break;
        }
        heap_put_(h, at, h->entry[parent]);
        at = parent;
    }
    heap_put_(h, at, e);
}

/* Adds a node, or lowers its time; a time that is not lower changes nothing. */
static inline void heap_lower(struct heap *h, uint32_t node, uint32_t ms)
{
    uint32_t at = h->place[node];

    if (at == HEAP_ABSENT) {
        at = h->count++;
    } else if (h->entry[at].ms <= ms) {
        return;
    }
    heap_rise_(h, at, (struct heap_entry){ .ms = ms, .node = node });
}

/* Takes the node of the least time out; there must be one. */
static inline struct heap_entry heap_pop(struct heap *h)
{
    must(h->count > 0);
    struct heap_entry least = h->entry[0];
    struct heap_entry last = h->entry[--h->count];
    uint32_t at = 0;

    h->place[least.node] = HEAP_ABSENT;
    if (h->count == 0) {
        return least;
    }
    for (;;) {
        uint32_t child = at * HEAP_CHILDREN + 1;
        uint32_t end = child + HEAP_CHILDREN < h->count ? child + HEAP_CHILDREN : h->count;
        uint32_t best = child;

        if (child >= h->count) {
            break;
        }
        for (uint32_t c = child + 1; c < end; c++) {
            best = h->entry[c].ms < h->entry[best].ms ? c : best;
        }
        if (h->entry[best].ms >= last.ms) {
            break;
        }
        heap_put_(h, at, h->entry[best]);
        at = best;
    }
    heap_put_(h, at, last);
    return least;
}

/* Empties it in time linear in what is left. */
static inline void heap_clear(struct heap *h)
{
    for (uint32_t i = 0; i < h->count; i++) {
        h->place[h->entry[i].node] = HEAP_ABSENT;
    }
    h->count = 0;
}

#endif
