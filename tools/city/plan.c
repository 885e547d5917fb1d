/* What a city plans before it grows: roads along the river, ring roads, roads around parks, the
 * motorway with its interchanges. */
#include "tools/city/city.h"

#include <string.h>

#define BRIDGE_STEP_M 90.0
#define CARRIAGEWAY_M 13.0
#define RAMP_M 330.0

static bool is_wet(const struct terrain *t, struct vec at, struct vec *bank)
{
    double half;
    struct vec along;
    double aside = terrain_river(t, at, &half, &along);
    double edge = half + TERRAIN_BANK_M;

    if (bank != NULL) { /* where the road along the bank runs */
        *bank = vec_along(at, vec_left(along), (aside < 0 ? -edge : edge) - aside);
    }
    return aside < edge - 4 && aside > 4 - edge;
}

/* The node on the riverside road where a line from land to water meets it. */
static uint32_t bank_node(struct city *c, struct vec dry, struct vec wet)
{
    struct graph *g = &c->graph;

    for (int i = 0; i < 24; i++) {
        struct vec middle = vec_between(dry, wet, 0.5);

        if (is_wet(&c->land, middle, NULL)) {
            wet = middle;
        } else {
            dry = middle;
        }
    }
    uint32_t near = graph_near_node(g, dry, 26);
    struct vec on;

    if (near != NONE) {
        return near;
    }
    uint32_t edge = graph_near_edge(g, dry, 26, &on);

    return edge != NONE ? graph_split(g, edge, on) : graph_node(g, dry);
}

static void draw_bridge(struct city *c, uint32_t from, uint32_t to, enum road road, uint32_t street)
{
    struct graph *g = &c->graph;
    struct vec a = g->nodes[from].at;
    struct vec b = g->nodes[to].at;
    uint32_t steps = (uint32_t)(vec_distance(a, b) / BRIDGE_STEP_M) + 1;
    uint32_t last = from;

    for (uint32_t i = 1; i < steps; i++) {
        uint32_t n = graph_node(g, vec_between(a, b, (double)i / steps));

        g->nodes[n].air = true;
        (void)graph_edge(g, last, n, road, street, LEVEL_BRIDGE);
        last = n;
    }
    (void)graph_edge(g, last, to, road, street, LEVEL_BRIDGE);
    /* Below it the water is parted, so that each bank has its own piece of the river. */
    graph_join(g, from, to, ROAD_BORDER, 0, 0);
}

void plan_draw(struct city *c, const struct path *line, enum road road, uint32_t street)
{
    uint32_t head = NONE; /* the bank a bridge waits at */
    uint32_t i = 0;

    while (i < line->count) {
        struct path run = { 0 };
        uint32_t landing = NONE;
        uint32_t first;
        uint32_t last;

        while (i < line->count && is_wet(&c->land, line->at[i], NULL)) {
            i++;
        }
        if (i == line->count) {
            break;
        }
        if (i > 0) {
            landing = bank_node(c, line->at[i], line->at[i - 1]);
        }
        while (i < line->count && !is_wet(&c->land, line->at[i], NULL)) {
            path_add(&run, line->at[i++]);
        }
        last = graph_draw(&c->graph, &run, road, street, &first);
        if (landing != NONE) {
            graph_join(&c->graph, landing, first, road, street, 0);
            if (head != NONE) {
                draw_bridge(c, head, landing, road, street);
            }
        }
        head = NONE;
        if (i < line->count) {
            head = bank_node(c, run.at[run.count - 1], line->at[i]);
            graph_join(&c->graph, last, head, road, street, 0);
        }
        path_free(&run);
    }
}

static void draw_closed(struct city *c, const struct path *ring, enum road road)
{
    struct path line = { 0 };
    uint32_t street = city_street(c, road);

    for (uint32_t i = 0; i <= ring->count; i++) {
        path_add(&line, ring->at[i < ring->count ? i : 0]);
    }
    c->streets[street].ring = true;
    plan_draw(c, &line, road, street);
    path_free(&line);
}

static void draw_bank(struct city *c, double side)
{
    struct path line = { 0 };
    const struct path *r = &c->land.river;

    for (uint32_t i = 1; i + 1 < r->count; i++) {
        struct vec along = vec_unit(vec_sub(r->at[i + 1], r->at[i - 1]));
        struct vec at =
            vec_along(r->at[i], vec_left(along), side * (c->land.river_half[i] + TERRAIN_BANK_M));

        if (path_holds(&c->land.limit, at)) {
            path_add(&line, at);
        }
    }
    (void)graph_draw(&c->graph, &line, ROAD_SECONDARY, city_street(c, ROAD_SECONDARY), NULL);
    path_free(&line);
}

void plan_banks(struct city *c)
{
    struct path line = { 0 };
    const struct path *r = &c->land.river;
    bool inside = false;

    for (uint32_t i = 0; i <= c->land.limit.count; i++) {
        path_add(&line, c->land.limit.at[i < c->land.limit.count ? i : 0]);
    }
    (void)graph_draw(&c->graph, &line, ROAD_BORDER, city_street(c, ROAD_BORDER), NULL);
    path_free(&line);
    for (uint32_t i = 1; i < r->count; i++) { /* one step beyond the limit on either side */
        bool now = path_holds(&c->land.limit, r->at[i]);

        if (now && !inside) {
            path_add(&line, r->at[i - 1]);
        }
        if (now || inside) {
            path_add(&line, r->at[i]);
        }
        inside = now;
    }
    (void)graph_draw(&c->graph, &line, ROAD_BORDER, city_street(c, ROAD_BORDER), NULL);
    path_free(&line);
    draw_bank(c, 1);
    draw_bank(c, -1);
}

/* A ring that wanders a little, and is squarer than an ellipse, as ring roads are. */
static void draw_ring(struct city *c, uint64_t seed, struct vec middle, double rx, double ry,
                      enum road road)
{
    struct path ring = { 0 };
    uint32_t corners = (uint32_t)(rx * 6.3 / 40);
    struct prng p;

    prng_seed(&p, seed);
    double two = plane_between(&p, 0, 2 * PLANE_PI);
    double three = plane_between(&p, 0, 2 * PLANE_PI);
    double five = plane_between(&p, 0, 2 * PLANE_PI);

    for (uint32_t i = 0; i < corners; i++) {
        double turn = 2 * PLANE_PI * i / corners;
        struct vec d = plane_turn(turn);
        double r = 1 + 0.035 * plane_sin(2 * turn + two) + 0.040 * plane_sin(3 * turn + three) +
                   0.022 * plane_sin(5 * turn + five) + 0.38 * d.x * d.x * d.y * d.y;

        path_add(&ring, vec(middle.x + d.x * rx * r, middle.y + d.y * ry * r));
    }
    draw_closed(c, &ring, road);
    path_free(&ring);
}

void plan_rings(struct city *c)
{
    const struct terrain *t = &c->land;

    draw_closed(c, &t->lake_park, ROAD_TERTIARY);
    draw_closed(c, &t->hill, ROAD_TERTIARY);
    draw_closed(c, &t->yard, ROAD_SECONDARY);
    draw_closed(c, &t->airport, ROAD_SECONDARY);
    draw_closed(c, &t->park[0], ROAD_TERTIARY);
    draw_closed(c, &t->park[1], ROAD_SECONDARY);
    draw_closed(c, &t->park[2], ROAD_TERTIARY);
    draw_ring(c, t->seed + 51, vec(0, -350), 2350, 2250, ROAD_PRIMARY);
    draw_ring(c, t->seed + 52, vec(100, -700), 4850, 4350, ROAD_TRUNK);
}

/* Two carriageways, each one way, to the right of the middle. */
static void carriageway(struct city *c, double side, uint32_t street, uint32_t *nodes)
{
    struct graph *g = &c->graph;
    const struct path *m = &c->land.motorway;
    uint32_t first = NONE;
    uint32_t last = NONE;

    for (uint32_t i = 0; i < m->count; i++) {
        struct vec before = m->at[(i + m->count - 1) % m->count];
        struct vec after = m->at[(i + 1) % m->count];
        struct vec along = vec_unit(vec_sub(after, before));
        uint32_t n = graph_node(g, vec_along(m->at[i], vec_left(along), side * CARRIAGEWAY_M));

        g->nodes[n].air = true;
        nodes[i] = n;
        if (last != NONE) {
            uint32_t e = graph_edge(g, last, n, ROAD_MOTORWAY, street, LEVEL_GROUND);

            g->edges[e].oneway = side < 0 ? 1 : -1;
        } else {
            first = n;
        }
        last = n;
    }
    uint32_t e = graph_edge(g, last, first, ROAD_MOTORWAY, street, LEVEL_GROUND);

    g->edges[e].oneway = side < 0 ? 1 : -1;
}

void plan_motorway(struct city *c)
{
    uint32_t street = city_street(c, ROAD_MOTORWAY);

    c->streets[street].ring = true;
    c->outer = plane_alloc(c->land.motorway.count, sizeof(uint32_t));
    c->inner = plane_alloc(c->land.motorway.count, sizeof(uint32_t));
    carriageway(c, -1, street, c->outer); /* counter-clockwise */
    carriageway(c, 1, street, c->inner);
}
