#include "dispatch/codec/json_out.h"
#include "dispatch/plan/diff.h"
#include "tools/plan/plan_say.h"

#define CHANGES_MAX 4096
#define LINE_SIZE 4096

struct part_words {
    const char *zh, *en;
};

static const struct part_words part_words[] = {
    [PART_RULE] = { "规则", "rule" },
    [PART_ORDER] = { "顺序: 提前", "order: comes earlier" },
    [PART_WHEN] = { "条件", "condition" },
    [PART_TIER] = { "响应等级", "tier" },
    [PART_NEEDS] = { "力量", "force" },
    [PART_NAME] = { "名称", "name" },
    [PART_SOURCE] = { "依据", "source" },
    [PART_CLOCKS] = { "时限", "limits" },
    [PART_AUTOMATION] = { "自动派警范围", "automatic dispatch" },
    [PART_FIELD] = { "预案", "plan" },
};

/* A rule's part as text. */
static void tell_side(struct say *s, enum plan_part part, const struct plan_rule *r,
                      const struct plan_tongue *in)
{
    switch (part) {
    case PART_WHEN:
        tell_when(s, &r->when, in);
        break;
    case PART_TIER:
        tell_tier(s, r->tier, in);
        break;
    case PART_NEEDS:
        tell_needs(s, &r->needs, in);
        say_text(s, r->needs.count == 0 ? "-" : "");
        break;
    case PART_NAME:
        say_str(s, in->language == PLAN_ZH ? r->name_zh : r->name_en);
        break;
    case PART_SOURCE:
        say_str(s, r->source);
        break;
    case PART_RULE:
        tell_rule(s, r, in);
        break;
    case PART_ORDER:
    case PART_CLOCKS:
    case PART_AUTOMATION:
    case PART_FIELD:
        break;
    }
}

static void put_side(struct buf *b, const struct plan_change *c, const struct plan_rule *r,
                     const struct plan_tongue *in)
{
    char line[LINE_SIZE];
    struct say s;

    say_begin(&s, line, sizeof(line));
    tell_side(&s, c->part, r, in);
    buf_text(b, line);
}

static void put_rule(struct buf *b, const struct plan_change *c, const struct plan_tongue *in)
{
    const struct plan_rule *r = c->after != NULL ? c->after : c->before;
    const struct part_words *w = &part_words[c->part];

    buf_fmt(b, "%s " STR_FMT,
            c->before == NULL  ? "+"
            : c->after == NULL ? "-"
                               : "~",
            STR_ARG(r->id));
    buf_fmt(b, " %s: ", in->language == PLAN_ZH ? w->zh : w->en);
    if (c->before != NULL && c->part != PART_ORDER) {
        put_side(b, c, c->before, in);
    }
    buf_text(b, c->before != NULL && c->after != NULL && c->part != PART_ORDER ? "  ⇒  " : "");
    if (c->after != NULL && c->part != PART_ORDER) {
        put_side(b, c, c->after, in);
    }
    buf_char(b, '\n');
}

/* Fields and rows of limits as the file has them: whoever edits finds them by these words. */
static void put_json(struct buf *b, const struct shape *whole, const struct field *f,
                     const void *at)
{
    static const struct json_out opt = { .privacy_max = TACTICAL };
    const struct shape one = { .name = whole->name, .fields = f, .count = 1, .size = whole->size };

    json_out_struct(b, f != NULL ? &one : whole, at, &opt);
}

static void put_rest(struct buf *b, const struct plan_change *c, const struct plan_tongue *in)
{
    const struct shape *s = c->part == PART_CLOCKS ? &plan_clocks_shape : &plan_shape;
    const struct field *f =
        c->part == PART_AUTOMATION ? shape_field(&plan_shape, STR("automation")) : c->field;
    const struct part_words *w = &part_words[c->part];

    buf_fmt(b, "%s %s",
            c->before == NULL  ? "+"
            : c->after == NULL ? "-"
                               : "~",
            in->language == PLAN_ZH ? w->zh : w->en);
    if (c->part == PART_CLOCKS) {
        buf_char(b, ' ');
        plan_say_clocks_of(b, c->after != NULL ? c->after : c->before, in);
    }
    buf_text(b, ": ");
    if (c->before != NULL) {
        put_json(b, s, f, c->before);
    }
    buf_text(b, c->before != NULL && c->after != NULL ? "  ⇒  " : "");
    if (c->after != NULL) {
        put_json(b, s, f, c->after);
    }
    buf_char(b, '\n');
}

uint32_t plan_say_diff(struct buf *b, const struct plan *before, const struct plan *after,
                       const struct plan_tongue *in)
{
    static struct plan_change changes[CHANGES_MAX];
    uint32_t count = plan_diff(before, after, changes, CHANGES_MAX);

    for (uint32_t i = 0; i < count && i < CHANGES_MAX; i++) {
        if (changes[i].part <= PART_SOURCE) {
            put_rule(b, &changes[i], in);
        } else {
            put_rest(b, &changes[i], in);
        }
    }
    return count;
}
