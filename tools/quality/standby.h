/* What the units that may be sent cover, and how much each place counts: where calls came from till
 * now, and before there were any, every junction alike. Never from calls that are still to come. A
 * call counts for all junctions of its square of 500 m: the next one there comes from next door. */
#ifndef TOOLS_QUALITY_STANDBY_H
#define TOOLS_QUALITY_STANDBY_H

#include "routing/coverage.h"
#include "tools/quality/fleet.h"

#define STANDBY_FIVE_MINUTES 2 /* the ring a unit's price is reckoned in */

struct standby {
    struct roads out, in;
    struct coverage coverage;
    uint32_t *weight; /* of a node */
    uint64_t whole;   /* of all nodes */
    struct standby_node {
        uint64_t square; /* of 500 m */
        uint32_t node;
    } * by_square; /* all nodes */
    uint32_t node_count;
    const struct road *road;
    struct standby_spot {
        struct point at; /* where the unit was counted last */
        bool counts;
    } * spot;
};

/* Borrows `road`. Owns; free by standby_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err standby_init(struct standby *c, const struct road *road, uint32_t units,
                               struct fault *f);
void standby_fini(struct standby *c);

/* A call came from there. */
void standby_learn(struct standby *c, struct point at);

/* Counts the units as they are now. Fails: ERR_NO_MEMORY. */
MUST_USE enum err standby_follow(struct standby *c, struct fleet *fleet, int64_t now_ms,
                                 struct fault *f);

/* The share of all there is to cover that somebody would reach within five minutes, in millionths.
 */
uint32_t standby_share_ppm(const struct standby *c);

#endif
