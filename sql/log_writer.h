/* Writes the log: batches of rows, one under way at most, each one fenced statement; and holds the
 * lease on the log. Lives on the core's libevent loop and never blocks it.
 *
 *   open ─► waits for the lease ─► on_held ─► submit ─► on_durable ─► submit ...
 *     connection lost:      on_lost; nothing may be submitted until the writer has come back
 *     came back by itself:  on_resumed, then on_durable for the batch that was under way
 *     another server took the lease, or the log holds something else than ours:
 *                           on_fenced, and the process must end
 *
 * A batch that was submitted is never undone and never changed: after a loss the writer ends its
 * old backend, raises the epoch, looks whether the batch is in the log, and otherwise sends the
 * same bytes again. Rows keep the epoch they were decided in. docs/ARCHITECTURE.md, "The log". */
#ifndef SQL_LOG_WRITER_H
#define SQL_LOG_WRITER_H

#include "base/fault.h"
#include "base/hash.h"
#include "dispatch/codec/event_row.h"

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#define LEASE_RENEW_MS 1000
#define LEASE_STALE_US INT64_C(3000000)
#define LOG_WORLD_ID_SIZE 32
#define LOG_HOLDER_SIZE 128

/* The end of the log as log_head tells it. */
struct log_head {
    char world[24];
    char world_id[LOG_WORLD_ID_SIZE + 1];
    char holder[LOG_HOLDER_SIZE];
    uint64_t epoch;
    uint64_t seq;
    struct sha256 hash;
};

struct log_writer;

struct log_writer_opts {
    struct event_base *base;
    const char *conninfo; /* copied */
    const char *world;    /* copied */
    void *arg;
    void (*on_held)(void *arg,
                    const struct log_head *head);     /* the lease is ours, for the first time */
    void (*on_durable)(void *arg, uint64_t last_seq); /* once for each batch; may submit the next */
    void (*on_lost)(void *arg, const char *reason);   /* decide nothing more */
    void (*on_resumed)(void *arg, uint64_t epoch);    /* go on, with rows of this epoch */
    void (*on_fenced)(void *arg, const char *reason); /* end the process; the writer is dead */
};

/* Fails: as pg_open for wrong names and strings; the database need not be there yet. */
MUST_USE enum err log_writer_open(const struct log_writer_opts *o, struct log_writer **out,
                                  struct fault *f);

/* Gives the lease back when it is ours and nothing is under way (waits for it 1 s at most), and
 * frees. Not to be called from inside a callback. */
void log_writer_close(struct log_writer *w);

/* Submits rows that follow the last submitted one without a gap, each with the hash of the one
 * before. Copies all. Only while log_writer_ready(). */
void log_writer_submit(struct log_writer *w, const struct log_row *rows, uint32_t count);

/* The lease is held, the connection is up, no batch is under way. */
bool log_writer_ready(const struct log_writer *w);

/* Epoch for the rows decided now; 0 before on_held. */
uint64_t log_writer_epoch(const struct log_writer *w);

/* Asks how many rows the log can still take before the owner has to make partitions; the answer
 * comes on the loop. Only while the lease is held and the connection up, else nothing is asked. */
void log_writer_ask_room(struct log_writer *w, void (*on_room)(void *arg, uint64_t rows));

#endif
