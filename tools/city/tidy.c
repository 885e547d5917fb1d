/* What no town would leave: ends a few steps from the next street, stubs, parts that no road leads
 * to; and how streets pass the railway and the side river. */
#include "tools/city/city.h"

#include <stdlib.h>
#include <string.h>

#define STUB_M 95.0
#define STUB_KEPT_M 300.0

static bool is_end(const struct graph *g, uint32_t node)
{
    uint32_t first = g->nodes[node].first;

    return first != NONE && graph_next(g, first, node) == NONE && graph_plane(g, first) &&
           road_is_street(g->edges[first].road);
}

/* Straight on from a loose end to the first line in the way. */
static void extend(struct city *c, uint32_t node, double reach)
{
    struct graph *g = &c->graph;
    uint32_t edge = g->nodes[node].first;
    uint32_t before = graph_other(g, edge, node);
    struct vec at = g->nodes[node].at;
    struct vec along = vec_unit(vec_sub(at, g->nodes[before].at));
    double t;
    uint32_t hit = graph_first_cross(g, at, vec_along(at, along, reach), node, before, &t);

    if (hit == NONE || (g->edges[hit].road == ROAD_BORDER && g->edges[edge].road > ROAD_COUNTRY)) {
        return;
    }
    struct vec on = vec_along(at, along, reach * t);
    struct vec way = vec_unit(vec_sub(g->nodes[g->edges[hit].b].at, g->nodes[g->edges[hit].a].at));
    double slant = vec_dot(way, along);
    double half;
    struct vec river;
    double aside = terrain_river(&c->land, on, &half, &river);

    if (slant > 0.9 || slant < -0.9 || (aside < half && aside > -half)) {
        return;
    }
    uint32_t to = graph_touch(g, on, 14);

    graph_join(g, node, to, g->edges[edge].road, g->edges[edge].street, 0);
}

void tidy_extend(struct city *c, double reach_m)
{
    uint32_t count = c->graph.node_count;

    for (uint32_t n = 0; n < count; n++) {
        if (is_end(&c->graph, n)) {
            extend(c, n, reach_m);
        }
    }
}

static bool crosses(const struct path *line, struct vec a, struct vec b)
{
    double low = (a.x < b.x ? a.x : b.x) - 110;
    double high = (a.x < b.x ? b.x : a.x) + 110;
    double t;
    double u;

    for (uint32_t i = 1; i < line->count; i++) {
        if (line->at[i].x > low && line->at[i].x < high &&
            plane_cross(a, b, line->at[i - 1], line->at[i], &t, &u)) {
            return true;
        }
    }
    return false;
}

/* Greater roads pass under the railway and over the stream; lesser ones end there. */
void tidy_crossings(struct city *c)
{
    struct graph *g = &c->graph;

    for (uint32_t i = 0; i < g->edge_count; i++) {
        struct edge *e = &g->edges[i];

        if (!graph_plane(g, i) || !road_is_street(e->road)) {
            continue;
        }
        struct vec a = g->nodes[e->a].at;
        struct vec b = g->nodes[e->b].at;
        bool rail = crosses(&c->land.rail, a, b);

        if (!rail && !crosses(&c->land.stream, a, b)) {
            continue;
        }
        if (e->road > ROAD_TERTIARY && plane_hash(c->seed, i, 3) % 8 != 0) {
            graph_remove(g, i);
        } else {
            e->cross = rail ? CROSS_RAIL : CROSS_STREAM;
        }
    }
}

/* Walks from an end to where the street meets others; its length. */
static double stub_length(const struct graph *g, uint32_t node, uint32_t *edges, uint32_t room,
                          uint32_t *count)
{
    uint32_t edge = g->nodes[node].first;
    double length = 0;

    *count = 0;
    while (*count < room) {
        uint32_t other = graph_other(g, edge, node);

        length += vec_distance(g->nodes[node].at, g->nodes[other].at);
        edges[(*count)++] = edge;
        if (graph_degree(g, other) != 2) {
            break;
        }
        uint32_t next = g->nodes[other].first;

        while (next == edge || !road_is_street(g->edges[next].road)) {
            next = graph_next(g, next, other);
        }
        node = other;
        edge = next;
    }
    return length;
}

/* Some ends stay, as in every town; main roads that leave the city do too. */
static bool end_stays(const struct city *c, uint32_t node, double length)
{
    const struct graph *g = &c->graph;
    uint8_t road = g->edges[g->nodes[node].first].road;

    if (path_distance(&c->land.limit, g->nodes[node].at) < 60) {
        return road <= ROAD_TERTIARY;
    }
    return length > STUB_M && length < STUB_KEPT_M && road >= ROAD_RESIDENTIAL &&
           plane_hash(c->seed, node, 4) % 5 == 0;
}

void tidy_prune(struct city *c)
{
    struct graph *g = &c->graph;
    uint32_t edges[256];
    uint32_t count;
    bool more = true;

    for (int round = 0; more && round < 20; round++) {
        more = false;
        for (uint32_t n = 0; n < g->node_count; n++) {
            if (g->nodes[n].first == NONE || graph_degree(g, n) != 1 ||
                graph_next(g, g->nodes[n].first, n) != NONE) {
                continue;
            }
            double length = stub_length(g, n, edges, 256, &count);

            if (end_stays(c, n, length)) {
                continue;
            }
            for (uint32_t i = 0; i < count; i++) {
                graph_remove(g, edges[i]);
            }
            more = true;
        }
    }
}

/* Marks what hangs together with a node, over the edges that `plane` asks for. */
static void spread(const struct graph *g, uint32_t from, bool plane, uint8_t *seen)
{
    uint32_t *stack = plane_alloc(g->node_count, sizeof(*stack));
    uint32_t depth = 0;

    stack[depth++] = from;
    seen[from] = 1;
    while (depth > 0) {
        uint32_t n = stack[--depth];

        for (uint32_t e = g->nodes[n].first; e != NONE; e = graph_next(g, e, n)) {
            uint32_t other = graph_other(g, e, n);
            bool good = plane ? graph_plane(g, e) : road_is_street(g->edges[e].road);

            if (good && !seen[other]) {
                seen[other] = 1;
                stack[depth++] = other;
            }
        }
    }
    free(stack);
}

static void remove_unseen(struct graph *g, const uint8_t *seen, bool plane)
{
    for (uint32_t i = 0; i < g->edge_count; i++) {
        const struct edge *e = &g->edges[i];
        bool asked = plane ? graph_plane(g, i) : road_is_street(e->road);

        if (!e->dead && asked && !seen[e->a]) {
            graph_remove(g, i);
        }
    }
}

/* Leaves one network, all of it reachable in the plane from the city limit too. */
void tidy_loose(struct city *c)
{
    struct graph *g = &c->graph;
    uint8_t *seen = plane_alloc(g->node_count, 1);

    spread(g, graph_near_node(g, c->land.limit.at[0], 500), true, seen);
    remove_unseen(g, seen, true);
    memset(seen, 0, g->node_count);
    spread(g, graph_near_node(g, c->land.old_town, 2000), false, seen);
    remove_unseen(g, seen, false);
    free(seen);
}
