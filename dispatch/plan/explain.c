#include "dispatch/plan/explain.h"

#include "base/must.h"

/* What decided that a condition does not hold, or left it open. */
static void say_why(struct say *s, const struct plan_when *when, const struct rule_trace *row,
                    const struct plan_tongue *in)
{
    const struct list *groups = row->part == WHEN_ANY ? &when->any : &when->none;

    if (row->part == WHEN_ANY && row->verdict == VERDICT_NO) {
        tell_groups(s, when, WHEN_ANY, in);
        return;
    }
    if (row->part != WHEN_ALL) {
        must(row->group < groups->count);
        when = (const struct plan_when *)groups->at + row->group;
        tell_part(s, row->part == WHEN_NONE ? WHEN_NONE : WHEN_ALL, in);
    }
    if (row->predicate.len == 0) {
        (void)tell_questions(s, when, in);
        return;
    }
    for (uint32_t i = 0; i < PREDICATE_COUNT; i++) {
        if (str_is(row->predicate, predicates[i].word)) {
            tell_question(s, &predicates[i], when, in);
        }
    }
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
                         const struct plan_tongue *in, char *out, size_t size)
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
    say_text(&s, verdicts[in->language][row->verdict]);
    if (row->verdict == VERDICT_YES) {
        tell_when(&s, &rule->when, in);
    } else {
        say_why(&s, &rule->when, row, in);
    }
    return s.len;
}
