/* Grounds and points with a name, and addresses. */
#include "tools/osm/named.h"

#include "base/geo.h"

#include <stdlib.h>
#include <string.h>

#define POINT_REACH_M 150u /* a ground that reaches no farther is where its middle is */
#define REACH_MAX_M 20000u

/* The first row that fits says what a thing is; a value of NULL is any but "no". */
static const struct {
    const char *key, *value;
    uint8_t kind;
} rows[] = {
    { "amenity", "police", NAMED_POLICE },
    { "amenity", "fire_station", NAMED_FIRE },
    { "amenity", "hospital", NAMED_HEALTH },
    { "amenity", "clinic", NAMED_HEALTH },
    { "amenity", "doctors", NAMED_HEALTH },
    { "amenity", "pharmacy", NAMED_HEALTH },
    { "amenity", "school", NAMED_SCHOOL },
    { "amenity", "kindergarten", NAMED_SCHOOL },
    { "amenity", "university", NAMED_SCHOOL },
    { "amenity", "college", NAMED_SCHOOL },
    { "amenity", "bank", NAMED_BANK },
    { "amenity", "atm", NAMED_BANK },
    { "amenity", "bus_station", NAMED_TRANSIT },
    { "amenity", "ferry_terminal", NAMED_TRANSIT },
    { "amenity", "parking", NAMED_TRANSIT },
    { "amenity", "marketplace", NAMED_SHOP },
    { "amenity", "restaurant", NAMED_FOOD },
    { "amenity", "fast_food", NAMED_FOOD },
    { "amenity", "cafe", NAMED_FOOD },
    { "amenity", "bar", NAMED_FOOD },
    { "amenity", "pub", NAMED_FOOD },
    { "amenity", "cinema", NAMED_LEISURE },
    { "amenity", "theatre", NAMED_LEISURE },
    { "amenity", "nightclub", NAMED_LEISURE },
    { "amenity", "internet_cafe", NAMED_LEISURE },
    { "amenity", "library", NAMED_LEISURE },
    { "amenity", "exhibition_centre", NAMED_LEISURE },
    { "amenity", "townhall", NAMED_OFFICE },
    { "amenity", "courthouse", NAMED_OFFICE },
    { "amenity", "fuel", NAMED_WORKS },
    { "amenity", NULL, NAMED_OTHER },
    { "railway", "station", NAMED_TRANSIT },
    { "railway", "halt", NAMED_TRANSIT },
    { "railway", "tram_stop", NAMED_TRANSIT },
    { "railway", "subway_entrance", NAMED_TRANSIT },
    { "public_transport", "station", NAMED_TRANSIT },
    { "highway", "bus_stop", NAMED_TRANSIT },
    { "aeroway", "aerodrome", NAMED_TRANSIT },
    { "aeroway", "terminal", NAMED_TRANSIT },
    { "building", "train_station", NAMED_TRANSIT },
    { "junction", "yes", NAMED_BRIDGE },
    { "highway", "motorway_junction", NAMED_BRIDGE },
    { "man_made", "bridge", NAMED_BRIDGE },
    { "tourism", "hotel", NAMED_HOTEL },
    { "tourism", "hostel", NAMED_HOTEL },
    { "tourism", "guest_house", NAMED_HOTEL },
    { "tourism", NULL, NAMED_LEISURE },
    { "shop", NULL, NAMED_SHOP },
    { "office", NULL, NAMED_OFFICE },
    { "leisure", "park", NAMED_GREEN },
    { "leisure", "garden", NAMED_GREEN },
    { "leisure", NULL, NAMED_LEISURE },
    { "natural", NULL, NAMED_GREEN },
    { "man_made", NULL, NAMED_WORKS },
    { "industrial", NULL, NAMED_WORKS },
    { "landuse", "residential", NAMED_ESTATE },
    { "landuse", "industrial", NAMED_WORKS },
    { "landuse", NULL, NAMED_OTHER },
    { "historic", NULL, NAMED_LEISURE },
    { "healthcare", NULL, NAMED_HEALTH },
    { "place", "neighbourhood", NAMED_AREA },
    { "place", "quarter", NAMED_AREA },
    { "place", "suburb", NAMED_AREA },
    { "place", "village", NAMED_AREA },
    { "place", "hamlet", NAMED_AREA },
    { "place", "town", NAMED_AREA },
    { "place", "island", NAMED_AREA },
    { "place", "locality", NAMED_AREA },
    { "place", "square", NAMED_AREA },
    { "building", NULL, NAMED_OTHER },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static size_t row_of(const struct extract *x, struct extract_tags tags)
{
    for (size_t k = 0; k < ROWS; k++) {
        const char *value = extract_tag(x, tags, rows[k].key);

        if (value != NULL && strcmp(value, "no") != 0 &&
            (rows[k].value == NULL || strcmp(value, rows[k].value) == 0)) {
            return k;
        }
    }
    return ROWS;
}

/* A quarter or village that is drawn as a point reaches somewhere all the same. */
static uint32_t reach_of_point(uint8_t kind)
{
    return kind == NAMED_AREA ? 500 : 0;
}

static bool take_named(struct osm_import *m, struct named_list *l, struct extract_tags tags,
                       struct point at, uint32_t reach)
{
    const struct extract *x = &m->extract;
    size_t row = extract_tag(x, tags, "name") != NULL ? row_of(x, tags) : ROWS;

    if (row == ROWS) {
        return true;
    }
    const char *alt = extract_tag(x, tags, "alt_name");
    const char *short_name = extract_tag(x, tags, "short_name");
    const char *plain = extract_tag(x, tags, "name");
    uint32_t radius = reach > POINT_REACH_M ? reach : reach_of_point(rows[row].kind);
    const struct named n = { .name = import_name(m, tags, false, "place"),
                             .en = import_name(m, tags, true, ""),
                             .also = named_text(m, "%.160s %.160s %.160s", plain,
                                                alt != NULL ? alt : "",
                                                short_name != NULL ? short_name : ""),
                             .at = at,
                             .radius_m = radius > REACH_MAX_M ? REACH_MAX_M : radius,
                             .kind = rows[row].kind };

    return named_add(l, &n);
}

/* "人民路218号", or "218 Main Street" where the street has no Chinese name. */
static bool take_address(struct osm_import *m, struct named_list *l, struct extract_tags tags,
                         struct point at)
{
    const struct extract *x = &m->extract;
    const char *number = extract_tag(x, tags, "addr:housenumber");
    const char *street = extract_tag(x, tags, "addr:street");

    street = street != NULL ? street : extract_tag(x, tags, "addr:place");
    if (number == NULL || street == NULL || number[0] == '\0' || street[0] == '\0' ||
        strlen(number) > 40 || strlen(street) > 120 || !str_utf8(str_of(number)) ||
        !str_utf8(str_of(street))) {
        return true;
    }
    bool chinese = (uint8_t)street[0] >= 0x80;
    bool bare = number[strspn(number, "0123456789")] == '\0';
    const struct named n = { .name = chinese
                                         ? named_text(m, "%s%s%s", street, number, bare ? "号" : "")
                                         : named_text(m, "%s %s", number, street),
                             .street = named_text(m, "%s", street),
                             .number = named_text(m, "%s", number),
                             .at = at,
                             .kind = NAMED_ADDRESS };

    return named_add(l, &n);
}

static uint32_t reach_of_way(const struct extract *x, const struct extract_way *w, struct point at)
{
    uint32_t most = 0;

    for (uint32_t k = 0; k < w->count; k++) {
        const struct extract_node *n = extract_way_node(x, w, k);
        uint32_t d = n != NULL ? geo_distance_mm(n->at, at) / 1000 : 0;

        most = d > most ? d : most;
    }
    return most;
}

/* A bridge or tunnel that the way over it names. */
static bool take_bridge(struct osm_import *m, struct named_list *l, struct extract_tags tags,
                        struct point at)
{
    const struct extract *x = &m->extract;
    const char *name = extract_tag(x, tags, "bridge:name");

    name = name != NULL ? name : extract_tag(x, tags, "tunnel:name");
    if (name == NULL || name[0] == '\0' || strlen(name) > 120 || !str_utf8(str_of(name))) {
        return true;
    }
    const struct named n = { .name = named_text(m, "%s", name), .at = at, .kind = NAMED_BRIDGE };

    return named_add(l, &n);
}

static bool take_way(struct osm_import *m, struct named_list *l, const struct extract_way *w)
{
    const struct extract *x = &m->extract;
    struct point at;

    if (w->tags.count == 0 || !extract_way_middle(x, w, &at)) {
        return true;
    }
    return take_address(m, l, w->tags, at) && take_bridge(m, l, w->tags, at) &&
           (extract_tag(x, w->tags, "highway") != NULL ||
            take_named(m, l, w->tags, at, reach_of_way(x, w, at)));
}

/* Of an area made of several ways, the first that is at hand. */
static bool take_area(struct osm_import *m, struct named_list *l, const struct extract_relation *r)
{
    const struct extract *x = &m->extract;

    if (!extract_is(x, r->tags, "type", "multipolygon")) {
        return true;
    }
    for (uint32_t k = 0; k < r->count; k++) {
        const struct extract_member *member = &x->members[r->first + k];
        const struct extract_way *w =
            member->kind == EXTRACT_WAY ? extract_way(x, member->id) : NULL;
        struct point at;

        if (w != NULL && extract_way_middle(x, w, &at)) {
            return take_named(m, l, r->tags, at, reach_of_way(x, w, at)) &&
                   take_address(m, l, r->tags, at);
        }
    }
    return true;
}

enum err named_things(struct osm_import *m, struct named_list *l)
{
    const struct extract *x = &m->extract;
    bool good = true;

    for (uint32_t i = 0; good && i < x->node_count; i++) {
        const struct extract_node *n = &x->nodes[i];

        good = n->tags.count == 0 ||
               (take_named(m, l, n->tags, n->at, 0) && take_address(m, l, n->tags, n->at));
    }
    for (uint32_t i = 0; good && i < x->way_count; i++) {
        good = take_way(m, l, &x->ways[i]);
    }
    for (uint32_t i = 0; good && i < x->relation_count; i++) {
        good = take_area(m, l, &x->relations[i]);
    }
    return good ? OK : fault_set(m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL);
}
