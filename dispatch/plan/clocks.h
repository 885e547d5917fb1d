/* Which limits hold for an incident or a report: a plan's rows of clocks may name a tier, patterns
 * of types and zones, and for each limit the most specific row that speaks of it counts.
 *
 * Precedence, from the first difference on:
 *   1. the type: a row whose pattern gives more levels, before fewer, before none;
 *   2. the zone: a row that names the zone itself, before one that holds it, and so outwards,
 *      before none;
 *   3. the tier: a row that names it, before one for every tier;
 *   4. the row that stands first.
 * A limit that a row leaves out (0) is the business of the next row in that order. */
#ifndef DISPATCH_PLAN_CLOCKS_H
#define DISPATCH_PLAN_CLOCKS_H

#include "dispatch/model/plan.h"

/* What the rows are asked for. */
struct clocks_for {
    struct str type;         /* code; empty: unclassified, rows with types do not hold */
    const struct str *zones; /* code of its zone, then of each zone that contains it */
    uint32_t zone_count;
    uint8_t tier; /* 0: none (a report), rows with a tier do not hold */
};

/* Limits in ms, 0: no clock. A plan that gives neither classify_ms nor report_ms nor answer_ms in
 * a row has those of its head. Cost: one pass over the rows, no allocation. */
struct plan_clocks plan_clocks_for(const struct plan *p, const struct clocks_for *s);

#endif
