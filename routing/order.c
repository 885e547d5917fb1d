#include "routing/order.h"

#include "routing/cut.h"

#include <stdlib.h>
#include <string.h>

#define TOLD_EVERY 4096

enum { PARTING = 2, SEEN = 3 };

/* A stretch of `node`: a part of the map that is still to be ordered. */
struct stretch {
    uint32_t lo, hi;
    bool connected;
};

/* The whole graph, and the piece at hand cut out of it under numbers of its own. Stretches are
 * parted in place, the parting nodes last: in the end a node's rank is its place. */
struct order {
    struct cut_graph all;
    struct cut_graph piece;
    struct cut_work *cut;
    uint32_t *node;  /* rising within a stretch */
    uint32_t *spare; /* where a stretch is parted */
    struct stretch *stack;
    uint32_t stack_count;
    uint32_t *local; /* of a node: its number in the piece; NODE_NONE: not in it */
    uint8_t *side;   /* of a node of the piece: 0, 1, PARTING; or SEEN */
    uint32_t *queue;
    uint32_t done;
    order_progress_fn *progress;
    void *arg;
};

static int rising(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Each arc in the rows of both ends; then rows are sorted and freed of repetitions. */
static void undirect(struct cut_graph *g, uint32_t arc_count, const struct arc *arcs)
{
    uint32_t n = g->node_count;

    for (uint32_t i = 0; i < arc_count; i++) {
        if (arcs[i].tail != arcs[i].head) {
            g->first[arcs[i].tail + 1]++;
            g->first[arcs[i].head + 1]++;
        }
    }
    for (uint32_t v = 0; v < n; v++) {
        g->first[v + 1] += g->first[v];
    }
    for (uint32_t i = arc_count; i-- > 0;) {
        if (arcs[i].tail != arcs[i].head) {
            g->head[--g->first[arcs[i].tail + 1]] = arcs[i].head;
            g->head[--g->first[arcs[i].head + 1]] = arcs[i].tail;
        }
    }
    uint32_t total = 0;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < arc_count; i++) {
        total += arcs[i].tail != arcs[i].head ? 2 : 0;
    }
    for (uint32_t v = 0; v < n; v++) {
        uint32_t lo = g->first[v + 1];
        uint32_t hi = v + 1 < n ? g->first[v + 2] : total;

        qsort(g->head + lo, hi - lo, sizeof(*g->head), rising);
        g->first[v] = kept;
        for (uint32_t i = lo; i < hi; i++) {
            if (i == lo || g->head[i] != g->head[i - 1]) {
                g->head[kept++] = g->head[i];
            }
        }
    }
    g->first[n] = kept;
}

static bool allocate(struct order *o, uint32_t n, uint32_t arc_count)
{
    size_t nodes = (size_t)n + 2;
    size_t heads = (size_t)arc_count * 2 + 1;

    o->all.first = calloc(nodes, sizeof(*o->all.first));
    o->all.head = malloc(heads * sizeof(*o->all.head));
    o->piece.first = malloc(nodes * sizeof(*o->piece.first));
    o->piece.head = malloc(heads * sizeof(*o->piece.head));
    o->piece.at = malloc(nodes * sizeof(*o->piece.at));
    o->node = malloc(nodes * sizeof(*o->node));
    o->spare = malloc(nodes * sizeof(*o->spare));
    o->local = malloc(nodes * sizeof(*o->local));
    o->stack = malloc(nodes * sizeof(*o->stack));
    o->side = malloc(nodes);
    o->queue = malloc(nodes * sizeof(*o->queue));
    o->cut = cut_work_new(n, arc_count * 2);
    return o->cut != NULL && o->all.first != NULL && o->all.head != NULL &&
           o->piece.first != NULL && o->piece.head != NULL && o->piece.at != NULL &&
           o->node != NULL && o->spare != NULL && o->local != NULL && o->stack != NULL &&
           o->side != NULL && o->queue != NULL;
}

static void release(struct order *o)
{
    free(o->all.first);
    free(o->all.head);
    free(o->piece.first);
    free(o->piece.head);
    free(o->piece.at);
    free(o->node);
    free(o->spare);
    free(o->local);
    free(o->stack);
    free(o->side);
    free(o->queue);
    cut_work_free(o->cut);
}

static void settle(struct order *o, uint32_t count)
{
    uint32_t before = o->done / TOLD_EVERY;

    o->done += count;
    if (o->progress != NULL && (o->done / TOLD_EVERY != before || o->done == o->all.node_count)) {
        o->progress(o->arg, o->done, o->all.node_count);
    }
}

static void push(struct order *o, uint32_t lo, uint32_t hi, bool connected)
{
    if (hi > lo) {
        o->stack[o->stack_count++] = (struct stretch){ lo, hi, connected };
    }
}

/* Cuts node[lo..hi) out of the whole. */
static void cut_out(struct order *o, uint32_t lo, uint32_t hi)
{
    struct cut_graph *p = &o->piece;
    uint32_t heads = 0;

    for (uint32_t i = lo; i < hi; i++) {
        o->local[o->node[i]] = i - lo;
    }
    p->node_count = hi - lo;
    for (uint32_t i = lo; i < hi; i++) {
        uint32_t v = o->node[i];

        p->first[i - lo] = heads;
        p->at[i - lo] = o->all.at[v];
        for (uint32_t k = o->all.first[v]; k < o->all.first[v + 1]; k++) {
            if (o->local[o->all.head[k]] != NODE_NONE) {
                p->head[heads++] = o->local[o->all.head[k]];
            }
        }
    }
    p->first[hi - lo] = heads;
    for (uint32_t i = lo; i < hi; i++) {
        o->local[o->node[i]] = NODE_NONE;
    }
}

/* What hangs together with `v`, into queue[from..); returns its end. */
static uint32_t gather(struct order *o, uint32_t v, uint32_t from)
{
    const struct cut_graph *p = &o->piece;
    uint32_t end = from;

    o->queue[end++] = v;
    o->side[v] = SEEN;
    for (uint32_t at = from; at < end; at++) {
        uint32_t u = o->queue[at];

        for (uint32_t i = p->first[u]; i < p->first[u + 1]; i++) {
            if (o->side[p->head[i]] != SEEN) {
                o->side[p->head[i]] = SEEN;
                o->queue[end++] = p->head[i];
            }
        }
    }
    return end;
}

/* Makes a stretch of each component. */
static void part_components(struct order *o, uint32_t lo, uint32_t hi)
{
    uint32_t count = hi - lo;
    uint32_t from = 0;

    memset(o->side, 0, count);
    for (uint32_t v = 0; v < count; v++) {
        if (o->side[v] == SEEN) {
            continue;
        }
        uint32_t end = gather(o, v, from);

        qsort(o->queue + from, end - from, sizeof(*o->queue), rising);
        push(o, lo + from, lo + end, true);
        from = end;
    }
    for (uint32_t i = 0; i < count; i++) {
        o->spare[i] = o->node[lo + o->queue[i]];
    }
    memcpy(o->node + lo, o->spare, count * sizeof(*o->node));
}

static bool at_border(const struct order *o, uint32_t v)
{
    const struct cut_graph *p = &o->piece;
    uint8_t own = o->side[v] & 1;

    for (uint32_t i = p->first[v]; i < p->first[v + 1]; i++) {
        if ((o->side[p->head[i]] & 1) != own) {
            return true;
        }
    }
    return false;
}

/* The parting nodes: the ends of the cut edges on the side that has fewer of them. */
static void choose_parting(struct order *o)
{
    uint32_t ends[2] = { 0, 0 };

    for (uint32_t v = 0; v < o->piece.node_count; v++) {
        ends[o->side[v]] += at_border(o, v);
    }
    uint8_t chosen = ends[1] < ends[0] ? 1 : 0;

    for (uint32_t v = 0; v < o->piece.node_count; v++) {
        /* the lowest bit stays, so that neighbours can still be told apart */
        o->side[v] =
            o->side[v] == chosen && at_border(o, v) ? (uint8_t)(PARTING | chosen) : o->side[v];
    }
}

/* Puts the nodes of one side first, then those of the other, then the parting ones. */
static void part_sides(struct order *o, uint32_t lo, uint32_t hi)
{
    uint32_t count = hi - lo;
    uint32_t size[3] = { 0, 0, 0 };
    uint32_t next[3];

    cut_graph(o->cut, &o->piece, o->side);
    choose_parting(o);
    for (uint32_t v = 0; v < count; v++) {
        o->side[v] = o->side[v] >= PARTING ? PARTING : o->side[v];
        size[o->side[v]]++;
    }
    next[0] = 0;
    next[1] = size[0];
    next[2] = size[0] + size[1];
    for (uint32_t v = 0; v < count; v++) {
        o->spare[next[o->side[v]]++] = o->node[lo + v];
    }
    memcpy(o->node + lo, o->spare, count * sizeof(*o->node));
    push(o, lo, lo + size[0], false);
    push(o, lo + size[0], lo + size[0] + size[1], false);
    settle(o, size[2]);
}

static void dissect(struct order *o)
{
    while (o->stack_count > 0) {
        struct stretch s = o->stack[--o->stack_count];
        uint32_t count = s.hi - s.lo;

        if (count == 1) {
            settle(o, 1);
            continue;
        }
        cut_out(o, s.lo, s.hi);
        if (!s.connected) {
            part_components(o, s.lo, s.hi);
        } else if (o->piece.first[count] == count * (count - 1)) {
            settle(o, count); /* each is joined to each: no order is better than another */
        } else {
            part_sides(o, s.lo, s.hi);
        }
    }
}

enum err order_find(uint32_t node_count, const struct point *at, uint32_t arc_count,
                    const struct arc *arcs, uint32_t *rank, order_progress_fn *progress, void *arg,
                    struct fault *f)
{
    struct order o = { .progress = progress, .arg = arg };

    for (uint32_t i = 0; i < arc_count; i++) {
        if (arcs[i].tail >= node_count || arcs[i].head >= node_count) {
            return fault_field(f, ERR_INVALID, "arc", "arc %u ends at no node", i);
        }
    }
    o.all.node_count = node_count;
    if (!allocate(&o, node_count, arc_count)) {
        release(&o);
        return fault_set(f, ERR_NO_MEMORY, "no memory for an order of contraction", NULL, NULL);
    }
    undirect(&o.all, arc_count, arcs);
    o.all.at = (struct point *)(uintptr_t)at;
    for (uint32_t v = 0; v < node_count; v++) {
        o.node[v] = v;
        o.local[v] = NODE_NONE;
    }
    push(&o, 0, node_count, false);
    dissect(&o);
    for (uint32_t i = 0; i < node_count; i++) {
        rank[o.node[i]] = i;
    }
    release(&o);
    return OK;
}
