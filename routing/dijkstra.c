#include "routing/dijkstra.h"

enum err dijkstra_init(struct dijkstra *d, uint32_t node_count, struct fault *f)
{
    size_t nodes = node_count > 0 ? node_count : 1;

    *d = (struct dijkstra){ .node_count = node_count };
    bool ok = heap_init(&d->heap, node_count);

    d->ms = malloc(nodes * sizeof(*d->ms));
    d->from = malloc(nodes * sizeof(*d->from));
    d->seen = malloc(nodes * sizeof(*d->seen));
    if (!ok || d->ms == NULL || d->from == NULL || d->seen == NULL) {
        dijkstra_fini(d);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a search", NULL, NULL);
    }
    for (uint32_t v = 0; v < node_count; v++) {
        d->ms[v] = ETA_INF_MS;
    }
    return OK;
}

void dijkstra_fini(struct dijkstra *d)
{
    heap_fini(&d->heap);
    free(d->ms);
    free(d->from);
    free(d->seen);
    *d = (struct dijkstra){ 0 };
}

void dijkstra_start(struct dijkstra *d, const struct roads *roads)
{
    must(roads->node_count == d->node_count);
    for (uint32_t i = 0; i < d->seen_count; i++) {
        d->ms[d->seen[i]] = ETA_INF_MS;
    }
    d->seen_count = 0;
    heap_clear(&d->heap);
    d->roads = roads;
}

static inline void reach(struct dijkstra *d, uint32_t node, uint32_t from, uint32_t ms)
{
    uint32_t before = d->ms[node];

    if (ms >= before) {
        return;
    }
    if (before == ETA_INF_MS) {
        d->seen[d->seen_count++] = node;
    }
    d->ms[node] = ms;
    d->from[node] = from;
    heap_lower(&d->heap, node, ms);
}

void dijkstra_add(struct dijkstra *d, uint32_t node, uint32_t ms)
{
    must(node < d->node_count);
    reach(d, node, NODE_NONE, ms);
}

bool dijkstra_settle(struct dijkstra *d, uint32_t *node, uint32_t *ms)
{
    if (d->heap.count == 0) {
        return false;
    }
    struct heap_entry least = heap_pop(&d->heap);
    const struct roads *r = d->roads;

    for (uint32_t i = r->first[least.node]; i < r->first[least.node + 1]; i++) {
        reach(d, r->way[i].node, least.node, least.ms + r->way[i].ms);
    }
    *node = least.node;
    *ms = least.ms;
    return true;
}
