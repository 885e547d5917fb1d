/* Who is signed in: the table of sessions, held against what the core was told. */
#include "server/auth_inside.h"

#include "dispatch/core/world.h"
#include "server/internal.h"

#include <stdlib.h>
#include <string.h>

struct name {
    char at[SESSION_USER_SIZE_MAX + 1];
};

struct names {
    struct name *at;
    uint32_t count, cap;
    bool short_of_memory;
};

struct auth_presence {
    struct names told; /* sorted by bytes, as the live ones come */
    struct names live;
    struct names next;
};

static void add(struct names *n, struct str name)
{
    if (n->count == n->cap && !n->short_of_memory) {
        uint32_t cap = n->cap > 0 ? 2 * n->cap : 64;
        struct name *at = realloc(n->at, cap * sizeof(*at));
        n->short_of_memory = at == NULL;
        n->at = at != NULL ? at : n->at;
        n->cap = at != NULL ? cap : n->cap;
    }
    if (n->short_of_memory || name.len > SESSION_USER_SIZE_MAX) {
        return;
    }
    struct name *to = &n->at[n->count++];
    memcpy(to->at, name.at, name.len);
    to->at[name.len] = '\0';
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->at, ((const struct name *)b)->at);
}

struct auth_presence *auth_presence_new(const struct world *world)
{
    struct auth_presence *p = calloc(1, sizeof(*p));
    uint32_t k = 0;
    if (p == NULL || world == NULL) {
        return p;
    }
    for (const struct user *u; (u = world_next_of_users(world, &k)) != NULL;) {
        if (u->signed_in_at != 0) {
            add(&p->told, text_str(&u->name));
        }
    }
    if (p->told.short_of_memory) {
        auth_presence_free(p);
        return NULL;
    }
    if (p->told.count > 0) {
        qsort(p->told.at, p->told.count, sizeof(p->told.at[0]), compare);
    }
    return p;
}

void auth_presence_free(struct auth_presence *p)
{
    if (p != NULL) {
        free(p->told.at);
        free(p->live.at);
        free(p->next.at);
        free(p);
    }
}

static bool tell(const struct auth_setup *setup, struct str username, bool present)
{
    const struct user_presence c = { .username = username, .present = present };
    return internal_push(&setup->to_core, COMMAND_USER_PRESENCE, &c);
}

/* At once, so that what the user's first request opens finds them there. The core knows whether it
 * is news; what does not fit is told by the next comparison. */
void auth_presence_began(struct auth_presence *p, const struct auth_setup *setup,
                         struct str username)
{
    struct names *n = &p->told;
    uint32_t count = n->count;
    if (!tell(setup, username, true)) {
        return;
    }
    add(n, username);
    if (n->count == count) {
        n->short_of_memory = false;
        return;
    }
    struct name name = n->at[count];
    uint32_t at = count;
    while (at > 0 && compare(&n->at[at - 1], &name) > 0) {
        at--;
    }
    if (at > 0 && compare(&n->at[at - 1], &name) == 0) {
        n->count = count; /* told before */
        return;
    }
    memmove(&n->at[at + 1], &n->at[at], (count - at) * sizeof(name));
    n->at[at] = name;
}

static void take_live(void *arg, struct str username)
{
    add(arg, username);
}

/* Both lists from the front: who stands in one only is news. */
static void merge(struct auth_presence *p, const struct auth_setup *setup)
{
    uint32_t t = 0;
    uint32_t l = 0;
    while (t < p->told.count || l < p->live.count) {
        int order = t == p->told.count   ? 1
                    : l == p->live.count ? -1
                                         : compare(&p->told.at[t], &p->live.at[l]);
        struct str name = str_of(order <= 0 ? p->told.at[t].at : p->live.at[l].at);
        bool told = order == 0 || tell(setup, name, order > 0);
        if ((order >= 0) == told) {
            add(&p->next, name);
        }
        t += order <= 0 ? 1 : 0;
        l += order >= 0 ? 1 : 0;
    }
}

enum err auth_presence_tell(struct auth_presence *p, const struct auth_setup *setup, struct pg *pg,
                            struct fault *f)
{
    p->live.count = p->next.count = 0;
    enum err err = session_users(pg, take_live, &p->live, f);
    if (err != OK) {
        return err;
    }
    if (!p->live.short_of_memory) {
        merge(p, setup);
    }
    if (p->live.short_of_memory || p->next.short_of_memory) {
        p->live.short_of_memory = p->next.short_of_memory = false;
        return fault_set(f, ERR_NO_MEMORY, "no memory for the names of who is signed in", NULL,
                         NULL);
    }
    struct names told = p->told;
    p->told = p->next;
    p->next = told;
    return OK;
}
