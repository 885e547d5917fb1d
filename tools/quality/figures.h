/* What came of a play, in figures: response times of the first units, how many were late, by
 * priority and by blocks of six hours. Intervals are found by drawing blocks with replacement:
 * hours that lie together are busy together, so that single calls would look more independent than
 * they are. Source: H. Künsch, The jackknife and the bootstrap for general stationary observations,
 * 1989 (blocks). */
#ifndef TOOLS_QUALITY_FIGURES_H
#define TOOLS_QUALITY_FIGURES_H

#include "base/buf.h"
#include "tools/quality/play.h"

#define FIGURES_BLOCK_MS (INT64_C(6) * 3600 * 1000)
#define FIGURES_DRAWS 1000

struct figures_block {
    uint32_t calls, late;
    uint64_t sum_ms;
};

struct figures {
    uint32_t calls, late;
    uint64_t sum_ms;     /* of first arrivals */
    uint64_t all_sum_ms; /* of all arrivals */
    uint64_t arrivals;
    uint32_t by_priority[PLAY_PRIORITIES][2]; /* calls, late */
    uint32_t p50_ms, p90_ms, p99_ms;
    struct figures_block *block;
    uint32_t block_count;
};

/* Owns; free by figures_free. Fails: ERR_NO_MEMORY. */
MUST_USE enum err figures_make(struct figures *g, const struct play_opts *o,
                               const struct play_result *r, struct fault *f);
void figures_free(struct figures *g);

/* Least and most of the middle 95 % of what the draws give, over all fleets together: the share
 * that is late, in millionths, and the mean response in ms. */
struct figures_interval {
    uint64_t late_ppm[2];
    uint64_t mean_ms[2];
};
void figures_interval(const struct figures *g, uint32_t count, uint64_t seed,
                      struct figures_interval *out);

/* One fleet's figures as a JSON object. */
void figures_json(const struct figures *g, const struct play_opts *o, const struct play_result *r,
                  struct buf *b);

#endif
