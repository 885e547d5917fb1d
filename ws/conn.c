/* Connections: how they come, what list they wait in, how they go. libwebsockets' own
 * per-connection timers are not used (its list of them is walked on every insertion); each wait
 * here has one length, so a list by age is enough. */
#include "ws/http.h"

#include "base/log.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define STALL_MS 10000 /* the peer acknowledges nothing for so long: the kernel ends it */
#define YOUNG_US (100 * US_PER_MS)
#define STRIKES 20

static const char busy_text[] =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\n"
    "Content-Length: 0\r\n\r\n";

bool bucket_take(struct bucket *b, int64_t now_us, int64_t per_s, int64_t burst)
{
    int64_t full = burst * 1000;

    if (b->at_us == 0 || now_us - b->at_us > 3600 * US_PER_S) {
        b->level = full;
    } else {
        b->level += (now_us - b->at_us) * per_s / 1000;
        b->level = b->level < full ? b->level : full;
    }
    b->at_us = now_us;
    if (b->level < 1000) {
        return false;
    }
    b->level -= 1000;
    return true;
}

void conn_wait(struct conn *c, struct link *list)
{
    link_remove(&c->waiting);
    if (list != NULL) {
        c->since_us = mono_us();
        link_add(list, &c->waiting);
    }
}

void conn_signed_in(struct conn *c)
{
    if (!c->signed_in) {
        c->signed_in = true;
        c->g->unsigned_count--;
    }
    if (c->is_ws) {
        conn_wait(c, NULL);
    }
}

/* It counts no longer, whatever becomes of the socket. */
static void conn_uncount(struct conn *c)
{
    if (!c->signed_in) {
        c->signed_in = true;
        c->g->unsigned_count--;
    }
}

void conn_kill(struct conn *c)
{
    c->stage = STAGE_CLOSING;
    c->close_code = 0;
    conn_uncount(c);
    conn_wait(c, NULL);
    fanout_leave(c);
    link_remove(&c->asking);
    lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
    lws_cancel_service(c->g->lws);
}

void conn_close(struct conn *c, enum close_code code, const char *text)
{
    size_t len = strlen(text);

    if (c->stage == STAGE_CLOSING) {
        return;
    }
    if (!c->is_ws) {
        conn_kill(c);
        return;
    }
    must(len < sizeof(c->close_text));
    c->stage = STAGE_CLOSING;
    c->close_code = (uint16_t)code;
    memcpy(c->close_text, text, len);
    c->close_len = (uint8_t)len;
    conn_uncount(c);
    fanout_leave(c);
    link_remove(&c->asking);
    conn_wait(c, &c->g->closing);
    conn_go_on_reading(c); /* to hear its answer */
    lws_callback_on_writable(c->wsi);
}

void conn_stop_reading(struct conn *c)
{
    if (!c->stopped) {
        c->stopped = true;
        lws_rx_flow_control(c->wsi, 0);
    }
}

void conn_go_on_reading(struct conn *c)
{
    if (c->stopped) {
        c->stopped = false;
        lws_rx_flow_control(c->wsi, 1);
        /* What was read meanwhile lies in libwebsockets' buffer; its service must be poked to look
         * there: once for all answers of a round, as a poke is two calls of the kernel. */
        c->g->poke = true;
    }
}

void conn_strike(struct conn *c, enum close_code code)
{
    if (!bucket_take(&c->strikes, mono_us(), 1, STRIKES)) {
        conn_close(c, code, code == CLOSE_TOO_MANY ? "too many commands" : "too many errors");
    }
}

/* The oldest that has not signed in gives way, so that nobody can hold all places by being slow. */
static bool make_room(struct gateway *g)
{
    struct link *lists[] = { &g->unsigned_, &g->idle };
    int64_t now = mono_us();

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        for (struct link *l = lists[i]->next; l != lists[i]; l = l->next) {
            struct conn *c = LINK_OF(l, struct conn, waiting);

            if (!c->signed_in) {
                if (now - c->since_us < YOUNG_US) {
                    break;
                }
                conn_kill(c);
                return true;
            }
        }
    }
    return false;
}

static void refuse(struct gateway *g, int fd)
{
    g->metrics.refused_connections++;
    if (!g->tls) {
        (void)send(fd, busy_text, sizeof(busy_text) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    close(fd);
}

static void socket_tune(int fd)
{
    int one = 1;
    int buffer = SEND_BUFFER;
    int stall = STALL_MS;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &stall, sizeof(stall));
}

void conn_adopt(struct gateway *g, const struct door_socket *s)
{
    lws_adopt_desc_t info = { .vh = g->vhost,
                              .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL };
    struct conn *c;
    size_t len = strnlen(s->address, sizeof(s->address));

    if (g->conn_count >= (uint64_t)g->conf->connections_max ||
        (g->unsigned_count >= (uint64_t)g->conf->unsigned_connections_max && !make_room(g))) {
        refuse(g, s->fd);
        return;
    }
    c = aligned_alloc(64, (sizeof(*c) + 63) / 64 * 64); /* the head of a conn is two lines */
    if (c == NULL) {
        refuse(g, s->fd);
        return;
    }
    memset(c, 0, sizeof(*c));
    c->g = g;
    c->fd = s->fd;
    c->stage = STAGE_HTTP;
    link_init(&c->pendings);
    buf_init(&c->in);
    memcpy(c->address, s->address, len < sizeof(c->address) ? len : sizeof(c->address) - 1);
    g->conn_count++;
    g->unsigned_count++;
    g->metrics.accepted++;
    conn_wait(c, &g->unsigned_);
    socket_tune(s->fd);
    info.fd.sockfd = s->fd;
    info.opaque = c;
    g->adopting = c;
    if (lws_adopt_descriptor_vhost_via_info(&info) == NULL && g->adopting == c) {
        if (c->wsi == NULL) {
            conn_free(c);
        } else {
            /* libwebsockets gave up on it (no TLS hello, say) and tells of its end later. */
            c->stage = STAGE_CLOSING;
            conn_uncount(c);
            conn_wait(c, NULL);
        }
    }
    g->adopting = NULL;
}

void conn_free(struct conn *c)
{
    struct gateway *g = c->g;

    if (g->adopting == c) {
        g->adopting = NULL;
    }
    conn_uncount(c);
    conn_wait(c, NULL);
    fanout_leave(c);
    link_remove(&c->asking);
    pendings_drop(c);
    ws_out_drop(c);
    http_call_free(c);
    if (c->snapshot != NULL) {
        snapshot_unref(c->snapshot);
    }
    class_unref(c->cls);
    buf_fini(&c->in);
    free(c->sub);
    free(c);
    g->conn_count--;
}

static void expire(struct link *list, int64_t limit_us, int64_t now, void (*end)(struct conn *c))
{
    while (!link_empty(list)) {
        struct conn *c = LINK_OF(list->next, struct conn, waiting);

        if (now - c->since_us < limit_us) {
            return;
        }
        end(c);
        must(list->next != &c->waiting);
    }
}

static void end_unsigned(struct conn *c)
{
    if (c->is_ws) {
        conn_close(c, CLOSE_UNSIGNED, "no hello within 5 s");
    } else {
        conn_kill(c);
    }
}

void conns_expire(struct gateway *g)
{
    int64_t now = mono_us();

    expire(&g->unsigned_, HELLO_US, now, end_unsigned);
    expire(&g->bodies, BODY_US, now, conn_kill);
    expire(&g->idle, IDLE_US, now, conn_kill);
    expire(&g->working, WORK_US, now, conn_kill);
    expire(&g->closing, CLOSE_US, now, conn_kill);
    while (!link_empty(&g->blocked)) {
        struct conn *c = LINK_OF(g->blocked.next, struct conn, waiting);

        link_remove(&c->waiting);
        conn_go_on_reading(c);
    }
}

static int on_established(struct conn *c)
{
    c->is_ws = true;
    c->buffered = true; /* the 101 perhaps: ws_writable looks */
    c->stage = STAGE_HELLO;
    if (!c->signed_in) {
        conn_wait(c, &c->g->unsigned_);
    }
    return 0;
}

int conn_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                  size_t len)
{
    struct conn *c = lws_get_opaque_user_data(wsi);
    struct gateway *g = lws_context_user(lws_get_context(wsi));

    (void)user;
    if (c == NULL) {
        if (reason == LWS_CALLBACK_WSI_CREATE && g->adopting != NULL) {
            g->adopting->wsi = wsi;
        }
        return 0;
    }
    c->wsi = wsi;
    switch ((int)reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return http_confirm_upgrade(c);
    case LWS_CALLBACK_HTTP:
        return http_begin(c, str_from(in, len));
    case LWS_CALLBACK_HTTP_BODY:
        return http_body(c, in, len);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return http_body_done(c);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return http_writable(c);
    case LWS_CALLBACK_ESTABLISHED:
        return on_established(c);
    case LWS_CALLBACK_RECEIVE:
        return wire_receive(c, in, len);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return ws_on_writable(c);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        /* The answer to our own close frame: libwebsockets, which did not write that one, would
         * send a second, and a browser takes a frame after a close for a broken connection (1006).
         */
        return c->close_sent ? -1 : 0;
    case LWS_CALLBACK_WSI_DESTROY:
        lws_set_opaque_user_data(wsi, NULL);
        conn_free(c);
        return 0;
    default:
        return 0;
    }
}
