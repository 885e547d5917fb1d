#include "routing/dijkstra.h"

#include "base/must.h"

#define ROOM_TO_SPARE 16

enum err dijkstra_init(struct dijkstra *d, uint32_t node_count, struct fault *f)
{
    size_t nodes = node_count > 0 ? node_count : 1;

    *d = (struct dijkstra){ .node_count = node_count };
    bool ok = heap_init(&d->heap, node_count + ROOM_TO_SPARE);

    d->node = malloc(nodes * sizeof(*d->node));
    d->seen = malloc(nodes * sizeof(*d->seen));
    if (!ok || d->node == NULL || d->seen == NULL) {
        dijkstra_fini(d);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a search", NULL, NULL);
    }
    for (uint32_t v = 0; v < node_count; v++) {
        d->node[v] = (struct dijkstra_node){ .ms = ETA_INF_MS, .from = NODE_NONE };
    }
    return OK;
}

void dijkstra_fini(struct dijkstra *d)
{
    heap_fini(&d->heap);
    free(d->node);
    free(d->seen);
    *d = (struct dijkstra){ 0 };
}

void dijkstra_start(struct dijkstra *d, const struct roads *roads)
{
    must(roads->node_count == d->node_count);
    for (uint32_t i = 0; i < d->seen_count; i++) {
        d->node[d->seen[i]].ms = ETA_INF_MS;
    }
    d->seen_count = 0;
    heap_clear(&d->heap);
    d->roads = roads;
}

/* Leaves out the entries that no longer count: each node has one at most that does. */
static void sweep(struct dijkstra *d)
{
    struct heap *h = &d->heap;
    uint32_t count = h->count;

    h->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t key = h->key[i];

        h->key[i] = UINT64_MAX;
        if (heap_key_ms(key) == d->node[heap_key_node(key)].ms) {
            heap_add(h, key);
        }
    }
    must(h->count < h->room);
}

static inline void reach(struct dijkstra *d, uint32_t node, uint32_t from, uint32_t ms)
{
    struct dijkstra_node *n = &d->node[node];

    if (ms >= n->ms) {
        return;
    }
    if (n->ms == ETA_INF_MS) {
        d->seen[d->seen_count++] = node;
    }
    *n = (struct dijkstra_node){ .ms = ms, .from = from };
    if (d->heap.count == d->heap.room) {
        sweep(d);
    }
    heap_add(&d->heap, heap_key(node, ms));
}

void dijkstra_add(struct dijkstra *d, uint32_t node, uint32_t ms)
{
    must(node < d->node_count);
    reach(d, node, NODE_NONE, ms);
}

/* The least entry that counts, or UINT64_MAX. */
static inline uint64_t next(struct dijkstra *d)
{
    while (d->heap.count > 0) {
        uint64_t key = heap_take(&d->heap);

        if (heap_key_ms(key) == d->node[heap_key_node(key)].ms) {
            return key;
        }
    }
    return UINT64_MAX;
}

bool dijkstra_settle(struct dijkstra *d, uint32_t *node, uint32_t *ms)
{
    const struct roads *r = d->roads;
    uint64_t key = next(d);

    if (key == UINT64_MAX) {
        return false;
    }
    *node = heap_key_node(key);
    *ms = heap_key_ms(key);
    for (uint32_t i = r->first[*node]; i < r->first[*node + 1]; i++) {
        reach(d, r->way[i].node, *node, *ms + r->way[i].ms);
    }
    return true;
}
