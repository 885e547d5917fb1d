/* Short texts into fixed bytes, without the C library's printf: the pure floors link neither it nor
 * malloc. Invariant: at[len] is NUL and len < size. What does not fit is cut at a code point border
 * and `cut` is set. char line[80]; struct say s; say_begin(&s, line, sizeof line); say_text(&s,
 * "tier "); say_number(&s, 2); */
#ifndef DISPATCH_PLAN_SAY_H
#define DISPATCH_PLAN_SAY_H

#include "base/str.h"

#include <stdint.h>

struct say {
    char *at;
    size_t size;
    size_t len;
    bool cut;
};

/* Starts an empty text in `bytes`; `size` > 0. */
void say_begin(struct say *s, char *bytes, size_t size);

void say_str(struct say *s, struct str text);
void say_text(struct say *s, const char *z);
void say_number(struct say *s, uint64_t v);

/* At least two digits, for clock times. */
void say_two_digits(struct say *s, uint32_t v);

/* Shortens the text to `len`, an earlier s->len. */
void say_back(struct say *s, size_t len);

#endif
