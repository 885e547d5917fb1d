#include "dispatch/plan/explain.h"

#include "base/must.h"
#include "dispatch/plan/say.h"
#include "dispatch/plan/when.h"

uint32_t plan_explain(const struct plan *p, const struct situation *s, struct rule_trace *rows,
                      uint32_t cap)
{
    const struct plan_rule *rules = p->rules.at;
    uint32_t count = p->rules.count < cap ? p->rules.count : cap;

    for (uint32_t i = 0; i < count; i++) {
        struct when_why why;
        enum verdict v = when_holds(&rules[i].when, s, &why);

        rows[i] =
            (struct rule_trace){ .rule = rules[i].id,
                                 .predicate =
                                     why.predicate != NULL ? str_of(why.predicate->word) : STR(""),
                                 .verdict = (uint8_t)v,
                                 .part = why.part,
                                 .group = why.group };
    }
    return count;
}

static void say_strs(struct say *s, const struct list *list)
{
    const struct str *at = list->at;

    for (uint32_t i = 0; i < list->count; i++) {
        say_text(s, i > 0 ? ", " : "");
        say_str(s, at[i]);
    }
}

static void say_bits(struct say *s, const struct words *words, uint32_t bits)
{
    const char *between = "";

    for (uint32_t i = 0; i < words->count; i++) {
        if ((bits >> i & 1) != 0) {
            say_text(s, between);
            say_text(s, words->at[i]);
            between = ", ";
        }
    }
}

static void say_clock(struct say *s, uint32_t minute)
{
    say_two_digits(s, minute / 60);
    say_text(s, ":");
    say_two_digits(s, minute % 60);
}

static void say_hours(struct say *s, const struct list *list, enum plan_language language)
{
    static const char *const days[2][7] = { { "周一", "周二", "周三", "周四", "周五", "周六",
                                              "周日" },
                                            { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" } };
    const struct plan_hours *at = list->at;

    for (uint32_t i = 0; i < list->count; i++) {
        say_text(s, i > 0 ? ", " : "");
        for (uint32_t day = 0; day < 7; day++) {
            if ((at[i].days >> day & 1) != 0) {
                say_text(s, days[language][day]);
                say_text(s, " ");
            }
        }
        say_clock(s, at[i].from_min);
        say_text(s, "-");
        say_clock(s, at[i].until_min);
    }
}

/* The argument that a rule gives to a predicate, as people read it. */
static void say_argument(struct say *s, const struct predicate *p, const struct plan_when *when,
                         enum plan_language language)
{
    const void *at = (const char *)when + p->offset;

    switch (p->argument) {
    case ARGUMENT_FLAG:
        break;
    case ARGUMENT_PATTERNS:
    case ARGUMENT_CODES:
        say_strs(s, at);
        break;
    case ARGUMENT_HOURS:
        say_hours(s, at, language);
        break;
    case ARGUMENT_CUES:
        say_bits(s, &cue_words, *(const uint16_t *)at);
        break;
    case ARGUMENT_PLACES:
        say_bits(s, &place_flag_words, *(const uint32_t *)at);
        break;
    case ARGUMENT_CHANNELS:
        say_bits(s, &channel_words, *(const uint32_t *)at);
        break;
    case ARGUMENT_PRIORITY:
        say_number(s, *(const uint8_t *)at);
        break;
    }
}

static void say_question(struct say *s, const struct predicate *p, const struct plan_when *when,
                         enum plan_language language)
{
    say_text(s, language == PLAN_ZH ? p->zh : p->en);
    if (p->argument != ARGUMENT_FLAG) {
        say_text(s, " ");
        say_argument(s, p, when, language);
    }
}

/* How the pieces of a condition are joined. */
enum joint { JOINT_AND, JOINT_OR, JOINT_ONE_OF, JOINT_UNLESS, JOINT_COUNT };

static const char *const joints[2][JOINT_COUNT] = {
    { "; ", " 或 ", "以下至少一组: ", "以下都不成立: " },
    { " and ", " or ", "one of: ", "none of: " },
};

/* All questions of a rule or a group. False when it asks none. */
static bool say_questions(struct say *s, const struct plan_when *when, enum plan_language language)
{
    bool any = false;

    for (uint32_t i = 0; i < PREDICATE_COUNT; i++) {
        if (predicate_asked(&predicates[i], when)) {
            say_text(s, any ? joints[language][JOINT_AND] : "");
            say_question(s, &predicates[i], when, language);
            any = true;
        }
    }
    return any;
}

static void say_groups(struct say *s, const struct list *groups, enum joint head,
                       enum plan_language language)
{
    const struct plan_when *at = groups->at;

    say_text(s, joints[language][head]);
    for (uint32_t i = 0; i < groups->count; i++) {
        say_text(s, i > 0 ? joints[language][JOINT_OR] : "");
        say_text(s, "(");
        (void)say_questions(s, &at[i], language);
        say_text(s, ")");
    }
}

/* A whole condition. */
static void say_when(struct say *s, const struct plan_when *when, enum plan_language language)
{
    bool before = say_questions(s, when, language);

    if (when->any.count > 0) {
        say_text(s, before ? joints[language][JOINT_AND] : "");
        say_groups(s, &when->any, JOINT_ONE_OF, language);
        before = true;
    }
    if (when->none.count > 0) {
        say_text(s, before ? joints[language][JOINT_AND] : "");
        say_groups(s, &when->none, JOINT_UNLESS, language);
    }
}

/* What decided that a condition does not hold, or left it open. */
static void say_why(struct say *s, const struct plan_when *when, const struct rule_trace *row,
                    enum plan_language language)
{
    const struct list *groups = row->part == WHEN_ANY ? &when->any : &when->none;

    if (row->part == WHEN_ANY && row->verdict == VERDICT_NO) {
        say_groups(s, groups, JOINT_ONE_OF, language);
        return;
    }
    if (row->part != WHEN_ALL) {
        must(row->group < groups->count);
        when = (const struct plan_when *)groups->at + row->group;
        say_text(s, row->part == WHEN_NONE ? joints[language][JOINT_UNLESS] : "");
    }
    if (row->predicate.len == 0) {
        (void)say_questions(s, when, language);
        return;
    }
    for (uint32_t i = 0; i < PREDICATE_COUNT; i++) {
        if (str_is(row->predicate, predicates[i].word)) {
            say_question(s, &predicates[i], when, language);
        }
    }
}

size_t plan_when_line(const struct plan_when *when, enum plan_language language, char *out,
                      size_t size)
{
    struct say s;

    say_begin(&s, out, size);
    say_when(&s, when, language);
    return s.len;
}

static const struct plan_rule *rule_of(const struct plan *p, struct str id)
{
    const struct plan_rule *rules = p->rules.at;

    for (uint32_t i = 0; i < p->rules.count; i++) {
        if (str_eq(rules[i].id, id)) {
            return &rules[i];
        }
    }
    return NULL;
}

size_t plan_explain_line(const struct plan *p, const struct rule_trace *row,
                         enum plan_language language, char *out, size_t size)
{
    static const char *const verdicts[2][3] = {
        { ": 不触发: ", ": 触发: ", ": 待定, 尚不知: " },
        { ": does not fire: ", ": fires: ", ": open, not known: " }
    };
    const struct plan_rule *rule = rule_of(p, row->rule);
    struct say s;

    must(rule != NULL && row->verdict <= VERDICT_UNKNOWN);
    say_begin(&s, out, size);
    say_str(&s, rule->id);
    say_text(&s, verdicts[language][row->verdict]);
    if (row->verdict == VERDICT_YES) {
        say_when(&s, &rule->when, language);
    } else {
        say_why(&s, &rule->when, row, language);
    }
    return s.len;
}
