/* Many units asked at once: what road_travel_ms tells of each by itself, which other tests hold
 * against Dijkstra's search. */
#include "routing/travel.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <string.h>

#define TOWNS 30
#define ROUNDS 12
#define UNITS 60
#define LIMITS_MAX 6

struct stage {
    struct road road;
    struct road_weights sets[2];
    struct travel travel; /* asked at once */
    struct road_query one_by_one;
    struct prng random;
    struct point points[LIMITS_MAX][STREETS_CORNERS];
    struct road_limit limits[LIMITS_MAX];
    uint32_t by_times, by_through, never;
};

static struct stage *raise_stage(uint64_t seed)
{
    struct stage *s = calloc(1, sizeof(*s));
    struct fault f;

    ck_assert_ptr_nonnull(s);
    streets_open(&s->road, seed);
    prng_seed(&s->random, seed ^ 0x3a57e5);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(weights_init(&s->sets[i], &s->road, &f), OK);
    }
    ck_assert_int_eq(travel_init(&s->travel, &s->road, &f), OK);
    ck_assert_int_eq(road_query_init(&s->one_by_one, &s->road, &f), OK);
    return s;
}

static void strike_stage(struct stage *s)
{
    road_query_fini(&s->one_by_one);
    travel_fini(&s->travel);
    weights_free(&s->sets[0]);
    weights_free(&s->sets[1]);
    road_close(&s->road);
    free(s);
}

/* Other weights, in the set that is not used. */
static void change_roads(struct stage *s, uint32_t version)
{
    struct road_weights *w = &s->sets[version % 2];
    uint32_t count = (uint32_t)prng_below(&s->random, LIMITS_MAX + 1);

    for (uint32_t i = 0; i < count; i++) {
        s->limits[i] = streets_limit(&s->road, &s->random, i + 1, s->points[i]);
    }
    weights_make(w, version, s->limits, count);
    travel_use(&s->travel, w);
    road_query_use(&s->one_by_one, w);
}

static struct point place(struct stage *s)
{
    const struct point nowhere = { INT32_MAX, 0 };

    return prng_below(&s->random, 50) == 0 ? nowhere : streets_place(&s->road, &s->random);
}

static void compare(struct stage *s, const struct point *from, uint32_t count, struct point to)
{
    static uint32_t ms[4 * STANDS_MAX];

    travel_table(&s->travel, from, count, &to, 1, ms);
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_uint_eq(ms[i], road_travel_ms(&s->one_by_one, from[i], to));
        if (ms[i] == ETA_INF_MS) {
            s->never++;
        } else if (s->one_by_one.weights->any_closed && s->one_by_one.has_through) {
            s->by_through++;
        } else {
            s->by_times++;
        }
    }
}

START_TEST(all_at_once_is_each_by_itself)
{
    struct stage *s = raise_stage((uint64_t)_i);
    struct point from[UNITS];

    for (uint32_t i = 0; i < UNITS; i++) {
        from[i] = place(s);
    }
    for (uint32_t round = 0; round < ROUNDS; round++) {
        if (round % 3 == 2) {
            change_roads(s, round);
        }
        for (uint32_t k = 0; k < 4; k++) {
            /* some of them, the others still stand where they stood */
            compare(s, from, (uint32_t)prng_below(&s->random, UNITS + 1), place(s));
        }
        for (uint32_t k = 0; k < UNITS / 4; k++) {
            from[prng_below(&s->random, UNITS)] = place(s);
        }
        compare(s, from, UNITS, from[0]);
    }
    ck_assert_uint_gt(s->by_times, 0);
    strike_stage(s);
}
END_TEST

/* The towns above meet every kind of answer, in their sum. */
START_TEST(some_have_to_walk_through_and_some_never_come)
{
    uint32_t by_through = 0;
    uint32_t never = 0;

    for (uint64_t seed = 100; seed < 110; seed++) {
        struct stage *s = raise_stage(seed);
        struct point from[UNITS];

        for (uint32_t i = 0; i < UNITS; i++) {
            from[i] = streets_place(&s->road, &s->random);
        }
        for (uint32_t k = 1; k <= 10; k++) {
            change_roads(s, k);
            compare(s, from, UNITS, streets_place(&s->road, &s->random));
        }
        by_through += s->by_through;
        never += s->never;
        strike_stage(s);
    }
    ck_assert_uint_gt(by_through, 0);
    ck_assert_uint_gt(never, 0);
}
END_TEST

START_TEST(more_than_can_be_kept_are_answered_all_the_same)
{
    struct stage *s = raise_stage(7);
    static struct point from[4 * STANDS_MAX];
    const uint32_t count = sizeof(from) / sizeof(from[0]);

    for (uint32_t i = 0; i < count; i++) {
        from[i] = streets_place(&s->road, &s->random);
    }
    change_roads(s, 1);
    compare(s, from, count, streets_place(&s->road, &s->random));
    compare(s, from, count, streets_place(&s->road, &s->random));
    strike_stage(s);
}
END_TEST

START_TEST(a_table_has_a_row_for_each_place)
{
    struct stage *s = raise_stage(3);
    struct point from[UNITS];
    struct point to[20];
    uint32_t ms[20 * UNITS];

    for (uint32_t i = 0; i < UNITS; i++) {
        from[i] = place(s);
    }
    for (uint32_t k = 0; k < 20; k++) {
        to[k] = place(s);
    }
    change_roads(s, 1);
    travel_table(&s->travel, from, UNITS, to, 20, ms);
    for (uint32_t k = 0; k < 20; k++) {
        for (uint32_t i = 0; i < UNITS; i++) {
            ck_assert_uint_eq(ms[k * UNITS + i], road_travel_ms(&s->one_by_one, from[i], to[k]));
        }
    }
    travel_table(&s->travel, from, 0, to, 20, ms);
    travel_table(&s->travel, from, UNITS, to, 0, ms);
    strike_stage(s);
}
END_TEST

START_TEST(without_roads_it_is_the_straight_line)
{
    const struct point from[] = { { 0, 0 }, { 10000, 20000 }, { INT32_MAX, 0 } };
    const struct point to[] = { { 0, 0 }, { -30000, 0 } };
    struct travel t;
    struct fault f;
    uint32_t ms[6];

    ck_assert_int_eq(travel_init(&t, NULL, &f), OK);
    travel_table(&t, from, 3, to, 2, ms);
    for (uint32_t k = 0; k < 2; k++) {
        for (uint32_t i = 0; i < 3; i++) {
            ck_assert_uint_eq(ms[3 * k + i], travel_ms(&t, from[i], to[k]));
        }
    }
    ck_assert_uint_eq(ms[0], 0);
    ck_assert_uint_eq(ms[2], ETA_INF_MS);
    travel_fini(&t);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { all_at_once_is_each_by_itself, 0, TOWNS },
        { some_have_to_walk_through_and_some_never_come, 0, 0 },
        { more_than_can_be_kept_are_answered_all_the_same, 0, 0 },
        { a_table_has_a_row_for_each_place, 0, 0 },
        { without_roads_it_is_the_straight_line, 0, 0 },
    };

    return SUITE_RUN("routing/muster", rows);
}
