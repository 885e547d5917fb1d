/* The access log: who read which protected fields, for what purpose; written before they are shown,
 * in a hash chain of its own that the database itself continues:
 *   hash = SHA-256(prev_hash || seq \n at \n actor \n incident \n purpose \n fields [\n spooled])
 * (docs/api/log-format.md). Blocking, for the auth worker, on a connection under tocsin_auth. */
#ifndef SQL_ACCESS_LOG_H
#define SQL_ACCESS_LOG_H

#include "base/fault.h"
#include "base/hash.h"
#include "base/must.h"
#include "base/str.h"
#include "sql/pg.h"

#include <stdint.h>

#define ACCESS_GENESIS "tocsin-access/1"
#define ACCESS_TEXT_SIZE_MAX 1024 /* bytes of each text */
#define ACCESS_SPOOLED_SIZE 32    /* lower-case hexadecimal digits */

struct access_entry {
    int64_t at_us; /* µs UTC; 0 takes the database's clock */
    struct str actor;
    struct str incident;
    struct str purpose;
    struct str fields; /* separated by commas */
    struct str
        spooled; /* id of an entry that waited in a file (server/spool.h); empty: it did not */
};

/* The prev_hash of the first row: SHA-256("tocsin-access/1" \n world). */
void access_genesis_hash(struct str world, struct sha256 *out);

/* Computes the hash of a row. Fails: false when a text is too long or holds a newline. */
MUST_USE bool access_row_hash(const struct sha256 *prev_hash, uint64_t seq,
                              const struct access_entry *e, struct sha256 *out);

/* Fails: ERR_INVALID naming the field that is too long or holds control characters. */
MUST_USE enum err access_check(const struct access_entry *e, struct fault *f);

/* Returns when the row is durable. `*seq` may be NULL; it is 0 for a spooled entry that stood there
 * already, which is not written again.
 * Fails: ERR_INVALID naming the field that is too long or holds control characters;
 * ERR_LOG_UNAVAILABLE. */
MUST_USE enum err access_append(struct pg *pg, const struct access_entry *e, uint64_t *seq,
                                struct fault *f);

/* Hands on the readings later than `since_us` that alarm the commander, oldest first: the glass was
 * broken, or the log was down and they were spooled. Only the last `rows` of the log are looked at.
 * Texts are borrowed. Fails: as pg_run. */
typedef void access_fn(void *arg, struct str actor, struct str incident, struct str purpose,
                       bool spooled);
MUST_USE enum err access_alarming(struct pg *pg, int64_t since_us, uint32_t rows, access_fn *fn,
                                  void *arg, struct fault *f);

/* How often somebody broke the glass later than `since_us`, and when first of these (0: never);
 * only the last `rows` of the log are looked at. Fails: as pg_run. */
MUST_USE enum err access_glasses_of(struct pg *pg, struct str actor, int64_t since_us,
                                    uint32_t rows, uint64_t *count, int64_t *first_us,
                                    struct fault *f);

#endif
