/* Simulated drives: they follow the way that the network has, at the pace of who drives, and obey
 * what holds on roads. */
#include "tools/sim/ways.h"

#include "base/geo.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"
#include "tools/sim/traffic.h"

#include <stdlib.h>
#include <string.h>

#define TOWNS 12
#define TRIPS 30
#define NIGHT_US (3 * US_PER_HOUR) /* a Thursday in 1970 */

struct stage {
    struct road road;
    struct ways *ways;
    struct path_query query;
    struct prng random;
    struct ways_trip trip;
    uint32_t went, round;
};

static void raise_stage(struct stage *s, uint64_t seed)
{
    struct fault f;

    memset(s, 0, sizeof(*s));
    streets_open(&s->road, seed);
    prng_seed(&s->random, seed ^ 0x77);
    ck_assert_int_eq(ways_new(&s->road, &s->ways, &f), OK);
    ck_assert_int_eq(path_query_init(&s->query, &s->road, &f), OK);
}

static void strike_stage(struct stage *s)
{
    free(s->trip.stop);
    path_query_fini(&s->query);
    ways_close(s->ways);
    road_close(&s->road);
}

/* A closure or a slow-down, in force at once. */
static void notice(struct stage *s, uint32_t id)
{
    struct point points[STREETS_CORNERS];
    struct road_limit l = streets_limit(&s->road, &s->random, id, points);
    struct road_notice n = { .id = { id },
                             .percent = l.percent,
                             .area = l.area,
                             .point_count = (uint8_t)l.point_count,
                             .change = id };

    memcpy(n.points, points, l.point_count * sizeof(points[0]));
    ways_noticed(s->ways, &n);
    ck_assert(ways_apply(s->ways, id));
}

static struct ways_drive drive_between(struct stage *s)
{
    return (struct ways_drive){ .from = streets_place(&s->road, &s->random),
                                .to = streets_place(&s->road, &s->random),
                                .depart_us = NIGHT_US,
                                .permille = 1000 };
}

/* The lines of a trip are the legs of the way, one after the other, and take its time. */
static void follows(struct stage *s, const struct ways_drive *d)
{
    struct path path;
    uint32_t leg = 0;

    ck_assert(path_find(&s->query, ways_weights(s->ways), d->from, d->to, &path));
    for (uint32_t k = 1; k < s->trip.count; k++) {
        const struct ways_stop *stop = &s->trip.stop[k];

        ck_assert_int_ge(stop->at_us, stop[-1].at_us);
        if (stop->segment == WAYS_OFF) {
            continue;
        }
        while (leg < path.leg_count && path.leg[leg].segment != stop->segment) {
            leg++;
        }
        ck_assert_uint_lt(leg, path.leg_count);
    }
    int64_t took = ways_arrival(&s->trip) - d->depart_us;

    ck_assert_int_le(llabs(took - (int64_t)path.ms * US_PER_MS), 1000);
}

START_TEST(a_drive_takes_the_way_and_its_time)
{
    static struct stage s;

    raise_stage(&s, (uint64_t)_i + 1);
    for (int k = 0; k < TRIPS; k++) {
        struct ways_drive d = drive_between(&s);

        if (ways_go(s.ways, &d, &s.trip)) {
            follows(&s, &d);
            s.went++;
        }
    }
    ck_assert_uint_gt(s.went, 0); /* some towns lie in parts */
    strike_stage(&s);
}
END_TEST

/* What is closed is driven only at the ends of a way, or where no other is left. */
static void obeys(const struct stage *s)
{
    const uint32_t *ms = ways_weights(s->ways)->segment_ms;

    for (uint32_t k = 0; k < s->trip.count; k++) {
        uint32_t segment = s->trip.stop[k].segment;
        uint32_t piece = segment / 2;

        ck_assert(segment == WAYS_OFF || ms[segment] < ETA_INF_MS || s->trip.through ||
                  piece == s->trip.first_piece || piece == s->trip.last_piece);
    }
}

/* Told of it on the way, one looks for another way from where one is. */
START_TEST(who_is_told_on_the_way_drives_round)
{
    static struct stage s;
    uint32_t changed = 0;

    raise_stage(&s, (uint64_t)_i + 1);
    for (uint32_t k = 1; k <= TRIPS; k++) {
        struct ways_drive d = drive_between(&s);
        struct snap on;

        if (!ways_go(s.ways, &d, &s.trip)) {
            continue;
        }
        obeys(&s);
        int64_t half = (d.depart_us + ways_arrival(&s.trip)) / 2;
        bool known = ways_on(s.ways, &s.trip, half, &on);

        if (known) {
            ck_assert_uint_le(geo_distance_mm(on.at, ways_place(&s.trip, half)), 500);
        }
        notice(&s, k);
        if (known && ways_changed(s.ways, &s.trip, ways_at(&s.trip, half))) {
            struct ways_drive rest = { .from = ways_place(&s.trip, half),
                                       .to = d.to,
                                       .on = &on,
                                       .depart_us = half,
                                       .permille = 1000 };

            ck_assert(ways_go(s.ways, &rest, &s.trip));
            ck_assert_uint_eq(s.trip.first_piece, on.piece);
            obeys(&s);
            changed++;
        }
        if (k % 3 == 0) { /* it does not stand for ever */
            ways_opened(s.ways, k - 1, k + 1000);
        }
    }
    ck_assert_uint_gt(changed, 0);
    strike_stage(&s);
}
END_TEST

START_TEST(what_is_open_again_is_driven_again)
{
    static struct stage s;
    struct ways_drive d;
    int64_t free_us = 0;

    raise_stage(&s, 3);
    do {
        d = drive_between(&s);
        if (ways_go(s.ways, &d, &s.trip)) {
            free_us = ways_arrival(&s.trip);
        }
    } while (free_us == 0 || s.trip.count < 10);
    struct road_notice n = { .id = { 1 }, .change = 1, .point_count = 1 };

    n.points[0] = s.trip.stop[s.trip.count / 2].at;
    ways_noticed(s.ways, &n);
    ck_assert(!ways_changed(s.ways, &s.trip, 0)); /* told, and not in force yet */
    ck_assert(ways_apply(s.ways, 1));
    ck_assert(!ways_apply(s.ways, 1));
    ck_assert(ways_changed(s.ways, &s.trip, 0));
    ck_assert_ptr_nonnull(ways_notice(s.ways, 1));
    ways_opened(s.ways, 1, 2);
    ck_assert_ptr_null(ways_notice(s.ways, 1));
    ck_assert(ways_apply(s.ways, 2));
    ck_assert(ways_go(s.ways, &d, &s.trip));
    ck_assert_int_eq(ways_arrival(&s.trip), free_us);
    strike_stage(&s);
}
END_TEST

START_TEST(rush_hours_are_slow_and_lights_help)
{
    int64_t thursday = 0;

    for (uint8_t c = 0; c < ROAD_CLASS_COUNT; c++) {
        uint32_t rush = traffic_percent(c, thursday + 8 * US_PER_HOUR);
        uint32_t night = traffic_percent(c, thursday + 3 * US_PER_HOUR);
        uint32_t lights = traffic_percent_lights(c, thursday + 8 * US_PER_HOUR);

        ck_assert_uint_eq(night, 100);
        ck_assert_uint_eq(rush, c <= ROAD_TERTIARY ? 50 : 75);
        ck_assert(rush < lights && lights < 100);
    }
    ck_assert_uint_eq(traffic_percent(ROAD_PRIMARY, 2 * 24 * US_PER_HOUR + 8 * US_PER_HOUR), 100);
}
END_TEST

START_TEST(drivers_differ_and_receivers_err)
{
    const struct point p = { 1239000000, 290000000 };
    uint64_t pace = 0;
    uint32_t far = 0;
    uint64_t off = 0;

    for (uint32_t k = 0; k < 10000; k++) {
        uint32_t permille = traffic_driver_permille(5, k % 100 + 1, k);
        struct point q = traffic_seen(5, k % 100 + 1, (int64_t)k * 10 * US_PER_S, p);
        uint32_t mm = geo_distance_mm(p, q);

        ck_assert(permille >= 910 && permille <= 1090);
        pace += permille;
        far += mm > 15000 ? 1 : 0;
        off += mm <= 15000 ? mm : 0;
    }
    ck_assert_uint_ge(pace / 10000, 985);
    ck_assert_uint_le(pace / 10000, 1015);
    ck_assert(far > 0 && far < 30);
    ck_assert(off / 10000 > 1000 && off / 10000 < 6000);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_drive_takes_the_way_and_its_time, 0, TOWNS },
        { who_is_told_on_the_way_drives_round, 0, TOWNS },
        { what_is_open_again_is_driven_again, 0, 0 },
        { rush_hours_are_slow_and_lights_help, 0, 0 },
        { drivers_differ_and_receivers_err, 0, 0 },
    };

    return SUITE_RUN("tools/ways", rows);
}
