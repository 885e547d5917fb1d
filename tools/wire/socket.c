#include "tools/wire/socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READS_A_TURN 4

static _Thread_local char scratch[WIRE_SCRATCH_SIZE];

bool wire_address_read(const char *url, struct wire_address *out)
{
    unsigned port = 80;
    char rest[8] = "";
    int n = sscanf(url, "http://%127[^:/]:%u%7s", out->host, &port, rest);

    if (n < 1 || port == 0 || port > 65535 || (rest[0] != '\0' && strcmp(rest, "/") != 0)) {
        return false;
    }
    out->port = (uint16_t)port;
    return true;
}

static void down(struct wire_socket *s, const char *reason)
{
    wire_close(s);
    s->on_down(s->owner, reason);
}

/* The bytes at hand: what was left over and what was read behind it. */
static void take_input(struct wire_socket *s, size_t read_bytes)
{
    struct str bytes = { .at = scratch, .len = read_bytes };

    if (s->in.len > 0) {
        buf_add(&s->in, scratch, read_bytes);
        bytes = buf_view(&s->in);
    }
    uint32_t opened = s->opened;
    size_t used = s->on_input(s->owner, bytes);

    if (s->fd < 0 || s->opened != opened) {
        return;
    }
    size_t left = bytes.len - used;

    if (s->in.len > 0) {
        memmove(s->in.at, s->in.at + used, left);
        s->in.len = left;
        if (left == 0) {
            buf_fini(&s->in); /* most of the time a connection keeps nothing */
            buf_init(&s->in);
        }
    } else if (left > 0) {
        buf_add(&s->in, bytes.at + used, left);
    }
    if (!buf_ok(&s->in)) {
        down(s, "out of memory");
    }
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct wire_socket *s = arg;
    uint32_t opened = s->opened;

    (void)what;
    for (int i = 0; i < READS_A_TURN && s->fd >= 0 && s->opened == opened; i++) {
        ssize_t n = read(fd, scratch, sizeof(scratch));

        if (n > 0) {
            take_input(s, (size_t)n);
            if ((size_t)n < sizeof(scratch)) {
                return;
            }
        } else if (n == 0) {
            down(s, "closed by the server");
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            down(s, strerror(errno));
        }
    }
}

void wire_flush(struct wire_socket *s)
{
    while (s->fd >= 0 && s->connected && wire_unsent(s) > 0) {
        ssize_t n = send(s->fd, s->out.at + s->out_at, wire_unsent(s), MSG_NOSIGNAL);

        if (n > 0) {
            s->out_at += (size_t)n;
        } else if (errno == EAGAIN) {
            (void)event_add(s->writing, NULL);
            return;
        } else if (errno != EINTR) {
            /* The reading side sees the same trouble and tells of it, outside of the caller's call.
             */
            event_active(s->reading, EV_READ, 0);
            return;
        }
    }
    if (s->fd >= 0 && wire_unsent(s) == 0) {
        buf_reset(&s->out);
        s->out_at = 0;
    }
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    struct wire_socket *s = arg;

    (void)what;
    if (!s->connected) {
        int trouble = 0;
        socklen_t size = sizeof(trouble);

        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &trouble, &size) != 0 || trouble != 0) {
            down(s, strerror(trouble != 0 ? trouble : errno));
            return;
        }
        s->connected = true;
        (void)event_add(s->reading, NULL);
        s->on_up(s->owner);
    }
    wire_flush(s);
}

static int connect_to(const struct wire_address *to)
{
    const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    struct addrinfo *list;
    char port[8];
    int fd = -1;

    (void)snprintf(port, sizeof(port), "%u", to->port);
    if (getaddrinfo(to->host, port, &hints, &list) != 0) {
        return -1;
    }
    for (struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next) {
        int one = 1;

        fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            continue;
        }
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        if (connect(fd, a->ai_addr, a->ai_addrlen) != 0 && errno != EINPROGRESS) {
            (void)close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    return fd;
}

bool wire_open(struct wire_socket *s, struct event_base *base, const struct wire_address *to)
{
    s->opened++;
    s->connected = false;
    s->out_at = 0;
    buf_init(&s->out);
    buf_init(&s->in);
    s->reading = s->writing = NULL;
    s->fd = connect_to(to);
    if (s->fd < 0) {
        return false;
    }
    s->reading = event_new(base, s->fd, EV_READ | EV_PERSIST, on_readable, s);
    s->writing = event_new(base, s->fd, EV_WRITE, on_writable, s);
    if (s->reading == NULL || s->writing == NULL || event_add(s->writing, NULL) != 0) {
        wire_close(s);
        return false;
    }
    return true;
}

void wire_close(struct wire_socket *s)
{
    if (s->fd < 0) {
        return;
    }
    if (s->reading != NULL) {
        event_free(s->reading);
    }
    if (s->writing != NULL) {
        event_free(s->writing);
    }
    s->reading = s->writing = NULL;
    (void)close(s->fd);
    s->fd = -1;
    s->connected = false;
    buf_fini(&s->out);
    buf_fini(&s->in);
}
