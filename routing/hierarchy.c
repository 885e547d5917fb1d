#include "routing/hierarchy.h"

#include <stdlib.h>
#include <string.h>

#define ARCS_PER_ROAD_MAX 64 /* cities have two to six */

/* While arcs are found: who has this node as parent, as chains. */
struct building {
    uint32_t *first_child;
    uint32_t *next_child;
    uint32_t *marked_for; /* of a node: the last node that counted it among its heads */
    uint32_t room;
};

static enum err too_many(struct fault *f)
{
    return fault_set(f, ERR_INVALID, "too many arcs in a hierarchy", NULL,
                     "the order of contraction does not fit the map");
}

static enum err no_memory(struct fault *f)
{
    return fault_set(f, ERR_NO_MEMORY, "no memory for a hierarchy", NULL, NULL);
}

static int rising(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static bool grow(struct hierarchy *h, struct building *b, uint32_t more)
{
    if (h->arc_count + more <= b->room) {
        return true;
    }
    uint32_t room = b->room < 1024 ? 1024 : b->room;

    while (room < h->arc_count + more) {
        room += room / 2;
    }
    uint32_t *head = realloc(h->head, room * sizeof(*head));

    if (head == NULL) {
        return false;
    }
    h->head = head;
    b->room = room;
    return true;
}

/* Adds `u` to the heads of `v` unless it stands there or is not above. */
static void add_head(struct hierarchy *h, struct building *b, uint32_t v, uint32_t u)
{
    if (u > v && b->marked_for[u] != v) {
        b->marked_for[u] = v;
        h->head[h->arc_count++] = u;
    }
}

/* How many heads v may get at most. */
static uint64_t heads_max(const struct hierarchy *h, const struct building *b,
                          const uint32_t *first, uint32_t v)
{
    uint64_t most = first[v + 1] - first[v];

    for (uint32_t c = b->first_child[v]; c != NODE_NONE; c = b->next_child[c]) {
        most += h->first_up[c + 1] - h->first_up[c];
    }
    return most;
}

/* The heads of a node are its own neighbours above it and those of its children. */
static enum err find_arcs(struct hierarchy *h, struct building *b, const uint32_t *first,
                          const uint32_t *above, uint64_t arcs_max, struct fault *f)
{
    for (uint32_t v = 0; v < h->node_count; v++) {
        uint64_t most = heads_max(h, b, first, v);
        uint32_t lo = h->arc_count;

        if (lo + most > arcs_max) {
            return too_many(f);
        }
        if (!grow(h, b, (uint32_t)most)) {
            return no_memory(f);
        }
        for (uint32_t i = first[v]; i < first[v + 1]; i++) {
            add_head(h, b, v, above[i]);
        }
        for (uint32_t c = b->first_child[v]; c != NODE_NONE; c = b->next_child[c]) {
            for (uint32_t i = h->first_up[c]; i < h->first_up[c + 1]; i++) {
                add_head(h, b, v, h->head[i]);
            }
        }
        if (h->arc_count > lo) {
            qsort(h->head + lo, h->arc_count - lo, sizeof(*h->head), rising);
        }
        h->first_up[v + 1] = h->arc_count;
        h->parent[v] = h->arc_count > lo ? h->head[lo] : NODE_NONE;
        if (h->parent[v] != NODE_NONE) {
            b->next_child[v] = b->first_child[h->parent[v]];
            b->first_child[h->parent[v]] = v;
        }
    }
    return OK;
}

/* Neighbours above each node, repetitions included. */
static void list_above(const struct graph *g, uint32_t *first, uint32_t *above)
{
    for (uint32_t a = 0; a < g->arc_count; a++) {
        first[(g->tail[a] < g->head[a] ? g->tail[a] : g->head[a]) + 1]++;
    }
    for (uint32_t v = 0; v < g->node_count; v++) {
        first[v + 1] += first[v];
    }
    for (uint32_t a = 0; a < g->arc_count; a++) {
        bool up = g->tail[a] < g->head[a];

        above[first[up ? g->tail[a] : g->head[a]]++] = up ? g->head[a] : g->tail[a];
    }
    for (uint32_t v = g->node_count; v > 0; v--) {
        first[v] = first[v - 1];
    }
    first[0] = 0;
}

static enum err contract(struct hierarchy *h, const struct graph *g, struct fault *f)
{
    size_t nodes = (size_t)g->node_count + 2;
    struct building b = { 0 };
    uint32_t *first = calloc(nodes, sizeof(*first));
    uint32_t *above = malloc(((size_t)g->arc_count + 1) * sizeof(*above));
    enum err err = ERR_NO_MEMORY;

    b.first_child = malloc(nodes * sizeof(*b.first_child));
    b.next_child = malloc(nodes * sizeof(*b.next_child));
    b.marked_for = malloc(nodes * sizeof(*b.marked_for));
    if (first == NULL || above == NULL || b.first_child == NULL || b.next_child == NULL ||
        b.marked_for == NULL) {
        (void)no_memory(f);
    } else {
        for (uint32_t v = 0; v < g->node_count; v++) {
            b.first_child[v] = NODE_NONE;
            b.marked_for[v] = NODE_NONE;
        }
        list_above(g, first, above);
        err = find_arcs(h, &b, first, above, ((uint64_t)g->arc_count + 1) * ARCS_PER_ROAD_MAX, f);
    }
    free(first);
    free(above);
    free(b.first_child);
    free(b.next_child);
    free(b.marked_for);
    return err;
}

/* The arcs below each node, by tail: arcs are met by rising tail. */
static void list_down(struct hierarchy *h)
{
    for (uint32_t v = 0; v < h->node_count; v++) {
        for (uint32_t a = h->first_up[v]; a < h->first_up[v + 1]; a++) {
            h->tail[a] = v;
            h->first_down[h->head[a] + 1]++;
        }
    }
    for (uint32_t v = 0; v < h->node_count; v++) {
        h->first_down[v + 1] += h->first_down[v];
    }
    for (uint32_t a = 0; a < h->arc_count; a++) {
        h->down[h->first_down[h->head[a]]++] = a;
    }
    for (uint32_t v = h->node_count; v > 0; v--) {
        h->first_down[v] = h->first_down[v - 1];
    }
    h->first_down[0] = 0;
}

static void list_roads(struct hierarchy *h, const struct graph *g)
{
    for (uint32_t r = 0; r < g->arc_count; r++) {
        h->of_road[r] = hierarchy_arc(h, g->tail[r], g->head[r]);
        h->side[r] = 2 * h->of_road[r] + (g->tail[r] < g->head[r] ? 0 : 1);
        h->first_road[h->of_road[r] + 1]++;
    }
    for (uint32_t a = 0; a < h->arc_count; a++) {
        h->first_road[a + 1] += h->first_road[a];
    }
    for (uint32_t r = 0; r < g->arc_count; r++) {
        h->road[h->first_road[h->of_road[r]]++] = r;
    }
    for (uint32_t a = h->arc_count; a > 0; a--) {
        h->first_road[a] = h->first_road[a - 1];
    }
    h->first_road[0] = 0;
}

/* All heads of u but v stand in the row of each v among them, in the same order. */
static enum err list_places(struct hierarchy *h, struct fault *f)
{
    uint64_t triangles = 0;

    for (uint32_t u = 0; u < h->node_count; u++) {
        uint64_t heads = h->first_up[u + 1] - h->first_up[u];

        if (heads > UINT16_MAX) {
            return too_many(f);
        }
        h->first_place[u] = triangles;
        triangles += heads > 0 ? heads * (heads - 1) / 2 : 0;
    }
    uint16_t *place = malloc((triangles + 1) * sizeof(*place));

    if (place == NULL) {
        return no_memory(f);
    }
    h->place = place;
    for (uint32_t u = 0; u < h->node_count; u++) {
        for (uint32_t a = h->first_up[u]; a < h->first_up[u + 1]; a++) {
            const uint32_t *row = &h->head[h->first_up[h->head[a]]];
            uint16_t at = 0;

            for (uint32_t b = a + 1; b < h->first_up[u + 1]; b++) {
                while (row[at] != h->head[b]) {
                    at++;
                }
                *place++ = at;
            }
        }
    }
    return OK;
}

static bool allocate_nodes(struct hierarchy *h)
{
    size_t nodes = (size_t)h->node_count + 1;

    h->first_up = calloc(nodes, sizeof(*h->first_up));
    h->first_down = calloc(nodes, sizeof(*h->first_down));
    h->parent = malloc(nodes * sizeof(*h->parent));
    h->first_place = malloc(nodes * sizeof(*h->first_place));
    return h->first_up != NULL && h->first_down != NULL && h->parent != NULL &&
           h->first_place != NULL;
}

static bool allocate_arcs(struct hierarchy *h, uint32_t road_count)
{
    size_t arcs = (size_t)h->arc_count + 1;
    size_t roads = (size_t)road_count + 1;

    h->tail = malloc(arcs * sizeof(*h->tail));
    h->down = malloc(arcs * sizeof(*h->down));
    h->first_road = calloc(arcs, sizeof(*h->first_road));
    h->of_road = malloc(roads * sizeof(*h->of_road));
    h->side = malloc(roads * sizeof(*h->side));
    h->road = malloc(roads * sizeof(*h->road));
    return h->tail != NULL && h->down != NULL && h->first_road != NULL && h->of_road != NULL &&
           h->side != NULL && h->road != NULL;
}

enum err hierarchy_build(struct hierarchy *h, const struct graph *g, struct fault *f)
{
    *h = (struct hierarchy){ .node_count = g->node_count };
    enum err err = allocate_nodes(h) ? contract(h, g, f) : no_memory(f);

    if (err == OK) {
        err = allocate_arcs(h, g->arc_count) ? list_places(h, f) : no_memory(f);
    }
    if (err != OK) {
        hierarchy_free(h);
        return err;
    }
    list_down(h);
    list_roads(h, g);
    return OK;
}

void hierarchy_free(struct hierarchy *h)
{
    free(h->first_up);
    free(h->head);
    free(h->tail);
    free(h->first_down);
    free(h->down);
    free(h->parent);
    free(h->first_place);
    free(h->place);
    free(h->of_road);
    free(h->side);
    free(h->first_road);
    free(h->road);
    *h = (struct hierarchy){ 0 };
}

uint32_t hierarchy_arc(const struct hierarchy *h, uint32_t a, uint32_t b)
{
    uint32_t low = a < b ? a : b;
    uint32_t high = a < b ? b : a;
    uint32_t lo = h->first_up[low];
    uint32_t hi = h->first_up[low + 1];

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (h->head[mid] < high) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < h->first_up[low + 1] && h->head[lo] == high ? lo : ARC_NONE;
}
