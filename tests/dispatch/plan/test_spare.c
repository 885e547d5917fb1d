/* What it costs to count on a unit that is not simply free. */
#include "dispatch/plan/recommend.h"
#include "dispatch/plan/spare.h"
#include "tests/suite.h"

START_TEST(two_tiers_apart_is_enough_and_one_is_not)
{
    for (uint8_t to = 0; to <= 5; to++) {
        for (uint8_t from = 0; from <= 5; from++) {
            bool may = (to == 1 && (from == 3 || from == 4)) || (to == 2 && from == 4);

            ck_assert_msg(spare_may_leave(to, from) == may, "to %u from %u", to, from);
        }
    }
}
END_TEST

START_TEST(what_is_left_is_weighed_by_the_tiers)
{
    ck_assert_uint_eq(spare_leave_ms(1, 4, 0), SPARE_DIVERT_MS);
    ck_assert_uint_eq(spare_leave_ms(1, 4, 800000), SPARE_DIVERT_MS + 100000);
    ck_assert_uint_eq(spare_leave_ms(1, 3, 800000), SPARE_DIVERT_MS + 200000);
    ck_assert_uint_eq(spare_leave_ms(2, 4, UINT32_MAX), SPARE_DIVERT_MS + SPARE_NOBODY_MS / 4);
}
END_TEST

START_TEST(an_expected_end_is_soon_only_for_a_while)
{
    static const int64_t now = INT64_C(1000000000000);
    static const int64_t rows[][2] = {
        /* ms from now until the expected end, what is left of it */
        { 1800000, 1800000 }, { 1800001, 0 },      { 600000, 600000 }, { 300001, 300001 },
        { 299999, 300000 },   { -899999, 300000 }, { -900001, 0 },
    };

    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        ck_assert_int_eq(spare_clear_ms(now + rows[k][0] * US_PER_MS, now), rows[k][1]);
    }
    ck_assert_uint_eq(spare_clear_ms(0, now), 0);
}
END_TEST

START_TEST(a_shift_without_an_end_costs_nothing)
{
    ck_assert(!spare_duty_over(4, 0, UINT32_MAX / 4));
    ck_assert_uint_eq(spare_duty_ms(0, UINT32_MAX / 4, UINT32_MAX), 0);
}
END_TEST

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

/* Shifts. A need of tier II whose work takes twenty minutes. */
static const struct slot_need second = {
    .slot = 1, .police_type = POLICE_TYPE_PATROL, .tier = 2, .work_ms = 1200000
};

START_TEST(who_could_do_nothing_before_its_shift_ends_is_passed_over_but_for_tier_one)
{
    struct candidate c[] = { free_patrol(1, 60000), free_patrol(2, 240000) };
    struct slot_need first = second;
    struct slot_choice out;

    c[0].duty_ms = 60000 + 600000 - 1; /* a millisecond short of ten minutes there */
    recommend_slot(&second, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 2);
    ck_assert_uint_eq(out.considered[1].reason, PASS_DUTY_ENDS);
    c[0].duty_ms++;
    recommend_slot(&second, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    ck_assert_uint_eq(out.considered[0].score_duty_ms, 120000); /* of 600 s beyond, no more */
    c[0].duty_ms = 1;
    first.tier = 1;
    recommend_slot(&first, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
}
END_TEST

START_TEST(work_beyond_the_end_of_the_shift_counts_a_quarter)
{
    struct candidate c = free_patrol(1, 60000);
    struct slot_choice out;

    c.duty_ms = 60000 + 1200000;
    recommend_slot(&second, 0, &c, 1, NULL, 0, &out);
    ck_assert_uint_eq(out.considered[0].score_ms, 60000);
    c.duty_ms -= 40000;
    recommend_slot(&second, 0, &c, 1, NULL, 0, &out);
    ck_assert_uint_eq(out.considered[0].score_ms, 70000);
}
END_TEST

START_TEST(a_unit_on_its_way_to_less_is_offered_and_never_chosen)
{
    struct candidate c[] = { free_patrol(1, 600000), free_patrol(2, 60000) };
    struct slot_choice out;

    c[1].status = UNIT_EN_ROUTE;
    c[1].leaves = 7;
    c[1].leaves_tier = 4;
    c[1].leaves_ms = 240000;
    recommend_slot(&second, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    ck_assert_uint_eq(out.considered[1].reason, PASS_DIVERTIBLE);
    ck_assert_uint_eq(out.considered[1].score_leave_ms, 60000 + 240000 / 4);
    ck_assert_uint_eq(out.considered[1].flip_ms, 0);
    c[1].leaves_tier = 3; /* one tier less is not enough */
    recommend_slot(&second, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.considered[1].reason, PASS_BUSY);
    recommend_slot(&second, 0, &c[1], 1, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 0);
}
END_TEST

START_TEST(who_will_have_done_soon_stands_with_what_it_still_has_to_do)
{
    struct candidate c[] = { free_patrol(1, 600000), free_patrol(2, 60000) };
    struct slot_choice out;

    c[1].status = UNIT_ON_SCENE;
    c[1].clear_ms = 300000;
    recommend_slot(&second, 0, c, 2, NULL, 0, &out);
    ck_assert_uint_eq(out.chosen, 1);
    ck_assert_uint_eq(out.considered[1].reason, PASS_SOON_FREE);
    ck_assert_uint_eq(out.considered[1].score_ms, 360000);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { two_tiers_apart_is_enough_and_one_is_not, 0, 0 },
        { what_is_left_is_weighed_by_the_tiers, 0, 0 },
        { an_expected_end_is_soon_only_for_a_while, 0, 0 },
        { a_shift_without_an_end_costs_nothing, 0, 0 },
        { who_could_do_nothing_before_its_shift_ends_is_passed_over_but_for_tier_one, 0, 0 },
        { work_beyond_the_end_of_the_shift_counts_a_quarter, 0, 0 },
        { a_unit_on_its_way_to_less_is_offered_and_never_chosen, 0, 0 },
        { who_will_have_done_soon_stands_with_what_it_still_has_to_do, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/spare", rows);
}
