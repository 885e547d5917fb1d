#include "server/dirty.h"

#include "base/must.h"

#include <stdlib.h>

bool dirty_init(struct dirty *d, uint32_t size)
{
    *d = (struct dirty){ .size = size };
    d->bits = calloc(size / 64 + 1, sizeof(*d->bits));
    d->slots = calloc((size_t)size + 1, sizeof(*d->slots));
    return d->bits != NULL && d->slots != NULL;
}

void dirty_fini(struct dirty *d)
{
    free(d->bits);
    free(d->slots);
    *d = (struct dirty){ .size = 0 };
}

void dirty_mark(struct dirty *d, uint32_t slot)
{
    uint64_t bit = UINT64_C(1) << (slot % 64);
    must(slot < d->size);
    if ((d->bits[slot / 64] & bit) == 0) {
        d->bits[slot / 64] |= bit;
        d->slots[d->count++] = slot;
    }
}

void dirty_clear(struct dirty *d)
{
    for (uint32_t i = 0; i < d->count; i++) {
        d->bits[d->slots[i] / 64] = 0;
    }
    d->count = 0;
}
