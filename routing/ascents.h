/* Climbs from nodes, kept: how far it is from where a road ends to every node above it. One
 * incident after the other is asked about the same units, which stand on the same roads or drive
 * along them: only the way from the unit to the end of its road is another then. The nodes asked
 * for longest ago give way to new ones. Private to routing/. */
#ifndef ROUTING_ASCENTS_H
#define ROUTING_ASCENTS_H

#include "routing/climb.h"

#define ASCENTS_MAX 4096
#define ASCENT_SPOTS_MAX 384 /* cities have two hundred */

struct ascent_spot {
    uint32_t node;
    uint32_t ms;
};

struct ascent {
    uint32_t node;
    uint32_t era;   /* of `ascents` when it was made */
    uint32_t asked; /* by the clock of `ascents` */
    uint32_t count; /* ASCENT_SPOTS_MAX + 1: too many to be kept */
};

struct ascents {
    struct ascent *ascent;
    struct ascent_spot *spot; /* ASCENT_SPOTS_MAX of each */
    uint32_t era, clock;
};

/* 12 MB, of which only what is used is touched. Owns; free by ascents_fini, which is due in any
 * case. False: no memory. */
bool ascents_init(struct ascents *a);
void ascents_fini(struct ascents *a);

/* All of them: times are others now. */
void ascents_forget(struct ascents *a);

/* The climb away from `node` at `t`, made where it is not kept; where it leads by way of `count`
 * spots, from the lowest. False: they are too many. They hold until the next call. `climb` is the
 * caller's. No allocation. */
bool ascents_of(struct ascents *a, struct climb *climb, const struct times *t, uint32_t node,
                const struct ascent_spot **spots, uint32_t *count);

#endif
