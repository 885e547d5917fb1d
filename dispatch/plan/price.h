/* What sending a unit costs beside its travel time, in ms of travel, so that all can stand in one
 * score: that the place may be reached later than it should be, and that others may be while the
 * unit is away. Pure and exact.
 *
 * The nearest unit is not always the right one to send: one a little farther off that is in time
 * all the same leaves the city better covered. Sources: R. Church, C. ReVelle, The maximal covering
 * location problem, 1974; M. Daskin, A maximum expected covering location model, Transportation
 * Science 17, 1983 (a place counts by the chance that one of those who cover it is free);
 * C. Jagtenberg, S. Bhulai, R. van der Mei, Dynamic ambulance dispatching: is the closest-idle
 * policy always optimal?, Health Care Management Science 20, 2017. The figures are ours, from calls
 * played by `tocsin simulate --policy` (docs/decisions/0020). */
#ifndef DISPATCH_PLAN_PRICE_H
#define DISPATCH_PLAN_PRICE_H

#include "base/units.h"

#include <stdbool.h>

/* Who comes sooner than this before the target is in time, who comes later than this behind it is
 * late; between them the price rises in a line: nobody knows a travel time to the second. */
#define PRICE_SOON_MS INT64_C(170000)
#define PRICE_PAST_MS INT64_C(130000)

/* Of being late for certain; and of leaving all of the city to others, for each urgent call that is
 * to be expected before the unit is back. */
#define PRICE_LATE_MS UINT32_C(5400000)
#define PRICE_COVER_MS UINT32_C(720000)

/* Expected calls, in 2^-PRICE_CALLS_SHIFT; more than PRICE_CALLS_MAX of them count as so many. */
#define PRICE_CALLS_SHIFT 8
#define PRICE_CALLS_MAX 64

/* Calls that are expected to have somebody there within so long are urgent: cover is kept for them.
 */
#define PRICE_URGENT_MS UINT32_C(900000)

/* A unit's stake as it stands in the evidence is in 2^-PRICE_STAKE_SHIFT of the whole. */
#define PRICE_STAKE_SHIFT 20

/* Whether cover is weighed at all for an incident of that tier: for tier I whoever is nearest goes.
 */
static inline bool price_covers(uint8_t tier)
{
    return tier != 1;
}

/* For the first unit at an incident: `eta_ms` away, with `left_ms` to its target (below 0: it has
 * passed). 0 to PRICE_LATE_MS. */
uint32_t price_late_ms(uint32_t eta_ms, int64_t left_ms);

/* `stake` of `whole`: of all there is to be covered, the part that rests on this unit
 * (routing/coverage.h, coverage_stake). `calls`: urgent ones to be expected while it is away, as
 * above. 0 when there is nothing to cover. */
uint32_t price_cover_ms(uint64_t stake, uint64_t whole, uint32_t calls);

#endif
