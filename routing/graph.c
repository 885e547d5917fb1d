#include "routing/graph.h"

#include <stdlib.h>
#include <string.h>

static enum err no_memory(struct fault *f)
{
    return fault_set(f, ERR_NO_MEMORY, "no memory for a road graph", NULL, NULL);
}

static enum err check(uint32_t node_count, uint32_t arc_count, const struct arc *arcs,
                      struct fault *f)
{
    for (uint32_t i = 0; i < arc_count; i++) {
        if (arcs[i].tail >= node_count || arcs[i].head >= node_count) {
            return fault_field(f, ERR_INVALID, "arc", "arc %u ends at no node", i);
        }
        if (arcs[i].ms > ETA_INF_MS) {
            return fault_field(f, ERR_INVALID, "ms", "arc %u takes longer than can be told", i);
        }
    }
    return OK;
}

/* The arrays of a graph while it is built. */
struct building {
    uint32_t *first_out, *head, *tail, *given;
    struct point *at;
};

static bool allocate(struct building *b, uint32_t node_count, uint32_t arc_count)
{
    size_t nodes = (size_t)node_count + 2;
    size_t arcs = (size_t)arc_count + 1;

    b->first_out = calloc(nodes, sizeof(*b->first_out));
    b->head = malloc(arcs * sizeof(*b->head));
    b->tail = malloc(arcs * sizeof(*b->tail));
    b->given = malloc(arcs * sizeof(*b->given));
    b->at = malloc(nodes * sizeof(*b->at));
    return b->first_out != NULL && b->head != NULL && b->tail != NULL && b->given != NULL &&
           b->at != NULL;
}

/* Arcs of one tail by head; equal heads as they came. Rows are short. */
static void sort_row(uint32_t *head, uint32_t *given, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint32_t h = head[i];
        uint32_t from = given[i];
        uint32_t k = i;

        for (; k > 0 && head[k - 1] > h; k--) {
            head[k] = head[k - 1];
            given[k] = given[k - 1];
        }
        head[k] = h;
        given[k] = from;
    }
}

/* Counting sort by tail: first_out is shifted by one place while rows fill. */
static void fill(struct building *g, uint32_t node_count, uint32_t count, const struct arc *arcs)
{
    for (uint32_t i = 0; i < count; i++) {
        g->first_out[arcs[i].tail + 2] += arcs[i].tail != arcs[i].head;
    }
    for (uint32_t v = 0; v < node_count; v++) {
        g->first_out[v + 2] += g->first_out[v + 1];
    }
    for (uint32_t i = 0; i < count; i++) {
        if (arcs[i].tail != arcs[i].head) {
            uint32_t a = g->first_out[arcs[i].tail + 1]++;

            g->head[a] = arcs[i].head;
            g->tail[a] = arcs[i].tail;
            g->given[a] = i;
        }
    }
    for (uint32_t v = 0; v < node_count; v++) {
        uint32_t first = g->first_out[v];

        sort_row(g->head + first, g->given + first, g->first_out[v + 1] - first);
    }
}

enum err graph_build(struct graph *g, uint32_t node_count, const struct point *at,
                     uint32_t arc_count, const struct arc *arcs, struct fault *f)
{
    enum err err = check(node_count, arc_count, arcs, f);
    uint32_t loops = 0;

    *g = (struct graph){ 0 };
    if (err != OK) {
        return err;
    }
    for (uint32_t i = 0; i < arc_count; i++) {
        loops += arcs[i].tail == arcs[i].head;
    }
    struct building b;
    bool ok = allocate(&b, node_count, arc_count - loops);

    *g = (struct graph){ .node_count = node_count,
                         .arc_count = arc_count - loops,
                         .first_out = b.first_out,
                         .head = b.head,
                         .tail = b.tail,
                         .given = b.given,
                         .at = b.at };
    if (!ok) {
        graph_free(g);
        return no_memory(f);
    }
    if (node_count > 0) {
        memcpy(b.at, at, node_count * sizeof(*at));
    }
    fill(&b, node_count, arc_count, arcs);
    return OK;
}

enum err graph_renumber(uint32_t node_count, struct point *at, uint32_t arc_count, struct arc *arcs,
                        const uint32_t *rank, struct fault *f)
{
    struct point *moved = malloc((node_count > 0 ? node_count : 1) * sizeof(*moved));

    if (moved == NULL) {
        return no_memory(f);
    }
    for (uint32_t v = 0; v < node_count; v++) {
        moved[rank[v]] = at[v];
    }
    if (node_count > 0) {
        memcpy(at, moved, node_count * sizeof(*at));
    }
    free(moved);
    for (uint32_t i = 0; i < arc_count; i++) {
        arcs[i].tail = rank[arcs[i].tail];
        arcs[i].head = rank[arcs[i].head];
    }
    return OK;
}

uint32_t *graph_times(const struct graph *g, const struct arc *arcs)
{
    uint32_t *ms = malloc(((size_t)g->arc_count + 1) * sizeof(*ms));

    for (uint32_t a = 0; ms != NULL && a < g->arc_count; a++) {
        ms[a] = arcs[g->given[a]].ms;
    }
    return ms;
}

void graph_free(struct graph *g)
{
    free((void *)(uintptr_t)g->first_out);
    free((void *)(uintptr_t)g->head);
    free((void *)(uintptr_t)g->tail);
    free((void *)(uintptr_t)g->given);
    free((void *)(uintptr_t)g->at);
    *g = (struct graph){ 0 };
}
