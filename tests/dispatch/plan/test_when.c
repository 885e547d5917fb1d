/* Conditions with groups: held against the truth table of three values (Kleene's strong logic, with
 * which SQL reckons NULL too) over every answer of the questions in them, and what is named as
 * having decided. */
#include "dispatch/plan/when.h"
#include "tests/suite.h"

#define GROUPS 2
#define ANSWERS 3

/* Three questions whose answers do not hang together. */
enum { BY_TYPE, BY_PRIORITY, BY_PLACE, QUESTIONS };

static struct str pattern = { .at = "10.*.*.*", .len = 8 };

static struct plan_when ask(uint32_t q)
{
    switch (q) {
    case BY_TYPE:
        return (struct plan_when){ .types = { &pattern, 1 } };
    case BY_PRIORITY:
        return (struct plan_when){ .priority_max = 2 };
    default:
        return (struct plan_when){ .place_any = 1U << PLACE_FLAG_BANK };
    }
}

static void answer(struct situation *s, uint32_t q, enum verdict v)
{
    switch (q) {
    case BY_TYPE:
        s->type = v == VERDICT_UNKNOWN ? STR("")
                  : v == VERDICT_YES   ? STR("10.01.01.01")
                                       : STR("20.01.01.01");
        break;
    case BY_PRIORITY:
        s->priority = v == VERDICT_UNKNOWN ? 0 : v == VERDICT_YES ? 1 : 9;
        break;
    default:
        s->place_known = v != VERDICT_UNKNOWN;
        s->place_flags = v == VERDICT_YES ? 1U << PLACE_FLAG_BANK : 0;
    }
}

static enum verdict and_of(enum verdict a, enum verdict b)
{
    return a == VERDICT_NO || b == VERDICT_NO             ? VERDICT_NO
           : a == VERDICT_UNKNOWN || b == VERDICT_UNKNOWN ? VERDICT_UNKNOWN
                                                          : VERDICT_YES;
}

static enum verdict not_of(enum verdict a)
{
    return a == VERDICT_UNKNOWN ? a : a == VERDICT_YES ? VERDICT_NO : VERDICT_YES;
}

static enum verdict or_of(enum verdict a, enum verdict b)
{
    return not_of(and_of(not_of(a), not_of(b)));
}

/* Each of the three questions stands in the main part, in a group of `any`, in one of `none`, or
 * nowhere: all such conditions, under all answers. */
enum stand { NOWHERE, MAIN, IN_ANY, IN_NONE, STANDS };

struct built {
    struct plan_when when;
    struct plan_when any[QUESTIONS];
    struct plan_when none[QUESTIONS];
};

static void join(struct plan_when *to, uint32_t q)
{
    struct plan_when w = ask(q);

    to->types = q == BY_TYPE ? w.types : to->types;
    to->priority_max = q == BY_PRIORITY ? w.priority_max : to->priority_max;
    to->place_any = q == BY_PLACE ? w.place_any : to->place_any;
}

static void build(struct built *b, const enum stand *stands)
{
    *b = (struct built){ .when = { .always = false } };
    b->when.any.at = b->any;
    b->when.none.at = b->none;
    for (uint32_t q = 0; q < QUESTIONS; q++) {
        if (stands[q] == MAIN) {
            join(&b->when, q);
        } else if (stands[q] == IN_ANY) {
            b->any[b->when.any.count++] = ask(q);
        } else if (stands[q] == IN_NONE) {
            b->none[b->when.none.count++] = ask(q);
        }
    }
}

static enum verdict expected(const enum stand *stands, const enum verdict *answers)
{
    enum verdict all = VERDICT_YES;
    enum verdict any = VERDICT_NO;
    bool has_any = false;
    bool asks = false;

    for (uint32_t q = 0; q < QUESTIONS; q++) {
        asks = asks || stands[q] != NOWHERE;
        has_any = has_any || stands[q] == IN_ANY;
        all = stands[q] == MAIN      ? and_of(all, answers[q])
              : stands[q] == IN_NONE ? and_of(all, not_of(answers[q]))
                                     : all;
        any = stands[q] == IN_ANY ? or_of(any, answers[q]) : any;
    }
    return !asks ? VERDICT_NO : has_any ? and_of(all, any) : all;
}

static void digits(uint32_t n, uint32_t base, uint32_t *out)
{
    for (uint32_t q = 0; q < QUESTIONS; q++, n /= base) {
        out[q] = n % base;
    }
}

START_TEST(every_condition_says_what_three_valued_logic_says)
{
    uint32_t seen[ANSWERS] = { 0 };

    for (uint32_t shape = 0; shape < STANDS * STANDS * STANDS; shape++) {
        uint32_t places[QUESTIONS];
        enum stand stands[QUESTIONS];
        struct built b;

        digits(shape, STANDS, places);
        for (uint32_t q = 0; q < QUESTIONS; q++) {
            stands[q] = (enum stand)places[q];
        }
        build(&b, stands);
        for (uint32_t row = 0; row < ANSWERS * ANSWERS * ANSWERS; row++) {
            uint32_t values[QUESTIONS];
            enum verdict answers[QUESTIONS];
            struct situation s = { .priority = 0 };
            struct when_why why;

            digits(row, ANSWERS, values);
            for (uint32_t q = 0; q < QUESTIONS; q++) {
                answers[q] = (enum verdict)values[q];
                answer(&s, q, answers[q]);
            }
            enum verdict v = when_holds(&b.when, &s, &why);

            ck_assert_int_eq(v, expected(stands, answers));
            ck_assert(v != VERDICT_YES || why.predicate == NULL);
            ck_assert(v != VERDICT_UNKNOWN || why.predicate != NULL);
            seen[v]++;
        }
    }
    ck_assert_uint_gt(seen[VERDICT_NO], 100);
    ck_assert_uint_gt(seen[VERDICT_YES], 100);
    ck_assert_uint_gt(seen[VERDICT_UNKNOWN], 100);
}
END_TEST

START_TEST(a_danger_that_nobody_named_lets_no_rule_fire_that_needs_it_absent)
{
    struct plan_when weapon = { .cues_any = 1U << CUE_WEAPON };
    struct plan_when when = { .types = { &pattern, 1 }, .none = { &weapon, 1 } };
    struct situation s = { .type = STR("10.01.01.01") };
    struct when_why why;

    ck_assert_int_eq(when_holds(&when, &s, &why), VERDICT_UNKNOWN);
    ck_assert_str_eq(why.predicate->word, "cues_any");
    ck_assert_uint_eq(why.part, WHEN_NONE);
    s.cues_denied = 1U << CUE_WEAPON;
    ck_assert_int_eq(when_holds(&when, &s, NULL), VERDICT_YES);
    s.cues = 1U << CUE_WEAPON;
    ck_assert_int_eq(when_holds(&when, &s, &why), VERDICT_NO);
    ck_assert_uint_eq(why.part, WHEN_NONE);
}
END_TEST

START_TEST(what_decided_is_named_with_its_group)
{
    struct plan_when any[GROUPS] = { ask(BY_PRIORITY), ask(BY_PLACE) };
    struct plan_when when = { .types = { &pattern, 1 }, .any = { any, GROUPS } };
    struct situation s = { .type = STR("10.01.01.01"), .priority = 9 };
    struct when_why why;

    ck_assert_int_eq(when_holds(&when, &s, &why), VERDICT_UNKNOWN);
    ck_assert_str_eq(why.predicate->word, "place_any");
    ck_assert_uint_eq(why.part, WHEN_ANY);
    ck_assert_uint_eq(why.group, 1);
    s.place_known = true;
    ck_assert_int_eq(when_holds(&when, &s, &why), VERDICT_NO);
    ck_assert_ptr_null(why.predicate);
    ck_assert_uint_eq(why.part, WHEN_ANY);
    s.type = STR("20.01.01.01");
    ck_assert_int_eq(when_holds(&when, &s, &why), VERDICT_NO);
    ck_assert_str_eq(why.predicate->word, "types");
    ck_assert_uint_eq(why.part, WHEN_ALL);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { every_condition_says_what_three_valued_logic_says, 0, 0 },
        { a_danger_that_nobody_named_lets_no_rule_fire_that_needs_it_absent, 0, 0 },
        { what_decided_is_named_with_its_group, 0, 0 },
    };

    return SUITE_RUN("dispatch/plan/when", rows);
}
