/* The rows of a scenario, as the log would have them: a second world is evolved from them and from
 * nothing else, and what they say of an incident is its timeline. */
#ifndef TESTS_SCENARIOS_RUNNER_ROWS_H
#define TESTS_SCENARIOS_RUNNER_ROWS_H

#include "tools/sim/replay.h"

struct rows;

/* must() that there is memory. */
struct rows *rows_new(const struct world_limits *limits);
void rows_free(struct rows *r);

/* engine_row_fn: must() that the row follows and can be read. */
void rows_take(void *rows, const struct log_row *row);

/* True when the world of the rows, and one that an image of it is read into, are what `live` is. */
bool rows_agree(struct rows *r, const struct world *live);

/* Appends " +M:SS kind/who" for each event of the incident. */
void rows_timeline(const struct rows *r, uint32_t incident, int64_t start_us, struct buf *b);

#endif
