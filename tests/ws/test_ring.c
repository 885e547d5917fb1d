/* The ring holds whatever was put, in order and unchanged, for every reader, through any number of
 * wraps. */
#include "ws/ring.h"

#include "base/prng.h"
#include "tests/suite.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#define READERS 3
#define ROWS 20000

struct reader {
    struct ring *ring;
    unsigned index;
    uint64_t seed;
    bool slow;
    uint64_t rows;
    uint64_t events;
    pthread_t thread;
};

/* The bytes of the n-th entry are a function of n, so that every reader can tell what must stand
 * there. */
static size_t entry_bytes(uint64_t n, char *out, size_t cap)
{
    struct prng p;
    size_t len;

    prng_seed(&p, n);
    len = (size_t)prng_below(&p, n % 17 == 0 ? cap : 300);
    for (size_t i = 0; i < len; i++) {
        out[i] = (char)(n + i);
    }
    return len;
}

static void reader_check(struct reader *r, const struct ring_entry *e, uint64_t *n)
{
    static _Thread_local char want[2048];

    if (e->tags.kind == RING_EVENTS) {
        size_t len = entry_bytes(*n, want, sizeof(want));

        must(e->len == len && memcmp(e->at, want, len) == 0);
        must(e->tags.seq == r->rows + 1);
        (*n)++;
        r->events++;
    } else {
        must(e->tags.kind == RING_ROW && e->len == 0);
        must(e->tags.seq == r->rows + 1);
        r->rows++;
    }
}

static void reader_block(struct reader *r, uint64_t pos)
{
    struct pollfd p = { .fd = ring_reader_fd(r->ring, r->index), .events = POLLIN };
    uint64_t count;

    if (ring_reader_sleep(r->ring, r->index, pos)) {
        must(poll(&p, 1, 10000) == 1);
        must(read(p.fd, &count, sizeof(count)) == sizeof(count));
    }
}

static void *reader_run(void *arg)
{
    struct reader *r = arg;
    const struct ring_entry *e;
    struct prng p;
    uint64_t pos = 0;
    uint64_t n = 0;

    prng_seed(&p, r->seed);
    while (r->rows < ROWS) {
        while ((e = ring_at(r->ring, &pos)) != NULL) {
            reader_check(r, e, &n);
            pos = ring_after(r->ring, e, pos);
            if (prng_below(&p, r->slow ? 3 : 40) == 0) {
                ring_reader_mark(r->ring, r->index, pos);
            }
        }
        ring_reader_mark(r->ring, r->index, pos);
        if (r->rows < ROWS) {
            reader_block(r, pos);
        }
    }
    return NULL;
}

static void put_all(struct ring *ring, const struct ring_tags *tags, const char *at, size_t len)
{
    while (!ring_put(ring, tags, at, len)) {
        ring_publish(ring);
        ring_wait(ring, 100);
    }
}

START_TEST(every_reader_sees_every_entry_in_order_and_unchanged)
{
    struct ring *ring = ring_new(1 << 14, READERS);
    struct reader readers[READERS];
    struct prng p;
    static char bytes[2048];
    uint64_t n = 0;

    prng_seed(&p, (uint64_t)_i);
    memset(readers, 0, sizeof(readers));
    for (unsigned i = 0; i < READERS; i++) {
        readers[i] = (struct reader){ .ring = ring, .index = i, .seed = i, .slow = i == 0 };
        ck_assert_int_eq(pthread_create(&readers[i].thread, NULL, reader_run, &readers[i]), 0);
    }
    for (uint64_t seq = 1; seq <= ROWS; seq++) {
        struct ring_tags tags = { .seq = seq, .kind = RING_EVENTS };
        uint64_t entries = prng_below(&p, 4);

        for (uint64_t k = 0; k < entries; k++, n++) {
            put_all(ring, &tags, bytes, entry_bytes(n, bytes, sizeof(bytes)));
        }
        tags.kind = RING_ROW;
        put_all(ring, &tags, NULL, 0);
        if (prng_below(&p, 8) == 0) {
            ring_publish(ring);
        }
    }
    ring_publish(ring);
    for (unsigned i = 0; i < READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        ck_assert_uint_eq(readers[i].rows, ROWS);
        ck_assert_uint_eq(readers[i].events, n);
    }
    ring_free(ring);
}
END_TEST

START_TEST(nothing_is_seen_before_it_is_published)
{
    struct ring *ring = ring_new(4096, 1);
    struct ring_tags tags = { .seq = 1, .kind = RING_ROW };
    uint64_t pos = 0;

    ck_assert(ring_put(ring, &tags, NULL, 0));
    ck_assert(ring_at(ring, &pos) == NULL);
    ck_assert(ring_reader_sleep(ring, 0, 0));
    ring_publish(ring);
    ck_assert(ring_at(ring, &pos) != NULL);
    ck_assert(!ring_reader_sleep(ring, 0, 0));
    ring_free(ring);
}
END_TEST

START_TEST(a_full_ring_refuses_until_the_slowest_mark_moves)
{
    struct ring *ring = ring_new(4096, 2);
    struct ring_tags tags = { .seq = 1, .kind = RING_EVENTS };
    char bytes[100] = { 0 };
    const struct ring_entry *e;
    uint64_t pos = 0;
    unsigned count = 0;

    while (ring_put(ring, &tags, bytes, sizeof(bytes))) {
        count++;
    }
    ck_assert_uint_gt(count, 10);
    ring_publish(ring);
    ring_reader_mark(ring, 0, ring_head(ring));
    ck_assert(!ring_put(ring, &tags, bytes, sizeof(bytes)));
    ck_assert_uint_eq(ring_tail(ring), 0);
    e = ring_at(ring, &pos);
    ring_reader_mark(ring, 1, ring_after(ring, e, pos));
    ck_assert(ring_put(ring, &tags, bytes, sizeof(bytes)));
    ck_assert(!ring_put(ring, &tags, bytes, sizeof(bytes)));
    ring_free(ring);
}
END_TEST

START_TEST(an_entry_of_half_the_ring_always_fits_once_it_is_read)
{
    struct ring *ring = ring_new(4096, 1);
    static char bytes[1900];
    uint64_t pos = 0;

    for (uint64_t seq = 1; seq <= 50; seq++) {
        struct ring_tags tags = { .seq = seq, .kind = RING_EVENTS };
        const struct ring_entry *e;

        memset(bytes, (int)seq, sizeof(bytes));
        ck_assert(ring_put(ring, &tags, bytes, sizeof(bytes) - seq));
        ring_publish(ring);
        e = ring_at(ring, &pos);
        ck_assert_uint_eq(e->tags.seq, seq);
        ck_assert_int_eq(memcmp(e->at, bytes, e->len), 0);
        pos = ring_after(ring, e, pos);
        ring_reader_mark(ring, 0, pos);
    }
    ring_free(ring);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = every_reader_sees_every_entry_in_order_and_unchanged, .loops = 3 },
        { .test = nothing_is_seen_before_it_is_published },
        { .test = a_full_ring_refuses_until_the_slowest_mark_moves },
        { .test = an_entry_of_half_the_ring_always_fits_once_it_is_read },
    };

    return SUITE_RUN("ws/ring", rows);
}
