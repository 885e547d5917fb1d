/* What may come within the next hour, and what it would cost if this unit or that one went now:
 * hours of the past are played again from here on, by squares, always with the nearest unit. Known
 * are calls till now and what became of them; when who works will be free is drawn. */
#ifndef TOOLS_QUALITY_FUTURES_H
#define TOOLS_QUALITY_FUTURES_H

#include "tools/quality/play.h"
#include "tools/quality/squares.h"

/* So many futures, so long each. Source: ours; twice as many found no fewer late calls. */
#define FUTURES_COUNT 24
#define FUTURES_MS (INT64_C(3600) * 1000)

struct futures;

/* For a play of `o`, which is borrowed. Owns; free by futures_free. Fails: ERR_NO_MEMORY. */
MUST_USE enum err futures_make(struct futures **out, const struct play_opts *o, struct fault *f);
void futures_free(struct futures *x);

/* As a policy's choose: the least travel time and price of being late, of this call and of those
 * that may come. */
uint32_t futures_choose(const struct policy_ask *ask);

#endif
