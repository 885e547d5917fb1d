/* What plan_evaluate makes of rules: tiers, merged needs, names. */
#include "dispatch/plan/evaluate.h"
#include "tests/suite.h"

#include <signal.h>
#include <stdio.h>

#define ANYTHING       \
    {                  \
        .always = true \
    }
#define WEAPON                       \
    {                                \
        .cues_any = 1U << CUE_WEAPON \
    }
#define INJURED                       \
    {                                 \
        .cues_any = 1U << CUE_INJURED \
    }
#define SCHOOL                               \
    {                                        \
        .place_any = 1U << PLACE_FLAG_SCHOOL \
    }
#define ID(text)                              \
    {                                         \
        .at = (text), .len = sizeof(text) - 1 \
    }
#define NEEDS(array)                                               \
    {                                                              \
        .at = (array), .count = sizeof(array) / sizeof((array)[0]) \
    }
#define PLAN(array)                                         \
    (struct plan)                                           \
    {                                                       \
        .id = STR("t"), .version = 1, .rules = NEEDS(array) \
    }

static struct plan_need one_of_any[] = { { .count = 1 } };
static struct plan_need two_patrols[] = { { .police_type = POLICE_TYPE_PATROL, .count = 2 } };
static struct plan_need patrol_and_traffic[] = { { .police_type = POLICE_TYPE_PATROL, .count = 1 },
                                                 { .police_type = POLICE_TYPE_TRAFFIC,
                                                   .count = 1 } };
static struct plan_need armed_patrol[] = {
    { .police_type = POLICE_TYPE_PATROL, .capability = ID("armed"), .count = 1 },
    { .capability = ID("armed"), .count = 1 }
};
static struct plan_need five_of_any[] = { { .count = 5 } };

static const struct situation weapon = { .cues = 1U << CUE_WEAPON };
static const struct situation both = { .cues = 1U << CUE_WEAPON | 1U << CUE_INJURED };
static const struct situation nothing = { .type = ID("10.01.00.00") };

static void expect_slot(const struct evaluation *e, uint32_t at, uint8_t type,
                        const char *capability, const char *rule)
{
    ck_assert_uint_lt(at, e->slot_count);
    ck_assert_uint_eq(e->slots[at].slot, at + 1);
    ck_assert_uint_eq(e->slots[at].police_type, type);
    ck_assert(str_is(e->slots[at].capability, capability));
    ck_assert_msg(str_is(e->slots[at].rule, rule), "slot %u is of rule " STR_FMT ", expected %s",
                  at + 1, STR_ARG(e->slots[at].rule), rule);
}

START_TEST(the_gravest_tier_wins_wherever_it_stands)
{
    static struct plan_rule rules[] = {
        { .id = ID("w"), .when = WEAPON, .tier = 2 },
        { .id = ID("i"), .when = INJURED, .tier = 1 },
        { .id = ID("last"), .when = ANYTHING, .tier = 4 },
    };
    struct plan p = PLAN(rules);
    struct evaluation e;

    plan_evaluate(&p, &both, &e);
    ck_assert_uint_eq(e.tier, 1);
    plan_evaluate(&p, &weapon, &e);
    ck_assert_uint_eq(e.tier, 2);
    plan_evaluate(&p, &nothing, &e);
    ck_assert_uint_eq(e.tier, 4);
}
END_TEST

START_TEST(every_rule_that_contributed_is_named_in_order)
{
    static struct plan_rule rules[] = {
        { .id = ID("w"), .when = WEAPON, .tier = 2 },
        { .id = ID("s"), .when = SCHOOL, .tier = 1 },
        { .id = ID("i"), .when = INJURED, .needs = NEEDS(two_patrols) },
        { .id = ID("last"), .when = ANYTHING, .tier = 4 },
    };
    struct plan p = PLAN(rules);
    struct evaluation e;

    plan_evaluate(&p, &both, &e);
    ck_assert_uint_eq(e.fired_count, 3);
    ck_assert(str_is(e.fired[0], "w") && str_is(e.fired[1], "i") && str_is(e.fired[2], "last"));
    ck_assert_uint_eq(e.fired_dropped, 0);
}
END_TEST

START_TEST(unknown_never_counts_as_yes_but_is_named)
{
    static struct plan_rule rules[] = {
        { .id = ID("s"), .when = SCHOOL, .tier = 1, .needs = NEEDS(two_patrols) },
        { .id = ID("last"), .when = ANYTHING, .tier = 4 },
    };
    struct plan p = PLAN(rules);
    struct situation s = nothing;
    struct evaluation e;

    plan_evaluate(&p, &s, &e);
    ck_assert_uint_eq(e.tier, 4);
    ck_assert_uint_eq(e.slot_count, 0);
    ck_assert_uint_eq(e.unknown_count, 1);
    ck_assert(str_is(e.unknown[0], "s"));
    s.place_known = true;
    plan_evaluate(&p, &s, &e);
    ck_assert_uint_eq(e.unknown_count, 0);
    ck_assert_uint_eq(e.tier, 4);
    s.place_flags = 1U << PLACE_FLAG_SCHOOL;
    plan_evaluate(&p, &s, &e);
    ck_assert_uint_eq(e.tier, 1);
    ck_assert_uint_eq(e.slot_count, 2);
}
END_TEST

START_TEST(needs_merge_by_maximum_and_name_the_first_rule_that_asked)
{
    static struct plan_rule rules[] = {
        { .id = ID("w"), .when = WEAPON, .needs = NEEDS(patrol_and_traffic) },
        { .id = ID("i"), .when = INJURED, .needs = NEEDS(two_patrols) },
        { .id = ID("last"), .when = ANYTHING, .tier = 4 },
    };
    struct plan p = PLAN(rules);
    struct evaluation e;

    plan_evaluate(&p, &both, &e);
    ck_assert_uint_eq(e.slot_count, 3);
    expect_slot(&e, 0, POLICE_TYPE_PATROL, "", "w");
    expect_slot(&e, 1, POLICE_TYPE_PATROL, "", "i");
    expect_slot(&e, 2, POLICE_TYPE_TRAFFIC, "", "w");
}
END_TEST

START_TEST(each_pair_of_police_type_and_capability_is_a_key_of_its_own)
{
    static struct plan_rule rules[] = {
        { .id = ID("w"), .when = WEAPON, .needs = NEEDS(two_patrols) },
        { .id = ID("i"), .when = INJURED, .needs = NEEDS(armed_patrol) },
        { .id = ID("last"), .when = ANYTHING, .tier = 4 },
    };
    struct plan p = PLAN(rules);
    struct evaluation e;

    plan_evaluate(&p, &both, &e);
    ck_assert_uint_eq(e.slot_count, 4);
    expect_slot(&e, 0, POLICE_TYPE_PATROL, "", "w");
    expect_slot(&e, 1, POLICE_TYPE_PATROL, "", "w");
    expect_slot(&e, 2, POLICE_TYPE_PATROL, "armed", "i");
    expect_slot(&e, 3, POLICE_TYPE_NONE, "armed", "i");
}
END_TEST

START_TEST(a_need_without_kind_is_a_floor_that_other_slots_fill)
{
    static struct plan_rule rules[] = {
        { .id = ID("floor"), .when = INJURED, .needs = NEEDS(five_of_any) },
        { .id = ID("w"), .when = WEAPON, .needs = NEEDS(two_patrols) },
        { .id = ID("last"), .when = ANYTHING, .tier = 4, .needs = NEEDS(one_of_any) },
    };
    struct plan p = PLAN(rules);
    struct evaluation e;

    plan_evaluate(&p, &nothing, &e);
    ck_assert_uint_eq(e.slot_count, 1);
    expect_slot(&e, 0, POLICE_TYPE_NONE, "", "last");
    plan_evaluate(&p, &weapon, &e);
    ck_assert_uint_eq(e.slot_count, 2);
    expect_slot(&e, 1, POLICE_TYPE_PATROL, "", "w");
    plan_evaluate(&p, &both, &e);
    ck_assert_uint_eq(e.slot_count, 5);
    expect_slot(&e, 1, POLICE_TYPE_PATROL, "", "w");
    expect_slot(&e, 2, POLICE_TYPE_NONE, "", "floor");
    expect_slot(&e, 4, POLICE_TYPE_NONE, "", "floor");
}
END_TEST

START_TEST(needs_beyond_the_slots_are_dropped_and_said_so)
{
    static struct plan_need nine[] = { { .police_type = POLICE_TYPE_PATROL, .count = 9 } };
    static struct plan_need seven[] = { { .police_type = POLICE_TYPE_TRAFFIC, .count = 7 } };
    static struct plan_need another[] = { { .police_type = POLICE_TYPE_FIRE, .count = 1 } };
    static struct plan_rule rules[] = {
        { .id = ID("w"), .when = WEAPON, .needs = NEEDS(nine) },
        { .id = ID("s"), .when = WEAPON, .needs = NEEDS(seven) },
        { .id = ID("i"), .when = INJURED, .needs = NEEDS(another) },
        { .id = ID("last"), .when = ANYTHING, .tier = 4 },
    };
    struct plan p = PLAN(rules);
    struct evaluation e;

    plan_evaluate(&p, &weapon, &e);
    ck_assert_uint_eq(e.slot_count, REQUIREMENTS_MAX);
    ck_assert(!e.truncated);
    plan_evaluate(&p, &both, &e);
    ck_assert_uint_eq(e.slot_count, REQUIREMENTS_MAX);
    ck_assert(e.truncated);
}
END_TEST

START_TEST(rules_beyond_the_names_are_counted)
{
    static struct plan_rule rules[2 * RULES_FIRED_MAX + 5];
    static char ids[2 * RULES_FIRED_MAX + 5][4];
    uint32_t count = sizeof(rules) / sizeof(rules[0]);
    struct plan p = PLAN(rules);
    struct evaluation e;

    for (uint32_t i = 0; i < count; i++) {
        (void)snprintf(ids[i], sizeof(ids[i]), "r%u", i);
        rules[i] = (struct plan_rule){ .id = str_of(ids[i]), .tier = 3 };
        if (i % 2 == 0) {
            rules[i].when.cues_any = 1U << CUE_WEAPON;
        } else {
            rules[i].when.place_any = 1U << PLACE_FLAG_BANK;
        }
    }
    rules[count - 1].when = (struct plan_when){ .always = true };
    plan_evaluate(&p, &weapon, &e);
    ck_assert_uint_eq(e.fired_count, RULES_FIRED_MAX);
    ck_assert_uint_eq(e.fired_dropped, count - count / 2 - RULES_FIRED_MAX);
    ck_assert_uint_eq(e.unknown_count, RULES_FIRED_MAX);
    ck_assert_uint_eq(e.unknown_dropped, count / 2 - RULES_FIRED_MAX);
}
END_TEST

START_TEST(a_plan_that_gives_no_tier_is_a_bug)
{
    static struct plan_rule rules[] = { { .id = ID("w"), .when = WEAPON, .tier = 1 } };
    struct plan p = PLAN(rules);
    struct evaluation e;

    plan_evaluate(&p, &nothing, &e);
}
END_TEST

/* Automation. */

static struct str crimes[] = { ID("10.*.*.*") };
static struct str defaults[] = { ID("*.00.00.00"), ID("99.*.*.*") };
static struct str zone_codes[] = { ID("LP01") };
static struct str in_zones[] = { ID("LP011"), ID("LP01"), ID("LP") };

static const char *word_for(const struct plan_automation *entry, const struct situation *s)
{
    struct plan p = { .default_types = NEEDS(defaults) };
    const char *why;

    if (entry != NULL) {
        p.automation = (struct list){ .at = (void *)(uintptr_t)entry, .count = 1 };
    }
    bool allowed = plan_allows_automation(&p, s, &why);

    ck_assert_int_eq(allowed, strcmp(why, "allowed") == 0);
    return why;
}

START_TEST(automation_is_never_for_what_is_not_known_or_not_verified)
{
    struct plan_automation everywhere = { .channels = 0 };
    struct situation good = { .type = ID("10.01.02.00"),
                              .place_known = true,
                              .channel = CHANNEL_110 };
    struct situation s = good;

    ck_assert_str_eq(word_for(NULL, &good), "off");
    ck_assert_str_eq(word_for(&everywhere, &good), "allowed");
    s.place_known = false;
    ck_assert_str_eq(word_for(&everywhere, &s), "place_unknown");
    s = good;
    s.type = STR("");
    ck_assert_str_eq(word_for(&everywhere, &s), "unclassified");
    s.type = STR("10.00.00.00");
    ck_assert_str_eq(word_for(&everywhere, &s), "default_type");
    s.type = STR("99.01.00.00");
    ck_assert_str_eq(word_for(&everywhere, &s), "default_type");
}
END_TEST

START_TEST(automation_takes_no_unverified_channel_even_when_it_is_listed)
{
    struct plan_automation listed = { .channels = UINT32_MAX };
    struct situation s = { .type = ID("10.01.02.00"), .place_known = true };

    for (uint8_t channel = 0; channel < CHANNEL_COUNT; channel++) {
        bool open = channel == CHANNEL_SMS || channel == CHANNEL_APP || channel == CHANNEL_WEB;

        s.channel = channel;
        ck_assert_str_eq(word_for(&listed, &s), open ? "unverified_channel" : "allowed");
        ck_assert_int_eq(plan_channel_verified(channel), !open);
    }
    ck_assert(!plan_channel_verified(CHANNEL_COUNT));
}
END_TEST

START_TEST(automation_holds_type_zone_and_channel_together)
{
    struct plan_automation entry = { .types = NEEDS(crimes),
                                     .zones = NEEDS(zone_codes),
                                     .channels = 1U << CHANNEL_110 | 1U << CHANNEL_SENSOR };
    struct situation good = { .type = ID("10.01.02.00"),
                              .place_known = true,
                              .channel = CHANNEL_SENSOR,
                              .zones = in_zones,
                              .zone_count = 3 };
    struct situation s = good;

    ck_assert_str_eq(word_for(&entry, &good), "allowed");
    s.type = STR("20.01.00.00");
    ck_assert_str_eq(word_for(&entry, &s), "not_listed");
    s = good;
    s.zone_count = 1;
    ck_assert_str_eq(word_for(&entry, &s), "not_listed");
    s = good;
    s.channel = CHANNEL_122;
    ck_assert_str_eq(word_for(&entry, &s), "not_listed");
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_gravest_tier_wins_wherever_it_stands, 0, 0 },
        { every_rule_that_contributed_is_named_in_order, 0, 0 },
        { unknown_never_counts_as_yes_but_is_named, 0, 0 },
        { needs_merge_by_maximum_and_name_the_first_rule_that_asked, 0, 0 },
        { each_pair_of_police_type_and_capability_is_a_key_of_its_own, 0, 0 },
        { a_need_without_kind_is_a_floor_that_other_slots_fill, 0, 0 },
        { needs_beyond_the_slots_are_dropped_and_said_so, 0, 0 },
        { rules_beyond_the_names_are_counted, 0, 0 },
        { a_plan_that_gives_no_tier_is_a_bug, SIGABRT, 0 },
        { automation_is_never_for_what_is_not_known_or_not_verified, 0, 0 },
        { automation_takes_no_unverified_channel_even_when_it_is_listed, 0, 0 },
        { automation_holds_type_zone_and_channel_together, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/evaluate", rows);
}
