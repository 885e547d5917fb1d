/* HTTP/1.1 for tools and benches: one connection that is kept, one request outstanding, on a
 * libevent loop; nothing blocks. http_call() on top of it waits for one answer, for tools that have
 * nothing else to do. */
#ifndef TOOLS_WIRE_HTTP_CLIENT_H
#define TOOLS_WIRE_HTTP_CLIENT_H

#include "base/fault.h"
#include "tools/wire/socket.h"

#define HTTP_BODY_MAX ((size_t)1 << 27)

struct http_client;

struct http_request {
    const char *method;
    const char *path;
    const char *token;           /* Bearer; NULL: none */
    const char *accept;          /* NULL: application/json */
    const char *idempotency_key; /* NULL: none */
    struct str body;             /* JSON; empty: none */
};

struct http_client_opts {
    struct event_base *base;
    struct wire_address to;
    void *arg;
    /* The answer to the request under way; `body` is borrowed. The next one may be sent from
     * inside. */
    void (*on_answer)(void *arg, struct http_client *c, int status, struct str body);
    /* The connection was lost; a request under way has no answer. The next http_client_send
     * connects anew. */
    void (*on_lost)(void *arg, struct http_client *c, const char *reason);
};

struct http_client *http_client_new(const struct http_client_opts *o);
void http_client_free(struct http_client *c);

/* Sends; connects first when there is no connection. False: one is under way, or no connection can
 * be begun. */
bool http_client_send(struct http_client *c, const struct http_request *r);

/* One request, waited for. `*body` is the caller's to free by buf_fini, also after trouble.
 * Fails: ERR_IO when there is no answer within `timeout_s`. */
MUST_USE enum err http_call(const struct wire_address *to, const struct http_request *r,
                            int timeout_s, int *status, struct buf *body, struct fault *f);

#endif
