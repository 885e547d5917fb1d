#include "server/auth_inside.h"

#include <stdlib.h>

#define SETS 8192u
#define WAYS 4u

struct auth_cache {
    struct auth_session at[SETS * WAYS];
};

struct auth_cache *auth_cache_new(void)
{
    return calloc(1, sizeof(struct auth_cache));
}

void auth_cache_free(struct auth_cache *c)
{
    free(c);
}

/* Token hashes are as good as random: their first bytes choose the set. */
static struct auth_session *set_of(struct auth_cache *c, const struct sha256 *token)
{
    uint32_t n = ((uint32_t)token->at[0] << 8 | token->at[1]) % SETS;
    return &c->at[n * WAYS];
}

struct auth_session *auth_cache_find(struct auth_cache *c, const struct sha256 *token)
{
    struct auth_session *set = set_of(c, token);
    for (uint32_t k = 0; k < WAYS; k++) {
        if (set[k].checked_us != 0 && memcmp(&set[k].token, token, sizeof(*token)) == 0) {
            return &set[k];
        }
    }
    return NULL;
}

/* The same token's place, else a free one, else that of the one checked longest ago. */
void auth_cache_put(struct auth_cache *c, const struct auth_session *s)
{
    struct auth_session *place = auth_cache_find(c, &s->token);
    struct auth_session *set = set_of(c, &s->token);
    if (place == NULL) {
        place = &set[0];
        for (uint32_t k = 1; k < WAYS; k++) {
            place = set[k].checked_us < place->checked_us ? &set[k] : place;
        }
    }
    *place = *s;
}

struct auth_session *auth_cache_next_of(struct auth_cache *c, struct str username, uint32_t *at)
{
    while (*at < SETS * WAYS) {
        struct auth_session *s = &c->at[(*at)++];
        if (s->checked_us != 0 && str_is(username, s->username)) {
            return s;
        }
    }
    return NULL;
}

struct auth_session *auth_cache_next_old(struct auth_cache *c, int64_t before_us, uint32_t *at,
                                         uint32_t *most)
{
    while (*most > 0) {
        struct auth_session *s = &c->at[*at];
        *at = (*at + 1) % (SETS * WAYS);
        (*most)--;
        if (s->checked_us != 0 && s->checked_us < before_us) {
            return s;
        }
    }
    return NULL;
}
