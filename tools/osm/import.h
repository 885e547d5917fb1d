/* Any OSM extract as a city folder (tools/sim/town.h): zones from boundaries, or from the nearest
 * police station where there are none; stations and public places from what is mapped; an invented
 * fleet by a stated rule. docs/LINJIANG.md tells the rules. */
#ifndef TOOLS_OSM_IMPORT_H
#define TOOLS_OSM_IMPORT_H

#include "dispatch/model/city.h"
#include "tools/osm/extract.h"
#include "tools/osm/rings.h"

#define IMPORT_ZONES_MAX 4000
#define IMPORT_PLACES_MAX 20000
#define IMPORT_UNITS_MAX 8000

/* Where the station areas come from. */
enum import_source { FROM_BOUNDARIES, FROM_STATIONS, FROM_NOTHING };

struct import_zone {
    struct rings rings;
    struct str code, zh, en;
    uint32_t parent; /* index + 1; 0 none */
    uint32_t street_m;
    uint32_t station; /* index + 1 */
    uint32_t number;  /* of its station area, from 1, for callsigns */
    uint8_t kind;     /* enum zone_kind */
    struct point inside;
};

struct import_spot {
    struct point at;
    struct str zh, en;
    uint32_t zone; /* index + 1 of its station area; 0 outside of all */
};

/* A piece of a street. */
struct import_road {
    struct point at; /* its middle */
    uint32_t metres;
    uint32_t zone; /* index + 1 of its station area */
    bool main_road;
};

struct spots {
    struct import_spot *at;
    uint32_t count, room;
};

struct osm_import {
    const char *from, *out, *seeds;
    uint64_t calls_per_day;
    int64_t offset_min;                  /* local time, minutes from UTC */
    uint64_t district_level, beat_level; /* admin_level; 0: chosen */
    struct arena arena;
    struct fault *fault;
    struct extract extract;
    struct import_zone *zones;
    uint32_t zone_count;
    struct spots stations, posts, offices, fire, hospitals;
    struct import_road *roads;
    uint32_t road_count;
    struct point low, high; /* the box of the roads */
    enum import_source source;
    uint32_t incomplete; /* boundaries that the extract cuts off */
    struct city_unit *units;
    uint32_t unit_count, unit_police;
    uint32_t named_count; /* lines of places.jsonl */
    struct city city;
};

MUST_USE enum err import_roads(struct osm_import *m);
void import_spots(struct osm_import *m);
MUST_USE enum err import_zones(struct osm_import *m);
void import_places(struct osm_import *m);

/* Response circles around the first of these places, the most urgent first. */
void import_circles(struct osm_import *m);
void import_fleet(struct osm_import *m);
/* All of it, to the folder. */
MUST_USE enum err import_extract(struct osm_import *m);
void import_free(struct osm_import *m);

/* The smallest zone of the kind that holds the point: index + 1; 0 none. */
uint32_t import_zone_at(const struct osm_import *m, uint8_t kind, struct point at);
/* The names of a thing: Chinese first, else as it stands; `standard` when it has none. */
struct str import_name(struct osm_import *m, struct extract_tags tags, bool english,
                       const char *standard);
struct str import_text(struct osm_import *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
