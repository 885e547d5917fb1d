/* The published calls of San Francisco as a city folder (tools/sim/town.h). What the data do not
 * tell is invented plainly and said so in the folder's README: the police fleet, since the
 * publisher gives no unit ids. */
#ifndef TOOLS_IMPORT_SANFRANCISCO_H
#define TOOLS_IMPORT_SANFRANCISCO_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/codec/json_in.h"
#include "dispatch/model/city.h"

#include <stdio.h>

#define UNITS_MAX 1024
#define PLACES_MAX 512
#define IMPORT_STAYS_MAX 20

struct import {
    const char *from;  /* folder of the data */
    const char *out;   /* city folder to write */
    const char *seeds; /* folder of seeds */
    struct arena *arena;
    struct fault *fault;
    struct json_doc *mapping;
    struct city city;
    struct city_unit *units;
    struct city_place *places;
    FILE *calls;
    int64_t clock_ms; /* of the city: where the next file begins */
    /* Counts for the summary. */
    uint64_t police, fire, onview, hsoc, withheld, unlocated, rows, bad, unit_rows;
    uint64_t units_police, units_fire, units_guessed;
};

/* Zones, stations, types, offsets and the invented police fleet. */
MUST_USE enum err import_city(struct import *m);

/* The rows of fire_ems_units.csv: units at their stations, and calls. */
MUST_USE enum err import_fire(struct import *m, struct str text);
MUST_USE enum err import_fire_units(struct import *m, struct str text);

/* police_calls.csv. */
MUST_USE enum err import_police(struct import *m, struct str text);

/* The word of a mapping table for a key, else the word of `standard`, else empty. */
struct str import_map(const struct import *m, const char *table, struct str key,
                      const char *standard);
uint64_t import_map_number(const struct import *m, const char *table, struct str key,
                           uint64_t standard);

/* Reads a decimal degree as 1e-7; false: it is none. */
bool import_degrees(struct str text, int32_t *e7);

/* One call, gathered until its file is whole. */
struct import_call {
    int64_t received, dispatch, enroute, onscene, closed; /* µs UTC; 0 not recorded */
    struct str source_id, other_id, district, address, type, disposition, onview, channel;
    uint64_t priority;
    int32_t lon, lat;
    bool has_point, withheld, fire_ems;
    uint32_t units;
    const char *fleet;
    int64_t entry, set_out; /* taken in; the first that arrived set out, after its order (µs) */
    struct import_stay {    /* of each unit that arrived, the first first */
        int64_t from, to;
    } stay[IMPORT_STAYS_MAX];
    uint32_t stays;
};

/* Writes the calls of one file in order of time, hours without calls left out, behind what was
 * written before. */
MUST_USE enum err import_write_calls(struct import *m, struct import_call *calls, uint32_t count);

/* A file of the data, named in faults. */
MUST_USE enum err import_read(struct import *m, const char *dir, const char *name, struct str *out);

#endif
