#include "tests/sql/node.h"

#include "base/must.h"
#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void on_held(void *arg, const struct log_head *head)
{
    struct node *n = arg;

    n->held++;
    n->head = *head;
    n->durable = head->seq;
}

static void on_durable(void *arg, uint64_t last_seq)
{
    struct node *n = arg;

    must(last_seq > n->durable);
    n->durable = last_seq;
    n->durable_calls++;
}

static void on_lost(void *arg, const char *reason)
{
    struct node *n = arg;

    (void)reason;
    n->lost++;
}

static void on_resumed(void *arg, uint64_t epoch)
{
    struct node *n = arg;

    must(epoch > n->head.epoch);
    n->head.epoch = epoch;
    n->resumed++;
}

static void on_fenced(void *arg, const char *reason)
{
    struct node *n = arg;

    n->fenced = true;
    snprintf(n->reason, sizeof n->reason, "%s", reason);
}

void node_open(struct node *n, const char *conninfo, const char *world)
{
    struct log_writer_opts o = { .conninfo = conninfo,
                                 .world = world,
                                 .arg = n,
                                 .on_held = on_held,
                                 .on_durable = on_durable,
                                 .on_lost = on_lost,
                                 .on_resumed = on_resumed,
                                 .on_fenced = on_fenced };
    struct fault f = { 0 };

    memset(n, 0, sizeof *n);
    n->base = event_base_new();
    o.base = n->base;
    must(log_writer_open(&o, &n->writer, &f) == OK);
}

void node_close(struct node *n)
{
    log_writer_close(n->writer);
    event_base_free(n->base);
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void turn(struct node *n)
{
    struct timeval t = { .tv_usec = 5000 };

    event_base_loopexit(n->base, &t);
    event_base_loop(n->base, EVLOOP_ONCE);
}

void node_run(struct node *n, int ms, const int *until)
{
    int64_t end = now_ms() + ms;

    while (now_ms() < end && !n->fenced && (until == NULL || *until == 0)) {
        turn(n);
    }
}

bool node_run_held(struct node *n, int ms)
{
    node_run(n, ms, &n->held);
    return n->held > 0;
}

bool node_run_durable(struct node *n, int ms)
{
    int64_t end = now_ms() + ms;

    while (!log_writer_ready(n->writer) && !n->fenced && now_ms() < end) {
        turn(n);
    }
    return n->durable == n->head.seq && log_writer_ready(n->writer);
}

struct row_store {
    char id[32];
    char data[512];
    char values[4][64];
    struct log_personal personal[4];
};

static void make_row(struct node *n, struct row_store *s, struct log_row *row, uint32_t personal)
{
    struct buf data;

    buf_fixed(&data, s->data, sizeof s->data);
    buf_fmt(&data,
            "{\"v\":1,\"events\":[{\"kind\":\"report.received\",\"report\":\"w-r%" PRIu64
            "\",\"note\":\"警情\",\"texts\":[",
            n->head.seq + 1);
    for (uint32_t k = 0; k < personal; k++) {
        struct log_personal *p = &s->personal[k];
        struct sha256 hash;

        snprintf(s->values[k], sizeof s->values[k], "caller %" PRIu64 " says %u", n->head.seq + 1,
                 k);
        *p = (struct log_personal){ .ref = (n->head.seq + 1) * 4 + k,
                                    .value = str_of(s->values[k]),
                                    .kind = STR("report.narrative"),
                                    .erase_after_us = INT64_MAX };
        memset(p->salt, (int)(k + 1), sizeof p->salt);
        log_personal_hash(p->salt, p->value, &hash);
        buf_fmt(&data, "%s{\"ref\":%" PRIu64 ",\"sha256\":\"", k > 0 ? "," : "", p->ref);
        buf_hex(&data, hash.at, SHA256_SIZE);
        buf_text(&data, "\"}");
    }
    buf_text(&data, "]}]}");
    must(buf_ok(&data));
    snprintf(s->id, sizeof s->id, "c%" PRIu64, n->head.seq + 1);
    *row = (struct log_row){ .seq = n->head.seq + 1,
                             .epoch = log_writer_epoch(n->writer),
                             .at_us = (int64_t)(1800000000 * US_PER_S) + (int64_t)n->head.seq,
                             .actor = STR("operator"),
                             .command_id = str_of(s->id),
                             .command = STR("report.receive"),
                             .data = buf_view(&data),
                             .prev_hash = n->head.hash,
                             .personal = s->personal,
                             .personal_count = personal };
    must(log_row_hash(row, &row->hash));
    n->head.seq = row->seq;
    n->head.hash = row->hash;
}

void node_submit(struct node *n, uint32_t count, uint32_t personal)
{
    static struct row_store store[NODE_ROWS_MAX];
    static struct log_row rows[NODE_ROWS_MAX];

    must(count <= NODE_ROWS_MAX && personal <= 4);
    for (uint32_t i = 0; i < count; i++) {
        make_row(n, &store[i], &rows[i], personal);
    }
    log_writer_submit(n->writer, rows, count);
    memset(store, 'x', sizeof store); /* the writer must have copied all */
}
