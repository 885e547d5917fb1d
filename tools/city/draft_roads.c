/* Edges joined to ways: one way where name, class, direction and structure stay the same. */
#include "tools/city/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAY_NODES_MAX 300

static const struct {
    const char *highway;
    const char *maxspeed; /* km/h */
    const char *lanes;
} classes[ROAD_COUNT] = {
    [ROAD_MOTORWAY] = { "motorway", "100", "3" },
    [ROAD_LINK] = { "motorway_link", "40", "1" },
    [ROAD_TRUNK] = { "trunk", "80", "6" },
    [ROAD_PRIMARY] = { "primary", "60", "6" },
    [ROAD_SECONDARY] = { "secondary", "50", "4" },
    [ROAD_TERTIARY] = { "tertiary", "40", NULL },
    [ROAD_RESIDENTIAL] = { "residential", NULL, NULL },
    [ROAD_COUNTRY] = { "unclassified", NULL, NULL },
    [ROAD_LANE] = { "living_street", NULL, NULL },
    [ROAD_SERVICE] = { "service", NULL, NULL },
};

struct walk {
    struct draft *d;
    bool *taken;   /* edges */
    bool *bridges; /* edges of the motorway above something */
    bool *breaks;  /* nodes where turns are forbidden: ways end there */
};

uint32_t draft_node(struct draft *d, uint32_t node)
{
    if (d->node_ids[node] == 0) {
        d->node_ids[node] = osm_node(d->osm, d->city->graph.nodes[node].at);
    }
    return d->node_ids[node];
}

static bool part_name(const struct city *c, uint32_t edge, struct name *out)
{
    const struct edge *e = &c->graph.edges[edge];

    memset(out, 0, sizeof(*out));
    return names_part(c, e->street,
                      vec_between(c->graph.nodes[e->a].at, c->graph.nodes[e->b].at, 0.5), out);
}

/* The way along `edge` from `node`: 1 with its traffic, -1 against it, 0 both ways. */
static int with_traffic(const struct edge *e, uint32_t from)
{
    return e->oneway == 0 ? 0 : ((e->a == from) == (e->oneway > 0) ? 1 : -1);
}

static bool alike(const struct walk *w, uint32_t one, uint32_t other)
{
    const struct edge *a = &w->d->city->graph.edges[one];
    const struct edge *b = &w->d->city->graph.edges[other];
    struct name x;
    struct name y;

    if (a->street != b->street || a->road != b->road || a->level != b->level ||
        a->cross != b->cross || (a->oneway == 0) != (b->oneway == 0) ||
        a->roundabout != b->roundabout || w->bridges[one] != w->bridges[other]) {
        return false;
    }
    (void)part_name(w->d->city, one, &x);
    (void)part_name(w->d->city, other, &y);
    return strcmp(x.zh, y.zh) == 0;
}

/* The only edge that goes on from `node` as `edge` comes in; NONE. */
static uint32_t goes_on(const struct walk *w, uint32_t edge, uint32_t node)
{
    const struct graph *g = &w->d->city->graph;
    uint32_t found = NONE;

    if (w->breaks[node]) {
        return NONE;
    }
    for (uint32_t e = g->nodes[node].first; e != NONE; e = graph_next(g, e, node)) {
        if (e == edge || !alike(w, edge, e)) {
            continue;
        }
        if (found != NONE) {
            return NONE;
        }
        found = e;
    }
    if (found == NONE || w->taken[found] ||
        with_traffic(&g->edges[edge], graph_other(g, edge, node)) !=
            with_traffic(&g->edges[found], node)) {
        return NONE;
    }
    return found;
}

static void tag_road(const struct walk *w, uint32_t edge)
{
    struct osm *o = w->d->osm;
    const struct city *c = w->d->city;
    const struct edge *e = &c->graph.edges[edge];
    struct name name;

    osm_tag(o, "highway", classes[e->road].highway);
    if (part_name(c, edge, &name)) {
        osm_names(o, name.zh, name.en);
    }
    if (e->road == ROAD_MOTORWAY) {
        osm_tag(o, "ref", "LJ01");
    }
    if (classes[e->road].maxspeed != NULL) {
        osm_tag(o, "maxspeed", classes[e->road].maxspeed);
    }
    if (classes[e->road].lanes != NULL && !e->roundabout) {
        osm_tag(o, "lanes", classes[e->road].lanes);
    }
    if (e->roundabout) {
        osm_tag(o, "junction", "roundabout");
    }
    if (e->oneway != 0) {
        osm_tag(o, "oneway", "yes");
    }
    if (e->level == LEVEL_BRIDGE || e->cross == CROSS_STREAM || w->bridges[edge]) {
        osm_tag(o, "bridge", "yes");
        osm_tag(o, "layer", "1");
    } else if (e->cross == CROSS_RAIL) {
        osm_tag(o, "tunnel", "yes");
        osm_tag(o, "layer", "-1");
    }
    if (e->level == LEVEL_BRIDGE && strlen(name.zh) > 3 && e->road != ROAD_MOTORWAY) {
        char bridge[80];

        /* 人民中路 crosses by 人民中路大桥. */
        (void)snprintf(bridge, sizeof(bridge), "%.60s大桥", name.zh);
        osm_tag(o, "bridge:name", bridge);
    }
}

/* Back to where the way begins, then along it. */
static void write_way(struct walk *w, uint32_t edge)
{
    const struct graph *g = &w->d->city->graph;
    struct osm *o = w->d->osm;
    uint32_t at = edge;
    uint32_t node =
        with_traffic(&g->edges[edge], g->edges[edge].a) < 0 ? g->edges[edge].b : g->edges[edge].a;
    uint32_t next = goes_on(w, at, node);

    for (uint32_t i = 0; i < WAY_NODES_MAX && next != NONE && next != edge; i++) {
        node = graph_other(g, next, node);
        at = next;
        next = goes_on(w, at, node);
    }
    uint32_t way = osm_way(o);

    osm_ref(o, draft_node(w->d, node));
    for (uint32_t i = 0; i < WAY_NODES_MAX && at != NONE; i++) {
        w->taken[at] = true;
        w->d->way_ids[at] = way;
        node = graph_other(g, at, node);
        osm_ref(o, draft_node(w->d, node));
        at = goes_on(w, at, node);
    }
    tag_road(w, edge);
}

/* A motorway is drawn as a bridge where something passes under it. */
static void find_bridges(struct walk *w)
{
    const struct city *c = w->d->city;
    const struct graph *g = &c->graph;

    for (uint32_t i = 0; i < g->edge_count; i++) {
        const struct edge *e = &g->edges[i];
        double t;
        double half;
        struct vec along;

        if (e->dead || (e->road != ROAD_MOTORWAY && e->road != ROAD_LINK)) {
            continue;
        }
        struct vec a = g->nodes[e->a].at;
        struct vec b = g->nodes[e->b].at;
        double aside = terrain_river(&c->land, vec_between(a, b, 0.5), &half, &along);

        w->bridges[i] = graph_first_cross(g, a, b, e->a, e->b, &t) != NONE ||
                        (aside < half + TERRAIN_BANK_M && aside > -half - TERRAIN_BANK_M);
    }
}

void draft_roads(struct draft *d)
{
    const struct graph *g = &d->city->graph;
    struct walk w = { .d = d };

    w.taken = plane_alloc(g->edge_count, sizeof(bool));
    w.bridges = plane_alloc(g->edge_count, sizeof(bool));
    w.breaks = plane_alloc(g->node_count, sizeof(bool));
    for (uint32_t i = 0; i < d->rules->ban_count; i++) {
        w.breaks[d->rules->bans[i].via] = true;
    }
    find_bridges(&w);
    for (uint32_t i = 0; i < g->edge_count; i++) {
        if (!g->edges[i].dead && road_is_street(g->edges[i].road) && !w.taken[i]) {
            write_way(&w, i);
        }
    }
    free(w.taken);
    free(w.bridges);
    free(w.breaks);
}

void draft_restrictions(struct draft *d)
{
    static const char *const words[] = { [BAN_LEFT] = "no_left_turn",
                                         [BAN_U_TURN] = "no_u_turn",
                                         [BAN_STRAIGHT_ONLY] = "only_straight_on" };

    for (uint32_t i = 0; i < d->rules->ban_count; i++) {
        const struct turn_ban *b = &d->rules->bans[i];

        (void)osm_relation(d->osm);
        osm_member(d->osm, OSM_WAY, d->way_ids[b->from], "from");
        osm_member(d->osm, OSM_NODE, draft_node(d, b->via), "via");
        osm_member(d->osm, OSM_WAY, d->way_ids[b->to], "to");
        osm_tag(d->osm, "type", "restriction");
        osm_tag(d->osm, "restriction", words[b->ban]);
    }
}
