/* Short texts inside the model: a length and bytes, no pointer, so that an entity can be copied and
 * hashed as it is. Whoever fills one has checked the length at the door; text_set cuts at a code
 * point border and never fails. */
#ifndef DISPATCH_MODEL_TEXT_H
#define DISPATCH_MODEL_TEXT_H

#include "base/str.h"

#include <stdint.h>

#define TEXT_TYPE(size)    \
    struct text##size {    \
        uint8_t len;       \
        char at[(size)-1]; \
    }

TEXT_TYPE(16);
TEXT_TYPE(32);
TEXT_TYPE(64);
TEXT_TYPE(128);

/* Writes `s` into the text whose length byte is at `len` and which has room for `cap` bytes behind
 * it. */
void text_put(uint8_t *len, char *at, size_t cap, struct str s);

#define text_set(t, s) text_put(&(t)->len, (t)->at, sizeof((t)->at), (s))
#define text_str(t) ((struct str){ .at = (t)->at, .len = (t)->len })

#endif
