#include "tools/city/rules.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDABOUT_M 26.0
#define ROUNDABOUTS_MAX 16
#define ONEWAY_REACH_M 2600.0

struct arm {
    uint32_t edge, other;
    struct vec way;
};

static bool turns_before(struct vec a, struct vec b)
{
    bool low_a = a.y < 0 || (a.y == 0 && a.x < 0);
    bool low_b = b.y < 0 || (b.y == 0 && b.x < 0);

    return low_a != low_b ? low_b : vec_cross(a, b) > 0;
}

/* The arms of a junction counter-clockwise; 0 when it has more than `room`. */
static uint32_t arms_of(const struct graph *g, uint32_t node, struct arm *arms, uint32_t room)
{
    uint32_t count = 0;

    for (uint32_t e = g->nodes[node].first; e != NONE; e = graph_next(g, e, node)) {
        uint32_t other = graph_other(g, e, node);
        uint32_t i = count++;

        if (count > room) {
            return 0;
        }
        struct vec way = vec_sub(g->nodes[other].at, g->nodes[node].at);

        while (i > 0 && turns_before(way, arms[i - 1].way)) {
            arms[i] = arms[i - 1];
            i--;
        }
        arms[i] = (struct arm){ .edge = e, .other = other, .way = way };
    }
    return count;
}

static bool roundabout_fits(const struct graph *g, uint32_t node, struct arm *arms, uint32_t *count)
{
    uint8_t least = ROAD_COUNT;
    uint8_t most = 0;

    *count = arms_of(g, node, arms, 6);
    if (*count < 4) {
        return false;
    }
    for (uint32_t i = 0; i < *count; i++) {
        const struct edge *e = &g->edges[arms[i].edge];
        struct vec next = vec_unit(arms[(i + 1) % *count].way);

        if (!graph_plane(g, arms[i].edge) || vec_length(arms[i].way) < ROUNDABOUT_M + 8 ||
            vec_dot(vec_unit(arms[i].way), next) > 0.75 || vec_cross(arms[i].way, next) <= 0 ||
            e->road == ROAD_BORDER || e->cross != CROSS_NONE) {
            return false;
        }
        least = e->road < least ? e->road : least;
        most = e->road > most ? e->road : most;
    }
    return (least == ROAD_SECONDARY || least == ROAD_TERTIARY) && most <= ROAD_RESIDENTIAL;
}

/* A circle in the place of the junction, driven counter-clockwise: traffic keeps to the right. */
static void build_roundabout(struct city *c, uint32_t node, const struct arm *arms, uint32_t count)
{
    struct graph *g = &c->graph;
    struct vec middle = g->nodes[node].at;
    uint32_t at[6];
    uint8_t road = ROAD_COUNT;
    uint32_t street = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct edge *e = &g->edges[arms[i].edge];

        if (e->road < road) {
            road = e->road;
            street = e->street;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        at[i] =
            graph_split(g, arms[i].edge, vec_along(middle, vec_unit(arms[i].way), ROUNDABOUT_M));
        graph_remove(g, graph_between(g, node, at[i]));
    }
    for (uint32_t i = 0; i < count; i++) {
        struct vec a = vec_sub(g->nodes[at[i]].at, middle);
        struct vec b = vec_sub(g->nodes[at[(i + 1) % count]].at, middle);
        uint32_t last = at[i];

        for (uint32_t k = 1; k <= 3; k++) {
            struct vec way = vec_unit(vec_between(a, b, k / 3.0));
            uint32_t n =
                k == 3 ? at[(i + 1) % count] : graph_node(g, vec_along(middle, way, ROUNDABOUT_M));
            uint32_t e = graph_edge(g, last, n, road, street, LEVEL_GROUND);

            g->edges[e].oneway = 1;
            g->edges[e].roundabout = true;
            last = n;
        }
    }
}

void rules_roundabouts(struct city *c)
{
    struct graph *g = &c->graph;
    struct vec made[ROUNDABOUTS_MAX];
    uint32_t count = 0;
    uint32_t nodes = g->node_count;

    for (uint32_t n = 0; n < nodes && count < ROUNDABOUTS_MAX; n++) {
        struct arm arms[6];
        uint32_t arm_count;
        bool apart = true;
        struct vec at = g->nodes[n].at;

        if (plane_hash(c->seed, n, 9) % 17 != 0 || !roundabout_fits(g, n, arms, &arm_count)) {
            continue;
        }
        for (uint32_t i = 0; i < count; i++) {
            apart = apart && vec_distance(made[i], at) > 1600;
        }
        if (apart && vec_length(at) > 1200) {
            made[count++] = at;
            build_roundabout(c, n, arms, arm_count);
        }
    }
}

static bool may_drive(const struct graph *g, uint32_t edge, uint32_t from, bool back)
{
    const struct edge *e = &g->edges[edge];
    bool forward = (e->a == from) != back;

    return road_is_street(e->road) && (e->oneway == 0 || (e->oneway > 0) == forward);
}

/* What can be reached from a node, or, backwards, from where it can be reached. */
static void reach(const struct graph *g, uint32_t from, bool back, uint8_t bit, uint8_t *seen)
{
    uint32_t *stack = plane_alloc(g->node_count, sizeof(*stack));
    uint32_t depth = 0;

    stack[depth++] = from;
    seen[from] |= bit;
    while (depth > 0) {
        uint32_t n = stack[--depth];

        for (uint32_t e = g->nodes[n].first; e != NONE; e = graph_next(g, e, n)) {
            uint32_t other = graph_other(g, e, n);

            if ((seen[other] & bit) == 0 && may_drive(g, e, n, back)) {
                seen[other] |= bit;
                stack[depth++] = other;
            }
        }
    }
    free(stack);
}

/* Opens one-way streets again beside what cannot be reached or left, until all can. */
static void mend(struct city *c, uint32_t centre)
{
    struct graph *g = &c->graph;
    uint8_t *seen = plane_alloc(g->node_count, 1);
    bool more = true;

    for (int round = 0; more && round < 40; round++) {
        more = false;
        memset(seen, 0, g->node_count);
        reach(g, centre, false, 1, seen);
        reach(g, centre, true, 2, seen);
        for (uint32_t i = 0; i < g->edge_count; i++) {
            struct edge *e = &g->edges[i];

            if (!e->dead && e->oneway != 0 && !e->roundabout && e->road > ROAD_LINK &&
                (seen[e->a] != 3 || seen[e->b] != 3)) {
                e->oneway = 0;
                more = true;
            }
        }
    }
    free(seen);
}

/* In the old town some streets are one way, neighbours in turn this way and that. */
void rules_oneways(struct city *c)
{
    struct graph *g = &c->graph;
    uint32_t centre = NONE;

    for (uint32_t i = 0; i < g->edge_count; i++) {
        struct edge *e = &g->edges[i];
        const struct street *s = &c->streets[e->street];
        uint64_t luck = plane_hash(c->seed, e->street, 10);
        bool chosen = e->road == ROAD_RESIDENTIAL ? luck % 100 < 24
                      : e->road == ROAD_TERTIARY  ? luck % 100 < 14
                                                  : false;

        if (e->dead || !graph_plane(g, i) || !chosen || e->roundabout || s->length_m < 260 ||
            vec_length(s->middle) > ONEWAY_REACH_M) {
            continue;
        }
        struct vec way = vec_sub(g->nodes[e->b].at, g->nodes[e->a].at);
        bool northward = s->along.y > s->along.x;
        bool with = (northward ? way.y : way.x) > 0;

        e->oneway = with == ((luck >> 20) % 2 == 0) ? 1 : -1;
    }
    for (uint32_t i = 0; i < g->edge_count && centre == NONE; i++) {
        if (!g->edges[i].dead && g->edges[i].road == ROAD_PRIMARY) {
            centre = g->edges[i].a;
        }
    }
    must(centre != NONE);
    mend(c, centre);
}

static void add_ban(struct rules *r, uint32_t from, uint32_t via, uint32_t to, enum ban ban)
{
    if (r->ban_count == r->ban_room) {
        r->ban_room = r->ban_room == 0 ? 256 : r->ban_room * 2;
        r->bans = plane_grow(r->bans, r->ban_room, sizeof(*r->bans));
    }
    r->bans[r->ban_count++] =
        (struct turn_ban){ .from = from, .via = via, .to = to, .ban = (uint8_t)ban };
}

/* At crossings of main roads: no left turn from one arm, or no turning back, or straight on only.
 */
static void ban_at(struct rules *r, const struct city *c, uint32_t node)
{
    const struct graph *g = &c->graph;
    struct arm arms[6];
    uint32_t count = arms_of(g, node, arms, 6);
    uint32_t main_arms = 0;
    uint64_t luck = plane_hash(c->seed, node, 12);

    for (uint32_t i = 0; i < count; i++) {
        const struct edge *e = &g->edges[arms[i].edge];

        main_arms += e->road >= ROAD_TRUNK && e->road <= ROAD_SECONDARY ? 1 : 0;
        if (e->oneway != 0 || !road_is_street(e->road) || e->road == ROAD_SERVICE) {
            return;
        }
    }
    if (count != 4 || main_arms < 3 || luck % 100 >= 62) {
        return;
    }
    /* Arms stand counter-clockwise: who comes in by arm i has the left turn at the arm before. */
    uint32_t i = (uint32_t)(luck >> 16) % 4;

    if (luck % 10 < 6) {
        add_ban(r, arms[i].edge, node, arms[(i + 3) % 4].edge, BAN_LEFT);
        add_ban(r, arms[(i + 2) % 4].edge, node, arms[(i + 1) % 4].edge, BAN_LEFT);
    } else if (luck % 10 < 9) {
        add_ban(r, arms[i].edge, node, arms[i].edge, BAN_U_TURN);
    } else {
        add_ban(r, arms[i].edge, node, arms[(i + 2) % 4].edge, BAN_STRAIGHT_ONLY);
    }
}

void rules_bans(struct rules *r, const struct city *c)
{
    memset(r, 0, sizeof(*r));
    for (uint32_t n = 0; n < c->graph.node_count; n++) {
        if (c->graph.nodes[n].first != NONE && !c->graph.nodes[n].air) {
            ban_at(r, c, n);
        }
    }
}

void rules_free(struct rules *r)
{
    free(r->bans);
    memset(r, 0, sizeof(*r));
}
