/* Sampled positions of units (table track, a partition a UTC day), outside the log. Blocking; the
 * tracks thread writes under role tocsin_tracker, the auth thread reads under tocsin_auth, once the
 * access is recorded. */
#ifndef SQL_TRACKS_H
#define SQL_TRACKS_H

#include "base/fault.h"
#include "base/must.h"
#include "base/str.h"
#include "sql/pg.h"

#include <stdint.h>

#define TRACK_UNKNOWN UINT16_MAX /* heading or speed */

struct track_sample {
    uint32_t unit;
    int32_t lon_e7;
    int32_t lat_e7;
    uint16_t heading; /* degrees */
    uint16_t speed_kmh;
    int64_t at_us; /* µs UTC */
    uint64_t seq;  /* of the log, durable when it came in */
};

/* Makes the days from `from_us` to the one after `now_us`, and drops those more than `days` before
 * it; `*dropped` (may be NULL) is how many. Fails: as pg_run. */
MUST_USE enum err tracks_keep(struct pg *pg, int64_t from_us, int64_t now_us, uint32_t days,
                              uint64_t *dropped, struct fault *f);

/* Writes samples in one transaction that does not wait for the disk. One that stands there already
 * stays as it is. Fails: as pg_run; nothing is written then, or all of it when only the answer was
 * lost. */
MUST_USE enum err tracks_write(struct pg *pg, const struct track_sample *samples, uint32_t count,
                               struct fault *f);

/* From an instant to another, which does not belong to it. */
struct track_window {
    uint32_t unit;
    int64_t from_us;
    int64_t to_us;
};

/* The windows of an incident that has left the memory, from the read tables, at most `max`. `zone`
 * (with a NUL) is the id of the one it lies in, empty: none. Fails: ERR_NOT_FOUND; as
 * pg_run. */
MUST_USE enum err tracks_past(struct pg *pg, struct str incident, struct track_window *out,
                              uint32_t max, uint32_t *count, char zone[40], struct fault *f);

struct track_query {
    const struct track_window *windows;
    uint32_t count;
    uint32_t after_unit; /* go on behind this sample; 0: from the beginning */
    int64_t after_us;
    uint32_t limit;
};

typedef void track_fn(void *arg, const struct track_sample *s);

/* Hands on samples by unit and time, at most `limit`. Fails: as pg_run. */
MUST_USE enum err tracks_read(struct pg *pg, const struct track_query *q, track_fn *fn, void *arg,
                              struct fault *f);

#endif
