/* Several searches upwards side by side: units that stand near each other pass the same nodes on
 * their way up, so each arc is looked at once for all of them. Times are those away from the start.
 * The same comes out as of one climb after the other (routing/climb.h). Private to routing/. */
#ifndef ROUTING_CLIMB_ABREAST_H
#define ROUTING_CLIMB_ABREAST_H

#include "routing/climb.h"

#define ABREAST_LANES 8 /* two registers */

/* How far a node is from the start of each search; ETA_INF_MS: it does not come there. */
struct abreast_row {
    int32_t ms[ABREAST_LANES];
};

struct abreast {
    struct climb *climb; /* borrowed; in use during a search only */
    uint32_t *node;      /* all nodes that a search passes, from the lowest */
    struct abreast_row *row;
    uint32_t count;
    uint32_t room;

    struct seed seeds[CLIMB_SEEDS_MAX]; /* of all searches, one after the other */
    uint32_t seeds_end[ABREAST_LANES];
    uint32_t seed_count;
    uint32_t lanes;
};

/* Borrows `climb`. Owns; free by abreast_fini. Cannot fail. */
void abreast_init(struct abreast *a, struct climb *climb);
void abreast_fini(struct abreast *a);

/* One search more, from 1 to CLIMB_SEEDS_MAX seeds. False: there is no room for it beside the
 * others; for a first one there is. */
bool abreast_add(struct abreast *a, const struct seed *seeds, uint32_t count);

/* Makes all searches that were added; `node` and `row` hold what they found until the next call,
 * and the next abreast_add begins anew. False: no memory. */
bool abreast_climb(struct abreast *a, const struct times *t);

#endif
