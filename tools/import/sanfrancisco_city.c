/* Zones, stations, types, local time and the invented police fleet. */
#include "tools/import/sanfrancisco.h"

#include "tools/sim/town.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct json_limits file_limits = { .bytes_max = (size_t)1 << 26,
                                                .depth_max = 16,
                                                .values_max = 4000000 };

static const char *const capabilities[] = {
    "armed",  "boat",         "breath_test", "drone",      "eod",        "forensics", "hazmat",
    "ladder", "life_support", "mediation",   "motorcycle", "negotiator", "shield",    "taser"
};

static const struct {
    const char *code, *name_zh, *name_en;
} districts[] = {
    { "PARK", "公园分局辖区", "Park" },
    { "RICHMOND", "列治文分局辖区", "Richmond" },
    { "INGLESIDE", "英格赛德分局辖区", "Ingleside" },
    { "TARAVAL", "塔拉瓦尔分局辖区", "Taraval" },
    { "CENTRAL", "中央分局辖区", "Central" },
    { "SOUTHERN", "南区分局辖区", "Southern" },
    { "BAYVIEW", "湾景分局辖区", "Bayview" },
    { "TENDERLOIN", "田德隆分局辖区", "Tenderloin" },
    { "MISSION", "米慎分局辖区", "Mission" },
    { "NORTHERN", "北区分局辖区", "Northern" },
};

/* What stands in each district. Invented: sized so that the 48 hours of January 2026 can be worked,
 * about one unit on duty for every two calls an hour at the busiest. */
static const struct {
    enum police_type type;
    const char *letter;
    uint32_t count;
    const char *capabilities[4];
} fleet[] = {
    { POLICE_TYPE_PATROL, "P", 14, { "armed", "taser", NULL, NULL } },
    { POLICE_TYPE_STATION, "S", 5, { "armed", "mediation", NULL, NULL } },
    { POLICE_TYPE_TRAFFIC, "T", 4, { "breath_test", "motorcycle", NULL, NULL } },
    { POLICE_TYPE_PUBLIC_ORDER, "O", 3, { "mediation", NULL, NULL, NULL } },
    { POLICE_TYPE_INVESTIGATION, "I", 3, { "armed", "forensics", "negotiator", NULL } },
    { POLICE_TYPE_PATROL, "X", 1, { "armed", "eod", "shield", NULL } },
};

static enum err parse(struct import *m, const char *name, struct json_doc **doc)
{
    struct str text;

    if (import_read(m, m->from, name, &text) != OK) {
        return m->fault->err;
    }
    return json_in_parse(text, file_limits, doc, m->fault);
}

static struct str keep(struct import *m, struct str s)
{
    struct str copy = arena_str(m->arena, s);

    must(copy.at != NULL);
    return copy;
}

static const struct json_doc *property(const struct json_doc *feature, const char *key,
                                       struct str *out)
{
    const struct json_doc *properties = json_doc_member(feature, "properties");

    return properties != NULL && json_doc_str(properties, key, out) ? properties : NULL;
}

/* One ring [[lon,lat],…]; the last corner, which repeats the first, is left out. */
static bool read_ring(struct import *m, const struct json_doc *doc, struct city_ring *out)
{
    size_t count = json_doc_count(doc);
    struct point *points = arena_alloc(m->arena, (count + 1) * sizeof(*points));

    must(points != NULL);
    for (size_t i = 0; i < count; i++) {
        const struct json_doc *pair = json_doc_at(doc, i);

        if (json_doc_count(pair) < 2 ||
            !json_doc_value_deg(json_doc_at(pair, 0), &points[i].lon_e7) ||
            !json_doc_value_deg(json_doc_at(pair, 1), &points[i].lat_e7)) {
            return false;
        }
    }
    out->points = (struct list){ .at = points, .count = count > 3 ? (uint32_t)count - 1 : 0 };
    return count > 3;
}

/* Outer rings of a (multi)polygon; holes are left out: districts have none. */
static bool read_rings(struct import *m, const struct json_doc *geometry, struct city_zone *zone)
{
    struct str type;
    const struct json_doc *at = json_doc_member(geometry, "coordinates");
    bool multi = json_doc_str(geometry, "type", &type) && str_is(type, "MultiPolygon");
    size_t count = multi ? json_doc_count(at) : 1;
    struct city_ring *rings = arena_alloc(m->arena, (count + 1) * sizeof(*rings));

    must(rings != NULL);
    for (size_t i = 0; i < count; i++) {
        const struct json_doc *polygon = multi ? json_doc_at(at, i) : at;

        if (json_doc_count(polygon) < 1 || !read_ring(m, json_doc_at(polygon, 0), &rings[i])) {
            return false;
        }
    }
    zone->rings = (struct list){ .at = rings, .count = (uint32_t)count };
    return true;
}

static enum err read_zones(struct import *m)
{
    struct json_doc *doc;

    if (parse(m, "police_districts.geojson", &doc) != OK) {
        return m->fault->err;
    }
    const struct json_doc *list = json_doc_member(doc, "features");
    size_t count = json_doc_count(list);
    struct city_zone *zones = arena_alloc(m->arena, (count + 1) * sizeof(*zones));
    enum err err = OK;

    must(zones != NULL);
    zones[0] = (struct city_zone){ .code = STR("SF"),
                                   .name_zh = STR("旧金山"),
                                   .name_en = STR("San Francisco"),
                                   .kind = ZONE_CITY };
    for (size_t i = 0; i < count && err == OK; i++) {
        const struct json_doc *feature = json_doc_at(list, i);
        struct city_zone *z = &zones[i + 1];
        struct str name;

        if (property(feature, "district", &name) == NULL ||
            !read_rings(m, json_doc_member(feature, "geometry"), z)) {
            err = fault_set(m->fault, ERR_MALFORMED, "a district cannot be read",
                            "police_districts.geojson", NULL);
            break;
        }
        z->code = z->name_zh = z->name_en = keep(m, name);
        z->kind = ZONE_DISTRICT;
        z->parent = STR("SF");
        for (size_t k = 0; k < sizeof(districts) / sizeof(districts[0]); k++) {
            if (str_is(name, districts[k].code)) {
                z->name_zh = str_of(districts[k].name_zh);
                z->name_en = str_of(districts[k].name_en);
            }
        }
    }
    json_doc_free(doc);
    m->city.zones = (struct list){ .at = zones, .count = (uint32_t)count + 1 };
    return err;
}

static enum err read_stations(struct import *m)
{
    struct json_doc *doc;

    if (parse(m, "stations.geojson", &doc) != OK) {
        return m->fault->err;
    }
    const struct json_doc *list = json_doc_member(doc, "features");
    uint32_t count = 0;

    for (size_t i = 0; i < json_doc_count(list) && count < PLACES_MAX; i++) {
        const struct json_doc *feature = json_doc_at(list, i);
        const struct json_doc *at =
            json_doc_member(json_doc_member(feature, "geometry"), "coordinates");
        struct city_place *p = &m->places[count];
        struct str kind;
        struct str name;

        if (property(feature, "kind", &kind) == NULL || property(feature, "name", &name) == NULL ||
            json_doc_count(at) < 2 || !json_doc_value_deg(json_doc_at(at, 0), &p->lon) ||
            !json_doc_value_deg(json_doc_at(at, 1), &p->lat)) {
            continue;
        }
        /* A place's name is at most 63 bytes; longer ones end there. */
        name.len = name.len > 63 ? 63 : name.len;
        p->name_zh = p->name_en = keep(m, name);
        p->flags =
            UINT32_C(1) << (str_is(kind, "hospital") ? PLACE_FLAG_HOSPITAL : PLACE_FLAG_GOVERNMENT);
        p->radius_m = str_is(kind, "hospital") ? 150 : 60;
        count++;
    }
    json_doc_free(doc);
    m->city.places = (struct list){ .at = m->places, .count = count };
    return OK;
}

static enum err read_types(struct import *m)
{
    struct json_doc *doc;
    struct str text;

    if (import_read(m, m->seeds, "incident_types.json", &text) != OK ||
        json_in_parse(text, file_limits, &doc, m->fault) != OK) {
        return m->fault->err;
    }
    const struct json_doc *list = json_doc_member(doc, "types");
    size_t count = json_doc_count(list);
    struct city_type *types = arena_alloc(m->arena, (count + 1) * sizeof(*types));
    enum err err = OK;

    must(types != NULL);
    for (size_t i = 0; i < count && err == OK; i++) {
        err = json_in_struct(&city_type_shape, json_doc_at(list, i), STR("w"), m->arena, &types[i],
                             m->fault);
    }
    json_doc_free(doc);
    m->city.types = (struct list){ .at = types, .count = (uint32_t)count };
    return err;
}

/* Days since 1970-01-01 of a civil date. */
static int64_t day_number(int64_t y, int64_t month, int64_t d)
{
    y -= month <= 2 ? 1 : 0;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year = y - era * 400;
    int64_t day = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + d - 1;

    return era * 146097 + year * 365 + year / 4 - year / 100 + day - 719468;
}

/* The n-th Sunday of a month. 1970-01-01 was a Thursday. */
static int64_t sunday(int64_t year, int64_t month, int64_t n)
{
    int64_t first = day_number(year, month, 1);

    return first + (3 - first % 7 + 7) % 7 + (n - 1) * 7;
}

/* America/Los_Angeles as a table. Source: Energy Policy Act of 2005, section 110: from the second
 * Sunday of March to the first of November, at 2:00 local time. */
static void write_offsets(struct import *m)
{
    enum { FROM = 2007, UNTIL = 2036, COUNT = 2 * (UNTIL - FROM) + 1 };
    struct city_offset *o = arena_alloc(m->arena, COUNT * sizeof(*o));
    uint32_t n = 0;

    must(o != NULL);
    o[n++] = (struct city_offset){ .from = day_number(2006, 10, 29) * US_PER_DAY + 9 * US_PER_HOUR,
                                   .offset_min = -480 };
    for (int64_t y = FROM; y < UNTIL; y++) {
        o[n++] = (struct city_offset){ .from = sunday(y, 3, 2) * US_PER_DAY + 10 * US_PER_HOUR,
                                       .offset_min = -420 };
        o[n++] = (struct city_offset){ .from = sunday(y, 11, 1) * US_PER_DAY + 9 * US_PER_HOUR,
                                       .offset_min = -480 };
    }
    m->city.offsets = (struct list){ .at = o, .count = n };
}

static void write_capabilities(struct import *m)
{
    uint32_t count = sizeof(capabilities) / sizeof(capabilities[0]);
    struct str *words = arena_alloc(m->arena, count * sizeof(*words));

    must(words != NULL);
    for (uint32_t i = 0; i < count; i++) {
        words[i] = str_of(capabilities[i]);
    }
    m->city.capabilities = (struct list){ .at = words, .count = count };
}

/* Where a district's police station stands ("Bayview Police Station"). */
static struct point station_of(const struct import *m, const struct city_zone *z)
{
    for (uint32_t i = 0; i < m->city.places.count; i++) {
        struct str name = m->places[i].name_en;

        if (name.len > z->name_en.len && memcmp(name.at, z->name_en.at, z->name_en.len) == 0 &&
            memcmp(name.at + z->name_en.len, " Police", 7) == 0) {
            return (struct point){ m->places[i].lon, m->places[i].lat };
        }
    }
    const struct city_ring *r = z->rings.at;

    return *(const struct point *)r[0].points.at;
}

static struct list capability_list(struct import *m, const char *const words[4])
{
    struct str *at = arena_alloc(m->arena, 4 * sizeof(*at));
    uint32_t n = 0;

    must(at != NULL);
    while (n < 4 && words[n] != NULL) {
        at[n] = str_of(words[n]);
        n++;
    }
    return (struct list){ .at = at, .count = n };
}

/* Beats spread over the district: corners of its outline, drawn towards the station. */
static struct point beat_of(const struct city_zone *z, struct point station, uint32_t n)
{
    const struct city_ring *r = z->rings.at;
    const struct point *p = r[0].points.at;
    uint32_t k = (uint32_t)((uint64_t)n * 2654435761u % r[0].points.count);

    return (
        struct point){ (int32_t)(station.lon_e7 + ((int64_t)p[k].lon_e7 - station.lon_e7) / 2),
                       (int32_t)(station.lat_e7 + ((int64_t)p[k].lat_e7 - station.lat_e7) / 2) };
}

static void write_fleet(struct import *m)
{
    const struct city_zone *z = m->city.zones.at;

    for (uint32_t i = 1; i < m->city.zones.count; i++) {
        struct point station = station_of(m, &z[i]);
        uint32_t n = 0;

        for (size_t k = 0; k < sizeof(fleet) / sizeof(fleet[0]); k++) {
            for (uint32_t u = 1; u <= fleet[k].count && m->city.units.count < UNITS_MAX; u++) {
                char name[32];
                int len = snprintf(name, sizeof(name), "%.3s-%s%02" PRIu32, z[i].code.at,
                                   fleet[k].letter, u);
                struct point at =
                    fleet[k].type == POLICE_TYPE_STATION ? station : beat_of(&z[i], station, ++n);

                m->units[m->city.units.count++] =
                    (struct city_unit){ .callsign = keep(m, (struct str){ name, (size_t)len }),
                                        .police_type = (uint8_t)fleet[k].type,
                                        .capabilities = capability_list(m, fleet[k].capabilities),
                                        .zone = z[i].code,
                                        .lon = at.lon_e7,
                                        .lat = at.lat_e7 };
                m->units_police++;
            }
        }
    }
}

enum err import_city(struct import *m)
{
    m->city.name = STR("旧金山");
    m->city.name_en = STR("San Francisco");
    m->city.units.at = m->units;
    write_offsets(m);
    write_capabilities(m);
    if (read_zones(m) != OK || read_stations(m) != OK || read_types(m) != OK) {
        return m->fault->err;
    }
    write_fleet(m);
    return OK;
}
