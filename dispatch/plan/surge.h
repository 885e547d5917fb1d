/* Who goes where when many incidents wait at once: every open slot of all of them against every
 * unit that is free, as one assignment. Each slot gets at most one unit, each unit at most one
 * slot, and the sum of what that costs is the least there is: first how late the slots are served,
 * weighed by tier (plan/joint), the time that was waited already counted in; of equally late ways
 * the one whose scores are least.
 *
 * Sparse: each slot looks at its SURGE_NEAR best units, and shortest augmenting paths (as
 * plan/joint has them) find the best way with those. Its dual prices then say of every unit that
 * was not looked at whether it could have helped; those that could are taken in and the search is
 * made again, SURGE_ROUNDS times at most. What the prices still leave open is the gap: no way at
 * all costs less than the sum less the gap. With SURGE_NEAR slots or fewer there is never one.
 *
 * Pure; memory is the caller's; equal questions have equal answers. */
#ifndef DISPATCH_PLAN_SURGE_H
#define DISPATCH_PLAN_SURGE_H

#include "dispatch/plan/joint.h"

#include <stddef.h>

#define SURGE_NEAR 32
#define SURGE_NEAR_MAX 64 /* with those taken in later */
#define SURGE_ROUNDS 5
#define SURGE_UNITS_MAX 16384
#define SURGE_SLOTS_MAX 512 /* more than the server asks for at once */

/* Leaving a slot without anybody counts as if somebody came after so long, and again as long as it
 * has waited already: so that none waits for ever because another is always nearer. Whoever takes
 * longer is no answer. A figure that does not depend on who else is asked about, so that what one
 * round says holds in the next. Source: ours. */
#define SURGE_NOBODY_MS UINT32_C(7200000)

#define SURGE_CANNOT UINT32_MAX /* as there_ms: this unit cannot go there */
#define SURGE_NO_SLOT UINT32_MAX

struct surge_score {
    uint32_t there_ms; /* until it is there */
    uint32_t score_ms; /* plan/recommend; at most 2^31 */
};

struct surge_slot {
    uint8_t tier;       /* 1..4; another counts as 4 */
    uint32_t limit_ms;  /* from opening to arrival; 0: nothing is ever late */
    uint32_t waited_ms; /* since opening */
};

struct surge {
    uint32_t slots_max, units_max;
    uint32_t slot_count, unit_count;
    struct surge_slot *slots;
    uint32_t *units; /* number of each, 1 .. 2^20 - 1, ascending; ties go to the lower */
    struct surge_score *scores;

    /* What was found. */
    struct joint_cost sum, gap;
    uint32_t rounds; /* searches that were made */

    /* Of the search; a column is a unit, or behind the units the nobody of a slot. */
    uint32_t skipped; /* slot that is left out; SURGE_NO_SLOT: none */
    uint16_t *near;   /* of a slot: columns, at most SURGE_NEAR_MAX */
    uint16_t *near_count;
    uint16_t *held;   /* of a slot: its column */
    uint16_t *holder; /* of a column: slot + 1; 0: free */
    struct joint_cost *rows, *prices;
    struct joint_cost *reach;  /* of a column: shortest way from the new slot; losses */
    uint16_t *from;            /* the slot before it on that way */
    uint8_t *seen;             /* 0 not, 1 reached, 2 settled */
    struct joint_cost *losses; /* of a unit: room for surge_losses */
    uint16_t *heap, *place;    /* reached columns, nearest first; where a column stands in it */
    uint32_t heap_count;
};

/* Bytes for a question of at most so many slots and units (SURGE_UNITS_MAX). */
size_t surge_size(uint32_t slots_max, uint32_t units_max);

/* Over `memory` (surge_size bytes, 16-byte aligned), which the caller keeps and frees. */
void surge_init(struct surge *s, uint32_t slots_max, uint32_t units_max, void *memory);

/* Begins a question: slot_count and unit_count are set, the caller fills slots and units and for
 * every pair of them surge_score_of. */
void surge_begin(struct surge *s, uint32_t slots, uint32_t units);
static inline struct surge_score *surge_score_of(const struct surge *s, uint32_t slot,
                                                 uint32_t unit)
{
    return &s->scores[(size_t)slot * s->units_max + unit];
}

/* What it costs that the slot is served so: lateness weighed by tier in ms, and the score in ms. */
struct joint_cost surge_cost(const struct surge_slot *slot, struct surge_score score);

/* What it costs to leave it to nobody, in ms. */
struct joint_cost surge_nobody(const struct surge_slot *slot);

/* Finds who goes where, as if there were no slot `without` (SURGE_NO_SLOT: with all). Cost: slots^2
 * * SURGE_NEAR steps and one look at every pair, a round. */
void surge_solve(struct surge *s, uint32_t without);

/* The place in `units` of who is meant for the slot, plus 1; 0: nobody. */
static inline uint32_t surge_unit_of(const struct surge *s, uint32_t slot)
{
    return s->held[slot] < s->unit_count ? s->held[slot] + 1u : 0;
}

/* The slot that the unit (by its place) is meant for; SURGE_NO_SLOT: none. */
static inline uint32_t surge_slot_of(const struct surge *s, uint32_t unit)
{
    return s->holder[unit] != 0 ? s->holder[unit] - 1u : SURGE_NO_SLOT;
}

/* What it costs to serve the slot as was found, or to leave it, in ms. */
struct joint_cost surge_held_ms(const struct surge *s, uint32_t slot);

/* Sum and gap in ms: `late` weighed by tier, `time` of scores. The gap's first part decides: while
 * it is not 0 the second says nothing. */
struct joint_cost surge_sum_ms(const struct surge *s);
struct joint_cost surge_gap_ms(const struct surge *s);

/* After surge_solve: what all slots together would lose if each unit, by its place, went elsewhere:
 * 0 for those who are meant for none. Exact over the units that were looked at. Writes unit_count
 * costs in ms; the second part may be below 0 where the first is not 0. */
void surge_losses(struct surge *s, struct joint_cost *loss_ms);

#endif
