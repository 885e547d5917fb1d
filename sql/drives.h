/* Drives to incidents, for learning how quickly roads are driven: positions from the step "en
 * route" to the next one, without whose they are. Blocking, for `tocsin learn-speeds`, on a
 * connection under role tocsin_learner, which sees tracks in no other way; each run of it is an
 * entry of access_log before anything is read. */
#ifndef SQL_DRIVES_H
#define SQL_DRIVES_H

#include "base/fault.h"
#include "base/must.h"
#include "base/str.h"
#include "base/units.h"
#include "sql/pg.h"

struct drive_fix {
    uint64_t drive;   /* numbered within what one reading returns */
    int64_t at_us;    /* µs UTC */
    int64_t local_us; /* shifted to local time */
    struct point at;
};
typedef void drives_fn(void *arg, const struct drive_fix *fix);

/* Opens the connection it needs, as an administrator. Fails: as pg_open. */
MUST_USE enum err drives_open(const char *conninfo, const char *world, struct pg **out,
                              struct fault *f);

/* Records who reads drives of which span of time; durable when it returns. `*entry` goes to
 * drives_read. Fails: ERR_INVALID (a name that cannot stand there), as pg_run. */
MUST_USE enum err drives_record(struct pg *pg, struct str by, int64_t from_us, int64_t to_us,
                                uint64_t *entry, struct fault *f);

/* Hands on the fixes of all drives that began in a span of time, by drive and time. `zone` is a
 * time zone by its name, as Asia/Shanghai. Fails: ERR_FORBIDDEN (no such entry), as pg_run. */
MUST_USE enum err drives_read(struct pg *pg, uint64_t entry, int64_t from_us, int64_t to_us,
                              struct str zone, drives_fn *fn, void *arg, struct fault *f);

#endif
