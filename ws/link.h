/* Intrusive lists: a member `struct link` inside the thing makes it a link of a chain whose head is
 * a `struct link` too.
 *
 *   link_init(&g->waiting);                    the head
 *   link_add(&g->waiting, &c->waiting);        at the end
 *   struct conn *c = LINK_OF(l, struct conn, waiting);
 *
 * A link that is zeroed or was removed is in no list. */
#ifndef WS_LINK_H
#define WS_LINK_H

#include <stdbool.h>
#include <stddef.h>

struct link {
    struct link *prev;
    struct link *next;
};

#define LINK_OF(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void link_init(struct link *head)
{
    head->prev = head;
    head->next = head;
}

static inline bool link_in(const struct link *l)
{
    return l->next != NULL;
}

static inline bool link_empty(const struct link *head)
{
    return head->next == head;
}

static inline void link_add(struct link *head, struct link *l)
{
    l->prev = head->prev;
    l->next = head;
    head->prev->next = l;
    head->prev = l;
}

static inline void link_remove(struct link *l)
{
    if (link_in(l)) {
        l->prev->next = l->next;
        l->next->prev = l->prev;
        l->prev = NULL;
        l->next = NULL;
    }
}

#endif
