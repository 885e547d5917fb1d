#include "server/auth_inside.h"

#include <sodium.h>
#include <stdlib.h>

#define SETS 16384u
#define WAYS 4u

/* Hashes only: a stranger who is taken for known by chance (one in 2^62) waits in the better lane
 * and still needs the password. */
struct auth_known {
    uint8_t secret[16]; /* so that nobody can choose names that push others out */
    uint64_t at[SETS][WAYS];
};

struct auth_known *auth_known_new(void)
{
    struct auth_known *k = calloc(1, sizeof(*k));
    if (k != NULL) {
        randombytes_buf(k->secret, sizeof(k->secret));
    }
    return k;
}

void auth_known_free(struct auth_known *k)
{
    free(k);
}

static uint64_t key_of(const struct auth_known *k, struct str user, struct str address)
{
    return (hash_mix(hash_sip(user, k->secret)) ^ hash_sip(address, k->secret)) | 1;
}

/* Where it stands in its set; WAYS: it does not. */
static uint32_t way_of(const uint64_t set[WAYS], uint64_t key)
{
    uint32_t way = 0;
    while (way < WAYS && set[way] != key) {
        way++;
    }
    return way;
}

bool auth_known_has(const struct auth_known *k, struct str user, struct str address)
{
    uint64_t key = key_of(k, user, address);
    return way_of(k->at[(key >> 8) % SETS], key) < WAYS;
}

/* To the front of its set; the one that signed in longest ago falls out. */
void auth_known_add(struct auth_known *k, struct str user, struct str address)
{
    uint64_t key = key_of(k, user, address);
    uint64_t *set = k->at[(key >> 8) % SETS];
    uint32_t way = way_of(set, key);
    way = way < WAYS ? way : WAYS - 1;
    memmove(&set[1], &set[0], way * sizeof(set[0]));
    set[0] = key;
}

static void add_pair(void *arg, struct str user, struct str address)
{
    auth_known_add(arg, user, address);
}

enum err auth_known_read(struct auth_known *k, struct pg *pg, struct fault *f)
{
    return addresses_known(pg, AUTH_KNOWN_MOST, add_pair, k, f);
}
