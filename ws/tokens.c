/* Tokens that were checked, so that a request does not ask the auth thread each time. Only the
 * token's SHA-256 is kept. An entry goes when its session ends (DOOR_SESSION_ENDED) or expires, or
 * when its place is wanted by a newer one. */
#include "ws/inside.h"

#include <stdlib.h>

#define PROBES 8u

void tokens_init(struct gateway *g)
{
    g->tokens = calloc(TOKENS_MAX, sizeof(*g->tokens));
}

void token_digest(struct str token, struct sha256 *out)
{
    hash_sha256(STR("tocsin-gateway-token\n"), token, out);
}

/* The digest is as good as random, so its first bytes are the place. */
static uint32_t token_place(const struct sha256 *hash)
{
    uint32_t place;

    memcpy(&place, hash->at, sizeof(place));
    return place;
}

struct token *token_by_digest(struct gateway *g, const struct sha256 *hash)
{
    int64_t now = wall_us();

    for (uint32_t i = 0; i < PROBES; i++) {
        struct token *t = &g->tokens[(token_place(hash) + i) % TOKENS_MAX];

        if (t->expires_us > now && memcmp(t->hash.at, hash->at, sizeof(hash->at)) == 0) {
            t->used_us = mono_us();
            return t;
        }
    }
    return NULL;
}

struct token *token_find(struct gateway *g, struct str token)
{
    struct sha256 hash;

    token_digest(token, &hash);
    return token_standing(g, &hash);
}

/* As long as an end is on its way to this gateway nobody is let in by what it remembers: who was
 * told that a session is over must find it over at every gateway. The auth thread knows. */
struct token *token_standing(struct gateway *g, const struct sha256 *hash)
{
    const _Atomic uint32_t *ended = g->setup.door.ended;

    if (ended != NULL && atomic_load_explicit(ended, memory_order_acquire) != g->ended) {
        return NULL;
    }
    return token_by_digest(g, hash);
}

struct token *token_put(struct gateway *g, const struct sha256 *hash, struct str principal,
                        const uint8_t session[16], int64_t expires_us)
{
    struct token *best = NULL;
    uint64_t acked_seq = 0;

    if (principal.len >= sizeof(best->principal)) {
        return NULL;
    }
    for (uint32_t i = 0; i < PROBES; i++) {
        struct token *t = &g->tokens[(token_place(hash) + i) % TOKENS_MAX];

        if (memcmp(t->hash.at, hash->at, sizeof(hash->at)) == 0) {
            best = t;
            acked_seq = t->acked_seq; /* what it was promised still is */
            break;
        }
        if (best == NULL || t->used_us < best->used_us) {
            best = t;
        }
    }
    memset(best, 0, sizeof(*best));
    best->hash = *hash;
    memcpy(best->session, session, sizeof(best->session));
    memcpy(best->principal, principal.at, principal.len);
    best->acked_seq = acked_seq;
    best->expires_us = expires_us;
    best->used_us = mono_us();
    return best;
}

void token_forget(struct gateway *g, const uint8_t session[16])
{
    for (uint32_t i = 0; i < TOKENS_MAX; i++) {
        struct token *t = &g->tokens[i];

        if (t->expires_us != 0 && memcmp(t->session, session, sizeof(t->session)) == 0) {
            memset(t, 0, sizeof(*t));
        }
    }
}
