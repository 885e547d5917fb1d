#include "dispatch/plan/diff.h"

#include "dispatch/model/shape_clone.h"

struct diff {
    struct plan_change *out;
    uint32_t cap;
    uint32_t count;
};

static void note(struct diff *d, enum plan_part part, const void *before, const void *after,
                 const struct field *field)
{
    if (d->count < d->cap) {
        d->out[d->count] = (struct plan_change){ part, before, after, field };
    }
    d->count++;
}

/* ---- lists of structs that have one shape ---- */

static bool same_lists(const struct shape *s, const struct list *a, const struct list *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        if (!shape_equal(s, (const char *)a->at + (size_t)i * s->size,
                         (const char *)b->at + (size_t)i * s->size)) {
            return false;
        }
    }
    return true;
}

static bool same_strs(const struct list *a, const struct list *b)
{
    const struct str *x = a->at;
    const struct str *y = b->at;

    if (a->count != b->count) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        if (!str_eq(x[i], y[i])) {
            return false;
        }
    }
    return true;
}

/* ---- rules ---- */

static const struct plan_rule *rule_called(const struct plan *p, struct str id)
{
    const struct plan_rule *rules = p->rules.at;

    for (uint32_t i = 0; i < p->rules.count; i++) {
        if (str_eq(rules[i].id, id)) {
            return &rules[i];
        }
    }
    return NULL;
}

static void diff_rule(struct diff *d, const struct plan_rule *a, const struct plan_rule *b)
{
    if (!shape_equal(&plan_when_shape, &a->when, &b->when)) {
        note(d, PART_WHEN, a, b, NULL);
    }
    if (a->tier != b->tier) {
        note(d, PART_TIER, a, b, NULL);
    }
    if (!same_lists(&plan_need_shape, &a->needs, &b->needs)) {
        note(d, PART_NEEDS, a, b, NULL);
    }
    if (!str_eq(a->name_zh, b->name_zh) || !str_eq(a->name_en, b->name_en)) {
        note(d, PART_NAME, a, b, NULL);
    }
    if (!str_eq(a->source, b->source)) {
        note(d, PART_SOURCE, a, b, NULL);
    }
}

/* The first rule of the newer plan that stands before another one than it did. */
static const struct plan_rule *moved(const struct plan *before, const struct plan *after)
{
    const struct plan_rule *rules = after->rules.at;
    const struct plan_rule *last = NULL;

    for (uint32_t i = 0; i < after->rules.count; i++) {
        const struct plan_rule *was = rule_called(before, rules[i].id);

        if (was != NULL && last != NULL && was < last) {
            return &rules[i];
        }
        last = was != NULL ? was : last;
    }
    return NULL;
}

static void diff_rules(struct diff *d, const struct plan *before, const struct plan *after)
{
    const struct plan_rule *rules = after->rules.at;
    const struct plan_rule *old = before->rules.at;

    for (uint32_t i = 0; i < after->rules.count; i++) {
        const struct plan_rule *was = rule_called(before, rules[i].id);

        if (was == NULL) {
            note(d, PART_RULE, NULL, &rules[i], NULL);
        } else {
            diff_rule(d, was, &rules[i]);
        }
    }
    for (uint32_t i = 0; i < before->rules.count; i++) {
        if (rule_called(after, old[i].id) == NULL) {
            note(d, PART_RULE, &old[i], NULL, NULL);
        }
    }
    const struct plan_rule *first = moved(before, after);

    if (first != NULL) {
        note(d, PART_ORDER, rule_called(before, first->id), first, NULL);
    }
}

/* ---- limits ---- */

static const struct plan_clocks *clocks_for(const struct plan *p, const struct plan_clocks *like)
{
    const struct plan_clocks *rows = p->clocks.at;

    for (uint32_t i = 0; i < p->clocks.count; i++) {
        if (rows[i].tier == like->tier && same_strs(&rows[i].types, &like->types) &&
            same_strs(&rows[i].zones, &like->zones)) {
            return &rows[i];
        }
    }
    return NULL;
}

static bool same_field(const struct field *f, const struct shape *s, const void *a, const void *b)
{
    const struct shape one = { .name = s->name, .fields = f, .count = 1, .size = s->size };

    return shape_equal(&one, a, b);
}

static void diff_clocks(struct diff *d, const struct plan *before, const struct plan *after)
{
    const struct plan_clocks *rows = after->clocks.at;
    const struct plan_clocks *old = before->clocks.at;

    for (uint32_t i = 0; i < after->clocks.count; i++) {
        const struct plan_clocks *was = clocks_for(before, &rows[i]);

        if (was == NULL) {
            note(d, PART_CLOCKS, NULL, &rows[i], NULL);
            continue;
        }
        for (uint32_t k = 0; k < plan_clocks_shape.count; k++) {
            const struct field *f = &plan_clocks_shape.fields[k];

            if (!same_field(f, &plan_clocks_shape, was, &rows[i])) {
                note(d, PART_CLOCKS, was, &rows[i], f);
            }
        }
    }
    for (uint32_t i = 0; i < before->clocks.count; i++) {
        if (clocks_for(after, &old[i]) == NULL) {
            note(d, PART_CLOCKS, &old[i], NULL, NULL);
        }
    }
}

/* ---- the rest ---- */

/* Told apart above, or no difference that matters to anybody. */
static bool told_elsewhere(const struct field *f)
{
    const struct str name = str_of(f->name);

    return str_is(name, "rules") || str_is(name, "clocks") || str_is(name, "automation") ||
           str_is(name, "version");
}

static void diff_fields(struct diff *d, const struct plan *before, const struct plan *after)
{
    if (!same_lists(&plan_automation_shape, &before->automation, &after->automation)) {
        note(d, PART_AUTOMATION, before, after, NULL);
    }
    for (uint32_t k = 0; k < plan_shape.count; k++) {
        const struct field *f = &plan_shape.fields[k];

        if (!told_elsewhere(f) && !same_field(f, &plan_shape, before, after)) {
            note(d, PART_FIELD, before, after, f);
        }
    }
}

uint32_t plan_diff(const struct plan *before, const struct plan *after, struct plan_change *out,
                   uint32_t cap)
{
    struct diff d = { .out = out, .cap = cap };

    diff_rules(&d, before, after);
    diff_clocks(&d, before, after);
    diff_fields(&d, before, after);
    return d.count;
}
