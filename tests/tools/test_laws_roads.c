/* The laws of the roads find what breaks them, and nothing else. */
#include "tools/sim/laws_roads.h"

#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>

#define S US_PER_S

static struct road road;
static struct world world; /* of which the laws read what holds on roads */
static struct road_notice notices[ROAD_NOTICES_MAX];
static struct laws_roads *laws;
static struct laws_where unit_at;
static uint64_t moved;

static bool where(const void *arg, uint32_t unit, int64_t at, struct laws_where *out)
{
    (void)arg;
    (void)at;
    *out = unit_at;
    return unit == 1;
}

static uint64_t moves(const void *arg)
{
    (void)arg;
    return moved;
}

static struct point middle(uint32_t piece)
{
    const struct piece *p = &road.network.piece[piece];
    const struct point *shape = &road.network.shape[p->first_point];

    return (struct point){ shape[0].lon_e7 + (shape[1].lon_e7 - shape[0].lon_e7) / 2,
                           shape[0].lat_e7 + (shape[1].lat_e7 - shape[0].lat_e7) / 2 };
}

/* On a piece that can be told apart from its neighbours in the middle. */
static uint32_t piece_from(uint32_t first)
{
    for (uint32_t k = first; k < road.network.piece_count; k++) {
        struct snap on;

        if (snap_find(&road.grid, middle(k), &on) && on.piece == k && on.off_mm < 100) {
            return k;
        }
    }
    ck_abort_msg("no piece");
    return 0;
}

static void stand(uint32_t piece)
{
    unit_at = (struct laws_where){ .at = middle(piece),
                                   .piece = piece,
                                   .until_us = INT64_MAX,
                                   .first_piece = LAWS_BESIDE,
                                   .last_piece = LAWS_BESIDE };
    moved++;
}

static void set_up(void)
{
    const struct laws_roads_opts o = {
        .world = &world, .road = &road, .where = where, .moves = moves, .units = 1
    };

    streets_open(&road, 4);
    stand(0);
    unit_at.piece = LAWS_BESIDE;
    memset(&world, 0, sizeof(world));
    memset(notices, 0, sizeof(notices));
    world.roads = notices;
    world.limits.roads = ROAD_NOTICES_MAX;
    laws = laws_roads_new(&o);
    ck_assert_ptr_nonnull(laws);
    laws_roads_look(laws, S);
}

static void tear_down(void)
{
    laws_roads_free(laws);
    road_close(&road);
}

/* Closed, and in force. */
static void close_road(uint32_t piece)
{
    notices[0] = (struct road_notice){
        .id = { 1 }, .point_count = 1, .points = { middle(piece) }, .change = 1
    };
    world.road_count = 1;
    world.road_change = world.road_weights = 1;
}

static const struct laws_roads_broken *told(void)
{
    return laws_roads_broken_of(laws);
}

START_TEST(who_comes_onto_a_closed_piece_breaks_the_law)
{
    set_up();
    uint32_t piece = piece_from(0);

    close_road(piece);
    stand(piece_from(piece + 1));
    laws_roads_look(laws, 200 * S);
    ck_assert_uint_eq(told()->over_closed, 0);
    stand(piece);
    laws_roads_look(laws, 400 * S);
    ck_assert_uint_ge(told()->over_closed, 1);
    ck_assert_ptr_nonnull(strstr(told()->first, "unit 1 "));
    tear_down();
}
END_TEST

START_TEST(who_was_on_it_may_leave_it_and_not_come_back)
{
    set_up();
    uint32_t piece = piece_from(0);

    stand(piece);
    laws_roads_look(laws, 2 * S);
    close_road(piece);
    laws_roads_look(laws, 3 * S);
    laws_roads_look(laws, 9 * S);
    ck_assert_uint_eq(told()->over_closed, 0);
    stand(piece_from(piece + 1));
    laws_roads_look(laws, 300 * S);
    ck_assert_uint_eq(told()->over_closed, 0);
    stand(piece);
    laws_roads_look(laws, 600 * S);
    ck_assert_uint_ge(told()->over_closed, 1);
    tear_down();
}
END_TEST

START_TEST(a_closure_that_is_not_in_force_binds_nobody)
{
    set_up();
    uint32_t piece = piece_from(0);

    close_road(piece);
    world.road_weights = 0;
    stand(piece);
    laws_roads_look(laws, 10 * S);
    ck_assert_uint_eq(told()->over_closed, 0);
    tear_down();
}
END_TEST

/* To a place on it, from one, and where no other way is left. */
START_TEST(the_ends_of_a_way_may_be_closed)
{
    set_up();
    uint32_t piece = piece_from(0);

    close_road(piece);
    stand(piece_from(piece + 1));
    laws_roads_look(laws, 10 * S);
    stand(piece);
    unit_at.first_piece = _i == 0 ? piece : LAWS_BESIDE;
    unit_at.last_piece = _i == 1 ? piece : LAWS_BESIDE;
    unit_at.through = _i == 2;
    laws_roads_look(laws, 400 * S);
    ck_assert_uint_eq(told()->over_closed, 0);
    ck_assert_uint_ge(told()->exempt, 1);
    tear_down();
}
END_TEST

START_TEST(what_nobody_can_have_driven_is_a_jump)
{
    set_up();
    stand(0);
    laws_roads_look(laws, 10 * S);
    unit_at.at.lat_e7 += 50000; /* 500 m */
    unit_at.piece = LAWS_BESIDE;
    moved++;
    laws_roads_look(laws, 30 * S);
    ck_assert_uint_eq(told()->jumped, 0);
    unit_at.at.lat_e7 += 50000;
    moved++;
    laws_roads_look(laws, 31 * S);
    ck_assert_uint_eq(told()->jumped, 1);
    tear_down();
}
END_TEST

START_TEST(who_says_to_be_on_a_road_is_on_it)
{
    set_up();
    uint32_t piece = piece_from(0);

    stand(piece);
    laws_roads_look(laws, 10 * S);
    ck_assert_uint_eq(told()->off_road, 0);
    unit_at.at.lat_e7 += 3000; /* 30 m */
    unit_at.at.lon_e7 += 3000;
    moved++;
    laws_roads_look(laws, 20 * S);
    ck_assert_uint_eq(told()->off_road, 1);
    tear_down();
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { who_comes_onto_a_closed_piece_breaks_the_law, 0, 0 },
        { who_was_on_it_may_leave_it_and_not_come_back, 0, 0 },
        { a_closure_that_is_not_in_force_binds_nobody, 0, 0 },
        { the_ends_of_a_way_may_be_closed, 0, 3 },
        { what_nobody_can_have_driven_is_a_jump, 0, 0 },
        { who_says_to_be_on_a_road_is_on_it, 0, 0 },
    };

    return SUITE_RUN("tools/laws_roads", rows);
}
