#include "tools/city/graph.h"

#include <stdlib.h>
#include <string.h>

#define CELL_M 64.0
#define STEP_M 60.0
#define SNAP_M 11.0
#define NEAR_M 7.0
#define DEPTH_MAX 24

void graph_init(struct graph *g, double half)
{
    memset(g, 0, sizeof(*g));
    g->half = half;
    g->side = (uint32_t)(2 * half / CELL_M) + 1;
    size_t cells = (size_t)g->side * g->side;

    g->node_cells = plane_alloc(cells, sizeof(uint32_t));
    g->edge_cells = plane_alloc(cells, sizeof(uint32_t));
    memset(g->node_cells, 0xff, cells * sizeof(uint32_t));
    memset(g->edge_cells, 0xff, cells * sizeof(uint32_t));
}

void graph_fini(struct graph *g)
{
    free(g->nodes);
    free(g->edges);
    free(g->node_cells);
    free(g->edge_cells);
    free(g->links);
    memset(g, 0, sizeof(*g));
}

static uint32_t cell_of(const struct graph *g, double metres)
{
    double c = floor((metres + g->half) / CELL_M);

    return c < 0 ? 0 : (c >= (double)g->side ? g->side - 1 : (uint32_t)c);
}

struct window {
    uint32_t x0, x1, y0, y1;
};

static struct window window_of(const struct graph *g, struct vec a, struct vec b, double more)
{
    return (struct window){ .x0 = cell_of(g, (a.x < b.x ? a.x : b.x) - more),
                            .x1 = cell_of(g, (a.x < b.x ? b.x : a.x) + more),
                            .y0 = cell_of(g, (a.y < b.y ? a.y : b.y) - more),
                            .y1 = cell_of(g, (a.y < b.y ? b.y : a.y) + more) };
}

uint32_t graph_node(struct graph *g, struct vec at)
{
    uint32_t n = g->node_count;
    uint32_t *cell = &g->node_cells[(size_t)cell_of(g, at.y) * g->side + cell_of(g, at.x)];

    if (n == g->node_room) {
        g->node_room = n == 0 ? 4096 : n * 2;
        g->nodes = plane_grow(g->nodes, g->node_room, sizeof(*g->nodes));
    }
    g->nodes[n] = (struct node){ .at = at, .first = NONE, .next = *cell };
    *cell = n;
    g->node_count++;
    return n;
}

static void link_edge(struct graph *g, uint32_t edge)
{
    const struct edge *e = &g->edges[edge];
    struct window w = window_of(g, g->nodes[e->a].at, g->nodes[e->b].at, 0);

    for (uint32_t y = w.y0; y <= w.y1; y++) {
        for (uint32_t x = w.x0; x <= w.x1; x++) {
            if (g->link_count == g->link_room) {
                g->link_room = g->link_room == 0 ? 8192 : g->link_room * 2;
                g->links = plane_grow(g->links, g->link_room, sizeof(*g->links));
            }
            uint32_t *cell = &g->edge_cells[(size_t)y * g->side + x];

            g->links[g->link_count].edge = edge;
            g->links[g->link_count].next = *cell;
            *cell = g->link_count++;
        }
    }
}

uint32_t graph_between(const struct graph *g, uint32_t a, uint32_t b)
{
    for (uint32_t e = g->nodes[a].first; e != NONE; e = graph_next(g, e, a)) {
        if (graph_other(g, e, a) == b) {
            return e;
        }
    }
    return NONE;
}

uint32_t graph_edge(struct graph *g, uint32_t a, uint32_t b, enum road road, uint32_t street,
                    enum level level)
{
    uint32_t there = graph_between(g, a, b);

    if (a == b || there != NONE) {
        /* The greater road keeps the name. */
        if (there != NONE && road < g->edges[there].road) {
            g->edges[there].road = (uint8_t)road;
            g->edges[there].street = street;
        }
        return there;
    }
    if (g->edge_count == g->edge_room) {
        g->edge_room = g->edge_room == 0 ? 8192 : g->edge_room * 2;
        g->edges = plane_grow(g->edges, g->edge_room, sizeof(*g->edges));
    }
    uint32_t e = g->edge_count++;

    g->edges[e] = (struct edge){ .a = a,
                                 .b = b,
                                 .next_a = g->nodes[a].first,
                                 .next_b = g->nodes[b].first,
                                 .street = street,
                                 .road = (uint8_t)road,
                                 .level = (int8_t)level };
    g->nodes[a].first = e;
    g->nodes[b].first = e;
    if (graph_plane(g, e)) {
        link_edge(g, e);
    }
    return e;
}

static void unlink_from(struct graph *g, uint32_t edge, uint32_t node)
{
    uint32_t *at = &g->nodes[node].first;

    while (*at != edge) {
        must(*at != NONE);
        struct edge *e = &g->edges[*at];

        at = e->a == node ? &e->next_a : &e->next_b;
    }
    *at = graph_next(g, edge, node);
}

void graph_remove(struct graph *g, uint32_t edge)
{
    unlink_from(g, edge, g->edges[edge].a);
    unlink_from(g, edge, g->edges[edge].b);
    g->edges[edge].dead = true;
}

uint32_t graph_split(struct graph *g, uint32_t edge, struct vec at)
{
    struct edge old = g->edges[edge];
    uint32_t middle = graph_node(g, at);

    graph_remove(g, edge);
    uint32_t first = graph_edge(g, old.a, middle, old.road, old.street, old.level);
    uint32_t second = graph_edge(g, middle, old.b, old.road, old.street, old.level);

    g->edges[first].oneway = g->edges[second].oneway = old.oneway;
    g->edges[first].cross = g->edges[second].cross = old.cross;
    return middle;
}

uint32_t graph_degree(const struct graph *g, uint32_t node)
{
    uint32_t count = 0;

    for (uint32_t e = g->nodes[node].first; e != NONE; e = graph_next(g, e, node)) {
        count += road_is_street(g->edges[e].road) ? 1 : 0;
    }
    return count;
}

uint32_t graph_near_node(const struct graph *g, struct vec at, double reach)
{
    struct window w = window_of(g, at, at, reach);
    uint32_t best = NONE;

    for (uint32_t y = w.y0; y <= w.y1; y++) {
        for (uint32_t x = w.x0; x <= w.x1; x++) {
            for (uint32_t n = g->node_cells[(size_t)y * g->side + x]; n != NONE;
                 n = g->nodes[n].next) {
                double d = vec_distance(g->nodes[n].at, at);

                if (d <= reach && g->nodes[n].first != NONE && !g->nodes[n].air) {
                    reach = d;
                    best = n;
                }
            }
        }
    }
    return best;
}

uint32_t graph_near_edge(const struct graph *g, struct vec at, double reach, struct vec *on)
{
    struct window w = window_of(g, at, at, reach);
    uint32_t best = NONE;

    for (uint32_t y = w.y0; y <= w.y1; y++) {
        for (uint32_t x = w.x0; x <= w.x1; x++) {
            for (uint32_t k = g->edge_cells[(size_t)y * g->side + x]; k != NONE;
                 k = g->links[k].next) {
                const struct edge *e = &g->edges[g->links[k].edge];
                double t;

                if (e->dead) {
                    continue;
                }
                struct vec p = plane_nearest(g->nodes[e->a].at, g->nodes[e->b].at, at, &t);
                double d = vec_distance(p, at);

                if (d < reach) {
                    reach = d;
                    best = g->links[k].edge;
                    *on = p;
                }
            }
        }
    }
    return best;
}

/* The end of the edge that is within SNAP_M of the point; NONE. */
static uint32_t end_near(const struct graph *g, uint32_t edge, struct vec at)
{
    const struct edge *e = &g->edges[edge];
    double a = vec_distance(g->nodes[e->a].at, at);
    double b = vec_distance(g->nodes[e->b].at, at);

    return a < SNAP_M && a <= b ? e->a : (b < SNAP_M ? e->b : NONE);
}

uint32_t graph_touch(struct graph *g, struct vec at, double snap)
{
    uint32_t n = graph_near_node(g, at, snap);
    struct vec on;

    if (n != NONE) {
        return n;
    }
    uint32_t e = graph_near_edge(g, at, snap < NEAR_M ? snap : NEAR_M, &on);

    if (e == NONE) {
        return graph_node(g, at);
    }
    n = end_near(g, e, on);
    return n != NONE ? n : graph_split(g, e, on);
}

uint32_t graph_first_cross(const struct graph *g, struct vec a, struct vec b, uint32_t but,
                           uint32_t too, double *along)
{
    struct window w = window_of(g, a, b, 0);
    uint32_t best = NONE;

    *along = 2;
    for (uint32_t y = w.y0; y <= w.y1; y++) {
        for (uint32_t x = w.x0; x <= w.x1; x++) {
            for (uint32_t k = g->edge_cells[(size_t)y * g->side + x]; k != NONE;
                 k = g->links[k].next) {
                uint32_t edge = g->links[k].edge;
                const struct edge *e = &g->edges[edge];
                double t;
                double u;

                if (e->dead || e->a == but || e->b == but || e->a == too || e->b == too ||
                    !plane_cross(a, b, g->nodes[e->a].at, g->nodes[e->b].at, &t, &u)) {
                    continue;
                }
                if (t < *along || (t == *along && edge < best)) {
                    *along = t;
                    best = edge;
                }
            }
        }
    }
    return best;
}

/* The first node that lies beside the line a..b within NEAR_M. */
static uint32_t first_beside(const struct graph *g, uint32_t from, uint32_t to, double *along)
{
    struct vec a = g->nodes[from].at;
    struct vec b = g->nodes[to].at;
    struct window w = window_of(g, a, b, NEAR_M);
    uint32_t best = NONE;

    *along = 2;
    for (uint32_t y = w.y0; y <= w.y1; y++) {
        for (uint32_t x = w.x0; x <= w.x1; x++) {
            for (uint32_t n = g->node_cells[(size_t)y * g->side + x]; n != NONE;
                 n = g->nodes[n].next) {
                double t;

                if (n == from || n == to || g->nodes[n].first == NONE || g->nodes[n].air) {
                    continue;
                }
                struct vec p = plane_nearest(a, b, g->nodes[n].at, &t);

                if (t > 0 && t < 1 && t < *along && vec_distance(p, g->nodes[n].at) < NEAR_M) {
                    *along = t;
                    best = n;
                }
            }
        }
    }
    return best;
}

void graph_join(struct graph *g, uint32_t from, uint32_t to, enum road road, uint32_t street,
                int depth)
{
    double cross_at;
    double beside_at;

    if (from == to || depth > DEPTH_MAX) {
        return;
    }
    uint32_t edge = graph_first_cross(g, g->nodes[from].at, g->nodes[to].at, from, to, &cross_at);
    uint32_t beside = first_beside(g, from, to, &beside_at);
    uint32_t by = NONE;

    if (beside != NONE && beside_at <= cross_at) {
        by = beside;
    } else if (edge != NONE) {
        struct vec at = vec_between(g->nodes[from].at, g->nodes[to].at, cross_at);

        by = end_near(g, edge, at);
        by = by != NONE ? by : graph_split(g, edge, at);
    }
    if (by == NONE) {
        (void)graph_edge(g, from, to, road, street, LEVEL_GROUND);
        return;
    }
    graph_join(g, from, by, road, street, depth + 1);
    graph_join(g, by, to, road, street, depth + 1);
}

uint32_t graph_draw(struct graph *g, const struct path *line, enum road road, uint32_t street,
                    uint32_t *first)
{
    uint32_t last = graph_touch(g, line->at[0], SNAP_M);

    if (first != NULL) {
        *first = last;
    }
    for (uint32_t i = 1; i < line->count; i++) {
        struct vec a = line->at[i - 1];
        double length = vec_distance(a, line->at[i]);
        uint32_t steps = (uint32_t)(length / STEP_M) + 1;

        for (uint32_t k = 1; k <= steps; k++) {
            struct vec p = vec_between(a, line->at[i], (double)k / steps);
            uint32_t next = graph_touch(g, p, SNAP_M);

            graph_join(g, last, next, road, street, 0);
            last = next;
        }
    }
    return last;
}
