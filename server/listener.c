#include "server/listener.h"

#include "base/log.h"
#include "server/wake.h"

#include <arpa/inet.h>
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BACKLOG 4096
#define DEFER_S 5

struct listener {
    struct evconnlistener *at;
    const struct door_way *gateways;
    unsigned count;
    unsigned next;
    uint64_t accepted;
};

static bool is_loopback(const struct sockaddr *a)
{
    if (a->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)a;
        return (ntohl(in->sin_addr.s_addr) >> 24) == 127;
    }
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)a;
    return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

static uint16_t port_of(const struct sockaddr *a)
{
    return ntohs(a->sa_family == AF_INET
                     ? ((const struct sockaddr_in *)(const void *)a)->sin_port
                     : ((const struct sockaddr_in6 *)(const void *)a)->sin6_port);
}

static void on_accept(struct evconnlistener *at, evutil_socket_t fd, struct sockaddr *peer, int len,
                      void *arg)
{
    struct listener *l = arg;
    struct door_socket s = { .kind = DOOR_SOCKET, .fd = fd, .port = port_of(peer) };
    bool wake = false;
    (void)at;
    if (getnameinfo(peer, (socklen_t)len, s.address, sizeof(s.address), NULL, 0, NI_NUMERICHOST) !=
        0) {
        snprintf(s.address, sizeof(s.address), "unknown");
    }
    const struct door_way *way = &l->gateways[l->next++ % l->count];
    if (!queue_push(way->queue, &s, sizeof(s), &wake)) {
        evutil_closesocket(fd);
        log_warn("listener", "gateway too busy, connection dropped", "peer=%s", s.address);
        return;
    }
    if (wake) {
        wake_up(way->wake_fd);
    }
    l->accepted++;
}

static void on_error(struct evconnlistener *at, void *arg)
{
    (void)at;
    (void)arg;
    log_warn("listener", "accept failed", "error=\"%s\"",
             evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
}

enum err listener_open(struct event_base *base, const struct conf *conf,
                       const struct door_way *gateways, unsigned count, struct listener **out,
                       uint16_t *port, struct fault *f)
{
    char number[16];
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_PASSIVE };
    struct addrinfo *found = NULL;
    snprintf(number, sizeof(number), "%lld", (long long)conf->port);
    if (getaddrinfo(conf->bind_address, number, &hints, &found) != 0) {
        return fault_field(f, ERR_CONFIG, "bind_address",
                           "bind_address is \"%s\", expected an IP address", conf->bind_address);
    }
    if (!is_loopback(found->ai_addr) && conf->tls_certificate[0] == '\0') {
        freeaddrinfo(found);
        return fault_field(
            f, ERR_CONFIG, "bind_address",
            "bind_address is \"%s\", expected loopback as long as no tls_certificate is given",
            conf->bind_address);
    }
    struct listener *l = calloc(1, sizeof(*l));
    if (l != NULL) {
        l->gateways = gateways;
        l->count = count;
        l->at = evconnlistener_new_bind(
            base, on_accept, l, LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
            BACKLOG, found->ai_addr, (int)found->ai_addrlen);
    }
    freeaddrinfo(found);
    if (l == NULL || l->at == NULL) {
        free(l);
        return fault_field(f, ERR_IO, "port", "cannot listen on %s port %lld", conf->bind_address,
                           (long long)conf->port);
    }
    evconnlistener_set_error_cb(l->at, on_error);
    int wait_s =
        DEFER_S; /* a connection is accepted when its first bytes are there: one wake-up less */
    (void)setsockopt(evconnlistener_get_fd(l->at), IPPROTO_TCP, TCP_DEFER_ACCEPT, &wait_s,
                     sizeof(wait_s));
    struct sockaddr_storage bound;
    socklen_t size = sizeof(bound);
    getsockname(evconnlistener_get_fd(l->at), (struct sockaddr *)&bound, &size);
    *port = port_of((struct sockaddr *)&bound);
    *out = l;
    return OK;
}

void listener_close(struct listener *l)
{
    if (l != NULL) {
        evconnlistener_free(l->at);
        free(l);
    }
}
