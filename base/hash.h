/* Hashes. SHA-256 comes from Nettle, which uses the processor's instructions for it (five times as
 * quick as libsodium's plain C; every row is hashed), SipHash-2-4 from libsodium; hash_mix is for
 * tables in memory whose keys no stranger chooses. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

#include <stdint.h>

#define SHA256_SIZE 32

struct sha256 {
    uint8_t at[SHA256_SIZE];
};

/* SHA-256 of `a` followed by `b`. */
void hash_sha256(struct str a, struct str b, struct sha256 *out);

/* SipHash-2-4 of `s` under `key`. */
uint64_t hash_sip(struct str s, const uint8_t key[16]);

/* A good 64-bit mixing of one integer (splitmix64's finaliser). */
static inline uint64_t hash_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

#endif
