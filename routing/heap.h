/* A queue of nodes by travel time, of equal times by number: a heap of four children a parent. A
 * node may wait in it several times, at ever lower times; who takes nodes out knows which of them
 * are old. That is quicker than to find and raise the one that waits: nothing has to be noted when
 * an entry moves. It never allocates after heap_init. Private to routing/. */
#ifndef ROUTING_HEAP_H
#define ROUTING_HEAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define HEAP_CHILDREN 4
#define HEAP_LINE_BYTES 64

/* Time and node in one number. Behind the last key there are some that are higher than any, so that
 * every parent seems to have four children. */
struct heap {
    uint64_t *key; /* four children lie in one cache line */
    void *memory;
    uint32_t count;
    uint32_t room;
};

static inline uint64_t heap_key(uint32_t node, uint32_t ms)
{
    return (uint64_t)ms << 32 | node;
}

static inline uint32_t heap_key_node(uint64_t key)
{
    return (uint32_t)key;
}

static inline uint32_t heap_key_ms(uint64_t key)
{
    return (uint32_t)(key >> 32);
}

/* For `room` entries at most. False: no memory; heap_fini is due in any case. */
static inline bool heap_init(struct heap *h, uint32_t room)
{
    size_t keys = ((size_t)room / HEAP_LINE_BYTES + 2) * HEAP_LINE_BYTES;

    *h = (struct heap){ .room = room };
    h->memory = aligned_alloc(HEAP_LINE_BYTES, keys * sizeof(*h->key));
    if (h->memory == NULL) {
        return false;
    }
    h->key = (uint64_t *)h->memory + HEAP_CHILDREN - 1;
    for (uint32_t i = 0; i < room + HEAP_CHILDREN; i++) {
        h->key[i] = UINT64_MAX;
    }
    return true;
}

static inline void heap_fini(struct heap *h)
{
    free(h->memory);
    *h = (struct heap){ 0 };
}

static inline void heap_rise_(struct heap *h, uint32_t at, uint64_t key)
{
    while (at > 0) {
        uint32_t parent = (at - 1) / HEAP_CHILDREN;

        if (h->key[parent] <= key) {
            break;
        }
        h->key[at] = h->key[parent];
        at = parent;
    }
    h->key[at] = key;
}

/* There must be room. */
static inline void heap_add(struct heap *h, uint64_t key)
{
    heap_rise_(h, h->count++, key);
}

/* The least key; the heap must not be empty. */
static inline uint64_t heap_first(const struct heap *h)
{
    return h->key[0];
}

/* Which of four is the least; without a branch that nobody could foresee. */
static inline uint32_t heap_least_(const uint64_t *k)
{
    uint32_t a = k[1] < k[0] ? 1 : 0;
    uint32_t b = k[3] < k[2] ? 3 : 2;

    return a ^ ((a ^ b) & (0 - (uint32_t)(k[b] < k[a])));
}

/* Takes the least key out; the heap must not be empty. The hole is led down to a leaf, where the
 * last key, which came from one, nearly always fits. */
static inline uint64_t heap_take(struct heap *h)
{
    uint64_t least = h->key[0];
    uint64_t last = h->key[--h->count];
    uint32_t hole = 0;
    uint32_t child;

    h->key[h->count] = UINT64_MAX;
    if (h->count == 0) {
        return least;
    }
    while ((child = hole * HEAP_CHILDREN + 1) < h->count) {
        uint32_t best = child + heap_least_(&h->key[child]);

        h->key[hole] = h->key[best];
        hole = best;
    }
    heap_rise_(h, hole, last);
    return least;
}

/* Empties it in time linear in what is left. */
static inline void heap_clear(struct heap *h)
{
    while (h->count > 0) {
        h->key[--h->count] = UINT64_MAX;
    }
}

#endif
