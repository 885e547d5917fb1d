/* Travel times over the arcs of a hierarchy, made from those of the roads: customization. An arc's
 * time is the least of its own roads and of all ways through nodes below it. */
#ifndef ROUTING_TIMES_H
#define ROUTING_TIMES_H

#include "routing/hierarchy.h"

struct arc_times {
    uint32_t up_ms;   /* from tail to head */
    uint32_t down_ms; /* from head to tail */
};

/* An arc of the hierarchy, and the times it had before. */
struct times_changed {
    uint32_t arc;
    struct arc_times before;
};

struct times {
    const struct hierarchy *h; /* borrowed */
    struct arc_times *arc;
    uint32_t *waiting; /* arcs of which times_change must still think: a heap by tail, then head */
    uint8_t *is_waiting;
    uint32_t waiting_count;
    struct arc_times *row;         /* room for the arcs up from one node */
    struct times_changed *changed; /* by the last times_change */
    uint32_t changed_count;
};

/* Room for one set of times; borrows `h`. Owns; free by times_free. Fails: ERR_NO_MEMORY. */
MUST_USE enum err times_init(struct times *t, const struct hierarchy *h, struct fault *f);
void times_free(struct times *t);

/* Fills in all times from those of the roads of `g` (the graph the hierarchy was built of). */
void times_customize(struct times *t, const struct graph *g, const uint32_t *road_ms);

/* Brings the times up to date after road_ms[road] was changed. Returns how many arcs have another
 * time now; they stand in `changed` until the next call. */
uint32_t times_change(struct times *t, const struct graph *g, const uint32_t *road_ms,
                      uint32_t road);

#endif
