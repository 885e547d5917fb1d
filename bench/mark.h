/* The event of bench/fanout: one JSON object of 300 bytes in the shape of the protocol, with a mark
 * that holds its number and the instant at which it was due. Every publisher writes the same bytes.
 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MARK_EVENT_BYTES 300
#define MARK_BEGIN "\"mark\":\""
#define MARK_BEGIN_BYTES 8
#define MARK_BYTES (MARK_BEGIN_BYTES + 24) /* 8 hex digits of the number, 16 of the instant */

struct mark {
    uint32_t number;
    int64_t due_us;
};

static inline void mark_hex(char *at, uint64_t v, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--) {
        at[i - 1] = "0123456789abcdef"[v & 15];
        v >>= 4;
    }
}

static inline void mark_event_write(char out[MARK_EVENT_BYTES], uint64_t seq, const struct mark *m)
{
    static const char end[] = "\"}}";
    int head = snprintf(out, MARK_EVENT_BYTES,
                        "{\"seq\":%llu,\"n\":0,\"at\":\"2026-11-23T04:05:06.000001Z\","
                        "\"kind\":\"incident.amended\",\"by\":{\"user\":\"operator\","
                        "\"role\":\"operator\",\"clock\":\"synchronised\"},"
                        "\"incident\":\"bench-i417\",\"data\":{" MARK_BEGIN,
                        (unsigned long long)seq);
    size_t at = (size_t)head;

    mark_hex(out + at, m->number, 8);
    mark_hex(out + at + 8, (uint64_t)m->due_us, 16);
    at += 24;
    at += (size_t)snprintf(out + at, MARK_EVENT_BYTES - at, "\",\"detail\":\"");
    memset(out + at, 'x', MARK_EVENT_BYTES - at - (sizeof(end) - 1));
    memcpy(out + MARK_EVENT_BYTES - (sizeof(end) - 1), end, sizeof(end) - 1);
}

/* Eight hex digits (lower case), all at once. */
static inline uint32_t mark_eight(const char *at)
{
    uint64_t v;

    memcpy(&v, at, 8);
    v = (v & UINT64_C(0x0f0f0f0f0f0f0f0f)) + 9 * ((v >> 6) & UINT64_C(0x0101010101010101));
    v = __builtin_bswap64(v);
    v = (v | v >> 4) & UINT64_C(0x00ff00ff00ff00ff);
    v = (v | v >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (uint32_t)(v | v >> 16);
}

/* Reads the mark whose MARK_BEGIN stands at `at`. */
static inline void mark_read(const char *at, struct mark *out)
{
    at += MARK_BEGIN_BYTES;
    out->number = mark_eight(at);
    out->due_us = (int64_t)((uint64_t)mark_eight(at + 8) << 32 | mark_eight(at + 16));
}

static inline bool mark_here(const char *at)
{
    uint64_t a;
    uint64_t b;

    memcpy(&a, at, 8);
    memcpy(&b, MARK_BEGIN, 8);
    return a == b;
}

#endif
