/* Units that are sent out, stay, and drive home by road, where they can be sent from again. All
 * that a policy may know of them. */
#ifndef TOOLS_QUALITY_FLEET_H
#define TOOLS_QUALITY_FLEET_H

#include "tools/quality/trail.h"
#include "tools/quality/work.h"

struct fleet_unit {
    struct point home;
    struct point at; /* where it was sent, or whence it drives home */
    bool away;       /* until `free_ms`; else it may be sent */
    int64_t free_ms; /* on the clock of the calls */
    struct trail_point *trail;
    uint32_t trail_count; /* 0: at home */
    int64_t busy_ms;      /* in all */
};

struct fleet {
    struct fleet_unit *unit;
    uint32_t count;
    const struct road *road; /* borrowed */
    struct road_query query;
    struct path_query path;
    uint64_t driven_mm;
};

/* `count` units at homes dealt by the seed: no home has two before each has one. Borrows `road`.
 * Owns; free by fleet_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err fleet_init(struct fleet *fl, const struct road *road, const struct work *w,
                             uint32_t count, uint64_t seed, struct fault *f);
void fleet_fini(struct fleet *fl);

/* Where a unit that may be sent is. Who has come home has no trail any more. */
struct point fleet_place(struct fleet *fl, uint32_t unit, int64_t now_ms);

/* Travel time of a unit that may be sent; ETA_INF_MS: none. */
uint32_t fleet_eta_ms(struct fleet *fl, uint32_t unit, int64_t now_ms, struct point to);

/* Sends it: on its way at `now_ms` + `delay_ms`, there after its travel time, free `stay_ms` later.
 * Returns when it is there. `to` NULL: it stays where it is. */
int64_t fleet_send(struct fleet *fl, uint32_t unit, int64_t now_ms, uint32_t delay_ms,
                   const struct point *to, uint32_t stay_ms);

/* The unit that is free next, and when; false: none is away. */
bool fleet_next_free(const struct fleet *fl, uint32_t *unit, int64_t *at_ms);

/* It is free and drives home. */
void fleet_release(struct fleet *fl, uint32_t unit);

#endif
