#include "tools/city/blocks.h"

#include <stdlib.h>
#include <string.h>

#define DEGREE_MAX 32

static uint32_t head_of(const struct graph *g, uint32_t half)
{
    return half & 1 ? g->edges[half / 2].a : g->edges[half / 2].b;
}

static uint32_t tail_of(const struct graph *g, uint32_t half)
{
    return half & 1 ? g->edges[half / 2].b : g->edges[half / 2].a;
}

/* Counter-clockwise from east, compared without an angle. */
static bool before(struct vec a, struct vec b)
{
    bool low_a = a.y < 0 || (a.y == 0 && a.x < 0);
    bool low_b = b.y < 0 || (b.y == 0 && b.x < 0);

    return low_a != low_b ? low_b : vec_cross(a, b) > 0;
}

/* The next half-edge around the block on the left: at the head, the one to the right of the way
 * back. */
static uint32_t follow(const struct graph *g, uint32_t half)
{
    uint32_t node = head_of(g, half);
    uint32_t out[DEGREE_MAX];
    uint32_t count = 0;

    for (uint32_t e = g->nodes[node].first; e != NONE; e = graph_next(g, e, node)) {
        if (!graph_plane(g, e)) {
            continue;
        }
        uint32_t h = g->edges[e].a == node ? 2 * e : 2 * e + 1;
        struct vec way = vec_sub(g->nodes[head_of(g, h)].at, g->nodes[node].at);
        uint32_t i = count++;

        must(count < DEGREE_MAX);
        while (i > 0 &&
               before(way, vec_sub(g->nodes[head_of(g, out[i - 1])].at, g->nodes[node].at))) {
            out[i] = out[i - 1];
            i--;
        }
        out[i] = h;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (out[i] == (half ^ 1)) {
            return out[(i + count - 1) % count];
        }
    }
    must(false);
    return NONE;
}

static void walk(struct blocks *b, const struct graph *g, uint32_t start)
{
    if (b->count == b->room) {
        b->room = b->room == 0 ? 4096 : b->room * 2;
        b->at = plane_grow(b->at, b->room, sizeof(*b->at));
    }
    struct block *k = &b->at[b->count];
    uint32_t half = start;

    *k = (struct block){ .first = b->corner_count, .area_of = NONE };
    do {
        if (b->corner_count == b->corner_room) {
            b->corner_room = b->corner_room == 0 ? 16384 : b->corner_room * 2;
            b->corners = plane_grow(b->corners, b->corner_room, sizeof(*b->corners));
        }
        b->corners[b->corner_count++] = tail_of(g, half);
        b->left[half] = b->count;
        half = follow(g, half);
    } while (half != start);
    k->count = b->corner_count - k->first;
    struct path ring = { 0 };

    blocks_path(b, g, b->count, &ring);
    k->area = path_area(&ring);
    k->middle = path_middle(&ring);
    path_free(&ring);
    b->count++;
}

void blocks_find(struct blocks *b, const struct graph *g)
{
    memset(b, 0, sizeof(*b));
    b->left = plane_alloc((size_t)g->edge_count * 2, sizeof(*b->left));
    memset(b->left, 0xff, (size_t)g->edge_count * 2 * sizeof(*b->left));
    for (uint32_t h = 0; h < 2 * g->edge_count; h++) {
        if (b->left[h] == NONE && graph_plane(g, h / 2)) {
            walk(b, g, h);
        }
    }
}

void blocks_free(struct blocks *b)
{
    free(b->at);
    free(b->corners);
    free(b->left);
    memset(b, 0, sizeof(*b));
}

void blocks_path(const struct blocks *b, const struct graph *g, uint32_t block, struct path *out)
{
    for (uint32_t i = 0; i < b->at[block].count; i++) {
        path_add(out, g->nodes[b->corners[b->at[block].first + i]].at);
    }
}
