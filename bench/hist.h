/* A histogram of µs: exact below 128, then 64 steps an octave (1.6 %), up to 71 minutes. Adding is
 * one increment. */
#ifndef BENCH_HIST_H
#define BENCH_HIST_H

#include <stdint.h>
#include <string.h>

#define HIST_STEPS 64
#define HIST_BUCKETS (HIST_STEPS * 28)

struct hist {
    uint64_t count;
    uint64_t at[HIST_BUCKETS];
};

static inline void hist_reset(struct hist *h)
{
    memset(h, 0, sizeof(*h));
}

static inline uint32_t hist_bucket(uint64_t us)
{
    uint64_t v = us > UINT32_MAX ? UINT32_MAX : us;
    uint32_t octave;

    if (v < 2 * HIST_STEPS) {
        return (uint32_t)v;
    }
    octave = 63 - (uint32_t)__builtin_clzll(v) - 6;
    return octave * HIST_STEPS + (uint32_t)(v >> octave);
}

/* Upper end of a bucket. */
static inline uint64_t hist_value(uint32_t bucket)
{
    uint32_t octave = bucket / HIST_STEPS;

    if (octave < 2) {
        return bucket;
    }
    octave--;
    return (((uint64_t)bucket - (uint64_t)octave * HIST_STEPS + 1) << octave) - 1;
}

static inline void hist_add(struct hist *h, uint64_t us)
{
    h->at[hist_bucket(us)]++;
    h->count++;
}

/* The value that `permille` of all do not exceed; 0 when there are none. */
static inline uint64_t hist_at(const struct hist *h, uint32_t permille)
{
    uint64_t rank = (h->count * permille + 999) / 1000;
    uint64_t seen = 0;

    for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
        seen += h->at[i];
        if (seen >= rank && seen != 0) {
            return hist_value(i);
        }
    }
    return 0;
}

#endif
