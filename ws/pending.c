/* The table of what waits for another thread. A request number is the row's index and its
 * generation, so that an answer to a row used anew in the meantime is found to be stale. */
#include "ws/inside.h"

#include <stdlib.h>

#define PENDING_MAX (1u << 18)
#define PENDING_STEP 1024u

static bool pending_grow(struct gateway *g)
{
    uint32_t cap = g->pending_cap == 0 ? PENDING_STEP : g->pending_cap * 2;
    struct pending *grown;

    if (cap > PENDING_MAX) {
        return false;
    }
    grown = calloc(cap, sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < g->pending_cap; i++) {
        struct pending *from = &g->pending[i];
        struct pending *to = &grown[i];

        *to = *from;
        if (link_in(&from->of_conn)) {
            to->of_conn.prev->next = &to->of_conn;
            to->of_conn.next->prev = &to->of_conn;
        }
    }
    for (uint32_t i = cap; i > g->pending_cap; i--) {
        grown[i - 1].next_free = g->pending_free;
        g->pending_free = i;
    }
    free(g->pending);
    g->pending = grown;
    g->pending_cap = cap;
    return true;
}

struct pending *pending_new(struct gateway *g, struct conn *c, enum pending_kind kind,
                            uint64_t *request)
{
    struct pending *p;
    uint32_t index;

    if (g->pending_free == 0 && !pending_grow(g)) {
        return NULL;
    }
    index = g->pending_free - 1;
    p = &g->pending[index];
    must(p->kind == PENDING_FREE);
    g->pending_free = p->next_free;
    p->gen++;
    p->kind = (uint8_t)kind;
    p->conn = c;
    p->snapshot = NULL;
    p->item = 0;
    p->id_len = 0;
    if (c != NULL) {
        link_add(&c->pendings, &p->of_conn);
    }
    *request = (uint64_t)p->gen << 32 | index;
    return p;
}

struct pending *pending_find(struct gateway *g, uint64_t request)
{
    uint32_t index = (uint32_t)request;
    struct pending *p;

    if (index >= g->pending_cap) {
        return NULL;
    }
    p = &g->pending[index];
    return p->kind != PENDING_FREE && p->gen == (uint32_t)(request >> 32) ? p : NULL;
}

void pending_done(struct gateway *g, struct pending *p)
{
    link_remove(&p->of_conn);
    p->kind = PENDING_FREE;
    p->conn = NULL;
    p->next_free = g->pending_free;
    g->pending_free = (uint32_t)(p - g->pending) + 1;
}

void pendings_drop(struct conn *c)
{
    while (!link_empty(&c->pendings)) {
        struct pending *p = LINK_OF(c->pendings.next, struct pending, of_conn);

        link_remove(&p->of_conn);
        p->conn = NULL;
    }
}
