/* Which row of a plan's clocks counts: type before zone before tier, and each limit by itself. */
#include "dispatch/plan/clocks.h"
#include "tests/suite.h"

#define LIST(array)                                                \
    {                                                              \
        .at = (array), .count = sizeof(array) / sizeof((array)[0]) \
    }

static struct str robbery[] = { { "10.02.*.*", 9 } };
static struct str crime[] = { { "10.*.*.*", 8 } };
static struct str station[] = { { "LP01", 4 } };
static struct str district[] = { { "LP", 2 } };

static const struct plan_clocks rows[] = {
    { .tier = 1, .sign_ms = 10, .close_ms = 90 },
    { .tier = 2, .sign_ms = 20 },
    { .tier = 3, .sign_ms = 30, .arrive_ms = 300 },
    { .tier = 4, .sign_ms = 40 },
    { .tier = 1, .zones = LIST(district), .sign_ms = 11 },
    { .zones = LIST(station), .sign_ms = 12, .feedback_ms = 700 },
    { .types = LIST(crime), .sign_ms = 13 },
    { .types = LIST(robbery), .sign_ms = 14 },
    { .tier = 3, .types = LIST(robbery), .zones = LIST(district), .sign_ms = 15 },
    { .types = LIST(robbery), .classify_ms = 77 },
};

static const struct plan plan = { .clocks = { .at = (void *)(uintptr_t)rows,
                                              .count = sizeof(rows) / sizeof(rows[0]) },
                                  .classify_ms = 1000,
                                  .report_ms = 2000,
                                  .answer_ms = 3000 };

static struct plan_clocks ask(const char *type, uint32_t zones, uint8_t tier)
{
    static const struct str codes[] = { { "LP01", 4 }, { "LP", 2 }, { "city", 4 } };

    return plan_clocks_for(&plan, &(struct clocks_for){ .type = str_of(type),
                                                        .zones = codes + (3 - zones),
                                                        .zone_count = zones,
                                                        .tier = tier });
}

START_TEST(a_tier_has_its_plain_row_where_nothing_else_holds)
{
    ck_assert_uint_eq(ask("20.01.00.00", 1, 1).sign_ms, 10);
    ck_assert_uint_eq(ask("20.01.00.00", 0, 4).sign_ms, 40);
    ck_assert_uint_eq(ask("", 0, 2).sign_ms, 20);
}
END_TEST

START_TEST(a_zone_counts_before_the_tier_and_the_smaller_before_the_greater)
{
    ck_assert_uint_eq(ask("20.01.00.00", 2, 1).sign_ms, 11);
    ck_assert_uint_eq(ask("20.01.00.00", 2, 2).sign_ms, 20);
    ck_assert_uint_eq(ask("20.01.00.00", 3, 1).sign_ms, 12);
}
END_TEST

START_TEST(a_type_counts_before_the_zone_and_more_levels_before_fewer)
{
    ck_assert_uint_eq(ask("10.09.00.00", 3, 1).sign_ms, 13);
    ck_assert_uint_eq(ask("10.02.00.00", 1, 1).sign_ms, 14);
    ck_assert_uint_eq(ask("10.02.00.00", 3, 3).sign_ms, 15);
}
END_TEST

START_TEST(a_limit_that_a_row_leaves_out_is_the_next_rows)
{
    ck_assert_uint_eq(ask("10.02.00.00", 3, 3).arrive_ms, 300);
    ck_assert_uint_eq(ask("10.02.00.00", 3, 1).close_ms, 90);
    ck_assert_uint_eq(ask("10.02.00.00", 3, 1).feedback_ms, 700);
    ck_assert_uint_eq(ask("10.02.00.00", 1, 1).feedback_ms, 0);
}
END_TEST

START_TEST(the_head_says_what_no_row_says)
{
    ck_assert_uint_eq(ask("10.02.00.00", 0, 0).classify_ms, 77);
    ck_assert_uint_eq(ask("20.02.00.00", 0, 0).classify_ms, 1000);
    ck_assert_uint_eq(ask("", 0, 0).report_ms, 2000);
    ck_assert_uint_eq(ask("", 0, 0).answer_ms, 3000);
}
END_TEST

START_TEST(rows_with_a_type_do_not_hold_for_what_has_none)
{
    ck_assert_uint_eq(ask("", 0, 1).sign_ms, 10);
    ck_assert_uint_eq(ask("", 0, 0).sign_ms, 0);
}
END_TEST

int main(void)
{
    const struct suite_row tests[] = {
        { a_tier_has_its_plain_row_where_nothing_else_holds, 0, 0 },
        { a_zone_counts_before_the_tier_and_the_smaller_before_the_greater, 0, 0 },
        { a_type_counts_before_the_zone_and_more_levels_before_fewer, 0, 0 },
        { a_limit_that_a_row_leaves_out_is_the_next_rows, 0, 0 },
        { the_head_says_what_no_row_says, 0, 0 },
        { rows_with_a_type_do_not_hold_for_what_has_none, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/clocks", tests);
}
