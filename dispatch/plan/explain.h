/* The trace of a plan: what each rule said of an incident and which question decided it, for the
 * sheet, the record and the court. plan_judge (evaluate.h) gives rows, plan_explain_line the
 * sentence of a row. */
#ifndef DISPATCH_PLAN_EXPLAIN_H
#define DISPATCH_PLAN_EXPLAIN_H

#include "dispatch/plan/tell.h"

/* Enough for any line: longer argument lists are cut. */
#define EXPLAIN_LINE_SIZE 512

/* The sentence of one row, "street_weapon: does not fire: danger cues include any of weapon".
 * `row->rule` must be a rule of the plan. Returns the length written into `out`, NUL behind it. */
size_t plan_explain_line(const struct plan *p, const struct rule_trace *row,
                         const struct plan_tongue *in, char *out, size_t size);

#endif
