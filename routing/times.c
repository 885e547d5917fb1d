#include "routing/times.h"

#include "base/must.h"

#include <stdlib.h>
#include <string.h>

enum err times_init(struct times *t, const struct hierarchy *h, struct fault *f)
{
    size_t arcs = (size_t)h->arc_count + 1;

    *t = (struct times){ .h = h };
    t->arc = malloc(arcs * sizeof(*t->arc));
    t->arc_to = malloc(((size_t)h->node_count + 1) * sizeof(*t->arc_to));
    t->waiting = malloc(arcs * sizeof(*t->waiting));
    t->is_waiting = calloc(arcs, 1);
    if (t->arc == NULL || t->arc_to == NULL || t->waiting == NULL || t->is_waiting == NULL) {
        times_free(t);
        return fault_set(f, ERR_NO_MEMORY, "no memory for travel times", NULL, NULL);
    }
    return OK;
}

void times_free(struct times *t)
{
    free(t->arc);
    free(t->arc_to);
    free(t->waiting);
    free(t->is_waiting);
    *t = (struct times){ 0 };
}

static inline uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static struct arc_times of_roads(const struct hierarchy *h, const struct graph *g,
                                 const uint32_t *road_ms, uint32_t arc)
{
    struct arc_times ms = { ETA_INF_MS, ETA_INF_MS };

    for (uint32_t i = h->first_road[arc]; i < h->first_road[arc + 1]; i++) {
        uint32_t r = h->road[i];
        uint32_t *way = g->tail[r] < g->head[r] ? &ms.up_ms : &ms.down_ms;

        *way = least(*way, road_ms[r]);
    }
    return ms;
}

/* All triangles under the arcs that leave `v`: u below, v, and w above both. `arc_to` finds the arc
 * v-w, which a chordal graph always has. */
static void lower_by_triangles(struct times *t, uint32_t v)
{
    const struct hierarchy *h = t->h;

    for (uint32_t a = h->first_up[v]; a < h->first_up[v + 1]; a++) {
        t->arc_to[h->head[a]] = a;
    }
    for (uint32_t i = h->first_down[v]; i < h->first_down[v + 1]; i++) {
        uint32_t uv = h->down[i];
        struct arc_times near = t->arc[uv];
        uint32_t end = h->first_up[h->tail[uv] + 1];

        for (uint32_t uw = uv + 1; uw < end; uw++) {
            struct arc_times *vw = &t->arc[t->arc_to[h->head[uw]]];

            vw->up_ms = least(vw->up_ms, near.down_ms + t->arc[uw].up_ms);
            vw->down_ms = least(vw->down_ms, t->arc[uw].down_ms + near.up_ms);
        }
    }
}

void times_customize(struct times *t, const struct graph *g, const uint32_t *road_ms)
{
    const struct hierarchy *h = t->h;

    for (uint32_t a = 0; a < h->arc_count; a++) {
        t->arc[a] = of_roads(h, g, road_ms, a);
    }
    for (uint32_t v = 0; v < h->node_count; v++) {
        lower_by_triangles(t, v);
    }
}

/* The time of one arc from its roads and the triangles below it. Both rows of arcs below are by
 * tail. */
static struct arc_times weigh(const struct times *t, const struct graph *g, const uint32_t *road_ms,
                              uint32_t arc)
{
    const struct hierarchy *h = t->h;
    struct arc_times ms = of_roads(h, g, road_ms, arc);
    uint32_t i = h->first_down[h->tail[arc]];
    uint32_t i_end = h->first_down[h->tail[arc] + 1];
    uint32_t k = h->first_down[h->head[arc]];

    while (i < i_end) {
        uint32_t uv = h->down[i];
        uint32_t uw =
            h->down[k]; /* ends at `arc` itself at the latest, whose tail is above all u */

        if (h->tail[uv] < h->tail[uw]) {
            i++;
        } else if (h->tail[uw] < h->tail[uv]) {
            k++;
        } else {
            ms.up_ms = least(ms.up_ms, t->arc[uv].down_ms + t->arc[uw].up_ms);
            ms.down_ms = least(ms.down_ms, t->arc[uw].down_ms + t->arc[uv].up_ms);
            i++;
            k++;
        }
    }
    return ms;
}

/* Arcs are numbered by tail: the least number is an arc that no other waiting one lies below. */
static void wait_for(struct times *t, uint32_t arc)
{
    if (t->is_waiting[arc] != 0) {
        return;
    }
    t->is_waiting[arc] = 1;
    uint32_t at = t->waiting_count++;

    for (; at > 0 && t->waiting[(at - 1) / 2] > arc; at = (at - 1) / 2) {
        t->waiting[at] = t->waiting[(at - 1) / 2];
    }
    t->waiting[at] = arc;
}

static uint32_t next_waiting(struct times *t)
{
    uint32_t first = t->waiting[0];
    uint32_t last = t->waiting[--t->waiting_count];
    uint32_t at = 0;

    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child + 1 < t->waiting_count && t->waiting[child + 1] < t->waiting[child]) {
            child++;
        }
        if (child >= t->waiting_count || t->waiting[child] >= last) {
            break;
        }
        t->waiting[at] = t->waiting[child];
        at = child;
    }
    t->waiting[at] = last;
    t->is_waiting[first] = 0;
    return first;
}

/* The arcs that have a changed arc for a side of a triangle below them. */
static void wait_for_above(struct times *t, uint32_t changed)
{
    const struct hierarchy *h = t->h;
    uint32_t u = h->tail[changed];

    for (uint32_t a = h->first_up[u]; a < h->first_up[u + 1]; a++) {
        if (a != changed) {
            uint32_t arc = hierarchy_arc(h, h->head[a], h->head[changed]);

            must(arc != ARC_NONE);
            wait_for(t, arc);
        }
    }
}

uint32_t times_change(struct times *t, const struct graph *g, const uint32_t *road_ms,
                      uint32_t road)
{
    uint32_t changed = 0;

    wait_for(t, t->h->of_road[road]);
    while (t->waiting_count > 0) {
        uint32_t arc = next_waiting(t);
        struct arc_times ms = weigh(t, g, road_ms, arc);

        if (ms.up_ms != t->arc[arc].up_ms || ms.down_ms != t->arc[arc].down_ms) {
            t->arc[arc] = ms;
            changed++;
            wait_for_above(t, arc);
        }
    }
    return changed;
}
