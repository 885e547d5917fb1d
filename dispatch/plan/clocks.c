#include "dispatch/plan/clocks.h"

#include "dispatch/plan/pattern.h"

#include <stddef.h>

/* A clock of a row, and what the row that gave it was worth. */
static const size_t limits[] = {
    offsetof(struct plan_clocks, dispatch_ms), offsetof(struct plan_clocks, sign_ms),
    offsetof(struct plan_clocks, arrive_ms),   offsetof(struct plan_clocks, feedback_ms),
    offsetof(struct plan_clocks, close_ms),    offsetof(struct plan_clocks, answer_ms),
    offsetof(struct plan_clocks, classify_ms), offsetof(struct plan_clocks, report_ms),
    offsetof(struct plan_clocks, name_ms),     offsetof(struct plan_clocks, change_ms),
    offsetof(struct plan_clocks, first_ms),    offsetof(struct plan_clocks, safety_ms),
    offsetof(struct plan_clocks, hold_ms),
};
#define LIMITS (sizeof(limits) / sizeof(limits[0]))

/* Worths: the type's levels count more than any zone, a zone more than the tier. */
#define TYPE_WORTH 1024
#define ZONE_WORTH 2
#define NO_MATCH UINT32_MAX

static uint32_t *limit_of(struct plan_clocks *c, size_t k)
{
    return (uint32_t *)(void *)((char *)c + limits[k]);
}

/* Levels that a pattern gives, a star being none. */
static uint32_t levels_given(struct str pattern)
{
    uint32_t stars = 0;

    for (size_t k = 0; k < pattern.len; k++) {
        stars += pattern.at[k] == '*' ? 1 : 0;
    }
    return PATTERN_LEVELS - stars;
}

/* 0: the row does not ask; else 1 and more, the best of the patterns that hold. */
static uint32_t type_worth(const struct plan_clocks *row, struct str type)
{
    const struct str *patterns = row->types.at;
    uint32_t best = row->types.count > 0 ? NO_MATCH : 0;

    for (uint32_t k = 0; k < row->types.count; k++) {
        uint32_t worth = 1 + levels_given(patterns[k]);

        if (type.len > 0 && pattern_matches(patterns[k], type) &&
            (best == NO_MATCH || worth > best)) {
            best = worth;
        }
    }
    return best;
}

static uint32_t zone_worth(const struct plan_clocks *row, const struct clocks_for *s)
{
    const struct str *codes = row->zones.at;

    for (uint32_t z = 0; z < s->zone_count; z++) {
        for (uint32_t k = 0; k < row->zones.count; k++) {
            if (str_eq(codes[k], s->zones[z])) {
                return s->zone_count - z;
            }
        }
    }
    return row->zones.count > 0 ? NO_MATCH : 0;
}

/* NO_MATCH, or how specific the row is: more is more. */
static uint32_t row_worth(const struct plan_clocks *row, const struct clocks_for *s)
{
    if (row->tier != 0 && row->tier != s->tier) {
        return NO_MATCH;
    }
    uint32_t type = type_worth(row, s->type);
    uint32_t zone = zone_worth(row, s);

    if (type == NO_MATCH || zone == NO_MATCH) {
        return NO_MATCH;
    }
    return type * TYPE_WORTH + zone * ZONE_WORTH + (row->tier != 0 ? 1 : 0);
}

struct plan_clocks plan_clocks_for(const struct plan *p, const struct clocks_for *s)
{
    const struct plan_clocks *rows = p->clocks.at;
    struct plan_clocks out = { .tier = s->tier };
    uint32_t worth[LIMITS] = { 0 };

    for (uint32_t r = 0; r < p->clocks.count; r++) {
        struct plan_clocks row = rows[r];
        uint32_t now = row_worth(&row, s);

        for (size_t k = 0; now != NO_MATCH && k < LIMITS; k++) {
            if (*limit_of(&row, k) != 0 && now + 1 > worth[k]) {
                *limit_of(&out, k) = *limit_of(&row, k);
                worth[k] = now + 1;
            }
        }
    }
    out.answer_ms = out.answer_ms != 0 ? out.answer_ms : p->answer_ms;
    out.classify_ms = out.classify_ms != 0 ? out.classify_ms : p->classify_ms;
    out.report_ms = out.report_ms != 0 ? out.report_ms : p->report_ms;
    return out;
}
