#include "base/prng.h"

#include "base/must.h"

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

void prng_seed(struct prng *p, uint64_t seed)
{
    /* splitmix64 fills the state, as the authors advise: near seeds give unrelated streams, and
     * never all zeros. */
    for (int i = 0; i < 4; i++) {
        seed += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t z = seed;

        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        p->s[i] = z ^ z >> 31;
    }
}

uint64_t prng_next(struct prng *p)
{
    uint64_t *s = p->s;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t prng_below(struct prng *p, uint64_t below)
{
    must(below > 0);
    /* The lowest 2^64 mod below values are thrown away; the rest divides evenly. */
    uint64_t bias = (0 - below) % below;
    uint64_t value;

    do {
        value = prng_next(p);
    } while (value < bias);
    return value % below;
}

/* -ln(u / 2^64) for u = 1 .. 2^64-1, as a fixed point number with 32 fractional bits (0 .. 44.4).
 * In integers, so that a seed gives the same simulation on every machine and libm. */
static uint64_t minus_ln_q32(uint64_t u)
{
    const uint64_t ln2_q32 = UINT64_C(2977044472);
    int zeros = __builtin_clzll(u);
    uint64_t mantissa = (u << zeros) >> 32; /* 1.0 .. 2.0 with 31 fractional bits */
    uint64_t fraction = 0;

    /* The binary logarithm bit by bit: squaring doubles it, and what passes 2 shows the next bit.
     */
    for (int i = 0; i < 32; i++) {
        mantissa = mantissa * mantissa >> 31;
        fraction <<= 1;
        if (mantissa >> 32 != 0) {
            fraction |= 1;
            mantissa >>= 1;
        }
    }
    uint64_t log2_q32 = ((uint64_t)(zeros + 1) << 32) - fraction;

    return (uint64_t)((unsigned __int128)log2_q32 * ln2_q32 >> 32);
}

uint64_t prng_exponential(struct prng *p, uint64_t mean)
{
    uint64_t u = prng_next(p);
    unsigned __int128 value = (unsigned __int128)minus_ln_q32(u > 0 ? u : 1) * mean;

    value += UINT64_C(1) << 31; /* to the nearest */
    value >>= 32;
    return value > UINT64_MAX ? UINT64_MAX : (uint64_t)value;
}
