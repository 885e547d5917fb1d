/* The seeds through the codec and the plan: what ./up and a first city stand on. */
#include "base/buf.h"
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/json_read.h"
#include "dispatch/model/city.h"
#include "dispatch/model/command.h"
#include "dispatch/plan/evaluate.h"
#include "dispatch/plan/explain.h"
#include "dispatch/plan/pattern.h"
#include "dispatch/plan/plan_check.h"
#include "tests/dispatch/plan/table.h"
#include "tests/suite.h"

#include <stdio.h>

#define FILE_SIZE_MAX (1 << 20)
#define ANSWER_SIZE 1024

static struct arena arena;
static struct plan plan;
static char file_text[FILE_SIZE_MAX];

static struct json_doc *seed_read(const char *name)
{
    const char *top = getenv("TOP_SRCDIR");
    char path[512];
    struct json_doc *doc;
    struct fault f;

    (void)snprintf(path, sizeof(path), "%s/seeds/%s", top != NULL ? top : ".", name);
    FILE *file = fopen(path, "rb");

    ck_assert_msg(file != NULL, "%s does not open", path);
    size_t len = fread(file_text, 1, sizeof(file_text), file);

    (void)fclose(file);
    enum err err = json_doc_parse((struct str){ .at = file_text, .len = len }, &doc, &f);

    ck_assert_msg(err == OK, "%s: %s %s", path, f.field, f.primary);
    return doc;
}

static void take(const struct shape *shape, const struct json_doc *doc, void *out, const char *name)
{
    struct fault f;
    enum err err = json_in_struct(shape, doc, STR("live"), &arena, out, &f);

    ck_assert_msg(err == OK, "%s: %s: %s %s", name, f.field, f.primary, f.detail);
}

static void load_plan(void)
{
    struct json_doc *doc = seed_read("plans/default.json");
    struct fault f;

    arena_init(&arena, 64 << 20);
    take(&plan_shape, doc, &plan, "plans/default.json");
    json_doc_free(doc);
    enum err err = plan_check(&plan, &f);

    ck_assert_msg(err == OK, "%s", f.primary);
}

START_TEST(the_default_plan_passes_with_names_and_a_source_for_every_rule)
{
    load_plan();
    const struct plan_rule *rules = plan.rules.at;

    ck_assert_uint_gt(plan.name_zh.len, 0);
    ck_assert_uint_gt(plan.name_en.len, 0);
    for (uint32_t i = 0; i < plan.rules.count; i++) {
        ck_assert_uint_gt(rules[i].name_zh.len, 0);
        ck_assert_uint_gt(rules[i].name_en.len, 0);
        ck_assert_uint_gt(rules[i].source.len, 0);
    }
}
END_TEST

START_TEST(the_default_plan_lets_no_machine_dispatch)
{
    struct situation s = { .type = STR("10.02.01.00"),
                           .place_known = true,
                           .channel = CHANNEL_110 };
    const char *why;

    load_plan();
    ck_assert(!plan_allows_automation(&plan, &s, &why));
    ck_assert_str_eq(why, "off");
}
END_TEST

/* "patrol+armed=2,station=1" and "robbery,everything" of an evaluation. */
static void answer_of(const struct evaluation *e, char *out)
{
    size_t len = (size_t)snprintf(out, ANSWER_SIZE, "%u ", e->tier);

    for (uint32_t i = 0; i < e->slot_count;) {
        const struct slot_need *slot = &e->slots[i];
        uint32_t same = 1;

        while (i + same < e->slot_count && e->slots[i + same].police_type == slot->police_type &&
               str_eq(e->slots[i + same].capability, slot->capability)) {
            same++;
        }
        bool typed = slot->police_type != POLICE_TYPE_NONE;
        bool able = slot->capability.len > 0;

        len +=
            (size_t)snprintf(out + len, ANSWER_SIZE - len, "%s%s%s" STR_FMT "=%u", i > 0 ? "," : "",
                             typed  ? word_of(&police_type_words, slot->police_type)
                             : able ? ""
                                    : "any",
                             typed && able ? "+" : "", STR_ARG(slot->capability), same);
        i += same;
    }
    for (uint32_t i = 0; i < e->fired_count; i++) {
        len += (size_t)snprintf(out + len, ANSWER_SIZE - len, "%s" STR_FMT, i > 0 ? "," : " ",
                                STR_ARG(e->fired[i]));
    }
}

static void plan_row(struct str line, int number)
{
    const char *colon = strstr(line.at, " :");
    struct table_situation t;
    struct evaluation e;
    char got[ANSWER_SIZE];

    ck_assert_msg(colon != NULL, "line %d has no colon", number);
    size_t len = (size_t)(colon - line.at);

    table_situation((struct str){ .at = colon + 2, .len = line.len - len - 2 }, &t);
    plan_evaluate(&plan, &t.s, &e);
    answer_of(&e, got);
    ck_assert_msg(strlen(got) == len && memcmp(got, line.at, len) == 0,
                  "default_plan.txt:%d: expected %.*s got %s", number, (int)len, line.at, got);
}

/* The row of plan.activate holds the plan's whole text: what is read back from it must be the same
 * plan. */
START_TEST(the_default_plan_goes_through_the_log_unchanged)
{
    struct json_out opt = { .privacy_max = TACTICAL };
    struct plan again;
    struct buf first;
    struct buf second;
    struct fault f;
    size_t pos = 0;

    load_plan();
    buf_init(&first);
    buf_init(&second);
    json_out_struct(&first, &plan_shape, &plan, &opt);
    ck_assert(buf_ok(&first));
    ck_assert_int_eq(
        json_read_struct(&plan_shape, buf_view(&first), &pos, STR("live"), &arena, &again, &f), OK);
    ck_assert_uint_eq(pos, buf_view(&first).len);
    ck_assert_int_eq(plan_check(&again, &f), OK);
    json_out_struct(&second, &plan_shape, &again, &opt);
    ck_assert(str_eq(buf_view(&first), buf_view(&second)));
    buf_fini(&first);
    buf_fini(&second);
}
END_TEST

START_TEST(the_default_plan_answers_its_table)
{
    load_plan();
    table_each("tests/seeds/default_plan.txt", plan_row);
}
END_TEST

/* A type whose rules would leave it to the floor alone has no force of its own; only the default
 * types may. */
static bool is_default_type(struct str code)
{
    const struct str *at = plan.default_types.at;

    for (uint32_t i = 0; i < plan.default_types.count; i++) {
        if (pattern_matches(at[i], code)) {
            return true;
        }
    }
    return false;
}

START_TEST(every_incident_type_gets_a_tier_and_a_force_of_its_own)
{
    load_plan();
    struct json_doc *doc = seed_read("incident_types.json");
    const struct json_doc *types = json_doc_member(doc, "types");

    ck_assert_uint_ge(json_doc_count(types), 120);
    for (size_t i = 0; i < json_doc_count(types); i++) {
        struct city_type type;
        struct evaluation e;

        take(&city_type_shape, json_doc_at(types, i), &type, "incident_types.json");
        ck_assert(pattern_code_valid(type.code));
        ck_assert_uint_ge(type.priority, 1);
        ck_assert_uint_gt(type.name_en.len, 0);
        struct situation s = { .type = type.code, .place_known = true, .priority = type.priority };

        plan_evaluate(&plan, &s, &e);
        ck_assert_uint_ge(e.slot_count, 1);
        ck_assert(!e.truncated);
        ck_assert_uint_eq(e.unknown_count, 0);
        bool floor_only = e.slot_count == 1 && e.slots[0].police_type == POLICE_TYPE_NONE;

        ck_assert_msg(!floor_only || is_default_type(type.code), STR_FMT " has no force of its own",
                      STR_ARG(type.code));
        if (type.priority == 1) {
            ck_assert_uint_le(e.tier, 3);
        }
    }
    json_doc_free(doc);
}
END_TEST

START_TEST(every_rule_explains_itself_within_a_line)
{
    struct rule_trace rows[PLAN_RULES_MAX];
    struct situation s = { .type = STR("10.02.01.00"), .cues = 1 };
    char line[EXPLAIN_LINE_SIZE];

    load_plan();
    struct evaluation e;

    plan_judge(&plan, &s, &e, rows);
    for (uint32_t i = 0; i < plan.rules.count; i++) {
        for (int k = PLAN_ZH; k <= PLAN_EN; k++) {
            const struct plan_tongue in = { .language = (enum plan_language)k };

            ck_assert_uint_lt(plan_explain_line(&plan, &rows[i], &in, line, sizeof(line)),
                              sizeof(line) - 1);
        }
    }
}
END_TEST

START_TEST(the_small_city_is_a_city)
{
    struct city city;

    arena_init(&arena, 64 << 20);
    struct json_doc *doc = seed_read("small-city/city.json");

    take(&city_shape, doc, &city, "small-city/city.json");
    json_doc_free(doc);
    ck_assert_uint_ge(city.zones.count, 10);
    ck_assert_uint_ge(city.units.count, 40);
    ck_assert_uint_eq(city.offsets.count, 1);
}
END_TEST

START_TEST(every_call_of_the_small_city_is_a_report)
{
    arena_init(&arena, 64 << 20);
    struct json_doc *doc = seed_read("small-city/calls.json");
    const struct json_doc *calls = json_doc_member(doc, "calls");
    uint64_t last = 0;

    ck_assert_uint_ge(json_doc_count(calls), 60);
    for (size_t i = 0; i < json_doc_count(calls); i++) {
        const struct json_doc *call = json_doc_at(calls, i);
        struct report_receive report;
        uint64_t at_s;

        take(&report_receive_shape, json_doc_member(call, "data"), &report,
             "small-city/calls.json");
        ck_assert(json_doc_u64(call, "at_s", &at_s));
        ck_assert_uint_ge(at_s, last);
        last = at_s;
    }
    json_doc_free(doc);
    ck_assert_uint_le(last, 3600);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_default_plan_passes_with_names_and_a_source_for_every_rule, 0, 0 },
        { the_default_plan_lets_no_machine_dispatch, 0, 0 },
        { the_default_plan_goes_through_the_log_unchanged, 0, 0 },
        { the_default_plan_answers_its_table, 0, 0 },
        { every_incident_type_gets_a_tier_and_a_force_of_its_own, 0, 0 },
        { every_rule_explains_itself_within_a_line, 0, 0 },
        { the_small_city_is_a_city, 0, 0 },
        { every_call_of_the_small_city_is_a_report, 0, 0 },
    };

    return SUITE_RUN("seeds", rows);
}
