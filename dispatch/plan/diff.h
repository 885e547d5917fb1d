/* What differs between two versions of a plan, rule by rule and part by part, for who signs the
 * newer one. Pure. */
#ifndef DISPATCH_PLAN_DIFF_H
#define DISPATCH_PLAN_DIFF_H

#include "dispatch/model/plan.h"

/* The parts in which plans differ. */
enum plan_part {
    PART_RULE,  /* the whole rule: one that is new or gone */
    PART_ORDER, /* of the rules, as far as both have them */
    PART_WHEN,
    PART_TIER,
    PART_NEEDS,
    PART_NAME,
    PART_SOURCE,
    PART_CLOCKS,     /* a row of limits: the same tier, types and zones in both; or new, or gone */
    PART_AUTOMATION, /* where automatic dispatch is allowed, as a whole */
    PART_FIELD       /* any other field of the plan */
};

struct plan_change {
    enum plan_part part;
    const void *before;        /* struct plan_rule, plan_clocks or the field's struct; NULL: new */
    const void *after;         /* NULL: gone */
    const struct field *field; /* PART_FIELD, PART_CLOCKS with both: which one */
};

/* Writes what differs into `out`, at most `cap`; returns how many there are. Rules are told apart
 * by their ids, rows of limits by what they are for. Versions do not count. Order: rules of the
 * newer plan, those that are gone, the rest. Owns: points into both plans. */
uint32_t plan_diff(const struct plan *before, const struct plan *after, struct plan_change *out,
                   uint32_t cap);

#endif
