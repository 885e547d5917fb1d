/* The nearest units: against Dijkstra's search from the incident on the roads seen from their
 * heads. */
#include "routing/dijkstra.h"
#include "routing/nearest.h"
#include "tests/routing/town.h"
#include "tests/suite.h"

#include <string.h>

#define TOWNS 40
#define UNITS 30
#define SEEDS 5

struct stage {
    struct town town;
    struct hierarchy h;
    struct times times;
    struct nearest index;
    struct climb climb;
    struct dijkstra oracle;
    struct prng random;
    struct seed at[UNITS][SEEDS]; /* where the test knows them to be */
    uint32_t ends[UNITS];         /* 0: nowhere */
};

static void raise_stage(struct stage *s, uint64_t seed)
{
    struct fault f;

    *s = (struct stage){ 0 };
    town_make(&s->town, seed);
    prng_seed(&s->random, seed ^ 0x5eed);
    ck_assert_int_eq(hierarchy_build(&s->h, &s->town.graph, &f), OK);
    ck_assert_int_eq(times_init(&s->times, &s->h, &f), OK);
    times_customize(&s->times, &s->town.graph, s->town.ms);
    ck_assert_int_eq(nearest_init(&s->index, &s->times, UNITS, &f), OK);
    ck_assert(climb_init(&s->climb, s->h.node_count));
    ck_assert_int_eq(dijkstra_init(&s->oracle, s->h.node_count, &f), OK);
}

static void strike_stage(struct stage *s)
{
    dijkstra_fini(&s->oracle);
    climb_fini(&s->climb);
    nearest_fini(&s->index);
    times_free(&s->times);
    hierarchy_free(&s->h);
    town_free(&s->town);
}

/* A place beside a road: one end or both. */
static uint32_t some_place(struct stage *s, struct seed out[SEEDS])
{
    uint32_t ends = 1 + (uint32_t)prng_below(&s->random, SEEDS);

    for (uint32_t i = 0; i < ends; i++) {
        out[i] = (struct seed){ .node = (uint32_t)prng_below(&s->random, s->h.node_count),
                                .ms = (uint32_t)prng_below(&s->random, 500) };
    }
    return ends;
}

static void move(struct stage *s, uint32_t unit)
{
    struct fault f;

    if (prng_below(&s->random, 5) == 0) {
        nearest_drop(&s->index, unit);
        s->ends[unit] = 0;
        return;
    }
    s->ends[unit] = some_place(s, s->at[unit]);
    ck_assert_int_eq(nearest_put(&s->index, unit, s->at[unit], s->ends[unit], &f), OK);
}

static bool odd(void *arg, uint32_t unit)
{
    (void)arg;
    return unit % 2 == 1;
}

/* All units of the class by time, then number, as Dijkstra finds them. */
static uint32_t slowly(struct stage *s, const struct seed *place, uint32_t ends, bool only_odd,
                       struct nearest_hit hits[UNITS])
{
    uint32_t node;
    uint32_t ms;
    uint32_t count = 0;

    dijkstra_start(&s->oracle, &s->town.in);
    for (uint32_t i = 0; i < ends; i++) {
        dijkstra_add(&s->oracle, place[i].node, place[i].ms);
    }
    while (dijkstra_settle(&s->oracle, &node, &ms)) {
    }
    for (uint32_t u = 0; u < UNITS; u++) {
        uint32_t best = ETA_INF_MS;

        for (uint32_t i = 0; i < s->ends[u]; i++) {
            ms = dijkstra_ms(&s->oracle, s->at[u][i].node) + s->at[u][i].ms;
            best = ms < best ? ms : best;
        }
        if (best == ETA_INF_MS || (only_odd && !odd(NULL, u))) {
            continue;
        }
        uint32_t k = count++;

        for (; k > 0 && hits[k - 1].ms > best; k--) {
            hits[k] = hits[k - 1];
        }
        hits[k] = (struct nearest_hit){ .unit = u, .ms = best };
    }
    return count;
}

static void ask(struct stage *s)
{
    struct nearest_hit quick[UNITS];
    struct nearest_hit slow[UNITS];
    struct seed place[SEEDS];
    uint32_t ends = some_place(s, place);
    uint32_t want = 1 + (uint32_t)prng_below(&s->random, UNITS);
    bool only_odd = prng_below(&s->random, 2) == 0;
    uint32_t there = slowly(s, place, ends, only_odd, slow);
    uint32_t got =
        nearest_find(&s->index, &s->climb, place, ends, want, only_odd ? odd : NULL, NULL, quick);

    ck_assert_uint_eq(got, there < want ? there : want);
    for (uint32_t i = 0; i < got; i++) {
        ck_assert_uint_eq(quick[i].ms, slow[i].ms);
        ck_assert_uint_eq(quick[i].unit, slow[i].unit);
    }
}

START_TEST(the_quickest_units_are_those_of_dijkstra_while_all_moves)
{
    struct stage s;

    raise_stage(&s, (uint64_t)_i);
    for (int n = 0; n < 200; n++) {
        move(&s, (uint32_t)prng_below(&s.random, UNITS));
        ask(&s);
    }
    strike_stage(&s);
}
END_TEST

START_TEST(after_new_times_and_a_refill_they_still_are)
{
    struct stage s;
    struct fault f;

    raise_stage(&s, (uint64_t)_i + 500);
    for (uint32_t u = 0; u < UNITS; u++) {
        move(&s, u);
    }
    for (int n = 0; n < 20; n++) {
        for (int k = 0; k < 5; k++) {
            uint32_t road = (uint32_t)prng_below(&s.random, s.town.graph.arc_count);

            town_set(&s.town, road, k == 0 ? ETA_INF_MS : (uint32_t)prng_below(&s.random, 30000));
            (void)times_change(&s.times, &s.town.graph, s.town.ms, road);
        }
        ck_assert_int_eq(nearest_refill(&s.index, &f), OK);
        ask(&s);
        move(&s, (uint32_t)prng_below(&s.random, UNITS));
        ask(&s);
    }
    strike_stage(&s);
}
END_TEST

START_TEST(after_each_closed_or_opened_road_they_still_are)
{
    struct stage s;
    struct fault f;

    raise_stage(&s, (uint64_t)_i + 900);
    for (uint32_t u = 0; u < UNITS; u++) {
        move(&s, u);
    }
    for (int n = 0; n < 80; n++) {
        uint32_t road = (uint32_t)prng_below(&s.random, s.town.graph.arc_count);

        town_set(&s.town, road, n % 3 == 0 ? ETA_INF_MS : (uint32_t)prng_below(&s.random, 30000));
        (void)times_change(&s.times, &s.town.graph, s.town.ms, road);
        ck_assert_int_eq(nearest_renew(&s.index, &f), OK);
        ask(&s);
        ask(&s);
        move(&s, (uint32_t)prng_below(&s.random, UNITS));
    }
    strike_stage(&s);
}
END_TEST

/* What a refill makes is what the units make one by one. */
static void refill_changes_nothing(struct stage *s)
{
    struct fault f;
    struct bucket_entry kept[UNITS];

    for (int n = 0; n < 3 * UNITS; n++) {
        move(s, (uint32_t)prng_below(&s->random, UNITS));
    }
    for (uint32_t v = 0; v < s->h.node_count; v++) {
        struct bucket *b = &s->index.bucket[v];
        uint32_t count = b->count;

        if (count > 0) {
            memcpy(kept, b->entry, count * sizeof(*kept));
        }
        if (v % 7 == 0) {
            ck_assert_int_eq(nearest_refill(&s->index, &f), OK);
        }
        ck_assert_uint_eq(b->count, count);
        ck_assert(count == 0 || memcmp(kept, b->entry, count * sizeof(*kept)) == 0);
    }
}

START_TEST(a_refill_changes_nothing_where_no_time_has_changed)
{
    struct stage s;

    raise_stage(&s, (uint64_t)_i + 1300);
    refill_changes_nothing(&s);
    strike_stage(&s);
}
END_TEST

/* Roads of more than an hour each that differ by milliseconds. */
START_TEST(a_refill_keeps_the_order_of_long_times_that_are_almost_equal)
{
    struct stage s;

    raise_stage(&s, (uint64_t)_i + 1700);
    for (uint32_t r = 0; r < s.town.graph.arc_count; r++) {
        town_set(&s.town, r, (1u << 22) + (uint32_t)prng_below(&s.random, 4));
    }
    times_customize(&s.times, &s.town.graph, s.town.ms);
    refill_changes_nothing(&s);
    strike_stage(&s);
}
END_TEST

START_TEST(an_empty_index_has_nobody)
{
    struct stage s;
    struct seed place = { .node = 0 };
    struct nearest_hit hits[3];

    raise_stage(&s, 1);
    ck_assert_uint_eq(nearest_find(&s.index, &s.climb, &place, 1, 3, NULL, NULL, hits), 0);
    nearest_drop(&s.index, 4);
    ck_assert_uint_eq(nearest_find(&s.index, &s.climb, &place, 1, 3, NULL, NULL, hits), 0);
    strike_stage(&s);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_quickest_units_are_those_of_dijkstra_while_all_moves, 0, TRIALS(TOWNS) },
        { after_new_times_and_a_refill_they_still_are, 0, TRIALS(TOWNS) },
        { after_each_closed_or_opened_road_they_still_are, 0, TRIALS(TOWNS) },
        { a_refill_changes_nothing_where_no_time_has_changed, 0, 10 },
        { a_refill_keeps_the_order_of_long_times_that_are_almost_equal, 0, 10 },
        { an_empty_index_has_nobody, 0, 0 },
    };

    return SUITE_RUN("routing/nearest", rows);
}
