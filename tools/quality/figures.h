/* What came of a play, in figures: response times of the first units, how many were late, by
 * priority and by blocks of six hours. */
#ifndef TOOLS_QUALITY_FIGURES_H
#define TOOLS_QUALITY_FIGURES_H

#include "base/buf.h"
#include "tools/quality/play.h"

#define FIGURES_BLOCK_MS (INT64_C(6) * 3600 * 1000)

struct figures_block {
    uint32_t calls, late;
    uint64_t sum_ms;
    uint32_t by_priority[PLAY_PRIORITIES][2]; /* calls, late */
};

/* First arrivals by the second, the last one and later ones together. */
#define FIGURES_SECONDS 7200

struct figures {
    uint32_t calls, late;
    uint64_t sum_ms;     /* of first arrivals */
    uint64_t all_sum_ms; /* of all arrivals */
    uint64_t arrivals;
    uint32_t by_priority[PLAY_PRIORITIES][2]; /* calls, late */
    uint32_t p50_ms, p90_ms, p99_ms;
    uint64_t covered_ppm, driven_km;
    struct figures_busy {
        uint32_t mean, least, p10, p90, most; /* of units, in thousandths of the time */
    } busy;
    struct figures_block *block;
    uint16_t *second; /* of a block (many): calls by FIGURES_SECONDS */
    uint32_t block_count;
};

/* Owns; free by figures_free. Fails: ERR_NO_MEMORY. */
MUST_USE enum err figures_make(struct figures *g, const struct play_opts *o,
                               const struct play_result *r, struct fault *f);
void figures_free(struct figures *g);

/* One fleet's figures as a JSON object. */
void figures_json(const struct figures *g, const struct play_opts *o, struct buf *b);

#endif
