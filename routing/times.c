#include "routing/times.h"

#include "base/must.h"

#include <stdlib.h>
#include <string.h>

enum err times_init(struct times *t, const struct hierarchy *h, struct fault *f)
{
    size_t arcs = (size_t)h->arc_count + 1;

    *t = (struct times){ .h = h };
    t->arc = malloc(arcs * sizeof(*t->arc));
    t->changed = malloc(arcs * sizeof(*t->changed));
    t->waiting = malloc(arcs * sizeof(*t->waiting));
    t->is_waiting = calloc(arcs, 1);
    if (t->arc == NULL || t->changed == NULL || t->waiting == NULL || t->is_waiting == NULL) {
        times_free(t);
        return fault_set(f, ERR_NO_MEMORY, "no memory for travel times", NULL, NULL);
    }
    return OK;
}

void times_free(struct times *t)
{
    free(t->arc);
    free(t->changed);
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

static void times_of_roads(struct times *t, const struct graph *g, const uint32_t *road_ms)
{
    const struct hierarchy *h = t->h;

    for (uint32_t a = 0; a < h->arc_count; a++) {
        t->arc[a] = (struct arc_times){ ETA_INF_MS, ETA_INF_MS };
    }
    for (uint32_t r = 0; r < g->arc_count; r++) {
        struct arc_times *arc = &t->arc[h->of_road[r]];
        uint32_t *way = g->tail[r] < g->head[r] ? &arc->up_ms : &arc->down_ms;

        *way = least(*way, road_ms[r]);
    }
}

/* Both times of an arc in one register. */
typedef int32_t both_ms __attribute__((vector_size(8)));

/* From v down to u and up to w, and back. */
static inline void lower_both(struct arc_times *vw, struct arc_times uv, const struct arc_times *uw)
{
    both_ms first = { (int32_t)uv.down_ms, (int32_t)uv.up_ms };
    both_ms now;
    both_ms over;

    memcpy(&now, vw, sizeof(now));
    memcpy(&over, uw, sizeof(over));
    over += first;
    both_ms lower = over < now;

    now = (over & lower) | (now & ~lower);
    memcpy(vw, &now, sizeof(now));
}

void times_customize(struct times *t, const struct graph *g, const uint32_t *road_ms)
{
    const struct hierarchy *h = t->h;
    const uint32_t *first_up = h->first_up;
    const uint32_t *head = h->head;
    const uint16_t *place = h->place;
    struct arc_times *arc = t->arc;

    times_of_roads(t, g, road_ms);
    /* What leaves u is right once all nodes below were here; then it lowers what it lies below. */
    for (uint32_t u = 0; u < h->node_count; u++) {
        const struct arc_times *end = &arc[first_up[u + 1]];

        for (const struct arc_times *uv = &arc[first_up[u]]; uv < end; uv++) {
            struct arc_times *row = &arc[first_up[head[uv - arc]]];
            struct arc_times near = *uv;

            for (const struct arc_times *uw = uv + 1; uw < end; uw++) {
                lower_both(&row[*place++], near, uw);
            }
        }
    }
}

/* The arc to `head` among arcs lo..hi-1 of one row, or ARC_NONE. */
static uint32_t arc_among(const struct hierarchy *h, uint32_t lo, uint32_t hi, uint32_t head)
{
    uint32_t end = hi;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (h->head[mid] < head) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < end && h->head[lo] == head ? lo : ARC_NONE;
}

/* The time of one arc from its roads and the triangles below it. */
static struct arc_times weigh(const struct times *t, const struct graph *g, const uint32_t *road_ms,
                              uint32_t arc)
{
    const struct hierarchy *h = t->h;
    struct arc_times ms = of_roads(h, g, road_ms, arc);
    uint32_t v = h->tail[arc];

    for (uint32_t i = h->first_down[v]; i < h->first_down[v + 1]; i++) {
        uint32_t uv = h->down[i];
        uint32_t uw = arc_among(h, uv + 1, h->first_up[h->tail[uv] + 1], h->head[arc]);

        if (uw != ARC_NONE) {
            ms.up_ms = least(ms.up_ms, t->arc[uv].down_ms + t->arc[uw].up_ms);
            ms.down_ms = least(ms.down_ms, t->arc[uw].down_ms + t->arc[uv].up_ms);
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

/* Whether a time that was the least of several must be found anew when one of them changes. */
static bool concerns(uint32_t least_ms, uint32_t before_ms, uint32_t now_ms)
{
    return now_ms < least_ms || (now_ms > before_ms && before_ms <= least_ms);
}

/* Of the arcs that have a changed arc for a side of a triangle below them, those whose times came
 * from it or would now. */
static void wait_for_above(struct times *t, uint32_t changed, struct arc_times before)
{
    const struct hierarchy *h = t->h;
    uint32_t u = h->tail[changed];
    uint32_t v = h->head[changed];
    struct arc_times now = t->arc[changed];

    for (uint32_t a = h->first_up[u]; a < h->first_up[u + 1]; a++) {
        if (a == changed) {
            continue;
        }
        uint32_t w = h->head[a];
        uint32_t arc = hierarchy_arc(h, v, w);
        struct arc_times side = t->arc[a];

        must(arc != ARC_NONE);
        uint32_t there_ms = v < w ? t->arc[arc].up_ms : t->arc[arc].down_ms;
        uint32_t back_ms = v < w ? t->arc[arc].down_ms : t->arc[arc].up_ms;

        if (concerns(there_ms, before.down_ms + side.up_ms, now.down_ms + side.up_ms) ||
            concerns(back_ms, side.down_ms + before.up_ms, side.down_ms + now.up_ms)) {
            wait_for(t, arc);
        }
    }
}

uint32_t times_change(struct times *t, const struct graph *g, const uint32_t *road_ms,
                      uint32_t road)
{
    t->changed_count = 0;
    wait_for(t, t->h->of_road[road]);
    while (t->waiting_count > 0) {
        uint32_t arc = next_waiting(t);
        struct arc_times ms = weigh(t, g, road_ms, arc);

        if (ms.up_ms != t->arc[arc].up_ms || ms.down_ms != t->arc[arc].down_ms) {
            struct arc_times before = t->arc[arc];

            t->changed[t->changed_count++] = (struct times_changed){ arc, before };
            t->arc[arc] = ms;
            wait_for_above(t, arc, before);
        }
    }
    return t->changed_count;
}
