/* What the HTTP and the WebSocket client share: a non-blocking TCP connection on a libevent loop
 * with one output buffer. Small on purpose: 10,000 of them are opened by one bench. Input is read
 * into one scratch of the thread and handed on; what is left over of it is kept by the connection,
 * and only then. */
#ifndef TOOLS_WIRE_SOCKET_H
#define TOOLS_WIRE_SOCKET_H

#include "base/buf.h"
#include "base/must.h"

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#define WIRE_SCRATCH_SIZE ((size_t)1 << 18)

/* host and port of "http://127.0.0.1:8420". */
struct wire_address {
    char host[128];
    uint16_t port;
};

/* False when the text is no such URL (https is not spoken here: the demo runs on loopback). */
MUST_USE bool wire_address_read(const char *url, struct wire_address *out);

struct wire_socket {
    int fd; /* -1: closed */
    struct event *reading;
    struct event *writing;
    struct buf out;
    size_t out_at; /* sent of out */
    struct buf in; /* left over of the input */
    bool connected;
    uint32_t opened; /* times: input of an earlier connection is never taken for this one's */
    void *owner;
    /* All input that is at hand: returns how many bytes were used, the rest is kept. May close the
     * socket. */
    size_t (*on_input)(void *owner, struct str bytes);
    void (*on_up)(void *owner);
    void (*on_down)(void *owner, const char *reason); /* the socket is closed already */
};

/* Starts connecting. False: no socket, no such host, or no memory; nothing is open then. */
MUST_USE bool wire_open(struct wire_socket *s, struct event_base *base,
                        const struct wire_address *to);
void wire_close(struct wire_socket *s);

/* Appends to `s->out`, then: sends what the kernel takes now, the rest when it can. */
void wire_flush(struct wire_socket *s);

static inline size_t wire_unsent(const struct wire_socket *s)
{
    return s->out.len - s->out_at;
}

#endif
