/* What a simulated time came to: times, alarms, hand-overs, orders, counted from the rows' events
 * alone, as a statistician with the log would. */
#ifndef TOOLS_SIM_TALLY_H
#define TOOLS_SIM_TALLY_H

#include "base/buf.h"
#include "dispatch/model/event.h"

#define TALLY_TIERS 5 /* 1 to 4; 0: none decided */

struct tally;

/* NULL when memory is out. */
struct tally *tally_new(void);
void tally_free(struct tally *t);

/* The events of a row at its instant. */
void tally_see(struct tally *t, int64_t at, const struct event *events, uint32_t count);

/* Members of a JSON object, without braces: times (n, median_s and p90_s of answer, dispatch,
 * arrive, by tier where there is one), alarms by kind and their fate, seats, orders by their end.
 * Sorts what it kept. */
void tally_json(struct tally *t, struct buf *b);

#endif
