/* bench/positions_load: fixes of many units over WebSocket, each in a masked frame of its own, as
 * an intake channel sends them for a fleet. Driven by lines on stdin: unit ID               one
 * more unit run RATE MS BLOCK     RATE fixes a second (0: as many as are taken) for MS, written in
 * blocks of up to BLOCK bytes (1: a write per frame); answered by one JSON line -u URL -t TOKEN -n
 * CONNECTIONS; {"ready":N} when all are signed in. */
#include "base/units.h"
#include "bench/clock.h"
#include "bench/lines.h"
#include "tools/wire/ws_client.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNITS_MAX 10000
#define TEXT_MAX 192
#define FRAME_HEAD 8
#define OPENING_MAX 64
#define UNSENT_MAX ((size_t)256 * 1024)
#define TICK_US 1000

struct unit {
    char text[TEXT_MAX];
    uint32_t len;
    uint32_t lon_at; /* of six decimals */
    uint32_t fix_at; /* of the instant */
};

struct sender {
    struct ws_client *ws;
    bool live;
    uint32_t next; /* unit */
};

struct load {
    struct event_base *base;
    struct event *tick;
    struct wire_address to;
    const char *token;
    struct sender *senders;
    uint32_t count;
    uint32_t opened;
    uint32_t live;
    struct unit units[UNITS_MAX];
    uint32_t unit_count;
    uint64_t rate;
    size_t block;
    int64_t began_us;
    int64_t until_us;
    int64_t cpu_us;
    int64_t fix_us; /* of the last fix; never falls */
    uint64_t sent;
    uint64_t problems;
    uint32_t turn; /* sender whose turn is next */
    bool running;
};

static struct load load = { .count = 4 };

static int64_t now_utc_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

static void put_digits(char *at, uint32_t v, unsigned count)
{
    for (unsigned i = count; i > 0; i--) {
        at[i - 1] = (char)('0' + v % 10);
        v /= 10;
    }
}

/* A new fix of the unit, a step further east. The instant moves on with each round over the units,
 * so that it is later than the unit's last one and never runs ahead of the clock. */
static struct str next_fix(struct unit *u)
{
    static int64_t second = -1;
    static char instant[INSTANT_TEXT_SIZE];

    if (load.fix_us / US_PER_S != second) {
        second = load.fix_us / US_PER_S;
        instant_text(second * US_PER_S, instant);
    }
    memcpy(u->text + u->fix_at, instant, 20);
    put_digits(u->text + u->fix_at + 20, (uint32_t)(load.fix_us % US_PER_S), 6);
    put_digits(u->text + u->lon_at, (uint32_t)(load.fix_us / 7 % 100000), 6);
    return (struct str){ u->text, u->len };
}

/* One block over one connection; how many fixes. */
static uint64_t send_block(uint32_t index, uint64_t most)
{
    struct sender *s = &load.senders[index];
    size_t bytes = 0;
    uint64_t n = 0;
    int64_t now = now_utc_us();

    load.fix_us = load.fix_us > now ? load.fix_us : now;
    do {
        struct unit *u = &load.units[s->next];

        s->next += load.count;
        if (s->next >= load.unit_count) {
            s->next = index % load.unit_count;
            load.fix_us++;
        }
        if (!ws_client_queue(s->ws, next_fix(u))) {
            lines_die("the server closed a connection", load.to.host);
        }
        bytes += u->len + FRAME_HEAD;
        n++;
    } while (n < most && bytes + TEXT_MAX <= load.block);
    ws_client_flush(s->ws);
    return n;
}

static uint64_t unsent(void)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < load.count; i++) {
        bytes += ws_client_unsent(load.senders[i].ws);
    }
    return bytes;
}

/* What is due, over the connections in turn; a full one is passed over. */
static void send_due(int64_t now)
{
    uint64_t due = UINT64_MAX;
    uint32_t full = 0;

    if (load.rate != 0) {
        uint64_t until = (uint64_t)(now - load.began_us) * load.rate / 1000000;

        due = until > load.sent ? until - load.sent : 0;
    }
    while (due != 0 && full < load.count && clock_us() - now < 5 * TICK_US) {
        uint32_t index = load.turn;

        load.turn = (load.turn + 1) % load.count;
        if (ws_client_unsent(load.senders[index].ws) > UNSENT_MAX) {
            full++;
            continue;
        }
        uint64_t n = send_block(index, due);

        full = 0;
        load.sent += n;
        due -= load.rate != 0 ? n : 0;
    }
}

static void again(void)
{
    const struct timeval t = { .tv_usec = TICK_US };

    (void)event_add(load.tick, &t);
}

static void open_more(void);

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    int64_t now = clock_us();

    (void)fd;
    (void)what;
    (void)arg;
    if (load.live < load.count) {
        open_more();
        again();
    } else if (!load.running) {
        printf("{\"ready\":%u}\n", load.live);
        (void)fflush(stdout);
    } else if (now < load.until_us) {
        send_due(now);
        again();
    } else if (unsent() != 0) {
        again();
    } else {
        load.running = false;
        printf("{\"sent\":%llu,\"problems\":%llu,\"elapsed_us\":%lld,\"cpu_us\":%lld}\n",
               (unsigned long long)load.sent, (unsigned long long)load.problems,
               (long long)(now - load.began_us), (long long)(clock_cpu_us() - load.cpu_us));
        (void)fflush(stdout);
    }
}

static void on_open(void *arg, struct ws_client *c)
{
    char text[512];
    int len = snprintf(text, sizeof(text), "{\"op\":\"hello\",\"token\":\"%s\",\"topics\":[]}",
                       load.token);

    (void)arg;
    (void)ws_client_send(c, (struct str){ text, (size_t)len });
}

static void on_text(void *arg, struct ws_client *c, struct str s)
{
    struct sender *sender = arg;
    struct str head = { s.at, s.len < 64 ? s.len : 64 };

    (void)c;
    if (!sender->live && memmem(head.at, head.len, "\"op\":\"snapshot\"", 15) != NULL) {
        sender->live = true;
        load.live++;
    } else if (memmem(head.at, head.len, "\"op\":\"problem\"", 14) != NULL) {
        if (load.problems++ == 0) {
            (void)fprintf(stderr, "positions_load: " STR_FMT "\n", STR_ARG(s));
        }
    }
}

static void on_close(void *arg, struct ws_client *c, uint16_t code, struct str reason)
{
    char text[160];

    (void)arg;
    (void)c;
    (void)snprintf(text, sizeof(text), "%u " STR_FMT, code, STR_ARG(reason));
    lines_die("the server closed a connection", text);
}

static void open_more(void)
{
    while (load.opened < load.count && load.opened - load.live < OPENING_MAX) {
        struct sender *s = &load.senders[load.opened];
        const struct ws_client_opts opts = { .base = load.base,
                                             .to = load.to,
                                             .path = "/ws",
                                             .protocol = "tocsin.v1",
                                             .arg = s,
                                             .on_open = on_open,
                                             .on_text = on_text,
                                             .on_close = on_close };

        s->ws = ws_client_new(&opts);
        s->next = load.opened;
        load.opened++;
        if (s->ws == NULL) {
            lines_die("cannot connect", load.to.host);
        }
    }
}

static void add_unit(const char *id)
{
    struct unit *u = &load.units[load.unit_count];
    int head = snprintf(u->text, TEXT_MAX, "{\"op\":\"position\",\"unit\":\"%s\",\"lon\":122.", id);
    int len = snprintf(u->text + head, (size_t)(TEXT_MAX - head),
                       "640000,\"lat\":29.44%04u,\"heading\":90,\"speed\":30,\"fix_at\":"
                       "\"2026-01-01T00:00:00.000000Z\"}",
                       load.unit_count % 10000);

    if (head + len >= TEXT_MAX) {
        lines_die("too long an id", id);
    }
    u->len = (uint32_t)(head + len);
    u->lon_at = (uint32_t)head;
    u->fix_at = u->len - 29;
    load.unit_count++;
}

static void on_line(void *arg, const char *line)
{
    char id[64];
    unsigned long long rate;
    uint32_t ms;
    size_t block;

    (void)arg;
    if (load.unit_count < UNITS_MAX && sscanf(line, "unit %63s", id) == 1) {
        add_unit(id);
    } else if (sscanf(line, "run %llu %u %zu", &rate, &ms, &block) == 3 && load.unit_count > 0) {
        load.rate = rate;
        load.block = block;
        load.sent = 0;
        load.problems = 0;
        load.running = true;
        for (uint32_t i = 0; i < load.count; i++) {
            load.senders[i].next = i % load.unit_count;
        }
        load.began_us = clock_us();
        load.until_us = load.began_us + (int64_t)ms * 1000;
        load.cpu_us = clock_cpu_us();
        again();
    } else {
        lines_die("what is this", line);
    }
}

int main(int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "u:t:n:")) != -1) {
        if (option == 't') {
            load.token = optarg;
        } else if (option == 'n') {
            load.count = (uint32_t)strtoul(optarg, NULL, 10);
        } else if (option != 'u' || !wire_address_read(optarg, &load.to)) {
            lines_die("usage", "positions_load -u URL -t TOKEN [-n CONNECTIONS]");
        }
    }
    if (files_max_raise() < load.count + 64) {
        lines_die("too few open files are allowed", "raise the hard limit (ulimit -Hn)");
    }
    load.base = event_base_new();
    load.tick = load.base != NULL ? event_new(load.base, -1, 0, on_tick, NULL) : NULL;
    load.senders = calloc(load.count, sizeof(load.senders[0]));
    if (load.tick == NULL || load.senders == NULL || sodium_init() < 0 || load.token == NULL) {
        lines_die("cannot start", "a token is needed");
    }
    lines_watch(load.base, on_line, NULL);
    again();
    event_base_dispatch(load.base);
    return 0;
}
