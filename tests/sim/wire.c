/* Connections: libwebsockets as a gateway knows it, over sockets that take little, are read late,
 * and break without either end hearing of it at once. Only WebSockets that are open already: the
 * way there over HTTP is not played. */
#include "tests/sim/sim.h"

#include "ws/door.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <sys/socket.h>

#define FD_FIRST 1000000
#define PIECE 2048 /* what one RECEIVE brings */
#define LATE_MS_MOST 40
#define UNHEARD_MS_MOST 3000 /* until an end notices that the other is gone */

struct chunk {
    struct chunk *next;
    int64_t at_us;
    bool binary, close;
    size_t len;
    char bytes[];
};

struct lws_context {
    void *user;
    struct node *node;
    const struct lws_protocols *protocols;
};

struct lws {
    struct lws_context *context;
    void *opaque;
    struct wire *wire;
    bool established, want_write, stopped, kill;
    struct buf held; /* what the socket did not take */
    size_t remaining;
    bool final, binary;
};

/* Frames of the server put together to messages. */
struct reader {
    struct buf bytes, text;
};

struct wire {
    struct wire *next;
    int fd;
    struct node *node; /* NULL: the server's end is gone */
    struct lws *wsi;
    void *arg;
    wire_text_fn *on_text;
    wire_gone_fn *on_gone;
    bool client_gone;
    int64_t server_hears_us; /* when the server's end hears of that */
    int64_t client_hears_us; /* the other way round */
    struct chunk *up_first, *up_last;
    int64_t up_last_us;
    struct buf down; /* taken by the socket, not read yet */
    size_t room;
    int64_t reads_us; /* the client reads no sooner */
    struct reader at_server, at_client;
};

static struct wire *wires;
static int next_fd = FD_FIRST;
static struct lws_context *context_made;
static struct wire *receiving;

/* ---- frames ---- */

static void drop_front(struct buf *b, size_t n)
{
    memmove(b->at, b->at + n, b->len - n);
    b->len -= n;
}

/* Takes the next frame off. False: it is not whole yet. */
static bool next_frame(struct buf *b, int *opcode, bool *final, struct buf *payload)
{
    const uint8_t *at = (const uint8_t *)b->at;
    size_t head = 2;

    if (b->len < 2) {
        return false;
    }
    must((at[1] & 0x80) == 0); /* a server masks nothing */
    size_t len = at[1] & 0x7f;

    if (len >= 126) {
        size_t bytes = len == 126 ? 2 : 8;

        if (b->len < 2 + bytes) {
            return false;
        }
        len = 0;
        for (size_t i = 0; i < bytes; i++) {
            len = len << 8 | at[2 + i];
        }
        head += bytes;
    }
    if (b->len < head + len) {
        return false;
    }
    *opcode = at[0] & 0x0f;
    *final = (at[0] & 0x80) != 0;
    buf_add(payload, b->at + head, len);
    drop_front(b, head + len);
    return true;
}

/* Messages in what came; `on_close` with its code. True: it was closed. */
static bool read_messages(struct reader *r, void *arg, wire_text_fn *on_text, int *code)
{
    int opcode;
    bool final;

    for (;;) {
        struct buf frame;

        buf_init(&frame);
        if (!next_frame(&r->bytes, &opcode, &final, &frame)) {
            buf_fini(&frame);
            return false;
        }
        if (opcode == 8) {
            const uint8_t *at = (const uint8_t *)frame.at;

            *code = frame.len >= 2 ? at[0] << 8 | at[1] : 0;
            buf_fini(&frame);
            return true;
        }
        buf_str(&r->text, buf_view(&frame));
        buf_fini(&frame);
        if (final) {
            struct buf whole = r->text;

            buf_init(&r->text);
            on_text(arg, buf_view(&whole));
            buf_fini(&whole);
        }
    }
}

/* ---- the server's end ---- */

static int call(struct lws *wsi, enum lws_callback_reasons reason, void *in, size_t len)
{
    return wsi->context->protocols[0].callback(wsi, reason, NULL, in, len);
}

static void note_written(struct wire *w, const void *at, size_t len)
{
    int code;

    buf_add(&w->at_server.bytes, at, len);
    (void)read_messages(&w->at_server, w->arg, law_written, &code);
}

static size_t put_down(struct wire *w, const void *at, size_t len)
{
    size_t left = w->client_gone ? 0 : w->room - (w->down.len < w->room ? w->down.len : w->room);
    size_t n = len < left ? len : left;

    buf_add(&w->down, at, n);
    return n;
}

static struct wire *wire_of(int fd)
{
    struct wire *w = wires;

    while (w != NULL && w->fd != fd) {
        w = w->next;
    }
    must(w != NULL);
    return w;
}

ssize_t __wrap_send(int fd, const void *at, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *at, size_t len, int flags)
{
    struct wire *w = wire_of(fd);
    size_t n = put_down(w, at, len);

    (void)flags;
    note_written(w, at, n);
    if (n == 0) {
        errno = EAGAIN;
        return -1;
    }
    return (ssize_t)n;
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    (void)fd;
    (void)level;
    (void)name;
    (void)value;
    (void)len;
    return 0;
}

static void put_or_hold(struct lws *wsi, const void *at, size_t len)
{
    size_t n = wsi->held.len == 0 ? put_down(wsi->wire, at, len) : 0;

    note_written(wsi->wire, at, len);
    buf_add(&wsi->held, (const char *)at + n, len - n);
    /* Who was cut short hears of it when the rest has gone. */
    wsi->want_write = wsi->want_write || n < len;
}

int lws_write(struct lws *wsi, unsigned char *at, size_t len, enum lws_write_protocol protocol)
{
    int kind = protocol & 0x1f;
    uint8_t head[10];
    size_t size = len < 126 ? 0 : len <= UINT16_MAX ? 2 : 8;

    if (kind != LWS_WRITE_HTTP) {
        must(kind == LWS_WRITE_TEXT || kind == LWS_WRITE_CONTINUATION);
        head[0] =
            (uint8_t)((protocol & LWS_WRITE_NO_FIN ? 0 : 0x80) | (kind == LWS_WRITE_TEXT ? 1 : 0));
        head[1] = (uint8_t)(size == 0 ? len : size == 2 ? 126 : 127);
        for (size_t i = 0; i < size; i++) {
            head[2 + i] = (uint8_t)(len >> 8 * (size - 1 - i));
        }
        put_or_hold(wsi, head, 2 + size);
    }
    put_or_hold(wsi, at, len);
    return (int)len;
}

int lws_partial_buffered(struct lws *wsi)
{
    return wsi->held.len > 0;
}

int lws_callback_on_writable(struct lws *wsi)
{
    wsi->want_write = true;
    return 1;
}

int lws_rx_flow_control(struct lws *wsi, int enable)
{
    wsi->stopped = enable == 0;
    return 0;
}

void lws_set_timeout(struct lws *wsi, enum pending_timeout reason, int seconds)
{
    (void)reason;
    must(seconds == LWS_TO_KILL_ASYNC);
    wsi->kill = true;
}

void lws_cancel_service(struct lws_context *context)
{
    (void)context;
}

void *lws_get_opaque_user_data(const struct lws *wsi)
{
    return wsi->opaque;
}

void lws_set_opaque_user_data(struct lws *wsi, void *data)
{
    wsi->opaque = data;
}

struct lws_context *lws_get_context(const struct lws *wsi)
{
    return wsi->context;
}

void *lws_context_user(struct lws_context *context)
{
    return context->user;
}

size_t lws_remaining_packet_payload(struct lws *wsi)
{
    return wsi->remaining;
}

int lws_is_final_fragment(struct lws *wsi)
{
    return wsi->final ? 1 : 0;
}

int lws_frame_is_binary(struct lws *wsi)
{
    return wsi->binary ? 1 : 0;
}

struct lws_context *lws_create_context(const struct lws_context_creation_info *info)
{
    struct lws_context *c = calloc(1, sizeof(*c));

    must(c != NULL);
    *c = (struct lws_context){ .user = info->user,
                               .node = sim.running,
                               .protocols = info->protocols };
    context_made = c;
    return c;
}

struct lws_vhost *lws_create_vhost(struct lws_context *context,
                                   const struct lws_context_creation_info *info)
{
    (void)info;
    return (struct lws_vhost *)context;
}

void lws_set_log_level(int level, void (*emit)(int level, const char *line))
{
    (void)level;
    (void)emit;
}

struct lws *lws_adopt_descriptor_vhost_via_info(const lws_adopt_desc_t *info)
{
    struct wire *w = wire_of(info->fd.sockfd);
    struct lws *wsi = calloc(1, sizeof(*wsi));

    must(wsi != NULL);
    *wsi = (struct lws){ .context = (struct lws_context *)info->vh, .wire = w };
    buf_init(&wsi->held);
    w->wsi = wsi;
    (void)call(wsi, LWS_CALLBACK_WSI_CREATE, NULL, 0);
    wsi->opaque = info->opaque;
    return wsi;
}

static void free_chunks(struct wire *w)
{
    while (w->up_first != NULL) {
        struct chunk *c = w->up_first;

        w->up_first = c->next;
        free(c);
    }
    w->up_last = NULL;
}

/* The server's end goes; the client hears of it some time. */
static void end_server(struct wire *w, bool tell)
{
    struct lws *wsi = w->wsi;

    if (wsi != NULL && tell) {
        (void)call(wsi, LWS_CALLBACK_WSI_DESTROY, NULL, 0);
    }
    if (wsi != NULL) {
        buf_fini(&wsi->held);
        free(wsi);
    }
    w->wsi = NULL;
    w->node = NULL;
    free_chunks(w);
    w->client_hears_us = sim.now_us + (int64_t)sim_below(LATE_MS_MOST) * US_PER_MS;
}

/* One message, in pieces as a socket brings it. */
static void receive(struct lws *wsi, struct chunk *c)
{
    for (size_t at = 0; at == 0 || at < c->len; at += PIECE) {
        size_t len = c->len - at < PIECE ? c->len - at : PIECE;

        wsi->remaining = c->len - at - len;
        wsi->final = wsi->remaining == 0;
        wsi->binary = c->binary;
        (void)call(wsi, LWS_CALLBACK_RECEIVE, c->bytes + at, len);
    }
}

static void serve_up(struct wire *w)
{
    while (w->wsi != NULL && !w->wsi->stopped && !w->wsi->kill && w->up_first != NULL &&
           w->up_first->at_us <= sim.now_us) {
        struct chunk *c = w->up_first;

        w->up_first = c->next;
        w->up_last = w->up_first != NULL ? w->up_last : NULL;
        if (c->close) {
            (void)call(w->wsi, LWS_CALLBACK_WS_PEER_INITIATED_CLOSE, NULL, 0);
            free(c);
            end_server(w, true);
            return;
        }
        receive(w->wsi, c);
        free(c);
    }
}

static void serve_down(struct wire *w)
{
    struct lws *wsi = w->wsi;

    if (wsi->held.len > 0) {
        drop_front(&wsi->held, put_down(w, wsi->held.at, wsi->held.len));
    }
    if (wsi->held.len == 0 && wsi->want_write && w->down.len < w->room) {
        wsi->want_write = false;
        if (call(wsi, LWS_CALLBACK_SERVER_WRITEABLE, NULL, 0) != 0) {
            wsi->kill = true;
        }
    }
}

void wires_serve(struct node *n)
{
    for (struct wire *w = wires; w != NULL; w = w->next) {
        if (w->node != n || w->wsi == NULL) {
            continue;
        }
        receiving = w;
        if (!w->wsi->established && !w->wsi->kill) {
            w->wsi->established = true;
            (void)call(w->wsi, LWS_CALLBACK_ESTABLISHED, NULL, 0);
        }
        serve_up(w);
        if (w->wsi != NULL) {
            serve_down(w);
        }
        if (w->wsi != NULL &&
            (w->wsi->kill || (w->client_gone && w->server_hears_us <= sim.now_us))) {
            end_server(w, true);
        }
    }
}

void wires_forget(struct node *n)
{
    for (struct wire *w = wires; w != NULL; w = w->next) {
        if (w->node == n) {
            end_server(w, false);
        }
    }
}

/* ---- the client's end ---- */

struct wire *wire_connect(struct node *n, void *arg, wire_text_fn *on_text, wire_gone_fn *on_gone)
{
    const struct door_way *way = node_gateway_way(n);
    struct wire *w = calloc(1, sizeof(*w));
    struct door_socket s = { .kind = DOOR_SOCKET, .address = "127.0.0.1" };
    bool wake = false;

    must(w != NULL);
    *w = (struct wire){ .next = wires,
                        .fd = next_fd++,
                        .node = n,
                        .arg = arg,
                        .on_text = on_text,
                        .on_gone = on_gone,
                        .room = 1024u << sim_below(8) };
    wires = w;
    s.fd = w->fd;
    must(queue_push(way->queue, &s, sizeof(s), &wake));
    return w;
}

void wire_say(const struct wire *w)
{
    sim_say("  its connection: %zu of %zu bytes in the socket, %zu held, %s%s%s%s", w->down.len,
            w->room, w->wsi != NULL ? w->wsi->held.len : 0, w->node == NULL ? "server gone " : "",
            w->wsi != NULL && w->wsi->want_write ? "wants to write " : "",
            w->wsi != NULL && w->wsi->stopped ? "does not read " : "",
            w->up_first != NULL ? "something on the way up" : "");
}

static void push_up(struct wire *w, const char *at, size_t len, bool binary, bool close)
{
    struct chunk *c = malloc(sizeof(*c) + len);
    int64_t late = (int64_t)sim_below(sim.faults && sim_one_in(20) ? 1500 : LATE_MS_MOST);
    int64_t at_us = sim.now_us + late * US_PER_MS;

    must(c != NULL);
    at_us = at_us > w->up_last_us ? at_us : w->up_last_us; /* a stream keeps its order */
    *c = (struct chunk){ .at_us = at_us, .binary = binary, .close = close, .len = len };
    memcpy(c->bytes, at, len);
    w->up_last_us = at_us;
    if (w->up_last != NULL) {
        w->up_last->next = c;
    } else {
        w->up_first = c;
    }
    w->up_last = c;
}

void wire_send(struct wire *w, struct str text, bool binary)
{
    if (w->node != NULL) {
        push_up(w, text.at, text.len, binary, false);
    }
}

void wire_read_slowly(struct wire *w, int64_t until_us)
{
    w->reads_us = until_us;
}

void wire_cut(struct wire *w)
{
    w->client_gone = true;
    w->server_hears_us = sim.now_us + (int64_t)sim_below(UNHEARD_MS_MOST) * US_PER_MS;
    /* What was on the way up may still arrive, or not. */
    if (sim_one_in(2)) {
        free_chunks(w);
    }
}

static void client_ends(struct wire *w, int code)
{
    w->client_gone = true;
    w->server_hears_us = sim.now_us;
    w->on_gone(w->arg, code);
}

static void client_reads(struct wire *w)
{
    size_t n = sim_one_in(4) ? sim_below((uint32_t)w->down.len + 1) : w->down.len;
    int code = 0;

    buf_add(&w->at_client.bytes, w->down.at, n);
    drop_front(&w->down, n);
    if (read_messages(&w->at_client, w->arg, w->on_text, &code)) {
        if (w->node != NULL) {
            push_up(w, "", 0, false, true);
        }
        client_ends(w, code);
    }
}

void wires_step(void)
{
    for (struct wire *w = wires; w != NULL; w = w->next) {
        if (w->client_gone) {
            continue;
        }
        if (w->down.len > 0 && w->reads_us <= sim.now_us) {
            client_reads(w);
        }
        if (!w->client_gone && w->node == NULL && w->client_hears_us <= sim.now_us) {
            client_ends(w, 0);
        }
    }
    /* Both ends are gone. */
    for (struct wire **at = &wires; *at != NULL;) {
        struct wire *w = *at;

        if (!w->client_gone || w->node != NULL) {
            at = &w->next;
            continue;
        }
        *at = w->next;
        free_chunks(w);
        buf_fini(&w->down);
        buf_fini(&w->at_server.bytes);
        buf_fini(&w->at_server.text);
        buf_fini(&w->at_client.bytes);
        buf_fini(&w->at_client.text);
        free(w);
    }
}

void wires_calm(void)
{
    for (struct wire *w = wires; w != NULL; w = w->next) {
        w->reads_us = 0;
    }
}
