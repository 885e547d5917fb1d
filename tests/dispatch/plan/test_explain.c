/* The trace and its sentences. */
#include "dispatch/plan/evaluate.h"
#include "dispatch/plan/explain.h"
#include "tests/suite.h"

#define ID(text)                              \
    {                                         \
        .at = (text), .len = sizeof(text) - 1 \
    }
#define LIST(array)                                                \
    {                                                              \
        .at = (array), .count = sizeof(array) / sizeof((array)[0]) \
    }

static struct str types[] = { ID("10.02.*.*"), ID("20.01.*.*") };
static struct str zones[] = { ID("LP01") };
static struct plan_hours hours[] = { { 1320, 360, 0x60 }, { 425, 545, 0 } };
static struct plan_when hints[] = { { .cues_any = 1U << CUE_CROWD },
                                    { .priority_max = 1, .place_any = 1U << PLACE_FLAG_BANK } };
static struct plan_when dangers[] = { { .cues_any = 1U << CUE_HAZARD }, { .priority_max = 3 } };
static struct plan_rule rules[] = {
    { .id = ID("robbery"), .when = { .types = LIST(types), .priority_max = 2 }, .tier = 2 },
    { .id = ID("school"),
      .when = { .place_any = 1U << PLACE_FLAG_SCHOOL | 1U << PLACE_FLAG_BANK,
                .zones = LIST(zones) } },
    { .id = ID("weapon"),
      .when = { .cues_any = 1U << CUE_WEAPON | 1U << CUE_DEAD,
                .channels_any = 1U << CHANNEL_SMS } },
    { .id = ID("crowd"), .when = { .cues_all = 1U << CUE_WEAPON | 1U << CUE_CROWD } },
    { .id = ID("night"), .when = { .hours = LIST(hours) } },
    { .id = ID("hinted"), .when = { .cues_any = 1U << CUE_WEAPON, .any = LIST(hints) } },
    { .id = ID("unhinted"), .when = { .any = { hints, 1 } } },
    { .id = ID("harmless"), .when = { .none = { dangers, 1 } } },
    { .id = ID("slow"), .when = { .cues_any = 1U << CUE_WEAPON, .none = LIST(dangers) } },
    { .id = ID("not_harmful"), .when = { .any = { hints + 1, 1 }, .none = { hints, 1 } } },
    { .id = ID("far"), .when = { .priority_max = 1, .none = { hints + 1, 1 } } },
    { .id = ID("everything"), .when = { .always = true }, .tier = 4 },
};
static const struct plan plan = { .rules = LIST(rules) };
static const struct situation s = { .type = ID("10.02.01.00"),
                                    .cues = 1U << CUE_WEAPON,
                                    .priority = 1 };

static const struct plan_tongue chinese = { .language = PLAN_ZH };
static const struct plan_tongue english = { .language = PLAN_EN };

#define RULES (sizeof(rules) / sizeof(rules[0]))

START_TEST(every_rule_has_a_row_that_names_what_decided)
{
    static const char *const decided[RULES] = { "",          "place_any", "channels_any",
                                                "cues_all",  "hours",     "place_any",
                                                "",          "cues_any",  "",
                                                "place_any", "place_any", "" };
    static const uint8_t verdicts[RULES] = { VERDICT_YES,     VERDICT_UNKNOWN, VERDICT_NO,
                                             VERDICT_NO,      VERDICT_NO,      VERDICT_UNKNOWN,
                                             VERDICT_NO,      VERDICT_UNKNOWN, VERDICT_NO,
                                             VERDICT_UNKNOWN, VERDICT_UNKNOWN, VERDICT_YES };
    struct situation noon = s;
    struct rule_trace rows[RULES];
    struct evaluation e;

    noon.local_us = 12 * US_PER_HOUR;
    plan_judge(&plan, &noon, &e, rows);
    for (size_t i = 0; i < RULES; i++) {
        ck_assert(str_eq(rows[i].rule, rules[i].id));
        ck_assert(str_is(rows[i].predicate, decided[i]));
        ck_assert_uint_eq(rows[i].verdict, verdicts[i]);
    }
}
END_TEST

START_TEST(each_row_reads_as_a_sentence_in_both_languages)
{
    static const char *const en[RULES] = {
        "robbery: fires: incident type is one of 10.02.*.*, 20.01.*.* and priority is at least as "
        "urgent as 2",
        "school: open, not known: place is one of school, bank",
        "weapon: does not fire: intake channel is one of text message",
        "crowd: does not fire: danger cues include all of weapon, crowd",
        "night: does not fire: local time is within Sat Sun 22:00-06:00, 07:05-09:05",
        "hinted: open, not known: place is one of bank",
        "unhinted: does not fire: one of: (danger cues include any of crowd)",
        "harmless: open, not known: none of: danger cues include any of hazardous substance",
        "slow: does not fire: none of: priority is at least as urgent as 3",
        "not_harmful: open, not known: place is one of bank",
        "far: open, not known: none of: place is one of bank",
        "everything: fires: any incident",
    };
    static const char *const zh[RULES] = {
        "robbery: 触发: 警情类别属于 10.02.*.*、20.01.*.*, 且优先级不低于 2",
        "school: 待定, 尚不知: 场所属于 学校、金融网点",
        "weapon: 不触发: 警情来源为 短信",
        "crowd: 不触发: 危险线索全部具备 持械、人群聚集",
        "night: 不触发: 发生时段为 周六 周日 22:00-06:00、07:05-09:05",
        "hinted: 待定, 尚不知: 场所属于 金融网点",
        "unhinted: 不触发: 以下至少一组成立: (危险线索有任一项 人群聚集)",
        "harmless: 待定, 尚不知: 以下都不成立: 危险线索有任一项 危险物质",
        "slow: 不触发: 以下都不成立: 优先级不低于 3",
        "not_harmful: 待定, 尚不知: 场所属于 金融网点",
        "far: 待定, 尚不知: 以下都不成立: 场所属于 金融网点",
        "everything: 触发: 任何警情",
    };
    struct situation noon = s;
    struct rule_trace rows[RULES];
    struct evaluation e;
    char line[EXPLAIN_LINE_SIZE];

    noon.local_us = 12 * US_PER_HOUR;
    plan_judge(&plan, &noon, &e, rows);
    for (size_t i = 0; i < RULES; i++) {
        ck_assert_uint_eq(plan_explain_line(&plan, &rows[i], &english, line, sizeof(line)),
                          strlen(en[i]));
        ck_assert_str_eq(line, en[i]);
        (void)plan_explain_line(&plan, &rows[i], &chinese, line, sizeof(line));
        ck_assert_str_eq(line, zh[i]);
    }
}
END_TEST

START_TEST(a_line_too_long_is_cut_between_characters)
{
    struct rule_trace row = { .rule = rules[0].id, .verdict = VERDICT_YES };
    char line[64];

    for (size_t size = 1; size <= sizeof(line); size++) {
        size_t len = plan_explain_line(&plan, &row, &chinese, line, size);

        ck_assert_uint_lt(len, size);
        ck_assert_uint_eq(strlen(line), len);
        ck_assert(str_utf8(str_of(line)));
    }
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { every_rule_has_a_row_that_names_what_decided, 0, 0 },
        { each_row_reads_as_a_sentence_in_both_languages, 0, 0 },
        { a_line_too_long_is_cut_between_characters, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/explain", rows);
}
