/* The form of an image; nobody but its writer and reader includes this.
 *   "TOCSNAP1" · u32 version · u64 seq · 32 bytes hash · shape table · struct snapshot_head · then
 *   the sections, in the order in which snapshot_write.c puts them.
 * A section is u64 count and that many packed structs; behind them, as plain little-endian numbers:
 * points, stacks of units, command ids, leaving queue, the side table. */
#ifndef SERVER_SNAPSHOT_INSIDE_H
#define SERVER_SNAPSHOT_INSIDE_H

#include "dispatch/core/world.h"
#include "server/snapshot.h"

#define SNAPSHOT_MAGIC "TOCSNAP1"
#define SNAPSHOT_MAGIC_SIZE 8

/* Counters and names. */
struct snapshot_head {
    struct text32 world;
    struct text64 world_id;
    int64_t at;
    uint32_t next_incident, next_report, next_assignment, next_alarm;
    uint64_t next_ref;
    struct number incident_number, report_number;
    bool automation_stopped;
    bool ids_overflowed;
    struct text64 city_name, city_name_en;
    uint8_t district_bits;
    bool has_plan;
    struct plan plan;
    struct list seats; /* of struct seat */
    struct list roads; /* of struct road_notice */
    uint32_t next_road;
    uint64_t road_change, road_weights;
    struct list circles; /* of struct circle */
    uint32_t zone_reach_m;
    struct text16 road_speeds;
    uint32_t road_hour;
};

struct capability_word {
    struct text32 word;
};

extern const struct shape snapshot_head_shape, capability_word_shape;

/* A remembered command id: key and content of two words each, seq, at, hash8. */
#define SNAPSHOT_ID_BYTES 56

/* Every shape that an image holds at its top. */
#define SNAPSHOT_SHAPES 13
extern const struct shape *const snapshot_shapes[SNAPSHOT_SHAPES];

#endif
