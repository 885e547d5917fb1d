/* Which road a place belongs to and how it is left, kept: units are asked about again and again
 * where they stand, and the roads under a place stay when what holds on them changes. The places
 * asked for longest ago give way to new ones. Private to routing/. */
#ifndef ROUTING_STANDS_H
#define ROUTING_STANDS_H

#include "routing/road.h"

#define STANDS_MAX 8192
#define STAND_SEEDS_MAX 2 /* a road is left by its two ends */

struct stand {
    struct point at;
    struct snap nearest; /* whatever holds on that road */
    struct snap on;      /* the road it belongs to, as the roads were in `era` */
    uint32_t off_ms;     /* from `at` to there */
    struct seed seeds[STAND_SEEDS_MAX];
    uint32_t seed_count;
    uint32_t era;   /* of `stands`; 0: nothing stands here */
    uint32_t asked; /* by the clock of `stands` */
};

struct stands {
    struct stand *stand;
    uint32_t era, clock;
};

/* Owns; free by stands_fini, which is due in any case. False: no memory. */
bool stands_init(struct stands *s);
void stands_fini(struct stands *s);

/* What holds on the roads is other now. */
void stands_renew(struct stands *s);

/* Of a place, under `w`; holds until the next call. NULL: there are no roads. No allocation. */
const struct stand *stands_of(struct stands *s, const struct road_weights *w, struct point at);

#endif
