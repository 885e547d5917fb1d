/* Bump memory for one turn or one request: allocate freely, reset whole. Grows by blocks up to
 * `limit` bytes. arena_init owns what it allocates until arena_fini. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t used;                /* in the newest block */
    size_t total;               /* bytes of all blocks */
    size_t limit;
};

void arena_init(struct arena *a, size_t limit);
void arena_fini(struct arena *a);

/* Keeps one block for reuse, the largest that is no larger than 1 MiB and an eighth of the limit,
 * and frees the others: turns of an even size allocate nothing. */
void arena_reset(struct arena *a);

/* The same after every byte of it was overwritten: for what may not lie about. */
void arena_wipe(struct arena *a);

/* Zeroed, aligned to 16. NULL when the limit is reached. */
void *arena_alloc(struct arena *a, size_t size);

/* A copy of `s` in the arena with a NUL after it. `.at` is NULL when the limit is reached. */
struct str arena_str(struct arena *a, struct str s);

#endif
