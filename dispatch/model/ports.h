/* Ports: questions that decide may ask of immutable data outside the core. They answer at once, in
 * integers, and what they answered that mattered stands in the event. evolve and replay call no
 * port. */
#ifndef DISPATCH_MODEL_PORTS_H
#define DISPATCH_MODEL_PORTS_H

#include "base/units.h"

#include <stdbool.h>
#include <stdint.h>

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

    /* Name and version of the routing engine, put into every recommendation ("line/1",
     * "road/1:" and digits of the network's digest). */
    const char *(*engine)(void *arg);

    /* The unit's newest fix. False: none since the server started. */
    bool (*fix)(void *arg, uint32_t unit, struct fix *out);
};

#endif
