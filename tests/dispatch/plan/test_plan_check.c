/* Bad plans with their exact faults. Each row spoils the same good plan in one place. */
#include "dispatch/plan/plan_check.h"
#include "tests/suite.h"

#include <stdio.h>

#define ID(text)                              \
    {                                         \
        .at = (text), .len = sizeof(text) - 1 \
    }
#define LIST(array)                                                \
    {                                                              \
        .at = (array), .count = sizeof(array) / sizeof((array)[0]) \
    }

/* A good plan, made anew for each test. */
struct good {
    struct str types[1];
    struct str zones[1];
    struct plan_hours hours[1];
    struct plan_need needs[2];
    struct plan_when any[2];
    struct plan_when none[1];
    struct plan_rule rules[3];
    struct plan_clocks clocks[5];
    struct str clock_types[1];
    struct str clock_zones[1];
    struct plan_automation automation[1];
    struct str automation_types[1];
    struct str default_types[1];
    struct plan plan;
};

static struct good g;

static void make_good(void)
{
    g = (struct good){ .types = { ID("10.02.*.*") },
                       .zones = { ID("LP01") },
                       .hours = { { .from_min = 1320, .until_min = 360, .days = 127 } },
                       .needs = { { .police_type = POLICE_TYPE_PATROL, .count = 2 },
                                  { .capability = ID("taser"), .count = 14 } },
                       .automation_types = { ID("30.*.*.*") },
                       .default_types = { ID("99.*.*.*") } };
    g.rules[0] = (struct plan_rule){
        .id = STR("robbery"),
        .when = { .types = LIST(g.types), .zones = LIST(g.zones), .hours = LIST(g.hours) },
        .tier = 2,
        .needs = LIST(g.needs)
    };
    g.any[0] = (struct plan_when){ .cues_all = 3 };
    g.any[1] = (struct plan_when){ .priority_max = 1, .zones = LIST(g.zones) };
    g.none[0] = (struct plan_when){ .channels_any = 1U << CHANNEL_SMS };
    g.rules[1] =
        (struct plan_rule){ .id = STR("weapon"),
                            .when = { .cues_any = 1, .any = LIST(g.any), .none = LIST(g.none) },
                            .tier = 1 };
    g.rules[2] =
        (struct plan_rule){ .id = STR("everything"), .when = { .always = true }, .tier = 4 };
    for (uint8_t i = 0; i < 4; i++) {
        g.clocks[i] = (struct plan_clocks){ .tier = (uint8_t)(4 - i), .dispatch_ms = 60000 };
    }
    g.clock_types[0] = STR("10.*.*.*");
    g.clock_zones[0] = STR("LP01");
    g.clocks[4] = (struct plan_clocks){ .types = LIST(g.clock_types),
                                        .zones = LIST(g.clock_zones),
                                        .change_ms = 60000 };
    g.automation[0] = (struct plan_automation){ .types = LIST(g.automation_types),
                                                .channels = 1U << CHANNEL_110 };
    g.plan = (struct plan){ .id = STR("good"),
                            .version = 1,
                            .classify_ms = 60000,
                            .report_ms = 300000,
                            .offers_max = 3,
                            .clocks = LIST(g.clocks),
                            .automation = LIST(g.automation),
                            .rules = LIST(g.rules),
                            .default_types = LIST(g.default_types) };
}

struct bad_row {
    void (*spoil)(void);
    const char *field;
    const char *primary;
};

#define BAD(name, field, expectation, change) \
    static void spoil_##name(void)            \
    {                                         \
        change;                               \
    }
#include "tests/dispatch/plan/bad_plans.def"
#undef BAD

static const struct bad_row bad_rows[] = {
#define BAD(name, field, expectation, change) { spoil_##name, field, field expectation },
#include "tests/dispatch/plan/bad_plans.def"
#undef BAD
};

START_TEST(a_good_plan_passes)
{
    struct fault f;

    make_good();
    enum err err = plan_check(&g.plan, &f);

    ck_assert_msg(err == OK, "%s", f.primary);
    ck_assert_int_eq(plan_check(&g.plan, NULL), OK);
}
END_TEST

START_TEST(a_bad_plan_is_told_with_path_value_and_expectation)
{
    const struct bad_row *row = &bad_rows[_i];
    struct fault f;

    make_good();
    row->spoil();
    ck_assert_int_eq(plan_check(&g.plan, &f), ERR_INVALID);
    ck_assert_int_eq(f.err, ERR_INVALID);
    ck_assert_str_eq(f.field, row->field);
    ck_assert_str_eq(f.primary, row->primary);
    ck_assert_int_eq(plan_check(&g.plan, NULL), ERR_INVALID);
}
END_TEST

START_TEST(a_wrong_text_is_cut_between_characters)
{
    struct fault f;

    make_good();
    g.types[0] = STR("警情类别警情类别警情类别警情类别警情类别");
    ck_assert_int_eq(plan_check(&g.plan, &f), ERR_INVALID);
    ck_assert(str_utf8(str_of(f.primary)));
    ck_assert_str_eq(
        f.primary,
        "rules[0].when.types[0] is \"警情类别警情类别警情类别警…\", expected four levels of 1 to 3 "
        "letters, digits or one *, as \"10.02.*.*\"");
}
END_TEST

START_TEST(the_largest_plan_passes_and_one_rule_more_does_not)
{
    static struct plan_rule rules[PLAN_RULES_MAX + 1];
    static char ids[PLAN_RULES_MAX + 1][8];
    struct fault f;

    make_good();
    for (uint32_t i = 0; i <= PLAN_RULES_MAX; i++) {
        (void)snprintf(ids[i], sizeof(ids[i]), "r%u", i);
        rules[i] =
            (struct plan_rule){ .id = str_of(ids[i]), .when = { .priority_max = 1 }, .tier = 1 };
    }
    rules[PLAN_RULES_MAX - 1].when = (struct plan_when){ .always = true };
    g.plan.rules = (struct list){ .at = rules, .count = PLAN_RULES_MAX };
    ck_assert_int_eq(plan_check(&g.plan, &f), OK);
    g.plan.rules.count++;
    ck_assert_int_eq(plan_check(&g.plan, &f), ERR_INVALID);
    ck_assert_str_eq(f.primary, "rules is 513, expected 1 to 512 rules");
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_good_plan_passes, 0, 0 },
        { a_bad_plan_is_told_with_path_value_and_expectation, 0,
          sizeof(bad_rows) / sizeof(bad_rows[0]) },
        { a_wrong_text_is_cut_between_characters, 0, 0 },
        { the_largest_plan_passes_and_one_rule_more_does_not, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/plan_check", rows);
}
