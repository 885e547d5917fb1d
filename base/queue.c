#include "base/queue.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 64u /* of the processor's cache: each side writes lines of its own */
#define HEAD_SIZE 8u
#define SKIP UINT64_MAX /* instead of a length: the rest up to the end of the ring is unused */

/* `head` and `tail` count bytes since the beginning and never wrap; `& mask` gives the place in
 * `bytes`. The producer owns head, the consumer owns tail; each keeps a copy of the other's that
 * may be old but is safe. */
struct queue {
    alignas(LINE_SIZE) _Atomic uint64_t head;
    uint64_t tail_seen;
    uint64_t reserved_at; /* where the reserved record's header goes */
    uint64_t reserved_end;

    alignas(LINE_SIZE) _Atomic uint64_t tail;
    uint64_t head_seen;

    alignas(LINE_SIZE) _Atomic uint32_t sleeping;

    alignas(LINE_SIZE) uint64_t mask;
    unsigned char *bytes;
};

struct queue *queue_new(size_t size)
{
    size_t rounded = LINE_SIZE;

    while (rounded < size) {
        if (rounded > SIZE_MAX / 2) {
            return NULL;
        }
        rounded *= 2;
    }
    struct queue *q = aligned_alloc(LINE_SIZE, sizeof *q);
    unsigned char *bytes = aligned_alloc(LINE_SIZE, rounded);

    if (q == NULL || bytes == NULL) {
        free(q);
        free(bytes);
        return NULL;
    }
    memset(q, 0, sizeof *q);
    q->mask = rounded - 1;
    q->bytes = bytes;
    return q;
}

void queue_free(struct queue *q)
{
    if (q != NULL) {
        free(q->bytes);
        free(q);
    }
}

static void header_write(struct queue *q, uint64_t at, uint64_t value)
{
    memcpy(q->bytes + (at & q->mask), &value, sizeof value);
}

void *queue_reserve(struct queue *q, size_t len)
{
    uint64_t size = q->mask + 1;

    /* Half the ring always fits in one piece once the ring is empty; more might never. */
    if (len > size / 2 - HEAD_SIZE) {
        return NULL;
    }
    uint64_t need = HEAD_SIZE + (((uint64_t)len + 7) & ~UINT64_C(7));
    uint64_t head = atomic_load_explicit(&q->head, memory_order_relaxed);
    uint64_t to_end = size - (head & q->mask);
    uint64_t at = need <= to_end ? head : head + to_end;

    if (at + need - q->tail_seen > size) {
        q->tail_seen = atomic_load_explicit(&q->tail, memory_order_acquire);
        if (at + need - q->tail_seen > size) {
            return NULL;
        }
    }
    if (at != head) {
        header_write(q, head, SKIP);
    }
    header_write(q, at, len);
    q->reserved_at = at;
    q->reserved_end = at + need;
    return q->bytes + (at & q->mask) + HEAD_SIZE;
}

bool queue_commit(struct queue *q)
{
    must(q->reserved_end > atomic_load_explicit(&q->head, memory_order_relaxed));

    /* Sequentially consistent against queue_sleep: of "published" and "sleeping" at least one side
     * sees the other's, so no record is left lying beside a sleeping consumer. */
    atomic_store(&q->head, q->reserved_end);
    return atomic_load(&q->sleeping) != 0 && atomic_exchange(&q->sleeping, 0) != 0;
}

bool queue_push(struct queue *q, const void *record, size_t len, bool *wake)
{
    void *room = queue_reserve(q, len);

    *wake = false;
    if (room == NULL) {
        return false;
    }
    if (len > 0) {
        memcpy(room, record, len);
    }
    *wake = queue_commit(q);
    return true;
}

bool queue_peek(struct queue *q, void **at, size_t *len)
{
    uint64_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);
    uint64_t value;

    if (tail == q->head_seen) {
        q->head_seen = atomic_load_explicit(&q->head, memory_order_acquire);
        if (tail == q->head_seen) {
            return false;
        }
    }
    memcpy(&value, q->bytes + (tail & q->mask), sizeof value);
    if (value == SKIP) {
        /* A skip is published together with the record behind it, so that record is there. */
        tail += q->mask + 1 - (tail & q->mask);
        atomic_store_explicit(&q->tail, tail, memory_order_release);
        memcpy(&value, q->bytes, sizeof value);
    }
    must(value <= q->mask);
    *at = q->bytes + (tail & q->mask) + HEAD_SIZE;
    *len = (size_t)value;
    return true;
}

void queue_release(struct queue *q)
{
    uint64_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);
    uint64_t value;

    must(tail != q->head_seen);
    memcpy(&value, q->bytes + (tail & q->mask), sizeof value);
    must(value <= q->mask); /* released without a peek before */
    tail += HEAD_SIZE + ((value + 7) & ~UINT64_C(7));
    atomic_store_explicit(&q->tail, tail, memory_order_release);
}

bool queue_sleep(struct queue *q)
{
    uint64_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);

    atomic_store(&q->sleeping, 1);
    q->head_seen = atomic_load(&q->head);
    if (q->head_seen == tail) {
        return true;
    }
    atomic_store(&q->sleeping, 0);
    return false;
}

size_t queue_used(const struct queue *q)
{
    /* Tail first: a head read later is never behind it. */
    uint64_t tail = atomic_load_explicit(&q->tail, memory_order_acquire);
    uint64_t head = atomic_load_explicit(&q->head, memory_order_acquire);
    uint64_t used = head - tail;

    return used <= q->mask + 1 ? (size_t)used : (size_t)(q->mask + 1);
}

size_t queue_size(const struct queue *q)
{
    return (size_t)(q->mask + 1);
}
