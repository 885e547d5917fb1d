/* Snapshots: asked of the view thread once for all connections that may see the same, kept for a
 * second, sent in pieces as the client takes them. A live connection's cursor waits at the
 * snapshot's row meanwhile. */
#include "ws/inside.h"

#include <stdlib.h>

#define SNAPSHOT_SHARED_US (1 * US_PER_S)
#define SNAPSHOT_PIECE (128 * 1024)

static bool fits(const struct snapshot *s, const struct conn *c)
{
    const struct audience_class *cls = c->cls;

    return s->audience == cls->audience && s->zones == cls->zones && s->topics == cls->topics &&
           s->unit == cls->unit && s->role == c->role;
}

static void query_of(const struct conn *c, struct buf *b)
{
    buf_text(b, "topics=");
    for (uint32_t i = 0, count = 0; i < TOPIC_COUNT; i++) {
        if ((c->sub->topics >> i & 1) != 0) {
            buf_text(b, count++ != 0 ? "," : "");
            buf_text(b, word_of(&topic_words, i));
        }
    }
    buf_char(b, '\n');
    buf_str(b, c->sub->zones);
}

static struct snapshot *snapshot_new(struct conn *c)
{
    struct gateway *g = c->g;
    struct snapshot *s = calloc(1, sizeof(*s));
    struct pending *p;
    struct buf query;
    uint64_t request;

    if (s == NULL) {
        return NULL;
    }
    *s = (struct snapshot){ .g = g,
                            .refs = 1,
                            .zones = c->cls->zones,
                            .unit = c->cls->unit,
                            .topics = c->cls->topics,
                            .audience = c->cls->audience,
                            .role = c->role };
    link_init(&s->askers);
    buf_init(&s->bytes);
    buf_init(&query);
    query_of(c, &query);
    p = pending_new(g, NULL, PENDING_SNAPSHOT, &request);
    if (p != NULL) {
        p->snapshot = s;
        if (!ask_read(g, READ_SNAPSHOT, request, 0, c->rights_seq, str_of(c->principal),
                      buf_view(&query), false, false)) {
            pending_done(g, p);
            p = NULL;
        }
    }
    buf_fini(&query);
    if (p == NULL) {
        free(s);
        return NULL;
    }
    link_add(&g->snapshots, &s->all);
    return s;
}

void snapshot_ask(struct conn *c)
{
    struct gateway *g = c->g;
    struct snapshot *s;

    for (struct link *l = g->snapshots.next; l != &g->snapshots; l = l->next) {
        s = LINK_OF(l, struct snapshot, all);
        if (!fits(s, c)) {
            continue;
        }
        if (!s->done) {
            link_add(&s->askers, &c->asking);
            return;
        }
        if (s->seq >= c->rights_seq && mono_us() - s->born_us < SNAPSHOT_SHARED_US) {
            session_live(c, s);
            return;
        }
    }
    s = snapshot_new(c);
    if (s == NULL) {
        conn_close(c, CLOSE_TOO_MANY, "busy; come back in a moment");
        return;
    }
    link_add(&s->askers, &c->asking);
}

void snapshot_unref(struct snapshot *s)
{
    if (--s->refs == 0) {
        link_remove(&s->all);
        buf_fini(&s->bytes);
        free(s);
    }
}

static void snapshot_begin(struct snapshot *s, const struct door_read_done *d)
{
    static const char pre[LWS_PRE];

    s->seq = d->seq;
    s->epoch = d->epoch;
    memcpy(s->hash8, d->hash8, sizeof(s->hash8));
    buf_add(&s->bytes, pre, sizeof(pre));
    buf_text(&s->bytes, "{\"op\":\"snapshot\",\"seq\":");
    buf_u64(&s->bytes, s->seq);
    buf_text(&s->bytes, ",\"hash\":\"");
    buf_hex(&s->bytes, s->hash8, sizeof(s->hash8));
    buf_text(&s->bytes, "\",\"data\":");
}

/* A part of the answer. After the last one everybody who waits is served; the gateway's own
 * reference lasts a second. */
void snapshot_done(struct snapshot *s, const struct door_read_done *d, struct str body)
{
    struct link *first;

    if (d->err == OK) {
        if (s->bytes.len == 0) {
            snapshot_begin(s, d);
        }
        buf_str(&s->bytes, body);
        if (d->more != 0) {
            return;
        }
        buf_char(&s->bytes, '}');
    }
    s->done = true;
    s->born_us = mono_us();
    while (!link_empty(&s->askers)) {
        struct conn *c;

        first = s->askers.next;
        c = LINK_OF(first, struct conn, asking);
        link_remove(first);
        if (d->err == OK && buf_ok(&s->bytes)) {
            session_live(c, s);
        } else if (d->err == ERR_UNSIGNED || d->err == ERR_FORBIDDEN) {
            conn_close(c, d->err == ERR_UNSIGNED ? CLOSE_UNSIGNED : CLOSE_FORBIDDEN, "not allowed");
        } else {
            conn_close(c, CLOSE_TOO_MANY, "no snapshot now; come back in a moment");
        }
    }
    if (d->err != OK || !buf_ok(&s->bytes)) {
        snapshot_unref(s);
    }
}

void snapshots_expire(struct gateway *g)
{
    int64_t now = mono_us();
    struct link *next;

    for (struct link *l = g->snapshots.next; l != &g->snapshots; l = next) {
        struct snapshot *s = LINK_OF(l, struct snapshot, all);

        next = l->next;
        if (s->done && s->born_us != 0 && now - s->born_us > SNAPSHOT_SHARED_US) {
            s->born_us = 0;
            snapshot_unref(s);
        }
    }
}

int snapshot_send_more(struct conn *c)
{
    struct snapshot *s = c->snapshot;
    size_t total = s->bytes.len - LWS_PRE;

    while (c->snapshot_sent < total && !lws_partial_buffered(c->wsi)) {
        size_t left = total - c->snapshot_sent;
        size_t len = left < SNAPSHOT_PIECE ? left : SNAPSHOT_PIECE;
        int protocol = c->snapshot_sent == 0 ? LWS_WRITE_TEXT : LWS_WRITE_CONTINUATION;
        unsigned char *at = (unsigned char *)s->bytes.at + LWS_PRE + c->snapshot_sent;
        unsigned char kept[LWS_PRE];
        bool written;

        /* The frame's head is written in front of the piece, into bytes that others still need. */
        memcpy(kept, at - LWS_PRE, LWS_PRE);
        written = ws_write_part(c, at, len, protocol | (len < left ? LWS_WRITE_NO_FIN : 0));
        memcpy(at - LWS_PRE, kept, LWS_PRE);
        if (!written) {
            return -1;
        }
        c->snapshot_sent += len;
    }
    if (c->snapshot_sent == total) {
        c->snapshot = NULL;
        c->snapshot_sent = 0;
        snapshot_unref(s);
        c->g->metrics.snapshots_sent++;
    }
    lws_callback_on_writable(c->wsi);
    return 0;
}
