/* Drives over real cities at known speeds, found again on their roads. */
#include "tests/city/extracts.h"
#include "tests/routing/driving.h"
#include "tests/suite.h"

#include <stdio.h>

static const enum extract_of cities[] = { EXTRACT_SAN_FRANCISCO, EXTRACT_PORTO };
#define CITIES 2

/* The receiver of a car between houses: 8 m of noise, a side of up to 10 m, a jump in a hundred
 * fixes, silences; it waits before it drives and stands at the scene. */
START_TEST(drives_in_a_city_are_found_again)
{
    static struct driving d;
    struct road road;
    struct learned l;
    struct fault f;

    extracts_open(cities[_i], &road);
    driving_open(&d, &road, (uint64_t)_i + 1);
    d.drives.offset_mm = 10000;
    d.drives.jump_one_in = 100;
    d.drives.silence_one_in = 200;
    d.drives.stand_us = 180 * US_PER_S;
    driving_go(&d, 60, 8);
    driving_go(&d, 60, 14);
    ck_assert_int_eq(learn_finish(&d.learn, &l, &f), OK);
    printf("%s: %u drives, %.0f km; %.1f %% matched, %.2f %% of that on roads driven; rush hour at "
           "%u %% of the usual speed, 14 o'clock at %u %%\n",
           cities[_i] == EXTRACT_PORTO ? "Porto" : "San Francisco", d.went,
           (double)d.driven_mm / 1e6, 100.0 * (double)d.told_mm / (double)d.driven_mm,
           100.0 * (double)d.right_mm / (double)d.told_mm, l.hour_percent[8], l.hour_percent[14]);
    ck_assert_uint_gt(d.went, 100);
    ck_assert_uint_gt(d.told_mm * 100, d.driven_mm * 70);
    ck_assert_uint_gt(d.right_mm * 100, d.told_mm * 95);
    /* it truly takes 1.4 times as long (median of 0.8 to 2.0), in the rush hour 2.24 times */
    ck_assert_uint_ge(l.hour_percent[8], 40);
    ck_assert_uint_le(l.hour_percent[8], 55);
    ck_assert_uint_ge(l.hour_percent[14], 62);
    ck_assert_uint_le(l.hour_percent[14], 84);
    learned_free(&l);
    driving_close(&d);
    road_close(&road);
}
END_TEST

int main(void)
{
    if (!extracts_there()) {
        printf("skipped: there are no real extracts\n");
        return 77;
    }
    const struct suite_row rows[] = { { drives_in_a_city_are_found_again, 0, TRIALS(CITIES) } };

    return SUITE_RUN("city/learned", rows);
}
