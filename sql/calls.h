/* How busy the record was (read tables incident and assignment): how many calls are to be expected
 * while a unit is away. */
#ifndef SQL_CALLS_H
#define SQL_CALLS_H

#include "sql/pg.h"

struct calls_past {
    uint64_t of_tier[5]; /* incidents opened, by tier 1 to 4 */
    uint64_t span_ms;    /* from the first of them to the last */
    uint64_t trips;      /* orders that somebody drove to and ended */
    uint64_t away_ms;    /* mean, from dispatch to end */
};

/* Of the last `days` of the record; ends after 1.5 s. Outside a transaction. Fails: as pg_run. */
MUST_USE enum err calls_read(struct pg *pg, uint32_t days, struct calls_past *out, struct fault *f);

#endif
