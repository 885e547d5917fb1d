/* A TCP connection of a client, without an event loop of its own: the caller waits on `fd` with
 * whatever it has (epoll, libevent, poll). What the socket does not take at once stays in `out`.
 *
 *   tcp_open(&t, &address, &f);               returns at once; writable when connected
 *   buf_add(&t.out, …); tcp_flush(&t);        true while the connection stands
 *   if (tcp_wants_write(&t)) wait for writable, then tcp_flush(&t) again
 */
#ifndef TOOLS_WIRE_TCP_H
#define TOOLS_WIRE_TCP_H

#include "base/buf.h"
#include "base/fault.h"

#include <netinet/in.h>
#include <stdbool.h>

struct tcp_address {
    struct sockaddr_storage at;
    socklen_t len;
    char text[80]; /* for Host: "127.0.0.1:8420" */
};

struct tcp {
    int fd; /* -1: closed */
    struct buf out;
    size_t sent; /* of `out` */
};

/* Reads "http://HOST:PORT", "ws://HOST:PORT" or "HOST:PORT"; a path behind it is left out. HOST is
 * a number or localhost. Fails: ERR_INVALID. */
MUST_USE enum err tcp_address_read(const char *url, struct tcp_address *out, struct fault *f);

/* Begins to connect. Fails: ERR_IO. */
MUST_USE enum err tcp_open(struct tcp *t, const struct tcp_address *address, struct fault *f);
void tcp_close(struct tcp *t);

/* Sends what stands in `out`, as far as the socket takes it. False when the connection is lost. */
MUST_USE bool tcp_flush(struct tcp *t);

static inline bool tcp_wants_write(const struct tcp *t)
{
    return t->sent < t->out.len;
}

/* Waits until all of `out` is with the kernel, at most `ms`. */
MUST_USE bool tcp_flush_all(struct tcp *t, int ms);

/* Reads into the room of `b`. Returns bytes read, 0 when nothing is there now, -1 at the end. */
long tcp_read(struct tcp *t, struct buf *b, size_t room);

#endif
