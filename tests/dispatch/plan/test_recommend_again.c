/* The choice made again from what is stored of it. */
#include "tests/dispatch/plan/candidates.h"
#include "tests/suite.h"

/* Candidates as the core makes them: coarse where the incident's place is, or the unit has no fix.
 */
static void as_stored(struct prng *p, struct slot_choice *out, bool coarse)
{
    bool joint = prng_below(p, 2) == 0;
    struct candidate c[CANDIDATES_MAX];
    uint32_t n = (uint32_t)prng_below(p, CANDIDATES_MAX + 1);
    uint32_t taken[] = { (uint32_t)prng_below(p, 30), (uint32_t)prng_below(p, 200) };

    for (uint32_t i = 0; i < n; i++) {
        c[i] = random_candidate(p, i + 1);
        c[i].coarse = coarse || c[i].position_age_ms == UINT32_MAX;
        if (joint) {
            random_wanted(p, &c[i]);
        }
    }
    struct slot_need need = patrol;

    need.joint = joint;
    need.leave = joint && prng_below(p, 3) > 0;

    need.tier = (uint8_t)prng_below(p, 5);
    need.work_ms = (uint32_t)prng_below(p, 40) * 60000;
    random_price(p, &need);
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

/* Rows of before the price: the same choice, the least change one of the score. */
START_TEST(rows_of_the_version_before_are_ranked_by_its_rules)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i + 2000);
    for (int round = 0; round < 50; round++) {
        struct slot_choice stored, again;
        struct candidate c[CANDIDATES_MAX];
        uint32_t n = 1 + (uint32_t)prng_below(&p, 30);

        for (uint32_t i = 0; i < n; i++) {
            c[i] = random_candidate(&p, i + 1);
            c[i].coarse = c[i].position_age_ms == UINT32_MAX;
            c[i].stake = 0;
        }
        recommend_slot(&patrol, 0, c, n, NULL, 0, &stored);
        for (uint32_t i = 0; i < stored.considered_count; i++) {
            struct considered *row = &stored.considered[i];
            uint32_t tie = row->unit > stored.chosen ? 1 : 0;
            bool behind = row->score_ms + tie > stored.considered[0].score_ms;

            row->position_age_ms = position_age_told(row->position_age_ms);
            row->flip_ms = stored.chosen != 0 && i > 0 && behind
                               ? row->score_ms - stored.considered[0].score_ms + tie
                               : 0;
        }
        ck_assert(recommend_again_w3(&stored, false, &again));
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

        switch (prng_below(&p, 9)) {
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
        case 6:
            c->score_late_ms++;
            break;
        case 7:
            c->score_cover_ms++;
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

int main(void)
{
    const struct suite_row rows[] = {
        { rows_of_the_version_before_are_ranked_by_its_rules, 0, 20 },
        { what_is_stored_gives_the_same_choice_again, 0, 20 },
        { one_changed_input_or_result_is_found, 0, 20 },
        { inputs_that_cannot_be_are_refused, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/recommend_again", rows);
}
