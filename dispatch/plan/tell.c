#include "dispatch/plan/tell.h"

#include "base/must.h"

/* One word of a master table in both languages. */
struct told {
    const char *in[2];
};

#define TOLD(NAME, word, zh, en) { { zh, en } },
static const struct told cues[] = {
#define CUE TOLD
#include "dispatch/model/cues.def"
#undef CUE
};
static const struct told places[] = {
#define PLACE_FLAG TOLD
#include "dispatch/model/place_flags.def"
#undef PLACE_FLAG
};
static const struct told police_types[] = {
#define POLICE_TYPE TOLD
#include "dispatch/model/police_types.def"
#undef POLICE_TYPE
};
static const struct told channels[] = {
#define CHANNEL(NAME, word, zh, en, verified) TOLD(NAME, word, zh, en)
#include "dispatch/model/channels.def"
#undef CHANNEL
};
#undef TOLD

static const struct told between = { { "、", ", " } };
static const struct told and_then = { { ", 且", " and " } };
static const struct told or_else = { { " 或 ", " or " } };

static void tell(struct say *s, const struct told *t, const struct plan_tongue *in)
{
    say_text(s, t->in[in->language]);
}

/* ---- arguments ---- */

static void tell_bits(struct say *s, const struct told *words, uint32_t count, uint32_t bits,
                      const struct plan_tongue *in)
{
    bool more = false;

    for (uint32_t i = 0; i < count; i++) {
        if ((bits >> i & 1) != 0) {
            say_text(s, more ? between.in[in->language] : "");
            tell(s, &words[i], in);
            more = true;
        }
    }
}

/* True when the code is the pattern with 00 in the place of each *: the class that it means. */
static bool is_class_of(struct str code, struct str pattern)
{
    size_t c = 0;

    for (size_t p = 0; p < pattern.len; p++) {
        if (pattern.at[p] != '*') {
            if (c >= code.len || code.at[c++] != pattern.at[p]) {
                return false;
            }
        } else if (c + 2 > code.len || code.at[c] != '0' || code.at[c + 1] != '0') {
            return false;
        } else {
            c += 2;
        }
    }
    return c == code.len;
}

static void tell_pattern(struct say *s, struct str pattern, const struct plan_tongue *in)
{
    for (uint32_t i = 0; i < in->type_count; i++) {
        if (is_class_of(in->types[i].code, pattern)) {
            say_str(s, in->language == PLAN_ZH ? in->types[i].name_zh : in->types[i].name_en);
            say_text(s, " (");
            say_str(s, pattern);
            say_text(s, ")");
            return;
        }
    }
    say_str(s, pattern);
}

static void tell_strs(struct say *s, const struct predicate *p, const struct list *list,
                      const struct plan_tongue *in)
{
    const struct str *at = list->at;

    for (uint32_t i = 0; i < list->count; i++) {
        say_text(s, i > 0 ? between.in[in->language] : "");
        if (p->argument == ARGUMENT_PATTERNS) {
            tell_pattern(s, at[i], in);
        } else {
            say_str(s, at[i]);
        }
    }
}

static void tell_clock(struct say *s, uint32_t minute)
{
    say_two_digits(s, minute / 60);
    say_text(s, ":");
    say_two_digits(s, minute % 60);
}

static void tell_hours(struct say *s, const struct list *list, const struct plan_tongue *in)
{
    static const struct told days[] = { { { "周一", "Mon" } }, { { "周二", "Tue" } },
                                        { { "周三", "Wed" } }, { { "周四", "Thu" } },
                                        { { "周五", "Fri" } }, { { "周六", "Sat" } },
                                        { { "周日", "Sun" } } };
    const struct plan_hours *at = list->at;

    for (uint32_t i = 0; i < list->count; i++) {
        say_text(s, i > 0 ? between.in[in->language] : "");
        for (uint32_t day = 0; day < 7; day++) {
            if ((at[i].days >> day & 1) != 0) {
                tell(s, &days[day], in);
                say_text(s, " ");
            }
        }
        tell_clock(s, at[i].from_min);
        say_text(s, "-");
        tell_clock(s, at[i].until_min);
    }
}

static void tell_argument(struct say *s, const struct predicate *p, const struct plan_when *when,
                          const struct plan_tongue *in)
{
    const void *at = (const char *)when + p->offset;

    switch (p->argument) {
    case ARGUMENT_FLAG:
        break;
    case ARGUMENT_PATTERNS:
    case ARGUMENT_CODES:
        tell_strs(s, p, at, in);
        break;
    case ARGUMENT_HOURS:
        tell_hours(s, at, in);
        break;
    case ARGUMENT_CUES:
        tell_bits(s, cues, CUE_COUNT, *(const uint16_t *)at, in);
        break;
    case ARGUMENT_PLACES:
        tell_bits(s, places, PLACE_FLAG_COUNT, *(const uint32_t *)at, in);
        break;
    case ARGUMENT_CHANNELS:
        tell_bits(s, channels, CHANNEL_COUNT, *(const uint32_t *)at, in);
        break;
    case ARGUMENT_PRIORITY:
        say_number(s, *(const uint8_t *)at);
        break;
    }
}

/* ---- conditions ---- */

void tell_question(struct say *s, const struct predicate *p, const struct plan_when *when,
                   const struct plan_tongue *in)
{
    say_text(s, in->language == PLAN_ZH ? p->zh : p->en);
    if (p->argument != ARGUMENT_FLAG) {
        say_text(s, " ");
        tell_argument(s, p, when, in);
    }
}

bool tell_questions(struct say *s, const struct plan_when *when, const struct plan_tongue *in)
{
    bool any = false;

    for (uint32_t i = 0; i < PREDICATE_COUNT; i++) {
        if (predicate_asked(&predicates[i], when)) {
            say_text(s, any ? and_then.in[in->language] : "");
            tell_question(s, &predicates[i], when, in);
            any = true;
        }
    }
    return any;
}

void tell_part(struct say *s, enum when_part part, const struct plan_tongue *in)
{
    static const struct told parts[] = {
        [WHEN_ALL] = { { "", "" } },
        [WHEN_ANY] = { { "以下至少一组成立: ", "one of: " } },
        [WHEN_NONE] = { { "以下都不成立: ", "none of: " } },
    };

    tell(s, &parts[part], in);
}

void tell_groups(struct say *s, const struct plan_when *when, enum when_part part,
                 const struct plan_tongue *in)
{
    const struct list *groups = part == WHEN_ANY ? &when->any : &when->none;
    const struct plan_when *at = groups->at;

    tell_part(s, part, in);
    for (uint32_t i = 0; i < groups->count; i++) {
        say_text(s, i > 0 ? or_else.in[in->language] : "");
        say_text(s, "(");
        (void)tell_questions(s, &at[i], in);
        say_text(s, ")");
    }
}

void tell_when(struct say *s, const struct plan_when *when, const struct plan_tongue *in)
{
    bool before = tell_questions(s, when, in);

    if (when->any.count > 0) {
        say_text(s, before ? and_then.in[in->language] : "");
        tell_groups(s, when, WHEN_ANY, in);
        before = true;
    }
    if (when->none.count > 0) {
        say_text(s, before ? and_then.in[in->language] : "");
        tell_groups(s, when, WHEN_NONE, in);
    }
}

/* ---- outcomes ---- */

void tell_tier(struct say *s, uint8_t tier, const struct plan_tongue *in)
{
    static const char *const roman[] = { "-", "I", "II", "III", "IV" };

    must(tier <= 4);
    say_text(s, in->language == PLAN_ZH ? "" : "tier ");
    say_text(s, roman[tier]);
    say_text(s, in->language == PLAN_ZH ? " 级响应" : "");
}

void tell_police_type(struct say *s, uint8_t type, const struct plan_tongue *in)
{
    static const struct told any = { { "不限警种", "any police" } };

    must(type < POLICE_TYPE_COUNT);
    tell(s, type == POLICE_TYPE_NONE ? &any : &police_types[type], in);
}

/* Whom a need asks for. */
static void tell_force(struct say *s, const struct plan_need *n, const struct plan_tongue *in)
{
    static const struct told in_all = { { "民警单位合计", "police units in all" } };
    static const struct told whoever = { { "具备能力 ", "with " } };

    if (n->police_type != POLICE_TYPE_NONE) {
        tell_police_type(s, n->police_type, in);
        say_text(s, n->capability.len > 0 ? " (" : "");
        say_str(s, n->capability);
        say_text(s, n->capability.len > 0 ? ")" : "");
    } else if (n->capability.len > 0) {
        tell(s, &whoever, in);
        say_str(s, n->capability);
    } else {
        tell(s, &in_all, in);
    }
}

static void tell_need(struct say *s, const struct plan_need *n, const struct plan_tongue *in)
{
    if (in->language == PLAN_EN) {
        say_number(s, n->count);
        say_text(s, " ");
        tell_force(s, n, in);
    } else {
        tell_force(s, n, in);
        say_text(s, "×");
        say_number(s, n->count);
    }
}

void tell_needs(struct say *s, const struct list *needs, const struct plan_tongue *in)
{
    const struct plan_need *at = needs->at;

    for (uint32_t i = 0; i < needs->count; i++) {
        say_text(s, i > 0 ? between.in[in->language] : "");
        tell_need(s, &at[i], in);
    }
}

void tell_rule(struct say *s, const struct plan_rule *rule, const struct plan_tongue *in)
{
    static const struct told then = { { " → ", " → " } };
    static const struct told further = { { "; ", "; " } };

    tell_when(s, &rule->when, in);
    tell(s, &then, in);
    if (rule->tier != 0) {
        tell_tier(s, rule->tier, in);
    }
    if (rule->tier != 0 && rule->needs.count > 0) {
        tell(s, &further, in);
    }
    tell_needs(s, &rule->needs, in);
}
