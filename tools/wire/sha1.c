#include "tools/wire/sha1.h"

#include "base/must.h"

#include <string.h>

/* Source: RFC 3174, method 1. */
static uint32_t rotate(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static void block(uint32_t h[5], const uint8_t *at)
{
    static const uint32_t k[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };
    uint32_t w[80];
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

    for (int t = 0; t < 16; t++) {
        w[t] = (uint32_t)at[4 * t] << 24 | (uint32_t)at[4 * t + 1] << 16 |
               (uint32_t)at[4 * t + 2] << 8 | at[4 * t + 3];
    }
    for (int t = 16; t < 80; t++) {
        w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    }
    for (int t = 0; t < 80; t++) {
        uint32_t f = t < 20 ? (b & c) | (~b & d)
                            : (t >= 40 && t < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d);
        uint32_t next = rotate(a, 5) + f + e + w[t] + k[t / 20];

        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

void sha1_short(struct str text, uint8_t out[SHA1_SIZE])
{
    uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    uint8_t bytes[128] = { 0 };
    size_t blocks = text.len + 9 <= 64 ? 1 : 2;

    must(text.len <= SHA1_TEXT_MAX);
    memcpy(bytes, text.at, text.len);
    bytes[text.len] = 0x80;
    bytes[64 * blocks - 2] = (uint8_t)(text.len * 8 >> 8);
    bytes[64 * blocks - 1] = (uint8_t)(text.len * 8);
    for (size_t i = 0; i < blocks; i++) {
        block(h, bytes + 64 * i);
    }
    for (size_t i = 0; i < SHA1_SIZE; i++) {
        out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
    }
}
