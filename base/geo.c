#include "base/geo.h"

#include "base/must.h"

#define LAT_MOST_E7 (90 * (int64_t)DEG_E7)
#define LON_MOST_E7 (180 * (int64_t)DEG_E7)
#define TURN_E7 (360 * (int64_t)DEG_E7)

/* mm of one 1e-7 degree of a great circle (6,371,008.8 m × π / 180 / 1e7 = 11.119508023 mm) with 24
 * fractional bits. */
#define MM_PER_E7_Q24 INT64_C(186554388)

/* Radians of one 1e-7 degree (π / 1.8e9), with 60 fractional bits. */
#define RAD_PER_E7_Q60 INT64_C(2012227627)

#define ONE_Q30 (INT64_C(1) << 30)

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -x : x;
}

/* One step of the series; the divisor is a constant where it is called, so that no division is
 * left. */
#define COS_STEP(sum, divisor) (ONE_Q30 - (xx_q30 * (sum) >> 30) / (divisor))

/* Cosine of a latitude with 30 fractional bits: the Taylor series to the 12th power, whose error
 * within ±90° is under 1e-8. */
static int64_t cos_q30(int64_t lat_e7)
{
    int64_t x_q30 = magnitude(lat_e7) * RAD_PER_E7_Q60 >> 30;
    int64_t xx_q30 = x_q30 * x_q30 >> 30;
    int64_t sum = COS_STEP(ONE_Q30, 132);

    sum = COS_STEP(sum, 90);
    sum = COS_STEP(sum, 56);
    sum = COS_STEP(sum, 30);
    sum = COS_STEP(sum, 12);
    sum = COS_STEP(sum, 2);
    return sum > 0 ? sum : 0;
}

/* The whole root. The secant of the root between the powers of four around `square` is at most 6 %
 * too low; each of Newton's steps squares that, and from the first on they are never below the
 * root: after three they are less than one above it. */
static uint64_t root(uint64_t square)
{
    if (square < 4) {
        return square > 0;
    }
    unsigned half = (65 - (unsigned)__builtin_clzll(square)) / 2;
    uint64_t x = ((UINT64_C(1) << half) + (square >> half) * 2) / 3;

    x = (x + square / x) / 2;
    x = (x + square / x) / 2;
    x = (x + square / x) / 2;
    return x > UINT32_MAX || x * x > square ? x - 1 : x;
}

uint32_t geo_distance_mm(struct point a, struct point b)
{
    int64_t dlat_e7 = (int64_t)a.lat_e7 - b.lat_e7;
    int64_t dlon_e7 = magnitude((int64_t)a.lon_e7 - b.lon_e7);
    int64_t lat_e7 = ((int64_t)a.lat_e7 + b.lat_e7) / 2;

    if (dlon_e7 > LON_MOST_E7) {
        dlon_e7 = magnitude(TURN_E7 - dlon_e7); /* the short way round */
    }
    int64_t dy_mm = magnitude(dlat_e7) * MM_PER_E7_Q24 >> 24;
    int64_t along_mm = dlon_e7 * MM_PER_E7_Q24 >> 24;
    int64_t dx_mm = along_mm * (cos_q30(lat_e7) >> 6) >> 24;

    if (dx_mm > UINT32_MAX || dy_mm > UINT32_MAX) {
        return UINT32_MAX;
    }
    uint64_t xx = (uint64_t)dx_mm * (uint64_t)dx_mm;
    uint64_t yy = (uint64_t)dy_mm * (uint64_t)dy_mm;

    if (xx > UINT64_MAX - yy) {
        return UINT32_MAX;
    }
    return (uint32_t)root(xx + yy);
}

static int64_t lower(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t higher(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Which side of the line from `a` to `b` the point is on: -1, 0 (on it), 1. The products need more
 * than 64 bits. */
static int side_of(struct point a, struct point b, struct point p)
{
    __int128 left = (__int128)((int64_t)b.lon_e7 - a.lon_e7) * ((int64_t)p.lat_e7 - a.lat_e7);
    __int128 right = (__int128)((int64_t)b.lat_e7 - a.lat_e7) * ((int64_t)p.lon_e7 - a.lon_e7);

    return (left > right) - (left < right);
}

static bool in_box(struct point a, struct point b, struct point p)
{
    return p.lon_e7 >= lower(a.lon_e7, b.lon_e7) && p.lon_e7 <= higher(a.lon_e7, b.lon_e7) &&
           p.lat_e7 >= lower(a.lat_e7, b.lat_e7) && p.lat_e7 <= higher(a.lat_e7, b.lat_e7);
}

bool geo_edge_passed(struct point a, struct point b, struct point p, bool *inside)
{
    int side = side_of(a, b, p);

    if (side == 0 && in_box(a, b, p)) {
        return true;
    }
    /* The ray crosses an edge that goes up with the point on its left, or down with it on its
     * right; half-open in latitude, so that a corner counts once. */
    if ((a.lat_e7 <= p.lat_e7) != (b.lat_e7 <= p.lat_e7)) {
        *inside ^= (b.lat_e7 > a.lat_e7) == (side > 0);
    }
    return false;
}

bool geo_in_ring(const struct point *ring, size_t count, struct point p)
{
    bool inside = false;

    for (size_t i = 0; i < count; i++) {
        if (geo_edge_passed(ring[i], ring[i + 1 < count ? i + 1 : 0], p, &inside)) {
            return true;
        }
    }
    return inside;
}

bool geo_lines_meet(struct point a, struct point b, struct point c, struct point d)
{
    int c_side = side_of(a, b, c);
    int d_side = side_of(a, b, d);
    int a_side = side_of(c, d, a);
    int b_side = side_of(c, d, b);

    if (c_side * d_side < 0 && a_side * b_side < 0) {
        return true;
    }
    return (c_side == 0 && in_box(a, b, c)) || (d_side == 0 && in_box(a, b, d)) ||
           (a_side == 0 && in_box(c, d, a)) || (b_side == 0 && in_box(c, d, b));
}

/* Centre of the step of `step` that holds `value`, counted from `least`, kept below `most`. */
static int32_t step_centre(int64_t value, int64_t least, int64_t most, int64_t step)
{
    int64_t from = least + (value - least) / step * step;

    return (int32_t)((from + lower(from + step, most)) / 2);
}

struct point geo_cell_centre(struct point p, uint32_t cell_m)
{
    must(cell_m > 0);
    must(geo_valid(p));

    /* The widest cell is the whole earth: it keeps the shift below from overflowing. */
    int64_t cell_mm = lower((int64_t)cell_m * 1000, INT64_C(50000000000));
    int64_t height_e7 = higher((cell_mm << 24) / MM_PER_E7_Q24, 1);
    int32_t lat_e7 = step_centre(p.lat_e7, -LAT_MOST_E7, LAT_MOST_E7, height_e7);
    /* The row's own cosine, so that all points of a cell agree on its width. */
    int64_t cosine = higher(cos_q30(lat_e7), 1);
    int64_t width_e7 = TURN_E7;

    if (height_e7 < TURN_E7 * cosine >> 30) {
        width_e7 = (height_e7 << 30) / cosine;
    }
    int32_t lon_e7 = step_centre(p.lon_e7, -LON_MOST_E7, LON_MOST_E7, width_e7);

    return (struct point){ .lon_e7 = lon_e7, .lat_e7 = lat_e7 };
}

struct point geo_nearest_on_line(struct point a, struct point b, struct point p,
                                 uint32_t *along_q16)
{
    int64_t cosine = cos_q30(p.lat_e7);
    int64_t ax = ((int64_t)a.lon_e7 - p.lon_e7) * cosine >> 30;
    int64_t ay = (int64_t)a.lat_e7 - p.lat_e7;
    int64_t dx = ((int64_t)b.lon_e7 - a.lon_e7) * cosine >> 30;
    int64_t dy = (int64_t)b.lat_e7 - a.lat_e7;
    __int128 square = (__int128)dx * dx + (__int128)dy * dy;
    __int128 along = -((__int128)ax * dx + (__int128)ay * dy);
    int64_t q16 = 0;

    if (square > 0 && along > 0) {
        while (square >> 46 > 0) { /* what is cut off is far below a millimetre */
            square >>= 1;
            along >>= 1;
        }
        q16 = along >= square ? 65536 : ((int64_t)along << 16) / (int64_t)square;
    }
    *along_q16 = (uint32_t)q16;
    return (struct point){ .lon_e7 =
                               (int32_t)(a.lon_e7 + (((int64_t)b.lon_e7 - a.lon_e7) * q16 >> 16)),
                           .lat_e7 =
                               (int32_t)(a.lat_e7 + (((int64_t)b.lat_e7 - a.lat_e7) * q16 >> 16)) };
}

uint32_t geo_span_lat_e7(uint32_t mm)
{
    return (uint32_t)higher(((int64_t)mm << 24) / MM_PER_E7_Q24, 1);
}

uint32_t geo_span_lon_e7(uint32_t mm, int32_t lat_e7)
{
    int64_t cosine =
        higher(cos_q30(lat_e7), ONE_Q30 >> 10); /* near the poles: no wider than this */

    return (uint32_t)lower(((int64_t)geo_span_lat_e7(mm) << 30) / cosine, UINT32_MAX);
}

bool geo_valid(struct point p)
{
    return magnitude(p.lon_e7) <= LON_MOST_E7 && magnitude(p.lat_e7) <= LAT_MOST_E7;
}
