/* Travel times to one place after the other from many: junctions, and places asked again and again,
 * each of which is taken to its road once. The same to the ms as road_travel_ms tells them. */
#ifndef TOOLS_QUALITY_APPROACH_H
#define TOOLS_QUALITY_APPROACH_H

#include "routing/dijkstra.h"
#include "routing/road.h"

struct approach {
    const struct road *road;
    struct roads in;
    struct dijkstra search;
    struct approach_from {
        bool known;
        struct point at;
        struct snap snap;
        uint32_t line_ms; /* from the place to its road */
        uint32_t count;
        struct seed seed[2]; /* a place is left by its road's two ends */
    } * from;
    uint32_t from_count;
    struct snap to;
    uint32_t to_line_ms;
};

/* For `count` places. Borrows `road`. Owns; free by approach_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err approach_init(struct approach *a, const struct road *road, uint32_t count,
                                struct fault *f);
void approach_fini(struct approach *a);

/* From now on times are those to `to`. False: there are no roads. */
bool approach_to(struct approach *a, struct point to);

/* From place number `from`, which lies at `at` whenever it is asked; ETA_INF_MS: no way. */
uint32_t approach_ms(struct approach *a, uint32_t from, struct point at);

#endif
