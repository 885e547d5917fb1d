/* The questions a rule may ask of an incident. One row of predicates.def each; the word is the name
 * of its field in `struct plan_when`. Three answers: what is not known is neither yes nor no, and
 * never counts as yes. */
#ifndef DISPATCH_PLAN_PREDICATES_H
#define DISPATCH_PLAN_PREDICATES_H

#include "dispatch/model/situation.h"

enum predicate_argument {
    ARGUMENT_FLAG,     /* bool */
    ARGUMENT_PATTERNS, /* struct list of struct str: type patterns */
    ARGUMENT_CODES,    /* struct list of struct str: zone codes */
    ARGUMENT_HOURS,    /* struct list of struct plan_hours */
    ARGUMENT_CUES,     /* uint16_t, bits of enum cue */
    ARGUMENT_PLACES,   /* uint32_t, bits of enum place_flag */
    ARGUMENT_CHANNELS, /* uint32_t, bits of enum channel */
    ARGUMENT_PRIORITY  /* uint8_t */
};

enum predicate_name {
#define PREDICATE(NAME, word, argument, unit, zh, en) PREDICATE_##NAME,
#include "dispatch/plan/predicates.def"
#undef PREDICATE
    PREDICATE_COUNT
};

typedef enum verdict predicate_fn(const struct plan_when *when, const struct situation *s);

struct predicate {
    const char *word;
    enum predicate_argument argument;
    uint16_t offset; /* of its argument in struct plan_when */
    const char *unit;
    const char *zh;
    const char *en;
    predicate_fn *ask; /* called only when the rule asks it */
};

extern const struct predicate predicates[PREDICATE_COUNT];

#define PREDICATE(NAME, word, argument, unit, zh, en) predicate_fn pred_##word;
#include "dispatch/plan/predicates.def"
#undef PREDICATE

/* True when the rule gives this predicate an argument. */
bool predicate_asked(const struct predicate *p, const struct plan_when *when);

/* All predicates the rule asks, joined by "and": no as soon as one says no, else unknown as soon as
 * one is unknown.
 * `*decided` (may be NULL) is the predicate that said so, NULL when all said yes. A rule that asks
 * nothing: no. */
enum verdict predicates_all(const struct plan_when *when, const struct situation *s,
                            const struct predicate **decided);

#endif
