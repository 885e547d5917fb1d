#include "bench/routing_ine.h"

#include "bench/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void ine_init(struct ine *n, struct stage *s)
{
    *n = (struct ine){ .dijkstra = &s->dijkstra, .in = &s->in, .node_count = s->graph.node_count };
    n->first = malloc(((size_t)n->node_count + 1) * sizeof(*n->first));
    n->seat = malloc((size_t)STAGE_UNITS * CLIMB_SEEDS_MAX * sizeof(*n->seat));
    if (n->first == NULL || n->seat == NULL) {
        lines_die("no memory", strerror(errno));
    }
}

void ine_seat(struct ine *n, const struct stage *s, uint32_t count)
{
    memset(n->first, 0xff, n->node_count * sizeof(*n->first));
    n->seat_count = 0;
    for (uint32_t u = 0; u < count; u++) {
        for (uint32_t i = 0; i < s->unit[u].count; i++) {
            struct seed seed = s->unit[u].seeds[i];

            n->seat[n->seat_count] =
                (struct ine_seat){ .unit = u, .ms = seed.ms, .next = n->first[seed.node] };
            n->first[seed.node] = n->seat_count++;
        }
    }
}

static uint32_t bound(const struct ine_best *b)
{
    return b->count == b->want ? b->hits[b->count - 1].ms : ETA_INF_MS;
}

static bool earlier(struct nearest_hit a, struct nearest_hit b)
{
    return a.ms != b.ms ? a.ms < b.ms : a.unit < b.unit;
}

/* By time, then by number; each unit once. */
void ine_offer(struct ine_best *b, struct nearest_hit hit)
{
    uint32_t at = 0;

    while (at < b->count && b->hits[at].unit != hit.unit) {
        at++;
    }
    if (at == b->count && b->count < b->want) {
        b->count++;
    } else {
        at = at < b->count ? at : at - 1;
        if (!earlier(hit, b->hits[at])) {
            return;
        }
    }
    for (; at > 0 && earlier(hit, b->hits[at - 1]); at--) {
        b->hits[at] = b->hits[at - 1];
    }
    b->hits[at] = hit;
}

static void meet(const struct ine *n, uint32_t node, uint32_t ms, struct ine_best *best)
{
    for (uint32_t i = n->first[node]; i != UINT32_MAX; i = n->seat[i].next) {
        if (ms + n->seat[i].ms <= bound(best)) {
            ine_offer(best,
                      (struct nearest_hit){ .unit = n->seat[i].unit, .ms = ms + n->seat[i].ms });
        }
    }
}

void ine_find(struct ine *n, const struct place *incident, uint32_t want, struct ine_best *best)
{
    uint32_t node;
    uint32_t ms;

    best->count = 0;
    best->want = want;
    dijkstra_start(n->dijkstra, n->in);
    for (uint32_t i = 0; i < incident->count; i++) {
        dijkstra_add(n->dijkstra, incident->seeds[i].node, incident->seeds[i].ms);
    }
    while (dijkstra_settle(n->dijkstra, &node, &ms)) {
        if (n->first[node] != UINT32_MAX) {
            meet(n, node, ms, best);
        }
        if (ms >= bound(best)) {
            break;
        }
    }
}

void ine_ties(struct ine *n, struct ine_best *best)
{
    uint32_t node;
    uint32_t ms;

    while (dijkstra_settle(n->dijkstra, &node, &ms) && ms <= bound(best)) {
        meet(n, node, ms, best);
    }
}
