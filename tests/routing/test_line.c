/* The straight-line engine. */
#include "routing/line.h"
#include "tests/suite.h"

static const struct point here = { 1226600000, 294400000 };

START_TEST(no_distance_takes_no_time_and_the_least_some)
{
    struct point beside = { here.lon_e7 + 1, here.lat_e7 };

    ck_assert_uint_eq(line_travel_ms(NULL, here, here), 0);
    ck_assert_uint_gt(line_travel_ms(NULL, here, beside), 0);
    ck_assert_uint_lt(line_travel_ms(NULL, here, beside), 10);
}
END_TEST

START_TEST(one_kilometre_takes_three_minutes_and_49_seconds)
{
    /* 1000 m north = 1 / 111.195 degree; 1190 m at 5.19 m/s = 229.3 s */
    struct point north = { here.lon_e7, here.lat_e7 + 89932 };

    ck_assert_uint_ge(line_travel_ms(NULL, here, north), 229000);
    ck_assert_uint_le(line_travel_ms(NULL, here, north), 229600);
}
END_TEST

START_TEST(there_and_back_take_the_same)
{
    struct point there = { here.lon_e7 - 345678, here.lat_e7 + 123456 };

    ck_assert_uint_eq(line_travel_ms(NULL, here, there), line_travel_ms(NULL, there, here));
}
END_TEST

START_TEST(nowhere_and_beyond_reckoning_are_never)
{
    struct point nowhere = { 1900000000, 0 };
    struct point antipode = { here.lon_e7 - 1800000000, -here.lat_e7 };

    ck_assert_uint_eq(line_travel_ms(NULL, here, nowhere), ETA_INF_MS);
    ck_assert_uint_eq(line_travel_ms(NULL, nowhere, here), ETA_INF_MS);
    ck_assert_uint_eq(line_travel_ms(NULL, here, antipode), ETA_INF_MS);
}
END_TEST

START_TEST(the_engine_says_its_name_and_version)
{
    ck_assert_str_eq(line_engine(NULL), "line/1");
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { no_distance_takes_no_time_and_the_least_some, 0, 0 },
        { one_kilometre_takes_three_minutes_and_49_seconds, 0, 0 },
        { there_and_back_take_the_same, 0, 0 },
        { nowhere_and_beyond_reckoning_are_never, 0, 0 },
        { the_engine_says_its_name_and_version, 0, 0 },
    };

    return SUITE_RUN("routing/line", rows);
}
