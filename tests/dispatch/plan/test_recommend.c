/* The choice of a unit: a second, slow reckoning of the whole answer over random candidates, and
 * the single laws. */
#include "base/prng.h"
#include "dispatch/plan/recommend.h"
#include "tests/suite.h"

#include <signal.h>

#define CANDIDATES_MAX 200
#define ARMED UINT64_C(4)

static const struct slot_need patrol = { .slot = 1, .police_type = POLICE_TYPE_PATROL };

/* A free patrol unit with a fresh fix in its own zone. */
static struct candidate free_patrol(uint32_t unit, uint32_t eta_ms)
{
    return (struct candidate){ .unit = unit,
                               .police_type = POLICE_TYPE_PATROL,
                               .status = UNIT_AVAILABLE,
                               .barred = PASS_CHOSEN,
                               .eta_ms = eta_ms,
                               .home_zone = true };
}

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
           oracle_duty(need, c) + oracle_leave(need, c);
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

static struct candidate random_candidate(struct prng *p, uint32_t unit)
{
    static const uint8_t bars[] = { PASS_CHOSEN,   PASS_CHOSEN,       PASS_CHOSEN,
                                    PASS_DECLINED, PASS_ALREADY_HERE, PASS_RESERVED };
    struct candidate c = { .unit = unit };

    c.police_type = (uint8_t)(1 + prng_below(p, 3) * 4);
    c.capabilities = prng_below(p, 8);
    c.status = prng_below(p, 3) > 0 ? UNIT_AVAILABLE : (uint8_t)prng_below(p, UNIT_STATUS_COUNT);
    c.barred = bars[prng_below(p, 6)];
    c.eta_ms =
        prng_below(p, 20) == 0 ? ETA_INF_MS : (uint32_t)prng_below(p, 40) * 15000; /* many ties */
    c.position_age_ms = prng_below(p, 20) == 0 ? UINT32_MAX : (uint32_t)prng_below(p, 12) * 60000;
    c.home_zone = prng_below(p, 2) == 0;
    c.coarse = prng_below(p, 10) == 0;
    c.duty_ms = prng_below(p, 3) > 0 ? 0 : 1 + (uint32_t)prng_below(p, 60) * 60000;
    if (c.status == UNIT_ON_SCENE && prng_below(p, 2) == 0) {
        c.clear_ms = 300000 + (uint32_t)prng_below(p, 26) * 60000;
    }
    if ((c.status == UNIT_ASSIGNED || c.status == UNIT_EN_ROUTE) && prng_below(p, 3) > 0) {
        c.leaves = 1 + (uint32_t)prng_below(p, 9);
        c.leaves_tier = (uint8_t)(1 + prng_below(p, 4));
        c.leaves_ms = (uint32_t)prng_below(p, 40) * 60000;
    }
    return c;
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
                                           c->score_age_ms + c->score_duty_ms + c->score_leave_ms);
    }
}

/* flip_ms is exactly enough: free and with all that counts against it as travel time, the unit is
 * chosen when that is so much less, with one ms more it is not. */
static void expect_flips(const struct slot_need *need, uint64_t bit, struct candidate *c,
                         uint32_t n, const struct slot_choice *got)
{
    for (uint32_t i = 0; i < got->considered_count; i++) {
        const struct considered *row = &got->considered[i];
        uint32_t at = 0;

        while (c[at].unit != row->unit) {
            at++;
        }
        struct candidate kept = c[at];
        struct slot_choice again;

        if (row->unit == got->chosen || got->chosen == 0) {
            ck_assert_uint_eq(row->flip_ms, 0);
            continue;
        }
        uint32_t all = row->score_ms - row->score_zone_ms - row->score_age_ms;

        if (row->flip_ms > all) {
            continue; /* no travel time is short enough: nothing to try */
        }
        c[at].status = UNIT_AVAILABLE;
        c[at].barred = PASS_CHOSEN;
        c[at].eta_ms = all - row->flip_ms;
        c[at].duty_ms = c[at].clear_ms = c[at].leaves = 0;
        recommend_slot(need, bit, c, n, NULL, 0, &again);
        ck_assert_uint_eq(again.chosen, row->unit);
        if (row->flip_ms > 0) {
            c[at].eta_ms++;
            recommend_slot(need, bit, c, n, NULL, 0, &again);
            ck_assert_uint_ne(again.chosen, row->unit);
        }
        c[at] = kept;
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
        expect_flips(need, bit, c, n, &got);
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

/* Candidates as the core makes them: coarse where the incident's place is, or the unit has no fix.
 */
static void as_stored(struct prng *p, struct slot_choice *out, bool coarse)
{
    struct candidate c[CANDIDATES_MAX];
    uint32_t n = (uint32_t)prng_below(p, CANDIDATES_MAX + 1);
    uint32_t taken[] = { (uint32_t)prng_below(p, 30), (uint32_t)prng_below(p, 200) };

    for (uint32_t i = 0; i < n; i++) {
        c[i] = random_candidate(p, i + 1);
        c[i].coarse = coarse || c[i].position_age_ms == UINT32_MAX;
    }
    struct slot_need need = patrol;

    need.tier = (uint8_t)prng_below(p, 5);
    need.work_ms = (uint32_t)prng_below(p, 40) * 60000;
    recommend_slot(&need, 0, c, n, taken, 2, out);
    for (uint32_t i = 0; i < out->considered_count; i++) {
        struct considered *row = &out->considered[i];

        row->position_age_ms = position_age_told(row->position_age_ms);
    }
}

START_TEST(what_is_stored_gives_the_same_choice_again)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i);
    for (int round = 0; round < 50; round++) {
        struct slot_choice stored, again;
        bool coarse = prng_below(&p, 4) == 0;

        as_stored(&p, &stored, coarse);
        ck_assert(recommend_again(&stored, coarse, &again));
        ck_assert_ptr_null(recommend_differs(&stored, &again));
    }
}
END_TEST

START_TEST(one_changed_input_or_result_is_found)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i + 1000);
    for (int round = 0; round < 50; round++) {
        struct slot_choice stored, again;

        as_stored(&p, &stored, false);
        if (stored.considered_count == 0) {
            continue;
        }
        struct considered *c = &stored.considered[prng_below(&p, stored.considered_count)];

        switch (prng_below(&p, 7)) {
        case 0:
            c->eta_ms++;
            break;
        case 4:
            c->clear_ms++;
            break;
        case 5:
            c->leaves = 3; /* at times to no effect but the turning round */
            c->score_leave_ms++;
            break;
        case 1:
            c->home_zone = !c->home_zone;
            break;
        case 2:
            c->score_ms++;
            break;
        case 3:
            c->reason = c->reason == PASS_BUSY ? PASS_TAKEN : PASS_BUSY;
            break;
        default:
            c->flip_ms++;
            break;
        }
        ck_assert(!recommend_again(&stored, false, &again) ||
                  recommend_differs(&stored, &again) != NULL);
    }
}
END_TEST

START_TEST(inputs_that_cannot_be_are_refused)
{
    struct slot_choice s = { .police_type = POLICE_TYPE_PATROL, .considered_count = 1 };
    struct slot_choice out;

    s.considered[0] = (struct considered){ .unit = 1, .barred = PASS_SLOWER };
    ck_assert(!recommend_again(&s, false, &out));
    s.considered[0] = (struct considered){ .unit = 1, .eta_ms = UINT32_MAX };
    ck_assert(!recommend_again(&s, false, &out));
    s.considered[0] = (struct considered){ .unit = 1, .status = UINT8_MAX };
    ck_assert(!recommend_again(&s, false, &out));
    s.considered[0] = (struct considered){ .unit = 1, .status = UNIT_AVAILABLE, .leaves = 3 };
    ck_assert(!recommend_again(&s, false, &out));
    s.considered[0] = (struct considered){ .unit = 1, .status = UNIT_EN_ROUTE, .clear_ms = 5 };
    ck_assert(!recommend_again(&s, false, &out));
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
        { what_is_stored_gives_the_same_choice_again, 0, 20 },
        { one_changed_input_or_result_is_found, 0, 20 },
        { inputs_that_cannot_be_are_refused, 0, 0 },
        { a_bar_of_no_known_kind_is_a_bug, SIGABRT, 0 },
    };

    return SUITE_RUN("dispatch/plan/recommend", rows);
}
