/* What `tocsin backtest` prints. */
#ifndef TOOLS_PLAN_BACKTEST_SAY_H
#define TOOLS_PLAN_BACKTEST_SAY_H

#include "base/buf.h"
#include "dispatch/plan/tell.h"
#include "tools/plan/backtest.h"

#define CAUSES_MAX 256

/* Changes that have one cause: the rules that fire in one of the plans only. */
struct backtest_cause {
    struct str gone[3], come[3]; /* rules; empty behind the last */
    uint8_t tier[2];
    uint64_t count;
    struct backtest_change example;
};

struct backtest_causes {
    struct backtest_cause at[CAUSES_MAX];
    uint32_t count;
    uint64_t dropped;       /* changes whose cause found no room */
    uint64_t tiers, forces; /* incidents graded otherwise; with another force */
};

/* A backtest_changed_fn; `arg` is a struct backtest_causes. */
void backtest_cause_see(void *arg, const struct backtest_change *c);

struct backtest_told {
    const struct backtest *b;
    const struct backtest_side *sides;  /* 2; the second may have no plan */
    uint64_t (*matrix)[BACKTEST_TIERS]; /* [before][after] */
    struct backtest_causes *causes;     /* sorted here, the most frequent first */
    const struct plan_tongue *in;
    uint32_t changes; /* causes told */
    int64_t took_us;  /* the asking took so long */
};

void backtest_say(struct buf *b, const struct backtest_told *t);
void backtest_say_json(struct buf *b, const struct backtest_told *t);

#endif
