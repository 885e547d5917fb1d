#include "dispatch/plan/when.h"

/* Remembers the first of what decided as `v` does. */
struct weigh {
    enum verdict verdict;
    struct when_why why;
};

static void weigh_no(struct weigh *w, struct when_why why)
{
    w->verdict = VERDICT_NO;
    w->why = why;
}

static void weigh_open(struct weigh *w, struct when_why why)
{
    if (w->verdict == VERDICT_YES) {
        w->verdict = VERDICT_UNKNOWN;
        w->why = why;
    }
}

static void ask_questions(struct weigh *w, const struct plan_when *when, const struct situation *s)
{
    const struct predicate *decided;

    switch (predicates_all(when, s, &decided)) {
    case VERDICT_YES:
        break;
    case VERDICT_NO:
        if (decided != NULL || when->any.count + when->none.count == 0) {
            weigh_no(w, (struct when_why){ .predicate = decided });
        }
        break;
    case VERDICT_UNKNOWN:
        weigh_open(w, (struct when_why){ .predicate = decided });
        break;
    }
}

static void ask_any(struct weigh *w, const struct list *groups, const struct situation *s)
{
    const struct plan_when *at = groups->at;
    struct when_why open = { .part = WHEN_ANY };
    bool unknown = false;

    for (uint32_t i = 0; i < groups->count; i++) {
        const struct predicate *decided;
        enum verdict v = predicates_all(&at[i], s, &decided);

        if (v == VERDICT_YES) {
            return;
        }
        if (v == VERDICT_UNKNOWN && !unknown) {
            unknown = true;
            open = (struct when_why){ decided, WHEN_ANY, (uint8_t)i };
        }
    }
    if (unknown) {
        weigh_open(w, open);
    } else if (groups->count > 0) {
        weigh_no(w, open);
    }
}

static void ask_none(struct weigh *w, const struct list *groups, const struct situation *s)
{
    const struct plan_when *at = groups->at;
    struct situation cautious = *s;

    cautious.cautious = true;
    for (uint32_t i = 0; i < groups->count && w->verdict != VERDICT_NO; i++) {
        const struct predicate *decided;
        struct when_why why = { .part = WHEN_NONE, .group = (uint8_t)i };

        switch (predicates_all(&at[i], &cautious, &decided)) {
        case VERDICT_NO:
            break;
        case VERDICT_YES:
            weigh_no(w, why);
            break;
        case VERDICT_UNKNOWN:
            why.predicate = decided;
            weigh_open(w, why);
            break;
        }
    }
}

enum verdict when_holds(const struct plan_when *when, const struct situation *s,
                        struct when_why *why)
{
    struct weigh w = { .verdict = VERDICT_YES };

    ask_questions(&w, when, s);
    if (w.verdict != VERDICT_NO && when->any.count > 0) {
        ask_any(&w, &when->any, s);
    }
    if (w.verdict != VERDICT_NO && when->none.count > 0) {
        ask_none(&w, &when->none, s);
    }
    if (why != NULL) {
        *why = w.why;
    }
    return w.verdict;
}
