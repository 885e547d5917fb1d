/* Who can be where, and how soon: of every node of the roads, how many of the units at hand reach
 * it within each ring (one, three and five minutes, say) and how soon the first is there; and how
 * much weight (people, past incidents) lies within each ring. Exact, by road, at the times of now.
 *
 *     coverage_init(&c, roads, unit_max, ring_ms, weight, f);
 *     coverage_put(&c, unit, seeds, count, f);     a unit is free, or is free elsewhere
 *     coverage_drop(&c, unit);                     it is free no more
 *     c.units[node].within[ring], c.least_ms[node], c.total.weight[ring]
 *     coverage_if(&c, &step, &change);             what would change, if; nothing does
 *
 * A unit has a row: the nodes it reaches within the last ring and its time to each. What is known
 * of nodes and the totals are sums over the rows, so that a step costs the rows it touches and
 * nothing else, some tenths of a millisecond a unit. They do not depend on the order of steps.
 *
 * Seeds are those of road_depart. One thread at a time. */
#ifndef ROUTING_COVERAGE_H
#define ROUTING_COVERAGE_H

#include "routing/climb.h"
#include "routing/reach.h"

#define COVERAGE_RINGS 3
#define COVERAGE_UNITS_MAX UINT16_MAX

/* How many units are there within each ring; who is within one is within the later ones too. */
struct coverage_units {
    uint16_t within[COVERAGE_RINGS];
};

struct coverage_sum {
    uint64_t weight[COVERAGE_RINGS];
};

/* Both sides of the same roads at the same times: where they lead to, and where from. */
struct coverage_roads {
    const struct roads *out, *in;
};

struct coverage_row {
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t seed_count; /* 0: the unit counts nowhere */
    struct coverage_spot {
        uint32_t node;
        uint32_t ms;
    } * spot;
    uint32_t count;
    uint32_t room;
};

struct coverage {
    struct coverage_roads roads; /* borrowed */
    const uint32_t *weight;      /* of a node, borrowed; NULL: one each */
    uint32_t ring_ms[COVERAGE_RINGS];
    uint32_t node_count;
    uint32_t unit_max;
    struct coverage_units *units; /* of a node */
    uint32_t *least_ms; /* of a node: until the first is there; ETA_INF_MS: none within the rings */
    struct coverage_sum total;
    struct coverage_row *row; /* of a unit */

    struct reach reach;
    uint32_t *own_ms;            /* of a node, while one unit's row is found: its own time */
    uint32_t *orphan;            /* nodes whose first unit went */
    struct coverage_units *away; /* of a node, while coverage_if thinks: how many would leave */
    uint8_t *is_changed;         /* of a node, while coverage_renew looks for rows */
    uint64_t *stale;             /* first node and number of the units to be found anew */
    uint32_t stale_count;
};

/* For units 0..unit_max-1 (at most COVERAGE_UNITS_MAX), none of which counts yet. `ring_ms` rises
 * and ends below ETA_INF_MS. Owns; free by coverage_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err coverage_init(struct coverage *c, struct coverage_roads roads, uint32_t unit_max,
                                const uint32_t ring_ms[COVERAGE_RINGS], const uint32_t *weight,
                                struct fault *f);
void coverage_fini(struct coverage *c);

/* Other weights; NULL: one each. Costs a look at every node. */
void coverage_weigh(struct coverage *c, const uint32_t *weight);

/* Counts a unit where it is, or where it is now. Fails: ERR_NO_MEMORY; then it counts nowhere. No
 * allocation once its row has been as long. */
MUST_USE enum err coverage_put(struct coverage *c, uint32_t unit, const struct seed *seeds,
                               uint32_t count, struct fault *f);
void coverage_drop(struct coverage *c, uint32_t unit);

/* After roads that leave `nodes` got other times (by roads_set on both sides, before anything else
 * is asked): finds anew the rows that come by one of them. A unit whose seeds depend on such a road
 * is to be put by the caller. Fails: ERR_NO_MEMORY; rows without room count nowhere. */
MUST_USE enum err coverage_renew(struct coverage *c, const uint32_t *nodes, uint32_t count,
                                 struct fault *f);

/* The same when any road may have another time. */
MUST_USE enum err coverage_renew_all(struct coverage *c, struct fault *f);

/* Something that might be done: units leave, and one will stand at a place; either may be missing.
 * Sending units is a leave, moving one up is both. Units that count nowhere change nothing; none is
 * named twice. */
struct coverage_step {
    const uint32_t *leave;
    uint32_t leave_count;
    const struct seed *arrive; /* the place, as road_depart gives it */
    uint32_t arrive_count;     /* 0: nobody comes */
};

/* Weight that would come into each ring, and that would fall out of it. */
struct coverage_change {
    struct coverage_sum gained, lost;
};

/* What a step would change. Costs the rows of who leaves and one search for who comes; no
 * allocation. What is known stays as it is: only the scratch of `c` is used. */
void coverage_if(struct coverage *c, const struct coverage_step *step,
                 struct coverage_change *change);

/* What rests on a unit within ring `ring`: of each node it is within, the weight times 2^-n, n
 * being how many units are there as soon. That is the chance of being served that goes with it,
 * were each unit free as often as not: alone at a place it has half of it, as one of two a quarter.
 * In 2^-COVERAGE_STAKE_SHIFT of a weight; all weights together are below 2^47. Costs its row.
 * Source: M. Daskin, Transportation Science 17, 1983, at a busy share of one half. */
#define COVERAGE_STAKE_SHIFT 16
uint64_t coverage_stake(const struct coverage *c, uint32_t unit, uint32_t ring);

#endif
