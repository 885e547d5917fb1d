/* The truth table of the predicates (predicates.txt), and what holds for all of them. */
#include "dispatch/plan/pattern.h"
#include "dispatch/plan/predicates.h"
#include "tests/dispatch/plan/table.h"
#include "tests/suite.h"

/* Room for the argument of one predicate. */
struct argument {
    struct plan_when when;
    struct str texts[TABLE_PARTS_MAX];
    struct plan_hours hours[TABLE_PARTS_MAX];
};

static uint16_t clock_of(const char *at)
{
    int hour = (at[0] - '0') * 10 + at[1] - '0';
    int minute = (at[3] - '0') * 10 + at[4] - '0';

    return (uint16_t)(hour * 60 + minute);
}

/* "22:00-06:00/67" */
static struct plan_hours hours_of(struct str text)
{
    struct plan_hours h = { .from_min = clock_of(text.at), .until_min = clock_of(text.at + 6) };

    for (size_t i = 12; i < text.len; i++) {
        h.days = (uint8_t)(h.days | 1U << (text.at[i] - '1'));
    }
    return h;
}

static void argue(const struct predicate *p, struct str text, struct argument *a)
{
    char *at = (char *)&a->when + p->offset;
    struct list *list = (struct list *)(void *)at;

    memset(a, 0, sizeof(*a));
    switch (p->argument) {
    case ARGUMENT_FLAG:
        *(bool *)at = true;
        break;
    case ARGUMENT_PATTERNS:
    case ARGUMENT_CODES:
        *list = (struct list){ .at = a->texts, .count = table_split(text, ',', a->texts) };
        break;
    case ARGUMENT_HOURS:
        *list = (struct list){ .at = a->hours, .count = table_split(text, ',', a->texts) };
        for (uint32_t i = 0; i < list->count; i++) {
            a->hours[i] = hours_of(a->texts[i]);
        }
        break;
    case ARGUMENT_CUES:
        *(uint16_t *)(void *)at = (uint16_t)table_bits(&cue_words, text);
        break;
    case ARGUMENT_PLACES:
        *(uint32_t *)(void *)at = table_bits(&place_flag_words, text);
        break;
    case ARGUMENT_CHANNELS:
        *(uint32_t *)(void *)at = table_bits(&channel_words, text);
        break;
    case ARGUMENT_PRIORITY:
        *(uint8_t *)at = (uint8_t)(text.at[0] - '0');
        break;
    }
}

static const struct predicate *predicate_of(struct str word)
{
    for (uint32_t i = 0; i < PREDICATE_COUNT; i++) {
        if (str_is(word, predicates[i].word)) {
            return &predicates[i];
        }
    }
    ck_abort_msg("no predicate " STR_FMT, STR_ARG(word));
    return NULL;
}

static const char *const verdicts[] = { "no", "yes", "unknown" };
static uint32_t rows_of[PREDICATE_COUNT][3];

static void truth_row(struct str line, int number)
{
    struct str halves[TABLE_PARTS_MAX];
    struct str parts[TABLE_PARTS_MAX];
    const char *colon = strstr(line.at, " :");
    struct argument a;
    struct table_situation t;

    ck_assert_msg(colon != NULL, "line %d has no colon", number);
    halves[0] = (struct str){ .at = line.at, .len = (size_t)(colon - line.at) };
    halves[1] = (struct str){ .at = colon + 2, .len = line.len - halves[0].len - 2 };
    ck_assert_uint_eq(table_split(halves[0], ' ', parts), 3);
    const struct predicate *p = predicate_of(parts[1]);

    argue(p, parts[2], &a);
    table_situation(halves[1], &t);
    ck_assert_msg(predicate_asked(p, &a.when), "line %d asks nothing", number);
    enum verdict v = p->ask(&a.when, &t.s);

    ck_assert_msg(str_is(parts[0], verdicts[v]), "predicates.txt:%d: expected " STR_FMT " got %s",
                  number, STR_ARG(parts[0]), verdicts[v]);
    rows_of[p - predicates][v]++;
    const struct predicate *decided;

    ck_assert_int_eq(predicates_all(&a.when, &t.s, &decided), v);
    ck_assert_ptr_eq(decided, v == VERDICT_YES ? NULL : p);
}

START_TEST(every_row_of_the_truth_table_holds)
{
    table_each("tests/dispatch/plan/predicates.txt", truth_row);
    for (uint32_t i = 0; i < PREDICATE_COUNT; i++) {
        ck_assert_msg(rows_of[i][VERDICT_YES] > 0, "no yes row for %s", predicates[i].word);
        ck_assert_msg(i == PREDICATE_ALWAYS || rows_of[i][VERDICT_NO] > 0, "no no row for %s",
                      predicates[i].word);
    }
}
END_TEST

START_TEST(a_rule_that_asks_nothing_says_no)
{
    struct plan_when when = { .always = false };
    struct situation s = { .priority = 1 };
    const struct predicate *decided;

    for (uint32_t i = 0; i < PREDICATE_COUNT; i++) {
        ck_assert(!predicate_asked(&predicates[i], &when));
    }
    ck_assert_int_eq(predicates_all(&when, &s, &decided), VERDICT_NO);
    ck_assert_ptr_null(decided);
}
END_TEST

START_TEST(no_beats_unknown_and_unknown_beats_yes)
{
    struct str pattern = STR("10.*.*.*");
    struct situation s = { .cues = 1U << CUE_WEAPON };
    struct plan_when open = { .types = { &pattern, 1 }, .cues_any = 1U << CUE_WEAPON };
    struct plan_when no = { .types = { &pattern, 1 }, .cues_any = 1U << CUE_DEAD };
    const struct predicate *decided;

    ck_assert_int_eq(predicates_all(&open, &s, &decided), VERDICT_UNKNOWN);
    ck_assert_str_eq(decided->word, "types");
    ck_assert_int_eq(predicates_all(&no, &s, &decided), VERDICT_NO);
    ck_assert_str_eq(decided->word, "cues_any");
    s.type = STR("10.02.01.00");
    ck_assert_int_eq(predicates_all(&open, &s, NULL), VERDICT_YES);
}
END_TEST

START_TEST(codes_and_patterns_have_four_short_levels)
{
    static const char *const codes[] = { "10.02.01.00", "a.B.3.zz9", "999.999.999.999" };
    static const char *const neither[] = {
        "",          "10",          "10.02.01",      "10.02.01.00.00", "10.02.01.",
        ".02.01.00", "10..01.00",   "10.02.01.0000", "10.02.01.0*",    "10.02.01.**",
        "10.02.01 ", "10.02.01.-1", "10,02,01,00",   " 10.02.01.00"
    };

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        ck_assert(pattern_code_valid(str_of(codes[i])));
        ck_assert(pattern_valid(str_of(codes[i])));
        ck_assert(pattern_matches(str_of(codes[i]), str_of(codes[i])));
        ck_assert(pattern_matches(STR("*.*.*.*"), str_of(codes[i])));
    }
    for (size_t i = 0; i < sizeof(neither) / sizeof(neither[0]); i++) {
        ck_assert_msg(!pattern_code_valid(str_of(neither[i])), "%s", neither[i]);
        ck_assert_msg(!pattern_valid(str_of(neither[i])), "%s", neither[i]);
    }
    ck_assert(pattern_valid(STR("10.*.01.*")));
    ck_assert(!pattern_code_valid(STR("10.*.01.*")));
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { every_row_of_the_truth_table_holds, 0, 0 },
        { a_rule_that_asks_nothing_says_no, 0, 0 },
        { no_beats_unknown_and_unknown_beats_yes, 0, 0 },
        { codes_and_patterns_have_four_short_levels, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/predicates", rows);
}
