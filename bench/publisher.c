/* bench/publisher: publishes the events of bench/mark.h to one of the peers of bench/fanout, a step
 * (bench/step.h) per line of stdin, each answered by one JSON line.
 *   -m http   POST per message over one kept connection, pipelined
 *   -m ws     one WebSocket message each
 *   -m nats   PUB of the NATS client protocol over TCP
 * With batches a message is a JSON array of events. */
#include "bench/clock.h"
#include "bench/mark.h"
#include "bench/step.h"
#include "tools/wire/http_client.h"
#include "tools/wire/ws_client.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define QUEUED_MAX (4u * 1024 * 1024) /* what the peer does not take waits in the schedule */
#define LAST_US (10 * 1000000)

enum mode { MODE_HTTP, MODE_WS, MODE_NATS };

struct publisher {
    enum mode mode;
    struct tcp_address address;
    const char *path;
    struct http_client http;
    struct ws_client ws;
    struct tcp tcp; /* nats */
    uint64_t asked;
    uint64_t answered; /* http */
    struct buf message;
    struct buf shared;
};

static struct publisher p;

static _Noreturn void die(const char *what, const char *detail)
{
    (void)fprintf(stderr, "publisher: %s: %s\n", what, detail);
    exit(1);
}

static struct tcp *socket_of(void)
{
    return p.mode == MODE_HTTP ? &p.http.tcp : p.mode == MODE_WS ? &p.ws.tcp : &p.tcp;
}

static void send_message(void)
{
    if (p.mode == MODE_HTTP) {
        http_client_put(&p.http, &(struct http_request){ .method = "POST", .path = p.path,
                                                         .body = buf_view(&p.message) });
    } else if (p.mode == MODE_WS) {
        ws_client_put(&p.ws, buf_view(&p.message));
    } else {
        buf_fmt(&p.tcp.out, "PUB bench %zu\r\n", p.message.len);
        buf_str(&p.tcp.out, buf_view(&p.message));
        buf_text(&p.tcp.out, "\r\n");
    }
    p.asked++;
}

/* The events that are due: one message each, or one for all. */
static void send_due(struct step *s, uint32_t due)
{
    char event[MARK_EVENT_BYTES];

    buf_reset(&p.message);
    for (uint32_t i = 0; i < due && socket_of()->out.len < QUEUED_MAX; i++) {
        struct mark m = { .number = s->first + s->sent, .due_us = step_due_us(s, s->sent) };

        mark_event_write(event, m.number, &m);
        if (s->batch_ms != 0) {
            buf_char(&p.message, p.message.len == 0 ? '[' : ',');
        }
        buf_add(&p.message, event, sizeof(event));
        s->sent++;
        if (s->batch_ms == 0) {
            send_message();
            buf_reset(&p.message);
        }
    }
    if (p.message.len != 0) {
        buf_char(&p.message, ']');
        send_message();
    }
}

static void on_message(struct ws_client *w, struct str s)
{
    (void)w;
    (void)s; /* what the peer tells about the channel */
}

static void take_http(void)
{
    struct http_reply reply;

    while (http_client_next(&p.http, &reply)) {
        if (reply.status >= 300) {
            die("a message was refused", "HTTP status is not 2xx");
        }
        p.answered++;
    }
}

/* NATS: INFO, PING and errors. */
static bool take_nats(void)
{
    long n;

    buf_reset(&p.shared);
    n = tcp_read(&p.tcp, &p.shared, 65536);
    if (n > 0 && memmem(p.shared.at, p.shared.len, "PING", 4) != NULL) {
        buf_text(&p.tcp.out, "PONG\r\n");
    }
    return n >= 0;
}

static void serve(int wait_ms)
{
    struct tcp *t = socket_of();
    struct pollfd fd = { .fd = t->fd, .events = POLLIN };
    bool stands = tcp_flush(t);

    if (tcp_wants_write(t)) {
        fd.events |= POLLOUT;
    }
    if (stands && poll(&fd, 1, wait_ms) > 0 && (fd.revents & ~POLLOUT) != 0) {
        if (p.mode == MODE_HTTP) {
            stands = http_client_readable(&p.http);
            take_http();
        } else {
            stands = p.mode == MODE_WS ? ws_client_readable(&p.ws, &p.shared) : take_nats();
        }
    }
    if (!stands) {
        die("the peer closed the connection", p.address.text);
    }
}

static void run_step(struct step *s)
{
    int64_t cpu = clock_cpu_us();
    int64_t last;

    p.asked = 0;
    p.answered = 0;
    step_begin(s);
    while (s->sent < s->count) {
        int64_t now = clock_us();
        uint32_t due = step_due(s, now);

        if (due != 0) {
            send_due(s, due);
            serve(0);
        }
        now = clock_us();
        if (s->sent < s->count) {
            serve(0);
            clock_sleep_until(step_next_us(s, now));
        }
    }
    last = clock_us() + LAST_US;
    while (clock_us() < last &&
           (tcp_wants_write(socket_of()) || (p.mode == MODE_HTTP && p.answered < p.asked))) {
        serve(10);
    }
    step_print(s, clock_cpu_us() - cpu);
}

static void connect_peer(void)
{
    const struct ws_ask ask = { .path = p.path, .on_message = on_message };
    struct fault f;
    enum err err;

    if (p.mode == MODE_HTTP) {
        err = http_client_open(&p.http, &p.address, &f);
    } else if (p.mode == MODE_WS) {
        err = ws_client_open(&p.ws, &p.address, &ask, &f);
    } else {
        err = tcp_open(&p.tcp, &p.address, &f);
        buf_text(&p.tcp.out, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n");
    }
    if (err != OK) {
        die("cannot connect", p.address.text);
    }
    for (int i = 0; i < 500 && (tcp_wants_write(socket_of()) ||
                                (p.mode == MODE_WS && p.ws.state == WS_ASKING)); i++) {
        serve(10);
    }
}

int main(int argc, char **argv)
{
    char line[256];
    struct step s;
    struct fault f;
    int option;

    p.path = "/";
    while ((option = getopt(argc, argv, "m:u:p:")) != -1) {
        if (option == 'm') {
            p.mode = strcmp(optarg, "http") == 0 ? MODE_HTTP
                     : strcmp(optarg, "ws") == 0 ? MODE_WS
                                                 : MODE_NATS;
        } else if (option == 'p') {
            p.path = optarg;
        } else if (option != 'u' || tcp_address_read(optarg, &p.address, &f) != OK) {
            die("usage", "publisher -m http|ws|nats -u URL [-p PATH]");
        }
    }
    buf_init(&p.message);
    buf_init(&p.shared);
    connect_peer();
    while (fgets(line, sizeof(line), stdin) != NULL) {
        if (!step_read(line, &s)) {
            die("what is this", line);
        }
        run_step(&s);
    }
    return 0;
}
