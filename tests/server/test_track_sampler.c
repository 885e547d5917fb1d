/* Laws of sampling: at most one position in 50 m or 10 s of a unit, one a minute while it stands.
 */
#include "server/track_sampler.h"

#include "base/geo.h"
#include "base/prng.h"
#include "tests/suite.h"

#define NOW (INT64_C(1795521600) * US_PER_S)
#define UNITS 4

static struct track_sampler *s;

static struct door_fix fix(uint32_t unit, int64_t at, int32_t lat_e7)
{
    return (struct door_fix){ .unit = unit, .lon_e7 = 1200000000, .lat_e7 = lat_e7, .fix_at = at };
}

/* 90 e-7 degrees of latitude are a metre. */
static bool keeps(uint32_t unit, int64_t at, int32_t metres)
{
    const struct door_fix x = fix(unit, at, 300000000 + metres * 90);
    return track_sampler_keeps(s, &x, at);
}

START_TEST(a_standing_unit_is_kept_once_a_minute)
{
    s = track_sampler_new(UNITS);
    ck_assert(keeps(1, NOW, 0));
    for (int k = 1; k < 60; k++) {
        ck_assert(!keeps(1, NOW + k * US_PER_S, k % 9));
    }
    ck_assert(keeps(1, NOW + 60 * US_PER_S, 0));
    track_sampler_free(s);
}
END_TEST

START_TEST(a_moving_one_each_50_m_or_10_s)
{
    s = track_sampler_new(UNITS);
    ck_assert(keeps(2, NOW, 0));
    ck_assert(!keeps(2, NOW + US_PER_S, 45));
    ck_assert(keeps(2, NOW + 2 * US_PER_S, 55));
    ck_assert(!keeps(2, NOW + 11 * US_PER_S, 75));
    ck_assert(keeps(2, NOW + 12 * US_PER_S, 75));
    ck_assert(!keeps(2, NOW + 12 * US_PER_S, 9000)); /* the same instant */
    ck_assert(!keeps(2, NOW + 3 * US_PER_S, 9000));  /* an older one */
    ck_assert(keeps(3, NOW, 0));                     /* each unit by itself */
    track_sampler_free(s);
}
END_TEST

START_TEST(what_is_no_fix_of_this_moment_is_no_sample)
{
    s = track_sampler_new(UNITS);
    const struct door_fix wrong[] = { fix(0, NOW, 0),
                                      fix(UNITS + 1, NOW, 0),
                                      fix(UINT32_MAX, NOW, 0),
                                      fix(1, NOW + 6 * US_PER_S, 0),
                                      fix(1, NOW - US_PER_DAY - 1, 0),
                                      fix(1, 0, 0),
                                      fix(1, INT64_MIN / 2, 0),
                                      fix(1, INT64_MAX, 0) };
    for (size_t k = 0; k < sizeof(wrong) / sizeof(wrong[0]); k++) {
        ck_assert_msg(!track_sampler_keeps(s, &wrong[k], NOW), "row %zu", k);
    }
    const struct door_fix late = fix(1, NOW - US_PER_DAY, 0);
    ck_assert(track_sampler_keeps(s, &late, NOW));
    track_sampler_free(s);
}
END_TEST

/* Whatever a unit does: between two kept ones lie 50 m, or 10 s and 10 m, or a minute; and nothing
 * of that is left out. */
START_TEST(no_way_is_kept_more_often_nor_less)
{
    struct prng p;
    struct door_fix last = fix(1, NOW, 300000000);
    int64_t at = NOW;
    int32_t lat = 300000000;
    prng_seed(&p, (uint64_t)_i + 1);
    s = track_sampler_new(UNITS);
    ck_assert(track_sampler_keeps(s, &last, NOW));
    for (int k = 0; k < 2000; k++) {
        at += (int64_t)prng_below(&p, 15) * US_PER_S + 1;
        lat += (int32_t)prng_below(&p, 4000) - 1500;
        const struct door_fix x = fix(1, at, lat);
        uint32_t mm = geo_distance_mm((struct point){ x.lon_e7, x.lat_e7 },
                                      (struct point){ last.lon_e7, last.lat_e7 });
        int64_t passed = at - last.fix_at;
        bool want =
            mm >= 50000 || (mm >= 10000 && passed >= 10 * US_PER_S) || passed >= 60 * US_PER_S;
        ck_assert(track_sampler_keeps(s, &x, at) == want);
        last = want ? x : last;
    }
    track_sampler_free(s);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = a_standing_unit_is_kept_once_a_minute },
        { .test = a_moving_one_each_50_m_or_10_s },
        { .test = what_is_no_fix_of_this_moment_is_no_sample },
        { .test = no_way_is_kept_more_often_nor_less, .loops = 8 },
    };
    return SUITE_RUN("server/track_sampler", rows);
}
