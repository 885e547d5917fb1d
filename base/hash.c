#include "base/hash.h"

#include "base/must.h"

#include <nettle/sha2.h>
#include <sodium.h>

_Static_assert(SHA256_SIZE == SHA256_DIGEST_SIZE, "SHA-256 has 32 bytes");

static void feed(struct sha256_ctx *ctx, struct str s)
{
    if (s.len > 0) {
        sha256_update(ctx, s.len, (const uint8_t *)s.at);
    }
}

void hash_sha256(struct str a, struct str b, struct sha256 *out)
{
    struct sha256_ctx ctx;

    sha256_init(&ctx);
    feed(&ctx, a);
    feed(&ctx, b);
    sha256_digest(&ctx, SHA256_SIZE, out->at);
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
