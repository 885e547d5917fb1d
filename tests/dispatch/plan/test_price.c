/* What sending a unit costs beside its travel time. */
#include "dispatch/plan/price.h"
#include "tests/suite.h"

START_TEST(who_is_surely_in_time_pays_nothing)
{
    ck_assert_uint_eq(price_late_ms(0, PRICE_SOON_MS), 0);
    ck_assert_uint_eq(price_late_ms(100000, 100000 + PRICE_SOON_MS), 0);
    ck_assert_uint_gt(price_late_ms(100001, 100000 + PRICE_SOON_MS - 10), 0);
}
END_TEST

START_TEST(who_is_surely_late_pays_all_however_late)
{
    ck_assert_uint_eq(price_late_ms((uint32_t)PRICE_PAST_MS, 0), PRICE_LATE_MS);
    ck_assert_uint_eq(price_late_ms(ETA_INF_MS, 0), PRICE_LATE_MS);
    ck_assert_uint_eq(price_late_ms(1000, -INT64_C(86400000)), PRICE_LATE_MS);
    ck_assert_uint_lt(price_late_ms((uint32_t)PRICE_PAST_MS - 100, 0), PRICE_LATE_MS);
}
END_TEST

START_TEST(between_them_later_is_dearer)
{
    uint32_t before = 0;

    for (uint32_t eta_ms = 1000; eta_ms < PRICE_SOON_MS + PRICE_PAST_MS; eta_ms += 1000) {
        uint32_t now = price_late_ms(eta_ms, PRICE_SOON_MS);

        ck_assert_uint_gt(now, before);
        before = now;
    }
}
END_TEST

#define ONE_CALL (UINT32_C(1) << PRICE_CALLS_SHIFT)

START_TEST(a_part_of_the_city_has_its_part_of_the_price)
{
    ck_assert_uint_eq(price_cover_ms(0, 1000, ONE_CALL), 0);
    ck_assert_uint_eq(price_cover_ms(10, 1000, ONE_CALL), PRICE_COVER_MS / 100);
    ck_assert_uint_eq(price_cover_ms(1000, 1000, ONE_CALL), PRICE_COVER_MS);
    ck_assert_uint_eq(price_cover_ms(2000, 1000, ONE_CALL), PRICE_COVER_MS);
    ck_assert_uint_eq(price_cover_ms(0, 0, ONE_CALL), 0);
}
END_TEST

START_TEST(the_more_calls_are_to_come_the_dearer_and_none_is_free)
{
    ck_assert_uint_eq(price_cover_ms(10, 1000, 0), 0);
    ck_assert_uint_eq(price_cover_ms(10, 1000, ONE_CALL / 2), PRICE_COVER_MS / 200);
    ck_assert_uint_eq(price_cover_ms(10, 1000, 7 * ONE_CALL), 7 * (PRICE_COVER_MS / 100));
    ck_assert_uint_eq(price_cover_ms(10, 1000, UINT32_MAX),
                      price_cover_ms(10, 1000, PRICE_CALLS_MAX * ONE_CALL));
}
END_TEST

START_TEST(the_largest_city_does_not_overflow)
{
    uint32_t all = PRICE_CALLS_MAX * PRICE_COVER_MS;

    ck_assert_uint_eq(price_cover_ms(UINT64_C(1) << 62, UINT64_C(1) << 63, UINT32_MAX), all / 2);
    ck_assert_uint_eq(price_cover_ms(UINT64_MAX, UINT64_MAX, UINT32_MAX), all);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { who_is_surely_in_time_pays_nothing, 0, 0 },
        { who_is_surely_late_pays_all_however_late, 0, 0 },
        { between_them_later_is_dearer, 0, 0 },
        { a_part_of_the_city_has_its_part_of_the_price, 0, 0 },
        { the_more_calls_are_to_come_the_dearer_and_none_is_free, 0, 0 },
        { the_largest_city_does_not_overflow, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/price", rows);
}
