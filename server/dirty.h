/* Which slots of one table changed since somebody last looked: each once, in the order of their
 * first change. */
#ifndef SERVER_DIRTY_H
#define SERVER_DIRTY_H

#include <stdbool.h>
#include <stdint.h>

struct dirty {
    uint64_t *bits;  /* one a slot */
    uint32_t *slots; /* those that are set */
    uint32_t count;
    uint32_t size;
};

/* Owns its memory until dirty_fini. Fails: false without memory. */
bool dirty_init(struct dirty *d, uint32_t size);
void dirty_fini(struct dirty *d);

void dirty_mark(struct dirty *d, uint32_t slot);
void dirty_clear(struct dirty *d);

#endif
