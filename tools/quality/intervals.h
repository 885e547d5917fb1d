/* How far figures of plays could be from what other days, or other posts, would have given: the
 * middle 95 % of many draws.
 *
 * What is counted call by call is drawn by blocks of six hours with replacement, the same hours of
 * every fleet: hours that lie together are busy together, so that single calls would look more
 * independent than they are. Source: H. Künsch, The jackknife and the bootstrap for general
 * stationary observations, 1989 (blocks). What a whole play comes to (coverage, kilometres,
 * workload) is drawn by fleets, of which there must be several. */
#ifndef TOOLS_QUALITY_INTERVALS_H
#define TOOLS_QUALITY_INTERVALS_H

#include "tools/quality/figures.h"

struct interval {
    uint64_t value, low, high;
};

struct intervals {
    struct interval late_ppm, mean_ms;
    struct interval p50_ms, p90_ms, p99_ms; /* to the second */
    struct interval priority_late_ppm[PLAY_PRIORITIES];
    uint32_t priority_calls[PLAY_PRIORITIES]; /* 0: none is late of none */
    /* Means over fleets; of one fleet low and high are the value. */
    struct interval covered_ppm, driven_km, busy_p10, busy_mean, busy_p90;
};

/* Of so many fleets together, over the same calls. Fails: ERR_NO_MEMORY. */
MUST_USE enum err intervals_find(const struct figures *g, uint32_t count, uint64_t seed,
                                 struct intervals *out, struct fault *f);

/* As members of a JSON object, the first one without a comma before it; and as lines of text, each
 * after a line break. */
void intervals_json(const struct intervals *x, struct buf *b);
void intervals_text(const struct intervals *x, struct buf *b);

#endif
