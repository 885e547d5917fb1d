/* The content of a log row:
 * {"v":1,"content":"…","by":{…},"events":[{"kind":"incident.opened",…},…]}, canonical JSON on one
 * line. Written once by the core, read by replay, the view's second world, the archive and the
 * checks. */
#ifndef DISPATCH_CODEC_ROW_H
#define DISPATCH_CODEC_ROW_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "dispatch/model/event.h"

#define ROW_VERSION 1

struct row_content {
    uint8_t content[16]; /* of the command: first bytes of SHA-256 of its canonical form */
    struct by by;
    struct str by_raw;    /* the JSON of `by` as it stands */
    struct event *events; /* in the arena */
    /* Beside each event its members behind the kind as they stand, without braces; empty when a
     * sealed value is among them. NULL when the row was not read but is being made. */
    struct str *members;
    uint32_t count;
};

/* Appends the data of a row. */
void row_write(struct buf *b, struct str world, const struct by *by, const uint8_t content[16],
               const struct event *events, uint32_t count);

/* Reads it back. Strings point into `data`, the rest stands in the arena.
 * Fails: ERR_CORRUPT naming what is wrong, ERR_NO_MEMORY. */
MUST_USE enum err row_read(struct str data, struct str world, struct arena *a,
                           struct row_content *out, struct fault *f);

/* Number of the thing an event is about, for envelopes; 0: none. */
uint32_t event_incident(const struct event *e);
uint32_t event_unit(const struct event *e);

#endif
