/* Closed housing estates, as great blocks in Chinese cities have them: a loop inside with gates to
 * the streets around, and in the large ones a way across. */
#include "tools/city/blocks.h"
#include "tools/city/city.h"

#include <stdlib.h>

#define INSET_M 34.0
#define AREA_MIN 16000.0
#define AREA_MAX 420000.0
#define ACROSS_MIN 60000.0
#define STEP_M 30.0

static bool loop_fits(const struct graph *g, const struct path *loop, double block_area)
{
    double t;

    if (loop->count < 4 || path_area(loop) < block_area * 0.22) {
        return false;
    }
    for (uint32_t i = 0; i < loop->count; i++) {
        struct vec a = loop->at[i];
        struct vec b = loop->at[(i + 1) % loop->count];

        if (graph_first_cross(g, a, b, NONE, NONE, &t) != NONE) {
            return false;
        }
        for (uint32_t k = i + 2; k < loop->count && (i > 0 || k + 1 < loop->count); k++) {
            double u;

            if (plane_cross(a, b, loop->at[k], loop->at[(k + 1) % loop->count], &t, &u)) {
                return false;
            }
        }
    }
    return true;
}

/* From the loop to the nearest street; false when only a border or a great road is near. */
static bool gate(struct city *c, uint32_t node, uint32_t street)
{
    struct graph *g = &c->graph;
    struct vec at = g->nodes[node].at;
    struct vec on = at;
    double best = INSET_M * 1.6;
    uint32_t edge = NONE;

    /* The loop's own edges are at hand too: look a little outside of it. */
    for (uint32_t i = 0; i < 16; i++) {
        struct vec out = vec_along(at, plane_turn(2 * PLANE_PI * i / 16), INSET_M * 0.8);
        struct vec p;
        uint32_t e = graph_near_edge(g, out, INSET_M, &p);

        if (e != NONE && g->edges[e].road != ROAD_SERVICE && vec_distance(p, at) < best) {
            best = vec_distance(p, at);
            edge = e;
            on = p;
        }
    }
    if (edge == NONE || g->edges[edge].road < ROAD_SECONDARY ||
        g->edges[edge].road == ROAD_BORDER) {
        return false;
    }
    graph_join(g, node, graph_touch(g, on, 9), ROAD_SERVICE, street, 0);
    return true;
}

static void build(struct city *c, const struct path *loop, double area)
{
    struct graph *g = &c->graph;
    uint32_t street = city_street(c, ROAD_SERVICE);
    uint32_t *nodes = plane_alloc(loop->count, sizeof(*nodes));
    uint32_t gates = area > ACROSS_MIN ? 4 : 2;
    uint32_t turn = (uint32_t)(plane_hash(c->seed, street, 5) % loop->count);
    uint32_t made = 0;

    for (uint32_t i = 0; i < loop->count; i++) {
        nodes[i] = graph_node(g, loop->at[i]);
    }
    for (uint32_t i = 0; i < loop->count; i++) {
        (void)graph_edge(g, nodes[i], nodes[(i + 1) % loop->count], ROAD_SERVICE, street,
                         LEVEL_GROUND);
    }
    for (uint32_t i = 0; i < gates; i++) {
        made += gate(c, nodes[(turn + i * loop->count / gates) % loop->count], street) ? 1 : 0;
    }
    for (uint32_t i = 0; i < loop->count && made == 0; i++) {
        made += gate(c, nodes[i], street) ? 1 : 0;
    }
    if (area > ACROSS_MIN) {
        graph_join(g, nodes[turn], nodes[(turn + loop->count / 2) % loop->count], ROAD_SERVICE,
                   street, 0);
    }
    free(nodes);
}

void estates_make(struct city *c)
{
    struct blocks b;

    blocks_find(&b, &c->graph);
    for (uint32_t i = 0; i < b.count; i++) {
        struct path ring = { 0 };
        struct path loop = { 0 };
        const struct block *k = &b.at[i];
        double urban = terrain_urban(&c->land, k->middle);

        if (k->area < AREA_MIN || k->area > AREA_MAX || urban < 0.3 ||
            terrain_closed(&c->land, k->middle) || plane_hash(c->seed, i, 6) % 100 < 18) {
            continue;
        }
        blocks_path(&b, &c->graph, i, &ring);
        path_inset(&ring, INSET_M, STEP_M, &loop);
        if (loop_fits(&c->graph, &loop, k->area)) {
            build(c, &loop, k->area);
        }
        path_free(&ring);
        path_free(&loop);
    }
    blocks_free(&b);
}
