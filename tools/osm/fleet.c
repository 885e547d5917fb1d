/* The invented fleet. The rule, all of it ours:
 *   busy at the peak = calls a day × 6.2 % (the busiest hour) × 62 % (that need a unit) × 1.35
 * units × 34 minutes, and a fleet is right when 45 % of it are busy then: 0.065 units for a call a
 * day; that sum is spread over station areas by their kilometres of streets, at least 3 in each; of
 * each area's units 42 % patrol, 26 % station, 16 % traffic, 8 % public order, 8 % investigation. A
 * unit of special tasks for each district; two fire engines and a ladder for each fire station;
 * three ambulances for each hospital, at most 24 hospitals; a grid worker for each beat, by radio
 * only. */
#include "tools/osm/import.h"

#include "base/geo.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define UNITS_PER_1000_CALLS 65
#define AREA_MIN 2
#define FULL_CALLS 5000
#define LADDER_EVERY 3
#define AREA_MAX 60
#define HOSPITALS_MAX 24
#define CANDIDATES_MAX 256
#define AROUND_E7 2500

struct kind {
    enum police_type type;
    const char *letter;
    uint32_t percent;
    const char *capabilities[4];
};

static const struct kind kinds[] = {
    { POLICE_TYPE_PATROL, "巡", 42, { "armed", "taser" } },
    { POLICE_TYPE_STATION, "所", 26, { "mediation" } },
    { POLICE_TYPE_TRAFFIC, "交", 16, { "breath_test", "motorcycle" } },
    { POLICE_TYPE_PUBLIC_ORDER, "治", 8, { "mediation" } },
    { POLICE_TYPE_INVESTIGATION, "刑", 8, { "armed", "forensics" } },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct kind special = {
    POLICE_TYPE_PATROL, "特", 0, { "armed", "eod", "negotiator", "shield" }
};
static const struct kind boat = { POLICE_TYPE_PATROL, "水", 0, { "boat" } };
static const struct kind drone = { POLICE_TYPE_PATROL, "航", 0, { "drone" } };
static const struct kind engine = { POLICE_TYPE_FIRE, "消", 0, { "hazmat" } };
static const struct kind ladder = { POLICE_TYPE_FIRE, "梯", 0, { "ladder" } };
static const struct kind ambulance = { POLICE_TYPE_MEDICAL, "急", 0, { "life_support" } };
static const struct kind grid = { POLICE_TYPE_GRID, "网", 0, { NULL } };

static struct list capability_list(struct osm_import *m, const struct kind *k)
{
    struct str *words = arena_alloc(&m->arena, 4 * sizeof(*words));
    uint32_t n = 0;

    must(words != NULL);
    while (n < 4 && k->capabilities[n] != NULL) {
        words[n] = str_of(k->capabilities[n]);
        n++;
    }
    return (struct list){ .at = words, .count = n };
}

static struct city_unit *add_unit(struct osm_import *m, const struct kind *k, uint32_t zone,
                                  uint32_t number, uint32_t nth, struct point at)
{
    if (m->unit_count == IMPORT_UNITS_MAX) {
        return NULL;
    }
    struct city_unit *u = &m->units[m->unit_count++];

    *u = (struct city_unit){ .callsign = import_text(m, "%s%02" PRIu32 "%02" PRIu32, k->letter,
                                                     number, nth),
                             .police_type = (uint8_t)k->type,
                             .capabilities = capability_list(m, k),
                             .zone = zone != 0 ? m->zones[zone - 1].code : m->zones[0].code,
                             .lon = at.lon_e7,
                             .lat = at.lat_e7,
                             /* of the house's own exchange and net: invented, and nobody's */
                             .phone = import_text(m, "6%04" PRIu32, m->unit_count),
                             .radio = import_text(m, "%04" PRIu32, m->unit_count) };
    m->unit_police += k->type <= POLICE_TYPE_STATION ? 1 : 0;
    return u;
}

/* Not on its border, which often is a street: some 25 m around belong to the area too. */
static bool well_inside(const struct osm_import *m, uint32_t zone, struct point p)
{
    const struct rings *r = &m->zones[zone - 1].rings;

    for (int i = -1; i <= 1; i++) {
        for (int k = -1; k <= 1; k++) {
            if (!rings_hold(r,
                            (struct point){ p.lon_e7 + i * AROUND_E7, p.lat_e7 + k * AROUND_E7 })) {
                return false;
            }
        }
    }
    return true;
}

/* Points of streets in the area, a few hundred of them. */
static uint32_t candidates_in(const struct osm_import *m, uint32_t zone, struct point *out)
{
    uint32_t there = 0;
    uint32_t count = 0;

    for (uint32_t i = 0; i < m->road_count; i++) {
        there += m->roads[i].zone == zone ? 1 : 0;
    }
    uint32_t step = there / (2 * CANDIDATES_MAX) + 1;

    there = 0;
    for (uint32_t i = 0; i < m->road_count && count < CANDIDATES_MAX; i++) {
        if (m->roads[i].zone == zone && there++ % step == 0 &&
            well_inside(m, zone, m->roads[i].at)) {
            out[count++] = m->roads[i].at;
        }
    }
    return count;
}

/* Of the candidates the one farthest from all that were taken; so beats spread over an area. */
static struct point farthest(const struct point *from, uint32_t count, struct point *taken,
                             uint32_t *taken_count)
{
    uint32_t best = 0;
    uint32_t most = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t least = UINT32_MAX;

        for (uint32_t k = 0; k < *taken_count; k++) {
            uint32_t d = geo_distance_mm(from[i], taken[k]);

            least = d < least ? d : least;
        }
        if (least > most) {
            most = least;
            best = i;
        }
    }
    taken[(*taken_count)++] = from[best];
    return from[best];
}

static struct point home_of(const struct osm_import *m, const struct import_zone *z)
{
    return z->station != 0 ? m->stations.at[z->station - 1].at : z->inside;
}

/* Patrols stand at posts first, then spread; station units at the station. */
static void man_area(struct osm_import *m, uint32_t zone, uint32_t units)
{
    struct import_zone *z = &m->zones[zone - 1];
    struct point from[CANDIDATES_MAX];
    struct point taken[AREA_MAX + 64];
    uint32_t taken_count = 0;
    uint32_t count = candidates_in(m, zone, from);
    uint32_t post = 0;
    uint32_t given = 0;
    uint32_t percent = 0;
    /* Where an area's share is a part of a unit, some areas have it and some have not. */
    uint32_t round = z->number * 37 % 100;

    taken[taken_count++] = home_of(m, z);
    for (size_t k = 0; k < KINDS; k++) {
        percent += kinds[k].percent;
        uint32_t until = k + 1 < KINDS ? (units * percent + round) / 100 : units;

        for (uint32_t nth = 1; given < until; given++, nth++) {
            struct point at = home_of(m, z);

            while (kinds[k].type == POLICE_TYPE_PATROL && post < m->posts.count &&
                   m->posts.at[post].zone != zone) {
                post++;
            }
            if (kinds[k].type == POLICE_TYPE_PATROL && post < m->posts.count) {
                at = m->posts.at[post++].at;
                taken[taken_count++] = at;
            } else if (kinds[k].type != POLICE_TYPE_STATION && count > 0) {
                at = farthest(from, count, taken, &taken_count);
            }
            (void)add_unit(m, &kinds[k], zone, z->number, nth, at);
        }
    }
}

static uint64_t street_metres(const struct osm_import *m)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < m->zone_count; i++) {
        sum += m->zones[i].kind == ZONE_STATION ? m->zones[i].street_m : 0;
    }
    return sum > 0 ? sum : 1;
}

static void man_partners(struct osm_import *m)
{
    bool full = m->calls_per_day >= FULL_CALLS;

    for (uint32_t i = 0; i < m->fire.count; i++) {
        const struct import_spot *s = &m->fire.at[i];

        (void)add_unit(m, &engine, s->zone, i + 1, 1, s->at);
        if (full) {
            (void)add_unit(m, &engine, s->zone, i + 1, 2, s->at);
        }
        if (full || i % LADDER_EVERY == 0) {
            (void)add_unit(m, &ladder, s->zone, i + 1, 1, s->at);
        }
    }
    for (uint32_t i = 0; i < m->hospitals.count && i < HOSPITALS_MAX; i++) {
        const struct import_spot *s = &m->hospitals.at[i];

        for (uint32_t nth = 1; nth <= (full ? 3 : 1); nth++) {
            (void)add_unit(m, &ambulance, s->zone, i + 1, nth, s->at);
        }
    }
    /* Nobody mapped any: three of each stand at the first stations, so that plans can be met. */
    for (uint32_t i = 0; i < 3 && i < m->stations.count; i++) {
        const struct import_spot *s = &m->stations.at[i * m->stations.count / 3];

        if (m->fire.count == 0) {
            (void)add_unit(m, &engine, s->zone, i + 1, 1, s->at);
            (void)add_unit(m, &ladder, s->zone, i + 1, 1, s->at);
        }
        if (m->hospitals.count == 0) {
            (void)add_unit(m, &ambulance, s->zone, i + 1, 1, s->at);
        }
    }
}

static void man_special(struct osm_import *m)
{
    uint32_t nth = 0;

    for (uint32_t i = 0; i < m->zone_count; i++) {
        if (m->zones[i].kind != ZONE_DISTRICT) {
            continue;
        }
        struct point at = m->zones[i].inside;

        for (uint32_t k = 0; k < m->offices.count; k++) {
            if (rings_hold(&m->zones[i].rings, m->offices.at[k].at)) {
                at = m->offices.at[k].at;
                break;
            }
        }
        (void)add_unit(m, &special, i + 1, 90, ++nth, at);
    }
    const struct point middle = m->stations.count > 0 ? m->stations.at[0].at : m->zones[0].inside;

    if (nth == 0) {
        (void)add_unit(m, &special, 0, 90, 1, middle);
    }
    (void)add_unit(m, &boat, 0, 91, 1, middle);
    (void)add_unit(m, &drone, 0, 92, 1, middle);
}

static void man_beats(struct osm_import *m)
{
    uint32_t nth = 0;

    uint32_t most = m->unit_police / 4;

    for (uint32_t i = 0; i < m->zone_count && nth < most; i++) {
        const struct import_zone *z = &m->zones[i];

        if (z->kind == ZONE_BEAT) {
            nth++;
            struct city_unit *u = add_unit(m, &grid, i + 1, nth / 100, nth % 100, z->inside);

            if (u != NULL) {
                u->voice_only = true;
            }
        }
    }
}

void import_fleet(struct osm_import *m)
{
    uint64_t wanted = (m->calls_per_day * UNITS_PER_1000_CALLS + 500) / 1000;
    uint64_t all = street_metres(m);

    m->units = arena_alloc(&m->arena, IMPORT_UNITS_MAX * sizeof(*m->units));
    must(m->units != NULL);
    for (uint32_t i = 0; i < m->zone_count; i++) {
        if (m->zones[i].kind == ZONE_STATION) {
            uint64_t share = (wanted * m->zones[i].street_m + all / 2) / all;

            share = share < AREA_MIN ? AREA_MIN : (share > AREA_MAX ? AREA_MAX : share);
            man_area(m, i + 1, (uint32_t)share);
        }
    }
    man_special(m);
    man_partners(m);
    man_beats(m);
}
