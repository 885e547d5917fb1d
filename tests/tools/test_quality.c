/* Plays on small random worlds: the oracle against all that could have been decided there, and our
 * policy against the core's recommendation, which has to be the same price. */
#include "dispatch/plan/price.h"
#include "dispatch/plan/recommend.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"
#include "tools/quality/oracle.h"

#include <string.h>

#define WORLDS 30
#define CALLS 5
#define UNITS 3
#define DECISIONS (2 * CALLS)

/* What is decided, one after the other, and among how many; the next row of it is the next play. */
static uint32_t decided[DECISIONS], among[DECISIONS], decisions;

static uint32_t as_decided(const struct policy_ask *ask)
{
    uint32_t unit[UNITS];
    uint32_t count = 0;

    for (uint32_t u = 0; u < ask->fleet->count; u++) {
        if (!ask->fleet->unit[u].away &&
            fleet_eta_ms(ask->fleet, u, ask->now_ms, ask->call->at) < ETA_INF_MS) {
            unit[count++] = u;
        }
    }
    if (count == 0) {
        return UINT32_MAX;
    }
    ck_assert_uint_lt(decisions, DECISIONS);
    among[decisions] = count;
    return unit[decided[decisions++]];
}

static bool decide_next(void)
{
    while (decisions > 0 && decided[decisions - 1] + 1 == among[decisions - 1]) {
        decided[--decisions] = 0;
    }
    if (decisions > 0) {
        decided[decisions - 1]++;
    }
    return decisions > 0;
}

struct world {
    struct road road;
    struct work work;
    struct work_call call[CALLS];
    uint32_t scene_ms[DECISIONS];
    struct point home[UNITS];
    struct play_opts opts;
};

/* A place that can be come to and left: where nobody comes from, calls would wait for no want of
 * units. */
static struct point place_of(struct world *w, struct prng *random)
{
    struct road_query q;
    struct fault f;
    struct point p, other;
    uint32_t ways;

    ck_assert_int_eq(road_query_init(&q, &w->road, &f), OK);
    do {
        p = streets_place(&w->road, random);
        ways = 0;
        for (uint32_t k = 0; k < 16; k++) {
            other = streets_place(&w->road, random);
            ways += road_travel_ms(&q, p, other) < ETA_INF_MS &&
                    road_travel_ms(&q, other, p) < ETA_INF_MS;
        }
    } while (ways < 8);
    road_query_fini(&q);
    return p;
}

static void make_world(struct world *w, uint64_t seed)
{
    struct prng random;
    int64_t at_ms = 0;
    uint32_t scenes = 0;

    memset(w, 0, sizeof(*w));
    streets_open(&w->road, seed);
    prng_seed(&random, seed ^ 0x0feed);
    for (uint32_t i = 0; i < CALLS; i++) {
        struct work_call *c = &w->call[i];

        *c = (struct work_call){ .at_ms = at_ms,
                                 .intake_ms = (uint32_t)prng_below(&random, 30000),
                                 .turnout_ms = (uint32_t)prng_below(&random, 20000),
                                 .at = place_of(w, &random),
                                 .priority = (uint8_t)(1 + prng_below(&random, 2)),
                                 .located = true,
                                 .is_response = true,
                                 .units = 1 + (uint32_t)prng_below(&random, 2),
                                 .first_ms = scenes };
        for (uint32_t k = 0; k < c->units; k++) {
            w->scene_ms[scenes++] = (uint32_t)prng_below(&random, 240000);
        }
        at_ms += (int64_t)prng_below(&random, 150000);
    }
    for (uint32_t u = 0; u < UNITS; u++) {
        w->home[u] = place_of(w, &random);
    }
    w->work = (struct work){ w->call, CALLS, CALLS, w->scene_ms, w->home, UNITS };
    w->opts = (struct play_opts){ .road = &w->road,
                                  .work = &w->work,
                                  .units = UNITS,
                                  .seed = seed,
                                  .target_ms = { 70000, 110000, 110000, 110000 } };
}

static uint32_t late_after(struct play_opts *o)
{
    struct play_result r;
    struct fault f;
    uint32_t late = 0;

    ck_assert_int_eq(play_run(o, &r, &f), OK);
    for (uint32_t i = 0; i < o->work->count; i++) {
        late += r.call[i].first_ms > play_target_ms(o, &o->work->call[i]);
    }
    play_free(&r);
    return late;
}

static uint32_t fewest_late(struct play_opts *o, struct oracle *x)
{
    static const struct policy forced = { "forced", "", as_decided, false };
    uint32_t fewest = UINT32_MAX;

    memset(decided, 0, sizeof(decided));
    o->policy = &forced;
    o->uncovered = true;
    do {
        decisions = 0;
        oracle_begin(x);
        uint32_t late = late_after(o);

        fewest = late < fewest ? late : fewest;
    } while (decide_next());
    return fewest;
}

START_TEST(the_bound_is_below_every_play_that_the_network_holds)
{
    uint32_t met = 0, tight = 0, held = 0;

    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct world w;
        struct oracle *x;
        struct fault f;

        make_world(&w, seed);
        w.opts.policy = policy_named("oracle");
        ck_assert_int_eq(oracle_make(&x, &w.opts, &f), OK);
        uint32_t found = late_after(&w.opts);
        uint32_t fewest = fewest_late(&w.opts, x);

        ck_assert_uint_le(fewest, found);
        held += oracle_astray(x) == 0;
        ck_assert_msg(oracle_bound(x) <= fewest || oracle_astray(x) > 0,
                      "world %u: bound %u, best %u", (unsigned)seed, oracle_bound(x), fewest);
        met += found == fewest;
        tight += oracle_bound(x) == fewest;
        w.opts.oracle = NULL;
        w.opts.uncovered = false;
        w.opts.policy = policy_named("tocsin");
        ck_assert_uint_le(fewest, late_after(&w.opts));
        oracle_free(x);
        road_close(&w.road);
    }
    ck_assert_msg(held >= WORLDS * 3 / 4, "only %u worlds held all plays", held);
    ck_assert_msg(met >= WORLDS - 3, "the oracle found the best play of %u worlds", met);
    ck_assert_msg(tight >= WORLDS * 2 / 3, "the bound was reached in %u worlds", tight);
}
END_TEST

/* ---- what is measured is what the core recommends by ---- */

static uint32_t asked, weighed, undecided;

/* A unit as the core is told of it: its stake as the thread of coverage publishes it. */
static struct candidate candidate_of(const struct policy_ask *ask, uint32_t u)
{
    uint64_t stake = coverage_stake(&ask->standby->coverage, u, STANDBY_FIVE_MINUTES);

    return (struct candidate){
        .unit = u + 1,
        .police_type = POLICE_TYPE_PATROL,
        .status = ask->fleet->unit[u].away ? UNIT_ON_SCENE : UNIT_AVAILABLE,
        .eta_ms = fleet_eta_ms(ask->fleet, u, ask->now_ms, ask->call->at),
        .home_zone = true,
        .stake =
            (uint32_t)((stake << (PRICE_STAKE_SHIFT - COVERAGE_STAKE_SHIFT)) / ask->standby->whole)
    };
}

/* A share is told in 2^-20: so much of the price of cover may be lost. */
static uint32_t rounding_ms(const struct policy_ask *ask)
{
    return (price_cover_ms(1, 1, ask->calls) >> PRICE_STAKE_SHIFT) + 1;
}

static void same_price(const struct policy_ask *ask, const struct considered *c)
{
    uint64_t stake = coverage_stake(&ask->standby->coverage, c->unit - 1, STANDBY_FIVE_MINUTES);
    uint32_t cover = price_cover_ms(stake, ask->standby->whole << COVERAGE_STAKE_SHIFT, ask->calls);
    uint32_t rest = c->eta_ms + (ask->first ? price_late_ms(c->eta_ms, ask->left_ms) : 0);

    ck_assert_uint_eq(c->score_ms - c->score_cover_ms, rest);
    ck_assert_uint_le(c->score_cover_ms, cover);
    ck_assert_uint_le(cover, c->score_cover_ms + rounding_ms(ask));
    weighed += cover > rounding_ms(ask);
}

static uint32_t as_the_core_recommends(const struct policy_ask *ask)
{
    const struct slot_need need = { .slot = 1,
                                    .police_type = POLICE_TYPE_PATROL,
                                    .tier = 3,
                                    .price = { .limit_ms = UINT32_C(1) << 30,
                                               .waited_ms =
                                                   (uint32_t)((INT64_C(1) << 30) - ask->left_ms),
                                               .calls = ask->calls,
                                               .first = ask->first } };
    struct candidate all[UNITS];
    struct slot_choice choice;
    uint32_t theirs = policy_named("tocsin")->choose(ask);

    for (uint32_t u = 0; u < UNITS; u++) {
        all[u] = candidate_of(ask, u);
    }
    recommend_slot(&need, 0, all, UNITS, NULL, 0, &choice);
    asked++;
    ck_assert_uint_eq(choice.chosen == 0, theirs == UINT32_MAX);
    for (uint32_t k = 0; k < choice.considered_count; k++) {
        const struct considered *c = &choice.considered[k];

        if (c->status == UNIT_AVAILABLE) {
            same_price(ask, c);
        }
        if (c->unit == theirs + 1 && c->unit != choice.chosen) {
            ck_assert_uint_le(c->score_ms, choice.considered[0].score_ms + rounding_ms(ask));
            undecided++;
        }
    }
    return theirs;
}

START_TEST(the_core_recommends_by_the_price_that_is_measured)
{
    static const struct policy core = { "core", "", as_the_core_recommends, false };

    asked = weighed = undecided = 0;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct world w;

        make_world(&w, seed);
        w.opts.policy = &core;
        (void)late_after(&w.opts);
        road_close(&w.road);
    }
    ck_assert_uint_gt(asked, WORLDS * CALLS);
    ck_assert_uint_gt(weighed, asked / 2);
    ck_assert_uint_lt(undecided, asked / 20);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_bound_is_below_every_play_that_the_network_holds, 0, 0 },
        { the_core_recommends_by_the_price_that_is_measured, 0, 0 },
    };

    return SUITE_RUN("tools/quality", rows);
}
