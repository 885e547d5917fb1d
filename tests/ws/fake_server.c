/* A gateway with a world of cardboard behind it: the other end of every door queue is played here
 * by a script that comes in on stdin, one JSON object a line; answers to it go out on stdout.
 * tests/ws/test_gateway drives it.
 *
 *   fake_server [name=value …]   settings of base/params.def; prints {"port":N}
 *
 * {"do":"user","name","user","role","audience","zones","unit","rights_seq"}   zones as a decimal
 * bit set
 * {"do":"row","entries":[{"audience","topics","any","also","none","to","text"}],"rights":USER}    →
 * {"seq":N}
 * {"do":"burst","rows","bytes","pause_us"} ·
 * {"do":"positions","units":[[unit,lon_e7,lat_e7,"zones"],…]}
 * {"do":"set","answer_first","ready","snapshot_bytes","hold"} · {"do":"release"} ·
 * {"do":"end","session":NAME}
 * {"do":"count"} → {"fixes","commands","reads","last"} */
#include "tests/ws/fake.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static void drain_door(struct fake *k, struct door *d)
{
    struct door_way *from[] = { &d->to_core, &d->to_view, &d->to_archive, &d->to_auth };
    struct door_way *to[] = { &d->from_core, &d->from_view, &d->from_archive, &d->from_auth };
    void *at;
    size_t len;

    for (size_t i = 0; i < 4; i++) {
        while (queue_peek(from[i]->queue, &at, &len)) {
            uint32_t kind = *(uint32_t *)at;

            if (kind == DOOR_COMMAND) {
                fake_on_command(k, at);
            } else if (kind == DOOR_POSITIONS) {
                fake_on_fixes(k, at);
            } else if (kind == DOOR_CREW) {
                /* who is connected: nothing in the fake house asks */
            } else if (kind == DOOR_READ) {
                fake_on_read(k, to[i], at);
            } else {
                must(kind == DOOR_AUTH);
                fake_on_auth(k, to[i], at);
            }
            queue_release(from[i]->queue);
        }
    }
}

static bool all_asleep(struct fake *k)
{
    bool asleep = true;

    for (unsigned i = 0; i < k->count; i++) {
        struct door *d = &k->doors[i];

        asleep = queue_sleep(d->to_core.queue) && asleep;
        asleep = queue_sleep(d->to_view.queue) && asleep;
        asleep = queue_sleep(d->to_archive.queue) && asleep;
        asleep = queue_sleep(d->to_auth.queue) && asleep;
    }
    return asleep;
}

static void accept_all(struct fake *k)
{
    struct sockaddr_in peer;
    socklen_t len = sizeof(peer);
    int fd;

    while ((fd = accept4(k->listen_fd, (struct sockaddr *)&peer, &len,
                         SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct door_socket s = { .kind = DOOR_SOCKET, .fd = fd, .port = ntohs(peer.sin_port) };

        (void)inet_ntop(AF_INET, &peer.sin_addr, s.address, sizeof(s.address));
        fake_push(&k->doors[k->next_gateway++ % k->count].from_core, &s, sizeof(s), NULL, 0);
    }
}

static struct door_way way_new(int fd)
{
    struct door_way w = { .queue = queue_new(8u << 20), .wake_fd = fd };

    must(w.queue != NULL);
    return w;
}

/* Of a world that ran faster than life and is a century ahead of it. */
static int64_t far_clock(void *arg)
{
    struct timespec t;

    (void)arg;
    clock_gettime(CLOCK_REALTIME, &t);
    return ((int64_t)t.tv_sec + INT64_C(100) * 365 * 86400) * US_PER_S;
}

static void start_gateway(struct fake *k, unsigned i)
{
    struct door *d = &k->doors[i];
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct gateway_setup setup;
    struct fault f = { .err = OK };
    char line[512];

    *d = (struct door){ .index = i,
                        .to_core = way_new(k->wake_fd),
                        .from_core = way_new(fd),
                        .to_view = way_new(k->wake_fd),
                        .from_view = way_new(fd),
                        .to_auth = way_new(k->wake_fd),
                        .from_auth = way_new(fd),
                        .to_archive = way_new(k->wake_fd),
                        .from_archive = way_new(fd),
                        .ended = &k->ended };
    setup = (struct gateway_setup){ .conf = &k->conf,
                                    .door = *d,
                                    .ring = k->ring,
                                    .world = STR("live"),
                                    .world_id = STR("w-1"),
                                    .epoch = 1,
                                    .clock_rate = (uint32_t)k->conf.clock_rate,
                                    .now_us = k->conf.clock_rate > 1 ? far_clock : NULL };
    if (gateway_start(&setup, &k->gateways[i], &f) != OK) {
        fprintf(stderr, "%s\n", fault_line(&f, line, sizeof(line)));
        exit(2);
    }
}

static void fake_listen(struct fake *k)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(at);
    int seconds = 1;

    k->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* Handed over once the request is there: one waking less for every connection. */
    (void)setsockopt(k->listen_fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds));
    must(k->listen_fd >= 0 && bind(k->listen_fd, (struct sockaddr *)&at, sizeof(at)) == 0);
    must(listen(k->listen_fd, 4096) == 0 &&
         getsockname(k->listen_fd, (struct sockaddr *)&at, &len) == 0);
    printf("{\"port\":%u}\n", ntohs(at.sin_port));
    fflush(stdout);
}

/* Lines of stdin as they come; false at its end. */
static bool take_input(struct fake *k, struct buf *in)
{
    char *room = buf_room(in, 65536);
    ssize_t n = read(0, room, 65535);
    char *line = in->at;
    char *end;

    if (n <= 0) {
        return n < 0 && errno == EAGAIN;
    }
    buf_took(in, (size_t)n);
    while ((end = memchr(line, '\n', in->len - (size_t)(line - in->at))) != NULL) {
        *end = '\0';
        fake_do_line(k, line);
        line = end + 1;
    }
    in->len -= (size_t)(line - in->at);
    memmove(in->at, line, in->len);
    return true;
}

int main(int argc, char **argv)
{
    static struct fake k;
    struct pollfd p[3];
    struct buf in;
    struct fault f;
    uint64_t count;
    bool more = true;

    buf_init(&in);
    buf_init(&k.held);
    conf_init(&k.conf);
    for (int i = 1; i < argc; i++) {
        size_t at = strcspn(argv[i], "=");

        if (conf_set(&k.conf, (struct str){ argv[i], at }, str_of(argv[i] + at + 1), &f) != OK) {
            fprintf(stderr, "%s\n", f.primary);
            return 2;
        }
    }
    k.count = (unsigned)k.conf.gateways < GATEWAYS_MAX ? (unsigned)k.conf.gateways : GATEWAYS_MAX;
    k.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    k.ring = ring_new((size_t)k.conf.ring_bytes, k.count);
    k.seq = 100;
    for (unsigned i = 0; i < k.count; i++) {
        start_gateway(&k, i);
    }
    fake_put_row(&k);
    ring_publish(k.ring);
    fake_listen(&k);
    while (more) {
        p[0] = (struct pollfd){ .fd = 0, .events = POLLIN };
        p[1] = (struct pollfd){ .fd = k.wake_fd, .events = POLLIN };
        p[2] = (struct pollfd){ .fd = k.listen_fd, .events = POLLIN };
        (void)poll(p, 3, all_asleep(&k) ? 1000 : 0);
        (void)!read(k.wake_fd, &count, sizeof(count));
        accept_all(&k);
        for (unsigned i = 0; i < k.count; i++) {
            drain_door(&k, &k.doors[i]);
        }
        if (p[0].revents != 0) {
            more = take_input(&k, &in);
        }
    }
    for (unsigned i = 0; i < k.count; i++) {
        gateway_stop(k.gateways[i]);
        queue_free(k.doors[i].to_core.queue);
        queue_free(k.doors[i].from_core.queue);
        queue_free(k.doors[i].to_view.queue);
        queue_free(k.doors[i].from_view.queue);
        queue_free(k.doors[i].to_auth.queue);
        queue_free(k.doors[i].from_auth.queue);
        queue_free(k.doors[i].to_archive.queue);
        queue_free(k.doors[i].from_archive.queue);
        close(k.doors[i].from_core.wake_fd);
    }
    ring_free(k.ring);
    buf_fini(&in);
    buf_fini(&k.held);
    return 0;
}
