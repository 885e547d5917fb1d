/* The fan-out ring: encoded events, written once by the view thread, read by every gateway thread;
 * each connection has only a cursor (an absolute offset). Entries are never changed after
 * publication. Space is reused behind the slowest gateway's mark; a gateway cuts connections that
 * fall further behind than lag_bytes_max, so that its mark moves.
 *
 * An entry holds one or more event objects joined by commas, without envelope. After the entries of
 * a row comes one RING_ROW entry with the row's seq, hash and instant: only then is the row whole,
 * and `to` may name it.
 *
 *   view thread:  ring_put(r, &tags, bytes, len) …
 *                 ring_put(r, &row_tags, NULL, 0);
 *                 ring_publish(r);
 *   gateway:      for (pos = cursor; (e = ring_at(r, pos)) != NULL; pos = ring_after(e, pos)) …
 */
#ifndef WS_RING_H
#define WS_RING_H

#include "base/must.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ring_kind {
    RING_EVENTS, /* event objects for an audience */
    RING_ROW,    /* end of a row: seq, hash8, at_us, epoch */
    RING_RIGHTS /* rights of `user` changed at seq: nothing above seq may go out under the old ones;
                   RING_EVERYONE: what every connection sees changed as a whole (a city was loaded,
                   a plan activated): a fresh snapshot at seq or later */
};

#define RING_EVERYONE UINT32_MAX

/* What a gateway selects by, and nothing else. Zones are bits of districts (entities.h: struct
 * zone.bit; bit 0: the city or a place without a zone, which every connection has). A connection
 * sees an entry when it has a bit of `any_of`, a bit of `also_of`, and none of `none_of`; all-ones
 * ask nothing, 0 in none_of asks nothing. */
struct ring_tags {
    uint64_t seq;
    uint64_t any_of;
    uint64_t also_of;
    uint64_t none_of;
    int64_t at_us;      /* RING_ROW */
    uint64_t epoch;     /* RING_ROW */
    uint8_t hash8[8];   /* RING_ROW: first 8 bytes of the row's hash */
    uint8_t kind;       /* enum ring_kind */
    uint8_t audience;   /* enum audience */
    uint16_t topics;    /* bits of enum topic; the connection must have subscribed one of them */
    uint32_t addressee; /* number of the unit it is for; 0 everyone of the audience */
    uint32_t user;      /* RING_RIGHTS: number of the user */
};

struct ring_entry {
    struct ring_tags tags;
    uint32_t len;
    char at[]; /* `len` bytes */
};

struct ring;

/* `size` bytes (rounded up to a power of two) and room for `readers` gateways. NULL when memory is
 * out. */
struct ring *ring_new(size_t size, unsigned readers);
void ring_free(struct ring *r);

/* Bytes in all. An entry takes at most half of them. */
size_t ring_size(const struct ring *r);

/* Producer: appends an entry that readers do not see yet. False when the slowest mark leaves no
 * room: the producer then publishes, waits (ring_wait) and tries again; it never overwrites. */
MUST_USE bool ring_put(struct ring *r, const struct ring_tags *tags, const char *at, size_t len);

/* Makes everything put so far visible and wakes sleeping readers through their eventfds. */
void ring_publish(struct ring *r);

/* Blocks the producer until a reader moved its mark, at most `ms`. */
void ring_wait(struct ring *r, int ms);

/* Reader `index` (0..readers-1): its eventfd (readable when it must look), its mark (nothing below
 * it is needed any more). */
int ring_reader_fd(struct ring *r, unsigned index);
void ring_reader_mark(struct ring *r, unsigned index, uint64_t pos);

/* The reader is about to block: true when nothing lies beyond `pos` and the next publish will wake
 * it. */
bool ring_reader_sleep(struct ring *r, unsigned index, uint64_t pos);

uint64_t ring_head(const struct ring *r); /* offset behind the last visible entry */
uint64_t ring_tail(const struct ring *r); /* oldest offset that may still be read */

/* The entry at an offset between tail and head; NULL at the head. ring_after gives the offset
 * behind it (padding at the ring's end is skipped by ring_at, which moves *pos). */
const struct ring_entry *ring_at(const struct ring *r, uint64_t *pos);
uint64_t ring_after(const struct ring *r, const struct ring_entry *e, uint64_t pos);

#endif
