/* Borders as ways that the areas on both sides share, and relations of them: the city, districts
 * (boundary=administrative), station areas (boundary=police), communities. */
#include "tools/city/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of border between two communities. */
struct piece {
    uint32_t way;
    uint32_t left, right; /* communities; NONE outside */
};

struct borders {
    struct draft *d;
    bool *taken; /* edges */
    struct piece *pieces;
    uint32_t count, room;
};

static uint32_t side_of(const struct borders *w, uint32_t half)
{
    uint32_t block = w->d->blocks->left[half];

    return block == NONE || w->d->blocks->at[block].area <= 0 ? NONE
                                                              : w->d->areas->community_of[block];
}

static bool is_border(const struct borders *w, uint32_t edge)
{
    return graph_plane(&w->d->city->graph, edge) &&
           side_of(w, 2 * edge) != side_of(w, 2 * edge + 1);
}

/* Half-edge that leaves `node` along `edge`. */
static uint32_t half_from(const struct graph *g, uint32_t edge, uint32_t node)
{
    return g->edges[edge].a == node ? 2 * edge : 2 * edge + 1;
}

/* The only border that goes on between the same two areas; NONE where others meet it. */
static uint32_t goes_on(const struct borders *w, uint32_t half)
{
    const struct graph *g = &w->d->city->graph;
    uint32_t node = half & 1 ? g->edges[half / 2].a : g->edges[half / 2].b;
    uint32_t found = NONE;

    for (uint32_t e = g->nodes[node].first; e != NONE; e = graph_next(g, e, node)) {
        if (e == half / 2 || !is_border(w, e)) {
            continue;
        }
        if (found != NONE) {
            return NONE;
        }
        found = half_from(g, e, node);
    }
    return found;
}

static void write_piece(struct borders *w, uint32_t edge)
{
    const struct graph *g = &w->d->city->graph;
    struct osm *o = w->d->osm;
    uint32_t half = 2 * edge + 1; /* backwards to the beginning */
    uint32_t next = goes_on(w, half);

    while (next != NONE && next / 2 != edge) {
        half = next;
        next = goes_on(w, half);
    }
    half ^= 1;
    if (w->count == w->room) {
        w->room = w->room == 0 ? 512 : w->room * 2;
        w->pieces = plane_grow(w->pieces, w->room, sizeof(*w->pieces));
    }
    w->pieces[w->count] = (struct piece){ .left = side_of(w, half), .right = side_of(w, half ^ 1) };
    uint32_t tail = half & 1 ? g->edges[half / 2].b : g->edges[half / 2].a;

    (void)draft_node(w->d, tail);
    uint32_t way = osm_way(o);

    w->pieces[w->count++].way = way;
    osm_ref(o, draft_node(w->d, tail));
    while (half != NONE && !w->taken[half / 2]) {
        w->taken[half / 2] = true;
        osm_ref(o, draft_node(w->d, half & 1 ? g->edges[half / 2].a : g->edges[half / 2].b));
        half = goes_on(w, half);
    }
    osm_tag(o, "boundary", "administrative");
}

/* What a community belongs to at a level: 0 city, 1 district, 2 station area, 3 itself. */
static uint32_t member_of(const struct areas *a, uint32_t community, int level)
{
    if (community == NONE) {
        return NONE;
    }
    uint32_t station = a->communities[community].parent;

    return level == 0   ? 0
           : level == 1 ? a->stations[station].parent
           : level == 2 ? station
                        : community;
}

static void relation(struct borders *w, int level, uint32_t index, const char *zh, const char *en,
                     const char *code)
{
    static const char *const levels[] = { "5", "6", "8", "10" };
    const struct areas *a = w->d->areas;
    struct osm *o = w->d->osm;

    (void)osm_relation(o);
    for (uint32_t i = 0; i < w->count; i++) {
        bool left = member_of(a, w->pieces[i].left, level) == index;
        bool right = member_of(a, w->pieces[i].right, level) == index;

        if (left != right) {
            osm_member(o, OSM_WAY, w->pieces[i].way, "outer");
        }
    }
    osm_tag(o, "type", "boundary");
    osm_tag(o, "boundary", level == 2 ? "police" : "administrative");
    if (level != 2) {
        osm_tag(o, "admin_level", levels[level]);
    }
    osm_names(o, zh, en);
    osm_tag(o, "ref", code);
}

static void write_relations(struct borders *w)
{
    const struct areas *a = w->d->areas;
    char zh[80];
    char en[80];
    char code[40];

    relation(w, 0, 0, "临江市", "Linjiang City", "LJ");
    for (uint32_t i = 0; i < DISTRICTS; i++) {
        (void)snprintf(code, sizeof(code), "LJ%02u", i + 1);
        relation(w, 1, i, a->districts[i].zh, a->districts[i].en, code);
    }
    for (uint32_t i = 0; i < a->station_count; i++) {
        (void)snprintf(zh, sizeof(zh), "%s派出所辖区", a->stations[i].zh);
        (void)snprintf(en, sizeof(en), "%s station area", a->stations[i].en);
        (void)snprintf(code, sizeof(code), "LJ%02u%02u", a->stations[i].parent + 1, i + 1);
        relation(w, 2, i, zh, en, code);
    }
    for (uint32_t i = 0; i < a->community_count; i++) {
        const struct area *k = &a->communities[i];

        (void)snprintf(code, sizeof(code), "LJ%02u%02u%03u", a->stations[k->parent].parent + 1,
                       k->parent + 1, i + 1);
        relation(w, 3, i, k->zh, k->en, code);
    }
}

void draft_borders(struct draft *d)
{
    const struct graph *g = &d->city->graph;
    struct borders w = { .d = d };

    w.taken = plane_alloc(g->edge_count, sizeof(bool));
    for (uint32_t i = 0; i < g->edge_count; i++) {
        if (!w.taken[i] && !g->edges[i].dead && is_border(&w, i)) {
            write_piece(&w, i);
        }
    }
    write_relations(&w);
    free(w.taken);
    free(w.pieces);
}
