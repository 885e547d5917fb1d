/* bench/receivers: many WebSocket clients in one process, which read marked events (bench/mark.h) and
 * count each. Driven by lines on stdin; each is answered by one JSON line on stdout.
 *   open N          N more clients, signed in; answered when all are
 *   bare N          N more that stop after the upgrade
 *   begin F COUNT   events F .. F+COUNT-1 are about to come
 *   end MS          waits until every client has them all, at most MS; latencies, losses, load
 *   heal            opens those again that were closed
 *   drop            closes all
 * --mode tocsin: hello with --token; plain: nothing to say; nats: NATS over WebSocket. */
#include "bench/clock.h"
#include "bench/hist.h"
#include "bench/mark.h"
#include "tools/wire/ws_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define OPENING_MAX 64
#define EVENTS_MAX 512
#define CARRY_MAX (MARK_BYTES - 1)

enum mode { MODE_TOCSIN, MODE_PLAIN, MODE_NATS };

struct receiver {
    struct ws_client ws;
    uint32_t got;       /* of this step */
    uint32_t next;      /* number expected next */
    uint32_t misplaced; /* came when another was expected */
    bool used;          /* the socket is open, or opening */
    bool ready;
    bool bare;
    bool writing; /* registered for writable */
    uint8_t carry_len;
    char carry[CARRY_MAX]; /* NATS: end of the last frame, a mark may go on in the next */
};

enum waiting { WAIT_NOTHING, WAIT_READY, WAIT_EVENTS };

struct bench {
    enum mode mode;
    struct tcp_address address;
    const char *path;
    const char *protocol;
    char hello[1024];
    int epoll;
    struct receiver *all;
    uint32_t count;
    uint32_t cap;
    uint32_t ready;
    uint32_t opening;
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
    struct buf shared;
};

static struct bench bench;

static _Noreturn void die(const char *what, const char *detail)
{
    (void)fprintf(stderr, "receivers: %s: %s\n", what, detail);
    exit(1);
}

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
    r->got++;
    bench.got++;
    hist_add(&bench.hist, bench.now_us > m.due_us ? (uint64_t)(bench.now_us - m.due_us) : 0);
}

/* Every mark in the bytes. Events stand at even distances, so the next one is looked for there
 * first. Returns how many bytes were dealt with. */
static size_t take_marks(struct receiver *r, struct str s)
{
    const char *end = s.at + s.len;
    const char *at = memmem(s.at, s.len, MARK_BEGIN, MARK_BEGIN_BYTES);
    size_t done = 0;

    while (at != NULL && (size_t)(end - at) >= MARK_BYTES) {
        const char *next = at + bench.stride;

        take_mark(r, at);
        done = (size_t)(at - s.at) + MARK_BYTES;
        if ((size_t)(end - at) < bench.stride + MARK_BYTES || !mark_here(next)) {
            next = memmem(s.at + done, s.len - done, MARK_BEGIN, MARK_BEGIN_BYTES);
            if (next != NULL && next > at) {
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

static void on_open(struct ws_client *w)
{
    struct receiver *r = w->arg;
    static const char nats[] = "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\n"
                               "SUB bench 1\r\nPING\r\n";

    if (bench.mode == MODE_PLAIN || r->bare) {
        now_ready(r);
    } else if (bench.mode == MODE_TOCSIN) {
        ws_client_put(w, str_of(bench.hello));
    } else {
        ws_client_put_binary(w, str_of(nats));
    }
}

static void on_message(struct ws_client *w, struct str s)
{
    struct receiver *r = w->arg;

    if (bench.mode == MODE_NATS) {
        if (!r->ready && holds(s, "PONG")) {
            now_ready(r);
        } else if (s.len < 64 && holds(s, "PING")) {
            ws_client_put_binary(w, STR("PONG\r\n"));
        }
        take_stream(r, s);
        return;
    }
    if (!r->ready) {
        if (bench.mode == MODE_TOCSIN && holds(s, "\"op\":\"snapshot\"")) {
            now_ready(r);
        }
        return;
    }
    (void)take_marks(r, s);
}

static void watch(struct receiver *r, int op)
{
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = r };

    if (r->writing) {
        e.events |= EPOLLOUT;
    }
    if (epoll_ctl(bench.epoll, op, r->ws.tcp.fd, &e) != 0) {
        die("epoll_ctl", strerror(errno));
    }
}

static void receiver_open(struct receiver *r, bool bare)
{
    const struct ws_ask ask = { .path = bench.path, .protocol = bench.protocol,
                                .on_open = on_open, .on_message = on_message, .arg = r };
    struct fault f;
    char line[512];

    memset(r, 0, sizeof(*r));
    r->bare = bare;
    if (ws_client_open(&r->ws, &bench.address, &ask, &f) != OK) {
        die("cannot connect", fault_line(&f, line, sizeof(line)));
    }
    r->used = true;
    r->writing = true;
    bench.opening++;
    watch(r, EPOLL_CTL_ADD);
}

static void receiver_lost(struct receiver *r)
{
    if (r->ready) {
        bench.ready--;
        bench.closed++;
    } else {
        bench.opening--;
    }
    r->ready = false;
    r->used = false;
    ws_client_close(&r->ws);
}

static void receiver_serve(struct receiver *r, uint32_t events)
{
    bool stands = true;

    if ((events & EPOLLOUT) != 0) {
        stands = ws_client_writable(&r->ws);
    }
    if (stands && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        uint64_t before = bench.got;

        bench.now_us = clock_us();
        stands = ws_client_readable(&r->ws, &bench.shared);
        if (bench.got != before) {
            bench.last_us = bench.now_us;
        }
    }
    if (!stands) {
        if (!r->ready && bench.closed++ > 1000) {
            die("the server does not take connections", bench.address.text);
        }
        receiver_lost(r);
        return;
    }
    if (r->writing != tcp_wants_write(&r->ws.tcp)) {
        r->writing = !r->writing;
        watch(r, EPOLL_CTL_MOD);
    }
}

/* Opens what is still to be opened, a few at a time. */
static void open_more(void)
{
    for (uint32_t i = 0; i < bench.count && bench.opening < OPENING_MAX; i++) {
        if (!bench.all[i].used) {
            receiver_open(&bench.all[i], bench.all[i].bare);
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
    (void)fflush(stdout);
}

static void look_whether_done(void)
{
    int64_t now = clock_us();

    if (bench.waiting == WAIT_READY && bench.ready == bench.count) {
        printf("{\"ready\":%u}\n", bench.ready);
    } else if (bench.waiting == WAIT_EVENTS &&
               (bench.got == (uint64_t)bench.events * bench.count || now >= bench.until_us)) {
        print_events();
    } else {
        return;
    }
    (void)fflush(stdout);
    bench.waiting = WAIT_NOTHING;
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
        bench.all[i].got = 0;
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
        if (bench.all[i].used) {
            receiver_lost(&bench.all[i]);
        }
    }
    bench.count = 0;
    bench.closed = 0;
    printf("{\"ready\":0}\n");
    (void)fflush(stdout);
}

static void command(const char *line)
{
    uint32_t a = 0;
    uint32_t b = 0;

    if (sscanf(line, "open %u", &a) == 1 || sscanf(line, "bare %u", &a) == 1) {
        a = a < bench.cap - bench.count ? a : bench.cap - bench.count;
        for (uint32_t i = 0; i < a; i++) {
            memset(&bench.all[bench.count], 0, sizeof(bench.all[0]));
            bench.all[bench.count++].bare = line[0] == 'b';
        }
        bench.waiting = WAIT_READY;
    } else if (sscanf(line, "begin %u %u", &a, &b) == 2) {
        begin(a, b);
    } else if (sscanf(line, "end %u", &a) == 1) {
        bench.until_us = clock_us() + (int64_t)a * 1000;
        bench.waiting = WAIT_EVENTS;
    } else if (strncmp(line, "heal", 4) == 0) {
        bench.closed = 0;
        bench.waiting = WAIT_READY;
    } else if (strncmp(line, "drop", 4) == 0) {
        drop();
    } else {
        die("what is this", line);
    }
}

/* Lines of stdin. False at its end. */
static bool commands(void)
{
    static char bytes[4096];
    static size_t len;
    ssize_t n = read(STDIN_FILENO, bytes + len, sizeof(bytes) - 1 - len);
    char *line_end;

    if (n <= 0) {
        return false;
    }
    len += (size_t)n;
    bytes[len] = 0;
    while ((line_end = strchr(bytes, '\n')) != NULL) {
        *line_end++ = 0;
        command(bytes);
        len -= (size_t)(line_end - bytes);
        memmove(bytes, line_end, len + 1);
    }
    return true;
}

static void options(int argc, char **argv)
{
    const char *url = NULL;
    const char *token = "";
    struct fault f;
    int option;

    bench.path = "/";
    bench.stride = MARK_EVENT_BYTES + 1;
    while ((option = getopt(argc, argv, "m:u:p:s:t:n:")) != -1) {
        switch (option) {
        case 'm':
            bench.mode = strcmp(optarg, "tocsin") == 0 ? MODE_TOCSIN
                         : strcmp(optarg, "nats") == 0 ? MODE_NATS
                                                       : MODE_PLAIN;
            break;
        case 'u':
            url = optarg;
            break;
        case 'p':
            bench.path = optarg;
            break;
        case 's':
            bench.protocol = optarg;
            break;
        case 't':
            token = optarg;
            break;
        case 'n':
            bench.cap = (uint32_t)strtoul(optarg, NULL, 10);
            break;
        default:
            die("usage", "receivers -m MODE -u URL [-p PATH] [-s PROTOCOL] [-t TOKEN] -n MOST");
        }
    }
    if (url == NULL || tcp_address_read(url, &bench.address, &f) != OK) {
        die("no usable address", url != NULL ? url : "-u URL is needed");
    }
    (void)snprintf(bench.hello, sizeof(bench.hello),
                   "{\"op\":\"hello\",\"token\":\"%s\",\"topics\":[\"incidents\"]}", token);
}

int main(int argc, char **argv)
{
    struct epoll_event events[EVENTS_MAX];
    struct epoll_event in = { .events = EPOLLIN, .data.ptr = NULL };
    bool go_on = true;

    options(argc, argv);
    if (files_max_raise() < bench.cap + 64) {
        die("too few open files are allowed", "raise the hard limit (ulimit -Hn)");
    }
    bench.all = calloc(bench.cap, sizeof(bench.all[0]));
    bench.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (bench.all == NULL || bench.epoll < 0 ||
        epoll_ctl(bench.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &in) != 0) {
        die("cannot start", strerror(errno));
    }
    buf_init(&bench.shared);
    while (go_on) {
        int n = epoll_wait(bench.epoll, events, EVENTS_MAX,
                           bench.waiting != WAIT_NOTHING ? 20 : -1);

        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr == NULL) {
                go_on = commands();
            } else {
                receiver_serve(events[i].data.ptr, events[i].events);
            }
        }
        if (bench.waiting == WAIT_READY) {
            open_more();
        }
        look_whether_done();
    }
    return 0;
}
