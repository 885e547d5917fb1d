/* Writers of single values into bytes that are known to suffice. Each returns the end of what it
 * wrote. */
#ifndef DISPATCH_CODEC_PUT_H
#define DISPATCH_CODEC_PUT_H

#include "base/str.h"
#include "base/units.h"

#include <stdint.h>

#define PUT_U64_MAX 20     /* bytes of the longest */
#define PUT_INSTANT_MAX 29 /* with quotes */
#define PUT_DEG_MAX 12

static inline char *put_bytes(char *p, const char *at, size_t len)
{
    memcpy(p, at, len);
    return p + len;
}

/* The same for a few bytes, at least 4: in words that may overlap, as a call or a string
 * instruction takes longer than the copy itself. */
static inline char *put_few(char *p, const char *at, size_t len)
{
    if (len < 8) {
        memcpy(p, at, 4);
        memcpy(p + len - 4, at + len - 4, 4);
        return p + len;
    }
    for (size_t i = 0; i + 8 < len; i += 8) {
        memcpy(p + i, at + i, 8);
    }
    memcpy(p + len - 8, at + len - 8, 8);
    return p + len;
}

static inline char *put_text(char *p, const char *z)
{
    while (*z != '\0') {
        *p++ = *z++;
    }
    return p;
}

/* Decimal digits of `v`, at least 1. */
static inline unsigned put_width(uint64_t v)
{
    unsigned width = 1;

    while (v >= 10000) {
        v /= 10000;
        width += 4;
    }
    return width + (v >= 10) + (v >= 100) + (v >= 1000);
}

/* Exactly `width` digits: zeros in front, none for more than fit. */
static inline char *put_digits(char *p, uint64_t v, unsigned width)
{
    for (unsigned i = width; i > 0; i--) {
        p[i - 1] = (char)('0' + v % 10);
        v /= 10;
    }
    return p + width;
}

static inline char *put_u64(char *p, uint64_t v)
{
    return put_digits(p, v, put_width(v));
}

static inline char *put_i64(char *p, int64_t v)
{
    uint64_t u = (uint64_t)v;

    if (v < 0) {
        *p++ = '-';
        u = 0 - u;
    }
    return put_u64(p, u);
}

static inline char *put_hex(char *p, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        *p++ = digits[bytes[i] >> 4];
        *p++ = digits[bytes[i] & 15];
    }
    return p;
}

/* Decimal degrees in the fewest digits that are exact: -122.431182, 0.5, 30. */
static inline char *put_deg(char *p, int32_t e7)
{
    uint32_t u = (uint32_t)e7;
    uint32_t part;
    unsigned width = 7;

    if (e7 < 0) {
        *p++ = '-';
        u = 0 - u;
    }
    p = put_u64(p, u / (uint32_t)DEG_E7);
    part = u % (uint32_t)DEG_E7;
    if (part == 0) {
        return p;
    }
    while (part % 10 == 0) {
        part /= 10;
        width--;
    }
    *p++ = '.';
    return put_digits(p, part, width);
}

static inline char *put_instant(char *p, int64_t at_us)
{
    char text[INSTANT_TEXT_SIZE];

    instant_text(at_us, text);
    *p++ = '"';
    p = put_bytes(p, text, INSTANT_TEXT_SIZE - 1);
    *p++ = '"';
    return p;
}

/* "<world>-<letter><n>" without quotes; the caller keeps the world's name short (WORLD_NAME_MAX).
 */
static inline char *put_id(char *p, struct str world, char letter, uint32_t n)
{
    if (world.len != 0) {
        p = put_bytes(p, world.at, world.len);
        *p++ = '-';
    }
    *p++ = letter;
    return put_u64(p, n);
}

#endif
