/* What goes out on a WebSocket. A frame is written at once while the socket takes it; after a
 * partial write libwebsockets keeps the rest and nothing more is written until it says WRITEABLE.
 * Without TLS a whole frame goes to the socket by one send of our own: it is what a gateway does
 * most, and the way through libwebsockets costs a twelfth of it. */
#include "ws/inside.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

bool ws_writable(struct conn *c)
{
    if (c->buffered) {
        c->buffered = lws_partial_buffered(c->wsi) != 0;
    }
    return c->stage != STAGE_CLOSING && c->snapshot == NULL && !c->buffered;
}

bool ws_write_part(struct conn *c, unsigned char *at, size_t len, int protocol)
{
    c->g->metrics.bytes_out += len;
    c->buffered = true; /* perhaps: ws_writable looks */
    if (lws_write(c->wsi, at, len, (enum lws_write_protocol)protocol) < 0) {
        conn_kill(c);
        return false;
    }
    return true;
}

/* The head of a whole unmasked text frame, written in front of `at` (RFC 6455 section 5.2). Returns
 * its length, at most 10. */
static size_t put_frame_head(unsigned char *at, size_t len)
{
    size_t bytes = len < 126 ? 0 : len <= UINT16_MAX ? 2 : 8;
    unsigned char *head = at - 2 - bytes;

    head[0] = 0x81; /* final, text */
    head[1] = (unsigned char)(bytes == 0 ? len : bytes == 2 ? 126 : 127);
    for (size_t i = 0; i < bytes; i++) {
        head[2 + i] = (unsigned char)(len >> 8 * (bytes - 1 - i));
    }
    return 2 + bytes;
}

bool ws_write(struct conn *c, unsigned char *at, size_t len)
{
    size_t total;
    ssize_t sent;

    if (c->g->tls) {
        return ws_write_part(c, at, len, LWS_WRITE_TEXT);
    }
    total = put_frame_head(at, len);
    at -= total;
    total += len;
    sent = send(c->fd, at, total, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == (ssize_t)total) {
        c->g->metrics.bytes_out += len;
        return true;
    }
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        conn_kill(c);
        return false;
    }
    sent = sent > 0 ? sent : 0;
    return ws_write_part(c, at + sent, total - (size_t)sent,
                         LWS_WRITE_HTTP); /* bytes as they are */
}

/* Puts a message aside. One that its client does not fetch in time costs the connection, not the
 * memory. */
static void out_keep(struct conn *c, struct str text, uint64_t after_seq)
{
    struct out_msg *m;

    if (c->out_bytes + text.len > OUT_BYTES_MAX) {
        conn_close(c, CLOSE_SLOW, "does not read its answers");
        return;
    }
    m = malloc(sizeof(*m) + LWS_PRE + text.len);
    if (m == NULL) {
        conn_close(c, CLOSE_SLOW, "out of memory");
        return;
    }
    m->next = NULL;
    m->after_seq = after_seq;
    m->len = (uint32_t)text.len;
    memcpy(m->bytes + LWS_PRE, text.at, text.len);
    if (c->out_last != NULL) {
        c->out_last->next = m;
    } else {
        c->out_first = m;
    }
    c->out_last = m;
    c->out_bytes += m->len;
    if (c->out_bytes > OUT_BYTES_MAX / 4) {
        conn_stop_reading(c);
    }
}

void ws_post(struct conn *c, struct str text, uint64_t after_seq)
{
    if (c->stage == STAGE_CLOSING) {
        return;
    }
    if (after_seq > c->told && c->stage == STAGE_LIVE) {
        fanout_catch_up(c);
        if (c->told < after_seq && c->seen >= after_seq) {
            fanout_told(c);
        }
    }
    if (c->stage == STAGE_CLOSING) {
        return;
    }
    if (after_seq <= c->told && ws_writable(c)) {
        struct buf *b = &c->g->scratch;

        b->len = LWS_PRE;
        buf_str(b, text);
        (void)ws_write(c, (unsigned char *)b->at + LWS_PRE, text.len);
        return;
    }
    out_keep(c, text, after_seq);
    if (after_seq <= c->told) {
        lws_callback_on_writable(c->wsi);
    }
}

void ws_problem(struct conn *c, struct str id, const struct fault *f)
{
    struct buf b;

    buf_init(&b);
    if (id.len != 0) {
        buf_text(&b, "{\"op\":\"answer\",\"id\":");
        buf_json_str(&b, id);
        buf_text(&b, ",\"problem\":");
    } else {
        buf_text(&b, "{\"op\":\"problem\",\"problem\":");
    }
    problem_write(&b, f, STR(""));
    buf_char(&b, '}');
    if (buf_ok(&b)) {
        ws_post(c, buf_view(&b), 0);
    }
    buf_fini(&b);
    c->g->metrics.problems++;
}

void ws_flush(struct conn *c)
{
    struct out_msg **at = &c->out_first;
    struct out_msg *last = NULL;

    while (*at != NULL) {
        struct out_msg *m = *at;

        if (m->after_seq > c->told || !ws_writable(c)) {
            last = m;
            at = &m->next;
            continue;
        }
        *at = m->next;
        c->out_bytes -= m->len;
        (void)ws_write(c, m->bytes + LWS_PRE, m->len);
        free(m);
    }
    c->out_last = last;
    if (c->out_bytes <= OUT_BYTES_MAX / 4) {
        conn_go_on_reading(c);
    }
}

void ws_out_drop(struct conn *c)
{
    while (c->out_first != NULL) {
        struct out_msg *m = c->out_first;

        c->out_first = m->next;
        free(m);
    }
    c->out_last = NULL;
    c->out_bytes = 0;
}

/* The close frame is written here: Debian's libwebsockets with libuv closes twice in one go when a
 * callback returns -1 (a test of its own that was left in the build), and the second time drops the
 * frame that the first had prepared. The client answers it, and libwebsockets ends the connection;
 * who does not is ended when the list `closing` says so. */
static int ws_on_closing(struct conn *c)
{
    unsigned char bytes[LWS_PRE + 4 + sizeof(c->close_text)];
    unsigned char *frame = bytes + LWS_PRE;

    if (c->close_code == 0) {
        return -1;
    }
    if (c->close_sent) {
        return 0;
    }
    c->close_sent = true;
    frame[0] = 0x88; /* final, close */
    frame[1] = (unsigned char)(2 + c->close_len);
    frame[2] = (unsigned char)(c->close_code >> 8);
    frame[3] = (unsigned char)c->close_code;
    memcpy(frame + 4, c->close_text, c->close_len);
    /* Written as the bytes they are: the kind for close frames is not public. */
    return lws_write(c->wsi, frame, 4u + c->close_len, LWS_WRITE_HTTP) < 0 ? -1 : 0;
}

int ws_on_writable(struct conn *c)
{
    if (c->stage == STAGE_CLOSING) {
        return ws_on_closing(c);
    }
    c->buffered = lws_partial_buffered(c->wsi) != 0;
    if (c->buffered) {
        return 0;
    }
    if (c->snapshot != NULL) {
        return snapshot_send_more(c);
    }
    ws_flush(c);
    if (c->again && ws_writable(c)) {
        session_again(c, 0);
    } else if (c->stage == STAGE_LIVE) {
        fanout_catch_up(c);
    }
    return 0;
}
