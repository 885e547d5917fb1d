/* The digest of a world: what two servers, a replay and a snapshot must agree on at equal seq.
 * Version 1: the sums (modulo 2^64, two lanes) over all things of a hash of their fields by table,
 * with the counters mixed in. Order of slots and derived members do not count. It is kept as the
 * world changes and can be computed from nothing; both are equal. */
#ifndef DISPATCH_CORE_DIGEST_H
#define DISPATCH_CORE_DIGEST_H

#include "dispatch/core/world.h"

#define DIGEST_VERSION 1

struct digest {
    uint64_t lane[2];
};

/* From the kept sums; the world must be `digesting` and no row open. */
struct digest digest_kept(const struct world *w);

/* From nothing. Cost: about 0.2 µs a thing. */
struct digest digest_computed(const struct world *w);

/* Starts keeping sums. */
void digest_start(struct world *w);

/* One thing's share, added or taken away by the touches. */
void digest_add(struct world *w, enum table t, uint32_t slot);
void digest_take(struct world *w, enum table t, uint32_t slot);

/* 32 hex digits and a NUL. */
void digest_text(struct digest d, char out[33]);

#endif
