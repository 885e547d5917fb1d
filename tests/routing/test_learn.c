/* Drives over random towns at known speeds: they are found again on the roads that were driven, and
 * the speeds that are learned from them are about those. */
#include "base/geo.h"
#include "routing/speeds_file.h"
#include "tests/routing/driving.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TOWNS 8

/* Random towns with enough streets to get lost in. */
static void open_town(struct road *road, int which)
{
    uint64_t seed = (uint64_t)which * 1000;

    for (streets_open(road, seed); road->network.piece_count < 120; streets_open(road, ++seed)) {
        road_close(road);
    }
}

static void say(const char *what, const struct driving *d, const struct learned *l)
{
    uint32_t middle;
    uint32_t ninth;
    uint32_t cells = driving_errors(d, l, 8, &middle, &ninth);

    printf("%s: %u drives, %.1f km; %.1f %% matched, %.2f %% of that on roads driven; %u cells of "
           "8 drives or more off by %u %% (median), %u %% (9 of 10)\n",
           what, d->went, (double)d->driven_mm / 1e6,
           100.0 * (double)d->told_mm / (double)d->driven_mm,
           100.0 * (double)d->right_mm / (double)d->told_mm, cells, middle, ninth);
}

static void learn_town(struct driving *d, struct learned *l, uint32_t drives)
{
    struct fault f;

    driving_go(d, drives / 2, 8);
    driving_go(d, drives / 2, 14);
    ck_assert_int_eq(learn_finish(&d->learn, l, &f), OK);
}

START_TEST(drives_are_found_on_the_roads_that_were_driven)
{
    static struct driving d;
    struct road road;
    struct learned l;
    uint32_t middle;
    uint32_t ninth;

    open_town(&road, _i);
    driving_open(&d, &road, (uint64_t)_i);
    learn_town(&d, &l, 600);
    say("town", &d, &l);
    ck_assert_uint_gt(d.went, 200);
    ck_assert_uint_gt(d.told_mm * 100, d.driven_mm * 70);
    ck_assert_uint_gt(d.right_mm * 100, d.told_mm * 95);
    ck_assert_uint_gt(driving_errors(&d, &l, 8, &middle, &ninth), 20);
    ck_assert_uint_le(middle, 15);
    learned_free(&l);
    driving_close(&d);
    road_close(&road);
}
END_TEST

START_TEST(bad_receivers_cost_drives_and_not_truth)
{
    static struct driving d;
    struct road road;
    struct learned l;
    uint32_t middle;
    uint32_t ninth;

    open_town(&road, _i);
    driving_open(&d, &road, (uint64_t)_i + 77);
    d.drives.offset_mm = 12000;
    d.drives.jump_one_in = 30;
    d.drives.silence_one_in = 60;
    d.drives.stand_us = 300 * US_PER_S;
    learn_town(&d, &l, 800);
    say("town, bad receivers", &d, &l);
    ck_assert_uint_gt(d.trips.jumps, 0);
    ck_assert_uint_gt(d.trips.still, 0);
    ck_assert_uint_gt(d.told_mm * 100, d.driven_mm * 40);
    ck_assert_uint_gt(d.right_mm * 100, d.told_mm * 90);
    (void)driving_errors(&d, &l, 8, &middle, &ninth);
    ck_assert_uint_le(middle, 20);
    learned_free(&l);
    driving_close(&d);
    road_close(&road);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { drives_are_found_on_the_roads_that_were_driven, 0, TRIALS(TOWNS) },
        { bad_receivers_cost_drives_and_not_truth, 0, TRIALS(TOWNS) },
    };

    return SUITE_RUN("routing/learn", rows);
}
