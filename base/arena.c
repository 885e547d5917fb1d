#include "base/arena.h"

#include "base/must.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_ALIGN 16u
#define BLOCK_FIRST 4096u
#define BLOCK_MOST ((size_t)1 << 20)

struct arena_block {
    struct arena_block *older;
    size_t size; /* of `bytes` */
    alignas(ARENA_ALIGN) unsigned char bytes[];
};

void arena_init(struct arena *a, size_t limit)
{
    *a = (struct arena){ .limit = limit };
}

void arena_fini(struct arena *a)
{
    struct arena_block *block = a->blocks;

    while (block != NULL) {
        struct arena_block *older = block->older;

        free(block);
        block = older;
    }
    *a = (struct arena){ .limit = a->limit };
}

/* The newest block is the largest of ordinary ones: with it the next turn of this size needs no
 * other. Only what one huge allocation made is given back, and never so much is kept that the same
 * turn would not fit again beside it. */
static bool worth_keeping(const struct arena *a, const struct arena_block *block)
{
    return block->size <= BLOCK_MOST && block->size <= a->limit / 8;
}

void arena_reset(struct arena *a)
{
    struct arena_block *kept = NULL;

    while (a->blocks != NULL) {
        struct arena_block *block = a->blocks;

        a->blocks = block->older;
        if (kept == NULL && (worth_keeping(a, block) || a->blocks == NULL)) {
            kept = block;
            continue;
        }
        a->total -= sizeof *block + block->size;
        free(block);
    }
    if (kept != NULL) {
        kept->older = NULL;
    }
    a->blocks = kept;
    a->used = 0;
}

void arena_wipe(struct arena *a)
{
    for (struct arena_block *block = a->blocks; block != NULL; block = block->older) {
        explicit_bzero(block->bytes, block->size);
    }
    arena_reset(a);
}

/* A new newest block with room for `size` bytes. Blocks double so that a large turn needs few of
 * them. */
static bool grow(struct arena *a, size_t size)
{
    size_t head = sizeof(struct arena_block);
    size_t want = a->blocks != NULL ? a->blocks->size * 2 : BLOCK_FIRST - head;
    size_t left = a->limit > a->total ? a->limit - a->total : 0;

    want = want < BLOCK_MOST ? want : BLOCK_MOST;
    want = want > size ? want : size;
    if (left < head || left - head < size) {
        return false;
    }
    want = want < left - head ? want : left - head;

    struct arena_block *block = malloc(head + want);

    if (block == NULL) {
        return false;
    }
    block->older = a->blocks;
    block->size = want;
    a->blocks = block;
    a->used = 0;
    a->total += head + want;
    return true;
}

/* As arena_alloc, with what stood in the block before. */
static void *take(struct arena *a, size_t size)
{
    if (size > SIZE_MAX - ARENA_ALIGN) {
        return NULL;
    }
    /* Rounded up, so that `used` stays aligned; a size of 0 still gets an address of its own. */
    size_t step = size > 0 ? (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1) : ARENA_ALIGN;

    if (a->blocks == NULL || a->used > a->blocks->size || a->blocks->size - a->used < step) {
        if (!grow(a, step)) {
            return NULL;
        }
    }
    void *at = a->blocks->bytes + a->used;

    a->used += step;
    must(a->used <= a->blocks->size);
    return at;
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *at = take(a, size);

    if (at != NULL) {
        memset(at, 0, size > 0 ? size : 1);
    }
    return at;
}

struct str arena_str(struct arena *a, struct str s)
{
    char *at = s.len < SIZE_MAX ? take(a, s.len + 1) : NULL;

    if (at == NULL) {
        return (struct str){ .at = NULL, .len = 0 };
    }
    if (s.len > 0) {
        memcpy(at, s.at, s.len);
    }
    at[s.len] = '\0';
    return (struct str){ .at = at, .len = s.len };
}
