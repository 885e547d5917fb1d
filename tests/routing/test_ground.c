/* The ground of coverage: what a unit's row and the way to a place say together is what the engine
 * behind the routing port says. */
#include "routing/ground.h"

#include "base/geo.h"
#include "routing/ground_city.h"
#include "routing/line.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <stdlib.h>

#define CASES 12
#define PAIRS 60
#define LIMITS 3

static const uint32_t rings[COVERAGE_RINGS] = { 20000, 60000, 300000 };

struct stage {
    struct road road;
    struct road_weights weights;
    struct ground ground;
    struct coverage coverage;
    struct prng random;
    struct road_limit limits[LIMITS];
    struct point points[LIMITS][STREETS_CORNERS];
};

static void raise_stage(struct stage *s, uint64_t seed, uint32_t limits)
{
    struct fault f;

    *s = (struct stage){ 0 };
    streets_open(&s->road, seed);
    prng_seed(&s->random, seed ^ 0x6209);
    ck_assert_int_eq(weights_init(&s->weights, &s->road, &f), OK);
    for (uint32_t k = 0; k < limits; k++) {
        s->limits[k] = streets_limit(&s->road, &s->random, k + 1, s->points[k]);
    }
    weights_make(&s->weights, limits, s->limits, limits);
    ck_assert_int_eq(ground_init(&s->ground, &s->road, &s->weights, NULL, 0, NULL, 0, &f), OK);
    const struct coverage_roads roads = { &s->ground.out, &s->ground.in };

    ck_assert_int_eq(coverage_init(&s->coverage, roads, 1, rings, NULL, &f), OK);
}

static void strike_stage(struct stage *s)
{
    coverage_fini(&s->coverage);
    ground_fini(&s->ground);
    weights_free(&s->weights);
    road_close(&s->road);
}

/* From one place to another by way of the nodes, or along one road; at most the last ring. */
static uint32_t reckon(struct coverage *c, const struct ground *g, struct point from,
                       struct point to)
{
    struct ground_place a;
    struct ground_place b;
    struct seed seeds[CLIMB_SEEDS_MAX];
    struct fault f;

    ck_assert(ground_find(g, from, &a) && ground_find(g, to, &b));
    uint32_t best = ground_ahead_ms(g, &a, &b);
    uint32_t count = ground_depart(g, &a, seeds);

    if (count > 0) {
        ck_assert_int_eq(coverage_put(c, 0, seeds, count, &f), OK);
    }
    count = count > 0 ? ground_arrive(g, &b, seeds) : 0;
    for (uint32_t k = 0; k < count; k++) {
        for (uint32_t i = 0; i < c->row[0].count; i++) {
            if (c->row[0].spot[i].node == seeds[k].node) {
                uint32_t ms = c->row[0].spot[i].ms + seeds[k].ms;

                best = ms < best ? ms : best;
            }
        }
    }
    coverage_drop(c, 0);
    return best;
}

/* Also from the water, from a park and from outside the map: the engine has a time for these, and
 * so has the ground. */
static struct point anywhere(struct stage *s)
{
    struct point p = streets_place(&s->road, &s->random);

    if (prng_below(&s->random, 3) == 0) {
        p.lon_e7 += (int32_t)prng_below(&s->random, 40000) - 20000;
        p.lat_e7 += (int32_t)prng_below(&s->random, 40000) - 20000;
    }
    return p;
}

START_TEST(a_row_and_the_way_to_a_place_are_what_the_engine_says)
{
    struct stage s;
    struct road_query q;
    struct fault f;
    uint32_t compared = 0;

    raise_stage(&s, (uint64_t)_i, (uint32_t)_i % (LIMITS + 1));
    ck_assert_int_eq(road_query_init(&q, &s.road, &f), OK);
    road_query_use(&q, &s.weights);
    for (uint32_t k = 0; k < PAIRS; k++) {
        struct point from = anywhere(&s);
        struct point to = anywhere(&s);
        uint32_t truth = road_travel_ms(&q, from, to);
        uint32_t ms = reckon(&s.coverage, &s.ground, from, to);

        /* Through what is closed nobody covers: the engine's walk is no cover. */
        if (truth <= rings[COVERAGE_RINGS - 1] && ms < ETA_INF_MS) {
            ck_assert_uint_eq(ms, truth);
            compared++;
        }
        ck_assert_uint_ge(ms, truth);
    }
    ck_assert_uint_gt(compared, 0);
    road_query_fini(&q);
    strike_stage(&s);
}
END_TEST

START_TEST(other_times_are_taken_over_whole)
{
    struct stage s;
    struct stage fresh;
    struct fault f;

    raise_stage(&s, (uint64_t)_i, 0);
    raise_stage(&fresh, (uint64_t)_i, LIMITS);
    ck_assert_int_eq(ground_times(&s.ground, &fresh.weights, &f), OK);
    for (uint32_t v = 0; v < s.ground.node_count; v++) {
        ck_assert_uint_eq(s.ground.out.first[v + 1], fresh.ground.out.first[v + 1]);
    }
    for (uint32_t a = 0; a < s.ground.out.first[s.ground.node_count]; a++) {
        ck_assert_uint_eq(s.ground.out.way[a].ms, fresh.ground.out.way[a].ms);
    }
    strike_stage(&s);
    strike_stage(&fresh);
}
END_TEST

START_TEST(a_place_that_is_none_on_earth_has_no_beginning)
{
    struct stage s;
    struct ground_place p;
    uint32_t nodes[2];
    struct point none = { 1900000000, 0 };

    raise_stage(&s, 1, 0);
    ck_assert(!ground_find(&s.ground, none, &p));
    ck_assert_uint_eq(ground_counts_at(&s.ground, none, nodes), 0);
    strike_stage(&s);
}
END_TEST

START_TEST(what_happens_outside_the_city_does_not_count_in_it)
{
    struct stage s;
    struct fault f;
    struct ground half;
    uint32_t nodes[2];
    uint32_t in = 0;
    uint32_t out = 0;

    raise_stage(&s, (uint64_t)_i, 0);
    const struct point *at = s.road.network.graph.at;
    struct point low = at[0];
    struct point high = at[0];

    for (uint32_t v = 0; v < s.ground.node_count; v++) {
        low.lon_e7 = at[v].lon_e7 < low.lon_e7 ? at[v].lon_e7 : low.lon_e7;
        low.lat_e7 = at[v].lat_e7 < low.lat_e7 ? at[v].lat_e7 : low.lat_e7;
        high.lon_e7 = at[v].lon_e7 > high.lon_e7 ? at[v].lon_e7 : high.lon_e7;
        high.lat_e7 = at[v].lat_e7 > high.lat_e7 ? at[v].lat_e7 : high.lat_e7;
    }
    int32_t middle = low.lon_e7 + (high.lon_e7 - low.lon_e7) / 2;
    const struct point west[] = { { low.lon_e7 - 90000, low.lat_e7 - 90000 },
                                  { middle, low.lat_e7 - 90000 },
                                  { middle, high.lat_e7 + 90000 },
                                  { low.lon_e7 - 90000, high.lat_e7 + 90000 } };
    const struct ground_ring ring = { west, 4 };

    ck_assert_int_eq(ground_init(&half, &s.road, &s.weights, &ring, 1, NULL, 0, &f), OK);
    for (uint32_t v = 0; v < half.node_count; v++) {
        if (half.cell[v] != GROUND_NO_CELL) {
            /* a cell is 200 m; its middle decides */
            ck_assert_int_le(at[v].lon_e7, middle + (int32_t)half.cells.lon_e7);
            in++;
        } else {
            out++;
        }
    }
    ck_assert_uint_gt(in, 0);
    if (high.lon_e7 - low.lon_e7 > 4 * (int32_t)half.cells.lon_e7) {
        ck_assert_uint_gt(out, 0); /* not all of these maps are that wide */
    }
    ck_assert_uint_eq(
        ground_counts_at(&half, (struct point){ high.lon_e7 + 80000, high.lat_e7 }, nodes), 0);
    ground_fini(&half);
    strike_stage(&s);
}
END_TEST

/* ---- without a network ---- */

#define HOMES 5

static void lay_grid(struct ground *g, struct coverage *c)
{
    static const struct point homes[HOMES] = { { 1212300000, 312000000 },
                                               { 1212700000, 312500000 },
                                               { 1213000000, 312100000 },
                                               { 1212500000, 312300000 },
                                               { 1212900000, 312400000 } };
    struct fault f;

    ck_assert_int_eq(ground_init(g, NULL, NULL, NULL, 0, homes, HOMES, &f), OK);
    ck_assert_uint_le(g->cells.width * g->cells.height, GROUND_CELLS_MAX);
    const struct coverage_roads roads = { &g->out, &g->in };

    ck_assert_int_eq(coverage_init(c, roads, 1, rings, NULL, &f), OK);
}

START_TEST(a_grid_reaches_what_a_straight_line_reaches_and_five_in_a_hundred_less)
{
    struct ground g;
    struct coverage c;
    struct prng random;
    struct fault f;

    lay_grid(&g, &c);
    prng_seed(&random, (uint64_t)_i);
    struct point p = { 1212500000 + (int32_t)prng_below(&random, 400000),
                       312100000 + (int32_t)prng_below(&random, 300000) };
    struct ground_place place;
    struct seed seeds[CLIMB_SEEDS_MAX];

    ck_assert(ground_find(&g, p, &place));
    ck_assert_int_eq(coverage_put(&c, 0, seeds, ground_depart(&g, &place, seeds), &f), OK);
    ck_assert_uint_gt(c.row[0].count, 20);
    for (uint32_t v = 0; v < g.node_count; v++) {
        uint32_t line = line_travel_ms(NULL, p, g.at[v]);

        if (c.least_ms[v] < ETA_INF_MS) {
            /* never sooner than straight on, but for a millisecond of rounding a way */
            ck_assert_uint_ge(c.least_ms[v] + 8, line);
            ck_assert_uint_le(c.least_ms[v], line + line * 5 / 100 + 8);
        } else {
            ck_assert_uint_gt(line + line * 5 / 100 + 8, rings[COVERAGE_RINGS - 1]);
        }
    }
    coverage_fini(&c);
    ground_fini(&g);
}
END_TEST

/* Rings whose corners fall on middles of cells, on each other and outside of all. */
START_TEST(what_lies_in_the_city_is_what_lies_in_its_rings)
{
    enum { WIDTH = 13, HEIGHT = 9, RINGS = 3, CORNERS = 12 };
    const struct ground_cells c = {
        .west_e7 = -70, .south_e7 = 90, .lon_e7 = 10, .lat_e7 = 6, .width = WIDTH, .height = HEIGHT
    };
    struct point corners[RINGS][CORNERS];
    struct ground_ring borders[RINGS];
    uint8_t in_city[WIDTH * HEIGHT];
    struct prng random;
    struct fault f;
    bool any;
    bool any_truly = false;

    prng_seed(&random, (uint64_t)_i);
    for (uint32_t r = 0; r < RINGS; r++) {
        borders[r] = (struct ground_ring){ corners[r], 3 + (uint32_t)prng_below(&random, 10) };
        for (uint32_t k = 0; k < borders[r].count; k++) {
            corners[r][k] = (struct point){ -85 + 5 * (int32_t)prng_below(&random, 33),
                                            84 + 3 * (int32_t)prng_below(&random, 23) };
        }
    }
    uint32_t count = (uint32_t)prng_below(&random, RINGS + 1);

    ck_assert_int_eq(ground_mark_city(&c, borders, count, in_city, &any, &f), OK);
    for (uint32_t cell = 0; cell < WIDTH * HEIGHT; cell++) {
        bool in = false;

        for (uint32_t r = 0; r < count; r++) {
            in ^= geo_in_ring(borders[r].points, borders[r].count, ground_cell_middle(&c, cell));
        }
        ck_assert_uint_eq(in_city[cell], in);
        any_truly = any_truly || in;
    }
    ck_assert(any == any_truly);
}
END_TEST

/* Each cell against each corner would take six minutes, for which no closure of a road
 * would be obeyed (server/roads.h). */
START_TEST(a_border_of_millions_of_corners_is_laid_in_a_moment)
{
    enum { RINGS = 40, CORNERS = 100000 };
    const struct point home = { 1212500000, 312500000 };
    struct point *corners = malloc(CORNERS * sizeof(*corners));
    struct ground_ring borders[RINGS];
    struct ground g;
    struct fault f;

    ck_assert_ptr_nonnull(corners);
    for (uint32_t k = 0; k < CORNERS; k++) {
        bool there = k < CORNERS / 2;
        int32_t along = (int32_t)(there ? k : CORNERS - k) * 50;

        corners[k] = (struct point){ 1210000000 + along,
                                     311000000 + (there ? 0 : 3000000) + (k % 2 == 0 ? 40 : 0) };
    }
    for (uint32_t r = 0; r < RINGS; r++) {
        borders[r] = (struct ground_ring){ corners, r + 1 < RINGS ? CORNERS : 3 };
    }
    ck_assert_int_eq(ground_init(&g, NULL, NULL, borders, RINGS, &home, 1, &f), OK);
    ck_assert_uint_gt(g.node_count, 10000);
    ground_fini(&g);
    free(corners);
}
END_TEST

START_TEST(a_city_without_roads_borders_or_units_has_no_ground)
{
    struct ground g;
    struct fault f;

    ck_assert_int_eq(ground_init(&g, NULL, NULL, NULL, 0, NULL, 0, &f), ERR_INVALID);
    ground_fini(&g);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_row_and_the_way_to_a_place_are_what_the_engine_says, 0, TRIALS(CASES) },
        { other_times_are_taken_over_whole, 0, 3 },
        { a_place_that_is_none_on_earth_has_no_beginning, 0, 0 },
        { what_happens_outside_the_city_does_not_count_in_it, 0, 3 },
        { a_grid_reaches_what_a_straight_line_reaches_and_five_in_a_hundred_less, 0, TRIALS(20) },
        { what_lies_in_the_city_is_what_lies_in_its_rings, 0, TRIALS(100) },
        { a_border_of_millions_of_corners_is_laid_in_a_moment, 0, 0 },
        { a_city_without_roads_borders_or_units_has_no_ground, 0, 0 },
    };

    return SUITE_RUN("routing/ground", rows);
}
