/* One row of the log: an accepted command with its events, and the bytes its hash is made of.
 *   hash = SHA-256(prev_hash || seq \n epoch \n at \n actor \n command_id \n command \n data)
 * where numbers are decimal and `data` is canonical JSON on one line. No field holds a newline, so
 * that the bytes can be read in one way only. The format is fixed: docs/api/log-format.md has
 * worked examples and checks in SQL and Python. Views borrow: a row is as long-lived as the bytes
 * it points into. */
#ifndef DISPATCH_CODEC_EVENT_ROW_H
#define DISPATCH_CODEC_EVENT_ROW_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/must.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define LOG_ACTOR_SIZE_MAX 128 /* bytes */
#define LOG_COMMAND_ID_SIZE_MAX \
    128 /* bytes; clients choose up to 64, the core's own ids may be longer */
#define LOG_COMMAND_SIZE_MAX 64 /* bytes */
#define LOG_SALT_SIZE 16
#define LOG_GENESIS "tocsin-log/1"

/* One personal value, kept beside the log and named in it by `ref` and SHA-256(salt || value) only.
 */
struct log_personal {
    uint64_t ref;
    uint8_t salt[LOG_SALT_SIZE];
    struct str value;
    struct str kind;        /* the field it came from, "report.narrative" */
    int64_t erase_after_us; /* µs UTC; INT64_MAX: no limit */
};

struct log_row {
    uint64_t seq;
    uint64_t epoch;
    int64_t at_us;
    struct str actor;
    struct str command_id;
    struct str command;
    struct str data;
    struct sha256 prev_hash;
    struct sha256 hash;
    const struct log_personal *personal; /* not part of the hash: `data` holds their hashes */
    uint32_t personal_count;
};

/* The prev_hash of the first row of a world: SHA-256("tocsin-log/1" \n world). */
void log_genesis_hash(struct str world, struct sha256 *out);

/* Computes the hash of `row` from its other fields.
 * Fails: false (and zeros) when a field is too long or holds a newline, which no row of ours does.
 */
MUST_USE bool log_row_hash(const struct log_row *row, struct sha256 *out);

/* Appends the hashed bytes after prev_hash to `out`, for documents and tests. */
void log_row_canonical(const struct log_row *row, struct buf *out);

/* SHA-256(salt || value). */
void log_personal_hash(const uint8_t salt[LOG_SALT_SIZE], struct str value, struct sha256 *out);

/* One mention of a personal value in `data`: {"ref":N,"sha256":"<64 hex>"}. */
struct log_mention {
    uint64_t ref;
    struct sha256 sha256;
};

/* Finds the next mention at or after `*offset` and moves `*offset` behind it. Canonical JSON
 * escapes every quote inside a string, so the opening bytes {"ref": stand nowhere else. Fails:
 * false when there is no further one; `*broken` is set when an opening is not followed by a whole
 * mention. */
bool log_mention_next(struct str data, size_t *offset, struct log_mention *out, bool *broken);

#endif
