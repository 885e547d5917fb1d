/* Ports: questions that decide may ask of immutable data outside the core. They answer at once, in
 * integers, and what they answered that mattered stands in the event. evolve and replay call no
 * port. */
#ifndef DISPATCH_MODEL_PORTS_H
#define DISPATCH_MODEL_PORTS_H

#include "base/units.h"
#include "dispatch/model/text.h"

#include <stdbool.h>
#include <stdint.h>

struct wanted; /* situation.h */

/* The newest fix of a unit. */
struct fix {
    struct point at;
    int64_t fix_at;     /* µs UTC of the device, at most 5 s ahead of the server */
    uint16_t heading;   /* degrees 0..359, 65535 unknown */
    uint16_t speed_kmh; /* 65535 unknown */
};

struct ports {
    void *arg;

    /* Travel time in ms from one point to another by the engine in use; ETA_INF_MS when
     * unreachable. */
    uint32_t (*travel_ms)(void *arg, struct point from, struct point to);

    /* The same from each of many points to each of several, in one go: of place k and point i it is
     * ms[k * from_count + i]. The quicker way for whoever asks about more than a few units. NULL:
     * there is none; ports_travel_table asks by itself then. */
    void (*travel_table)(void *arg, const struct point *from, uint32_t from_count,
                         const struct point *to, uint32_t to_count, uint32_t *ms);

    /* Name and version of the routing engine, put into every recommendation ("line/1",
     * "road/1:" and digits of the network's digest). */
    const char *(*engine)(void *arg);

    /* Whether a road lies at a point, is crossed by a line or has a part in an area (struct
     * road_notice), and the name people know it by ("" when it has none). NULL: there is no map of
     * the roads. */
    bool (*road_met)(void *arg, const struct point *points, uint32_t count, bool area,
                     struct text64 *name);

    /* How much longer the way is than with nothing on the roads, in ms, and the first notice that
     * lies in it (0: none). NULL as above. */
    uint32_t (*detour_ms)(void *arg, struct point from, struct point to, uint32_t *notice);

    /* How many calls of these tiers (bit 1 to 4) are to be expected while a unit that is sent is
     * away, by what the record holds, in 2^-PRICE_CALLS_SHIFT (plan/price.h). False: it holds too
     * little. NULL: there is no coverage by road. */
    bool (*calls)(void *arg, uint32_t tiers, uint32_t *out);

    /* What rests on a unit of all there is to be covered within five minutes, in
     * 2^-PRICE_STAKE_SHIFT of the whole; 0 for one that covers nothing now. NULL with `calls`. */
    uint32_t (*stake)(void *arg, uint32_t unit);

    /* The slot of a waiting incident that the last joint assignment means the unit for, and what
     * all others together would lose without it. False: none. NULL: nobody assigns jointly. */
    bool (*wanted)(void *arg, uint32_t unit, struct wanted *out);

    /* The unit's newest fix. False: none since the server started. */
    bool (*fix)(void *arg, uint32_t unit, struct fix *out);
};

/* By `travel_table`, or, where there is none, by `travel_ms` one after the other: the answer is the
 * same. `ms` has room for from_count * to_count. */
void ports_travel_table(const struct ports *ports, const struct point *from, uint32_t from_count,
                        const struct point *to, uint32_t to_count, uint32_t *ms);

#endif
