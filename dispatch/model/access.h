/* Why protected fields are read: a purpose of the closed list, and a short reason where one is
 * given. The access log keeps it as one line of text,
 *   ["break "] purpose [": " reason]
 * where "break" says that the reader had to break the glass. */
#ifndef DISPATCH_MODEL_ACCESS_H
#define DISPATCH_MODEL_ACCESS_H

#include "base/buf.h"
#include "base/str.h"
#include "dispatch/model/words.h"

#include <stdbool.h>

#define ACCESS_REASON_SIZE_MAX 160 /* bytes */
#define ACCESS_DIGITS_MAX 6        /* in a row, in a reason */

struct access {
    uint8_t purpose; /* enum purpose */
    bool glass;
    struct str reason; /* may be empty */
};

/* What is wrong with a reason; NULL: nothing. The access log is never erased, so a reason is one
 * short line, and a number long enough to be a telephone's or a person's does not go into it. */
const char *access_reason_wrong(struct str reason);

void access_put(struct buf *b, const struct access *a);

/* False when the text is none that access_put wrote. Borrows from `text`. */
bool access_read(struct str text, struct access *out);

#endif
