/* The tracks thread: samples the positions that the core hands over and writes them into table
 * track, on a database connection of its own under role tocsin_tracker, a batch a second. Nobody
 * waits for it: what it cannot take is counted and gone. While the database is away samples wait in
 * memory, up to TRACK_WAITING_MAX, then the oldest give way. It makes the table's days ahead and
 * drops those that are over (server/retention.def). */
#ifndef SERVER_TRACKS_H
#define SERVER_TRACKS_H

#include "base/buf.h"
#include "base/conf.h"
#include "base/fault.h"
#include "ws/door.h"

#define TRACK_WAITING_MAX 131072u /* samples */

struct tracks;

struct tracks_setup {
    const struct conf *conf;
    int64_t (*now_us)(void *arg); /* the server's clock; NULL: the system's */
    void *now_arg;
};

/* Starts the thread; the database need not answer yet. Fails: ERR_NO_MEMORY. */
MUST_USE enum err tracks_start(const struct tracks_setup *setup, struct tracks **out,
                               struct fault *f);

/* Writes what waits, if the database takes it at once, and ends the thread. NULL is allowed. */
void tracks_stop(struct tracks *t);

/* Positions of the moment, at the core's `at_us`, with `seq` durable. One thread, which never waits
 * here. NULL is allowed. */
void tracks_positions(struct tracks *t, const struct door_fix *fixes, uint32_t count, int64_t at_us,
                      uint64_t seq);

/* What became of the samples, as Prometheus text. Any thread. */
void tracks_metrics(const struct tracks *t, struct buf *b);

#endif
