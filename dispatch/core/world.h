/* The world: everything the core knows, in memory, as a function of the log's rows. One thread owns
 * it. It changes only through evolve(); decide and the views read it. All tables have fixed
 * capacities, allocated by the caller in one block (world_size, world_init) so that this floor
 * neither allocates nor frees.
 *
 * A slot number is an index + 1 so that 0 means none. Tables whose things depart (reports,
 * incidents, assignments) find them by id through a hash; units, zones and users never depart,
 * their id is their slot. */
#ifndef DISPATCH_CORE_WORLD_H
#define DISPATCH_CORE_WORLD_H

#include "base/arena.h"
#include "dispatch/core/zone_index.h"
#include "dispatch/model/entities.h"
#include "dispatch/model/event.h"

#define COMMAND_ID_KEPT_US (48 * US_PER_HOUR)
#define CLOSED_KEPT_US (72 * US_PER_HOUR)
#define TOUCHED_MAX 256

struct world_limits {
    uint32_t incidents, reports, assignments, units, users, zones, types, premises, alarms, rings,
        points, offsets, roads; /* at most ROAD_NOTICES_MAX */
    uint32_t command_ids;
};

enum table {
    TABLE_REPORT,
    TABLE_INCIDENT,
    TABLE_ASSIGNMENT,
    TABLE_UNIT,
    TABLE_USER,
    TABLE_ALARM,
    TABLE_SEAT,
    TABLE_ROAD,
    TABLE_CITY,
    TABLE_COUNT
};

/* A table's bookkeeping: used slots, free list, hash heads. */
struct pool {
    uint32_t cap;
    uint32_t used; /* slots ever handed out: iterate 0..used-1, skip id 0 */
    uint32_t live;
    uint32_t free; /* slot of the first free one, chained through next_hash */
    uint32_t mask; /* of the hash heads */
    uint32_t *heads;
};

/* One remembered command: unique per principal for 48 h of log time. */
struct command_memory {
    uint64_t key[2]; /* of principal and id */
    uint64_t content[2];
    uint64_t seq;
    int64_t at;
    uint8_t hash8[8]; /* of the row, for the answer to a repetition */
};

/* Where a remembered command stands. Half of its first key beside it, so that strangers in the
 * table need not be looked up. */
struct command_place {
    uint32_t key;
    uint32_t position; /* + 1; 0: free */
};

struct command_ring {
    struct command_memory *at;   /* cap entries, a FIFO by seq */
    struct command_place *table; /* open addressing */
    uint32_t cap, mask;
    uint64_t first, last; /* entries first..last-1 are kept, position = n % cap */
    bool overflowed;      /* an id was forgotten before its 48 h */
};

/* What waits for its limit. */
struct due {
    int64_t at;
    uint8_t table;
    uint32_t slot;
};

struct due_heap {
    struct due *at;
    uint32_t count, cap;
};

/* A closed incident or settled report, in the order of closing. */
struct leaving {
    int64_t at;
    uint8_t table;
    uint32_t id;
};

struct leaving_queue {
    struct leaving *at;
    uint32_t cap;
    uint64_t first, last;
};

struct touched {
    uint8_t table;
    bool made;
    uint32_t slot;
    uint32_t id;
};

struct world {
    struct world_limits limits;

    uint64_t seq;       /* of the last row */
    int64_t at;         /* its instant */
    struct sha256 hash; /* its hash; the digest does not hold it */
    struct text32 name;
    struct text64 world_id;

    uint32_t next_incident, next_report, next_assignment, next_alarm;
    uint64_t next_ref;
    struct number incident_number, report_number; /* the last ones given */
    bool automation_stopped;

    struct text64 city_name, city_name_en;
    struct text32 *capabilities;
    uint32_t capability_count;
    struct offset *offsets;
    uint32_t offset_count;
    struct zone *zones;
    uint32_t zone_count;
    uint8_t district_bits; /* handed out */
    struct zone_ring *rings;
    uint32_t ring_count;
    struct point *points;
    uint32_t point_count;
    struct zone_index zone_index; /* derived from these */
    uint32_t zone_reach_m;        /* how far outside of a zone a point is still its; 0: standard */
    struct premise *premises;
    uint32_t premise_count;
    struct circle *circles; /* as the last city said; at most CIRCLES_MAX */
    uint32_t circle_count;
    struct incident_type *types;
    uint32_t type_count;

    struct plan plan; /* the active one; id empty: none */
    struct arena plan_memory;

    struct unit *units;
    uint32_t unit_count;
    struct pool users_pool, reports_pool, incidents_pool, assignments_pool, alarms_pool;
    struct user *users;
    struct report *reports;
    struct incident *incidents;
    struct assignment *assignments;
    struct alarm *alarms;
    struct seat *seats; /* never depart: their id is their slot */
    uint32_t seat_count;
    struct road_notice *roads; /* what holds on roads; a slot of id 0 is free */
    uint32_t road_count;       /* of them */
    uint32_t next_road;
    uint64_t road_change;  /* how often what holds on roads has changed */
    uint64_t road_weights; /* the last change that travel times take in */
    struct text16
        road_speeds;    /* version of the learned speeds that they are made of; empty: none */
    uint32_t road_hour; /* of the speeds */

    struct command_ring ids;
    struct due_heap due;
    struct leaving_queue leaving;

    /* What the present row has changed: for frames and digests. */
    struct touched touched[TOUCHED_MAX];
    uint32_t touched_count;
    bool touched_overflow; /* more than fits: a city was loaded; screens take a new snapshot */
    bool digesting;        /* keep digest sums (the view's world) */
    uint64_t digest_sum[2];
};

/* Bytes that a world of these limits needs behind the struct. */
size_t world_size(const struct world_limits *limits);

/* An empty world over `memory` (zeroed, world_size bytes, 64-byte aligned), which the caller keeps
 * and frees. */
void world_init(struct world *w, const struct world_limits *limits, void *memory);

/* Frees the plan's memory only. */
void world_fini(struct world *w);

/* Finders: NULL when there is none (any more). The slot is the pointer's index + 1. */
struct incident *world_incident(const struct world *w, incident_id id);
struct report *world_report(const struct world *w, report_id id);
struct assignment *world_assignment(const struct world *w, assignment_id id);
struct unit *world_unit(const struct world *w, unit_id id);
struct zone *world_zone(const struct world *w, zone_id id);
struct user *world_user(const struct world *w, struct str name);
const struct incident_type *world_type(const struct world *w, struct str code);

/* How long work on the scene of this incident usually takes, by its type or the nearest class above
 * it that says so (plan/spare.h: else as long as anything). */
uint32_t world_work_ms(const struct world *w, const struct incident *i);
struct unit *world_unit_called(const struct world *w, struct str callsign);
struct zone *world_zone_coded(const struct world *w, struct str code);
struct alarm *world_alarm_of(const struct world *w, const struct alarm *key);
struct alarm *world_alarm(const struct world *w, alarm_id id);
struct seat *world_seat(const struct world *w, seat_id id);
struct road_notice *world_road(const struct world *w, road_id id);
struct seat *world_seat_coded(const struct world *w, struct str code);

/* Bit of a capability word, 0 when the city has none such. */
uint64_t world_capability(const struct world *w, struct str word);

/* Flags of the public places within whose radius the point lies. */
uint32_t world_flags_at(const struct world *w, struct point p);

/* The district's bit for zone masks (1 << 0 for none or the city). */
uint64_t world_zone_mask(const struct world *w, zone_id id);

/* True when `zone` is `outer` or lies in it by parents. */
bool world_zone_within(const struct world *w, zone_id zone, zone_id outer);

/* Whether the zone lies in one of the user's; in no zone (0) only who has the whole city. */
bool world_user_covers(const struct world *w, const struct user *u, zone_id zone);

/* The instant shifted to the city's local time. */
int64_t world_local(const struct world *w, int64_t at);

/* The number that a thing opened now gets: never one of paper's. */
struct number world_next_number(const struct world *w, struct number last, int64_t at);

/* Limits of the active plan for an incident of this tier (its own, or the one it is about to get),
 * by its type and zone (plan/clocks); all 0 when there is no plan. The same for a report. */
struct plan_clocks world_clocks(const struct world *w, const struct incident *i, uint8_t tier);
struct plan_clocks world_clocks_of_report(const struct world *w, const struct report *r);

/* Codes of a zone and of those that contain it, smallest first; at most ZONE_DEPTH_MAX. */
#define ZONE_DEPTH_MAX 8
uint32_t world_zone_codes(const struct world *w, zone_id zone, struct str codes[ZONE_DEPTH_MAX]);

/* Iterating: the next used one at or after `*i`; NULL at the end. */
struct incident *world_next_of_incidents(const struct world *w, uint32_t *i);
struct report *world_next_of_reports(const struct world *w, uint32_t *i);
struct assignment *world_next_of_assignments(const struct world *w, uint32_t *i);
struct alarm *world_next_of_alarms(const struct world *w, uint32_t *i);
struct user *world_next_of_users(const struct world *w, uint32_t *i);
struct road_notice *world_next_of_roads(const struct world *w, uint32_t *i);

/* The unit was told of this panic incident near it, which stands. */
bool unit_alerted(const struct unit *u, incident_id incident);
/* What an ended order still asks of its officers: to read that the incident was closed by force, or
 * to be confirmed safe. A closed incident with such an order stays in memory until that is done. */
bool assignment_unsettled(const struct assignment *a);
bool incident_unsettled(const struct world *w, const struct incident *i);

/* First and next report / assignment of an incident, first and next assignment of a unit (those
 * that are not ended). */
struct report *incident_first_report(const struct world *w, const struct incident *i);
struct report *report_next(const struct world *w, const struct report *r);
struct assignment *incident_first_assignment(const struct world *w, const struct incident *i);
struct assignment *assignment_next(const struct world *w, const struct assignment *a);
struct assignment *unit_first_assignment(const struct world *w, const struct unit *u);
struct assignment *assignment_next_of_unit(const struct world *w, const struct assignment *a);
struct assignment *unit_active(const struct world *w, const struct unit *u);

#endif
