/* A plan in sentences. */
#include "dispatch/plan/tell.h"
#include "tests/suite.h"

#define ID(text)                              \
    {                                         \
        .at = (text), .len = sizeof(text) - 1 \
    }
#define LIST(array)                                                \
    {                                                              \
        .at = (array), .count = sizeof(array) / sizeof((array)[0]) \
    }

static const struct city_type types[] = {
    { .code = ID("10.00.00.00"), .name_zh = ID("刑事"), .name_en = ID("crime") },
    { .code = ID("10.02.00.00"), .name_zh = ID("抢劫"), .name_en = ID("robbery") },
    { .code = ID("10.02.01.00"), .name_zh = ID("入室抢劫"), .name_en = ID("home robbery") },
};
static const struct plan_tongue chinese = { PLAN_ZH, types, 3 };
static const struct plan_tongue english = { PLAN_EN, types, 3 };
static struct plan_when hints[] = { { .cues_any = 1U << CUE_CROWD },
                                    { .priority_max = 1, .place_any = 1U << PLACE_FLAG_BANK } };
static struct plan_when dangers[] = { { .cues_any = 1U << CUE_HAZARD }, { .priority_max = 3 } };
static struct plan_need needs[] = { { POLICE_TYPE_PATROL, ID("armed"), 2 },
                                    { POLICE_TYPE_TRAFFIC, { NULL, 0 }, 1 },
                                    { POLICE_TYPE_NONE, ID("negotiator"), 1 },
                                    { POLICE_TYPE_NONE, { NULL, 0 }, 5 } };

static char line[1024];
static struct say told;

#define TOLD_IS(text)                 \
    do {                              \
        ck_assert_str_eq(line, text); \
        ck_assert(!told.cut);         \
    } while (0)

START_TEST(a_condition_reads_as_one_sentence)
{
    struct plan_when when = { .priority_max = 2, .any = LIST(hints), .none = LIST(dangers) };

    say_begin(&told, line, sizeof(line));
    tell_when(&told, &when, &english);
    TOLD_IS("priority is at least as urgent as 2 and one of: (danger cues include any of crowd) or "
            "(place is one of bank and priority is at least as urgent as 1) and none of: (danger "
            "cues include "
            "any of hazardous substance) or (priority is at least as urgent as 3)");
    say_begin(&told, line, sizeof(line));
    tell_when(&told, &when, &chinese);
    TOLD_IS(
        "优先级不低于 2, 且以下至少一组成立: (危险线索有任一项 人群聚集) 或 (场所属于 金融网点, "
        "且优先级不低于 1), 且以下都不成立: (危险线索有任一项 危险物质) 或 (优先级不低于 3)");
}
END_TEST

START_TEST(types_are_called_by_the_class_that_a_pattern_means)
{
    struct str patterns[] = { ID("10.02.*.*"), ID("10.02.01.*"), ID("10.*.*.*"), ID("10.02.01.00"),
                              ID("10.*.01.*"), ID("20.*.*.*"),   ID("*.*.*.*") };
    struct plan_when when = { .types = LIST(patterns) };

    say_begin(&told, line, sizeof(line));
    tell_when(&told, &when, &english);
    TOLD_IS("incident type is one of robbery (10.02.*.*), home robbery (10.02.01.*), crime "
            "(10.*.*.*), home robbery (10.02.01.00), 10.*.01.*, 20.*.*.*, *.*.*.*");
}
END_TEST

START_TEST(forces_are_counted_with_what_they_must_be_able_to_do)
{
    struct list list = LIST(needs);

    say_begin(&told, line, sizeof(line));
    tell_needs(&told, &list, &english);
    TOLD_IS("2 patrol and SWAT (armed), 1 traffic, 1 with negotiator, 5 police units in all");
    say_begin(&told, line, sizeof(line));
    tell_needs(&told, &list, &chinese);
    TOLD_IS("巡特警 (armed)×2、交管×1、具备能力 negotiator×1、民警单位合计×5");
}
END_TEST

START_TEST(a_rule_says_what_comes_of_it)
{
    struct plan_rule rule = { .when = { .cues_any = 1U << CUE_WEAPON }, .tier = 2 };

    say_begin(&told, line, sizeof(line));
    tell_rule(&told, &rule, &english);
    TOLD_IS("danger cues include any of weapon → tier II");
    rule.needs = (struct list){ needs + 1, 1 };
    say_begin(&told, line, sizeof(line));
    tell_rule(&told, &rule, &chinese);
    TOLD_IS("危险线索有任一项 持械 → II 级响应; 交管×1");
    rule.tier = 0;
    say_begin(&told, line, sizeof(line));
    tell_rule(&told, &rule, &english);
    TOLD_IS("danger cues include any of weapon → 1 traffic");
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_condition_reads_as_one_sentence, 0, 0 },
        { types_are_called_by_the_class_that_a_pattern_means, 0, 0 },
        { forces_are_counted_with_what_they_must_be_able_to_do, 0, 0 },
        { a_rule_says_what_comes_of_it, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/tell", rows);
}
