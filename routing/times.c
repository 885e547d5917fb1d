#include "routing/times.h"

#include "base/must.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROADS_AHEAD 24
#define WHOLE_ROW_MIN 3 /* arcs up from one node */

/* At most, and one. */
static size_t arcs_of_a_node(const struct hierarchy *h)
{
    uint32_t most = 0;

    for (uint32_t v = 0; v < h->node_count; v++) {
        uint32_t arcs = h->first_up[v + 1] - h->first_up[v];

        most = arcs > most ? arcs : most;
    }
    return (size_t)most + 1;
}

enum err times_init(struct times *t, const struct hierarchy *h, struct fault *f)
{
    size_t arcs = (size_t)h->arc_count + 1;

    *t = (struct times){ .h = h };
    t->arc = malloc(arcs * sizeof(*t->arc));
    t->changed = malloc(arcs * sizeof(*t->changed));
    t->waiting = malloc(arcs * sizeof(*t->waiting));
    t->row = malloc(arcs_of_a_node(h) * sizeof(*t->row));
    t->is_waiting = calloc(arcs, 1);
    if (t->arc == NULL || t->changed == NULL || t->waiting == NULL || t->is_waiting == NULL ||
        t->row == NULL) {
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
    free(t->row);
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

/* Roads come by tail, arcs by the lower end: what a road is written to is asked for early. */
static void times_of_roads(struct times *t, const struct graph *g, const uint32_t *road_ms)
{
    const uint32_t *side = t->h->side;
    uint32_t *ms = &t->arc[0].up_ms;

    static_assert(sizeof(struct arc_times) == 2 * sizeof(*ms), "both sides of an arc");
    for (size_t i = 0; i < 2 * (size_t)t->h->arc_count; i++) {
        ms[i] = ETA_INF_MS;
    }
    for (uint32_t r = 0; r < g->arc_count; r++) {
        uint32_t ahead = r + ROADS_AHEAD < g->arc_count ? r + ROADS_AHEAD : r;

        __builtin_prefetch(&ms[side[ahead]], 1);
        ms[side[r]] = least(ms[side[r]], road_ms[r]);
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

            if (uv + 1 < end) { /* where the next row is looked into first */
                const uint16_t *next = place + (end - uv - 1);

                __builtin_prefetch(&arc[first_up[head[uv + 1 - arc]] + *next], 1);
            }
            for (const struct arc_times *uw = uv + 1; uw < end; uw++) {
                lower_both(&row[*place++], near, uw);
            }
        }
    }
}

/* Where the arc to `head` is among arcs lo..hi-1 of one row, if it is: the last of those that come
 * no later, without branches, as it is as often there as not. There must be one. */
static inline uint32_t arc_among(const struct hierarchy *h, uint32_t lo, uint32_t hi, uint32_t head)
{
    uint32_t count = hi - lo;

    while (count > 1) {
        uint32_t half = count / 2;

        lo += half & (0 - (uint32_t)(h->head[lo + half] <= head));
        count -= half;
    }
    return lo;
}

/* The way over the low end u of a triangle: arcs from u to both ends of `ms`'s. */
static inline void lower_over(struct arc_times *ms, struct arc_times uv, struct arc_times uw)
{
    ms->up_ms = least(ms->up_ms, uv.down_ms + uw.up_ms);
    ms->down_ms = least(ms->down_ms, uw.down_ms + uv.up_ms);
}

/* The time of one arc from its roads and the triangles below it: each has a low end below both ends
 * of the arc, and is found from the end that has fewer. */
static struct arc_times weigh(const struct times *t, const struct graph *g, const uint32_t *road_ms,
                              uint32_t arc)
{
    const struct hierarchy *h = t->h;
    struct arc_times ms = of_roads(h, g, road_ms, arc);
    uint32_t v = h->tail[arc];
    uint32_t w = h->head[arc];

    if (h->first_down[v + 1] - h->first_down[v] <= h->first_down[w + 1] - h->first_down[w]) {
        for (uint32_t i = h->first_down[v]; i < h->first_down[v + 1]; i++) {
            uint32_t uv = h->down[i];
            uint32_t uw = arc_among(h, uv, h->first_up[h->tail[uv] + 1], w);

            if (h->head[uw] == w) {
                lower_over(&ms, t->arc[uv], t->arc[uw]);
            }
        }
        return ms;
    }
    for (uint32_t i = h->first_down[w]; i < h->first_down[w + 1]; i++) {
        uint32_t uw = h->down[i];
        uint32_t uv = arc_among(h, h->first_up[h->tail[uw]], uw + 1, v);

        if (h->head[uv] == v) {
            lower_over(&ms, t->arc[uv], t->arc[uw]);
        }
    }
    return ms;
}

/* The same of all arcs up from v that wait, into `row`: of many quicker than one by one. */
static void weigh_row(struct times *t, const struct graph *g, const uint32_t *road_ms, uint32_t v)
{
    const struct hierarchy *h = t->h;
    uint32_t first = h->first_up[v];

    for (uint32_t arc = first; arc < h->first_up[v + 1]; arc++) {
        t->row[arc - first] = t->is_waiting[arc] != 0
                                  ? of_roads(h, g, road_ms, arc)
                                  : (struct arc_times){ ETA_INF_MS, ETA_INF_MS };
    }
    for (uint32_t i = h->first_down[v]; i < h->first_down[v + 1]; i++) {
        uint32_t uv = h->down[i];
        uint32_t end = h->first_up[h->tail[uv] + 1];
        const uint16_t *place = hierarchy_places(h, uv);

        for (uint32_t uw = uv + 1; uw < end; uw++) {
            lower_both(&t->row[*place++], t->arc[uv], &t->arc[uw]);
        }
    }
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
        uint32_t arc = hierarchy_third(h, changed, a);
        struct arc_times side = t->arc[a];

        uint32_t there_ms = v < w ? t->arc[arc].up_ms : t->arc[arc].down_ms;
        uint32_t back_ms = v < w ? t->arc[arc].down_ms : t->arc[arc].up_ms;

        if (concerns(there_ms, before.down_ms + side.up_ms, now.down_ms + side.up_ms) ||
            concerns(back_ms, side.down_ms + before.up_ms, side.down_ms + now.up_ms)) {
            wait_for(t, arc);
        }
    }
}

/* An arc whose time is known now. */
static void settle(struct times *t, uint32_t arc, struct arc_times ms)
{
    struct arc_times before = t->arc[arc];

    if (ms.up_ms != before.up_ms || ms.down_ms != before.down_ms) {
        t->changed[t->changed_count++] = (struct times_changed){ arc, before };
        t->arc[arc] = ms;
        wait_for_above(t, arc, before);
    }
}

/* How many arcs up from v wait; none but these wait for what is below v. */
static uint32_t waiting_of(const struct times *t, uint32_t v)
{
    const uint8_t *is_waiting = t->is_waiting;
    uint32_t count = 0;

    for (uint32_t arc = t->h->first_up[v]; arc < t->h->first_up[v + 1]; arc++) {
        count += is_waiting[arc];
    }
    return count;
}

uint32_t times_change(struct times *t, const struct graph *g, const uint32_t *road_ms,
                      uint32_t road)
{
    const struct hierarchy *h = t->h;

    t->changed_count = 0;
    wait_for(t, h->of_road[road]);
    while (t->waiting_count > 0) {
        uint32_t v = h->tail[t->waiting[0]];
        uint32_t count = waiting_of(t, v);
        bool whole = count >= WHOLE_ROW_MIN;

        if (whole) {
            weigh_row(t, g, road_ms, v);
        }
        for (; count > 0; count--) {
            uint32_t arc = next_waiting(t);

            settle(t, arc, whole ? t->row[arc - h->first_up[v]] : weigh(t, g, road_ms, arc));
        }
    }
    return t->changed_count;
}
