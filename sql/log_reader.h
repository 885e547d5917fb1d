/* Reads the log back in order, for threads that may block: replay at boot, the second world, pages
 * of /events, checks. Rows are borrowed for the length of the callback. Reading ahead: while one
 * page is handled the next one is on its way. Pages are statements of their own, so that a long
 * read holds no old snapshot of the database. */
#ifndef SQL_LOG_READER_H
#define SQL_LOG_READER_H

#include "base/fault.h"
#include "dispatch/codec/event_row.h"
#include "sql/log_writer.h"
#include "sql/pg.h"

#include <stdbool.h>
#include <stdint.h>

#define LOG_READ_ALL UINT64_MAX
#define LOG_PAGE_ROWS 2000

/* Handles one row; anything but OK ends the reading with that error. */
typedef enum err log_row_fn(void *arg, const struct log_row *row, struct fault *f);

struct log_read {
    uint64_t after_seq; /* first row wanted is after_seq + 1 */
    uint64_t to_seq;    /* last row wanted, or LOG_READ_ALL */
    bool check;         /* recompute every hash and compare the chain, beginning with prev_hash */
    struct sha256 prev_hash; /* hash of row after_seq (the world's beginning for 0) */
    log_row_fn *on_row;
    void *arg;
};

/* Streams rows. `*last` (may be NULL) is the seq of the last row handled (after_seq when there was
 * none), `*hash` (may be NULL) its hash. A gap is always an error. Fails: ERR_CORRUPT naming the
 * row and what is wrong with it; ERR_LOG_UNAVAILABLE; what on_row returned. */
MUST_USE enum err log_read(struct pg *pg, const struct log_read *q, uint64_t *last,
                           struct sha256 *hash, struct fault *f);

/* The head. Fails: ERR_NOT_FOUND before tocsin migrate. */
MUST_USE enum err log_head_read(struct pg *pg, struct log_head *out, struct fault *f);

/* Hash of one row, to see whether a snapshot belongs to this log; for seq 0 that of the world's
 * beginning. Fails: ERR_NOT_FOUND when there is no such row. */
MUST_USE enum err log_hash_at(struct pg *pg, const char *world, uint64_t seq, struct sha256 *out,
                              struct fault *f);

/* Whether a row of paper.enter, of any age, opened an incident with this number
 * ("20261124-990017").
 */
MUST_USE enum err log_has_paper(struct pg *pg, struct str number, bool *taken, struct fault *f);

/* Rows the log can still take before the owner has to make partitions. */
MUST_USE enum err log_room(struct pg *pg, uint64_t *rows, struct fault *f);

#endif
