/* Offsets grow for ever; the byte at offset p stands at p & mask. The producer publishes by storing
 * `head` after the bytes (release), readers load it before reading them (acquire); a reader gives
 * space back by storing its mark (release), the producer loads the marks before writing over them
 * (acquire). Going to sleep is the only place where a store must be seen before a later load
 * (sleeper: flag, then head; waker: head, then flag), so those are sequentially consistent. */
#include "ws/ring.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define READERS_MAX 64
#define RING_PAD 255 /* an entry that only fills the ring's end */

struct ring_reader {
    _Alignas(64) _Atomic uint64_t mark;
    _Atomic bool asleep;
    int fd;
};

struct ring {
    char *bytes;
    uint64_t mask;
    unsigned readers;
    int space_fd; /* the producer waits on it */
    _Alignas(64) _Atomic uint64_t head;
    uint64_t put; /* producer's: behind the last entry put, visible or not */
    _Atomic bool waiting;
    struct ring_reader reader[];
};

static size_t entry_size(size_t len)
{
    size_t size = offsetof(struct ring_entry, at) + len;

    if (size < sizeof(struct ring_entry)) {
        size = sizeof(struct ring_entry);
    }
    return (size + 7) & ~(size_t)7;
}

static void ring_poke(int fd)
{
    uint64_t one = 1;

    /* Full means that it is readable already, which is all we want. */
    while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
}

struct ring *ring_new(size_t size, unsigned readers)
{
    struct ring *r;
    size_t rounded = 4096;
    bool ok = true;

    must(readers > 0 && readers <= READERS_MAX);
    while (rounded < size) {
        rounded *= 2;
    }
    r = aligned_alloc(64, (sizeof(*r) + readers * sizeof(r->reader[0]) + 63) & ~(size_t)63);
    if (r == NULL) {
        return NULL;
    }
    memset(r, 0, sizeof(*r) + readers * sizeof(r->reader[0]));
    r->mask = rounded - 1;
    r->readers = readers;
    r->bytes = aligned_alloc(64, rounded);
    r->space_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    ok = r->bytes != NULL && r->space_fd >= 0;
    for (unsigned i = 0; i < readers; i++) {
        r->reader[i].fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        ok = ok && r->reader[i].fd >= 0;
    }
    if (!ok) {
        ring_free(r);
        return NULL;
    }
    return r;
}

void ring_free(struct ring *r)
{
    if (r == NULL) {
        return;
    }
    for (unsigned i = 0; i < r->readers; i++) {
        if (r->reader[i].fd >= 0) {
            close(r->reader[i].fd);
        }
    }
    if (r->space_fd >= 0) {
        close(r->space_fd);
    }
    free(r->bytes);
    free(r);
}

size_t ring_size(const struct ring *r)
{
    return (size_t)r->mask + 1;
}

/* The least mark. Loads are sequentially consistent for the producer that is about to sleep. */
static uint64_t ring_low(const struct ring *r)
{
    uint64_t low = UINT64_MAX;

    for (unsigned i = 0; i < r->readers; i++) {
        uint64_t mark = atomic_load(&r->reader[i].mark);

        low = mark < low ? mark : low;
    }
    return low;
}

bool ring_put(struct ring *r, const struct ring_tags *tags, const char *at, size_t len)
{
    size_t size = entry_size(len);
    size_t left = ring_size(r) - (size_t)(r->put & r->mask);
    size_t pad = left < size ? left : 0;
    struct ring_entry *e;

    must(size <= ring_size(r) / 2);
    must(tags->kind != RING_PAD);
    if (r->put + pad + size - ring_low(r) > ring_size(r)) {
        return false;
    }
    if (pad >= sizeof(struct ring_entry)) {
        e = (struct ring_entry *)(void *)(r->bytes + (r->put & r->mask));
        e->tags.kind = RING_PAD;
    }
    r->put += pad;
    e = (struct ring_entry *)(void *)(r->bytes + (r->put & r->mask));
    e->tags = *tags;
    e->len = (uint32_t)len;
    if (len != 0) {
        memcpy(e->at, at, len);
    }
    r->put += size;
    return true;
}

void ring_publish(struct ring *r)
{
    if (atomic_load_explicit(&r->head, memory_order_relaxed) == r->put) {
        return;
    }
    atomic_store(&r->head, r->put);
    for (unsigned i = 0; i < r->readers; i++) {
        if (atomic_load(&r->reader[i].asleep) && atomic_exchange(&r->reader[i].asleep, false)) {
            ring_poke(r->reader[i].fd);
        }
    }
}

void ring_wait(struct ring *r, int ms)
{
    uint64_t low = ring_low(r);
    struct pollfd p = { .fd = r->space_fd, .events = POLLIN };
    uint64_t count;

    atomic_store(&r->waiting, true);
    if (ring_low(r) == low) {
        (void)poll(&p, 1, ms);
    }
    atomic_store(&r->waiting, false);
    while (read(r->space_fd, &count, sizeof(count)) < 0 && errno == EINTR) {
    }
}

int ring_reader_fd(struct ring *r, unsigned index)
{
    must(index < r->readers);
    return r->reader[index].fd;
}

void ring_reader_mark(struct ring *r, unsigned index, uint64_t pos)
{
    must(index < r->readers);
    must(pos >= atomic_load_explicit(&r->reader[index].mark, memory_order_relaxed));
    must(pos <= atomic_load_explicit(&r->head, memory_order_relaxed));
    atomic_store(&r->reader[index].mark, pos);
    if (atomic_load(&r->waiting) && atomic_exchange(&r->waiting, false)) {
        ring_poke(r->space_fd);
    }
}

bool ring_reader_sleep(struct ring *r, unsigned index, uint64_t pos)
{
    must(index < r->readers);
    atomic_store(&r->reader[index].asleep, true);
    if (atomic_load(&r->head) == pos) {
        return true;
    }
    atomic_store(&r->reader[index].asleep, false);
    return false;
}

uint64_t ring_head(const struct ring *r)
{
    return atomic_load_explicit(&r->head, memory_order_acquire);
}

uint64_t ring_tail(const struct ring *r)
{
    return ring_low(r);
}

const struct ring_entry *ring_at(const struct ring *r, uint64_t *pos)
{
    uint64_t head = ring_head(r);
    size_t left = ring_size(r) - (size_t)(*pos & r->mask);
    const struct ring_entry *e;

    if (*pos == head) {
        return NULL;
    }
    must(*pos < head);
    e = (const struct ring_entry *)(const void *)(r->bytes + (*pos & r->mask));
    if (left < sizeof(struct ring_entry) || e->tags.kind == RING_PAD) {
        /* Padding is published together with the entry behind it. */
        *pos += left;
        must(*pos < head);
        e = (const struct ring_entry *)(const void *)(r->bytes + (*pos & r->mask));
    }
    return e;
}

uint64_t ring_after(const struct ring *r, const struct ring_entry *e, uint64_t pos)
{
    (void)r;
    return pos + entry_size(e->len);
}
