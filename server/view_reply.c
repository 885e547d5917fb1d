#include "server/view_reply.h"

#include "base/must.h"
#include "server/wake.h"

#include <stdlib.h>

struct reply {
    struct reply *next;
    struct door_read_done head;
    struct reply_bytes *bytes;
    size_t sent;
};

struct reply_lane {
    struct door_way way;
    struct reply *first, *last;
};

struct replies {
    unsigned gateways;
    struct reply_lane lanes[REPLY_GATEWAYS_MAX];
};

struct reply_bytes *reply_bytes_new(void)
{
    struct reply_bytes *b = malloc(sizeof(*b));
    if (b != NULL) {
        b->refs = 1;
        buf_init(&b->buf);
    }
    return b;
}

void reply_bytes_ref(struct reply_bytes *bytes)
{
    bytes->refs++;
}

void reply_bytes_unref(struct reply_bytes *bytes)
{
    if (bytes != NULL && --bytes->refs == 0) {
        buf_fini(&bytes->buf);
        free(bytes);
    }
}

struct replies *replies_new(const struct door_way *ways, unsigned gateways)
{
    struct replies *r = calloc(1, sizeof(*r));
    must(gateways <= REPLY_GATEWAYS_MAX);
    if (r != NULL) {
        r->gateways = gateways;
        for (unsigned g = 0; g < gateways; g++) {
            r->lanes[g].way = ways[g];
        }
    }
    return r;
}

static void drop_first(struct reply_lane *lane)
{
    struct reply *first = lane->first;
    lane->first = first->next;
    lane->last = lane->first != NULL ? lane->last : NULL;
    reply_bytes_unref(first->bytes);
    free(first);
}

void replies_free(struct replies *r)
{
    for (unsigned g = 0; r != NULL && g < r->gateways; g++) {
        while (r->lanes[g].first != NULL) {
            drop_first(&r->lanes[g]);
        }
    }
    free(r);
}

void replies_put(struct replies *r, unsigned gateway, const struct door_read_done *head,
                 struct reply_bytes *bytes)
{
    struct reply *x = calloc(1, sizeof(*x));
    struct reply_lane *lane = &r->lanes[gateway];
    must(gateway < r->gateways);
    if (x == NULL) {
        return; /* the asker's own time limit ends it */
    }
    x->head = *head;
    x->head.kind = DOOR_READ_DONE;
    x->bytes = bytes;
    if (bytes != NULL) {
        reply_bytes_ref(bytes);
    }
    if (lane->last != NULL) {
        lane->last->next = x;
    } else {
        lane->first = x;
    }
    lane->last = x;
}

void reply_fault_text(struct buf *b, const struct fault *f)
{
    bool field = f->field[0] != '\0';
    buf_text(b, f->primary);
    buf_text(b, field || f->hint[0] != '\0' ? "\n" : "");
    buf_text(b, f->hint);
    buf_text(b, field ? "\n" : "");
    buf_text(b, f->field);
}

void replies_fault(struct replies *r, unsigned gateway, const struct door_read_done *head,
                   const struct fault *f)
{
    struct door_read_done d = *head;
    struct reply_bytes *bytes = reply_bytes_new();
    d.err = (uint32_t)(f->err != OK ? f->err : ERR_IO);
    if (bytes != NULL) {
        reply_fault_text(&bytes->buf, f);
    }
    replies_put(r, gateway, &d, bytes);
    reply_bytes_unref(bytes);
}

/* One part of the first answer. False when the queue is full. */
static bool send_part(struct reply_lane *lane, bool *wake)
{
    struct reply *x = lane->first;
    size_t whole = x->bytes != NULL && buf_ok(&x->bytes->buf) ? x->bytes->buf.len : 0;
    size_t room = queue_size(lane->way.queue) / 2 - 64 - sizeof(x->head);
    size_t part = whole - x->sent;
    bool asleep = false;
    part = part > DOOR_PART_MAX ? DOOR_PART_MAX : part;
    part = part > room ? room : part;
    x->head.len = (uint32_t)part;
    x->head.more = x->sent + part < whole;
    char *at = queue_reserve(lane->way.queue, sizeof(x->head) + part);
    if (at == NULL) {
        return false;
    }
    memcpy(at, &x->head, sizeof(x->head));
    if (part > 0) {
        memcpy(at + sizeof(x->head), x->bytes->buf.at + x->sent, part);
    }
    asleep = queue_commit(lane->way.queue);
    *wake = *wake || asleep;
    x->sent += part;
    if (x->sent == whole) {
        drop_first(lane);
    }
    return true;
}

bool replies_flush(struct replies *r)
{
    bool done = true;
    for (unsigned g = 0; g < r->gateways; g++) {
        struct reply_lane *lane = &r->lanes[g];
        bool wake = false;
        while (lane->first != NULL && send_part(lane, &wake)) {
        }
        if (wake) {
            wake_up(lane->way.wake_fd);
        }
        done = done && lane->first == NULL;
    }
    return done;
}
