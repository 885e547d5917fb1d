#include "tools/sim/traffic.h"

#include "base/geo.h"
#include "base/prng.h"
#include "routing/network.h"
#include "routing/speeds.h"

#define LAST_MAIN ROAD_TERTIARY
#define DRIFT_US (60 * US_PER_S)
#define DRIFT_MM 5000 /* at most, in each direction */
#define NOISE_MM 3000 /* the same, fix by fix */
#define JUMP_ONE_IN 1000
#define JUMP_MM 120000

/* Main roads: 24 hours of Monday to Friday, 24 of the weekend. */
static const uint8_t main_percent[SPEEDS_HOURS] = {
    100, 100, 100, 100, 100, 100, 90,  60,  50,  70,  85,  85,  85,  85,  85,  85,
    75,  55,  50,  70,  85,  95,  100, 100, 100, 100, 100, 100, 100, 100, 100, 100,
    100, 95,  85,  85,  80,  80,  80,  80,  80,  80,  85,  90,  95,  100, 100, 100
};

uint32_t traffic_percent(uint8_t road_class, int64_t local_us)
{
    uint32_t percent = main_percent[speeds_hour(local_us)];

    return road_class <= LAST_MAIN ? percent : 100 - (100 - percent) / 2;
}

uint32_t traffic_percent_lights(uint8_t road_class, int64_t local_us)
{
    uint32_t percent = traffic_percent(road_class, local_us);

    return percent + (100 - percent) / 3;
}

static struct prng dice(uint64_t seed, uint32_t unit, uint64_t number)
{
    struct prng p;

    prng_seed(&p, seed ^ ((uint64_t)unit << 40) ^ number * UINT64_C(0x9e3779b97f4a7c15));
    return p;
}

uint32_t traffic_driver_permille(uint64_t seed, uint32_t unit, uint64_t trip)
{
    struct prng who = dice(seed, unit, 0);
    struct prng day = dice(seed, unit, trip + 1);

    return (uint32_t)(940 + prng_below(&who, 121) + prng_below(&day, 61) - 30);
}

/* A vector of up to `most_mm` in each direction. */
struct off {
    int64_t east_mm, north_mm;
};

static struct off throw_off(struct prng *p, int64_t most_mm)
{
    struct off o;

    /* two dice: small errors are more frequent than great ones */
    o.east_mm =
        (int64_t)(prng_below(p, (uint64_t)most_mm) + prng_below(p, (uint64_t)most_mm)) - most_mm;
    o.north_mm =
        (int64_t)(prng_below(p, (uint64_t)most_mm) + prng_below(p, (uint64_t)most_mm)) - most_mm;
    return o;
}

struct point traffic_seen(uint64_t seed, uint32_t unit, int64_t at_us, struct point p)
{
    uint64_t minute = (uint64_t)(at_us / DRIFT_US);
    int64_t into = at_us % DRIFT_US;
    struct prng before = dice(seed, unit, minute << 1 | 1);
    struct prng after = dice(seed, unit, (minute + 1) << 1 | 1);
    struct prng now = dice(seed, unit, (uint64_t)at_us << 1);
    struct off a = throw_off(&before, DRIFT_MM);
    struct off b = throw_off(&after, DRIFT_MM);
    bool jumps = prng_below(&now, JUMP_ONE_IN) == 0;
    struct off c = throw_off(&now, jumps ? JUMP_MM : NOISE_MM);
    int64_t east = a.east_mm + (b.east_mm - a.east_mm) * into / DRIFT_US + c.east_mm;
    int64_t north = a.north_mm + (b.north_mm - a.north_mm) * into / DRIFT_US + c.north_mm;

    p.lon_e7 += (int32_t)(east * geo_span_lon_e7(1000000, p.lat_e7) / 1000000);
    p.lat_e7 += (int32_t)(north * geo_span_lat_e7(1000000) / 1000000);
    return p;
}
