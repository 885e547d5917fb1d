/* bench/publisher: publishes the events of bench/mark.h to one of the peers of bench/fanout, a step
 * (bench/step.h) per line of stdin, each answered by one JSON line.
 *   -m http   POST per message over one kept connection, pipelined
 *   -m ws     one WebSocket message each
 *   -m nats   PUB of the NATS client protocol over TCP
 * With batches a message is a JSON array of events. */
#include "bench/clock.h"
#include "bench/lines.h"
#include "bench/mark.h"
#include "bench/step.h"
#include "tools/wire/ws_client.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define QUEUED_MAX                                                                 \
    ((size_t)4 * 1024 * 1024) /* what the peer does not take waits in the schedule \
                               */
#define LAST_US (10 * 1000000)

enum mode { MODE_HTTP, MODE_WS, MODE_NATS };

struct publisher {
    enum mode mode;
    struct wire_address to;
    const char *path;
    struct event_base *base;
    struct event *tick;
    struct ws_client *ws;
    struct wire_socket socket; /* http, nats */
    uint64_t asked;
    uint64_t answered; /* http */
    struct buf message;
    struct step step;
    int64_t cpu_us;
    int64_t last_us; /* answers are waited for until then */
};

static struct publisher p = { .path = "/" };

static size_t unsent(void)
{
    return p.mode == MODE_WS ? ws_client_unsent(p.ws) : wire_unsent(&p.socket);
}

static void put_message(void)
{
    struct buf *out = &p.socket.out;

    if (p.mode == MODE_HTTP) {
        buf_fmt(out, "POST %s HTTP/1.1\r\nHost: %s:%u\r\nContent-Length: %zu\r\n\r\n", p.path,
                p.to.host, p.to.port, p.message.len);
        buf_str(out, buf_view(&p.message));
    } else if (p.mode == MODE_WS) {
        (void)ws_client_queue(p.ws, buf_view(&p.message));
    } else {
        buf_fmt(out, "PUB bench %zu\r\n", p.message.len);
        buf_str(out, buf_view(&p.message));
        buf_text(out, "\r\n");
    }
    p.asked++;
}

/* The events that are due: one message each, or one for all. */
static void put_due(struct step *s, uint32_t due)
{
    char event[MARK_EVENT_BYTES];

    buf_reset(&p.message);
    for (uint32_t i = 0; i < due && unsent() < QUEUED_MAX; i++) {
        struct mark m = { .number = s->first + s->sent, .due_us = step_due_us(s, s->sent) };

        mark_event_write(event, m.number, &m);
        if (s->batch_ms != 0) {
            buf_char(&p.message, p.message.len == 0 ? '[' : ',');
        }
        buf_add(&p.message, event, sizeof(event));
        s->sent++;
        if (s->batch_ms == 0) {
            put_message();
            buf_reset(&p.message);
        }
    }
    if (p.message.len != 0) {
        buf_char(&p.message, ']');
        put_message();
    }
    if (p.mode == MODE_WS) {
        ws_client_flush(p.ws);
    } else {
        wire_flush(&p.socket);
    }
}

/* One whole answer of HTTP; the bytes it has, 0 when it is not whole. */
static size_t http_answer(struct str s)
{
    static const char length[] = "Content-Length: ";
    const char *end = s.len > 12 ? memmem(s.at, s.len, "\r\n\r\n", 4) : NULL;
    const char *at;
    size_t size;

    if (end == NULL) {
        return 0;
    }
    if (s.at[9] != '2') {
        lines_die("a message was refused", "HTTP status is not 2xx");
    }
    at = memmem(s.at, (size_t)(end - s.at), length, sizeof(length) - 1);
    size = (size_t)(end + 4 - s.at) + (at != NULL ? strtoul(at + sizeof(length) - 1, NULL, 10) : 0);
    return size <= s.len ? size : 0;
}

static size_t on_input(void *owner, struct str bytes)
{
    size_t used = 0;
    size_t n;

    (void)owner;
    if (p.mode == MODE_NATS) {
        if (memmem(bytes.at, bytes.len, "PING", 4) != NULL) {
            buf_text(&p.socket.out, "PONG\r\n");
            wire_flush(&p.socket);
        }
        return bytes.len;
    }
    while ((n = http_answer((struct str){ bytes.at + used, bytes.len - used })) != 0) {
        used += n;
        p.answered++;
    }
    return used;
}

static void on_up(void *owner)
{
    (void)owner;
    if (p.mode == MODE_NATS) {
        buf_text(&p.socket.out, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n");
    }
}

static void on_down(void *owner, const char *reason)
{
    (void)owner;
    lines_die("the peer closed the connection", reason);
}

static void on_open(void *arg, struct ws_client *c)
{
    (void)arg;
    (void)c;
}

static void on_text(void *arg, struct ws_client *c, struct str s)
{
    (void)arg;
    (void)c;
    (void)s; /* what the peer tells about the channel */
}

static void on_close(void *arg, struct ws_client *c, uint16_t code, struct str reason)
{
    (void)arg;
    (void)c;
    (void)code;
    (void)reason;
    lines_die("the peer closed the connection", p.to.host);
}

static void wait_us(int64_t us)
{
    const struct timeval t = { .tv_sec = us / 1000000, .tv_usec = us % 1000000 };

    (void)event_add(p.tick, &t);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    struct step *s = &p.step;
    int64_t now = clock_us();
    uint32_t due = step_due(s, now);

    (void)fd;
    (void)what;
    (void)arg;
    if (due != 0) {
        put_due(s, due);
        p.last_us = clock_us() + LAST_US;
    }
    if (s->sent < s->count) {
        wait_us(step_next_us(s, now) - clock_us() > 0 ? step_next_us(s, now) - clock_us() : 0);
    } else if (clock_us() < p.last_us &&
               (unsent() != 0 || (p.mode == MODE_HTTP && p.answered < p.asked))) {
        wait_us(10000);
    } else {
        step_print(s, clock_cpu_us() - p.cpu_us);
    }
}

static void on_line(void *arg, const char *line)
{
    (void)arg;
    if (!step_read(line, &p.step)) {
        lines_die("what is this", line);
    }
    p.asked = 0;
    p.answered = 0;
    p.cpu_us = clock_cpu_us();
    step_begin(&p.step);
    wait_us(0);
}

static void connect_peer(void)
{
    const struct ws_client_opts opts = { .base = p.base,
                                         .to = p.to,
                                         .path = p.path,
                                         .on_open = on_open,
                                         .on_text = on_text,
                                         .on_close = on_close };

    p.socket.on_input = on_input;
    p.socket.on_up = on_up;
    p.socket.on_down = on_down;
    if (p.mode == MODE_WS) {
        p.ws = ws_client_new(&opts);
    }
    if (p.mode == MODE_WS ? p.ws == NULL : !wire_open(&p.socket, p.base, &p.to)) {
        lines_die("cannot connect", p.to.host);
    }
}

int main(int argc, char **argv)
{
    int option;

    p.base = event_base_new();
    p.tick = p.base != NULL ? event_new(p.base, -1, 0, on_tick, NULL) : NULL;
    if (p.tick == NULL || sodium_init() < 0) {
        lines_die("cannot start", "no memory");
    }
    while ((option = getopt(argc, argv, "m:u:p:")) != -1) {
        if (option == 'm') {
            p.mode = strcmp(optarg, "http") == 0 ? MODE_HTTP
                     : strcmp(optarg, "ws") == 0 ? MODE_WS
                                                 : MODE_NATS;
        } else if (option == 'p') {
            p.path = optarg;
        } else if (option != 'u' || !wire_address_read(optarg, &p.to)) {
            lines_die("usage", "publisher -m http|ws|nats -u URL [-p PATH]");
        }
    }
    buf_init(&p.message);
    connect_peer();
    lines_watch(p.base, on_line, NULL);
    event_base_dispatch(p.base);
    return 0;
}
