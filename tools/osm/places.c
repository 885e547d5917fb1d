/* Public places that give an incident its place flags. */
#include "tools/osm/import.h"

#include "base/geo.h"

#include <stdlib.h>
#include <string.h>

#define BIT(flag) (UINT32_C(1) << PLACE_FLAG_##flag)
#define RADIUS_MIN 30
#define RADIUS_MAX 1500

static const struct {
    const char *key, *value;
    uint32_t flags;
    uint32_t radius_m; /* of a point */
} kinds[] = {
    { "amenity", "school", BIT(SCHOOL), 120 },
    { "amenity", "kindergarten", BIT(SCHOOL), 60 },
    { "amenity", "university", BIT(SCHOOL), 250 },
    { "amenity", "college", BIT(SCHOOL), 200 },
    { "amenity", "hospital", BIT(HOSPITAL) | BIT(CROWDED), 150 },
    { "amenity", "clinic", BIT(HOSPITAL), 60 },
    { "amenity", "bank", BIT(BANK), 30 },
    { "railway", "station", BIT(TRANSIT) | BIT(CROWDED), 150 },
    { "amenity", "bus_station", BIT(TRANSIT) | BIT(CROWDED), 120 },
    { "amenity", "ferry_terminal", BIT(TRANSIT), 100 },
    { "aeroway", "aerodrome", BIT(TRANSIT) | BIT(CROWDED), 800 },
    { "aeroway", "terminal", BIT(TRANSIT) | BIT(CROWDED), 300 },
    { "amenity", "police", BIT(GOVERNMENT), 60 },
    { "amenity", "fire_station", BIT(GOVERNMENT), 60 },
    { "amenity", "townhall", BIT(GOVERNMENT), 100 },
    { "amenity", "courthouse", BIT(GOVERNMENT), 80 },
    { "shop", "mall", BIT(CROWDED), 120 },
    { "amenity", "marketplace", BIT(CROWDED), 80 },
    { "amenity", "exhibition_centre", BIT(CROWDED), 250 },
    { "amenity", "cinema", BIT(CROWDED), 50 },
    { "amenity", "theatre", BIT(CROWDED), 60 },
    { "leisure", "stadium", BIT(CROWDED), 200 },
    { "amenity", "fuel", BIT(HAZARDOUS), 50 },
    { "man_made", "works", BIT(HAZARDOUS), 200 },
    { "industrial", "depot", BIT(HAZARDOUS), 200 },
    { "industrial", "refinery", BIT(HAZARDOUS), 400 },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static size_t kind_of(const struct osm_import *m, struct extract_tags tags)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (extract_is(&m->extract, tags, kinds[i].key, kinds[i].value)) {
            return i;
        }
    }
    return KINDS;
}

static void take(struct osm_import *m, struct extract_tags tags, struct point at, size_t kind,
                 uint32_t radius)
{
    struct list *list = &m->city.places;
    struct city_place *p = (struct city_place *)(uintptr_t)list->at;

    if (list->count == IMPORT_PLACES_MAX || extract_tag(&m->extract, tags, "name") == NULL) {
        return;
    }
    p[list->count++] = (struct city_place){ .name_zh = import_name(m, tags, false, "place"),
                                            .name_en = import_name(m, tags, true, "place"),
                                            .flags = kinds[kind].flags,
                                            .lon = at.lon_e7,
                                            .lat = at.lat_e7,
                                            .radius_m = radius };
}

/* From the middle of an area to its farthest corner. */
static uint32_t reach_of(const struct osm_import *m, const struct extract_way *w, struct point at)
{
    uint32_t most = 0;

    for (uint32_t k = 0; k < w->count; k++) {
        const struct extract_node *n = extract_way_node(&m->extract, w, k);
        uint32_t d = n != NULL ? geo_distance_mm(n->at, at) / 1000 : 0;

        most = d > most ? d : most;
    }
    return most < RADIUS_MIN ? RADIUS_MIN : (most > RADIUS_MAX ? RADIUS_MAX : most);
}

void import_places(struct osm_import *m)
{
    const struct extract *x = &m->extract;

    m->city.places.at = arena_alloc(&m->arena, IMPORT_PLACES_MAX * sizeof(struct city_place));
    must(m->city.places.at != NULL);
    for (uint32_t i = 0; i < x->node_count; i++) {
        const struct extract_node *n = &x->nodes[i];
        size_t kind = n->tags.count > 0 ? kind_of(m, n->tags) : KINDS;

        if (kind < KINDS) {
            take(m, n->tags, n->at, kind, kinds[kind].radius_m);
        }
    }
    for (uint32_t i = 0; i < x->way_count; i++) {
        const struct extract_way *w = &x->ways[i];
        size_t kind = w->tags.count > 0 ? kind_of(m, w->tags) : KINDS;
        struct point at;

        if (kind < KINDS && extract_way_middle(x, w, &at)) {
            take(m, w->tags, at, kind, reach_of(m, w, at));
        }
    }
}
