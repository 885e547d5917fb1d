#include "tools/city/places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REACH_M 2600.0 /* a place of a station area lies at most so far from its station */

static const struct row {
    const char *key, *value;
    enum place_whose whose;
    uint32_t count;
    double low, high; /* m² */
    double urban_low, urban_high;
    const char *zh, *en;
} rows[] = {
#define PLACE(kind, key, value, whose, n, low, high, u0, u1, zh, en) \
    { key, value, whose, n, low, high, u0 / 100.0, u1 / 100.0, zh, en },
#include "tools/city/places.def"
#undef PLACE
};

const char *place_key(uint8_t kind)
{
    return kind < PLACE_KIND_COUNT      ? rows[kind].key
           : kind == PLACE_KIND_STATION ? "amenity"
           : kind == PLACE_KIND_AIRPORT ? "aeroway"
                                        : "railway";
}

const char *place_value(uint8_t kind)
{
    return kind < PLACE_KIND_COUNT      ? rows[kind].value
           : kind == PLACE_KIND_STATION ? "police"
           : kind == PLACE_KIND_AIRPORT ? "aerodrome"
                                        : "station";
}

static struct place *add(struct places *p, uint8_t kind, struct vec at, uint32_t block,
                         uint32_t station)
{
    if (p->count == p->room) {
        p->room = p->room == 0 ? 512 : p->room * 2;
        p->at = plane_grow(p->at, p->room, sizeof(*p->at));
    }
    struct place *k = &p->at[p->count++];

    *k = (struct place){ .kind = kind, .at = at, .block = block, .station = station };
    return k;
}

static void set_name(struct place *p, const char *zh, const char *zh_end, const char *en,
                     const char *en_end)
{
    (void)snprintf(p->name.zh, sizeof(p->name.zh), "%.36s%.26s", zh, zh_end);
    (void)snprintf(p->name.en, sizeof(p->name.en), "%.36s%.26s", en, en_end);
}

/* The free block nearest to a point that suits the row; within the station area when it has one. */
static uint32_t find_block(const struct city *c, const struct blocks *b, const struct areas *a,
                           const struct row *r, struct vec near, uint32_t station)
{
    double best = 1e18;
    uint32_t found = NONE;

    for (uint32_t i = 0; i < b->count; i++) {
        const struct block *k = &b->at[i];
        double far = vec_distance(k->middle, near);

        if (k->use != USE_NONE || k->area < r->low || k->area > r->high || far >= best ||
            a->station_of[i] == NONE || (station != NONE && a->station_of[i] != station)) {
            continue;
        }
        double urban = terrain_urban(&c->land, k->middle);

        if (urban >= r->urban_low && urban <= r->urban_high &&
            !terrain_closed(&c->land, k->middle)) {
            best = far;
            found = i;
        }
    }
    return found;
}

/* A point beside a street of at least the class, near a point. */
static bool find_corner(const struct city *c, struct prng *prng, const struct areas *a,
                        const struct blocks *b, uint32_t station, uint8_t least, struct vec *out)
{
    const struct graph *g = &c->graph;

    for (uint32_t tries = 0; tries < 400; tries++) {
        uint32_t e = (uint32_t)prng_below(prng, g->edge_count);

        if (!graph_plane(g, e) || g->edges[e].road > least || g->edges[e].road < ROAD_PRIMARY ||
            g->edges[e].cross != CROSS_NONE) {
            continue;
        }
        struct vec from = g->nodes[g->edges[e].a].at;
        struct vec to = g->nodes[g->edges[e].b].at;
        struct vec side = vec_left(vec_unit(vec_sub(to, from)));
        uint32_t block = b->left[2 * e];

        *out = vec_along(vec_between(from, to, 0.45), side, 14);
        if (block != NONE && a->station_of[block] == station && b->at[block].use != USE_CLOSED &&
            vec_distance(from, to) > 18 && !terrain_closed(&c->land, *out)) {
            return true;
        }
    }
    return false;
}

/* Where places of the whole city are looked for: more in the middle. */
static struct vec somewhere(struct prng *prng, const struct row *r)
{
    double far = r->urban_high < 0.5 ? 8200 : (r->urban_low > 0.5 ? 4200 : 6500);
    double turn = plane_between(prng, 0, 2 * PLANE_PI);
    double share = plane_between(prng, 0, 1);

    return vec_along(vec(0, -700), plane_turn(turn), far * (0.15 + 0.85 * share));
}

static void name_place(struct places *p, struct place *k, const struct areas *a, struct names *n)
{
    static const char *const nth[] = { "", "第二", "第三", "第四", "第五" };
    const struct row *r = &rows[k->kind];
    struct name stem;

    if (k->kind == PLACE_KIND_BUREAU || k->kind == PLACE_KIND_TOWN_HALL ||
        k->kind == PLACE_KIND_HALL) {
        set_name(k, "临江", r->zh, "Linjiang", r->en);
    } else if (r->whose == DISTRICT) {
        const struct district *d = &a->districts[k->station];
        uint32_t before = 0;
        char zh[64];
        char en[64];

        for (const struct place *o = p->at; o < k; o++) {
            before += o->kind == k->kind && o->station == k->station ? 1 : 0;
        }
        /* 文澜区 without 区, 文澜第二医院. */
        (void)snprintf(zh, sizeof(zh), "%.6s%s", d->zh, nth[before < 5 ? before : 4]);
        (void)snprintf(en, sizeof(en), "%.*s%s", (int)(strchr(d->en, ' ') - d->en), d->en,
                       before > 0 ? " Second" : "");
        set_name(k, zh, r->zh, en, r->en);
    } else if (k->kind == PLACE_KIND_POST || k->kind == PLACE_KIND_BANK ||
               k->kind == PLACE_KIND_CLINIC) {
        names_stem(n, &stem);
        set_name(k, stem.zh, k->kind == PLACE_KIND_BANK ? "银行" : r->zh, stem.en, r->en);
    } else {
        names_stem(n, &stem);
        set_name(k, stem.zh, r->zh, stem.en, r->en);
    }
}

static void place_row(struct places *p, const struct city *c, struct blocks *b,
                      const struct areas *a, struct names *n, uint8_t kind)
{
    const struct row *r = &rows[kind];
    uint32_t groups = r->whose == CITY ? 1 : (r->whose == DISTRICT ? DISTRICTS : a->station_count);

    for (uint32_t i = 0; i < groups * r->count; i++) {
        uint32_t group = i / r->count;
        uint32_t station = r->whose == STATION ? group : NONE;
        struct vec near = r->whose == CITY       ? somewhere(&n->prng, r)
                          : r->whose == DISTRICT ? a->districts[group].at
                                                 : a->stations[group].at;
        double shift = r->whose == CITY ? 0 : (r->whose == DISTRICT ? 900 : 500);
        double turn = plane_between(&n->prng, 0, 2 * PLANE_PI);

        near = vec_along(near, plane_turn(turn), shift * (1 + (double)(i % r->count)));
        if (r->high == 0) {
            uint32_t where =
                station != NONE ? station : (uint32_t)prng_below(&n->prng, a->station_count);

            if (find_corner(c, &n->prng, a, b, where,
                            kind == PLACE_KIND_POST || kind == PLACE_KIND_FUEL ? ROAD_TERTIARY
                                                                               : ROAD_RESIDENTIAL,
                            &near) &&
                terrain_urban(&c->land, near) >= r->urban_low * 0.6) {
                name_place(p, add(p, kind, near, NONE, where), a, n);
            }
            continue;
        }
        uint32_t block = find_block(c, b, a, r, near, station);

        if (block != NONE) {
            b->at[block].use =
                (uint8_t)(kind == PLACE_KIND_PARK                                   ? USE_CLOSED
                          : kind == PLACE_KIND_CHEMICAL || kind == PLACE_KIND_DEPOT ? USE_WORK
                          : kind == PLACE_KIND_MALL                                 ? USE_SHOP
                                                                                    : USE_PLACE);
            name_place(p,
                       add(p, kind, areas_point_in(b, &c->graph, block), block,
                           r->whose == DISTRICT ? group : a->station_of[block]),
                       a, n);
        }
    }
}

/* The railway station, the airport and stations of the metro where avenues cross. */
static void place_transit(struct places *p, const struct city *c, const struct areas *a)
{
    const struct graph *g = &c->graph;
    const struct path *yard = &c->land.yard;
    struct vec front = vec_between(yard->at[0], yard->at[1], 0.5);
    uint32_t metros = p->count;
    char zh[64];

    set_name(add(p, PLACE_KIND_RAIL, vec_along(front, vec(0, 1), 22), NONE, NONE), "临江站", "",
             "Linjiang Railway Station", "");
    set_name(add(p, PLACE_KIND_AIRPORT, path_middle(&c->land.airport), NONE, NONE), "临江翎港机场",
             "", "Linjiang Linggang Airport", "");
    for (uint32_t i = 0; i < g->node_count; i++) {
        uint32_t streets[2] = { NONE, NONE };
        bool apart = vec_length(g->nodes[i].at) < 6800;
        struct name one;
        struct name two;

        for (uint32_t e = g->nodes[i].first; e != NONE; e = graph_next(g, e, i)) {
            uint8_t road = g->edges[e].road;

            if (road == ROAD_PRIMARY || road == ROAD_TRUNK || road == ROAD_SECONDARY) {
                uint32_t k = streets[0] == NONE || streets[0] == g->edges[e].street ? 0 : 1;

                streets[k] = g->edges[e].street;
            }
        }
        if (streets[1] == NONE || g->nodes[i].air ||
            (c->streets[streets[0]].road > ROAD_PRIMARY &&
             c->streets[streets[1]].road > ROAD_PRIMARY)) {
            continue;
        }
        for (uint32_t k = metros; k < p->count; k++) {
            apart = apart && (p->at[k].kind != PLACE_KIND_METRO ||
                              vec_distance(p->at[k].at, g->nodes[i].at) > 1150);
        }
        if (apart && names_part(c, streets[0], g->nodes[i].at, &one) &&
            names_part(c, streets[1], g->nodes[i].at, &two)) {
            (void)snprintf(zh, sizeof(zh), "%.30s%.30s", one.zh, two.zh);
            set_name(add(p, PLACE_KIND_METRO, vec_add(g->nodes[i].at, vec(16, 12)), NONE, NONE),
                     two.zh, "站", two.en, " Station");
        }
    }
    (void)a;
}

static void place_stations(struct places *p, struct blocks *b, const struct areas *a)
{
    for (uint32_t i = 0; i < a->station_count; i++) {
        b->at[a->stations[i].block].use = USE_PLACE;
        set_name(add(p, PLACE_KIND_STATION, a->stations[i].at, a->stations[i].block, i),
                 a->stations[i].zh, "派出所", a->stations[i].en, " Police Station");
    }
}

static bool in_village(const struct city *c, struct vec at)
{
    for (uint32_t i = 0; i < c->land.village_count; i++) {
        const struct village *v = &c->land.villages[i];

        if (!v->town && vec_distance(v->at, at) < v->radius_m * 1.05) {
            return true;
        }
    }
    return false;
}

static uint8_t use_of(const struct city *c, const struct block *k, uint64_t luck)
{
    double urban = terrain_urban(&c->land, k->middle);
    double works = plane_noise(c->seed + 81, k->middle, 2300);
    double shops = plane_noise(c->seed + 82, k->middle, 900);

    if (terrain_closed(&c->land, k->middle)) {
        return USE_CLOSED;
    }
    if (in_village(c, k->middle)) {
        return USE_VILLAGE;
    }
    if (urban < 0.22 || (urban < 0.34 && k->area > 60000)) {
        return luck % 9 == 0 ? USE_WOOD : USE_FIELD;
    }
    if (vec_length(k->middle) > 3300 && works > 0.24 && k->area > 9000) {
        return USE_WORK;
    }
    if (urban > 0.75 && shops > 0.46 && k->area > 2500) {
        return USE_SHOP;
    }
    return vec_length(k->middle) < 1700 && luck % 5 < 2 ? USE_OLD : USE_HOME;
}

static void name_estates(struct places *p, const struct blocks *b, struct names *n)
{
    static const char *const zh[] = {
        "小区", "花园", "家园", "苑", "新村", "华庭", "公寓", "名邸"
    };
    static const char *const en[] = { " Estate",      " Garden",    " Homes",      " Court",
                                      " New Village", " Park View", " Apartments", " Residence" };

    for (uint32_t i = 0; i < b->count; i++) {
        if (b->at[i].use != USE_HOME || b->at[i].area < 11000) {
            continue;
        }
        uint64_t k = prng_below(&n->prng, sizeof(zh) / sizeof(zh[0]));

        if (p->estate_count == p->estate_room) {
            p->estate_room = p->estate_room == 0 ? 512 : p->estate_room * 2;
            p->estates = plane_grow(p->estates, p->estate_room, sizeof(*p->estates));
        }
        struct estate *e = &p->estates[p->estate_count++];

        e->block = i;
        names_make(n, zh[k], en[k], &e->name);
    }
}

void places_make(struct places *p, const struct city *c, struct blocks *b, const struct areas *a,
                 struct names *n)
{
    memset(p, 0, sizeof(*p));
    place_stations(p, b, a);
    for (uint8_t kind = 0; kind < PLACE_KIND_COUNT; kind++) {
        place_row(p, c, b, a, n, kind);
    }
    place_transit(p, c, a);
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->at[i].use == USE_NONE && b->at[i].area > 0) {
            b->at[i].use = use_of(c, &b->at[i], plane_hash(c->seed, i, 13));
        }
    }
    name_estates(p, b, n);
    p->village_names = plane_alloc(c->land.village_count, sizeof(struct name));
    for (uint32_t i = 0; i < c->land.village_count; i++) {
        names_village(n, c->land.villages[i].town, &p->village_names[i]);
    }
}

void places_free(struct places *p)
{
    free(p->at);
    free(p->estates);
    free(p->houses);
    free(p->village_names);
    memset(p, 0, sizeof(*p));
}
