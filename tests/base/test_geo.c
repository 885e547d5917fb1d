#include "base/geo.h"
#include "base/prng.h"
#include "tests/suite.h"

#include <math.h>
#include <signal.h>

struct distance_row {
    struct point a;
    struct point b;
    uint32_t mm;
};

/* Haversine on the mean Earth radius, reckoned with 50 digits: up to 55 km and 70° of latitude. */
static const struct distance_row distance_rows[] = {
    { { 1164074000, 399042000 }, { 1164074000, 399042000 }, 0 },
    { { 1164074000, 399042000 }, { 1164074001, 399042000 }, 9 },
    { { 1164074000, 399042000 }, { 1164074000, 399042001 }, 11 },
    { { 1164074000, 399042000 }, { 1164191000, 399042000 }, 998007 },
    { { 1164074000, 399042000 }, { 1164074000, 399132000 }, 1000756 },
    { { 1164074000, 399042000 }, { 1169000000, 399042000 }, 42018609 },
    { { 1164074000, 399042000 }, { 1167500000, 402000000 }, 43956568 },
    { { 1214737000, 312304000 }, { 1210000000, 316000000 }, 60907108 },
    { { -1224194000, 377749000 }, { -1222711000, 378044000 }, 13438165 },
    { { -1224194000, 377749000 }, { -1218863000, 373382000 }, 67574086 },
    { { 0, 0 }, { 4500000, 0 }, 50037786 },
    { { 0, 0 }, { 0, 4500000 }, 50037786 },
    { { 0, 0 }, { 3000000, 3000000 }, 47175969 },
    { { 250000000, 700000000 }, { 263000000, 700000000 }, 49439308 },
    { { 250000000, 700000000 }, { 258000000, 703500000 }, 49241632 },
    { { 250000000, -700000000 }, { 258000000, -703500000 }, 49241632 },
    { { 1799000000, -180000000 }, { -1799000000, -180000000 }, 21150560 },
    { { 1798000000, 660000000 }, { -1799000000, 660500000 }, 14650730 },
    { { -737000000, 407000000 }, { -740060000, 407128000 }, 25832795 },
};

START_TEST(distances_are_right_to_a_thousandth)
{
    const struct distance_row *row = &distance_rows[_i];
    uint32_t got = geo_distance_mm(row->a, row->b);
    int64_t error = (int64_t)got - row->mm;
    int64_t allowed = row->mm / 1000 + 2;

    ck_assert_msg(error <= allowed && error >= -allowed, "row %d: got %u, expected %u", _i, got,
                  row->mm);
    ck_assert_uint_eq(geo_distance_mm(row->b, row->a), got);
}
END_TEST

/* Uniform between -most and most. */
static int32_t within(struct prng *p, int32_t most)
{
    return (int32_t)((int64_t)prng_below(p, 2 * (uint64_t)most + 1) - most);
}

static double haversine_mm(struct point a, struct point b)
{
    const double rad = 3.14159265358979323846 / 1.8e9;
    double dlat = sin((b.lat_e7 - (double)a.lat_e7) * rad / 2);
    double dlon = sin((b.lon_e7 - (double)a.lon_e7) * rad / 2);
    double h = dlat * dlat + cos(a.lat_e7 * rad) * cos(b.lat_e7 * rad) * dlon * dlon;

    return 2 * 6371008800.0 * asin(sqrt(h));
}

START_TEST(random_city_distances_are_right_to_a_thousandth)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i);
    for (int i = 0; i < 20000; i++) {
        struct point a = { within(&p, 1750000000), within(&p, 695000000) };
        struct point b = { a.lon_e7 + within(&p, 4000000), a.lat_e7 + within(&p, 4000000) };
        double expected = haversine_mm(a, b);
        double error = fabs(geo_distance_mm(a, b) - expected);

        ck_assert_msg(error <= expected / 1000 + 2, "(%d, %d) (%d, %d)", a.lon_e7, a.lat_e7,
                      b.lon_e7, b.lat_e7);
    }
}
END_TEST

START_TEST(the_far_side_of_the_earth_saturates)
{
    struct point a = { 0, 0 };
    struct point b = { 1800000000, 0 };
    struct point south = { 0, -900000000 };
    struct point north = { 0, 900000000 };

    ck_assert_uint_eq(geo_distance_mm(a, b), UINT32_MAX);
    ck_assert_uint_eq(geo_distance_mm(south, north), UINT32_MAX);
    ck_assert_uint_eq(geo_distance_mm((struct point){ INT32_MIN, INT32_MIN },
                                      (struct point){ INT32_MAX, INT32_MAX }),
                      UINT32_MAX);
}
END_TEST

/* A U, open to the north. */
static const struct point ring[] = {
    { 0, 0 }, { 90, 0 }, { 90, 90 }, { 60, 90 }, { 60, 30 }, { 30, 30 }, { 30, 90 }, { 0, 90 },
};

struct inside_row {
    struct point p;
    bool inside;
};

static const struct inside_row inside_rows[] = {
    { { 45, 15 }, true },  { { 15, 60 }, true },  { { 75, 60 }, true },  { { 45, 60 }, false },
    { { 45, 31 }, false }, { { 45, 30 }, true },                        /* on the inner edge */
    { { 0, 0 }, true },    { { 90, 90 }, true },  { { 60, 90 }, true }, /* corners */
    { { 60, 30 }, true },  { { 75, 90 }, true },  { { 45, 0 }, true },   { { 90, 45 }, true },
    { { 91, 45 }, false }, { { -1, 0 }, false },  { { -1, 30 }, false }, /* level with an inner
                                                                            corner */
    { { -1, 90 }, false }, { { 100, 0 }, false }, { { 45, 90 }, false }, /* between the arms */
};

START_TEST(a_border_counts_as_inside)
{
    const struct inside_row *row = &inside_rows[_i];
    struct point closed[9];
    struct point turned[8];

    for (size_t i = 0; i < 8; i++) {
        closed[i] = ring[i];
        turned[i] = ring[7 - i];
    }
    closed[8] = ring[0];
    ck_assert_int_eq(geo_in_ring(ring, 8, row->p), row->inside);
    ck_assert_int_eq(geo_in_ring(closed, 9, row->p), row->inside);
    ck_assert_int_eq(geo_in_ring(turned, 8, row->p), row->inside);
}
END_TEST

struct meet_row {
    struct point a, b, c, d;
    bool meet;
};

#define FAR 1800000000

static const struct meet_row meet_rows[] = {
    { { 0, 0 }, { 10, 10 }, { 0, 10 }, { 10, 0 }, true }, /* crossing */
    { { 0, 0 }, { 10, 10 }, { 5, 5 }, { 20, 0 }, true },  /* one begins on the other */
    { { 0, 0 }, { 10, 10 }, { 5, 6 }, { 0, 20 }, false },
    { { 0, 0 }, { 10, 0 }, { 10, 0 }, { 20, 0 }, true }, /* on one line: touching, beside, over */
    { { 0, 0 }, { 10, 0 }, { 11, 0 }, { 20, 0 }, false },
    { { 0, 0 }, { 10, 0 }, { 3, 0 }, { 6, 0 }, true },
    { { 0, 0 }, { 10, 0 }, { 0, 1 }, { 10, 1 }, false }, /* side by side */
    { { 0, 0 }, { 10, 0 }, { 4, 1 }, { 4, 9 }, false },  /* would cross if it were longer */
    { { 5, 5 }, { 5, 5 }, { 0, 0 }, { 10, 10 }, true },  /* a point on a line, and beside it */
    { { 5, 6 }, { 5, 6 }, { 0, 0 }, { 10, 10 }, false },
    { { 5, 5 }, { 5, 5 }, { 5, 5 }, { 5, 5 }, true },
    { { 5, 5 }, { 5, 5 }, { 5, 4 }, { 5, 4 }, false },
    { { -FAR, -FAR / 2 }, { FAR, FAR / 2 }, { -FAR, FAR / 2 }, { FAR, -FAR / 2 }, true },
    { { -FAR, -FAR / 2 }, { FAR, FAR / 2 }, { -1, 0 }, { -FAR, FAR / 2 }, false },
};

START_TEST(lines_meet_where_they_have_a_point_in_common)
{
    const struct meet_row *r = &meet_rows[_i];

    ck_assert_int_eq(geo_lines_meet(r->a, r->b, r->c, r->d), r->meet);
    ck_assert_int_eq(geo_lines_meet(r->b, r->a, r->c, r->d), r->meet);
    ck_assert_int_eq(geo_lines_meet(r->a, r->b, r->d, r->c), r->meet);
    ck_assert_int_eq(geo_lines_meet(r->d, r->c, r->a, r->b), r->meet);
}
END_TEST

START_TEST(rings_of_any_size_are_safe)
{
    const struct point world[] = {
        { -1800000000, -900000000 },
        { 1800000000, -900000000 },
        { 1800000000, 900000000 },
        { -1800000000, 900000000 },
    };
    struct point p = { 1164074000, 399042000 };

    ck_assert(geo_in_ring(world, 4, p));
    ck_assert(!geo_in_ring(world, 0, p));
    ck_assert(!geo_in_ring(world, 1, p));
    ck_assert(geo_in_ring(world, 1, world[0]));
    ck_assert(!geo_in_ring(world, 2, p));
}
END_TEST

START_TEST(a_cell_centre_is_near_and_its_own)
{
    struct prng p;

    prng_seed(&p, 7);
    for (int i = 0; i < 20000; i++) {
        struct point a = { within(&p, 1800000000), within(&p, 800000000) };
        struct point c = geo_cell_centre(a, 500);
        struct point again = geo_cell_centre(c, 500);

        ck_assert(geo_valid(c));
        ck_assert_uint_le(geo_distance_mm(a, c), 354500); /* half the diagonal of 500 m */
        ck_assert_int_eq(again.lon_e7, c.lon_e7);
        ck_assert_int_eq(again.lat_e7, c.lat_e7);
    }
}
END_TEST

START_TEST(cells_reach_the_edges_of_the_earth)
{
    const int32_t lons[] = { -1800000000, 0, 1800000000 };
    const int32_t lats[] = { -900000000, -899999999, 0, 899999999, 900000000 };
    const uint32_t cells[] = { 1, 500, 1000000, UINT32_MAX };

    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 5; k++) {
            for (int m = 0; m < 4; m++) {
                struct point c = geo_cell_centre((struct point){ lons[i], lats[k] }, cells[m]);

                ck_assert(geo_valid(c));
            }
        }
    }
}
END_TEST

START_TEST(many_points_share_a_cell)
{
    struct point a = { 1164074000, 399042000 };
    struct point c = geo_cell_centre(a, 500);
    struct point near = { c.lon_e7 + 20000, c.lat_e7 - 20000 };
    struct point far = { c.lon_e7, c.lat_e7 + 60000 };

    ck_assert_int_eq(geo_cell_centre(near, 500).lon_e7, c.lon_e7);
    ck_assert_int_eq(geo_cell_centre(near, 500).lat_e7, c.lat_e7);
    ck_assert_int_ne(geo_cell_centre(far, 500).lat_e7, c.lat_e7);
}
END_TEST

START_TEST(a_cell_of_no_size_is_a_bug)
{
    geo_cell_centre((struct point){ 0, 0 }, 0);
}
END_TEST

START_TEST(points_off_the_earth_are_not_valid)
{
    ck_assert(geo_valid((struct point){ 1800000000, -900000000 }));
    ck_assert(!geo_valid((struct point){ 1800000001, 0 }));
    ck_assert(!geo_valid((struct point){ 0, 900000001 }));
    ck_assert(!geo_valid((struct point){ INT32_MIN, 0 }));
}
END_TEST

START_TEST(the_nearest_of_a_line_lies_at_right_angles_or_at_an_end)
{
    struct point a = { 1200000000, 300000000 };
    struct point b = { 1200100000, 300000000 };
    uint32_t along;
    struct point at = geo_nearest_on_line(a, b, (struct point){ 1200025000, 300040000 }, &along);

    ck_assert_uint_eq(along, 16384);
    ck_assert_int_eq(at.lon_e7, 1200025000);
    ck_assert_int_eq(at.lat_e7, 300000000);
    at = geo_nearest_on_line(a, b, (struct point){ 1199990000, 300000000 }, &along);
    ck_assert_uint_eq(along, 0);
    ck_assert_int_eq(at.lon_e7, a.lon_e7);
    at = geo_nearest_on_line(a, b, (struct point){ 1200900000, 300000001 }, &along);
    ck_assert_uint_eq(along, 65536);
    ck_assert_int_eq(at.lon_e7, b.lon_e7);
    (void)geo_nearest_on_line(a, a, b, &along); /* a line of no length */
    ck_assert_uint_eq(along, 0);
    a = (struct point){ -1800000000, -900000000 };
    b = (struct point){ 1800000000, 900000000 };
    (void)geo_nearest_on_line(a, b, (struct point){ 0, 0 }, &along); /* as long as can be */
    ck_assert_uint_ge(along, 32767);
    ck_assert_uint_le(along, 32768);
}
END_TEST

/* No other point of a fine division of the line is nearer. */
START_TEST(no_point_of_a_line_is_nearer_than_the_nearest)
{
    struct prng r;

    prng_seed(&r, (uint64_t)_i);
    struct point a = { 1200000000 + (int32_t)prng_below(&r, 100000),
                       300000000 + (int32_t)prng_below(&r, 100000) };
    struct point b = { 1200000000 + (int32_t)prng_below(&r, 100000),
                       300000000 + (int32_t)prng_below(&r, 100000) };
    struct point p = { 1200000000 + (int32_t)prng_below(&r, 100000),
                       300000000 + (int32_t)prng_below(&r, 100000) };
    uint32_t along;
    uint32_t best = geo_distance_mm(p, geo_nearest_on_line(a, b, p, &along));

    for (int64_t k = 0; k <= 1000; k++) {
        struct point at = { (int32_t)(a.lon_e7 + (b.lon_e7 - a.lon_e7) * k / 1000),
                            (int32_t)(a.lat_e7 + (b.lat_e7 - a.lat_e7) * k / 1000) };

        ck_assert_uint_le(best, geo_distance_mm(p, at) + 40); /* the scale of longitude differs */
    }
}
END_TEST

START_TEST(spans_grow_towards_the_poles_and_are_at_least_one)
{
    ck_assert_uint_ge(geo_span_lat_e7(1000000), 89900); /* a kilometre is 0.00899 degree */
    ck_assert_uint_le(geo_span_lat_e7(1000000), 90000);
    ck_assert_uint_eq(geo_span_lat_e7(1), 1);
    ck_assert_uint_ge(geo_span_lon_e7(1000000, 600000000), 179800);
    ck_assert_uint_le(geo_span_lon_e7(1000000, 600000000), 180000);
    ck_assert_uint_gt(geo_span_lon_e7(1000000, 900000000), geo_span_lat_e7(1000000));
}
END_TEST

int main(void)
{
    static const int distances = sizeof distance_rows / sizeof distance_rows[0];
    static const int insides = sizeof inside_rows / sizeof inside_rows[0];
    const struct suite_row rows[] = {
        { .test = distances_are_right_to_a_thousandth, .loops = distances },
        { .test = random_city_distances_are_right_to_a_thousandth, .loops = 3 },
        { .test = the_far_side_of_the_earth_saturates },
        { .test = a_border_counts_as_inside, .loops = insides },
        { lines_meet_where_they_have_a_point_in_common, 0,
          sizeof(meet_rows) / sizeof(meet_rows[0]) },
        { .test = rings_of_any_size_are_safe },
        { .test = a_cell_centre_is_near_and_its_own },
        { .test = cells_reach_the_edges_of_the_earth },
        { .test = many_points_share_a_cell },
        { .test = a_cell_of_no_size_is_a_bug, .signal = SIGABRT },
        { .test = points_off_the_earth_are_not_valid },
        { the_nearest_of_a_line_lies_at_right_angles_or_at_an_end, 0, 0 },
        { no_point_of_a_line_is_nearer_than_the_nearest, 0, 100 },
        { spans_grow_towards_the_poles_and_are_at_least_one, 0, 0 },
    };

    return SUITE_RUN("base/geo", rows);
}
