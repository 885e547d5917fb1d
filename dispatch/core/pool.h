/* Slots and hash chains of the world's tables. Private to core. */
#ifndef DISPATCH_CORE_POOL_H
#define DISPATCH_CORE_POOL_H

#include "base/hash.h"
#include "base/must.h"
#include "dispatch/core/world.h"

/* A hash for names in memory (FNV-1a, finished by hash_mix); never for what strangers could choose
 * to collide: users and command ids are few per principal and bounded. */
static inline uint64_t pool_hash_str(struct str s)
{
    uint64_t h = UINT64_C(1469598103934665603);
    for (size_t i = 0; i < s.len; i++) {
        h = (h ^ (uint8_t)s.at[i]) * UINT64_C(1099511628211);
    }
    return hash_mix(h);
}

static inline uint64_t pool_hash_alarm(const struct alarm *a)
{
    uint64_t h = hash_mix(((uint64_t)a->kind << 32) | a->incident.n);
    h = hash_mix(h ^ ((uint64_t)a->assignment.n << 32) ^ a->report.n ^ ((uint64_t)a->unit.n << 40));
    h = a->about.n != 0 ? hash_mix(h ^ a->about.n) : h;
    return a->person.len > 0 ? hash_mix(h ^ pool_hash_str(text_str(&a->person))) : h;
}

static inline bool pool_alarm_same(const struct alarm *a, const struct alarm *b)
{
    return a->id.n != 0 && a->kind == b->kind && a->incident.n == b->incident.n &&
           a->unit.n == b->unit.n && a->assignment.n == b->assignment.n &&
           a->report.n == b->report.n && a->about.n == b->about.n &&
           str_eq(text_str(&a->person), text_str(&b->person));
}

/* Takes a free slot (index); must() that there is one. `next_hash` of the slot chains the free
 * list. */
#define POOL_TAKE(pool, table, index_out)                  \
    do {                                                   \
        if ((pool)->free != 0) {                           \
            (index_out) = (pool)->free - 1;                \
            (pool)->free = (table)[(index_out)].next_hash; \
        } else {                                           \
            must((pool)->used < (pool)->cap);              \
            (index_out) = (pool)->used++;                  \
        }                                                  \
        (pool)->live++;                                    \
    } while (0)

#define POOL_CHAIN(pool, table, index, hash)                     \
    do {                                                         \
        uint32_t *head_ = &(pool)->heads[(hash) & (pool)->mask]; \
        (table)[(index)].next_hash = *head_;                     \
        *head_ = (index) + 1;                                    \
    } while (0)

#define POOL_UNCHAIN(pool, table, index, hash)                   \
    do {                                                         \
        uint32_t *link_ = &(pool)->heads[(hash) & (pool)->mask]; \
        while (*link_ != (index) + 1) {                          \
            must(*link_ != 0);                                   \
            link_ = &(table)[*link_ - 1].next_hash;              \
        }                                                        \
        *link_ = (table)[(index)].next_hash;                     \
    } while (0)

/* Frees a slot that is out of its chain: zeroed, first of the free list. */
#define POOL_FREE(pool, table, index)                     \
    do {                                                  \
        (table)[(index)] = (__typeof__((table)[0])){ 0 }; \
        (table)[(index)].next_hash = (pool)->free;        \
        (pool)->free = (index) + 1;                       \
        (pool)->live--;                                   \
    } while (0)

#endif
