#include "base/buf.h"

#include "base/must.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUF_FIRST 256u

void buf_init(struct buf *b)
{
    *b = (struct buf){ .at = NULL };
}

void buf_fixed(struct buf *b, char *bytes, size_t size)
{
    *b = (struct buf){ .at = bytes, .cap = size, .fixed = true };
}

void buf_fini(struct buf *b)
{
    if (!b->fixed) {
        free(b->at);
    }
    *b = (struct buf){ .at = NULL };
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->failed = false;
}

char *buf_room(struct buf *b, size_t len)
{
    must(b->len <= b->cap);
    if (b->failed) {
        return NULL;
    }
    if (b->at != NULL && b->cap - b->len >= len) {
        return b->at + b->len;
    }
    if (b->fixed || len > SIZE_MAX / 2 - b->len) {
        b->failed = true;
        return NULL;
    }
    size_t cap = b->cap > 0 ? b->cap : BUF_FIRST;

    while (cap < b->len + len) {
        cap *= 2;
    }
    char *at = realloc(b->at, cap);

    if (at == NULL) {
        b->failed = true;
        return NULL;
    }
    b->at = at;
    b->cap = cap;
    return at + b->len;
}

void buf_took(struct buf *b, size_t len)
{
    must(len <= b->cap - b->len);
    b->len += len;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
    char *room = buf_room(b, len);

    if (room != NULL && len > 0) {
        memcpy(room, bytes, len);
        b->len += len;
    }
}

void buf_str(struct buf *b, struct str s)
{
    buf_add(b, s.at, s.len);
}

void buf_text(struct buf *b, const char *z)
{
    buf_str(b, str_of(z));
}

void buf_u64(struct buf *b, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    buf_add(b, digits + at, sizeof digits - at);
}

void buf_i64(struct buf *b, int64_t v)
{
    if (v < 0) {
        buf_char(b, '-');
        buf_u64(b, (uint64_t)0 - (uint64_t)v); /* INT64_MIN has no positive twin */
    } else {
        buf_u64(b, (uint64_t)v);
    }
}

void buf_hex(struct buf *b, const uint8_t *bytes, size_t len)
{
    static const char digits[16] = "0123456789abcdef";
    char *room = len <= SIZE_MAX / 2 ? buf_room(b, len * 2) : NULL;

    if (room == NULL) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < len; i++) {
        room[2 * i] = digits[bytes[i] >> 4];
        room[2 * i + 1] = digits[bytes[i] & 15];
    }
    buf_took(b, len * 2);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_list again;
    size_t free_bytes = b->failed ? 0 : b->cap - b->len;

    va_start(ap, fmt);
    va_copy(again, ap);

    /* Once, where there is room. vsnprintf writes a NUL behind the text, so a fixed buffer holds
     * one byte less than its size this way. */
    int len = vsnprintf(free_bytes > 0 ? b->at + b->len : NULL, free_bytes, fmt, ap);
    char *room = len >= 0 ? buf_room(b, (size_t)len + 1) : NULL;

    if (room == NULL) {
        b->failed = true;
    } else {
        if ((size_t)len >= free_bytes) {
            vsnprintf(room, (size_t)len + 1, fmt, again);
        }
        buf_took(b, (size_t)len);
    }
    va_end(again);
    va_end(ap);
}

/* The escape of one byte that needs one. */
static size_t escape_of(uint8_t c, char out[6])
{
    static const char digits[16] = "0123456789abcdef";
    static const char named[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
    };

    out[0] = '\\';
    if (c == '"' || c == '\\') {
        out[1] = (char)c;
        return 2;
    }
    if (named[c] != '\0') {
        out[1] = named[c];
        return 2;
    }
    memcpy(out + 1, "u00", 3);
    out[4] = digits[c >> 4];
    out[5] = digits[c & 15];
    return 6;
}

static bool stands_for_itself(uint8_t c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

void buf_json_str(struct buf *b, struct str s)
{
    size_t i = 0;

    buf_char(b, '"');
    while (i < s.len) {
        size_t from = i;
        char escape[6];

        while (i < s.len && stands_for_itself((uint8_t)s.at[i])) {
            i++;
        }
        buf_add(b, s.at + from, i - from);
        if (i < s.len) {
            buf_add(b, escape, escape_of((uint8_t)s.at[i++], escape));
        }
    }
    buf_char(b, '"');
}
