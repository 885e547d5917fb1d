/* Where a main road passes under the motorway: four ramps, each carriageway's on its own side. */
#include "tools/city/city.h"

#include <stdlib.h>

#define RAMP_STEPS 6 /* of the motorway's points: about 380 m */
#define APART_M 1700.0
#define GAP_M 3200.0
#define FOOT_M 75.0

struct meeting {
    uint32_t edge;
    uint32_t at; /* index in land.motorway */
};

/* Walks along the street from `node`, away from `from`, to a junction or bend beyond the ramps'
 * foot. NONE when the street ends before. */
static uint32_t foot(const struct city *c, uint32_t from, uint32_t node, struct vec middle)
{
    const struct graph *g = &c->graph;
    uint32_t street = g->edges[graph_between(g, from, node)].street;

    for (int steps = 0; steps < 12; steps++) {
        if (vec_distance(g->nodes[node].at, middle) >= FOOT_M) {
            return node;
        }
        uint32_t next = NONE;

        for (uint32_t e = g->nodes[node].first; e != NONE; e = graph_next(g, e, node)) {
            if (graph_plane(g, e) && g->edges[e].street == street &&
                graph_other(g, e, node) != from) {
                next = graph_other(g, e, node);
            }
        }
        if (next == NONE) {
            return NONE;
        }
        from = node;
        node = next;
    }
    return NONE;
}

static void ramp(struct city *c, uint32_t from, uint32_t to, struct vec pull, uint32_t street)
{
    struct graph *g = &c->graph;
    struct vec a = g->nodes[from].at;
    struct vec b = g->nodes[to].at;
    uint32_t last = from;

    for (uint32_t i = 1; i <= 4; i++) {
        uint32_t n = to;

        if (i < 4) { /* along a parabola that leaves the motorway gently */
            double t = i / 4.0;
            struct vec one = vec_between(a, pull, t);

            n = graph_node(g, vec_between(one, vec_between(pull, b, t), t));
            g->nodes[n].air = true;
        }
        uint32_t e = graph_edge(g, last, n, ROAD_LINK, street, LEVEL_GROUND);

        g->edges[e].oneway = 1;
        last = n;
    }
}

/* The ramps of one side. `before` and `after` as the traffic of its carriageway goes. */
static void ramps(struct city *c, uint32_t before, uint32_t after, uint32_t on_street)
{
    const struct graph *g = &c->graph;
    uint32_t street = city_street(c, ROAD_LINK);
    struct vec end = g->nodes[on_street].at;
    struct vec a = g->nodes[before].at;
    struct vec b = g->nodes[after].at;
    double t;
    struct vec beside = plane_nearest(a, b, end, &t);
    struct vec shift = vec_scale(vec_sub(end, beside), 0.25);

    ramp(c, before, on_street, vec_add(vec_between(a, beside, 0.75), shift), street);
    ramp(c, on_street, after, vec_add(vec_between(b, beside, 0.75), shift), street);
}

static bool make_one(struct city *c, struct meeting m)
{
    struct graph *g = &c->graph;
    const struct path *r = &c->land.motorway;
    uint32_t a = g->edges[m.edge].a;
    uint32_t b = g->edges[m.edge].b;
    bool b_outside = !path_holds(r, g->nodes[b].at);
    uint32_t out = b_outside ? foot(c, a, b, r->at[m.at]) : foot(c, b, a, r->at[m.at]);
    uint32_t in = b_outside ? foot(c, b, a, r->at[m.at]) : foot(c, a, b, r->at[m.at]);
    uint32_t low = (m.at + r->count - RAMP_STEPS) % r->count;
    uint32_t high = (m.at + 1 + RAMP_STEPS) % r->count;

    if (out == NONE || in == NONE) {
        return false;
    }
    ramps(c, c->outer[low], c->outer[high], out);
    ramps(c, c->inner[high], c->inner[low], in);
    return true;
}

static uint32_t apart(const struct path *r, uint32_t a, uint32_t b)
{
    uint32_t d = a > b ? a - b : b - a;

    return d < r->count - d ? d : r->count - d;
}

/* All places where roads of the class meet the motorway, in its order. */
static uint32_t find(const struct city *c, enum road road, struct meeting *out, uint32_t room)
{
    const struct graph *g = &c->graph;
    const struct path *r = &c->land.motorway;
    uint32_t count = 0;
    double t;
    double u;

    for (uint32_t i = 0; i < r->count; i++) {
        for (uint32_t e = 0; e < g->edge_count && count < room; e++) {
            if (g->edges[e].road == road &&
                vec_distance(g->nodes[g->edges[e].a].at, r->at[i]) < 200 && graph_plane(g, e) &&
                plane_cross(r->at[i], r->at[(i + 1) % r->count], g->nodes[g->edges[e].a].at,
                            g->nodes[g->edges[e].b].at, &t, &u)) {
                out[count++] = (struct meeting){ .edge = e, .at = i };
            }
        }
    }
    return count;
}

void interchanges_make(struct city *c)
{
    static const enum road classes[] = { ROAD_PRIMARY, ROAD_SECONDARY };
    const struct path *r = &c->land.motorway;
    double step = path_length(r) / r->count;
    struct meeting found[256];
    uint32_t made[256];
    uint32_t count = 0;

    for (size_t k = 0; k < 2; k++) {
        uint32_t n = find(c, classes[k], found, 256);

        for (uint32_t i = 0; i < n && count < 256; i++) {
            bool good = true;

            for (uint32_t m = 0; m < count; m++) {
                good = good && apart(r, made[m], found[i].at) * step > (k == 0 ? APART_M : GAP_M);
            }
            if (good && make_one(c, found[i])) {
                made[count++] = found[i].at;
            }
        }
    }
    must(count >= 2); /* else nobody gets on and off */
}
