/* What `tocsin plan` prints: a plan in words, and what it says of one imagined incident. */
#ifndef TOOLS_PLAN_PLAN_SAY_H
#define TOOLS_PLAN_PLAN_SAY_H

#include "base/buf.h"
#include "dispatch/plan/tell.h"

/* The one of two texts that is in the language. */
static inline const char *plan_say_pick(const struct plan_tongue *in, const char *zh,
                                        const char *en)
{
    return in->language == PLAN_ZH ? zh : en;
}

/* The head, the rules in order, the limits. */
void plan_say(struct buf *b, const struct plan *p, const struct plan_tongue *in);

/* Tier, force and the rules that fired or stand open; with `all` those that do not fire too. */
void plan_say_try(struct buf *b, const struct plan *p, const struct situation *s, bool all,
                  const struct plan_tongue *in);

/* The same as one JSON object. */
void plan_say_try_json(struct buf *b, const struct plan *p, const struct situation *s,
                       const struct plan_tongue *in);

/* What a row of limits is for: "I 级响应 10.*.*.* LP01". */
void plan_say_clocks_of(struct buf *b, const struct plan_clocks *k, const struct plan_tongue *in);

/* What differs between two versions, a line each. Returns how many. */
uint32_t plan_say_diff(struct buf *b, const struct plan *before, const struct plan *after,
                       const struct plan_tongue *in);

#endif
