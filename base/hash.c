#include "base/hash.h"

#include "base/must.h"

#include <sodium.h>

_Static_assert(SHA256_SIZE == crypto_hash_sha256_BYTES, "SHA-256 has 32 bytes");

static void feed(crypto_hash_sha256_state *state, struct str s)
{
    if (s.len > 0) {
        int done = crypto_hash_sha256_update(state, (const unsigned char *)s.at, s.len);

        must(done == 0);
    }
}

void hash_sha256(struct str a, struct str b, struct sha256 *out)
{
    crypto_hash_sha256_state state;
    int done = crypto_hash_sha256_init(&state);

    must(done == 0);
    feed(&state, a);
    feed(&state, b);
    done = crypto_hash_sha256_final(&state, out->at);
    must(done == 0);
}

uint64_t hash_sip(struct str s, const uint8_t key[16])
{
    uint8_t out[crypto_shorthash_siphash24_BYTES] = { 0 };
    const uint8_t *in = s.len > 0 ? (const uint8_t *)s.at : out;
    uint64_t value = 0;
    int done = crypto_shorthash_siphash24(out, in, s.len, key);

    must(done == 0);
    for (size_t i = sizeof out; i > 0; i--) {
        value = value << 8 | out[i - 1];
    }
    return value;
}
