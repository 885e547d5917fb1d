#include "tools/city/areas.h"

#include <stdlib.h>
#include <string.h>

#define FAR 1e15

/* What a step over a road costs beside its length, in metres: areas end at great roads. */
static const double over[ROAD_COUNT] = { 900, 900, 800, 650, 380, 160, 0, 30, 0, 0, FAR };

struct heap {
    struct {
        double cost;
        uint32_t block;
    } * at;
    uint32_t count, room;
};

static bool earlier(const struct heap *h, uint32_t a, uint32_t b)
{
    return h->at[a].cost < h->at[b].cost ||
           (h->at[a].cost == h->at[b].cost && h->at[a].block < h->at[b].block);
}

static void swap(struct heap *h, uint32_t a, uint32_t b)
{
    h->at[h->count] = h->at[a]; /* one place more than used is kept free */
    h->at[a] = h->at[b];
    h->at[b] = h->at[h->count];
}

static void push(struct heap *h, double cost, uint32_t block)
{
    if (h->count + 2 > h->room) {
        h->room = h->room == 0 ? 1024 : h->room * 2;
        h->at = plane_grow(h->at, h->room, sizeof(*h->at));
    }
    uint32_t i = h->count++;

    h->at[i].cost = cost;
    h->at[i].block = block;
    while (i > 0 && earlier(h, i, (i - 1) / 2)) {
        swap(h, i, (i - 1) / 2);
        i = (i - 1) / 2;
    }
}

static uint32_t pop(struct heap *h, double *cost)
{
    uint32_t block = h->at[0].block;
    uint32_t i = 0;

    *cost = h->at[0].cost;
    h->at[0] = h->at[--h->count];
    for (;;) {
        uint32_t k = 2 * i + 1;

        if (k + 1 < h->count && earlier(h, k + 1, k)) {
            k++;
        }
        if (k >= h->count || !earlier(h, k, i)) {
            return block;
        }
        swap(h, k, i);
        i = k;
    }
}

struct growth {
    const struct city *c;
    const struct blocks *b;
    const uint32_t *within; /* areas do not leave this; NULL: they may */
    uint32_t *owner;
    double *cost;
    struct heap heap;
};

/* From a block over each of its sides. */
static void spread(struct growth *w, uint32_t block, double cost)
{
    const struct graph *g = &w->c->graph;
    const struct block *k = &w->b->at[block];

    for (uint32_t i = 0; i < k->count; i++) {
        uint32_t a = w->b->corners[k->first + i];
        uint32_t b = w->b->corners[k->first + (i + 1) % k->count];
        uint32_t e = graph_between(g, a, b);

        if (e == NONE || !graph_plane(g, e)) {
            continue;
        }
        uint32_t next = w->b->left[2 * e] == block ? w->b->left[2 * e + 1] : w->b->left[2 * e];

        if (next == NONE || next == block || w->b->at[next].area <= 0 ||
            over[g->edges[e].road] >= FAR ||
            (w->within != NULL && w->within[next] != w->within[block])) {
            continue;
        }
        double more =
            cost + vec_distance(k->middle, w->b->at[next].middle) + over[g->edges[e].road];

        if (more < w->cost[next]) {
            w->cost[next] = more;
            w->owner[next] = w->owner[block];
            push(&w->heap, more, next);
        }
    }
}

static void grow(struct growth *w, const struct area *areas, uint32_t count)
{
    w->cost = plane_alloc(w->b->count, sizeof(*w->cost));
    for (uint32_t i = 0; i < w->b->count; i++) {
        w->cost[i] = FAR;
        w->owner[i] = NONE;
    }
    for (uint32_t i = 0; i < count; i++) {
        w->owner[areas[i].block] = i;
        w->cost[areas[i].block] = 0;
        push(&w->heap, 0, areas[i].block);
    }
    while (w->heap.count > 0) {
        double cost;
        uint32_t block = pop(&w->heap, &cost);

        if (cost <= w->cost[block]) {
            spread(w, block, cost);
        }
    }
    free(w->cost);
    free(w->heap.at);
}

struct vec areas_point_in(const struct blocks *b, const struct graph *g, uint32_t block)
{
    struct path ring = { 0 };
    struct path closed = { 0 };
    struct vec best = b->at[block].middle;
    double most = -1;

    blocks_path(b, g, block, &ring);
    for (uint32_t i = 0; i <= ring.count; i++) {
        path_add(&closed, ring.at[i < ring.count ? i : 0]);
    }
    /* The middle, or of some points of the ring drawn to it the one farthest from the outline. */
    for (uint32_t i = 0; i < 41; i++) {
        struct vec at =
            i == 0 ? b->at[block].middle
                   : vec_between(b->at[block].middle, ring.at[(i - 1) % 20 * ring.count / 20],
                                 i <= 20 ? 0.55 : 0.85);

        if (path_holds(&ring, at) && path_distance(&closed, at) > most + (i > 0 ? 12 : 0)) {
            most = path_distance(&closed, at);
            best = at;
        }
    }
    path_free(&ring);
    path_free(&closed);
    return best;
}

static void place_districts(struct areas *a, const struct city *c)
{
    static const struct district made[DISTRICTS] = {
        { "文澜区", "Wenlan District", { 0, 200 }, false },
        { "云岫区", "Yunxiu District", { -6300, 2600 }, false },
        { "青槐区", "Qinghuai District", { 600, 6300 }, false },
        { "月渚区", "Yuezhu District", { 6200, 2300 }, false },
        { "江湄区", "Jiangmei District", { 900, -3900 }, true },
        { "霁川区", "Jichuan District", { -6200, -5000 }, true },
        { "翎港区", "Linggang District", { 6600, -5600 }, true },
    };

    (void)c;
    memcpy(a->districts, made, sizeof(made));
}

static uint32_t district_of(const struct areas *a, const struct city *c, struct vec at)
{
    double half;
    struct vec along;
    bool south = terrain_river(&c->land, at, &half, &along) < 0;
    uint32_t best = 0;
    double least = FAR;

    for (uint32_t i = 0; i < DISTRICTS; i++) {
        /* The inner districts are the smaller ones. */
        double d = vec_distance(at, a->districts[i].at) * (i == 0 || i == 4 ? 1.45 : 1);

        if (a->districts[i].south == south && d < least) {
            least = d;
            best = i;
        }
    }
    return best;
}

static bool far_enough(const struct area *areas, uint32_t count, struct vec at, double reach)
{
    for (uint32_t i = 0; i < count; i++) {
        if (vec_distance(areas[i].at, at) < reach) {
            return false;
        }
    }
    return true;
}

/* A block that a station can stand in: built-up, not too small, not where nothing is built. */
static bool may_stand(const struct city *c, const struct block *k, double urban)
{
    return k->area > 5000 && k->area < 900000 && urban > 0.22 &&
           !terrain_closed(&c->land, k->middle);
}

static void place_stations(struct areas *a, const struct city *c, const struct blocks *b)
{
    uint32_t room = 128;

    a->stations = plane_alloc(room, sizeof(*a->stations));
    /* Blocks in an order of their own that favours none. */
    for (uint32_t round = 0; round < 3; round++) {
        for (uint64_t i = 0; i < b->count && a->station_count < room; i++) {
            uint32_t k = (uint32_t)((i * 7919 + c->seed % b->count) % b->count);
            double urban = terrain_urban(&c->land, b->at[k].middle);
            double reach =
                1330 + 2900 * (1 - urban) * (round == 0 ? 1 : (round == 1 ? 0.85 : 0.75));

            if (may_stand(c, &b->at[k], urban) &&
                far_enough(a->stations, a->station_count, b->at[k].middle, reach)) {
                struct vec at = areas_point_in(b, &c->graph, k);

                a->stations[a->station_count++] =
                    (struct area){ .at = at, .block = k, .parent = district_of(a, c, at) };
            }
        }
    }
}

static void place_communities(struct areas *a, const struct city *c, const struct blocks *b)
{
    uint32_t room = 512;

    a->communities = plane_alloc(room, sizeof(*a->communities));
    for (uint32_t i = 0; i < a->station_count; i++) {
        a->communities[a->community_count++] =
            (struct area){ .at = a->stations[i].at, .block = a->stations[i].block, .parent = i };
    }
    for (uint64_t i = 0; i < b->count && a->community_count < room; i++) {
        uint32_t k = (uint32_t)((i * 6151 + c->seed % b->count) % b->count);
        uint32_t station = a->station_of[k];

        if (station == NONE || b->at[k].area < 4000) {
            continue;
        }
        double urban = terrain_urban(&c->land, b->at[k].middle);

        if (far_enough(a->communities, a->community_count, b->at[k].middle,
                       700 + 1900 * (1 - urban))) {
            a->communities[a->community_count++] = (struct area){
                .at = areas_point_in(b, &c->graph, k), .block = k, .parent = station
            };
        }
    }
}

void areas_make(struct areas *a, struct city *c, const struct blocks *b)
{
    memset(a, 0, sizeof(*a));
    place_districts(a, c);
    place_stations(a, c, b);
    a->station_of = plane_alloc(b->count, sizeof(uint32_t));
    a->community_of = plane_alloc(b->count, sizeof(uint32_t));
    struct growth stations = { .c = c, .b = b, .owner = a->station_of };

    grow(&stations, a->stations, a->station_count);
    place_communities(a, c, b);
    struct growth communities = {
        .c = c, .b = b, .owner = a->community_of, .within = a->station_of
    };

    grow(&communities, a->communities, a->community_count);
}

void areas_free(struct areas *a)
{
    free(a->stations);
    free(a->communities);
    free(a->station_of);
    free(a->community_of);
    memset(a, 0, sizeof(*a));
}
