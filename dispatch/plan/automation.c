#include "dispatch/plan/evaluate.h"
#include "dispatch/plan/pattern.h"

#include <stddef.h>

static const bool verified[CHANNEL_COUNT] = {
#define CHANNEL(NAME, word, zh, en, verified_) [CHANNEL_##NAME] = (verified_),
#include "dispatch/model/channels.def"
#undef CHANNEL
};

bool plan_channel_verified(uint32_t channel)
{
    return channel < CHANNEL_COUNT && verified[channel];
}

static bool any_pattern(const struct list *patterns, struct str type)
{
    const struct str *at = patterns->at;

    for (uint32_t i = 0; i < patterns->count; i++) {
        if (pattern_matches(at[i], type)) {
            return true;
        }
    }
    return false;
}

static bool any_zone(const struct list *codes, const struct situation *s)
{
    const struct str *at = codes->at;

    for (uint32_t i = 0; i < codes->count; i++) {
        for (uint32_t z = 0; z < s->zone_count; z++) {
            if (str_eq(at[i], s->zones[z])) {
                return true;
            }
        }
    }
    return false;
}

static bool entry_allows(const struct plan_automation *a, const struct situation *s)
{
    return (a->types.count == 0 || any_pattern(&a->types, s->type)) &&
           (a->zones.count == 0 || any_zone(&a->zones, s)) &&
           (a->channels == 0 || (a->channels >> s->channel & 1) != 0);
}

/* NULL when nothing forbids it, else the word of what does. */
static const char *forbidden(const struct plan *p, const struct situation *s)
{
    if (p->automation.count == 0) {
        return "off";
    }
    if (!plan_channel_verified(s->channel)) {
        return "unverified_channel";
    }
    if (!s->place_known) {
        return "place_unknown";
    }
    if (s->type.len == 0) {
        return "unclassified";
    }
    return any_pattern(&p->default_types, s->type) ? "default_type" : NULL;
}

bool plan_allows_automation(const struct plan *p, const struct situation *s, const char **why)
{
    const struct plan_automation *entries = p->automation.at;
    const char *word = forbidden(p, s);

    for (uint32_t i = 0; word == NULL && i < p->automation.count; i++) {
        if (entry_allows(&entries[i], s)) {
            word = "allowed";
        }
    }
    if (why != NULL) {
        *why = word != NULL ? word : "not_listed";
    }
    return word != NULL && str_is(str_of(word), "allowed");
}
