/* bench/receivers: many WebSocket clients in one process, which read marked events (bench/mark.h)
 * and count each. Driven by lines on stdin; each is answered by one JSON line on stdout. open N N
 * more clients, signed in; answered when all are bare N          N more that stop after the upgrade
 *   begin F COUNT   events F .. F+COUNT-1 are about to come
 *   end MS          waits until every client has them all, at most MS; latencies, losses, load
 *   drop            closes all
 * -m tocsin: hello with -t TOKEN; plain: nothing to say; nats: NATS over WebSocket. */
#include "base/must.h"
#include "bench/clock.h"
#include "bench/hist.h"
#include "bench/lines.h"
#include "bench/mark.h"
#include "tools/wire/ws_client.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OPENING_MAX 64
#define REFUSED_MAX 1000
#define CARRY_MAX (MARK_BYTES - 1)
#define LOOK_MS 20

enum mode { MODE_TOCSIN, MODE_PLAIN, MODE_NATS };

struct receiver {
    struct ws_client *ws;
    uint32_t next;      /* number expected next */
    uint32_t misplaced; /* came when another was expected */
    bool ready;
    bool bare;
    bool over; /* closed; freed outside its callback */
    uint8_t carry_len;
    char carry[CARRY_MAX]; /* NATS: end of the last frame, a mark may go on in the next */
};

enum waiting { WAIT_NOTHING, WAIT_READY, WAIT_EVENTS };

struct bench {
    enum mode mode;
    struct wire_address to;
    const char *path;
    const char *protocol;
    char hello[1024];
    struct event_base *base;
    struct event *look;
    struct receiver *all;
    uint32_t count;
    uint32_t cap;
    uint32_t ready;
    uint32_t opening;
    uint32_t refused;
    uint32_t closed; /* in this step */
    uint32_t first;
    uint32_t events;
    uint64_t got;
    size_t stride; /* from one event to the next */
    int64_t now_us;
    int64_t began_us;
    int64_t began_cpu_us;
    int64_t last_us; /* when the last event came */
    enum waiting waiting;
    int64_t until_us;
    struct hist hist;
};

static struct bench bench = { .path = "/", .stride = MARK_EVENT_BYTES + 1 };

static void take_mark(struct receiver *r, const char *at)
{
    struct mark m;

    mark_read(at, &m);
    if (m.number - bench.first >= bench.events) {
        return;
    }
    if (m.number != r->next) {
        r->misplaced++;
    }
    r->next = m.number + 1;
    bench.got++;
    hist_add(&bench.hist, bench.now_us > m.due_us ? (uint64_t)(bench.now_us - m.due_us) : 0);
}

/* Every mark in the bytes. Events stand at even distances, so the next one is looked for there
 * first. Returns how many bytes were dealt with. */
static size_t take_marks(struct receiver *r, struct str s)
{
    const char *end = s.at + s.len;
    const char *at = s.len != 0 ? memmem(s.at, s.len, MARK_BEGIN, MARK_BEGIN_BYTES) : NULL;
    size_t done = 0;

    while (at != NULL && (size_t)(end - at) >= MARK_BYTES) {
        const char *next = at + bench.stride;

        take_mark(r, at);
        done = (size_t)(at - s.at) + MARK_BYTES;
        if ((size_t)(end - at) < bench.stride + MARK_BYTES || !mark_here(next)) {
            next = memmem(s.at + done, s.len - done, MARK_BEGIN, MARK_BEGIN_BYTES);
            if (next != NULL) {
                bench.stride = (size_t)(next - at);
            }
        }
        at = next;
    }
    return done;
}

/* Frames of NATS are cut anywhere: a mark may begin in one and end in the next. */
static void take_stream(struct receiver *r, struct str s)
{
    char seam[2 * CARRY_MAX];
    size_t more = s.len < CARRY_MAX ? s.len : CARRY_MAX;
    size_t done = 0;
    size_t left;

    if (r->carry_len != 0) {
        size_t had = r->carry_len;

        memcpy(seam, r->carry, had);
        memcpy(seam + had, s.at, more);
        done = take_marks(r, (struct str){ .at = seam, .len = had + more });
        done = done > had ? done - had : 0;
    }
    s.at += done;
    s.len -= done;
    done = take_marks(r, s);
    left = s.len - done < CARRY_MAX ? s.len - done : CARRY_MAX;
    memcpy(r->carry, s.at + s.len - left, left);
    r->carry_len = (uint8_t)left;
}

static bool holds(struct str s, const char *word)
{
    return memmem(s.at, s.len, word, strlen(word)) != NULL;
}

static void now_ready(struct receiver *r)
{
    if (!r->ready) {
        r->ready = true;
        bench.ready++;
        bench.opening--;
    }
}

static void on_open(void *arg, struct ws_client *c)
{
    struct receiver *r = arg;
    static const char nats[] = "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\n"
                               "SUB bench 1\r\nPING\r\n";

    if (bench.mode == MODE_PLAIN || r->bare) {
        now_ready(r);
    } else {
        (void)ws_client_send(c, str_of(bench.mode == MODE_TOCSIN ? bench.hello : nats));
    }
}

static void on_text(void *arg, struct ws_client *c, struct str s)
{
    struct receiver *r = arg;
    uint64_t before = bench.got;

    bench.now_us = clock_us();
    if (bench.mode == MODE_NATS) {
        if (!r->ready && holds(s, "PONG")) {
            now_ready(r);
        } else if (s.len < 64 && holds(s, "PING")) {
            (void)ws_client_send(c, STR("PONG\r\n"));
        }
        take_stream(r, s);
    } else if (r->ready) {
        (void)take_marks(r, s);
    } else if (bench.mode == MODE_TOCSIN && holds(s, "\"op\":\"snapshot\"")) {
        now_ready(r);
    }
    if (bench.got != before) {
        bench.last_us = bench.now_us;
    }
}

static void on_close(void *arg, struct ws_client *c, uint16_t code, struct str reason)
{
    struct receiver *r = arg;

    (void)c;
    r->over = true;
    if (r->ready) {
        bench.ready--;
        bench.closed++;
    } else {
        bench.opening--;
        if (bench.refused++ > REFUSED_MAX) {
            (void)fprintf(stderr, "close code %u, " STR_FMT "\n", code, STR_ARG(reason));
            lines_die("the server does not take connections", bench.to.host);
        }
    }
    r->ready = false;
}

static void receiver_free(struct receiver *r)
{
    ws_client_free(r->ws);
    *r = (struct receiver){ .bare = r->bare, .next = r->next, .misplaced = r->misplaced };
}

static void receiver_open(struct receiver *r)
{
    const struct ws_client_opts opts = { .base = bench.base,
                                         .to = bench.to,
                                         .path = bench.path,
                                         .protocol = bench.protocol,
                                         .binary = bench.mode == MODE_NATS,
                                         .arg = r,
                                         .on_open = on_open,
                                         .on_text = on_text,
                                         .on_close = on_close };

    bench.opening++;
    r->ws = ws_client_new(&opts);
    if (r->ws == NULL) {
        lines_die("cannot connect", bench.to.host);
    }
}

/* Opens what is still to be opened, a few at a time. */
static void open_more(void)
{
    for (uint32_t i = 0; i < bench.count && bench.opening < OPENING_MAX; i++) {
        struct receiver *r = &bench.all[i];

        if (r->over) {
            receiver_free(r);
        }
        if (r->ws == NULL) {
            receiver_open(r);
        }
    }
}

static void print_hist(void)
{
    const char *comma = "";

    printf(",\"hist\":[");
    for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
        if (bench.hist.at[i] != 0) {
            printf("%s[%llu,%llu]", comma, (unsigned long long)hist_value(i),
                   (unsigned long long)bench.hist.at[i]);
            comma = ",";
        }
    }
    printf("]");
}

static void print_events(void)
{
    uint64_t wanted = (uint64_t)bench.events * bench.count;
    uint64_t misplaced = 0;

    for (uint32_t i = 0; i < bench.count; i++) {
        misplaced += bench.all[i].misplaced;
    }
    printf("{\"got\":%llu,\"lost\":%lld,\"misplaced\":%llu,\"closed\":%u,\"elapsed_us\":%lld,"
           "\"cpu_us\":%lld",
           (unsigned long long)bench.got, (long long)(wanted - bench.got),
           (unsigned long long)misplaced, bench.closed,
           (long long)((bench.last_us != 0 ? bench.last_us : clock_us()) - bench.began_us),
           (long long)(clock_cpu_us() - bench.began_cpu_us));
    print_hist();
    printf("}\n");
}

static void on_look(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
    if (bench.waiting == WAIT_READY) {
        open_more();
    }
    if (bench.waiting == WAIT_READY && bench.ready == bench.count) {
        printf("{\"ready\":%u}\n", bench.ready);
    } else if (bench.waiting == WAIT_EVENTS && (bench.got == (uint64_t)bench.events * bench.count ||
                                                clock_us() >= bench.until_us)) {
        print_events();
    } else {
        return;
    }
    (void)fflush(stdout);
    bench.waiting = WAIT_NOTHING;
    (void)event_del(bench.look);
}

static void wait_for(enum waiting what)
{
    const struct timeval often = { .tv_usec = what == WAIT_READY ? 1000 : LOOK_MS * 1000 };

    bench.waiting = what;
    (void)event_add(bench.look, &often);
}

static void begin(uint32_t first, uint32_t events)
{
    bench.first = first;
    bench.events = events;
    bench.got = 0;
    bench.closed = 0;
    bench.last_us = 0;
    hist_reset(&bench.hist);
    for (uint32_t i = 0; i < bench.count; i++) {
        bench.all[i].misplaced = 0;
        bench.all[i].next = first;
    }
    bench.began_us = clock_us();
    bench.began_cpu_us = clock_cpu_us();
    printf("{\"begun\":%u}\n", events);
    (void)fflush(stdout);
}

static void drop(void)
{
    for (uint32_t i = 0; i < bench.count; i++) {
        receiver_free(&bench.all[i]);
    }
    bench.count = 0;
    bench.ready = 0;
    bench.opening = 0;
    printf("{\"ready\":0}\n");
    (void)fflush(stdout);
}

static void on_line(void *arg, const char *line)
{
    uint32_t a = 0;
    uint32_t b = 0;

    (void)arg;
    if (sscanf(line, "open %u", &a) == 1 || sscanf(line, "bare %u", &a) == 1) {
        a = a < bench.cap - bench.count ? a : bench.cap - bench.count;
        for (uint32_t i = 0; i < a; i++) {
            bench.all[bench.count++] = (struct receiver){ .bare = line[0] == 'b' };
        }
        wait_for(WAIT_READY);
    } else if (sscanf(line, "begin %u %u", &a, &b) == 2) {
        begin(a, b);
    } else if (sscanf(line, "end %u", &a) == 1) {
        bench.until_us = clock_us() + (int64_t)a * 1000;
        wait_for(WAIT_EVENTS);
    } else if (strcmp(line, "drop") == 0) {
        drop();
    } else {
        lines_die("what is this", line);
    }
}

static void options(int argc, char **argv)
{
    const char *url = NULL;
    const char *token = "";
    int option;

    while ((option = getopt(argc, argv, "m:u:p:s:t:n:")) != -1) {
        if (option == 'm') {
            bench.mode = strcmp(optarg, "tocsin") == 0 ? MODE_TOCSIN
                         : strcmp(optarg, "nats") == 0 ? MODE_NATS
                                                       : MODE_PLAIN;
        } else if (option == 'u') {
            url = optarg;
        } else if (option == 'p') {
            bench.path = optarg;
        } else if (option == 's') {
            bench.protocol = optarg;
        } else if (option == 't') {
            token = optarg;
        } else if (option == 'n') {
            bench.cap = (uint32_t)strtoul(optarg, NULL, 10);
        }
    }
    if (url == NULL || !wire_address_read(url, &bench.to) || bench.cap == 0) {
        lines_die("usage", "receivers -m MODE -u URL [-p PATH] [-s PROTOCOL] [-t TOKEN] -n MOST");
    }
    (void)snprintf(bench.hello, sizeof(bench.hello),
                   "{\"op\":\"hello\",\"token\":\"%s\",\"topics\":[\"incidents\"]}", token);
}

int main(int argc, char **argv)
{
    options(argc, argv);
    if (files_max_raise() < bench.cap + 64) {
        lines_die("too few open files are allowed", "raise the hard limit (ulimit -Hn)");
    }
    bench.all = calloc(bench.cap, sizeof(bench.all[0]));
    bench.base = event_base_new();
    if (bench.all == NULL || bench.base == NULL || sodium_init() < 0) {
        lines_die("cannot start", "no memory");
    }
    bench.look = event_new(bench.base, -1, EV_PERSIST, on_look, NULL);
    must(bench.look != NULL);
    lines_watch(bench.base, on_line, NULL);
    event_base_dispatch(bench.base);
    return 0;
}
