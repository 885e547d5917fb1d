/* Which roads a drawing on the map concerns, against asking every line of every road. */
#include "routing/limits.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <string.h>

#define TOWNS 40
#define DRAWINGS 50

struct told {
    const struct road *road;
    uint8_t *piece;
    uint32_t count;
};

static void tell(void *arg, uint32_t piece)
{
    struct told *told = arg;

    ck_assert_uint_lt(piece, told->road->network.piece_count);
    told->count += told->piece[piece] == 0;
    told->piece[piece] = 1;
}

/* The name by asking every piece: bridges first, then the longest. */
static const char *slow_name(const struct road *road, const uint8_t *concerned)
{
    const struct network *n = &road->network;
    uint32_t best = NODE_NONE;

    for (int bridges = 1; bridges >= 0 && best == NODE_NONE; bridges--) {
        for (uint32_t p = 0; p < n->piece_count; p++) {
            bool is_bridge = (n->piece[p].flags & PIECE_BRIDGE) != 0;

            if (concerned[p] != 0 && n->piece[p].name != 0 && is_bridge == (bridges == 1) &&
                (best == NODE_NONE || n->piece[p].length_mm > n->piece[best].length_mm)) {
                best = p;
            }
        }
    }
    return best == NODE_NONE ? "" : network_name(n, best);
}

START_TEST(a_drawing_concerns_the_roads_that_every_line_says)
{
    struct road road;
    struct prng random;
    struct point points[STREETS_CORNERS];
    uint32_t met = 0;

    streets_open(&road, (uint64_t)_i);
    prng_seed(&random, (uint64_t)_i + 77);
    struct told told = { .road = &road, .piece = malloc(road.network.piece_count) };

    ck_assert_ptr_nonnull(told.piece);
    for (int k = 0; k < DRAWINGS; k++) {
        struct road_limit l = streets_limit(&road, &random, 1, points);
        const char *name = NULL;

        memset(told.piece, 0, road.network.piece_count);
        told.count = 0;
        limits_each(&road.grid, &l, tell, &told);
        for (uint32_t p = 0; p < road.network.piece_count; p++) {
            ck_assert_int_eq(told.piece[p] != 0, streets_concerned(&road, &l, p));
        }
        ck_assert_int_eq(limits_name(&road.grid, &l, &name), told.count > 0);
        ck_assert_str_eq(name, slow_name(&road, told.piece));
        met += told.count > 0;
    }
    ck_assert_uint_gt(met, DRAWINGS / 2);
    free(told.piece);
    road_close(&road);
}
END_TEST

/* Two streets along a parallel, 1 km apart, each a piece of one line, and one across both: the
 * lines are listed in many cells. */
static struct point shape[] = {
    { 1200000000, 300000000 }, { 1200500000, 300000000 }, /* the south street */
    { 1200000000, 300090000 }, { 1200500000, 300090000 }, /* the north street */
    { 1200250000, 299990000 }, { 1200250000, 300100000 }, /* the bridge */
};
static const struct piece pieces[] = {
    { .first_point = 0, .point_count = 2, .length_mm = 4800000, .name = 1 },
    { .first_point = 2, .point_count = 2, .length_mm = 4800000, .name = 7 },
    { .first_point = 4, .point_count = 2, .length_mm = 1200000, .name = 13, .flags = PIECE_BRIDGE },
};
static const struct network three = { .piece_count = 3,
                                      .piece = pieces,
                                      .point_count = 6,
                                      .shape = shape,
                                      .names = "\0South\0North\0Bridge",
                                      .names_size = 20 };

static void mark(void *arg, uint32_t piece)
{
    *(uint32_t *)arg |= UINT32_C(1) << piece;
}

struct drawn {
    struct point points[4];
    uint32_t count;
    bool area;
    uint32_t pieces; /* a bit each */
    const char *name;
};

static const struct drawn drawn[] = {
    /* a stroke across the bridge, and one that stops short of it by a unit */
    { { { 1200240000, 300050000 }, { 1200260000, 300050000 } }, 2, false, 4, "Bridge" },
    { { { 1200240000, 300050000 }, { 1200249999, 300050000 } }, 2, false, 0, "" },
    { { { 1200240000, 300050000 }, { 1200250000, 300050000 } }, 2, false, 4, "Bridge" },
    /* along the south street, on it */
    { { { 1200100000, 300000000 }, { 1200110000, 300000000 } }, 2, false, 1, "South" },
    { { { 1200100000, 300000001 }, { 1200110000, 300000001 } }, 2, false, 0, "" },
    /* so level that it passes from one row of cells into the next under way, on the bridge */
    { { { 1200000000, 300043957 }, { 1200500000, 300043958 } }, 2, false, 4, "Bridge" },
    { { { 1200000000, 300043958 }, { 1200500000, 300043957 } }, 2, false, 4, "Bridge" },
    /* from far outside over all of it: bridges give their name */
    { { { 1199000000, 299000000 }, { 1201400000, 301000000 } }, 2, false, 7, "Bridge" },
    { { { 1199000000, 299000000 }, { 1201100000, 301100000 } }, 2, false, 3, "South" },
    { { { 1200250000, 250000000 }, { 1200250000, 350000000 } }, 2, false, 7, "Bridge" },
    /* wholly outside */
    { { { 1200250000, 310000000 }, { 1200260000, 350000000 } }, 2, false, 0, "" },
    /* areas: between the streets, touching one, round everything */
    { { { 1200100000, 300010000 }, { 1200200000, 300010000 }, { 1200200000, 300080000 } },
      3,
      true,
      0,
      "" },
    { { { 1200100000, 300000000 }, { 1200200000, 300010000 }, { 1200200000, 300080000 } },
      3,
      true,
      1,
      "South" },
    { { { -1800000000, -900000000 },
        { 1800000000, -900000000 },
        { 1800000000, 900000000 },
        { -1800000000, 900000000 } },
      4,
      true,
      7,
      "Bridge" },
    /* an hourglass; a room between the streets and west of the bridge */
    { { { 1200100000, 299900000 },
        { 1200400000, 299900000 },
        { 1200100000, 300200000 },
        { 1200400000, 300200000 } },
      4,
      true,
      7,
      "Bridge" },
    { { { 1200100000, 300030000 },
        { 1200240000, 300010000 },
        { 1200240000, 300080000 },
        { 1200100000, 300060000 } },
      4,
      true,
      0,
      "" },
    /* points: 30 m and 60 m north of the south street */
    { { { 1200100000, 300002700 } }, 1, false, 1, "South" },
    { { { 1200100000, 300005400 } }, 1, false, 0, "" },
    { { { 1200100000, 300002700 } }, 1, true, 1, "South" },
};

START_TEST(borders_belong_to_a_drawing_and_a_unit_beside_does_not)
{
    const struct drawn *d = &drawn[_i];
    struct snap_grid grid;
    struct fault f;
    struct road_limit l = {
        .id = 1, .points = d->points, .point_count = d->count, .area = d->area
    };
    uint32_t marked = 0;
    const char *name;

    ck_assert_int_eq(snap_grid_build(&grid, &three, &f), OK);
    ck_assert_int_eq(grid.low_lat_e7 + 3 * (int64_t)grid.cell_lat_e7, 300043958);
    limits_each(&grid, &l, mark, &marked);
    ck_assert_uint_eq(marked, d->pieces);
    ck_assert_int_eq(limits_name(&grid, &l, &name), d->pieces != 0);
    ck_assert_str_eq(name, d->name);
    snap_grid_free(&grid);
}
END_TEST

static void count_up(void *arg, uint32_t piece)
{
    (void)piece;
    ++*(uint32_t *)arg;
}

START_TEST(an_area_asks_each_line_once)
{
    const struct point all[] = { { 1190000000, 290000000 },
                                 { 1210000000, 290000000 },
                                 { 1210000000, 310000000 },
                                 { 1190000000, 310000000 } };
    struct road_limit l = { .id = 1, .points = all, .point_count = 4, .area = true };
    struct snap_grid grid;
    struct fault f;
    uint32_t calls = 0;

    ck_assert_int_eq(snap_grid_build(&grid, &three, &f), OK);
    limits_each(&grid, &l, count_up, &calls);
    ck_assert_uint_eq(calls, 3);
    snap_grid_free(&grid);
}
END_TEST

START_TEST(without_roads_nothing_is_concerned)
{
    const struct network none = { .names = "" };
    const struct point points[] = { { 0, 0 }, { 10, 10 }, { 0, 10 } };
    struct snap_grid grid;
    struct fault f;
    const char *name;

    ck_assert_int_eq(snap_grid_build(&grid, &none, &f), OK);
    for (uint32_t count = 1; count <= 3; count++) {
        struct road_limit l = {
            .id = 1, .points = points, .point_count = count, .area = count == 3
        };

        ck_assert(!limits_name(&grid, &l, &name));
        ck_assert_str_eq(name, "");
    }
    snap_grid_free(&grid);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_drawing_concerns_the_roads_that_every_line_says, 0, TRIALS(TOWNS) },
        { borders_belong_to_a_drawing_and_a_unit_beside_does_not, 0,
          sizeof(drawn) / sizeof(drawn[0]) },
        { an_area_asks_each_line_once, 0, 0 },
        { without_roads_nothing_is_concerned, 0, 0 },
    };

    return SUITE_RUN("routing/limits", rows);
}
