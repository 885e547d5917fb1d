/* What a place is: the flags of every premise within whose radius it lies, all of them looked at
 * one by one. */
#include "base/geo.h"
#include "base/prng.h"
#include "dispatch/core/world.h"
#include "tests/suite.h"

#define PREMISES 12
#define PLACES 4000

START_TEST(flags_are_those_of_all_premises_near_enough)
{
    static struct premise premises[PREMISES];
    struct world w = { .premises = premises, .premise_count = PREMISES };
    uint32_t met = 0;
    struct prng random;

    prng_seed(&random, (uint64_t)_i);
    int32_t lat = (int32_t)prng_below(&random, 1200000000) - 600000000;

    for (uint32_t k = 0; k < PREMISES; k++) {
        premises[k] = (struct premise){ .flags = 1U << k,
                                        .lon_e7 = 1200000000 + (int32_t)prng_below(&random, 200000),
                                        .lat_e7 = lat + (int32_t)prng_below(&random, 200000),
                                        .radius_m = (uint32_t)prng_below(&random, 400) };
    }
    for (uint32_t n = 0; n < PLACES; n++) {
        struct point p = { 1200000000 + (int32_t)prng_below(&random, 200000),
                           lat + (int32_t)prng_below(&random, 200000) };
        uint32_t flags = 0;

        for (uint32_t k = 0; k < PREMISES; k++) {
            struct point at = { premises[k].lon_e7, premises[k].lat_e7 };

            flags |= geo_distance_mm(at, p) / 1000 <= premises[k].radius_m ? 1U << k : 0;
        }
        ck_assert_uint_eq(world_flags_at(&w, p), flags);
        met += flags != 0 ? 1 : 0;
    }
    ck_assert_uint_gt(met, 0);
    ck_assert_uint_lt(met, PLACES);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { flags_are_those_of_all_premises_near_enough, 0, TRIALS(20) },
    };

    return SUITE_RUN("dispatch/core/premises", rows);
}
