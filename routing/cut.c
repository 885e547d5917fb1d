#include "routing/cut.h"

#include "base/must.h"

#include <stdlib.h>
#include <string.h>

#define LEVEL_NONE UINT32_MAX
#define SHARE 4 /* one node in so many is a source, as many are sinks */

enum part { BETWEEN, SOURCE, SINK };

struct place {
    int64_t key;
    uint32_t node;
};

struct cut_work {
    struct place *along; /* nodes along the direction: sources first, sinks last */
    uint8_t *part;
    uint32_t *twin; /* of an edge's place in one row: its place in the other */
    int8_t *flow;
    uint32_t *level;
    uint32_t *next; /* place in a node's row that the search of paths stands at */
    uint32_t *queue;
    uint32_t *path; /* places */
};

struct cut_work *cut_work_new(uint32_t node_count_max, uint32_t head_count_max)
{
    struct cut_work *w = calloc(1, sizeof(*w));
    size_t nodes = (size_t)node_count_max + 1;
    size_t heads = (size_t)head_count_max + 1;

    if (w == NULL) {
        return NULL;
    }
    w->along = malloc(nodes * sizeof(*w->along));
    w->part = malloc(nodes);
    w->twin = malloc(heads * sizeof(*w->twin));
    w->flow = malloc(heads);
    w->level = malloc(nodes * sizeof(*w->level));
    w->next = malloc(nodes * sizeof(*w->next));
    w->queue = malloc(nodes * sizeof(*w->queue));
    w->path = malloc(nodes * sizeof(*w->path));
    if (w->along == NULL || w->part == NULL || w->twin == NULL || w->flow == NULL ||
        w->level == NULL || w->next == NULL || w->queue == NULL || w->path == NULL) {
        cut_work_free(w);
        return NULL;
    }
    return w;
}

void cut_work_free(struct cut_work *w)
{
    if (w == NULL) {
        return;
    }
    free(w->along);
    free(w->part);
    free(w->twin);
    free(w->flow);
    free(w->level);
    free(w->next);
    free(w->queue);
    free(w->path);
    free(w);
}

/* Rows are sorted: seen from ever greater nodes, the places of the smaller ends come in their
 * order. */
static void pair_up(struct cut_work *w, const struct cut_graph *g)
{
    memcpy(w->next, g->first, g->node_count * sizeof(*w->next));
    for (uint32_t v = 0; v < g->node_count; v++) {
        for (uint32_t i = g->first[v]; i < g->first[v + 1]; i++) {
            if (g->head[i] > v) {
                uint32_t back = w->next[g->head[i]]++;

                w->twin[i] = back;
                w->twin[back] = i;
            }
        }
    }
}

static int by_key(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;

    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return x->node < y->node ? -1 : x->node > y->node;
}

/* West to east, south to north, and the diagonals. Degrees of longitude are taken for shorter than
 * those of latitude by a quarter: right at 41 degrees, near enough elsewhere. */
static void choose_ends(struct cut_work *w, const struct cut_graph *g, uint32_t direction)
{
    static const int8_t towards[][2] = { { 4, 0 }, { 0, 4 }, { 3, 3 }, { 3, -3 } };
    uint32_t n = g->node_count;
    uint32_t share = n / SHARE > 0 ? n / SHARE : 1;

    for (uint32_t v = 0; v < n; v++) {
        int64_t x = (int64_t)g->at[v].lon_e7 * 3;
        int64_t y = (int64_t)g->at[v].lat_e7 * 4;

        w->along[v].key = x * towards[direction][0] + y * towards[direction][1];
        w->along[v].node = v;
    }
    qsort(w->along, n, sizeof(*w->along), by_key);
    memset(w->part, BETWEEN, n);
    for (uint32_t i = 0; i < share; i++) {
        w->part[w->along[i].node] = SOURCE;
        w->part[w->along[n - 1 - i].node] = SINK;
    }
}

/* Distances from the sources over edges with room; true: a sink is among what was reached. */
static bool level(struct cut_work *w, const struct cut_graph *g)
{
    uint32_t n = g->node_count;
    uint32_t tail = 0;
    bool met = false;

    for (uint32_t v = 0; v < n; v++) {
        w->level[v] = LEVEL_NONE;
        if (w->part[v] == SOURCE) {
            w->level[v] = 0;
            w->queue[tail++] = v;
        }
    }
    for (uint32_t at = 0; at < tail && !met; at++) {
        uint32_t v = w->queue[at];

        for (uint32_t i = g->first[v]; i < g->first[v + 1]; i++) {
            uint32_t u = g->head[i];

            if (w->level[u] == LEVEL_NONE && w->flow[i] < 1) {
                w->level[u] = w->level[v] + 1;
                w->queue[tail++] = u;
                met = met || w->part[u] == SINK;
            }
        }
    }
    return met;
}

/* One way from `from` to a sink along rising levels, filled; false: there is none left. */
static bool fill_path(struct cut_work *w, const struct cut_graph *g, uint32_t from)
{
    uint32_t length = 0;
    uint32_t v = from;

    while (w->part[v] != SINK) {
        if (w->next[v] < g->first[v + 1]) {
            uint32_t i = w->next[v];
            uint32_t u = g->head[i];

            if (w->flow[i] < 1 && w->level[u] == w->level[v] + 1) {
                w->path[length++] = i;
                v = u;
            } else {
                w->next[v]++;
            }
        } else if (length == 0) {
            return false;
        } else { /* a dead end: back, and past the place that led here */
            v = g->head[w->twin[w->path[--length]]];
            w->next[v]++;
        }
    }
    for (uint32_t k = 0; k < length; k++) {
        w->flow[w->path[k]]++;
        w->flow[w->twin[w->path[k]]]--;
    }
    return true;
}

/* The least cut between sources and sinks, or `enough` when it is no less than that. */
static uint32_t push_flow(struct cut_work *w, const struct cut_graph *g, uint32_t enough)
{
    uint32_t sum = 0;

    memset(w->flow, 0, g->first[g->node_count]);
    while (sum < enough && level(w, g)) {
        memcpy(w->next, g->first, g->node_count * sizeof(*w->next));
        for (uint32_t v = 0; v < g->node_count && sum < enough; v++) {
            while (w->part[v] == SOURCE && sum < enough && fill_path(w, g, v)) {
                sum++;
            }
        }
    }
    return sum;
}

void cut_graph(struct cut_work *w, const struct cut_graph *g, uint8_t *side)
{
    uint32_t best = UINT32_MAX;

    must(g->node_count >= 2);
    pair_up(w, g);
    for (uint32_t direction = 0; direction < 4; direction++) {
        choose_ends(w, g, direction);
        uint32_t sum = push_flow(w, g, best);

        if (sum < best) {
            best = sum;
            for (uint32_t v = 0; v < g->node_count; v++) {
                side[v] = w->level[v] == LEVEL_NONE;
            }
        }
    }
}
