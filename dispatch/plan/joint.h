/* Who goes where when several slots want the same units: each slot gets at most one unit, each unit
 * at most one slot, and the sum of what that costs is the least there is. Exact, in integers, by
 * shortest augmenting paths (the Hungarian method as Jonker and Volgenant 1987 have it), one slot
 * after the other.
 *
 * A cost is late first, then time: how late the slot is served, weighed by its tier, and only
 * between equally late ones how long it takes. Of equal sums it is always the same one that is
 * found: none can be bettered by a unit of a lower number, and of slots that are alike the first
 * are served.
 *
 * Bounded: JOINT_SLOTS_MAX slots, each with its JOINT_SLOTS_MAX best units. That loses nothing: of
 * so many units of a slot the others can have taken all but one, so the best sum needs no worse
 * one. */
#ifndef DISPATCH_PLAN_JOINT_H
#define DISPATCH_PLAN_JOINT_H

#include "dispatch/model/plan.h"
#include "dispatch/plan/price.h"

#include <stdbool.h>
#include <stdint.h>

#define JOINT_SLOTS_MAX 32

/* Added and taken from each other part by part; the first part decides. */
struct joint_cost {
    int64_t late; /* ms, times the weight of the tier */
    int64_t time; /* ms of the score and below them the unit's number */
};

/* A unit that could serve a slot. */
struct joint_choice {
    uint32_t unit;
    struct joint_cost cost;
};

/* One slot with its best units, the best first. */
struct joint_slot {
    uint32_t target_ms; /* of the score that is left until it is late; 0: late at once */
    uint32_t waited_ms; /* how late it is already */
    uint8_t tier;       /* 1..4 */
    struct joint_choice best[JOINT_SLOTS_MAX];
    uint32_t count;
    uint32_t worst_ms;  /* the greatest score among all that were offered */
    int64_t worst_late; /* of those that were offered with a whole cost */
    bool leaves;        /* `nobody` was said */
    struct joint_cost nobody;
    uint32_t unit; /* chosen by joint_solve; 0: nobody */
};

struct joint {
    struct joint_slot slots[JOINT_SLOTS_MAX];
    uint32_t count;
};

/* What a minute late counts in each tier against a minute in another. Source: ours; each tier twice
 * the next, so that nobody of tier IV is helped by making one of tier I wait half as long. */
#define JOINT_TIERS 4

/* The weight of a tier (1..4; another counts as 4). */
uint32_t joint_weight(uint8_t tier);

/* What it counts to leave a slot without anybody while units could come: as if they came so much
 * after the slowest of them. More than all that plan/price can put into a score, so that no slot
 * stays empty to spare another being late or the city's cover. Source: ours. */
#define JOINT_NOBODY_MS (PRICE_LATE_MS + PRICE_CALLS_MAX * PRICE_COVER_MS)

/* An empty slot of a tier (1..4; another counts as 4) whose target is `target_ms` from now, 0: it
 * is over or there is none. `late_ms`: how long it is over. False: there is no room for it. */
bool joint_add_slot(struct joint *j, uint8_t tier, uint32_t target_ms, uint32_t late_ms);

/* Offers a unit to the slot that was added last. A unit is offered to a slot once.
 * Units: ms of the whole score (plan/recommend), at most 2^31. */
void joint_offer(struct joint *j, uint32_t unit, uint32_t score_ms);

/* The same of a whole cost: late first, in ms times the weight of the tier, then ms of the score; a
 * slot has either these or the above. */
void joint_offer_cost(struct joint *j, uint32_t unit, struct joint_cost cost_ms);

/* What it costs to leave that slot empty, in the same terms; else that is dearer than all units. */
void joint_leave(struct joint *j, struct joint_cost cost_ms);

/* Fills `unit` of every slot. Cost: count^2 * JOINT_SLOTS_MAX steps at most; no allocation, some
 * 60 KB of stack with `j`. */
void joint_solve(struct joint *j);

/* What is chosen costs, those who get nobody included. */
struct joint_cost joint_sum(const struct joint *j);

#endif
