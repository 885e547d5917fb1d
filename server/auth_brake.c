#include "base/network.h"
#include "server/auth_inside.h"

#include <stdlib.h>

#define PLACES 8192u
#define PROBES 8u
#define FREE_FAILURES 3u          /* for a user and an address */
#define FREE_FAILURES_ADDRESS 20u /* for an address, whoever it tries */
#define WAIT_US_MAX (60 * US_PER_S)
#define WAIT_KNOWN_US_MAX (2 * US_PER_S)
#define FORGET_US (15 * US_PER_MIN)

struct brake {
    uint64_t key;
    uint32_t failures;
    int64_t last_us;
};

/* Bounded: where many fail at once the ones that failed longest ago are forgotten first. */
struct auth_brake {
    struct brake at[PLACES];
};

struct auth_brake *auth_brake_new(void)
{
    return calloc(1, sizeof(struct auth_brake));
}

void auth_brake_free(struct auth_brake *b)
{
    free(b);
}

static uint64_t key_of(struct str user, struct str address)
{
    static const uint8_t first[16] = "tocsin brake usr";
    static const uint8_t second[16] = "tocsin brake adr";
    uint8_t network[16];
    return hash_mix(hash_sip(user, first) ^ hash_sip(network_of(address, network), second)) | 1;
}

static struct brake *find(struct auth_brake *b, uint64_t key)
{
    for (uint32_t k = 0; k < PROBES; k++) {
        struct brake *p = &b->at[(key + k) % PLACES];
        if (p->key == key) {
            return p;
        }
    }
    return NULL;
}

static struct brake *find_or_make(struct auth_brake *b, uint64_t key)
{
    struct brake *p = find(b, key);
    if (p == NULL) {
        p = &b->at[key % PLACES];
        for (uint32_t k = 1; k < PROBES; k++) {
            struct brake *other = &b->at[(key + k) % PLACES];
            p = other->last_us < p->last_us ? other : p;
        }
        *p = (struct brake){ .key = key };
    }
    return p;
}

/* Doubling from half a second. */
static int64_t wait_after(uint32_t failures, uint32_t free_ones, int64_t most)
{
    if (failures < free_ones) {
        return 0;
    }
    uint32_t over = failures - free_ones;
    int64_t wait = over < 20 ? (US_PER_S / 2) << over : most;
    return wait < most ? wait : most;
}

static int64_t left(const struct brake *p, uint32_t free_ones, int64_t most, int64_t now)
{
    if (p == NULL || now - p->last_us > FORGET_US) {
        return 0;
    }
    int64_t until = p->last_us + wait_after(p->failures, free_ones, most);
    return until > now ? until - now : 0;
}

int64_t auth_brake_wait(struct auth_brake *b, struct str user, struct str address, bool known,
                        int64_t now)
{
    const struct brake *own = find(b, key_of(user, address));
    const struct brake *all = find(b, key_of((struct str){ 0 }, address));
    int64_t wait = left(own, FREE_FAILURES, known ? WAIT_KNOWN_US_MAX : WAIT_US_MAX, now);
    int64_t wait_all = known ? 0 : left(all, FREE_FAILURES_ADDRESS, WAIT_US_MAX, now);
    return wait > wait_all ? wait : wait_all;
}

static uint32_t count(struct brake *p, int64_t now)
{
    p->failures = now - p->last_us > FORGET_US ? 1 : p->failures + 1;
    p->last_us = now;
    return p->failures;
}

uint32_t auth_brake_failed(struct auth_brake *b, struct str user, struct str address, int64_t now)
{
    (void)count(find_or_make(b, key_of((struct str){ 0 }, address)), now);
    return count(find_or_make(b, key_of(user, address)), now);
}

void auth_brake_succeeded(struct auth_brake *b, struct str user, struct str address)
{
    struct brake *p = find(b, key_of(user, address));
    if (p != NULL) {
        p->failures = 0;
    }
}
