/* From hello to the first picture, and what ends a session. hello: token → who (auth thread) →
 * rights (view thread) → resume from the ring, or a snapshot and then the ring. A change of rights
 * goes the same way from the second step on. */
#include "ws/inside.h"

#include <stdlib.h>

static void asks_drop(struct conn *c)
{
    struct link *next;

    for (struct link *l = c->pendings.next; l != &c->pendings; l = next) {
        struct pending *p = LINK_OF(l, struct pending, of_conn);

        next = l->next;
        if (p->kind == PENDING_HELLO_CHECK || p->kind == PENDING_HELLO_RIGHTS) {
            link_remove(&p->of_conn);
            p->conn = NULL;
        }
    }
    link_remove(&c->asking);
}

static void session_check(struct conn *c, struct str token)
{
    struct gateway *g = c->g;
    struct str strings[3] = { token, { NULL, 0 }, { NULL, 0 } };
    struct pending *p;
    uint64_t request;

    p = pending_new(g, c, PENDING_HELLO_CHECK, &request);
    if (p == NULL || !ask_auth(g, AUTH_CHECK, request, 0, strings)) {
        if (p != NULL) {
            pending_done(g, p);
        }
        conn_close(c, CLOSE_TOO_MANY, "busy; come back in a moment");
        return;
    }
    /* The digest waits with the question, so that the answer can be kept under it. */
    must(sizeof(p->id) >= SHA256_SIZE);
    struct sha256 hash;
    token_digest(token, &hash);
    memcpy(p->id, hash.at, sizeof(hash.at));
    p->id_len = sizeof(hash.at);
}

static void session_known(struct conn *c, const struct token *t)
{
    memcpy(c->principal, t->principal, sizeof(c->principal));
    memcpy(c->session, t->session, sizeof(c->session));
    c->expires_us = t->expires_us;
    fanout_join(c);
    session_again(c, t->acked_seq);
}

void session_hello(struct conn *c, struct subscription *sub, struct str token)
{
    const struct token *t;

    asks_drop(c);
    free(c->sub);
    c->sub = sub;
    if (!c->signed_in) {
        conn_wait(c, &c->g->unsigned_);
    }
    if (token.len == 0) {
        session_again(c, 0);
        return;
    }
    c->stage = STAGE_ASKING;
    t = token_find(c->g, token);
    if (t != NULL) {
        session_known(c, t);
    } else {
        session_check(c, token);
    }
}

void session_checked(struct conn *c, const struct door_auth_done *d, struct str rest)
{
    struct token kept = { .expires_us = d->expires_us };

    if (d->err != OK) {
        conn_close(c, d->err == ERR_UNSIGNED ? CLOSE_UNSIGNED : CLOSE_TOO_MANY,
                   d->err == ERR_UNSIGNED ? "not signed in" : "busy; come back in a moment");
        return;
    }
    if (d->user_len == 0 || d->user_len >= sizeof(kept.principal) || d->user_len > rest.len) {
        conn_close(c, CLOSE_UNSIGNED, "not signed in");
        return;
    }
    memcpy(kept.principal, rest.at, d->user_len);
    memcpy(kept.session, d->session, sizeof(kept.session));
    session_known(c, &kept);
}

void session_again(struct conn *c, uint64_t min_seq)
{
    struct gateway *g = c->g;
    struct pending *p;
    uint64_t request;

    asks_drop(c);
    c->stage = STAGE_ASKING;
    c->rights_min = min_seq > c->rights_min ? min_seq : c->rights_min;
    if (c->snapshot != NULL || lws_partial_buffered(c->wsi)) {
        c->again = true;
        return;
    }
    c->again = false;
    p = pending_new(g, c, PENDING_HELLO_RIGHTS, &request);
    if (p == NULL || !ask_read(g, READ_RIGHTS, request, 0, c->rights_min, str_of(c->principal),
                               c->sub->zones, false, false)) {
        if (p != NULL) {
            pending_done(g, p);
        }
        conn_close(c, CLOSE_TOO_MANY, "busy; come back in a moment");
    }
}

static void welcome(struct conn *c, uint64_t seq, const uint8_t hash8[8], uint64_t epoch)
{
    struct gateway *g = c->g;
    struct buf b;

    buf_init(&b);
    buf_fmt(&b, "{\"op\":\"welcome\",\"role\":\"%s\"", word_of(&role_words, c->role));
    buf_fmt(&b, ",\"audience\":\"%s\",\"world\":", word_of(&audience_words, c->cls->audience));
    buf_json_str(&b, g->setup.world_id);
    buf_text(&b, ",\"name\":");
    buf_json_str(&b, g->setup.world);
    buf_text(&b, ",\"seq\":");
    buf_u64(&b, seq);
    buf_text(&b, ",\"hash\":\"");
    buf_hex(&b, hash8, 8);
    buf_text(&b, "\",\"epoch\":");
    buf_u64(&b, epoch);
    buf_text(&b, ",\"user\":");
    buf_json_str(&b, str_of(c->principal));
    if (c->unit != 0) {
        buf_text(&b, ",\"unit\":\"");
        buf_str(&b, g->setup.world);
        buf_fmt(&b, "-u%u\"", c->unit);
    }
    if (g->clock_rate > 1) {
        buf_fmt(&b, ",\"clock_rate\":%u", g->clock_rate);
    }
    buf_char(&b, '}');
    ws_post(c, buf_view(&b), 0);
    buf_fini(&b);
}

static void go_live(struct conn *c, uint64_t cursor, uint64_t seq, const uint8_t hash8[8])
{
    c->stage = STAGE_LIVE;
    c->lagged = false;
    c->again = false;
    c->cursor = cursor;
    c->told = seq;
    c->seen = seq;
    memcpy(c->hash8, hash8, sizeof(c->hash8));
    c->positions_at = 0;
    c->coverage_at = 0;
    c->sub->resume = false;
    fanout_join(c);
}

/* The seq of a change of this user's rights that the rights at hand do not have yet; 0 none. */
static uint64_t rights_newer(const struct conn *c)
{
    const struct gateway *g = c->g;
    uint64_t count = g->rights_count < RIGHTS_KEPT ? g->rights_count : RIGHTS_KEPT;
    uint64_t newest = 0;
    uint64_t oldest = UINT64_MAX;

    for (uint64_t i = 0; i < count; i++) {
        const struct rights_change *r = &g->rights[i];

        oldest = r->seq < oldest ? r->seq : oldest;
        if ((r->user == c->user || r->user == RING_EVERYONE) && r->seq > c->rights_seq &&
            r->seq > newest) {
            newest = r->seq;
        }
    }
    if (newest == 0 && g->rights_count > RIGHTS_KEPT && oldest > c->rights_seq) {
        return oldest; /* changes were forgotten that may have been this user's */
    }
    return newest;
}

static bool session_resume(struct conn *c, const struct door_read_done *d)
{
    struct gateway *g = c->g;
    const struct subscription *sub = c->sub;
    uint8_t hash8[8];
    uint64_t pos;

    if (!sub->resume || sub->resume_audience != c->cls->audience ||
        d->rights.rights_seq > sub->resume_seq) {
        return false;
    }
    if (sub->resume_seq == d->seq) {
        memcpy(hash8, d->hash8, sizeof(hash8));
        if (!fanout_cursor(g, sub->resume_seq, &pos)) {
            return false;
        }
    } else if (!fanout_row_pos(g, sub->resume_seq, &pos, hash8)) {
        return false;
    }
    if (memcmp(hash8, sub->resume_hash, sizeof(hash8)) != 0 || g->scanned - pos > g->lag_max) {
        return false;
    }
    welcome(c, sub->resume_seq, hash8, d->epoch);
    if (c->stage == STAGE_CLOSING) {
        return true;
    }
    go_live(c, pos, sub->resume_seq, hash8);
    fanout_catch_up(c);
    if (c->stage == STAGE_LIVE) {
        ws_flush(c);
    }
    return true;
}

/* Whether the answer names somebody who may be here; else closes. */
static bool session_allowed(struct conn *c, const struct door_read_done *d)
{
    if (d->err == ERR_INVALID || d->err == ERR_MALFORMED) {
        conn_close(c, CLOSE_PROTOCOL, "unknown zones or topics");
        return false;
    }
    if (d->err != OK && d->err != ERR_UNSIGNED && d->err != ERR_FORBIDDEN) {
        conn_close(c, CLOSE_TOO_MANY, "busy; come back in a moment");
        return false;
    }
    if (d->err == ERR_UNSIGNED || d->rights.user == 0) {
        conn_close(c, CLOSE_UNSIGNED, "not signed in, or disabled");
        return false;
    }
    if (d->err == ERR_FORBIDDEN || d->rights.role == ROLE_NONE || d->rights.role >= ROLE_COUNT ||
        d->rights.audience >= AUDIENCE_COUNT) {
        conn_close(c, CLOSE_FORBIDDEN, "no rights");
        return false;
    }
    return true;
}

void session_rights(struct conn *c, const struct door_read_done *d, struct str body)
{
    struct audience_class *cls;
    uint32_t unit;

    (void)body;
    if (c->stage != STAGE_ASKING || !session_allowed(c, d)) {
        return;
    }
    unit = d->rights.audience == AUDIENCE_UNIT ? d->rights.unit : 0;
    cls = class_get(c->g, d->rights.audience, d->rights.zones, c->sub->topics, unit);
    if (cls == NULL) {
        conn_close(c, CLOSE_TOO_MANY, "out of memory");
        return;
    }
    class_unref(c->cls);
    c->cls = cls;
    c->user = d->rights.user;
    c->unit = d->rights.unit;
    c->role = d->rights.role;
    c->rights_seq = d->seq;
    c->have_rights = true;
    conn_signed_in(c);
    if (rights_newer(c) != 0) {
        session_again(c, rights_newer(c));
    } else if (!session_resume(c, d) && c->stage == STAGE_ASKING) {
        snapshot_ask(c);
    }
}

void session_live(struct conn *c, struct snapshot *s)
{
    uint64_t cursor;

    if (c->stage != STAGE_ASKING) {
        return;
    }
    if (rights_newer(c) != 0) {
        session_again(c, rights_newer(c));
        return;
    }
    if (!ws_writable(c)) {
        c->again = true;
        return;
    }
    if (!fanout_cursor(c->g, s->seq, &cursor) || c->g->scanned - cursor > c->g->lag_max) {
        conn_close(c, CLOSE_TOO_MANY, "the snapshot came too late; come back in a moment");
        return;
    }
    welcome(c, s->seq, s->hash8, s->epoch);
    if (c->stage == STAGE_CLOSING) {
        return;
    }
    go_live(c, cursor, s->seq, s->hash8);
    c->snapshot = s;
    c->snapshot_sent = 0;
    s->refs++;
    (void)snapshot_send_more(c);
}

void session_ended(struct gateway *g, const uint8_t session[16])
{
    token_forget(g, session);
    for (unsigned slot = 0; slot < BEAT_SLOTS; slot++) {
        struct link *next;

        for (struct link *l = g->beats[slot].next; l != &g->beats[slot]; l = next) {
            struct conn *c = LINK_OF(l, struct conn, beat);

            next = l->next;
            if (memcmp(c->session, session, sizeof(c->session)) == 0) {
                conn_close(c, CLOSE_UNSIGNED, "the session has ended");
            }
        }
    }
}
