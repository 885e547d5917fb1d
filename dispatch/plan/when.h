/* Whether the condition of a rule holds: its questions and its groups of questions, in three
 * values. */
#ifndef DISPATCH_PLAN_WHEN_H
#define DISPATCH_PLAN_WHEN_H

#include "dispatch/plan/predicates.h"

/* What decided. With part WHEN_ANY and a rule that does not hold no single question did: every
 * group failed. */
struct when_why {
    const struct predicate *predicate; /* NULL: all held, or no single question decided */
    uint8_t part;                      /* enum when_part */
    uint8_t group;                     /* from 0, within its part */
};

/* No as soon as a question says no, no group of `any` can hold or one of `none` does; else unknown
 * as soon as something is unknown; else yes. A condition that asks nothing: no. In `none` a danger
 * that nobody named is unknown: it never lets a rule fire that says "unless a weapon was seen".
 * `why` may be NULL. */
enum verdict when_holds(const struct plan_when *when, const struct situation *s,
                        struct when_why *why);

#endif
