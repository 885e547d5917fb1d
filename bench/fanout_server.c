/* bench/fanout_server: the ring and the gateway threads as the server runs them, without the log
 * behind them. One thread publishes marked events (bench/mark.h) into the ring, a step
 * (bench/step.h) per line of stdin; the main thread stands for core, view and auth: it accepts
 * connections, and answers what a signing-in console asks (every token is good). Prints {"port":N}
 * when it listens. -g N   gateway threads */
#include "base/conf.h"
#include "base/log.h"
#include "bench/clock.h"
#include "bench/lines.h"
#include "bench/mark.h"
#include "bench/step.h"
#include "dispatch/model/words.h"
#include "server/listener.h"
#include "ws/gateway.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define WAY_BYTES (1024 * 1024)
#define HOUR_US (3600 * US_PER_S)

struct fanout_server {
    struct conf conf;
    struct ring *ring;
    struct event_base *base;
    struct listener *listener;
    struct gateway *gateways[DOOR_GATEWAYS_MAX];
    struct door doors[DOOR_GATEWAYS_MAX];
    struct door_way core_to[DOOR_GATEWAYS_MAX];
    unsigned count;
    int wake_fd;          /* of the main thread */
    _Atomic uint64_t seq; /* last published row */
    pthread_t publisher;
};

static struct fanout_server server = { .count = 1 };

static int64_t now_utc_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

/* --- the publisher --- */

static void ring_put_waiting(const struct ring_tags *tags, const char *at, size_t len)
{
    while (!ring_put(server.ring, tags, at, len)) {
        ring_publish(server.ring);
        ring_wait(server.ring, 10);
    }
}

/* One event: one row with the event in it. */
static void publish_one(const struct step *s)
{
    char event[MARK_EVENT_BYTES];
    struct mark m = { .number = s->first + s->sent, .due_us = step_due_us(s, s->sent) };
    struct ring_tags tags = { .seq = server.seq + 1,
                              .any_of = UINT64_MAX,
                              .also_of = UINT64_MAX,
                              .at_us = now_utc_us(),
                              .epoch = 1,
                              .kind = RING_EVENTS,
                              .audience = AUDIENCE_OPERATIONS,
                              .topics = 1u << TOPIC_INCIDENTS };

    mark_event_write(event, tags.seq, &m);
    ring_put_waiting(&tags, event, sizeof(event));
    tags.kind = RING_ROW;
    ring_put_waiting(&tags, NULL, 0);
    atomic_store(&server.seq, tags.seq);
}

static void run_step(struct step *s)
{
    int64_t cpu = clock_cpu_us();

    step_begin(s);
    while (s->sent < s->count) {
        int64_t now = clock_us();
        uint32_t due = step_due(s, now);

        for (uint32_t i = 0; i < due; i++) {
            publish_one(s);
            s->sent++;
        }
        ring_publish(server.ring);
        if (s->sent < s->count) {
            clock_sleep_until(step_next_us(s, now));
        }
    }
    step_print(s, clock_cpu_us() - cpu);
}

static void *publish(void *arg)
{
    char line[256];
    struct step s;

    (void)arg;
    while (fgets(line, sizeof(line), stdin) != NULL) {
        if (!step_read(line, &s)) {
            lines_die("what is this", line);
        }
        run_step(&s);
    }
    event_base_loopbreak(server.base);
    return NULL;
}

/* --- core, view and auth --- */

static void way_send(struct door_way *way, const void *head, size_t head_len, struct str rest)
{
    uint64_t one = 1;
    char *at = queue_reserve(way->queue, head_len + rest.len);

    if (at == NULL) {
        lines_die("a gateway does not take its answers", "queue full");
    }
    memcpy(at, head, head_len);
    memcpy(at + head_len, rest.at, rest.len);
    if (queue_commit(way->queue) && write(way->wake_fd, &one, sizeof(one)) < 0) {
        lines_die("eventfd", strerror(errno));
    }
}

static void on_read(struct door *d, const struct door_read_ask *ask)
{
    bool snapshot = ask->what == READ_SNAPSHOT;
    struct str body = snapshot ? STR("{\"incidents\":[]}") : STR("{}");
    const struct door_read_done done = { .kind = DOOR_READ_DONE,
                                         .err = OK,
                                         .request = ask->request,
                                         .seq = atomic_load(&server.seq),
                                         .epoch = 1,
                                         .rights = { .user = 1,
                                                     .zones = UINT64_MAX,
                                                     .role = ROLE_OPERATOR,
                                                     .audience = AUDIENCE_OPERATIONS },
                                         .len = (uint32_t)body.len };

    way_send(&d->from_view, &done, sizeof(done), body);
}

static void on_auth(struct door *d, const struct door_auth_ask *ask)
{
    struct str user = STR("operator");
    const struct door_auth_done done = { .kind = DOOR_AUTH_DONE,
                                         .err = OK,
                                         .request = ask->request,
                                         .expires_us = now_utc_us() + 24 * HOUR_US,
                                         .user_len = (uint32_t)user.len };

    way_send(&d->from_auth, &done, sizeof(done), user);
}

static bool serve_gateway(struct door *d)
{
    struct door_way *ways[] = { &d->to_core, &d->to_view, &d->to_auth, &d->to_archive };
    bool awake = false;

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        void *at;
        size_t len;

        while (queue_peek(ways[i]->queue, &at, &len)) {
            uint32_t kind;

            memcpy(&kind, at, sizeof(kind));
            if (kind == DOOR_READ) {
                on_read(d, at);
            } else if (kind == DOOR_AUTH) {
                on_auth(d, at);
            }
            queue_release(ways[i]->queue);
        }
        awake = !queue_sleep(ways[i]->queue) || awake;
    }
    return awake;
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    uint64_t count;
    bool awake;

    (void)what;
    (void)arg;
    if (read((int)fd, &count, sizeof(count)) < 0 && errno != EAGAIN) {
        lines_die("eventfd", strerror(errno));
    }
    do {
        awake = false;
        for (unsigned i = 0; i < server.count; i++) {
            awake = serve_gateway(&server.doors[i]) || awake;
        }
    } while (awake);
}

static struct door_way way_new(int wake_fd)
{
    struct door_way way = { .queue = queue_new(WAY_BYTES), .wake_fd = wake_fd };

    if (way.queue == NULL) {
        lines_die("no memory", "queues");
    }
    return way;
}

static void gateway_begin(unsigned index)
{
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct door *d = &server.doors[index];
    struct fault f;
    char line[512];
    const struct door_state state = { .kind = DOOR_STATE, .ready = 1, .epoch = 1, .clock_rate = 1 };

    *d = (struct door){ .index = index,
                        .to_core = way_new(server.wake_fd),
                        .from_core = way_new(fd),
                        .to_view = way_new(server.wake_fd),
                        .from_view = way_new(fd),
                        .to_auth = way_new(server.wake_fd),
                        .from_auth = way_new(fd),
                        .to_archive = way_new(server.wake_fd),
                        .from_archive = way_new(fd) };
    server.core_to[index] = d->from_core;
    const struct gateway_setup setup = { .conf = &server.conf,
                                         .door = *d,
                                         .ring = server.ring,
                                         .world = STR("bench"),
                                         .world_id = STR("bench-fanout"),
                                         .epoch = 1,
                                         .clock_rate = 1 };

    if (gateway_start(&setup, &server.gateways[index], &f) != OK) {
        lines_die("a gateway did not start", fault_line(&f, line, sizeof(line)));
    }
    way_send(&d->from_core, &state, sizeof(state), STR(""));
}

static void options(int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "g:")) != -1) {
        if (option != 'g') {
            lines_die("usage", "fanout_server [-g GATEWAYS]");
        }
        server.count = (unsigned)strtoul(optarg, NULL, 10);
    }
    if (server.count < 1 || server.count > DOOR_GATEWAYS_MAX) {
        lines_die("usage", "1 to 8 gateways");
    }
}

int main(int argc, char **argv)
{
    struct fault f;
    struct event *wake;
    uint16_t port;
    char line[512];

    options(argc, argv);
    (void)files_max_raise();
    if (sodium_init() < 0) {
        lines_die("libsodium", "does not start");
    }
    log_level_set(LOG_WARN);
    conf_init(&server.conf);
    server.conf.port = 0;
    server.conf.unsigned_connections_max = server.conf.connections_max;
    server.ring = ring_new((size_t)server.conf.ring_bytes, server.count);
    server.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    server.base = event_base_new();
    if (server.ring == NULL || server.wake_fd < 0 || server.base == NULL) {
        lines_die("cannot start", strerror(errno));
    }
    for (unsigned i = 0; i < server.count; i++) {
        gateway_begin(i);
    }
    wake = event_new(server.base, server.wake_fd, EV_READ | EV_PERSIST, on_wake, NULL);
    if (wake == NULL || event_add(wake, NULL) != 0 ||
        listener_open(server.base, &server.conf, server.core_to, server.count, &server.listener,
                      &port, &f) != OK) {
        lines_die("cannot listen", fault_line(&f, line, sizeof(line)));
    }
    if (pthread_create(&server.publisher, NULL, publish, NULL) != 0) {
        lines_die("cannot start", "no thread");
    }
    printf("{\"port\":%u}\n", port);
    (void)fflush(stdout);
    event_active(wake, EV_READ, 0);
    event_base_dispatch(server.base);
    listener_close(server.listener);
    for (unsigned i = 0; i < server.count; i++) {
        gateway_stop(server.gateways[i]);
    }
    return 0;
}
