#include "dispatch/core/command_ids.h"

#include "dispatch/core/pool.h"

/* Two independent 64-bit hashes name a (principal, id) pair: SipHash under fixed keys, so that
 * replay on any machine gives the same memory. 128 bits make an accidental collision within 48 h
 * unthinkable. */
static void key_of(struct str principal, struct str id, uint64_t key[2])
{
    static const uint8_t first[16] = "tocsin ids key 1";
    static const uint8_t second[16] = "tocsin ids key 2";
    uint64_t p = hash_sip(principal, first);
    key[0] = hash_mix(p ^ hash_sip(id, first));
    key[1] = hash_mix(p + hash_sip(id, second));
}

static struct command_memory *at_number(const struct command_ring *r, uint64_t n)
{
    return &r->at[n % r->cap];
}

static struct command_place *find_place(const struct command_ring *r, const uint64_t key[2])
{
    uint32_t i = (uint32_t)key[0] & r->mask;
    for (; r->table[i].position != 0; i = (i + 1) & r->mask) {
        if (r->table[i].key != (uint32_t)key[0]) {
            continue;
        }
        const struct command_memory *m = &r->at[r->table[i].position - 1];
        if (m->key[0] == key[0] && m->key[1] == key[1]) {
            break;
        }
    }
    return &r->table[i];
}

const struct command_memory *command_ids_find(const struct world *w, struct str principal,
                                              struct str id)
{
    uint64_t key[2];
    key_of(principal, id, key);
    uint32_t position = find_place(&w->ids, key)->position;
    return position != 0 ? &w->ids.at[position - 1] : NULL;
}

/* Takes an entry out of the open-addressing table and closes the gap behind it (Knuth, TAOCP 3, 6.4
 * R). */
static void forget(struct command_ring *r, const struct command_memory *m)
{
    uint32_t hole = (uint32_t)(find_place(r, m->key) - r->table);
    uint32_t i = hole;
    for (;;) {
        r->table[hole] = (struct command_place){ .position = 0 };
        do {
            i = (i + 1) & r->mask;
            if (r->table[i].position == 0) {
                return;
            }
            uint32_t home = r->table[i].key & r->mask;
            if (((i - home) & r->mask) >= ((i - hole) & r->mask)) {
                break;
            }
        } while (true);
        r->table[hole] = r->table[i];
        hole = i;
    }
}

void command_ids_expire(struct world *w, int64_t at)
{
    struct command_ring *r = &w->ids;
    while (r->first < r->last && at_number(r, r->first)->at + COMMAND_ID_KEPT_US <= at) {
        forget(r, at_number(r, r->first));
        r->first++;
    }
}

void command_ids_restore(struct world *w, const struct command_memory *m)
{
    struct command_ring *r = &w->ids;
    if (r->last - r->first == r->cap) {
        forget(r, at_number(r, r->first));
        r->first++;
        r->overflowed = true;
    }
    struct command_place *place = find_place(r, m->key);
    must(place->position == 0);
    *at_number(r, r->last) = *m;
    *place = (struct command_place){ .key = (uint32_t)m->key[0],
                                     .position = (uint32_t)(r->last % r->cap) + 1 };
    r->last++;
}

void command_ids_add(struct world *w, struct str principal, struct str id,
                     const uint8_t content[16], uint64_t seq, int64_t at, const struct sha256 *hash)
{
    struct command_memory m = { .seq = seq, .at = at };
    key_of(principal, id, m.key);
    memcpy(m.content, content, sizeof(m.content));
    memcpy(m.hash8, hash->at, sizeof(m.hash8));
    command_ids_restore(w, &m);
}
