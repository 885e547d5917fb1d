/* Zones: city, districts, station areas, beats. */
#include "tools/osm/import.h"

#include "base/geo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS 12
#define INVENTED_KM 90 /* of streets for each invented station */
#define INVENTED_MAX 60

static const char letters[] = { 'C', 'D', 'S', 'B' }; /* by enum zone_kind */

uint32_t import_zone_at(const struct osm_import *m, uint8_t kind, struct point at)
{
    for (uint32_t i = 0; i < m->zone_count; i++) {
        if (m->zones[i].kind == kind && rings_hold(&m->zones[i].rings, at)) {
            return i + 1;
        }
    }
    return 0;
}

static bool code_free(const struct osm_import *m, struct str code)
{
    for (uint32_t i = 0; i < m->zone_count; i++) {
        if (str_eq(m->zones[i].code, code)) {
            return false;
        }
    }
    return true;
}

static bool code_good(const char *code)
{
    size_t len = code != NULL ? strlen(code) : 0;

    return len > 0 && len <= 31 &&
           strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.-") == len;
}

/* Its own code where the map gives a good one ("ref"), else a letter and a number. */
static struct str code_of(struct osm_import *m, const char *ref, uint8_t kind)
{
    if (code_good(ref) && code_free(m, str_of(ref))) {
        return import_text(m, "%s", ref);
    }
    for (uint32_t n = 1;; n++) {
        struct str code = import_text(m, "%c%03" PRIu32, letters[kind], n);

        if (code_free(m, code)) {
            return code;
        }
    }
}

static struct import_zone *add_zone(struct osm_import *m, uint8_t kind, const char *ref)
{
    if (m->zone_count == IMPORT_ZONES_MAX) {
        return NULL;
    }
    struct str code = code_of(m, ref, kind);
    struct import_zone *z = &m->zones[m->zone_count++];

    *z = (struct import_zone){ .kind = kind, .code = code };
    return z;
}

static bool is_boundary(const struct osm_import *m, const struct extract_relation *r,
                        const char *what)
{
    return extract_is(&m->extract, r->tags, "boundary", what);
}

static uint64_t level_of(const struct osm_import *m, const struct extract_relation *r)
{
    const char *level = extract_tag(&m->extract, r->tags, "admin_level");

    return level != NULL && is_boundary(m, r, "administrative") ? strtoull(level, NULL, 10) : 0;
}

/* Takes every whole boundary that is asked for. */
static void take_boundaries(struct osm_import *m, uint8_t kind, uint64_t level)
{
    const struct extract *x = &m->extract;

    for (uint32_t i = 0; i < x->relation_count; i++) {
        const struct extract_relation *r = &x->relations[i];
        struct rings rings;

        if (level > 0 ? level_of(m, r) != level : !is_boundary(m, r, "police")) {
            continue;
        }
        if (!rings_of_relation(&m->arena, x, r, &rings)) {
            m->incomplete++;
            continue;
        }
        struct import_zone *z = add_zone(m, kind, extract_tag(x, r->tags, "ref"));

        if (z == NULL) {
            return;
        }
        z->rings = rings;
        z->zh = import_name(m, r->tags, false, z->code.at);
        z->en = import_name(m, r->tags, true, z->code.at);
    }
}

/* How many whole boundaries there are of each level; *city is the greatest one around the middle.
 */
static void survey(struct osm_import *m, uint32_t whole[LEVELS],
                   const struct extract_relation **city)
{
    const struct extract *x = &m->extract;
    struct point middle = { (int32_t)(((int64_t)m->low.lon_e7 + m->high.lon_e7) / 2),
                            (int32_t)(((int64_t)m->low.lat_e7 + m->high.lat_e7) / 2) };
    uint64_t greatest = LEVELS;

    *city = NULL;
    for (uint32_t i = 0; i < x->relation_count; i++) {
        uint64_t level = level_of(m, &x->relations[i]);
        struct rings rings;

        if (level == 0 || level >= LEVELS ||
            !rings_of_relation(&m->arena, x, &x->relations[i], &rings)) {
            continue;
        }
        whole[level]++;
        if (level < greatest && rings_hold(&rings, middle)) {
            greatest = level;
            *city = &x->relations[i];
        }
    }
}

static void make_city_zone(struct osm_import *m, const struct extract_relation *r)
{
    struct import_zone *z =
        add_zone(m, ZONE_CITY, r != NULL ? extract_tag(&m->extract, r->tags, "ref") : NULL);

    if (r != NULL && rings_of_relation(&m->arena, &m->extract, r, &z->rings)) {
        z->zh = import_name(m, r->tags, false, "city");
        z->en = import_name(m, r->tags, true, "city");
        return;
    }
    const struct point box[4] = {
        m->low, { m->high.lon_e7, m->low.lat_e7 }, m->high, { m->low.lon_e7, m->high.lat_e7 }
    };
    const char *name = strrchr(m->from, '/');

    name = name != NULL ? name + 1 : m->from;
    rings_of_corners(&m->arena, box, 4, &z->rings);
    z->zh = z->en = import_text(m, "%.*s", (int)strcspn(name, "."), name);
}

/* Each station's area is what lies nearer to it than to any other. */
static void nearest_areas(struct osm_import *m)
{
    const struct rings *city = &m->zones[0].rings;

    for (uint32_t i = 0; i < m->stations.count; i++) {
        const struct import_spot *s = &m->stations.at[i];
        struct import_zone *z = rings_hold(city, s->at) ? add_zone(m, ZONE_STATION, NULL) : NULL;

        if (z == NULL) {
            continue;
        }
        z->rings.at = arena_alloc(&m->arena, city->count * sizeof(*city->at));
        must(z->rings.at != NULL);
        z->zh = import_text(m, "%.*s辖区", (int)(s->zh.len > 57 ? 57 : s->zh.len), s->zh.at);
        z->en = import_text(m, "%.*s area", (int)(s->en.len > 57 ? 57 : s->en.len), s->en.at);
        for (uint32_t k = 0; k < city->count; k++) {
            struct ring cell = city->at[k];

            for (uint32_t o = 0; o < m->stations.count && cell.count > 0; o++) {
                struct point other = m->stations.at[o].at;

                if (o != i && (other.lon_e7 != s->at.lon_e7 || other.lat_e7 != s->at.lat_e7)) {
                    struct ring less;

                    ring_nearer(&m->arena, &cell, s->at, other, &less);
                    cell = less;
                }
            }
            if (cell.count >= 4) {
                z->rings.at[z->rings.count++] = cell;
            }
        }
        if (z->rings.count == 0) {
            m->zone_count--;
            continue;
        }
        rings_box(&z->rings);
    }
}

/* Stations where none is mapped: on streets, each as far from the others as can be. */
static void invent_stations(struct osm_import *m)
{
    uint64_t metres = 0;
    uint32_t step = m->road_count / 4000 + 1;

    for (uint32_t i = 0; i < m->road_count; i++) {
        metres += m->roads[i].metres;
    }
    uint64_t wanted = metres / 1000 / INVENTED_KM + 1;

    wanted = wanted > INVENTED_MAX ? INVENTED_MAX : wanted;
    m->stations.at = arena_alloc(&m->arena, wanted * sizeof(*m->stations.at));
    m->stations.count = 0;
    must(m->stations.at != NULL);
    while (m->stations.count < wanted) {
        uint32_t best = step / 2;
        uint32_t most = 0;

        for (uint32_t i = step / 2; i < m->road_count; i += step) {
            uint32_t least = UINT32_MAX;

            for (uint32_t k = 0; k < m->stations.count; k++) {
                uint32_t d = geo_distance_mm(m->roads[i].at, m->stations.at[k].at);

                least = d < least ? d : least;
            }
            /* Near the box's edge there is nobody to serve beyond it. */
            least = m->roads[i].main_road ? least : least / 4 * 3;
            if (m->stations.count > 0 && least > most) {
                most = least;
                best = i;
            }
        }
        uint32_t n = m->stations.count++;

        m->stations.at[n] =
            (struct import_spot){ .at = m->roads[n == 0 ? m->road_count / 2 : best].at,
                                  .zh = import_text(m, "第%" PRIu32 "派出所(虚构)", n + 1),
                                  .en = import_text(m, "Station %" PRIu32 " (invented)", n + 1) };
    }
}

static void set_parents(struct osm_import *m)
{
    for (uint32_t i = 1; i < m->zone_count; i++) {
        struct import_zone *z = &m->zones[i];

        z->inside = rings_inside(&z->rings);
        z->parent = 1;
        for (int kind = (int)z->kind - 1; kind > ZONE_CITY; kind--) {
            uint32_t up = import_zone_at(m, (uint8_t)kind, z->inside);

            if (up != 0) {
                z->parent = up;
                break;
            }
        }
    }
}

static void fit_spots(struct osm_import *m)
{
    struct spots *const all[] = { &m->stations, &m->posts, &m->offices, &m->fire, &m->hospitals };
    uint32_t number = 0;

    for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++) {
        for (uint32_t i = 0; i < all[k]->count; i++) {
            all[k]->at[i].zone = import_zone_at(m, ZONE_STATION, all[k]->at[i].at);
        }
    }
    for (uint32_t i = 0; i < m->stations.count; i++) {
        uint32_t zone = m->stations.at[i].zone;

        if (zone != 0 && m->zones[zone - 1].station == 0) {
            m->zones[zone - 1].station = i + 1;
        }
    }
    for (uint32_t i = 0; i < m->zone_count; i++) {
        m->zones[i].number = m->zones[i].kind == ZONE_STATION ? ++number : 0;
    }
    for (uint32_t i = 0; i < m->road_count; i++) {
        m->roads[i].zone = import_zone_at(m, ZONE_STATION, m->roads[i].at);
        if (m->roads[i].zone != 0) {
            m->zones[m->roads[i].zone - 1].street_m += m->roads[i].metres;
        }
    }
}

/* The lowest level with at least two whole boundaries above `over`; 0 none. */
static uint64_t next_level(const uint32_t whole[LEVELS], uint64_t over)
{
    for (uint64_t level = over + 1; level < LEVELS; level++) {
        if (whole[level] >= 2) {
            return level;
        }
    }
    return 0;
}

enum err import_zones(struct osm_import *m)
{
    uint32_t whole[LEVELS] = { 0 };
    const struct extract_relation *city;

    m->zones = calloc(IMPORT_ZONES_MAX, sizeof(*m->zones));
    if (m->zones == NULL) {
        return fault_set(m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL);
    }
    survey(m, whole, &city);
    make_city_zone(m, city);
    uint64_t above = city != NULL ? level_of(m, city) : 0;
    uint64_t district = m->district_level != 0 ? m->district_level : next_level(whole, above);

    if (district != 0) {
        take_boundaries(m, ZONE_DISTRICT, district);
    }
    uint32_t before = m->zone_count;

    take_boundaries(m, ZONE_STATION, 0);
    m->source = m->zone_count > before ? FROM_BOUNDARIES
                                       : (m->stations.count >= 2 ? FROM_STATIONS : FROM_NOTHING);
    if (m->source == FROM_BOUNDARIES) {
        uint64_t beat = m->beat_level != 0 ? m->beat_level : next_level(whole, district);

        if (beat != 0 && district != 0) {
            take_boundaries(m, ZONE_BEAT, beat);
        }
    } else {
        if (m->source == FROM_NOTHING) {
            invent_stations(m);
        }
        nearest_areas(m);
    }
    set_parents(m);
    fit_spots(m);
    return OK;
}
