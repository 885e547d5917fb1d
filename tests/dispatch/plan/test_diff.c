/* What differs between two plans: each change alone is found as what it is, and nothing else is. */
#include "dispatch/plan/diff.h"
#include "tests/suite.h"

#define ID(text)                              \
    {                                         \
        .at = (text), .len = sizeof(text) - 1 \
    }
#define LIST(array)                                                \
    {                                                              \
        .at = (array), .count = sizeof(array) / sizeof((array)[0]) \
    }
#define CHANGES 8

struct town {
    struct str types[2];
    struct plan_when any[1];
    struct plan_need needs[2];
    struct plan_rule rules[4];
    struct plan_clocks clocks[3];
    struct plan_automation automation[1];
    struct plan plan;
};

static struct town a, b;
static struct plan_change got[CHANGES];

static void make(struct town *t)
{
    *t = (struct town){ .types = { ID("10.*.*.*"), ID("20.*.*.*") },
                        .needs = { { .police_type = POLICE_TYPE_PATROL, .count = 2 },
                                   { .police_type = POLICE_TYPE_TRAFFIC, .count = 1 } } };
    t->any[0] = (struct plan_when){ .priority_max = 2 };
    t->rules[0] = (struct plan_rule){ .id = STR("crime"),
                                      .when = { .types = LIST(t->types), .any = LIST(t->any) },
                                      .tier = 2,
                                      .needs = LIST(t->needs) };
    t->rules[1] = (struct plan_rule){ .id = STR("weapon"), .when = { .cues_any = 1 }, .tier = 1 };
    t->rules[2] = (struct plan_rule){ .id = STR("dead"), .when = { .cues_any = 8 }, .tier = 1 };
    t->rules[3] = (struct plan_rule){ .id = STR("last"), .when = { .always = true }, .tier = 4 };
    t->clocks[0] = (struct plan_clocks){ .tier = 1, .sign_ms = 30000 };
    t->clocks[1] = (struct plan_clocks){ .tier = 2, .sign_ms = 60000 };
    t->clocks[2] = (struct plan_clocks){ .types = LIST(t->types), .sign_ms = 10000 };
    t->plan = (struct plan){ .id = STR("p"),
                             .version = 1,
                             .offers_max = 3,
                             .rules = LIST(t->rules),
                             .clocks = LIST(t->clocks),
                             .automation = LIST(t->automation) };
}

static void both(void)
{
    make(&a);
    make(&b);
    b.plan.version = 2;
}

static uint32_t differs(void)
{
    return plan_diff(&a.plan, &b.plan, got, CHANGES);
}

START_TEST(equal_plans_of_two_versions_do_not_differ)
{
    both();
    ck_assert_uint_eq(differs(), 0);
}
END_TEST

struct row {
    void (*change)(void);
    enum plan_part part;
    const char *field;
};

#define CHANGE(name, statement) \
    static void name(void)      \
    {                           \
        statement;              \
    }
CHANGE(other_type, b.types[1] = STR("30.*.*.*"))
CHANGE(other_group, b.any[0].priority_max = 3)
CHANGE(fewer_groups, b.rules[0].when.any.count = 0)
CHANGE(other_tier, b.rules[1].tier = 2)
CHANGE(more_units, b.needs[1].count = 2)
CHANGE(fewer_needs, b.rules[0].needs.count = 1)
CHANGE(other_name, b.rules[2].name_zh = STR("x"))
CHANGE(other_source, b.rules[2].source = STR("x"))
CHANGE(other_limit, b.clocks[1].sign_ms = 1)
CHANGE(automation_less, b.plan.automation.count = 0)
CHANGE(automation_other, b.automation[0].channels = 1)
CHANGE(other_offers, b.plan.offers_max = 4)
CHANGE(other_panic, b.plan.panic.radius_m = 4)

static const struct row rows[] = {
    { other_type, PART_WHEN, NULL },
    { other_group, PART_WHEN, NULL },
    { fewer_groups, PART_WHEN, NULL },
    { other_tier, PART_TIER, NULL },
    { more_units, PART_NEEDS, NULL },
    { fewer_needs, PART_NEEDS, NULL },
    { other_name, PART_NAME, NULL },
    { other_source, PART_SOURCE, NULL },
    { other_limit, PART_CLOCKS, "sign_ms" },
    { automation_less, PART_AUTOMATION, NULL },
    { automation_other, PART_AUTOMATION, NULL },
    { other_offers, PART_FIELD, "offers_max" },
    { other_panic, PART_FIELD, "panic" },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

START_TEST(one_change_is_told_as_one_change_both_ways)
{
    both();
    /* A row of limits is known by its types: one that is for others is another row. */
    b.clocks[2].types.count = a.clocks[2].types.count = _i == 0 ? 1 : 2;
    rows[_i].change();
    ck_assert_uint_eq(differs(), 1);
    ck_assert_uint_eq(got[0].part, rows[_i].part);
    ck_assert_ptr_nonnull(got[0].before);
    ck_assert_ptr_nonnull(got[0].after);
    ck_assert_ptr_ne(got[0].before, got[0].after);
    ck_assert(rows[_i].field == NULL || strcmp(got[0].field->name, rows[_i].field) == 0);
    ck_assert_uint_eq(plan_diff(&b.plan, &a.plan, got, CHANGES), 1);
    ck_assert_uint_eq(got[0].part, rows[_i].part);
}
END_TEST

START_TEST(rules_that_are_new_or_gone_are_told_whole)
{
    both();
    b.rules[1].id = STR("knife");
    ck_assert_uint_eq(differs(), 2);
    ck_assert_uint_eq(got[0].part, PART_RULE);
    ck_assert_ptr_null(got[0].before);
    ck_assert_ptr_eq(got[0].after, &b.rules[1]);
    ck_assert_ptr_eq(got[1].before, &a.rules[1]);
    ck_assert_ptr_null(got[1].after);
}
END_TEST

START_TEST(rows_of_limits_that_are_new_or_gone_are_told_whole)
{
    both();
    b.plan.clocks.count = 2;
    ck_assert_uint_eq(differs(), 1);
    ck_assert_uint_eq(got[0].part, PART_CLOCKS);
    ck_assert_ptr_eq(got[0].before, &a.clocks[2]);
    ck_assert_ptr_null(got[0].after);
    ck_assert_uint_eq(plan_diff(&b.plan, &a.plan, got, CHANGES), 1);
    ck_assert_ptr_null(got[0].before);
}
END_TEST

START_TEST(an_order_that_changed_is_told_once)
{
    both();
    struct plan_rule weapon = b.rules[1];

    b.rules[1] = b.rules[0];
    b.rules[0] = weapon;
    ck_assert_uint_eq(differs(), 1);
    ck_assert_uint_eq(got[0].part, PART_ORDER);
    ck_assert(str_is(((const struct plan_rule *)got[0].after)->id, "crime"));
}
END_TEST

START_TEST(no_more_is_written_than_there_is_room_for)
{
    both();
    b.rules[1].tier = 3;
    b.rules[2].tier = 3;
    got[1].part = PART_FIELD;
    ck_assert_uint_eq(plan_diff(&a.plan, &b.plan, got, 1), 2);
    ck_assert_uint_eq(got[0].part, PART_TIER);
    ck_assert_uint_eq(got[1].part, PART_FIELD);
}
END_TEST

int main(void)
{
    const struct suite_row tests[] = {
        { equal_plans_of_two_versions_do_not_differ, 0, 0 },
        { one_change_is_told_as_one_change_both_ways, 0, ROWS },
        { rules_that_are_new_or_gone_are_told_whole, 0, 0 },
        { rows_of_limits_that_are_new_or_gone_are_told_whole, 0, 0 },
        { an_order_that_changed_is_told_once, 0, 0 },
        { no_more_is_written_than_there_is_room_for, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/diff", tests);
}
