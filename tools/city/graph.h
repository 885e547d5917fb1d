/* The streets as a plane graph that is drawn line by line: where a new line crosses what is there,
 * both get a junction, and what comes too near is drawn through the nearest junction. Bridges,
 * tunnels and motorways lie above or below and cross nothing. */
#ifndef TOOLS_CITY_GRAPH_H
#define TOOLS_CITY_GRAPH_H

#include "tools/city/plane.h"

#define NONE UINT32_MAX

enum road {
    ROAD_MOTORWAY,
    ROAD_LINK, /* ramps of the motorway */
    ROAD_TRUNK,
    ROAD_PRIMARY,
    ROAD_SECONDARY,
    ROAD_TERTIARY,
    ROAD_RESIDENTIAL,
    ROAD_COUNTRY, /* unclassified */
    ROAD_LANE,    /* living_street */
    ROAD_SERVICE,
    ROAD_BORDER, /* no road: city limit, middle of the river */
    ROAD_COUNT
};

enum level { LEVEL_TUNNEL = -1, LEVEL_GROUND = 0, LEVEL_BRIDGE = 1 };

/* What a street in the plane passes by a structure of its own. */
enum crossing { CROSS_NONE, CROSS_STREAM, CROSS_RAIL };

struct node {
    struct vec at;
    uint32_t first; /* edge; NONE */
    uint32_t next;  /* in its cell */
    bool air;       /* of a bridge or a motorway: nothing on the ground is drawn to it */
};

struct edge {
    uint32_t a, b;           /* nodes */
    uint32_t next_a, next_b; /* further edges of either */
    uint32_t street;
    uint8_t road;
    int8_t level;
    int8_t oneway; /* 1 from a to b, -1 from b to a */
    uint8_t cross; /* enum crossing */
    bool dead;
    bool roundabout;
};

struct graph {
    struct node *nodes;
    struct edge *edges;
    uint32_t node_count, node_room, edge_count, edge_room;
    uint32_t *node_cells;
    uint32_t *edge_cells; /* heads in links */
    struct {
        uint32_t edge, next;
    } * links;
    uint32_t link_count, link_room;
    double half; /* the square reaches from -half to half */
    uint32_t side;
};

void graph_init(struct graph *g, double half);
void graph_fini(struct graph *g);

/* A line in the plane; ends and bends that lie near something are drawn to it. Steps of at most
 * 60 m. Returns the node of the last point; *first (may be NULL) is that of the first. */
uint32_t graph_draw(struct graph *g, const struct path *line, enum road road, uint32_t street,
                    uint32_t *first);

/* A node at the point, or what is there already within `snap` metres. */
uint32_t graph_touch(struct graph *g, struct vec at, double snap);
uint32_t graph_node(struct graph *g, struct vec at);
/* Joins two nodes in the plane, through whatever lies between. */
void graph_join(struct graph *g, uint32_t from, uint32_t to, enum road road, uint32_t street,
                int depth);
/* An edge that crosses nothing (bridge, motorway), or is known to. Returns it. */
uint32_t graph_edge(struct graph *g, uint32_t a, uint32_t b, enum road road, uint32_t street,
                    enum level level);
uint32_t graph_split(struct graph *g, uint32_t edge, struct vec at);
void graph_remove(struct graph *g, uint32_t edge);

uint32_t graph_between(const struct graph *g, uint32_t a, uint32_t b); /* edge; NONE */
uint32_t graph_degree(const struct graph *g, uint32_t node);
static inline uint32_t graph_other(const struct graph *g, uint32_t edge, uint32_t node)
{
    return g->edges[edge].a == node ? g->edges[edge].b : g->edges[edge].a;
}
static inline uint32_t graph_next(const struct graph *g, uint32_t edge, uint32_t node)
{
    return g->edges[edge].a == node ? g->edges[edge].next_a : g->edges[edge].next_b;
}
/* The edge in the plane that a..b crosses first (none of the nodes `but` and `too`); NONE. */
uint32_t graph_first_cross(const struct graph *g, struct vec a, struct vec b, uint32_t but,
                           uint32_t too, double *along);
/* The nearest node with an edge in the plane within `reach`; NONE. */
uint32_t graph_near_node(const struct graph *g, struct vec at, double reach);
uint32_t graph_near_edge(const struct graph *g, struct vec at, double reach, struct vec *on);

static inline bool road_is_street(uint8_t road)
{
    return road != ROAD_BORDER;
}

/* An edge of the plane, that others may meet. */
static inline bool graph_plane(const struct graph *g, uint32_t edge)
{
    const struct edge *e = &g->edges[edge];

    return !e->dead && e->level == LEVEL_GROUND && !g->nodes[e->a].air && !g->nodes[e->b].air;
}

#endif
