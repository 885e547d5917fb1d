#include "base/queue.h"
#include "tests/suite.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

START_TEST(records_come_out_in_order_and_whole)
{
    struct queue *q = queue_new(1024);
    bool wake;
    void *at;
    size_t len;

    ck_assert(queue_push(q, "first", 5, &wake));
    ck_assert(!wake);
    ck_assert(queue_push(q, "", 0, &wake));
    ck_assert(queue_push(q, "third record", 12, &wake));
    ck_assert(queue_peek(q, &at, &len));
    ck_assert_uint_eq(len, 5);
    ck_assert_mem_eq(at, "first", 5);
    ck_assert_uint_eq((uintptr_t)at % 8, 0);
    queue_release(q);
    ck_assert(queue_peek(q, &at, &len));
    ck_assert_uint_eq(len, 0);
    queue_release(q);
    ck_assert(queue_peek(q, &at, &len));
    ck_assert_uint_eq(len, 12);
    ck_assert_mem_eq(at, "third record", 12);
    queue_release(q);
    ck_assert(!queue_peek(q, &at, &len));
    ck_assert_uint_eq(queue_used(q), 0);
    queue_free(q);
}
END_TEST

START_TEST(size_is_rounded_up_to_a_power_of_two)
{
    struct queue *q = queue_new(1000);

    ck_assert_uint_eq(queue_size(q), 1024);
    queue_free(q);
    ck_assert_ptr_null(queue_new(SIZE_MAX));
    queue_free(NULL);
}
END_TEST

START_TEST(a_full_queue_refuses_and_loses_nothing)
{
    struct queue *q = queue_new(256);
    unsigned char record[24] = { 0 };
    unsigned pushed = 0;
    bool wake;
    void *at;
    size_t len;

    while (queue_push(q, record, sizeof record, &wake)) {
        record[0]++;
        pushed++;
    }
    ck_assert_uint_eq(pushed, 8); /* 256 / (8 + 24) */
    ck_assert_uint_eq(queue_used(q), 256);
    for (unsigned i = 0; i < pushed; i++) {
        ck_assert(queue_peek(q, &at, &len));
        ck_assert_uint_eq(*(unsigned char *)at, i);
        queue_release(q);
    }
    ck_assert(!queue_peek(q, &at, &len));
    ck_assert(queue_push(q, record, sizeof record, &wake));
    queue_free(q);
}
END_TEST

START_TEST(a_record_over_half_the_queue_is_refused)
{
    struct queue *q = queue_new(256);
    void *at;
    size_t len;

    ck_assert_ptr_null(queue_reserve(q, 121));
    ck_assert_ptr_null(queue_reserve(q, SIZE_MAX));
    /* The largest fits wherever the ring stands. */
    for (int i = 0; i < 100; i++) {
        ck_assert_ptr_nonnull(queue_reserve(q, (size_t)i % 17));
        queue_commit(q);
        ck_assert(queue_peek(q, &at, &len));
        queue_release(q);
        ck_assert_ptr_nonnull(queue_reserve(q, 120));
        queue_commit(q);
        ck_assert(queue_peek(q, &at, &len));
        ck_assert_uint_eq(len, 120);
        queue_release(q);
    }
    queue_free(q);
}
END_TEST

START_TEST(reserving_again_replaces_the_reservation)
{
    struct queue *q = queue_new(256);
    void *at;
    size_t len;

    for (int i = 0; i < 50; i++) {
        ck_assert_ptr_nonnull(queue_reserve(q, 100));
        ck_assert(!queue_peek(q, &at, &len));
        char *room = queue_reserve(q, 3);

        memcpy(room, "abc", 3);
        queue_commit(q);
        ck_assert(queue_peek(q, &at, &len));
        ck_assert_uint_eq(len, 3);
        ck_assert_mem_eq(at, "abc", 3);
        queue_release(q);
        ck_assert(!queue_peek(q, &at, &len));
    }
    queue_free(q);
}
END_TEST

START_TEST(only_a_sleeping_consumer_is_woken_and_once)
{
    struct queue *q = queue_new(256);
    bool wake;
    void *at;
    size_t len;

    ck_assert(queue_sleep(q));
    ck_assert(queue_push(q, "a", 1, &wake));
    ck_assert(wake);
    ck_assert(queue_push(q, "b", 1, &wake));
    ck_assert(!wake);
    ck_assert(!queue_sleep(q)); /* not empty: no sleep */
    ck_assert(queue_push(q, "c", 1, &wake));
    ck_assert(!wake);
    while (queue_peek(q, &at, &len)) {
        queue_release(q);
    }
    ck_assert(queue_sleep(q));
    queue_free(q);
}
END_TEST

START_TEST(committing_without_a_reservation_is_a_bug)
{
    struct queue *q = queue_new(256);

    queue_commit(q);
}
END_TEST

START_TEST(releasing_from_an_empty_queue_is_a_bug)
{
    struct queue *q = queue_new(256);

    queue_release(q);
}
END_TEST

/* Two threads: the producer numbers its records and gives them lengths that differ, the consumer
 * sleeps on an eventfd whenever it finds nothing, as the core does. */
#define CROSSINGS UINT64_C(300000)

struct crossing {
    struct queue *q;
    int wake_fd;
    uint64_t wakes;
    uint64_t fulls;
};

static size_t length_of(uint64_t number)
{
    return 8 + (size_t)(number * 7919 % 113);
}

static void *produce(void *arg)
{
    struct crossing *x = arg;
    unsigned char record[128];

    for (uint64_t i = 0; i < CROSSINGS;) {
        bool wake;

        memset(record, (int)(i & 0xff), sizeof record);
        memcpy(record, &i, sizeof i);
        if (!queue_push(x->q, record, length_of(i), &wake)) {
            x->fulls++;
            usleep(50);
            continue;
        }
        if (wake) {
            uint64_t one = 1;

            x->wakes++;
            if (write(x->wake_fd, &one, sizeof one) != sizeof one) {
                abort();
            }
        }
        i++;
    }
    return NULL;
}

/* Blocks until the producer wakes it; false when that does not come within five seconds. */
static bool sleep_until_woken(struct crossing *x)
{
    struct pollfd p = { .fd = x->wake_fd, .events = POLLIN };
    uint64_t count;

    if (!queue_sleep(x->q)) {
        return true;
    }
    int ready;

    do {
        ready = poll(&p, 1, 5000);
    } while (ready < 0 && errno == EINTR);
    return ready == 1 && read(x->wake_fd, &count, sizeof count) == sizeof count;
}

START_TEST(two_threads_lose_mix_and_miss_nothing)
{
    struct crossing x = { .q = queue_new(4096), .wake_fd = eventfd(0, EFD_CLOEXEC) };
    pthread_t thread;
    uint64_t seen = 0;

    ck_assert_int_eq(pthread_create(&thread, NULL, produce, &x), 0);
    while (seen < CROSSINGS) {
        void *at;
        size_t len;

        while (queue_peek(x.q, &at, &len)) {
            uint64_t number;
            const unsigned char *bytes = at;

            memcpy(&number, at, sizeof number);
            ck_assert_uint_eq(number, seen);
            ck_assert_uint_eq(len, length_of(number));
            for (size_t i = sizeof number; i < len; i++) {
                if (bytes[i] != (number & 0xff)) {
                    ck_abort_msg("record %lu is torn at byte %zu", (unsigned long)number, i);
                }
            }
            queue_release(x.q);
            seen++;
        }
        if (seen < CROSSINGS) {
            ck_assert_msg(sleep_until_woken(&x), "asleep beside record %lu", (unsigned long)seen);
        }
    }
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(queue_used(x.q), 0);
    close(x.wake_fd);
    queue_free(x.q);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = records_come_out_in_order_and_whole },
        { .test = size_is_rounded_up_to_a_power_of_two },
        { .test = a_full_queue_refuses_and_loses_nothing },
        { .test = a_record_over_half_the_queue_is_refused },
        { .test = reserving_again_replaces_the_reservation },
        { .test = only_a_sleeping_consumer_is_woken_and_once },
        { .test = committing_without_a_reservation_is_a_bug, .signal = SIGABRT },
        { .test = releasing_from_an_empty_queue_is_a_bug, .signal = SIGABRT },
        { .test = two_threads_lose_mix_and_miss_nothing },
    };

    return SUITE_RUN("base/queue", rows);
}
