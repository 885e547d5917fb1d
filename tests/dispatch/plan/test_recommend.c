/* The choice of a unit: a second, slow reckoning of the whole answer over random candidates, and
 * the single laws. */
#include "base/prng.h"
#include "dispatch/plan/recommend.h"
#include "tests/dispatch/plan/candidates.h"
#include "tests/suite.h"

#include <signal.h>

#define ARMED UINT64_C(4)

/* Of the shift, as it is said in recommend.h and spare.h, with the figures written out. */
static uint64_t oracle_duty(const struct slot_need *need, const struct candidate *c)
{
    int64_t done = (int64_t)c->eta_ms + c->clear_ms + need->work_ms;
    int64_t beyond = c->duty_ms == 0 ? 0 : done - c->duty_ms;

    return beyond <= 0 ? 0 : beyond >= 480000 ? 120000 : (uint64_t)(beyond / 4);
}

static uint64_t oracle_leave(const struct slot_need *need, const struct candidate *c)
{
    static const uint64_t weights[] = { 1, 8, 4, 2, 1 };
    uint64_t later = c->leaves_ms > 1800000 ? 1800000 : c->leaves_ms;

    return c->leaves == 0 ? 0 : 60000 + later * weights[c->leaves_tier] / weights[need->tier];
}

/* Of lateness: from 170 s before the limit to 130 s behind it up to 90 minutes. */
static uint64_t oracle_late(const struct slot_need *need, const struct candidate *c)
{
    int64_t left = (int64_t)need->price.limit_ms - need->price.waited_ms;
    int64_t past = (int64_t)c->eta_ms + c->clear_ms - left + 170000;

    if (!need->price.first || need->price.limit_ms == 0 || past <= 0) {
        return 0;
    }
    return past >= 300000 ? 5400000 : (uint64_t)(past * 18); /* 5400 s over 300 s */
}

/* Of cover: twelve minutes for all of the city and each call, of which 64 at most count. */
static uint64_t oracle_cover(const struct slot_need *need, const struct candidate *c)
{
    uint64_t calls = need->price.calls < 16384 ? need->price.calls : 16384;

    return need->tier == 1 ? 0 : 720000 * calls / 256 * c->stake / 1048576;
}

static uint64_t oracle_score(const struct slot_need *need, const struct candidate *c)
{
    uint64_t doubt = 0;

    if (c->coarse) {
        doubt = 120000;
    } else if (c->position_age_ms > 30000) {
        doubt = (c->position_age_ms - 30000) / 4;
        doubt = doubt > 120000 ? 120000 : doubt;
    }
    return (uint64_t)c->eta_ms + c->clear_ms + (c->home_zone ? 0 : 30000) + doubt +
           oracle_duty(need, c) + oracle_leave(need, c) + oracle_late(need, c) +
           oracle_cover(need, c);
}

static uint8_t oracle_of_unit(const struct slot_need *need, const struct candidate *c)
{
    static const uint8_t of_status[UNIT_STATUS_COUNT] = { PASS_OFF_DUTY,    PASS_CHOSEN,
                                                          PASS_UNAVAILABLE, PASS_BUSY,
                                                          PASS_BUSY,        PASS_BUSY,
                                                          PASS_BUSY,        PASS_BUSY };
    uint8_t reason = of_status[c->status];

    if (reason == PASS_BUSY && c->leaves != 0 && need->tier >= 1 &&
        c->leaves_tier >= need->tier + 2) {
        reason = PASS_DIVERTIBLE;
    } else if (reason == PASS_BUSY && c->clear_ms > 0) {
        reason = PASS_SOON_FREE;
    }
    bool ends = c->duty_ms != 0 && need->tier != 1 &&
                (uint64_t)c->eta_ms + c->clear_ms + 600000 > c->duty_ms;

    return ends && reason != PASS_BUSY && reason != PASS_UNAVAILABLE ? PASS_DUTY_ENDS : reason;
}

/* The reason a unit has before anybody is chosen; PASS_CHOSEN for a free and fit one. */
static uint8_t oracle_reason(const struct slot_need *need, uint64_t bit, const struct candidate *c,
                             const uint32_t *taken, uint32_t taken_n, bool *considered)
{
    bool partner = c->police_type >= POLICE_TYPE_GRID;

    *considered = false;
    if (need->police_type != POLICE_TYPE_NONE ? c->police_type != need->police_type
                                              : need->capability.len == 0 && partner) {
        return PASS_WRONG_TYPE;
    }
    if (need->capability.len > 0 && (c->capabilities & bit) == 0) {
        return PASS_NO_CAPABILITY;
    }
    if (c->status == UNIT_OFF_DUTY) {
        return PASS_OFF_DUTY;
    }
    if (c->position_age_ms == UINT32_MAX && !c->coarse) {
        return PASS_NO_POSITION;
    }
    if (c->eta_ms >= ETA_INF_MS) {
        return PASS_UNREACHABLE;
    }
    *considered = true;
    if (c->barred != PASS_CHOSEN) {
        return c->barred;
    }
    for (uint32_t i = 0; i < taken_n; i++) {
        if (taken[i] == c->unit) {
            return PASS_TAKEN;
        }
    }
    return oracle_of_unit(need, c);
}

static bool oracle_before(const struct slot_need *need, const struct candidate *a,
                          const struct candidate *b)
{
    uint64_t sa = oracle_score(need, a);
    uint64_t sb = oracle_score(need, b);

    return sa < sb || (sa == sb && a->unit < b->unit);
}

/* The whole answer by sorting everything. */
static void oracle(const struct slot_need *need, uint64_t bit, const struct candidate *c,
                   uint32_t n, const uint32_t *taken, uint32_t taken_n, struct slot_choice *out)
{
    const struct candidate *order[CANDIDATES_MAX];
    uint8_t reasons[CANDIDATES_MAX];
    uint32_t count = 0;
    const struct candidate *best = NULL;

    memset(out, 0, sizeof(*out));
    out->slot = need->slot;
    out->police_type = need->police_type;
    out->capability = need->capability;
    for (uint32_t i = 0; i < n; i++) {
        bool considered;
        uint8_t reason = oracle_reason(need, bit, &c[i], taken, taken_n, &considered);

        if (!considered) {
            out->passed[reason]++;
            continue;
        }
        if (reason == PASS_CHOSEN && (best == NULL || oracle_before(need, &c[i], best))) {
            best = &c[i];
        }
        uint32_t at = count++;

        while (at > 0 && oracle_before(need, &c[i], order[at - 1])) {
            order[at] = order[at - 1];
            reasons[at] = reasons[at - 1];
            at--;
        }
        order[at] = &c[i];
        reasons[at] = reason;
    }
    out->chosen = best != NULL ? best->unit : 0;
    for (int pass = 0; pass < 2; pass++) { /* the chosen, then the others */
        for (uint32_t i = 0; i < count; i++) {
            bool is_best = order[i] == best;
            uint8_t reason = is_best                     ? PASS_CHOSEN
                             : reasons[i] == PASS_CHOSEN ? PASS_SLOWER
                                                         : reasons[i];

            if (is_best != (pass == 0)) {
                continue;
            }
            if (pass == 1 &&
                out->considered_count >= (best != NULL ? CONSIDERED_MAX : CONSIDERED_MAX - 1)) {
                out->passed[reason]++;
                continue;
            }
            out->considered[out->considered_count++] =
                (struct considered){ .unit = order[i]->unit,
                                     .reason = reason,
                                     .score_ms = (uint32_t)oracle_score(need, order[i]) };
        }
    }
}

static void shuffle(struct prng *p, struct candidate *c, uint32_t n)
{
    for (uint32_t i = n; i > 1; i--) {
        uint32_t k = (uint32_t)prng_below(p, i);
        struct candidate swap = c[i - 1];

        c[i - 1] = c[k];
        c[k] = swap;
    }
}

static void expect_same(const struct slot_choice *got, const struct slot_choice *want)
{
    ck_assert_uint_eq(got->chosen, want->chosen);
    ck_assert_uint_eq(got->considered_count, want->considered_count);
    for (uint32_t i = 0; i < got->considered_count; i++) {
        ck_assert_uint_eq(got->considered[i].unit, want->considered[i].unit);
        ck_assert_uint_eq(got->considered[i].reason, want->considered[i].reason);
        ck_assert_uint_eq(got->considered[i].score_ms, want->considered[i].score_ms);
    }
    ck_assert_mem_eq(got->passed, want->passed, sizeof(got->passed));
}

/* Nobody is lost: considered and passed together are all candidates, and each score is the sum of
 * its parts. */
static void expect_complete(const struct slot_choice *got, uint32_t n)
{
    uint32_t total = got->considered_count;

    for (uint32_t i = 0; i < PASS_REASON_COUNT; i++) {
        total += got->passed[i];
    }
    ck_assert_uint_eq(total, n);
    ck_assert_uint_eq(got->passed[PASS_CHOSEN], 0);
    for (uint32_t i = 0; i < got->considered_count; i++) {
        const struct considered *c = &got->considered[i];

        ck_assert_uint_eq(c->score_ms, c->eta_ms + c->clear_ms + c->score_zone_ms +
                                           c->score_age_ms + c->score_duty_ms + c->score_leave_ms +
                                           c->score_late_ms + c->score_cover_ms);
    }
}

/* flip_ms is exactly enough: with a way that is so much shorter the unit comes before the chosen
 * one, with one ms less it does not; where it is more than the way, not even on the spot it would,
 * by as much. */
static void expect_flips(const struct slot_need *need, const struct candidate *c, uint32_t n,
                         const struct slot_choice *got)
{
    const struct candidate *best = NULL;

    for (uint32_t i = 0; i < n && got->chosen != 0; i++) {
        best = c[i].unit == got->chosen ? &c[i] : best;
    }
    for (uint32_t i = 0; i < got->considered_count; i++) {
        const struct considered *row = &got->considered[i];
        uint32_t at = 0;

        while (c[at].unit != row->unit) {
            at++;
        }
        struct candidate moved = c[at];

        if (best == NULL || best == &c[at] || oracle_before(need, &c[at], best)) {
            ck_assert_uint_eq(row->flip_ms, 0);
            continue;
        }
        ck_assert_uint_gt(row->flip_ms, 0);
        if (row->flip_ms > moved.eta_ms) {
            uint64_t beyond = row->flip_ms - moved.eta_ms;

            moved.eta_ms = 0;
            ck_assert_uint_eq(oracle_score(need, &moved) - beyond,
                              oracle_score(need, best) - (moved.unit > best->unit ? 1 : 0));
            continue;
        }
        moved.eta_ms -= row->flip_ms;
        ck_assert(oracle_before(need, &moved, best));
        moved.eta_ms++;
        ck_assert(!oracle_before(need, &moved, best));
    }
}

START_TEST(the_answer_is_that_of_a_full_sort)
{
    static const struct slot_need needs[] = {
        { .slot = 1, .police_type = POLICE_TYPE_PUBLIC_ORDER },
        { .slot = 2, .police_type = POLICE_TYPE_STATION, .capability = { "armed", 5 } },
        { .slot = 3, .capability = { "armed", 5 } },
        { .slot = 4 },
    };
    struct candidate c[CANDIDATES_MAX];
    struct prng p;

    prng_seed(&p, (uint64_t)_i);
    for (int round = 0; round < 20; round++) {
        uint32_t n = (uint32_t)prng_below(&p, CANDIDATES_MAX + 1);
        struct slot_need of_tier = needs[prng_below(&p, 4)];
        const struct slot_need *need = &of_tier;
        uint64_t bit = need->capability.len > 0 ? ARMED : 0;

        of_tier.tier = (uint8_t)prng_below(&p, 5);
        of_tier.work_ms = (uint32_t)prng_below(&p, 40) * 60000;
        random_price(&p, &of_tier);
        uint32_t taken[] = { (uint32_t)prng_below(&p, 30), (uint32_t)prng_below(&p, 200) };
        struct slot_choice got, want;

        for (uint32_t i = 0; i < n; i++) {
            c[i] = random_candidate(&p, i + 1);
        }
        shuffle(&p, c, n);
        recommend_slot(need, bit, c, n, taken, 2, &got);
        oracle(need, bit, c, n, taken, 2, &want);
        expect_same(&got, &want);
        expect_complete(&got, n);
        recommend_slot(need, bit, c, n, NULL, 0, &got);
        expect_flips(need, c, n, &got);
    }
}
END_TEST

START_TEST(ties_go_to_the_lower_unit_in_any_order)
{
    struct candidate up[] = { free_patrol(7, 60000), free_patrol(9, 60000) };
    struct candidate down[] = { free_patrol(9, 60000), free_patrol(7, 60000) };
    struct slot_choice a, b;

    recommend_slot(&patrol, 0, up, 2, NULL, 0, &a);
    recommend_slot(&patrol, 0, down, 2, NULL, 0, &b);
    ck_assert_uint_eq(a.chosen, 7);
    ck_assert_uint_eq(b.chosen, 7);
    ck_assert_uint_eq(a.considered[1].flip_ms, 1);
    ck_assert_mem_eq(&a, &b, sizeof(a));
}
END_TEST

START_TEST(the_home_zone_weighs_half_a_minute)
{
    struct candidate c[] = { free_patrol(1, 100000), free_patrol(2, 70000) };
    struct slot_choice out;

    c[1].home_zone = false;
    recommend_slot(&patrol, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1); /* 100000 against 70000 + 30000: the lower number */
    c[1].eta_ms = 69999;
    recommend_slot(&patrol, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 2);
    ck_assert_uint_eq(out.considered[0].score_zone_ms, RECOMMEND_ZONE_MS);
}
END_TEST

START_TEST(doubt_grows_with_the_age_of_the_fix_and_ends_at_its_limit)
{
    static const uint32_t ages_and_doubts[][2] = { { 0, 0 },           { 30000, 0 },
                                                   { 30003, 0 },       { 30004, 1 },
                                                   { 70000, 10000 },   { 510000, 120000 },
                                                   { 509996, 119999 }, { 9000000, 120000 } };
    struct candidate c = free_patrol(1, 1000);
    struct slot_choice out;

    for (size_t i = 0; i < sizeof(ages_and_doubts) / sizeof(ages_and_doubts[0]); i++) {
        c.position_age_ms = ages_and_doubts[i][0];
        recommend_slot(&patrol, 0, &c, 1, NULL, 0, &out);
        ck_assert_uint_eq(out.considered[0].score_age_ms, ages_and_doubts[i][1]);
    }
    c.position_age_ms = UINT32_MAX;
    recommend_slot(&patrol, 0, &c, 1, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 0);
    ck_assert_uint_eq(out.passed[PASS_NO_POSITION], 1);
    c.coarse = true;
    recommend_slot(&patrol, 0, &c, 1, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    ck_assert_uint_eq(out.considered[0].score_age_ms, RECOMMEND_DOUBT_MAX_MS);
}
END_TEST

START_TEST(a_nearer_busy_unit_is_shown_with_its_reason_and_needs_no_more_than_to_be_free)
{
    struct candidate c[] = { free_patrol(1, 90000), free_patrol(2, 10000), free_patrol(3, 95000) };
    struct slot_choice out;

    c[1].status = UNIT_ON_SCENE;
    recommend_slot(&patrol, 0, c, 3, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    ck_assert_uint_eq(out.considered_count, 3);
    ck_assert_uint_eq(out.considered[1].unit, 2);
    ck_assert_uint_eq(out.considered[1].reason, PASS_BUSY);
    ck_assert_uint_eq(out.considered[1].flip_ms, 0);
    ck_assert_uint_eq(out.considered[2].reason, PASS_SLOWER);
    ck_assert_uint_eq(out.considered[2].flip_ms, 5001);
}
END_TEST

START_TEST(a_capability_that_the_city_does_not_know_nobody_has)
{
    struct slot_need need = { .slot = 1, .capability = { "submarine", 9 } };
    struct candidate c = free_patrol(1, 1000);
    struct slot_choice out;

    c.capabilities = UINT64_MAX;
    recommend_slot(&need, 0, &c, 1, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 0);
    ck_assert_uint_eq(out.passed[PASS_NO_CAPABILITY], 1);
}
END_TEST

START_TEST(a_slot_of_the_floor_takes_police_and_no_partner)
{
    struct slot_need need = { .slot = 1 };
    struct slot_choice out;

    for (uint8_t type = 0; type < POLICE_TYPE_COUNT; type++) {
        struct candidate c = free_patrol(1, 1000);

        c.police_type = type;
        recommend_slot(&need, 0, &c, 1, NULL, 0, &out);
        ck_assert_uint_eq(out.chosen,
                          type >= POLICE_TYPE_PUBLIC_ORDER && type <= POLICE_TYPE_STATION ? 1 : 0);
    }
}
END_TEST

/* Of two that are in time the one goes on whom less rests; of one who is in time and one who is not
 * the one who is; for tier I the nearest. */
START_TEST(cover_is_spared_where_that_makes_nobody_late)
{
    struct slot_need need = patrol;
    struct candidate c[] = { free_patrol(1, 60000), free_patrol(2, 100000) };
    struct slot_choice out;

    need.tier = 3;
    need.price = (struct slot_price){ .first = true, .limit_ms = 600000, .calls = 2 << 8 };
    c[0].stake = 1 << 17; /* an eighth of the city: three minutes for two calls */
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 2);
    ck_assert_uint_eq(out.considered[1].score_cover_ms, 180000);
    ck_assert_uint_eq(out.considered[1].reason, PASS_SLOWER);
    ck_assert_uint_eq(out.considered[1].flip_ms, 60000 + 80000); /* not even on the spot */
    need.price.waited_ms = 335000; /* 265 s are left: the second comes 5 s after it gets dear */
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 2);
    ck_assert_uint_eq(out.considered[0].score_late_ms, 5000 * 18);
    need.price.waited_ms = 370000;
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    need.price.waited_ms = 0;
    need.tier = 1;
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    ck_assert_uint_eq(out.considered[0].score_cover_ms, 0);
}
END_TEST

START_TEST(where_others_wait_being_late_counts_before_the_score)
{
    struct slot_need need = patrol;
    struct slot_choice out;
    struct candidate c[] = { free_patrol(1, 290000), free_patrol(2, 310000) };

    need.tier = 3;
    need.price = (struct slot_price){ .limit_ms = 600000, .waited_ms = 300000 };
    c[0].home_zone = false; /* counts as half a minute more: more than the other */
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 2);
    need.joint = true;
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    need.price.limit_ms = 0; /* nothing is ever late */
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 2);
}
END_TEST

START_TEST(a_unit_that_others_would_miss_more_is_kept_and_the_least_change_says_by_how_much)
{
    struct slot_need need = patrol;
    struct slot_choice out;
    struct candidate c[] = { free_patrol(1, 100000), free_patrol(2, 180000) };

    need.joint = true;
    c[0].wanted = (struct wanted){ .incident = 7, .slot = 2, .score_ms = 90000 };
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 2);
    ck_assert_uint_eq(out.considered[1].reason, PASS_WANTED);
    ck_assert_uint_eq(out.considered[1].flip_ms, 10000); /* then as good, and of the lower number */
    c[0].eta_ms -= out.considered[1].flip_ms;
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    ck_assert_uint_eq(out.considered[1].reason, PASS_SLOWER);
    c[0].wanted.score_ms = 79999; /* missed less than it is better here: it is taken */
    c[0].eta_ms = 100000;
    recommend_slot(&need, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
}
END_TEST

START_TEST(who_is_meant_for_another_slot_of_the_assignment_is_not_chosen_and_says_for_which)
{
    struct slot_need need = patrol;
    struct slot_choice out;
    struct candidate c[] = { free_patrol(1, 100000), free_patrol(2, 180000) };
    const uint32_t taken[] = { 1 };

    need.joint = true;
    c[0].wanted = (struct wanted){ .incident = 7, .slot = 2 };
    recommend_slot(&need, 0, c, 2, taken, 1, &out);
    ck_assert_uint_eq(out.chosen, 2);
    ck_assert_uint_eq(out.considered[1].reason, PASS_WANTED);
    ck_assert_uint_eq(out.considered[1].wanted.incident, 7);
    c[0].wanted.incident = 0; /* of the same incident */
    recommend_slot(&need, 0, c, 2, taken, 1, &out);
    ck_assert_uint_eq(out.considered[1].reason, PASS_TAKEN);
}
END_TEST

START_TEST(a_slot_is_left_empty_only_where_that_costs_less_than_taking_from_others)
{
    struct slot_need need = patrol;
    struct slot_choice out;
    struct candidate c = free_patrol(1, 100000);

    need.tier = 3;
    need.joint = need.leave = true;
    need.price.limit_ms = 600000;
    recommend_slot(&need, 0, &c, 1, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    c.wanted = (struct wanted){ .incident = 7, .slot = 1, .late_ms = 60000000 };
    recommend_slot(&need, 0, &c, 1, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 0);
    ck_assert_uint_eq(out.considered[0].reason, PASS_WANTED);
    ck_assert_uint_gt(out.considered[0].flip_ms, c.eta_ms);
    need.price.waited_ms = 8 * 3600000; /* it has waited long itself */
    recommend_slot(&need, 0, &c, 1, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    need.price.waited_ms = 0;
    need.leave = false; /* somebody asked for the best there is */
    recommend_slot(&need, 0, &c, 1, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
}
END_TEST

START_TEST(a_bar_of_no_known_kind_is_a_bug)
{
    struct candidate c = free_patrol(1, 1000);
    struct slot_choice out;

    c.barred = PASS_REASON_COUNT;
    recommend_slot(&patrol, 0, &c, 1, NULL, 0, &out);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_answer_is_that_of_a_full_sort, 0, 50 },
        { ties_go_to_the_lower_unit_in_any_order, 0, 0 },
        { the_home_zone_weighs_half_a_minute, 0, 0 },
        { doubt_grows_with_the_age_of_the_fix_and_ends_at_its_limit, 0, 0 },
        { a_nearer_busy_unit_is_shown_with_its_reason_and_needs_no_more_than_to_be_free, 0, 0 },
        { a_capability_that_the_city_does_not_know_nobody_has, 0, 0 },
        { a_slot_of_the_floor_takes_police_and_no_partner, 0, 0 },
        { cover_is_spared_where_that_makes_nobody_late, 0, 0 },
        { where_others_wait_being_late_counts_before_the_score, 0, 0 },
        { a_unit_that_others_would_miss_more_is_kept_and_the_least_change_says_by_how_much, 0, 0 },
        { who_is_meant_for_another_slot_of_the_assignment_is_not_chosen_and_says_for_which, 0, 0 },
        { a_slot_is_left_empty_only_where_that_costs_less_than_taking_from_others, 0, 0 },
        { a_bar_of_no_known_kind_is_a_bug, SIGABRT, 0 },
    };

    return SUITE_RUN("dispatch/plan/recommend", rows);
}
