/* A city as `city.load` brings it and the log keeps it: zones, units, types, capabilities, places,
 * local time. Loading again adds and renames by code; it never removes what an open incident or
 * assignment names. */
#ifndef DISPATCH_MODEL_CITY_H
#define DISPATCH_MODEL_CITY_H

#include "dispatch/model/fields.h"

#define CAPABILITIES_MAX 53 /* bits that every JSON reader keeps exactly (2^53-1) */
#define CIRCLES_MAX 1024
#define CIRCLE_MINUTES_MAX 5 /* coverage looks no farther */

struct city_ring {
    struct list points; /* of struct point */
    bool hole;          /* of the outer ring before it; what lies inside is not the zone's */
};

struct city_zone {
    struct str code;
    struct str name_zh;
    struct str name_en;
    uint8_t kind;
    struct str parent;
    struct list rings; /* of struct city_ring */
};

struct city_unit {
    struct str callsign;
    uint8_t police_type;
    struct list capabilities; /* of struct str */
    struct str zone;
    int32_t lon;
    int32_t lat;
    bool voice_only;
    struct str phone; /* of the unit on duty, not of a person */
    struct str radio; /* channel or number it is called on */
};

struct city_type {
    struct str code;
    struct str name_zh;
    struct str name_en;
    uint8_t priority;
    bool feedback;
    bool sensitive;
    uint16_t scene_min; /* minutes that work on scene usually takes; 0: as of the class above */
};

struct city_place {
    struct str name_zh;
    struct str name_en;
    uint32_t flags;
    int32_t lon;
    int32_t lat;
    uint32_t radius_m;
};

/* A seat of the floor. No zones, channels or tiers named: all of them. */
struct city_seat {
    struct str code;
    struct str name_zh;
    struct str name_en;
    bool commander;
    struct list zones; /* of struct str: codes */
    uint32_t channels; /* bits of enum channel */
    uint8_t tiers;     /* bits of enum tier */
};

/* Who must be where within how many minutes (快反圈). */
struct city_circle {
    struct str code;
    struct str name_zh;
    struct str name_en;
    int32_t lon;
    int32_t lat;
    uint8_t minutes;
    uint8_t police_type; /* POLICE_TYPE_NONE: any police */
};

struct city_offset {
    int64_t from;
    int32_t offset_min;
};

struct city {
    struct str name;
    struct str name_en;
    struct list offsets;      /* of struct city_offset, ascending */
    struct list capabilities; /* of struct str */
    struct list zones;        /* of struct city_zone; parents before children */
    struct list units;        /* of struct city_unit */
    struct list types;        /* of struct city_type */
    struct list places;       /* of struct city_place */
    struct list seats;        /* of struct city_seat */
    struct list circles;      /* of struct city_circle */
    uint32_t zone_reach_m;    /* how far outside of all zones a point is still the nearest one's; 0:
                                 the standard (core/zones.h) */
};

extern const struct shape city_ring_shape, city_zone_shape, city_unit_shape, city_type_shape,
    city_place_shape, city_seat_shape, city_circle_shape, city_offset_shape, city_shape;

#endif
