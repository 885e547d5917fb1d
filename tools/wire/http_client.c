#include "tools/wire/http_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEAD_MAX 65536

struct http_client {
    struct wire_socket socket;
    struct http_client_opts opts;
    struct buf request; /* waits for the connection */
    struct buf body;    /* of a chunked answer */
    bool waiting;       /* a request is under way */
};

/* What the head of an answer says. */
struct head {
    int status;
    size_t size; /* of the head with its empty line */
    size_t length;
    bool chunked;
    bool close;
};

static void read_line(struct head *h, const char *line, size_t len)
{
    char text[128];
    unsigned long n;

    if (len >= sizeof(text)) {
        return;
    }
    memcpy(text, line, len);
    text[len] = '\0';
    if (strncasecmp(text, "content-length:", 15) == 0) {
        n = strtoul(text + 15, NULL, 10);
        h->length = n;
    } else if (strncasecmp(text, "transfer-encoding:", 18) == 0) {
        h->chunked = strcasestr(text + 18, "chunked") != NULL;
    } else if (strncasecmp(text, "connection:", 11) == 0) {
        h->close = strcasestr(text + 11, "close") != NULL;
    }
}

/* False: the head is not whole yet. status 0: it is none. */
static bool read_head(struct str bytes, struct head *h)
{
    const char *stop = memmem(bytes.at, bytes.len, "\r\n\r\n", 4);

    *h = (struct head){ 0 };
    if (stop == NULL) {
        return bytes.len > HEAD_MAX;
    }
    h->size = (size_t)(stop - bytes.at) + 4;
    if (h->size < 16 || memcmp(bytes.at, "HTTP/1.", 7) != 0) {
        return true;
    }
    h->status = (bytes.at[9] - '0') * 100 + (bytes.at[10] - '0') * 10 + (bytes.at[11] - '0');
    for (const char *at = bytes.at; at < stop;) {
        const char *line_end = memmem(at, (size_t)(stop + 2 - at), "\r\n", 2);

        read_line(h, at, (size_t)(line_end - at));
        at = line_end + 2;
    }
    return true;
}

/* Chunks into `c->body`: bytes used when all are here, 0 when not, SIZE_MAX when they are none. */
static size_t read_chunks(struct http_client *c, struct str bytes)
{
    size_t used = 0;

    buf_reset(&c->body);
    for (;;) {
        const char *line_end = memmem(bytes.at + used, bytes.len - used, "\r\n", 2);

        if (line_end == NULL) {
            return 0;
        }
        char *stop;
        unsigned long size = strtoul(bytes.at + used, &stop, 16);

        used = (size_t)(line_end - bytes.at) + 2;
        if (stop > line_end || size > HTTP_BODY_MAX) {
            return SIZE_MAX;
        }
        if (bytes.len - used < size + 2) {
            return 0;
        }
        buf_add(&c->body, bytes.at + used, size);
        used += size + 2;
        if (size == 0) {
            return used;
        }
    }
}

static void lost(struct http_client *c, const char *reason)
{
    wire_close(&c->socket);
    c->waiting = false;
    c->opts.on_lost(c->opts.arg, c, reason);
}

static void on_down(void *owner, const char *reason)
{
    lost(owner, reason);
}

static void on_up(void *owner)
{
    struct http_client *c = owner;

    buf_str(&c->socket.out, buf_view(&c->request));
}

static size_t on_input(void *owner, struct str bytes)
{
    struct http_client *c = owner;
    struct head h;
    struct str body;
    size_t used;

    if (!read_head(bytes, &h)) {
        return 0;
    }
    if (h.status < 100 || !c->waiting || h.length > HTTP_BODY_MAX) {
        lost(c, "the server does not speak HTTP as expected");
        return 0;
    }
    struct str rest = { .at = bytes.at + h.size, .len = bytes.len - h.size };

    if (h.status < 200) { /* an interim answer: the real one follows */
        return h.size;
    }
    if (h.chunked) {
        size_t n = read_chunks(c, rest);

        if (n == 0 || n == SIZE_MAX) {
            if (n == SIZE_MAX) {
                lost(c, "a chunked answer cannot be read");
            }
            return 0;
        }
        used = h.size + n;
        body = buf_view(&c->body);
    } else if (rest.len < h.length && h.status != 204 && h.status != 304) {
        return 0;
    } else {
        size_t length = h.status == 204 || h.status == 304 ? 0 : h.length;

        used = h.size + length;
        body = (struct str){ .at = rest.at, .len = length };
    }
    c->waiting = false;
    if (h.close) {
        struct buf copy;

        buf_init(&copy);
        buf_str(&copy, body);
        wire_close(&c->socket);
        c->opts.on_answer(c->opts.arg, c, h.status, buf_view(&copy));
        buf_fini(&copy);
        return 0;
    }
    c->opts.on_answer(c->opts.arg, c, h.status, body);
    return used;
}

struct http_client *http_client_new(const struct http_client_opts *o)
{
    struct http_client *c = calloc(1, sizeof(*c));

    if (c != NULL) {
        c->opts = *o;
        c->socket.fd = -1;
        c->socket.owner = c;
        c->socket.on_input = on_input;
        c->socket.on_up = on_up;
        c->socket.on_down = on_down;
        buf_init(&c->request);
        buf_init(&c->body);
    }
    return c;
}

void http_client_free(struct http_client *c)
{
    if (c != NULL) {
        wire_close(&c->socket);
        buf_fini(&c->request);
        buf_fini(&c->body);
        free(c);
    }
}

static void write_request(const struct http_client *c, const struct http_request *r, struct buf *b)
{
    buf_fmt(b, "%s %s HTTP/1.1\r\nHost: %s:%u\r\nAccept: %s\r\n", r->method, r->path,
            c->opts.to.host, c->opts.to.port, r->accept != NULL ? r->accept : "application/json");
    if (r->token != NULL) {
        buf_fmt(b, "Authorization: Bearer %s\r\n", r->token);
    }
    if (r->idempotency_key != NULL) {
        buf_fmt(b, "Idempotency-Key: %s\r\n", r->idempotency_key);
    }
    if (r->body.len > 0) {
        buf_fmt(b, "Content-Type: application/json\r\nContent-Length: %zu\r\n", r->body.len);
    } else if (strcmp(r->method, "GET") != 0) {
        buf_text(b, "Content-Length: 0\r\n");
    }
    buf_text(b, "\r\n");
    buf_str(b, r->body);
}

bool http_client_send(struct http_client *c, const struct http_request *r)
{
    if (c->waiting) {
        return false;
    }
    if (c->socket.fd >= 0 && c->socket.connected) {
        write_request(c, r, &c->socket.out);
        c->waiting = true;
        wire_flush(&c->socket);
        return true;
    }
    wire_close(&c->socket);
    buf_reset(&c->request);
    write_request(c, r, &c->request);
    c->waiting = buf_ok(&c->request) && wire_open(&c->socket, c->opts.base, &c->opts.to);
    return c->waiting;
}

/* One call that is waited for. */
struct call {
    struct event_base *base;
    struct buf *body;
    char reason[128];
    int status;
};

static void on_call_answer(void *arg, struct http_client *c, int status, struct str body)
{
    struct call *call = arg;

    (void)c;
    call->status = status;
    buf_str(call->body, body);
    (void)event_base_loopbreak(call->base);
}

static void on_call_lost(void *arg, struct http_client *c, const char *reason)
{
    struct call *call = arg;

    (void)c;
    (void)snprintf(call->reason, sizeof(call->reason), "%s", reason);
    (void)event_base_loopbreak(call->base);
}

enum err http_call(const struct wire_address *to, const struct http_request *r, int timeout_s,
                   int *status, struct buf *body, struct fault *f)
{
    struct call call = { .base = event_base_new(), .body = body, .reason = "no answer in time" };
    const struct http_client_opts opts = { .base = call.base,
                                           .to = *to,
                                           .arg = &call,
                                           .on_answer = on_call_answer,
                                           .on_lost = on_call_lost };
    struct timeval limit = { .tv_sec = timeout_s };
    struct http_client *c = call.base != NULL ? http_client_new(&opts) : NULL;

    buf_init(body);
    if (c != NULL && http_client_send(c, r)) {
        (void)event_base_loopexit(call.base, &limit);
        (void)event_base_dispatch(call.base);
    }
    http_client_free(c);
    if (call.base != NULL) {
        event_base_free(call.base);
    }
    *status = call.status;
    return call.status != 0 && buf_ok(body)
               ? OK
               : fault_set(f, ERR_IO, "the server does not answer", call.reason, r->path);
}
