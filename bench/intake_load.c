/* bench/intake_load: connections that play lives of reports, one request outstanding each, one
 * command a request: report.receive (with caller, phone and words) → assignment.dispatch of slot 1
 * → assignment.progress cleared (it was never on scene, so no feedback is owed) → incident.close.
 * Driven by lines on stdin:
 *   type CODE      one more incident type to choose from
 *   run MS         plays for so long, answered by one JSON line
 * -u URL -t TOKEN -n CONNECTIONS */
#include "base/prng.h"
#include "bench/clock.h"
#include "bench/hist.h"
#include "bench/lines.h"
#include "tools/wire/http_client.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TYPES_MAX 512
#define CODE_SIZE 16
#define ID_SIZE 48

enum step { STEP_REPORT, STEP_DISPATCH, STEP_CLEAR, STEP_CLOSE, STEP_COUNT };

struct client {
    struct http_client *http;
    uint32_t index;
    enum step step;
    uint64_t number; /* of its commands */
    int64_t sent_us;
    char incident[ID_SIZE];
    char assignment[ID_SIZE];
    struct buf body;
};

struct load {
    struct event_base *base;
    struct event *end;
    struct wire_address to;
    const char *token;
    struct client *clients;
    uint32_t count;
    uint32_t busy; /* clients with a request under way */
    bool running;
    struct prng prng;
    char types[TYPES_MAX][CODE_SIZE];
    uint32_t type_count;
    uint64_t done[STEP_COUNT];
    uint64_t refused[STEP_COUNT];
    char refusal[256]; /* the last one */
    uint64_t lost;
    int64_t began_us;
    int64_t ended_us;
    int64_t cpu_us;
    struct hist hist;
};

static struct load load = { .count = 64 };

static const char *const words[] = {
    "有人在小区门口打架，已经动手，大概三四个人，还在继续",
    "电动车被偷了，早上停在楼下，锁被剪断，请民警来看一下",
    "楼上半夜一直放音乐，敲门没有人应，影响休息，希望处理",
    "路口两车相撞，有人受伤坐在路边，后面车堵了很长",
    "老人走失，七十多岁，穿灰色外套，上午九点离开家",
};
#define WORDS_COUNT (sizeof(words) / sizeof(words[0]))

static void write_report(struct client *c)
{
    uint64_t x = prng_next(&load.prng);

    buf_fmt(&c->body,
            "{\"channel\":\"110\",\"type\":\"%s\",\"place\":{\"state\":\"known\",\"lon\":%u.%06u,"
            "\"lat\":%u.%06u},\"narrative\":\"%s\",\"caller\":{\"name\":\"王%u\",\"phone\":"
            "\"138%08u\"}}",
            load.types[prng_below(&load.prng, load.type_count)], 122,
            610000 + (unsigned)(x % 100000), 29, 410000 + (unsigned)((x >> 20) % 60000),
            words[(x >> 40) % WORDS_COUNT], (unsigned)((x >> 44) % 1000),
            (unsigned)((x >> 8) % 100000000));
}

static void client_send(struct client *c)
{
    static const char *const types[STEP_COUNT] = { "report.receive", "assignment.dispatch",
                                                   "assignment.progress", "incident.close" };
    struct http_request r = { .method = "POST", .path = "/api/v1/commands", .token = load.token };

    buf_reset(&c->body);
    buf_fmt(&c->body, "{\"id\":\"load:%u:%llu\",\"type\":\"%s\",\"data\":", c->index,
            (unsigned long long)++c->number, types[c->step]);
    switch (c->step) {
    case STEP_REPORT:
        write_report(c);
        break;
    case STEP_DISPATCH:
        buf_fmt(&c->body, "{\"incident\":\"%s\",\"slot\":1}", c->incident);
        break;
    case STEP_CLEAR:
        buf_fmt(&c->body, "{\"assignment\":\"%s\",\"status\":\"cleared\",\"by\":\"radio\"}",
                c->assignment);
        break;
    case STEP_CLOSE:
        buf_fmt(&c->body, "{\"incident\":\"%s\",\"disposition\":\"handled\"}", c->incident);
        break;
    case STEP_COUNT:
        break;
    }
    buf_char(&c->body, '}');
    r.body = buf_view(&c->body);
    c->sent_us = clock_us();
    load.busy++;
    if (!http_client_send(c->http, &r)) {
        lines_die("cannot send", load.to.host);
    }
}

/* Copies the text that stands behind `before` up to the next quote. */
static bool find_id(struct str body, const char *before, char out[ID_SIZE])
{
    size_t len = strlen(before);
    const char *at = memmem(body.at, body.len, before, len);
    const char *end;

    if (at == NULL) {
        return false;
    }
    at += len;
    end = memchr(at, '"', (size_t)(body.at + body.len - at));
    if (end == NULL || end - at >= ID_SIZE) {
        return false;
    }
    memcpy(out, at, (size_t)(end - at));
    out[end - at] = 0;
    return true;
}

static void take_answer(struct client *c, int status, struct str body)
{
    bool found = true;

    if (status != 200) {
        size_t len = body.len < sizeof(load.refusal) - 1 ? body.len : sizeof(load.refusal) - 1;

        load.refused[c->step]++;
        memcpy(load.refusal, body.at, len);
        load.refusal[len] = 0;
        c->step = STEP_REPORT;
        return;
    }
    load.done[c->step]++;
    if (c->step == STEP_REPORT) {
        found = find_id(body, "\"incident\":\"", c->incident);
    } else if (c->step == STEP_DISPATCH) {
        found = find_id(body, "\"assignment\":{\"id\":\"", c->assignment);
    }
    if (!found) {
        lines_die("an answer does not name what was made", "incident or assignment");
    }
    c->step = (enum step)((c->step + 1) % STEP_COUNT);
}

static void print_result(void)
{
    uint64_t all = 0;
    uint64_t refused = 0;

    for (int i = 0; i < STEP_COUNT; i++) {
        all += load.done[i];
        refused += load.refused[i];
    }
    printf("{\"commands\":%llu,\"reports\":%llu,\"dispatched\":%llu,\"cleared\":%llu,"
           "\"closed\":%llu,\"refused\":%llu,\"lost\":%llu,\"p50_us\":%llu,\"p99_us\":%llu,"
           "\"elapsed_us\":%lld,\"cpu_us\":%lld}\n",
           (unsigned long long)all, (unsigned long long)load.done[STEP_REPORT],
           (unsigned long long)load.done[STEP_DISPATCH], (unsigned long long)load.done[STEP_CLEAR],
           (unsigned long long)load.done[STEP_CLOSE], (unsigned long long)refused,
           (unsigned long long)load.lost, (unsigned long long)hist_at(&load.hist, 500),
           (unsigned long long)hist_at(&load.hist, 990), (long long)(load.ended_us - load.began_us),
           (long long)load.cpu_us);
    (void)fflush(stdout);
    if (refused != 0) {
        (void)fprintf(stderr, "intake_load: the last refusal: %s\n", load.refusal);
    }
}

static void on_answer(void *arg, struct http_client *http, int status, struct str body)
{
    struct client *c = arg;

    (void)http;
    load.busy--;
    hist_add(&load.hist, (uint64_t)(clock_us() - c->sent_us));
    take_answer(c, status, body);
    if (load.running) {
        client_send(c);
    } else if (load.busy == 0) {
        print_result();
    }
}

static void on_lost(void *arg, struct http_client *http, const char *reason)
{
    (void)arg;
    (void)http;
    lines_die("the server closed a connection", reason);
}

/* The count ends here; what is under way then is not in it. */
static void on_end(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
    load.running = false;
    load.ended_us = clock_us();
    load.cpu_us = clock_cpu_us() - load.cpu_us;
}

static void run(uint32_t ms)
{
    const struct timeval t = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

    memset(load.done, 0, sizeof(load.done));
    memset(load.refused, 0, sizeof(load.refused));
    hist_reset(&load.hist);
    load.running = true;
    load.began_us = clock_us();
    load.cpu_us = clock_cpu_us();
    (void)event_add(load.end, &t);
    for (uint32_t i = 0; i < load.count; i++) {
        client_send(&load.clients[i]);
    }
}

static void on_line(void *arg, const char *line)
{
    uint32_t ms;

    (void)arg;
    if (load.type_count < TYPES_MAX &&
        sscanf(line, "type %15s", load.types[load.type_count]) == 1) {
        load.type_count++;
    } else if (sscanf(line, "run %u", &ms) == 1 && load.type_count > 0) {
        run(ms);
    } else {
        lines_die("what is this", line);
    }
}

static void clients_open(void)
{
    load.clients = calloc(load.count, sizeof(load.clients[0]));
    for (uint32_t i = 0; load.clients != NULL && i < load.count; i++) {
        struct client *c = &load.clients[i];
        const struct http_client_opts opts = {
            .base = load.base, .to = load.to, .arg = c, .on_answer = on_answer, .on_lost = on_lost
        };

        c->index = i;
        buf_init(&c->body);
        c->http = http_client_new(&opts);
        if (c->http == NULL) {
            lines_die("cannot start", "no memory");
        }
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
            lines_die("usage", "intake_load -u URL -t TOKEN [-n CONNECTIONS]");
        }
    }
    load.base = event_base_new();
    load.end = load.base != NULL ? event_new(load.base, -1, 0, on_end, NULL) : NULL;
    if (load.end == NULL || sodium_init() < 0 || load.token == NULL) {
        lines_die("cannot start", "a token is needed");
    }
    prng_seed(&load.prng, 20261123);
    clients_open();
    lines_watch(load.base, on_line, NULL);
    event_base_dispatch(load.base);
    return 0;
}
