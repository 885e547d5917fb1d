/* Reproducible random numbers (xoshiro256**, Blackman and Vigna 2018) for tests, simulation and
 * benches. Never for secrets: those come from libsodium. */
#ifndef BASE_PRNG_H
#define BASE_PRNG_H

#include <stdint.h>

struct prng {
    uint64_t s[4];
};

void prng_seed(struct prng *p, uint64_t seed);
uint64_t prng_next(struct prng *p);

/* Uniform in 0..below-1 without bias; `below` > 0. */
uint64_t prng_below(struct prng *p, uint64_t below);

/* Exponentially distributed with the given mean, in whole units (inverse transform). */
uint64_t prng_exponential(struct prng *p, uint64_t mean);

#endif
