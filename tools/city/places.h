/* What stands in the blocks: public places, housing, works, fields; and buildings. */
#ifndef TOOLS_CITY_PLACES_H
#define TOOLS_CITY_PLACES_H

#include "tools/city/areas.h"
#include "tools/city/names.h"

enum place_whose { CITY, DISTRICT, STATION };

enum place_kind {
#define PLACE(kind, key, value, whose, n, low, high, u0, u1, zh, en) PLACE_KIND_##kind,
#include "tools/city/places.def"
#undef PLACE
    PLACE_KIND_COUNT,
    PLACE_KIND_STATION = PLACE_KIND_COUNT, /* police stations are placed with their areas */
    PLACE_KIND_RAIL,
    PLACE_KIND_AIRPORT,
    PLACE_KIND_METRO
};

enum use {
    USE_NONE,
    USE_PLACE,
    USE_HOME,
    USE_OLD,
    USE_VILLAGE,
    USE_SHOP,
    USE_WORK,
    USE_FIELD,
    USE_WOOD,
    USE_CLOSED
};

struct place {
    uint8_t kind;
    uint32_t block; /* NONE: a point */
    uint32_t station;
    struct vec at;
    struct name name;
};

struct estate {
    uint32_t block;
    struct name name;
};

struct house {
    struct vec corner[4];
    uint8_t use;
    uint8_t floors;
};

struct places {
    struct place *at;
    uint32_t count, room;
    struct estate *estates;
    uint32_t estate_count, estate_room;
    struct house *houses;
    uint32_t house_count, house_room;
    struct name *village_names; /* as land.villages */
};

const char *place_key(uint8_t kind);
const char *place_value(uint8_t kind);

void places_make(struct places *p, const struct city *c, struct blocks *b, const struct areas *a,
                 struct names *n);
void places_build(struct places *p, const struct city *c, const struct blocks *b); /* houses.c */
void places_free(struct places *p);

#endif
