/* From the ring to the connections: new entries are looked at once (rows, rights), then a pass
 * gives each connection everything from its cursor to the head in one frame. A pass over many
 * connections yields to the loop now and then, so that what clients send is not kept waiting. After
 * a long pass the next one waits a little (at most 20 ms), so that under load events gather; when
 * idle a row goes out at once. */
#include "ws/inside.h"

#define PASS_TURN 256
#define PASS_WAIT_MAX_US (20 * US_PER_MS)
#define PASS_SHORT_US (4 * US_PER_MS)
#define LAG_AGAIN_US (60 * US_PER_S)

static void mark_row(struct gateway *g, uint64_t seq, uint64_t pos)
{
    const struct row_mark *last = &g->marks[(g->mark_count - 1) % MARKS_KEPT];

    if (pos - last->pos >= ring_size(g->ring) / (MARKS_KEPT / 2)) {
        g->marks[g->mark_count++ % MARKS_KEPT] = (struct row_mark){ .seq = seq, .pos = pos };
    }
}

/* Rights of a user changed: nothing more goes out under the old ones. */
static void note_rights(struct gateway *g, const struct ring_tags *t)
{
    g->rights[g->rights_count++ % RIGHTS_KEPT] =
        (struct rights_change){ .user = t->user, .seq = t->seq };
    for (unsigned slot = 0; slot < BEAT_SLOTS; slot++) {
        struct link *next;

        for (struct link *l = g->beats[slot].next; l != &g->beats[slot]; l = next) {
            struct conn *c = LINK_OF(l, struct conn, beat);

            next = l->next;
            if ((c->user == t->user || t->user == RING_EVERYONE) && c->stage == STAGE_LIVE) {
                session_again(c, t->seq);
            }
        }
    }
}

static bool scan_ring(struct gateway *g)
{
    uint64_t pos = g->scanned;
    uint64_t before = g->scanned;
    const struct ring_entry *e;

    while ((e = ring_at(g->ring, &pos)) != NULL) {
        pos = ring_after(g->ring, e, pos);
        if (e->tags.kind == RING_ROW) {
            g->seq = e->tags.seq;
            g->epoch = e->tags.epoch;
            memcpy(g->hash8, e->tags.hash8, sizeof(g->hash8));
            mark_row(g, g->seq, pos);
        } else if (e->tags.kind == RING_RIGHTS) {
            g->scanned = pos;
            note_rights(g, &e->tags);
        }
    }
    g->scanned = pos;
    return pos != before;
}

/* Gives ring space back. Every live connection was looked at in the pass that began at `head` and
 * stands at most lag_max behind it; half the ring is kept for those who come back. */
static void give_back(struct gateway *g, uint64_t head)
{
    uint64_t keep = ring_size(g->ring) / 2;
    uint64_t least = head > keep ? head - keep : 0;
    uint64_t best = g->marked;

    for (uint64_t n = g->mark_count; n > 0 && n + MARKS_KEPT > g->mark_count; n--) {
        const struct row_mark *m = &g->marks[(n - 1) % MARKS_KEPT];

        if (m->pos <= least) {
            best = m->pos > best ? m->pos : best;
            break;
        }
    }
    if (best > g->marked) {
        g->marked = best;
        ring_reader_mark(g->ring, g->setup.door.index, best);
    }
}

bool fanout_cursor(struct gateway *g, uint64_t seq, uint64_t *pos)
{
    for (uint64_t n = g->mark_count; n > 0 && n + MARKS_KEPT > g->mark_count; n--) {
        const struct row_mark *m = &g->marks[(n - 1) % MARKS_KEPT];

        if (m->pos < g->marked) {
            return false;
        }
        if (m->seq <= seq) {
            *pos = m->pos;
            return true;
        }
    }
    return false;
}

bool fanout_row_pos(struct gateway *g, uint64_t seq, uint64_t *pos, uint8_t hash8[8])
{
    uint64_t at;
    const struct ring_entry *e;

    /* A mark stands behind its row, and the hash is in the row: start before it. */
    if (seq == 0 || !fanout_cursor(g, seq - 1, &at)) {
        return false;
    }
    while ((e = ring_at(g->ring, &at)) != NULL && e->tags.seq <= seq) {
        at = ring_after(g->ring, e, at);
        if (e->tags.kind == RING_ROW && e->tags.seq == seq) {
            *pos = at;
            memcpy(hash8, e->tags.hash8, sizeof(e->tags.hash8));
            return true;
        }
    }
    return false;
}

/* Too far behind the head: its place in the ring is given up. The first time it gets a new snapshot
 * as soon as it reads again; soon after that it is closed. */
static void lag_cut(struct conn *c, int64_t now)
{
    c->g->metrics.slow_cut++;
    if (c->lag_us != 0 && now - c->lag_us < LAG_AGAIN_US) {
        conn_close(c, CLOSE_SLOW, "reads too slowly");
        return;
    }
    c->lag_us = now;
    c->lagged = true;
    session_again(c, 0);
}

/* Everything from the connection's cursor to `head`, as far as it takes it. */
static void send_up_to(struct conn *c, uint64_t head)
{
    struct gateway *g = c->g;

    while (c->stage == STAGE_LIVE && c->cursor < head && ws_writable(c)) {
        const struct frame *f = frame_for(g, c, head);
        bool moved = f->end != c->cursor;

        if (f->len != 0 && !ws_write(c, (unsigned char *)f->bytes.at + f->start, f->len)) {
            return;
        }
        c->cursor = f->end;
        if (f->to > c->seen) {
            c->seen = f->to;
            memcpy(c->hash8, f->hash8, sizeof(c->hash8));
        }
        if (f->len != 0) {
            c->told = f->to;
        }
        if (!moved) {
            break;
        }
    }
    if (c->stage == STAGE_LIVE && head - c->cursor > g->lag_max && c->cursor < head) {
        lag_cut(c, mono_us());
        return;
    }
    if (c->out_first != NULL && c->stage == STAGE_LIVE) {
        if (c->seen > c->told && c->out_first->after_seq > c->told) {
            fanout_told(c);
        }
        ws_flush(c);
    }
}

void fanout_catch_up(struct conn *c)
{
    send_up_to(c, c->g->scanned);
}

static void pass_end(struct gateway *g)
{
    int64_t now = mono_us();
    int64_t took = now - g->pass_began_us;
    int64_t wait = took / 2 < PASS_WAIT_MAX_US ? took / 2 : PASS_WAIT_MAX_US;

    g->passing = false;
    g->metrics.passes++;
    g->pass_not_before_us = took < PASS_SHORT_US ? now : now + wait;
    give_back(g, g->pass_head);
}

/* The next connection, while this one's bytes go through the kernel. The end of the list is fetched
 * too, and does no harm. */
static void prefetch(const struct link *l)
{
    const char *c = (const char *)LINK_OF(l, struct conn, beat);

    __builtin_prefetch(c, 1);
    __builtin_prefetch(c + 64, 1);
}

/* One turn of the pass. The place is kept as a link; a connection that leaves moves it on
 * (fanout_leave). */
static void pass_turn(struct gateway *g)
{
    unsigned count = 0;

    while (g->pass_slot < BEAT_SLOTS) {
        struct link *head = &g->beats[g->pass_slot];

        if (g->pass_at == NULL) {
            g->pass_at = head->next;
        }
        while (g->pass_at != head) {
            struct conn *c = LINK_OF(g->pass_at, struct conn, beat);

            if (count++ == PASS_TURN) {
                return;
            }
            g->pass_at = g->pass_at->next;
            prefetch(g->pass_at);
            if (c->stage == STAGE_LIVE && c->cursor < g->pass_head) {
                send_up_to(c, g->pass_head);
            }
        }
        g->pass_at = NULL;
        g->pass_slot++;
    }
    pass_end(g);
}

static void on_pass_timer(uv_timer_t *t)
{
    fanout_look(t->data);
}

void fanout_look(struct gateway *g)
{
    bool moved = scan_ring(g);

    if (!g->passing && (moved || g->scanned != g->pass_head)) {
        int64_t now = mono_us();

        if (now < g->pass_not_before_us) {
            uint64_t ms = (uint64_t)(g->pass_not_before_us - now + US_PER_MS - 1) / US_PER_MS;

            if (!uv_is_active((uv_handle_t *)&g->pass_timer)) {
                uv_timer_start(&g->pass_timer, on_pass_timer, ms, 0);
            }
            return;
        }
        g->passing = true;
        g->pass_head = g->scanned;
        g->pass_slot = 0;
        g->pass_at = NULL;
        g->pass_began_us = now;
    }
    if (g->passing) {
        pass_turn(g);
    }
}

static void write_beat(struct conn *c)
{
    struct gateway *g = c->g;
    struct buf *b = &g->scratch;
    char at[INSTANT_TEXT_SIZE];

    b->len = LWS_PRE;
    instant_text(gateway_now_us(g), at);
    buf_text(b, "{\"op\":\"beat\",\"seq\":");
    buf_u64(b, c->seen);
    buf_text(b, ",\"hash\":\"");
    buf_hex(b, c->hash8, sizeof(c->hash8));
    buf_text(b, "\",\"at\":\"");
    buf_text(b, at);
    buf_text(b, "\"}");
    if (ws_write(c, (unsigned char *)b->at + LWS_PRE, b->len - LWS_PRE)) {
        c->told = c->seen;
    }
}

void fanout_told(struct conn *c)
{
    if (c->stage == STAGE_LIVE && ws_writable(c)) {
        write_beat(c);
    }
}

static void beat_one(struct conn *c, int64_t now, int64_t wall)
{
    if (c->expires_us != 0 && wall >= c->expires_us) {
        conn_close(c, CLOSE_UNSIGNED, "the session has expired");
        return;
    }
    if (c->lagged && now - c->lag_us > LAG_US) {
        conn_close(c, CLOSE_SLOW, "reads too slowly");
        return;
    }
    if (c->stage != STAGE_LIVE) {
        return;
    }
    fanout_catch_up(c);
    positions_send(c);
    coverage_send(c);
    fanout_told(c);
    if (c->stage == STAGE_LIVE) {
        ws_flush(c);
    }
}

void fanout_beat(struct gateway *g)
{
    struct link *head = &g->beats[g->beat_slot];
    int64_t now = mono_us();
    int64_t wall = wall_us();
    struct link *next;

    g->beat_slot = (g->beat_slot + 1) % BEAT_SLOTS;
    for (struct link *l = head->next; l != head; l = next) {
        next = l->next;
        beat_one(LINK_OF(l, struct conn, beat), now, wall);
    }
}

void fanout_join(struct conn *c)
{
    struct gateway *g = c->g;

    if (!link_in(&c->beat)) {
        link_add(&g->beats[g->beat_join], &c->beat);
        g->beat_join = (g->beat_join + 1) % BEAT_SLOTS;
    }
}

void fanout_leave(struct conn *c)
{
    if (c->g->pass_at == &c->beat) {
        c->g->pass_at = c->beat.next;
    }
    link_remove(&c->beat);
}
