#include "base/arena.h"

#include "base/must.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

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

void arena_reset(struct arena *a)
{
    while (a->blocks != NULL && a->blocks->older != NULL) {
        struct arena_block *block = a->blocks;

        a->blocks = block->older;
        a->total -= sizeof *block + block->size;
        free(block);
    }
    a->used = 0;
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

void *arena_alloc(struct arena *a, size_t size)
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
    memset(at, 0, step);
    return at;
}

struct str arena_str(struct arena *a, struct str s)
{
    char *at = s.len < SIZE_MAX ? arena_alloc(a, s.len + 1) : NULL;

    if (at == NULL) {
        return (struct str){ .at = NULL, .len = 0 };
    }
    if (s.len > 0) {
        memcpy(at, s.at, s.len);
    }
    return (struct str){ .at = at, .len = s.len };
}
