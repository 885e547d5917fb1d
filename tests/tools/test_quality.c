/* Plays on small random worlds: the oracle against all that could have been decided there, what is
 * rehearsed against plays, and our policy against the core's recommendation, which has to be the
 * same price. */
#include "dispatch/plan/price.h"
#include "dispatch/plan/recommend.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"
#include "tools/quality/futures.h"
#include "tools/quality/intervals.h"
#include "tools/quality/moveup.h"
#include "tools/quality/options.h"
#include "tools/quality/oracle.h"
#include "tools/quality/rehearsal.h"

#include <string.h>

#define WORLDS 60
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
                                  .units = 1 + (uint32_t)(seed % UNITS),
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

static uint32_t fewest_late(struct play_opts *o)
{
    static const struct policy forced = { .name = "forced", .choose = as_decided };
    uint32_t fewest = UINT32_MAX;

    memset(decided, 0, sizeof(decided));
    o->policy = &forced;
    o->uncovered = true;
    do {
        decisions = 0;
        uint32_t late = late_after(o);

        fewest = late < fewest ? late : fewest;
    } while (decide_next());
    return fewest;
}

/* Worlds of one, two and three units in turn: with one most calls wait. */
START_TEST(the_bound_is_below_every_play_and_the_oracle_near_the_best)
{
    uint32_t met = 0, tight = 0, bounds = 0;

    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct world w;
        struct oracle *x;
        struct fault f;

        make_world(&w, seed);
        w.opts.policy = policy_named("oracle");
        ck_assert_int_eq(oracle_make(&x, &w.opts, ORACLE_ROUNDS, &f), OK);
        w.opts.oracle = x;
        uint32_t found = late_after(&w.opts);

        ck_assert_uint_eq(oracle_astray(x), 0);
        ck_assert_uint_eq(found, oracle_late(x));
        uint32_t fewest = fewest_late(&w.opts);

        ck_assert_uint_le(fewest, found);
        ck_assert_msg(oracle_bound(x) <= fewest, "world %u: bound %u, best %u", (unsigned)seed,
                      oracle_bound(x), fewest);
        met += found == fewest;
        tight += oracle_bound(x) == fewest;
        bounds += oracle_bound(x);
        oracle_free(x);
        road_close(&w.road);
    }
    ck_assert_msg(met >= WORLDS - WORLDS / 20, "the oracle found the best of %u worlds", met);
    ck_assert_msg(tight >= WORLDS / 3, "the bound was reached in %u worlds", tight);
    ck_assert_uint_ge(bounds, WORLDS);
}
END_TEST

static uint32_t first_ms_differs(const struct rehearsal *r, struct play_opts *o)
{
    struct play_result played;
    struct fault f;
    uint32_t differ = 0;

    ck_assert_int_eq(play_run(o, &played, &f), OK);
    for (uint32_t i = 0; i < o->work->count; i++) {
        differ += r->first_ms[i] != played.call[i].first_ms;
    }
    play_free(&played);
    return differ;
}

static struct rehearsal *rehearsed;

static uint32_t as_rehearsed(const struct policy_ask *ask)
{
    const struct work *w = rehearsed->o->work;

    uint32_t unit = rehearsed->task[w->call[ask->call - w->call].first_ms + ask->nth].unit;
    bool goes = unit != REHEARSAL_NONE && !ask->fleet->unit[unit].away &&
                fleet_eta_ms(ask->fleet, unit, ask->now_ms, ask->call->at) < ETA_INF_MS;

    return goes ? unit : UINT32_MAX; /* a call that nobody reaches keeps old wishes */
}

START_TEST(what_is_rehearsed_is_played_to_the_millisecond)
{
    static const struct policy wished = { .name = "rehearsed", .choose = as_rehearsed };
    uint32_t kept = 0;

    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct rehearsal r;
        struct world w;
        struct fault f;

        make_world(&w, seed);
        w.opts.uncovered = true;
        w.opts.policy = policy_named("closest-road");
        ck_assert_int_eq(rehearsal_init(&r, &w.opts, &f), OK);
        rehearsed = &r;
        rehearsal_play(&r);
        ck_assert_uint_eq(first_ms_differs(&r, &w.opts), 0);
        w.opts.policy = &wished;
        for (uint32_t t = 0; t < r.task_count; t++) {
            for (uint32_t u = 0; u < w.opts.units; u++) {
                struct rehearsal_gain gain;
                uint32_t late = r.late;

                if (!rehearsal_try(&r, t, u, UINT32_MAX / 2, &gain)) {
                    continue;
                }
                rehearsal_keep(&r, t, u);
                ck_assert_int_eq(gain.late, (int32_t)late - (int32_t)r.late);
                ck_assert_uint_eq(first_ms_differs(&r, &w.opts), 0);
                ck_assert_uint_eq(late_after(&w.opts), r.late);
                kept++;
            }
        }
        rehearsal_fini(&r);
        road_close(&w.road);
    }
    ck_assert_uint_gt(kept, 2 * WORLDS);
}
END_TEST

static void play_as(struct play_opts *o, const char *policy, uint32_t with, struct play_result *out)
{
    struct fault f;

    o->policy = policy_named(policy);
    o->with = with;
    o->futures = NULL;
    if (o->policy->imagines) {
        ck_assert_int_eq(futures_make(&o->futures, o, &f), OK);
    }
    ck_assert_int_eq(play_run(o, out, &f), OK);
    futures_free(o->futures);
}

/* The play of the first calls is the same whether others are still to come or not. Their scenes
 * are no secret of the future only once they are over, which the last ones never are. */
START_TEST(nobody_but_the_oracle_looks_ahead)
{
    static const struct {
        const char *policy;
        uint32_t with;
    } tried[] = { { "tocsin", 0 },
                  { "tocsin", QUALITY_JOINT },
                  { "tocsin", QUALITY_EVEN_WEIGHTS | QUALITY_TIER_ONE },
                  { "lookahead", 0 },
                  { "closest-road", QUALITY_MOVE_UP },
                  { "tocsin", QUALITY_MOVE_UP | QUALITY_JOINT } };

    for (uint64_t seed = 1; seed <= 6; seed++) {
        for (size_t k = 0; k < sizeof(tried) / sizeof(tried[0]); k++) {
            struct play_result all, some;
            struct world w;

            make_world(&w, seed);
            w.opts.units = UNITS;
            play_as(&w.opts, tried[k].policy, tried[k].with, &all);
            w.work.count = w.work.responses = CALLS - 1;
            w.call[CALLS - 1].at_ms += INT64_C(86400000); /* it may not have been in the way yet */
            play_as(&w.opts, tried[k].policy, tried[k].with, &some);
            for (uint32_t i = 0; i < CALLS - 1; i++) {
                bool over = all.call[i].first_ms != UINT32_MAX &&
                            w.call[i].at_ms + all.call[i].last_ms < w.call[CALLS - 2].at_ms;

                ck_assert_msg(!over || all.call[i].first_ms == some.call[i].first_ms,
                              "%s %u, world %u, call %u", tried[k].policy, tried[k].with,
                              (unsigned)seed, i);
            }
            play_free(&all);
            play_free(&some);
            road_close(&w.road);
        }
    }
}
END_TEST

START_TEST(who_becomes_free_drives_to_where_it_is_missed)
{
    uint32_t moved = 0;

    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct moveup *x;
        struct fleet fl;
        struct world w;
        struct fault f;

        make_world(&w, seed);
        ck_assert_int_eq(fleet_init(&fl, &w.road, &w.work, 2, seed, &f), OK);
        ck_assert_int_eq(moveup_make(&x, &w.road, &fl, &f), OK);
        struct point own = fl.unit[0].home;
        struct point other = fl.unit[1].home;

        fl.unit[0].away = fl.unit[1].away = true;
        for (uint32_t k = 0; k < 9; k++) {
            moveup_learn(x, other);
        }
        struct point to = moveup_post(x, &fl, 0);
        bool apart = own.lat_e7 != other.lat_e7 || own.lon_e7 != other.lon_e7;

        moved += apart && to.lat_e7 == other.lat_e7 && to.lon_e7 == other.lon_e7;
        for (uint32_t k = 0; k < 99; k++) {
            moveup_learn(x, own);
        }
        fl.unit[1].away = false; /* it stands at the other itself */
        to = moveup_post(x, &fl, 0);
        ck_assert_int_eq(to.lat_e7, own.lat_e7);
        ck_assert_int_eq(to.lon_e7, own.lon_e7);
        moveup_free(x);
        fleet_fini(&fl);
        road_close(&w.road);
    }
    ck_assert_uint_gt(moved, 0);
}
END_TEST

START_TEST(squares_hold_their_junctions_and_know_the_way)
{
    struct squares s;
    struct world w;
    struct road_query q;
    struct fault f;

    make_world(&w, 3);
    ck_assert_int_eq(squares_init(&s, &w.road, &f), OK);
    ck_assert_int_eq(road_query_init(&q, &w.road, &f), OK);
    ck_assert_uint_le(squares_count(&s), SQUARES_MAX);
    for (uint32_t v = 0; v < w.road.network.graph.node_count; v++) {
        uint32_t from = squares_of(&s, w.road.network.graph.at[v]);
        uint32_t to = squares_of(&s, w.call[v % CALLS].at);

        ck_assert_uint_lt(from, squares_count(&s));
        ck_assert_uint_eq(squares_of(&s, s.middle[from]), from);
        ck_assert_uint_eq(squares_ms(&s, from, to),
                          road_travel_ms(&q, s.middle[from], s.middle[to]));
    }
    ck_assert_uint_eq(squares_of(&s, (struct point){ -1799999999, -899999999 }), 0);
    ck_assert_uint_eq(squares_of(&s, (struct point){ 1799999999, 899999999 }),
                      squares_count(&s) - 1);
    road_query_fini(&q);
    squares_fini(&s);
    road_close(&w.road);
}
END_TEST

START_TEST(options_are_read_by_name)
{
    uint32_t with;
    const char *what;

    ck_assert(quality_options_read("joint", &with));
    ck_assert_uint_eq(with, QUALITY_JOINT);
    ck_assert(quality_options_read("move-up,even-weights", &with));
    ck_assert_uint_eq(with, QUALITY_MOVE_UP | QUALITY_EVEN_WEIGHTS);
    ck_assert(!quality_options_read("", &with));
    ck_assert(!quality_options_read("joint,", &with));
    ck_assert(!quality_options_read("join", &with));
    ck_assert(!quality_options_read("jointly", &with));
    for (uint32_t i = 0; quality_option_name(i, &what) != NULL; i++) {
        ck_assert(quality_options_read(quality_option_name(i, &what), &with));
        ck_assert_uint_eq(with, 1U << i);
    }
}
END_TEST

static void holds(struct interval x, uint64_t value, uint64_t within)
{
    ck_assert_uint_le(x.low, x.high);
    ck_assert_uint_le(x.value > value ? x.value - value : value - x.value, within);
}

/* Five calls over two blocks of six hours, of two fleets. */
START_TEST(intervals_are_those_of_draws_of_blocks_and_fleets)
{
    static struct figures g[2];
    uint32_t priorities = 0;

    for (uint32_t i = 0; i < 2; i++) {
        struct play_result r;
        struct world w;
        struct fault f;

        make_world(&w, 7 + i);
        w.opts.units = UNITS;
        w.call[CALLS - 1].at_ms = FIGURES_BLOCK_MS + 1;
        play_as(&w.opts, "closest-road", 0, &r);
        ck_assert_int_eq(figures_make(&g[i], &w.opts, &r, &f), OK);
        ck_assert_uint_eq(g[i].block_count, 2);
        g[i].driven_km = 100 + 100 * i; /* streets are too short to tell */
        play_free(&r);
        road_close(&w.road);
    }
    for (uint32_t count = 1; count <= 2; count++) {
        struct intervals x, again;
        struct fault f;

        ck_assert_int_eq(intervals_find(g, count, 1, &x, &f), OK);
        ck_assert_int_eq(intervals_find(g, count, 1, &again, &f), OK);
        ck_assert_mem_eq(&x, &again, sizeof(x));
        uint32_t late = g[0].late + (count - 1) * g[1].late;
        uint64_t sum_ms = g[0].sum_ms + (count - 1) * g[1].sum_ms;

        holds(x.late_ppm, (uint64_t)late * 1000000 / (CALLS * count), 1);
        holds(x.mean_ms, sum_ms / (CALLS * count), 1);
        ck_assert_uint_lt(x.mean_ms.low, x.mean_ms.high);
        if (count == 1) {
            holds(x.p50_ms, g[0].p50_ms, 999);
            holds(x.p99_ms, g[0].p99_ms, 999);
            ck_assert_uint_eq(x.driven_km.low, 100);
            ck_assert_uint_eq(x.driven_km.high, 100);
        } else {
            ck_assert_uint_eq(x.driven_km.value, 150);
            ck_assert_uint_eq(x.driven_km.low, 100);
            ck_assert_uint_eq(x.driven_km.high, 200);
        }
        for (uint32_t p = 0; p < PLAY_PRIORITIES; p++) {
            priorities += x.priority_late_ppm[p].value > 0;
            ck_assert_uint_le(x.priority_late_ppm[p].high, 1000000);
        }
    }
    ck_assert_uint_gt(priorities, 0);
    figures_free(&g[0]);
    figures_free(&g[1]);
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
    static const struct policy core = { .name = "core", .choose = as_the_core_recommends };

    asked = weighed = undecided = 0;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct world w;

        make_world(&w, seed);
        w.opts.units = UNITS;
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
        { the_bound_is_below_every_play_and_the_oracle_near_the_best, 0, 0 },
        { the_core_recommends_by_the_price_that_is_measured, 0, 0 },
        { what_is_rehearsed_is_played_to_the_millisecond, 0, 0 },
        { nobody_but_the_oracle_looks_ahead, 0, 0 },
        { who_becomes_free_drives_to_where_it_is_missed, 0, 0 },
        { squares_hold_their_junctions_and_know_the_way, 0, 0 },
        { options_are_read_by_name, 0, 0 },
        { intervals_are_those_of_draws_of_blocks_and_fleets, 0, 0 },
    };

    return SUITE_RUN("tools/quality", rows);
}
