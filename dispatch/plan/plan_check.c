#include "dispatch/plan/plan_check.h"

#include "dispatch/plan/check_path.h"
#include "dispatch/plan/evaluate.h"
#include "dispatch/plan/pattern.h"
#include "dispatch/plan/predicates.h"

#define TIERS 4
#define STR_(x) #x
#define NUMBER_TEXT(x) STR_(x)
#define EXPECT_WORD "1 to 31 of a-z, A-Z, 0-9, _, . and -"
#define EXPECT_PATTERN "four levels of 1 to 3 letters, digits or one *, as \"10.02.*.*\""

static enum err check_head(struct check_path *c, const struct plan *p);
static enum err check_callers(struct check_path *c, const struct plan *p);
static enum err check_panic(struct check_path *c, const struct plan_panic *p);
static enum err check_clocks(struct check_path *c, const struct plan *p);
static enum err check_automation(struct check_path *c, const struct plan *p);
static enum err check_rules(struct check_path *c, const struct plan *p);
static enum err check_patterns(struct check_path *c, const char *name, const struct list *patterns);

enum err plan_check(const struct plan *p, struct fault *f)
{
    struct check_path c;

    path_begin(&c, f);
    if (check_head(&c, p) != OK || check_callers(&c, p) != OK || check_panic(&c, &p->panic) != OK ||
        check_clocks(&c, p) != OK || check_automation(&c, p) != OK ||
        check_patterns(&c, "default_types", &p->default_types) != OK || check_rules(&c, p) != OK) {
        return ERR_INVALID;
    }
    return OK;
}

static bool word_valid(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.at[i];

        if (!((ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') ||
              ch == '_' || ch == '.' || ch == '-')) {
            return false;
        }
    }
    return s.len >= 1 && s.len <= PLAN_WORD_MAX;
}

static enum err check_word(struct check_path *c, const char *name, struct str value)
{
    size_t back = path_name(c, name);

    if (!word_valid(value)) {
        return path_bad_text(c, value, EXPECT_WORD);
    }
    path_back(c, back);
    return OK;
}

static enum err check_text(struct check_path *c, const char *name, struct str value, size_t max)
{
    size_t back = path_name(c, name);

    if (value.len > max) {
        return path_bad_number(c, value.len, "a shorter text (this is its length in bytes)");
    }
    path_back(c, back);
    return OK;
}

static enum err check_range(struct check_path *c, const char *name, uint64_t value, uint64_t least,
                            uint64_t most, const char *expected)
{
    size_t back = path_name(c, name);

    if (value < least || value > most) {
        return path_bad_number(c, value, expected);
    }
    path_back(c, back);
    return OK;
}

static enum err check_head(struct check_path *c, const struct plan *p)
{
    if (check_word(c, "id", p->id) != OK ||
        check_range(c, "version", p->version, 1, UINT32_MAX,
                    "1 or more, growing with each change") != OK ||
        check_text(c, "name_zh", p->name_zh, PLAN_NAME_MAX) != OK ||
        check_text(c, "name_en", p->name_en, PLAN_NAME_MAX) != OK ||
        check_range(c, "classify_ms", p->classify_ms, 1, PLAN_DAY_MS, "1 to 86400000 (a day)") !=
            OK ||
        check_range(c, "report_ms", p->report_ms, 1, PLAN_DAY_MS, "1 to 86400000 (a day)") != OK) {
        return ERR_INVALID;
    }
    return check_range(c, "offers_max", p->offers_max, 1, PLAN_OFFERS_MAX,
                       "1 to " NUMBER_TEXT(PLAN_OFFERS_MAX));
}

static enum err check_callers(struct check_path *c, const struct plan *p)
{
    static const char expected[] = "at most 86400000 (a day), 0 for the standard";

    if (check_range(c, "callback_ms", p->callback_ms, 0, PLAN_DAY_MS, expected) != OK ||
        check_range(c, "callback_tries", p->callback_tries, 0, PLAN_TRIES_MAX,
                    "at most " NUMBER_TEXT(PLAN_TRIES_MAX) ", 0 for the standard") != OK ||
        check_range(c, "locate_ms", p->locate_ms, 0, PLAN_DAY_MS, expected) != OK ||
        check_range(c, "move_sign_ms", p->move_sign_ms, 0, PLAN_DAY_MS, expected) != OK ||
        check_range(c, "answer_ms", p->answer_ms, 0, PLAN_DAY_MS,
                    "at most 86400000 (a day), 0 for no target") != OK) {
        return ERR_INVALID;
    }
    return check_range(c, "process_ms", p->process_ms, 0, PLAN_DAY_MS,
                       "at most 86400000 (a day), 0 for no target");
}

static enum err check_panic(struct check_path *c, const struct plan_panic *p)
{
    static const char expected[] = "at most 100000 m, 0 for the standard";
    const struct plan_panic_zone *zones = p->zones.at;
    size_t back = path_name(c, "panic");

    if (p->type.len > 0 && !pattern_code_valid(p->type)) {
        path_name(c, "type");
        return path_bad_text(c, p->type, "a code of four levels, as \"65.09.00.00\"");
    }
    if (check_range(c, "radius_m", p->radius_m, 0, PLAN_RADIUS_M_MAX, expected) != OK ||
        check_range(c, "quiet_m", p->quiet_m, 0, PLAN_RADIUS_M_MAX, expected) != OK) {
        return ERR_INVALID;
    }
    size_t list = path_name(c, "zones");
    for (uint32_t i = 0; i < p->zones.count; i++) {
        size_t row = path_index(c, i);

        if (check_word(c, "zone", zones[i].zone) != OK ||
            check_range(c, "radius_m", zones[i].radius_m, 1, PLAN_RADIUS_M_MAX, "1 to 100000 m") !=
                OK) {
            return ERR_INVALID;
        }
        path_back(c, row);
    }
    path_back(c, list);
    path_back(c, back);
    return OK;
}

static enum err check_patterns(struct check_path *c, const char *name, const struct list *patterns)
{
    const struct str *at = patterns->at;
    size_t back = path_name(c, name);

    for (uint32_t i = 0; i < patterns->count; i++) {
        size_t row = path_index(c, i);

        if (!pattern_valid(at[i])) {
            return path_bad_text(c, at[i], EXPECT_PATTERN);
        }
        path_back(c, row);
    }
    path_back(c, back);
    return OK;
}

static enum err check_codes(struct check_path *c, const char *name, const struct list *codes)
{
    const struct str *at = codes->at;
    size_t back = path_name(c, name);

    for (uint32_t i = 0; i < codes->count; i++) {
        size_t row = path_index(c, i);

        if (!word_valid(at[i])) {
            return path_bad_text(c, at[i], EXPECT_WORD);
        }
        path_back(c, row);
    }
    path_back(c, back);
    return OK;
}

static enum err check_limits(struct check_path *c, const struct plan_clocks *k)
{
    static const char expected[] = "0 (no clock) to 604800000 (a week)";
    const struct {
        const char *name;
        uint32_t ms;
    } limits[] = {
        { "dispatch_ms", k->dispatch_ms }, { "sign_ms", k->sign_ms },
        { "arrive_ms", k->arrive_ms },     { "feedback_ms", k->feedback_ms },
        { "close_ms", k->close_ms },       { "answer_ms", k->answer_ms },
        { "classify_ms", k->classify_ms }, { "report_ms", k->report_ms },
        { "name_ms", k->name_ms },         { "change_ms", k->change_ms },
        { "first_ms", k->first_ms },       { "safety_ms", k->safety_ms },
        { "hold_ms", k->hold_ms },
    };

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        if (check_range(c, limits[i].name, limits[i].ms, 0, PLAN_WEEK_MS, expected) != OK) {
            return ERR_INVALID;
        }
    }
    return OK;
}

/* One row: a plain one for a tier, or one that says what differs where. */
static enum err check_clock(struct check_path *c, const struct plan_clocks *k, bool *seen)
{
    bool plain = k->types.count == 0 && k->zones.count == 0;

    if (check_range(c, "tier", k->tier, plain ? 1 : 0, TIERS,
                    plain ? "1 to 4" : "1 to 4, or none for every tier") != OK) {
        return ERR_INVALID;
    }
    if (plain && seen[k->tier]) {
        path_name(c, "tier");
        return path_bad_number(c, k->tier, "each tier once");
    }
    seen[k->tier] = seen[k->tier] || plain;
    if (check_patterns(c, "types", &k->types) != OK || check_codes(c, "zones", &k->zones) != OK) {
        return ERR_INVALID;
    }
    return check_limits(c, k);
}

static enum err check_clocks(struct check_path *c, const struct plan *p)
{
    const struct plan_clocks *clocks = p->clocks.at;
    bool seen[TIERS + 1] = { false };
    size_t back = path_name(c, "clocks");

    for (uint32_t i = 0; i < p->clocks.count; i++) {
        size_t row = path_index(c, i);

        if (check_clock(c, &clocks[i], seen) != OK) {
            return ERR_INVALID;
        }
        path_back(c, row);
    }
    for (uint32_t tier = 1; tier <= TIERS; tier++) {
        if (!seen[tier]) {
            static const char *const missing[TIERS] = { "without tier 1", "without tier 2",
                                                        "without tier 3", "without tier 4" };

            return path_bad(c, missing[tier - 1], "one row for each tier 1 to 4");
        }
    }
    path_back(c, back);
    return OK;
}

static enum err check_bits(struct check_path *c, const char *name, uint32_t bits, uint32_t words)
{
    size_t back = path_name(c, name);

    if (words < 32 && bits >> words != 0) {
        return path_bad_number(c, bits, "only words of the list");
    }
    path_back(c, back);
    return OK;
}

static enum err check_automation(struct check_path *c, const struct plan *p)
{
    const struct plan_automation *entries = p->automation.at;
    size_t back = path_name(c, "automation");

    for (uint32_t i = 0; i < p->automation.count; i++) {
        size_t row = path_index(c, i);

        if (check_patterns(c, "types", &entries[i].types) != OK ||
            check_codes(c, "zones", &entries[i].zones) != OK ||
            check_bits(c, "channels", entries[i].channels, CHANNEL_COUNT) != OK) {
            return ERR_INVALID;
        }
        for (uint32_t n = 0; n < CHANNEL_COUNT; n++) {
            if ((entries[i].channels >> n & 1) != 0 && !plan_channel_verified(n)) {
                path_name(c, "channels");
                return path_bad_text(c, str_of(word_of(&channel_words, n)),
                                     "verified channels only");
            }
        }
        path_back(c, row);
    }
    path_back(c, back);
    return OK;
}

static enum err check_hours(struct check_path *c, const struct list *hours)
{
    const struct plan_hours *at = hours->at;
    size_t back = path_name(c, "hours");

    for (uint32_t i = 0; i < hours->count; i++) {
        size_t row = path_index(c, i);

        if (check_range(c, "from_min", at[i].from_min, 0, 1439,
                        "0 to 1439 minutes after midnight") != OK ||
            check_range(c, "until_min", at[i].until_min, 0, 1440,
                        "0 to 1440 minutes after midnight") != OK ||
            check_range(c, "days", at[i].days, 0, 127,
                        "days Monday to Sunday, 1 to 127, or 0 for every day") != OK) {
            return ERR_INVALID;
        }
        if (at[i].from_min == at[i].until_min) {
            path_name(c, "until_min");
            return path_bad_number(c, at[i].until_min, "another minute than from_min");
        }
        path_back(c, row);
    }
    path_back(c, back);
    return OK;
}

/* The questions that a rule and a group may ask; how many it does. */
static enum err check_questions(struct check_path *c, const struct plan_when *w, uint32_t *asked)
{
    if (check_patterns(c, "types", &w->types) != OK ||
        check_bits(c, "cues_any", w->cues_any, CUE_COUNT) != OK ||
        check_bits(c, "cues_all", w->cues_all, CUE_COUNT) != OK ||
        check_bits(c, "place_any", w->place_any, PLACE_FLAG_COUNT) != OK ||
        check_codes(c, "zones", &w->zones) != OK || check_hours(c, &w->hours) != OK ||
        check_bits(c, "channels_any", w->channels_any, CHANNEL_COUNT) != OK ||
        check_range(c, "priority_max", w->priority_max, 0, 9, "1 (most urgent) to 9") != OK) {
        return ERR_INVALID;
    }
    *asked = 0;
    for (uint32_t i = 0; i < PREDICATE_COUNT; i++) {
        *asked += predicate_asked(&predicates[i], w) ? 1 : 0;
    }
    return OK;
}

static enum err check_groups(struct check_path *c, const char *name, const struct list *groups)
{
    const struct plan_when *at = groups->at;
    size_t back = path_name(c, name);

    if (groups->count > PLAN_GROUPS_MAX) {
        return path_bad_number(c, groups->count, "at most " NUMBER_TEXT(PLAN_GROUPS_MAX) " groups");
    }
    for (uint32_t i = 0; i < groups->count; i++) {
        size_t row = path_index(c, i);
        uint32_t asked;

        if (check_questions(c, &at[i], &asked) != OK) {
            return ERR_INVALID;
        }
        if (at[i].always || at[i].any.count > 0 || at[i].none.count > 0) {
            return path_bad(c, at[i].always ? "with always" : "with groups of its own",
                            "questions alone");
        }
        if (asked == 0) {
            return path_bad(c, "empty", "at least one question");
        }
        path_back(c, row);
    }
    path_back(c, back);
    return OK;
}

static enum err check_when(struct check_path *c, const struct plan_when *w, bool last)
{
    size_t back = path_name(c, "when");
    uint32_t asked;

    if (check_questions(c, w, &asked) != OK || check_groups(c, "any", &w->any) != OK ||
        check_groups(c, "none", &w->none) != OK) {
        return ERR_INVALID;
    }
    asked += w->any.count + w->none.count;
    if (asked == 0) {
        return path_bad(c, "empty",
                        last ? "always: true in the last rule" : "at least one question");
    }
    if (w->always != last) {
        path_name(c, "always");
        return last ? path_bad(c, "false", "true: the last rule always fires")
                    : path_bad(c, "true", "false: only the last rule always fires");
    }
    if (last && asked > 1) {
        return path_bad(c, "always with further questions", "always alone");
    }
    path_back(c, back);
    return OK;
}

static enum err check_needs(struct check_path *c, const struct list *needs)
{
    static const char expected[] = "1 to " NUMBER_TEXT(REQUIREMENTS_MAX);
    const struct plan_need *at = needs->at;
    size_t back = path_name(c, "needs");
    uint64_t total = 0;

    for (uint32_t i = 0; i < needs->count; i++) {
        size_t row = path_index(c, i);

        if (check_range(c, "police_type", at[i].police_type, 0, POLICE_TYPE_COUNT - 1,
                        "a word of the list") != OK ||
            (at[i].capability.len > 0 && check_word(c, "capability", at[i].capability) != OK) ||
            check_range(c, "count", at[i].count, 1, REQUIREMENTS_MAX, expected) != OK) {
            return ERR_INVALID;
        }
        for (uint32_t k = 0; k < i; k++) {
            if (at[k].police_type == at[i].police_type &&
                str_eq(at[k].capability, at[i].capability)) {
                return path_bad(c, "given twice", "each police type and capability once in a rule");
            }
        }
        total += at[i].count;
        path_back(c, row);
    }
    if (total > REQUIREMENTS_MAX) {
        return path_bad_number(c, total, "at most " NUMBER_TEXT(REQUIREMENTS_MAX) " units in all");
    }
    path_back(c, back);
    return OK;
}

static enum err check_rule(struct check_path *c, const struct plan *p, uint32_t index)
{
    const struct plan_rule *rules = p->rules.at;
    const struct plan_rule *r = &rules[index];
    bool last = index + 1 == p->rules.count;

    if (check_word(c, "id", r->id) != OK) {
        return ERR_INVALID;
    }
    for (uint32_t i = 0; i < index; i++) {
        if (str_eq(rules[i].id, r->id)) {
            path_name(c, "id");
            return path_bad_text(c, r->id, "an id that no rule before it has");
        }
    }
    if (check_text(c, "name_zh", r->name_zh, PLAN_NAME_MAX) != OK ||
        check_text(c, "name_en", r->name_en, PLAN_NAME_MAX) != OK ||
        check_text(c, "source", r->source, PLAN_SOURCE_MAX) != OK ||
        check_when(c, &r->when, last) != OK ||
        check_range(c, "tier", r->tier, last ? 1 : 0, TIERS,
                    last ? "1 to 4: the last rule gives every incident a tier"
                         : "1 to 4, or none") != OK ||
        check_needs(c, &r->needs) != OK) {
        return ERR_INVALID;
    }
    if (r->tier == 0 && r->needs.count == 0) {
        return path_bad(c, "without effect", "a tier or needs");
    }
    return OK;
}

static enum err check_rules(struct check_path *c, const struct plan *p)
{
    size_t back = path_name(c, "rules");

    if (p->rules.count < 1 || p->rules.count > PLAN_RULES_MAX) {
        return path_bad_number(c, p->rules.count, "1 to " NUMBER_TEXT(PLAN_RULES_MAX) " rules");
    }
    for (uint32_t i = 0; i < p->rules.count; i++) {
        size_t row = path_index(c, i);

        if (check_rule(c, p, i) != OK) {
            return ERR_INVALID;
        }
        path_back(c, row);
    }
    path_back(c, back);
    return OK;
}
