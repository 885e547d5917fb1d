/* A plan asked about calls that were recorded or invented: what it grades each incident, whom it
 * asks for and why, beside another plan. Nothing is dispatched: places, zones and premises are
 * found by the core's own functions in a world that knows the city, each incident is asked once,
 * with all cues that its callers named. */
#ifndef TOOLS_PLAN_BACKTEST_H
#define TOOLS_PLAN_BACKTEST_H

#include "dispatch/model/situation.h"
#include "tools/sim/engine.h"
#include "tools/sim/town.h"

#define BACKTEST_HOURS 24
#define BACKTEST_TIERS 5 /* 1 to 4 */

struct backtest {
    const struct town *town;
    struct engine *engine;
    uint16_t *cues;     /* of each call that opens an incident: of all that call about it */
    uint16_t *denied;   /* of the call that opened it, as far as nobody named it */
    uint32_t incidents; /* calls that open one */
    int64_t start_us;
};

/* What one rule had to say over all incidents. */
struct backtest_rule {
    uint64_t fired, open;
    uint64_t tiers; /* no rule that fired is graver, none before it is as grave */
    uint64_t slots; /* asked for by it first */
};

/* What a plan says of all of them. */
struct backtest_side {
    const struct plan *plan;
    uint64_t tiers[BACKTEST_TIERS];
    uint64_t units[POLICE_TYPE_COUNT];                   /* asked for; NONE: of any police type */
    uint64_t by_hour[BACKTEST_HOURS][POLICE_TYPE_COUNT]; /* the same by local hour of opening */
    uint64_t work_ms[BACKTEST_HOURS][POLICE_TYPE_COUNT]; /* of these on scene, by hour of opening */
    uint64_t slots;
    uint64_t truncated;          /* incidents whose force was cut at REQUIREMENTS_MAX */
    struct backtest_rule *rules; /* plan->rules.count */
};

/* One incident graded otherwise, or with another force. */
struct backtest_change {
    uint32_t call; /* index in the town */
    uint8_t tier[2];
    bool tier_differs, force_differs;
    struct evaluation said[2];
};

/* `town` stays where it is. Owns: free by backtest_free. Fails: ERR_NO_MEMORY; ERR_INVALID when the
 * core refuses the city. */
MUST_USE enum err backtest_init(struct backtest *b, const struct town *town, int64_t start_us,
                                struct fault *f);
void backtest_free(struct backtest *b);

/* Call number `call` (one that opens an incident) as a plan sees it. `zones` has room for
 * ZONE_DEPTH_MAX. */
void backtest_situation(const struct backtest *b, uint32_t call, struct str *zones,
                        struct situation *out);

/* Asks each plan (`after` may be NULL) about each incident. `changed` (may be NULL) is told of each
 * that differs. `out` sides are made here; free each by backtest_side_free. Fails: ERR_NO_MEMORY.
 */
typedef void backtest_changed_fn(void *arg, const struct backtest_change *c);
MUST_USE enum err backtest_run(const struct backtest *b, const struct plan *before,
                               const struct plan *after, struct backtest_side out[2],
                               uint64_t matrix[BACKTEST_TIERS][BACKTEST_TIERS],
                               backtest_changed_fn *changed, void *arg, struct fault *f);
void backtest_side_free(struct backtest_side *s);

/* What a plan leaves out, whatever calls come: types of the city that only the last rule speaks of
 * when nothing else is known than the type and an ordinary place. Writes up to `cap` indices into
 * city.types; returns how many there are. */
uint32_t backtest_unnamed(const struct town *town, const struct plan *p, uint32_t *out,
                          uint32_t cap);

#endif
