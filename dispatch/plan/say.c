#include "dispatch/plan/say.h"

#include "base/must.h"

#include <string.h>

void say_begin(struct say *s, char *bytes, size_t size)
{
    must(size > 0);
    *s = (struct say){ .at = bytes, .size = size };
    s->at[0] = '\0';
}

void say_str(struct say *s, struct str text)
{
    size_t len = text.len;

    if (s->cut || len == 0) {
        return;
    }
    if (len >= s->size - s->len) {
        s->cut = true;
        len = s->size - s->len - 1;
        while (len > 0 && ((unsigned char)text.at[len] & 0xc0) == 0x80) {
            len--;
        }
    }
    memcpy(s->at + s->len, text.at, len);
    s->len += len;
    s->at[s->len] = '\0';
}

void say_text(struct say *s, const char *z)
{
    say_str(s, str_of(z));
}

void say_number(struct say *s, uint64_t v)
{
    char digits[20];
    size_t first = sizeof(digits);

    do {
        digits[--first] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    say_str(s, (struct str){ .at = digits + first, .len = sizeof(digits) - first });
}

void say_two_digits(struct say *s, uint32_t v)
{
    if (v < 10) {
        say_text(s, "0");
    }
    say_number(s, v);
}

void say_back(struct say *s, size_t len)
{
    must(len <= s->len);
    s->len = len;
    s->at[len] = '\0';
    s->cut = false;
}
