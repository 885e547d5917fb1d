/* bench/latency_load: reports at a fixed rate (open loop) over a few WebSocket connections, and the
 * consoles that see them, in one process: from the write of the request to the read of its answer
 * and of the frame with incident.opened at each console. Driven by lines on stdin, each but the
 * first answered by one JSON line:
 *   type CODE          one more incident type to choose from
 *   run RATE COUNT     reports
 *   bare RATE COUNT    the floor: another process writes one message of 300 bytes to as many
 * sockets in a bare loop, this one reads them as it reads frames -u URL -t TOKEN -n CONSOLES -f
 * FIRST (number of the first report, 0 unless said). A report is known again by the longitude of
 * its place, which is its number. */
#include "bench/clock.h"
#include "bench/hist.h"
#include "bench/lines.h"
#include "bench/mark.h"
#include "bench/step.h"
#include "tools/wire/ws_client.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WRITERS 4
#define REPORTS_MAX 90000
#define LON_FIRST_E6 122620000
#define SETTLE_US 3000000
#define TYPES_MAX 512
#define CODE_SIZE 16
#define OPENED "\"kind\":\"incident.opened\""

struct report {
    int64_t sent_us;
    uint32_t seen;
    bool answered;
};

struct load {
    struct event_base *base;
    struct event *tick;
    struct wire_address to;
    const char *token;
    struct ws_client *writers[WRITERS];
    struct ws_client **consoles;
    uint32_t console_count;
    uint32_t live;
    struct wire_socket *bare;
    pid_t bare_child;
    char types[TYPES_MAX][CODE_SIZE];
    uint32_t type_count;
    struct report reports[REPORTS_MAX];
    struct step step;
    uint32_t number; /* reports ever */
    uint64_t pairs;
    uint64_t answers;
    uint64_t refused;
    int64_t cpu_us;
    int64_t until_us;
    struct hist all;
    struct hist first;
    struct hist answer;
};

static struct load load;

static void see(uint32_t number, int64_t now)
{
    struct report *r = number < REPORTS_MAX ? &load.reports[number] : NULL;

    if (r == NULL || number - load.step.first >= load.step.count || r->sent_us == 0) {
        return;
    }
    if (r->seen++ == 0) {
        hist_add(&load.first, (uint64_t)(now - r->sent_us));
    }
    hist_add(&load.all, (uint64_t)(now - r->sent_us));
    load.pairs++;
}

/* Every opened incident of a frame. */
static void on_frame(void *arg, struct ws_client *c, struct str s)
{
    int64_t now = clock_us();
    const char *end = s.at + s.len;
    const char *at = s.at;

    (void)arg;
    (void)c;
    if (memmem(s.at, s.len < 64 ? s.len : 64, "\"op\":\"snapshot\"", 15) != NULL) {
        load.live++;
        return;
    }
    while ((at = memmem(at, (size_t)(end - at), OPENED, sizeof(OPENED) - 1)) != NULL) {
        const char *lon = memmem(at, (size_t)(end - at), "\"lon\":", 6);

        if (lon == NULL) {
            return;
        }
        see((uint32_t)(strtod(lon + 6, NULL) * 1e6 + 0.5) - LON_FIRST_E6, now);
        at = lon;
    }
}

static void on_answer(void *arg, struct ws_client *c, struct str s)
{
    int64_t now = clock_us();
    static const char id[] = "\"id\":\"lat:";
    const char *at = memmem(s.at, s.len, id, sizeof(id) - 1);
    uint32_t number;

    (void)arg;
    (void)c;
    if (memmem(s.at, s.len < 64 ? s.len : 64, "\"op\":\"snapshot\"", 15) != NULL) {
        load.live++;
    }
    if (at == NULL) {
        return;
    }
    number = (uint32_t)strtoul(at + sizeof(id) - 1, NULL, 10);
    if (number >= REPORTS_MAX || load.reports[number].answered) {
        return;
    }
    load.reports[number].answered = true;
    load.answers++;
    if (memmem(s.at, s.len, "\"problem\"", 9) != NULL) {
        load.refused++;
        (void)fprintf(stderr, "latency_load: " STR_FMT "\n", STR_ARG(s));
    }
    hist_add(&load.answer, (uint64_t)(now - load.reports[number].sent_us));
}

static void send_report(void)
{
    struct step *s = &load.step;
    struct ws_client *c = load.writers[s->sent % WRITERS];
    uint32_t number = s->first + s->sent;
    uint32_t lon = LON_FIRST_E6 + number;
    char text[1024];
    int len = snprintf(
        text, sizeof(text),
        "{\"op\":\"command\",\"id\":\"lat:%u\",\"type\":\"report.receive\",\"data\":{"
        "\"channel\":\"110\",\"type\":\"%s\",\"place\":{\"state\":\"known\","
        "\"lon\":%u.%06u,\"lat\":29.44},\"narrative\":"
        "\"有人在小区门口打架，已经动手，大概三四个人，还在继续\","
        "\"caller\":{\"name\":\"王某\",\"phone\":\"138%08u\"}}}",
        number, load.types[number % load.type_count], lon / 1000000, lon % 1000000, number);

    load.reports[number] = (struct report){ .sent_us = clock_us() };
    s->sent++;
    if (!ws_client_send(c, (struct str){ text, (size_t)len })) {
        lines_die("the server closed a connection", load.to.host);
    }
}

static void print_hist(const char *name, const struct hist *h)
{
    printf("\"%s_p50_us\":%llu,\"%s_p99_us\":%llu,", name, (unsigned long long)hist_at(h, 500),
           name, (unsigned long long)hist_at(h, 990));
}

static void print_result(void)
{
    printf("{");
    print_hist("all", &load.all);
    print_hist("first", &load.first);
    print_hist("answer", &load.answer);
    printf("\"sent\":%u,\"answers\":%llu,\"refused\":%llu,\"pairs\":%llu,\"elapsed_us\":%lld,"
           "\"cpu_us\":%lld}\n",
           load.step.sent, (unsigned long long)load.answers, (unsigned long long)load.refused,
           (unsigned long long)load.pairs, (long long)(clock_us() - load.step.began_us),
           (long long)(clock_cpu_us() - load.cpu_us));
    (void)fflush(stdout);
}

static void again_us(int64_t us)
{
    const struct timeval t = { .tv_sec = us / 1000000, .tv_usec = us % 1000000 };

    (void)event_add(load.tick, &t);
}

static void bare_close(void)
{
    for (uint32_t i = 0; i < load.console_count; i++) {
        wire_close(&load.bare[i]);
    }
    (void)waitpid(load.bare_child, NULL, 0);
    free(load.bare);
    load.bare = NULL;
}

static bool all_here(void)
{
    return load.pairs == (uint64_t)load.step.count * load.console_count &&
           (load.bare != NULL || load.answers == load.step.count);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    struct step *s = &load.step;
    int64_t now = clock_us();
    uint32_t due = load.bare != NULL ? 0 : step_due(s, now);

    (void)fd;
    (void)what;
    (void)arg;
    for (uint32_t i = 0; i < due; i++) {
        send_report();
    }
    if (load.bare == NULL && s->sent < s->count) {
        int64_t wait = step_due_us(s, s->sent) - clock_us();

        again_us(wait > 0 ? wait : 0);
        load.until_us = now + SETTLE_US;
    } else if (!all_here() && now < load.until_us) {
        again_us(10000);
    } else {
        print_result();
        if (load.bare != NULL) {
            bare_close();
        }
    }
}

static void begin(double rate, uint32_t count)
{
    load.step = (struct step){ .first = load.number, .count = count, .rate = rate };
    load.pairs = 0;
    load.answers = 0;
    load.refused = 0;
    hist_reset(&load.all);
    hist_reset(&load.first);
    hist_reset(&load.answer);
    load.cpu_us = clock_cpu_us();
    step_begin(&load.step);
    again_us(0);
}

/* --- the bare loop --- */

/* Accepts, then writes each message to all in turn, at the instants of the schedule. */
static _Noreturn void bare_writer(int listener, double rate, uint32_t count, uint32_t sockets)
{
    struct step s = { .count = count, .rate = rate };
    int *fds = calloc(sockets, sizeof(*fds));
    char event[MARK_EVENT_BYTES];

    for (uint32_t i = 0; fds != NULL && i < sockets; i++) {
        fds[i] = accept(listener, NULL, NULL);
    }
    step_begin(&s);
    for (; fds != NULL && s.sent < count; s.sent++) {
        struct mark m = { .number = s.sent };

        clock_sleep_until(step_due_us(&s, s.sent));
        m.due_us = clock_us();
        mark_event_write(event, s.sent, &m);
        for (uint32_t i = 0; i < sockets; i++) {
            if (send(fds[i], event, sizeof(event), MSG_NOSIGNAL) != (ssize_t)sizeof(event)) {
                _exit(1);
            }
        }
    }
    (void)sleep(1);
    _exit(0);
}

static size_t bare_input(void *owner, struct str bytes)
{
    int64_t now = clock_us();
    size_t used = 0;

    (void)owner;
    for (; bytes.len - used >= MARK_EVENT_BYTES; used += MARK_EVENT_BYTES) {
        const char *at = memmem(bytes.at + used, MARK_EVENT_BYTES, MARK_BEGIN, MARK_BEGIN_BYTES);
        struct mark m;

        mark_read(at, &m);
        hist_add(&load.all, (uint64_t)(now - m.due_us));
        load.pairs++;
    }
    return used;
}

static void bare_up(void *owner)
{
    (void)owner;
}

static void bare_down(void *owner, const char *reason)
{
    (void)owner;
    if (load.pairs != (uint64_t)load.step.count * load.console_count) {
        lines_die("the bare writer closed a connection", reason);
    }
}

static void bare(double rate, uint32_t count)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(at);
    struct wire_address to = { .host = "127.0.0.1" };

    if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
        listen(listener, 1024) != 0 || getsockname(listener, (struct sockaddr *)&at, &len) != 0) {
        lines_die("cannot listen", "bare loop");
    }
    to.port = ntohs(at.sin_port);
    load.bare_child = fork();
    if (load.bare_child == 0) {
        bare_writer(listener, rate, count, load.console_count);
    }
    (void)close(listener);
    load.bare = calloc(load.console_count, sizeof(load.bare[0]));
    if (load.bare_child < 0 || load.bare == NULL) {
        lines_die("cannot start", "bare loop");
    }
    for (uint32_t i = 0; i < load.console_count; i++) {
        load.bare[i].on_input = bare_input;
        load.bare[i].on_up = bare_up;
        load.bare[i].on_down = bare_down;
        if (!wire_open(&load.bare[i], load.base, &to)) {
            lines_die("cannot connect", "bare loop");
        }
    }
    begin(rate, count);
    load.until_us = clock_us() + (int64_t)(count / rate * 1e6) + SETTLE_US;
}

/* --- the beginning --- */

static void on_line(void *arg, const char *line)
{
    uint32_t count;
    double rate;

    (void)arg;
    if (load.type_count < TYPES_MAX &&
        sscanf(line, "type %15s", load.types[load.type_count]) == 1) {
        load.type_count++;
    } else if (sscanf(line, "run %lf %u", &rate, &count) == 2 && load.type_count > 0 &&
               load.number + count <= REPORTS_MAX) {
        begin(rate, count);
        load.number += count;
    } else if (sscanf(line, "bare %lf %u", &rate, &count) == 2) {
        bare(rate, count);
    } else {
        lines_die("what is this", line);
    }
}

static void on_open(void *arg, struct ws_client *c)
{
    char text[512];
    int len = snprintf(text, sizeof(text), "{\"op\":\"hello\",\"token\":\"%s\",\"topics\":[%s]}",
                       load.token, (const char *)arg);

    (void)ws_client_send(c, (struct str){ text, (size_t)len });
}

static void on_close(void *arg, struct ws_client *c, uint16_t code, struct str reason)
{
    char text[160];

    (void)arg;
    (void)c;
    (void)snprintf(text, sizeof(text), "%u " STR_FMT, code, STR_ARG(reason));
    lines_die("the server closed a connection", text);
}

static struct ws_client *open_client(const char *topics,
                                     void (*on_text)(void *, struct ws_client *, struct str))
{
    static char arg[32];
    const struct ws_client_opts opts = { .base = load.base,
                                         .to = load.to,
                                         .path = "/ws",
                                         .protocol = "tocsin.v1",
                                         .arg = memcpy(arg, topics, strlen(topics) + 1),
                                         .on_open = on_open,
                                         .on_text = on_text,
                                         .on_close = on_close };
    struct ws_client *c = ws_client_new(&opts);
    uint32_t before = load.live;

    if (c == NULL) {
        lines_die("cannot connect", load.to.host);
    }
    while (load.live == before) {
        event_base_loop(load.base, EVLOOP_ONCE);
    }
    return c;
}

int main(int argc, char **argv)
{
    int option;

    load.console_count = 100;
    while ((option = getopt(argc, argv, "u:t:n:f:")) != -1) {
        if (option == 't') {
            load.token = optarg;
        } else if (option == 'n') {
            load.console_count = (uint32_t)strtoul(optarg, NULL, 10);
        } else if (option == 'f') {
            load.number = (uint32_t)strtoul(optarg, NULL, 10);
        } else if (option != 'u' || !wire_address_read(optarg, &load.to)) {
            lines_die("usage", "latency_load -u URL -t TOKEN [-n CONSOLES] [-f FIRST]");
        }
    }
    load.base = event_base_new();
    load.tick = load.base != NULL ? event_new(load.base, -1, 0, on_tick, NULL) : NULL;
    load.consoles = calloc(load.console_count + 1, sizeof(struct ws_client *));
    if (load.tick == NULL || load.consoles == NULL || sodium_init() < 0 || load.token == NULL) {
        lines_die("cannot start", "a token is needed");
    }
    for (uint32_t i = 0; i < WRITERS; i++) {
        load.writers[i] = open_client("", on_answer);
    }
    for (uint32_t i = 0; i < load.console_count; i++) {
        load.consoles[i] = open_client("\"incidents\"", on_frame);
    }
    lines_watch(load.base, on_line, NULL);
    event_base_dispatch(load.base);
    return 0;
}
