#include "tools/calls/spots.h"

#include "base/geo.h"
#include "dispatch/model/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELLS 64 /* on each side of the extract's box */
#define FEW_HOMES 30
#define STREET_STEP 3 /* every so many pieces of a street make a spot */

static const struct {
    const char *word;
    uint32_t flags;
} kinds[SPOT_KINDS] = {
#define SPOT(name, word, flags) { word, flags },
#include "tools/calls/spots.def"
#undef SPOT
};

static const struct {
    const char *key, *value;
    uint8_t kind;
    uint8_t weight;
    uint16_t reach_m;
} tags[] = {
    { "shop", "mall", SPOT_SHOP, 40, 60 },
    { "shop", "supermarket", SPOT_SHOP, 8, 20 },
    { "amenity", "restaurant", SPOT_SHOP, 5, 15 },
    { "amenity", "fast_food", SPOT_SHOP, 4, 15 },
    { "amenity", "cafe", SPOT_SHOP, 3, 15 },
    { "amenity", "fuel", SPOT_SHOP, 3, 20 },
    { "tourism", "hotel", SPOT_SHOP, 8, 20 },
    { "amenity", "bar", SPOT_NIGHT, 10, 20 },
    { "amenity", "pub", SPOT_NIGHT, 8, 20 },
    { "amenity", "nightclub", SPOT_NIGHT, 14, 20 },
    { "amenity", "internet_cafe", SPOT_NIGHT, 6, 15 },
    { "amenity", "cinema", SPOT_NIGHT, 6, 20 },
    { "amenity", "marketplace", SPOT_MARKET, 10, 40 },
    { "railway", "station", SPOT_TRANSIT, 10, 60 },
    { "amenity", "bus_station", SPOT_TRANSIT, 15, 50 },
    { "aeroway", "aerodrome", SPOT_TRANSIT, 20, 300 },
    { "amenity", "school", SPOT_SCHOOL, 6, 40 },
    { "amenity", "university", SPOT_SCHOOL, 20, 150 },
    { "amenity", "kindergarten", SPOT_SCHOOL, 3, 20 },
    { "amenity", "hospital", SPOT_HOSPITAL, 20, 60 },
    { "amenity", "clinic", SPOT_HOSPITAL, 5, 20 },
    { "amenity", "bank", SPOT_BANK, 5, 10 },
    { "leisure", "park", SPOT_PARK, 6, 80 },
    { "leisure", "stadium", SPOT_PARK, 6, 120 },
    { "man_made", "works", SPOT_WORKS, 10, 100 },
    { "industrial", "depot", SPOT_WORKS, 8, 100 },
    { "amenity", "townhall", SPOT_GOVERNMENT, 8, 40 },
    { "amenity", "courthouse", SPOT_GOVERNMENT, 5, 30 },
};

uint32_t spot_kind_of(const char *word)
{
    uint32_t i = 0;

    while (i < SPOT_KINDS && strcmp(kinds[i].word, word) != 0) {
        i++;
    }
    return i;
}

struct point spot_shift(struct point at, int32_t east_m, int32_t north_m)
{
    /* 1e-7 degrees of a metre northwards; eastwards by the length of a degree there. */
    struct point one = { at.lon_e7 + 100000, at.lat_e7 };
    uint32_t mm = geo_distance_mm(at, one);

    return (struct point){
        (int32_t)(at.lon_e7 + (int64_t)east_m * 100000 * 1000 / (mm > 0 ? mm : 1)),
        (int32_t)(at.lat_e7 + (int64_t)north_m * 899322 / 10000),
    };
}

static uint32_t cell_of(const struct spots *s, struct point at)
{
    int64_t x = ((int64_t)at.lon_e7 - s->low.lon_e7) / s->lon_step;
    int64_t y = ((int64_t)at.lat_e7 - s->low.lat_e7) / s->lat_step;

    x = x < 0 ? 0 : (x >= CELLS ? CELLS - 1 : x);
    y = y < 0 ? 0 : (y >= CELLS ? CELLS - 1 : y);
    return (uint32_t)(y * CELLS + x);
}

static uint64_t mix(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t h = a * 0x9e3779b97f4a7c15u + b * 0xbf58476d1ce4e5b9u + c;

    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return (h ^ (h >> 31)) % 1000;
}

/* How often a place calls, beside others of its kind: some quarters more than others, and some
 * places in them many times more. The same at every time. */
static uint64_t hot(const struct spots *s, struct point at)
{
    uint64_t quarter = 100 + s->hot_percent * 400 / (15 + mix(s->seed, cell_of(s, at), 1));
    uint64_t place =
        100 + s->hot_percent * 3000 / (3 + mix(s->seed, (uint32_t)at.lon_e7, (uint32_t)at.lat_e7));

    return quarter * place / 100;
}

static bool in_city(const struct spots *s, struct point at)
{
    const struct city_zone *z = s->city->zones.at;
    const struct city_ring *r = z->rings.at;

    for (uint32_t i = 0; i < z->rings.count; i++) {
        if (geo_in_ring(r[i].points.at, r[i].points.count, at)) {
            return true;
        }
    }
    return z->rings.count == 0;
}

static void add(struct spots *s, uint32_t kind, struct point at, const char *zh, uint64_t weight,
                uint16_t reach)
{
    struct spot_list *l = &s->kinds[kind];

    if (zh == NULL || !in_city(s, at)) {
        return;
    }
    if (l->count == l->room) {
        l->room = l->room == 0 ? 256 : l->room * 2;
        l->at = realloc(l->at, l->room * sizeof(*l->at));
        must(l->at != NULL);
    }
    uint64_t before = l->count > 0 ? l->at[l->count - 1].until : 0;

    l->at[l->count++] = (struct spot){ .at = at,
                                       .zh = zh,
                                       .until = before + weight * hot(s, at) + 1,
                                       .flags = kinds[kind].flags,
                                       .reach_m = reach };
}

/* The name as Chinese speakers know it, at most so long that an address has room. */
static const char *name_of(const struct spots *s, struct extract_tags t)
{
    const char *zh = extract_tag(s->extract, t, "name:zh");

    zh = zh != NULL ? zh : extract_tag(s->extract, t, "name");
    return zh != NULL && strlen(zh) < 60 && str_utf8(str_of(zh)) ? zh : NULL;
}

static int class_of(const struct spots *s, const struct extract_way *w)
{
    static const char *const classes[] = { "trunk",        "primary",      "secondary",
                                           "tertiary",     "unclassified", "residential",
                                           "living_street" };
    const char *highway = extract_tag(s->extract, w->tags, "highway");

    for (size_t i = 0; highway != NULL && i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (strcmp(highway, classes[i]) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static void measure(struct spots *s)
{
    const struct extract *x = s->extract;
    struct point high = { INT32_MIN, INT32_MIN };

    s->low = (struct point){ INT32_MAX, INT32_MAX };
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < x->way_count; i++) {
            if (class_of(s, &x->ways[i]) < 0) {
                continue;
            }
            for (uint32_t k = 0; k < x->ways[i].count; k++) {
                const struct extract_node *n = extract_way_node(x, &x->ways[i], k);

                if (n == NULL) {
                    continue;
                }
                if (pass == 1) {
                    uint16_t *cell = &s->dense[cell_of(s, n->at)];

                    *cell = (uint16_t)(*cell + (*cell < UINT16_MAX ? 1 : 0));
                    continue;
                }
                s->low.lon_e7 = n->at.lon_e7 < s->low.lon_e7 ? n->at.lon_e7 : s->low.lon_e7;
                s->low.lat_e7 = n->at.lat_e7 < s->low.lat_e7 ? n->at.lat_e7 : s->low.lat_e7;
                high.lon_e7 = n->at.lon_e7 > high.lon_e7 ? n->at.lon_e7 : high.lon_e7;
                high.lat_e7 = n->at.lat_e7 > high.lat_e7 ? n->at.lat_e7 : high.lat_e7;
            }
        }
        s->lon_step = (uint32_t)(((int64_t)high.lon_e7 - s->low.lon_e7) / CELLS + 1);
        s->lat_step = (uint32_t)(((int64_t)high.lat_e7 - s->low.lat_e7) / CELLS + 1);
    }
}

/* Streets by their pieces, junctions where the name changes to another street's. */
static void take_street(struct spots *s, const struct extract_way *w, int class, const char **seen)
{
    const struct extract *x = s->extract;
    const char *name = name_of(s, w->tags);

    for (uint32_t k = 0; name != NULL && k < w->count; k++) {
        const struct extract_node *n = extract_way_node(x, w, k);

        if (n == NULL) {
            continue;
        }
        uint64_t weight = 4 + s->dense[cell_of(s, n->at)];
        size_t index = (size_t)(n - x->nodes);

        if (k % STREET_STEP == 1) {
            add(s, class <= 2 ? SPOT_MAIN_ROAD : SPOT_STREET, n->at, name, weight, 15);
        }
        if (seen[index] == NULL) {
            seen[index] = name;
        } else if (strcmp(seen[index], name) != 0 && seen[index][0] != '\0') {
            size_t size = strlen(seen[index]) + strlen(name) + 16;
            char *both = arena_alloc(s->arena, size);

            must(both != NULL);
            (void)snprintf(both, size, "%s与%s路口", seen[index], name);
            add(s, SPOT_JUNCTION, n->at, both, weight * (class <= 2 ? 4 : 1), 8);
            seen[index] = ""; /* once */
        }
    }
}

static void take_place(struct spots *s, struct extract_tags t, struct point at)
{
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (extract_is(s->extract, t, tags[i].key, tags[i].value)) {
            add(s, tags[i].kind, at, name_of(s, t),
                (uint64_t)tags[i].weight * (8 + s->dense[cell_of(s, at)]), tags[i].reach_m);
            return;
        }
    }
    if (extract_is(s->extract, t, "landuse", "residential") ||
        extract_is(s->extract, t, "place", "village")) {
        add(s, SPOT_HOME, at, name_of(s, t), 4 + s->dense[cell_of(s, at)], 70);
    }
}

/* An extract without named estates: people live along its streets. */
static void homes_on_streets(struct spots *s)
{
    for (uint32_t i = 0; i < s->kinds[SPOT_STREET].count; i++) {
        const struct spot *k = &s->kinds[SPOT_STREET].at[i];

        add(s, SPOT_HOME, k->at, k->zh, 4 + s->dense[cell_of(s, k->at)], 40);
    }
}

void spots_find(struct spots *s, const struct extract *x, const struct city *city,
                struct arena *arena, uint64_t seed, uint32_t hot_percent)
{
    *s = (struct spots){
        .extract = x, .city = city, .arena = arena, .seed = seed, .hot_percent = hot_percent
    };
    s->dense = calloc((size_t)CELLS * CELLS, sizeof(*s->dense));
    const char **seen = calloc(x->node_count, sizeof(*seen));

    must(s->dense != NULL && seen != NULL);
    measure(s);
    for (uint32_t i = 0; i < x->way_count; i++) {
        const struct extract_way *w = &x->ways[i];
        int class = class_of(s, w);
        struct point middle;

        if (class >= 0) {
            take_street(s, w, class, seen);
        } else if (w->tags.count > 0 && extract_way_middle(x, w, &middle)) {
            take_place(s, w->tags, middle);
        }
    }
    for (uint32_t i = 0; i < x->node_count; i++) {
        if (x->nodes[i].tags.count > 0) {
            take_place(s, x->nodes[i].tags, x->nodes[i].at);
        }
    }
    free(seen);
    if (s->kinds[SPOT_HOME].count < FEW_HOMES) {
        homes_on_streets(s);
    }
}

void spots_free(struct spots *s)
{
    for (uint32_t i = 0; i < SPOT_KINDS; i++) {
        free(s->kinds[i].at);
    }
    free(s->dense);
    memset(s, 0, sizeof(*s));
}

const struct spot *spots_pick(const struct spots *s, uint32_t kind, struct prng *p)
{
    const struct spot_list *l = &s->kinds[kind];
    uint32_t low = 0;

    l = l->count > 0 ? l : &s->kinds[SPOT_STREET];
    must(l->count > 0);
    uint32_t high = l->count - 1;
    uint64_t at = prng_below(p, l->at[high].until);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (l->at[middle].until > at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return &l->at[low];
}

const struct spot *spots_landmark(const struct spots *s, struct point at, uint32_t reach_m)
{
    const struct spot *best = NULL;
    uint32_t least = reach_m * 1000;

    for (uint32_t kind = SPOT_SHOP; kind < SPOT_KINDS; kind++) {
        for (uint32_t i = 0; i < s->kinds[kind].count; i++) {
            uint32_t d = geo_distance_mm(s->kinds[kind].at[i].at, at);

            if (d < least) {
                least = d;
                best = &s->kinds[kind].at[i];
            }
        }
    }
    return best;
}
