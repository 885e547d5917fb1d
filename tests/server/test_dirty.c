#include "base/prng.h"
#include "server/dirty.h"
#include "tests/suite.h"

#include <signal.h>

START_TEST(a_slot_is_listed_once_in_the_order_of_its_first_change)
{
    struct dirty d;
    ck_assert(dirty_init(&d, 200));
    dirty_mark(&d, 130);
    dirty_mark(&d, 0);
    dirty_mark(&d, 130);
    dirty_mark(&d, 199);
    ck_assert_uint_eq(d.count, 3);
    ck_assert_uint_eq(d.slots[0], 130);
    ck_assert_uint_eq(d.slots[1], 0);
    ck_assert_uint_eq(d.slots[2], 199);
    dirty_fini(&d);
}
END_TEST

START_TEST(after_clearing_nothing_is_marked)
{
    struct dirty d;
    ck_assert(dirty_init(&d, 1));
    dirty_mark(&d, 0);
    dirty_clear(&d);
    ck_assert_uint_eq(d.count, 0);
    dirty_mark(&d, 0);
    ck_assert_uint_eq(d.count, 1);
    dirty_fini(&d);
}
END_TEST

START_TEST(a_full_table_can_be_marked_whole)
{
    struct dirty d;
    struct prng p;
    prng_seed(&p, (uint64_t)_i);
    uint32_t size = 1 + (uint32_t)prng_below(&p, 300);
    ck_assert(dirty_init(&d, size));
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 4 * size; i++) {
            dirty_mark(&d, (uint32_t)prng_below(&p, size));
        }
        for (uint32_t i = 0; i < size; i++) {
            dirty_mark(&d, i);
        }
        ck_assert_uint_eq(d.count, size);
        dirty_clear(&d);
    }
    dirty_fini(&d);
}
END_TEST

START_TEST(a_slot_beyond_the_table_is_a_bug)
{
    struct dirty d;
    ck_assert(dirty_init(&d, 8));
    dirty_mark(&d, 8);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = a_slot_is_listed_once_in_the_order_of_its_first_change },
        { .test = after_clearing_nothing_is_marked },
        { .test = a_full_table_can_be_marked_whole, .loops = 20 },
        { .test = a_slot_beyond_the_table_is_a_bug, .signal = SIGABRT },
    };

    return SUITE_RUN("server/dirty", rows);
}
