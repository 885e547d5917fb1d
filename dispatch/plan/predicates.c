#include "dispatch/plan/predicates.h"

#include "base/must.h"

#include <string.h>

const struct predicate predicates[PREDICATE_COUNT] = {
#define PREDICATE(NAME, word_, argument_, unit_, zh_, en_)              \
    [PREDICATE_##NAME] = { .word = #word_,                              \
                           .argument = (argument_),                     \
                           .offset = offsetof(struct plan_when, word_), \
                           .unit = (unit_),                             \
                           .zh = (zh_),                                 \
                           .en = (en_),                                 \
                           .ask = pred_##word_ },
#include "dispatch/plan/predicates.def"
#undef PREDICATE
};

bool predicate_asked(const struct predicate *p, const struct plan_when *when)
{
    const void *at = (const char *)when + p->offset;

    switch (p->argument) {
    case ARGUMENT_FLAG:
        return *(const bool *)at;
    case ARGUMENT_PATTERNS:
    case ARGUMENT_CODES:
    case ARGUMENT_HOURS:
        return ((const struct list *)at)->count > 0;
    case ARGUMENT_CUES:
        return *(const uint16_t *)at != 0;
    case ARGUMENT_PLACES:
    case ARGUMENT_CHANNELS:
        return *(const uint32_t *)at != 0;
    case ARGUMENT_PRIORITY:
        return *(const uint8_t *)at != 0;
    }
    must(!"argument of a predicate");
    return false;
}

enum verdict predicates_all(const struct plan_when *when, const struct situation *s,
                            const struct predicate **decided)
{
    const struct predicate *open = NULL;
    bool asked = false;

    if (decided != NULL) {
        *decided = NULL;
    }
    for (uint32_t i = 0; i < PREDICATE_COUNT; i++) {
        const struct predicate *p = &predicates[i];

        if (!predicate_asked(p, when)) {
            continue;
        }
        asked = true;
        enum verdict v = p->ask(when, s);

        if (v == VERDICT_NO) {
            if (decided != NULL) {
                *decided = p;
            }
            return VERDICT_NO;
        }
        if (v == VERDICT_UNKNOWN && open == NULL) {
            open = p;
        }
    }
    if (open != NULL) {
        if (decided != NULL) {
            *decided = open;
        }
        return VERDICT_UNKNOWN;
    }
    return asked ? VERDICT_YES : VERDICT_NO;
}
