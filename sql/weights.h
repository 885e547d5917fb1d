/* Where incidents have been (read table incident): what coverage counts as weight. */
#ifndef SQL_WEIGHTS_H
#define SQL_WEIGHTS_H

#include "base/units.h"
#include "sql/pg.h"

/* Some incidents at about one place (within some 10 m). */
typedef void weights_fn(void *arg, struct point at, uint32_t count);

/* Those with a place that were opened in the last `days` of the record; `*until` is when the last
 * one was, 0: there is none. At most 200,000 places, the busiest; ends after 1.5 s. Outside a
 * transaction. Fails: as pg_run. */
MUST_USE enum err weights_read(struct pg *pg, uint32_t days, weights_fn *fn, void *arg,
                               int64_t *until, struct fault *f);

#endif
