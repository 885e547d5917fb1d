/* Parameters of one statement in PostgreSQL's binary format, built once and kept until the
 * statement is durable, so that it can be sent again byte for byte.
 *   params_reset(p);
 *   params_i64(p, 7);
 *   params_array(p, PARAM_INT8, 2); item_i64(p, 1); item_i64(p, 2); params_array_end(p);
 *   if (params_ready(p)) { hand count, values, sizes and formats to libpq }
 * Owns its bytes. Errors are sticky, as in base/buf.h.
 * Source: PostgreSQL array_send(), int8send(), byteasend(). */
#ifndef SQL_PARAM_H
#define SQL_PARAM_H

#include "base/buf.h"
#include "base/must.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define PARAMS_MAX 48
#define ITEM_NULL SIZE_MAX

enum param_type {
    PARAM_BYTEA = 17,
    PARAM_INT8 = 20,
    PARAM_TEXT_TYPE = 25,
    PARAM_TIMESTAMPTZ = 1184 /* items in µs since 2000-01-01 UTC: item_put_instant() */
};                           /* PostgreSQL's own type numbers */

struct params {
    struct buf bytes;
    int count;
    size_t at[PARAMS_MAX]; /* where each begins in `bytes` */
    int sizes[PARAMS_MAX];
    int formats[PARAMS_MAX]; /* always binary */
    const char *values[PARAMS_MAX];
    bool in_array;
    uint32_t items_open; /* of the array under way, still to come */
};

void params_init(struct params *p);
void params_fini(struct params *p);
void params_reset(struct params *p);

void params_i64(struct params *p, int64_t v);
void params_text(struct params *p, struct str s);
void params_bytes(struct params *p, const void *at, size_t len);

/* A one-dimensional array of exactly `items` items, which follow before params_array_end(). */
void params_array(struct params *p, enum param_type type, uint32_t items);
void item_i64(struct params *p, int64_t v);
void item_bytes(struct params *p, const void *at, size_t len);
void item_text(struct params *p, struct str s);
void params_array_end(struct params *p);

/* An array whose items were gathered before, one after the other, by item_put() and item_put_i64().
 */
void params_array_of(struct params *p, enum param_type type, uint32_t items, struct str gathered);
void item_put(struct buf *out, const void *at, size_t len); /* ITEM_NULL for `len`: a null */
void item_put_i64(struct buf *out, int64_t v);
void item_put_instant(struct buf *out, int64_t at_us); /* µs UTC since 1970 */

/* A whole array of numbers. */
void params_refs(struct params *p, const uint64_t *refs, uint32_t count);

/* Changes an integer parameter that is there already. */
void params_set_i64(struct params *p, int index, int64_t v);

/* Fills values[]. Fails: false when memory ran out or a parameter passes 1 GiB. */
MUST_USE bool params_ready(struct params *p);

#endif
