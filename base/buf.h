/* A growing output buffer with a sticky error: append freely, look at buf_ok() once at the end.
 * Owns its bytes; buf_fini frees them. A buffer made with buf_fixed() writes into the caller's
 * bytes and never grows: what does not fit sets the error. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *at;
    size_t len;
    size_t cap;
    bool fixed;
    bool failed;
};

void buf_init(struct buf *b);
void buf_fixed(struct buf *b, char *bytes, size_t size);
void buf_fini(struct buf *b);

/* Forgets the content and the error, keeps the memory. */
void buf_reset(struct buf *b);

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_str(struct buf *b, struct str s);
void buf_text(struct buf *b, const char *z);
static inline void buf_char(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
void buf_hex(struct buf *b, const uint8_t *bytes, size_t len);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Reserves `len` writable bytes at the end and returns them (NULL when it cannot). buf_took() then
 * counts those used. */
char *buf_room(struct buf *b, size_t len);
void buf_took(struct buf *b, size_t len);

/* Appends `s` as a JSON string with quotes: escapes only what RFC 8259 §7 demands: \" and \\,
 * \b \f \n \r \t, other bytes below 20 as \u00xx in lower case. The bytes are canonical (log
 * format). */
void buf_json_str(struct buf *b, struct str s);

static inline void buf_char(struct buf *b, char c)
{
    if (!b->failed && b->len < b->cap) {
        b->at[b->len++] = c;
    } else {
        buf_add(b, &c, 1);
    }
}

static inline bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

static inline struct str buf_view(const struct buf *b)
{
    return (struct str){ .at = b->at, .len = b->len };
}

#endif
