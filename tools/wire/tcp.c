#include "tools/wire/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static enum err address_bad(const char *url, struct fault *f)
{
    return fault_field(f, ERR_INVALID, "url", "not an address: %s", url);
}

static const char *skip_scheme(const char *url)
{
    static const char *const schemes[] = { "http://", "ws://", "nats://" };

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (strncmp(url, schemes[i], strlen(schemes[i])) == 0) {
            return url + strlen(schemes[i]);
        }
    }
    return url;
}

enum err tcp_address_read(const char *url, struct tcp_address *out, struct fault *f)
{
    const char *at = skip_scheme(url);
    size_t len = strcspn(at, "/?");
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)&out->at;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)&out->at;
    char host[64];
    const char *colon;
    unsigned long port;
    size_t host_len;

    memset(out, 0, sizeof(*out));
    if (len >= sizeof(out->text)) {
        return address_bad(url, f);
    }
    memcpy(out->text, at, len);
    colon = strrchr(out->text, ':');
    if (colon == NULL) {
        return address_bad(url, f);
    }
    port = strtoul(colon + 1, NULL, 10);
    host_len = (size_t)(colon - out->text);
    if (port == 0 || port > 65535 || host_len >= sizeof(host)) {
        return address_bad(url, f);
    }
    memcpy(host, out->text, host_len);
    host[host_len] = 0;
    if (strcmp(host, "localhost") == 0) {
        memcpy(host, "127.0.0.1", sizeof("127.0.0.1"));
    }
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        out->len = sizeof(*v4);
        return OK;
    }
    if (host[0] == '[' && host_len > 2) {
        host[host_len - 1] = 0;
        if (inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1) {
            v6->sin6_family = AF_INET6;
            v6->sin6_port = htons((uint16_t)port);
            out->len = sizeof(*v6);
            return OK;
        }
    }
    return address_bad(url, f);
}

enum err tcp_open(struct tcp *t, const struct tcp_address *address, struct fault *f)
{
    int one = 1;

    buf_init(&t->out);
    t->sent = 0;
    t->fd = socket(address->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (t->fd < 0) {
        return fault_set(f, ERR_IO, "cannot make a socket", strerror(errno),
                         "raise the limit on open files (ulimit -n)");
    }
    (void)setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(t->fd, (const struct sockaddr *)&address->at, address->len) != 0 &&
        errno != EINPROGRESS) {
        enum err err = fault_set(f, ERR_IO, "cannot connect", strerror(errno), address->text);

        tcp_close(t);
        return err;
    }
    return OK;
}

void tcp_close(struct tcp *t)
{
    if (t->fd >= 0) {
        close(t->fd);
        t->fd = -1;
    }
    buf_fini(&t->out);
    buf_init(&t->out);
    t->sent = 0;
}

bool tcp_flush(struct tcp *t)
{
    while (t->sent < t->out.len) {
        ssize_t n = send(t->fd, t->out.at + t->sent, t->out.len - t->sent, MSG_NOSIGNAL);

        if (n >= 0) {
            t->sent += (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOTCONN) {
            return true;
        } else if (errno != EINTR) {
            return false;
        }
    }
    buf_reset(&t->out);
    t->sent = 0;
    return true;
}

bool tcp_flush_all(struct tcp *t, int ms)
{
    for (;;) {
        struct pollfd p = { .fd = t->fd, .events = POLLOUT };

        if (!tcp_flush(t)) {
            return false;
        }
        if (!tcp_wants_write(t)) {
            return true;
        }
        if (poll(&p, 1, ms) <= 0) {
            return false;
        }
    }
}

long tcp_read(struct tcp *t, struct buf *b, size_t room)
{
    char *at = buf_room(b, room);
    ssize_t n;

    if (at == NULL) {
        return -1;
    }
    do {
        n = recv(t->fd, at, room, 0);
    } while (n < 0 && errno == EINTR);
    if (n > 0) {
        buf_took(b, (size_t)n);
        return (long)n;
    }
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOTCONN) ? 0 : -1;
}
