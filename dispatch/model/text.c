#include "dispatch/model/text.h"

void text_put(uint8_t *len, char *at, size_t cap, struct str s)
{
    size_t n = s.len < cap ? s.len : cap;

    if (n > UINT8_MAX) {
        n = UINT8_MAX;
    }
    /* A cut stands before a code point: never before a continuation byte. */
    while (n > 0 && n < s.len && ((unsigned char)s.at[n] & 0xc0) == 0x80) {
        n--;
    }
    if (n > 0) {
        memcpy(at, s.at, n);
    }
    /* Equal texts have equal bytes: nothing of a longer one stays behind. */
    memset(at + n, 0, cap - n);
    *len = (uint8_t)n;
}
