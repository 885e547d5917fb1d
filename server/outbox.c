#include "server/outbox.h"

#include "base/must.h"
#include "server/wake.h"

#include <stdlib.h>

#define OUTBOX_BYTES ((size_t)64 << 20)
#define WAITING_MAX 262144u

struct held {
    uint64_t needs_seq;
    uint32_t gateway;
    uint32_t len; /* of the record behind */
};

/* Beside the bytes: what is needed to tell an asker that it must wait. */
struct waiting {
    uint64_t request;
    int64_t arrived_us;
    uint32_t gateway;
    bool http;
    bool told;
};

struct outbox {
    const struct door_way *ways;
    unsigned gateways;
    struct queue *queue;     /* used by the core alone, as a FIFO of bytes */
    struct waiting *waiting; /* ring, same order as the queue */
    uint64_t first, last;
};

struct outbox *outbox_new(const struct door_way *ways, unsigned gateways)
{
    struct outbox *o = calloc(1, sizeof(*o));
    if (o == NULL) {
        return NULL;
    }
    o->ways = ways;
    o->gateways = gateways;
    o->queue = queue_new(OUTBOX_BYTES);
    o->waiting = calloc(WAITING_MAX, sizeof(*o->waiting));
    if (o->queue == NULL || o->waiting == NULL) {
        outbox_free(o);
        return NULL;
    }
    return o;
}

void outbox_free(struct outbox *o)
{
    if (o != NULL) {
        queue_free(o->queue);
        free(o->waiting);
        free(o);
    }
}

bool outbox_has_room(const struct outbox *o, size_t bytes)
{
    /* Twice: a record may not wrap, so the ring's end may be wasted. */
    return o->last - o->first < WAITING_MAX - 1 &&
           queue_used(o->queue) + 2 * (bytes + 256) < queue_size(o->queue);
}

static char *put_part(char *at, struct str part)
{
    if (part.len > 0) {
        memcpy(at, part.at, part.len);
    }
    return at + part.len;
}

void outbox_put(struct outbox *o, unsigned gateway, uint64_t needs_seq, const struct door_answer *a,
                struct str field, struct str events, struct str detail, bool http,
                int64_t arrived_us)
{
    size_t len = sizeof(*a) + field.len + events.len + detail.len;
    char *at = queue_reserve(o->queue, sizeof(struct held) + len);
    must(at != NULL);
    struct held h = { .needs_seq = needs_seq, .gateway = gateway, .len = (uint32_t)len };
    struct door_answer head = *a;
    head.kind = DOOR_ANSWER;
    head.field_len = (uint32_t)field.len;
    head.events_len = (uint32_t)events.len;
    head.detail_len = (uint32_t)detail.len;
    memcpy(at, &h, sizeof(h));
    memcpy(at + sizeof(h), &head, sizeof(head));
    put_part(put_part(put_part(at + sizeof(h) + sizeof(head), field), events), detail);
    queue_commit(o->queue);
    o->waiting[o->last++ % WAITING_MAX] = (struct waiting){
        .request = a->request, .arrived_us = arrived_us, .gateway = gateway, .http = http
    };
}

void outbox_release(struct outbox *o, uint64_t durable_seq)
{
    void *at;
    size_t len;
    bool wake[DOOR_GATEWAYS_MAX] = { false };
    while (queue_peek(o->queue, &at, &len)) {
        struct held h;
        memcpy(&h, at, sizeof(h));
        if (h.needs_seq > durable_seq) {
            break;
        }
        bool sleeping = false;
        if (!queue_push(o->ways[h.gateway].queue, (char *)at + sizeof(h), h.len, &sleeping)) {
            break; /* the gateway is behind: the rest goes with the next turn */
        }
        wake[h.gateway] = wake[h.gateway] || sleeping;
        queue_release(o->queue);
        o->first++;
    }
    for (unsigned g = 0; g < o->gateways; g++) {
        if (wake[g]) {
            wake_up(o->ways[g].wake_fd);
        }
    }
}

void outbox_tell_unknown(struct outbox *o, int64_t now_us, int64_t limit_us)
{
    for (uint64_t n = o->first; n < o->last; n++) {
        struct waiting *w = &o->waiting[n % WAITING_MAX];
        if (w->arrived_us + limit_us > now_us) {
            return;
        }
        if (!w->http || w->told) {
            continue;
        }
        struct door_answer a = { .kind = DOOR_ANSWER,
                                 .outcome = DOOR_OUTCOME_UNKNOWN,
                                 .request = w->request };
        bool sleeping = false;
        if (!queue_push(o->ways[w->gateway].queue, &a, sizeof(a), &sleeping)) {
            return;
        }
        w->told = true;
        if (sleeping) {
            wake_up(o->ways[w->gateway].wake_fd);
        }
    }
}
