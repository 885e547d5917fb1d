#include "base/str.h"

#include <stdint.h>

int str_cmp(struct str a, struct str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common > 0 ? memcmp(a.at, b.at, common) : 0;

    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

/* Length of the well-formed sequence at `p` (1 to 4), or 0. The ranges are Table 3-7 of the Unicode
 * Standard: the second byte's range shuts out overlong forms (E0, F0), surrogates (ED) and what
 * lies above U+10FFFF (F4). */
static size_t sequence_len(const uint8_t *p, size_t left)
{
    uint8_t first = p[0];
    uint8_t low = 0x80;
    uint8_t high = 0xbf;
    size_t len;

    if (first < 0x80) {
        return first != 0 ? 1 : 0;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        len = 2;
    } else if (first >= 0xe0 && first <= 0xef) {
        len = 3;
        low = first == 0xe0 ? 0xa0 : low;
        high = first == 0xed ? 0x9f : high;
    } else if (first >= 0xf0 && first <= 0xf4) {
        len = 4;
        low = first == 0xf0 ? 0x90 : low;
        high = first == 0xf4 ? 0x8f : high;
    } else {
        return 0;
    }
    if (left < len || p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return len;
}

/* True when none of the eight bytes is NUL or has its top bit set. */
static bool plain_eight(const uint8_t *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
    /* A byte 01..7f keeps its top bit clear when 1 is taken from it and had it clear before. */
    return ((w | (w - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080)) == 0;
}

bool str_utf8(struct str s)
{
    const uint8_t *p = (const uint8_t *)s.at;
    size_t left = s.len;

    while (left > 0) {
        if (left >= 8 && plain_eight(p)) {
            p += 8;
            left -= 8;
            continue;
        }
        size_t len = sequence_len(p, left);

        if (len == 0) {
            return false;
        }
        p += len;
        left -= len;
    }
    return true;
}

size_t str_utf8_count(struct str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++) {
        count += ((uint8_t)s.at[i] & 0xc0) != 0x80;
    }
    return count;
}
