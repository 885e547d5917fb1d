/* The client side of RFC 6455 for tools and benches: text messages over plain TCP, many connections
 * on one libevent loop, nothing blocks. Frames are masked as a client must; pings are answered;
 * fragments are put together.
 *
 *   c = ws_client_new(&opts);            … on_open → ws_client_send(c, hello) …
 *   ws_client_queue(c, text); ×n         ws_client_flush(c);      many frames in one write
 *
 * Callbacks may send and close, but not free: ws_client_free from outside them. */
#ifndef TOOLS_WIRE_WS_CLIENT_H
#define TOOLS_WIRE_WS_CLIENT_H

#include "tools/wire/socket.h"

#define WS_MESSAGE_MAX ((size_t)1 << 26)

struct ws_client;

struct ws_client_opts {
    struct event_base *base;
    struct wire_address to;
    const char *path;     /* "/ws" */
    const char *protocol; /* "tocsin.v1"; NULL: none is asked for */
    bool binary;          /* sends binary messages and takes them (as on_text) */
    void *arg;
    void (*on_open)(void *arg, struct ws_client *c);
    /* A whole message; borrowed for the length of the call. */
    void (*on_text)(void *arg, struct ws_client *c, struct str text);
    /* Once; `code` is the peer's close code, 1006 when it went without one. */
    void (*on_close)(void *arg, struct ws_client *c, uint16_t code, struct str reason);
};

/* Starts connecting. NULL when that cannot even be begun. */
struct ws_client *ws_client_new(const struct ws_client_opts *o);
void ws_client_free(struct ws_client *c);

/* False when the connection is not open; nothing is sent then. */
bool ws_client_send(struct ws_client *c, struct str text);
bool ws_client_queue(struct ws_client *c, struct str text);
void ws_client_flush(struct ws_client *c);

/* Bytes that the kernel has not taken yet. */
size_t ws_client_unsent(const struct ws_client *c);

/* Appends one masked frame of a final text message to `out`, for writers that keep their own
 * blocks. */
void ws_frame_put(struct buf *out, struct str text, uint32_t mask);

#endif
