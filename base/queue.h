/* A bounded single-producer single-consumer ring of byte records between two threads (C11 atomics,
 * no mutex). A record is contiguous, 8-byte aligned, and copied in by the producer; the consumer
 * reads it in place and releases it. Waking the other side is the caller's business: queue_push
 * returns whether the consumer may be asleep.
 *
 *   producer:  p = queue_reserve(q, len); fill p; if (queue_commit(q)) wake(consumer);
 *   consumer:  while (queue_peek(q, &at, &len)) { use; queue_release(q); }
 *              if (!queue_sleep(q)) go round again; else block on the eventfd
 */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include "base/must.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

/* `size` bytes, rounded up to a power of two. NULL when memory is out. */
struct queue *queue_new(size_t size);
void queue_free(struct queue *q);

/* Room for one record of `len` bytes, or NULL when the queue is full. A record has at most half the
 * queue's size less 8 bytes; more is always refused. Reserving again before
 * committing replaces it. */
void *queue_reserve(struct queue *q, size_t len);

/* Publishes the reserved record. True when the consumer said it sleeps and must be woken. */
bool queue_commit(struct queue *q);

/* reserve + copy + commit. False when full (nothing was queued). `*wake` tells whether to wake the
 * consumer. */
MUST_USE bool queue_push(struct queue *q, const void *record, size_t len, bool *wake);

/* The oldest record, in place until queue_release. False when empty. */
bool queue_peek(struct queue *q, void **at, size_t *len);
void queue_release(struct queue *q);

/* The consumer is about to block: true when the queue is empty and the producer will report the
 * next commit. */
bool queue_sleep(struct queue *q);

/* Bytes used now (any thread; a moment's truth). */
size_t queue_used(const struct queue *q);
size_t queue_size(const struct queue *q);

#endif
