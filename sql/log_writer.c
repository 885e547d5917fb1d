#include "sql/log_writer.h"

#include "base/log.h"
#include "base/must.h"
#include "sql/log_writer_internal.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STATEMENT "append"
#define GUARD_EPOCH 2 /* index of $3 */

static void on_link_up(void *arg);
static void on_link_down(void *arg, const char *reason);
static void on_timer(evutil_socket_t fd, short what, void *arg);

static void name_holder(struct log_writer *w)
{
    char host[64] = "";
    uint8_t word[8];

    gethostname(host, sizeof host - 1);
    randombytes_buf(word, sizeof word);
    snprintf(w->holder, sizeof w->holder, "%s %ld %02x%02x%02x%02x%02x%02x%02x%02x", host,
             (long)getpid(), word[0], word[1], word[2], word[3], word[4], word[5], word[6],
             word[7]);
}

enum err log_writer_open(const struct log_writer_opts *o, struct log_writer **out, struct fault *f)
{
    struct log_writer *w = calloc(1, sizeof *w);
    struct link_opts link = {
        .base = o->base, .arg = w, .on_up = on_link_up, .on_down = on_link_down
    };
    enum err err;

    *out = NULL;
    if (w == NULL || sodium_init() < 0) {
        free(w);
        return fault_set(f, ERR_NO_MEMORY, "no memory for the log writer", NULL, NULL);
    }
    w->o = *o;
    params_init(&w->params);
    params_init(&w->batch.params);
    name_holder(w);
    snprintf(w->world, sizeof w->world, "%s", o->world);
    w->timer = evtimer_new(o->base, on_timer, w);
    must(w->timer != NULL);
    link.pg = (struct pg_opts){ .conninfo = o->conninfo,
                                .world = o->world,
                                .role = "tocsin_writer",
                                .application = "tocsin log writer" };
    err = link_new(&link, &w->link, f);
    if (err != OK) {
        log_writer_close(w);
        return err;
    }
    *out = w;
    return OK;
}

static void on_ignored(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r;
}

void log_writer_close(struct log_writer *w)
{
    if (w == NULL) {
        return;
    }
    if (w->state == WRITER_HELD && !w->batch.present && link_up(w->link)) {
        params_reset(&w->params);
        params_i64(&w->params, (int64_t)w->epoch);
        params_text(&w->params, str_of(w->holder));
        link_send(w->link, sql_lease_release, &w->params, on_ignored);
        w->state = WRITER_OVER;
        link_drain(w->link, 1000);
    }
    link_free(w->link);
    event_free(w->timer);
    params_fini(&w->params);
    params_fini(&w->batch.params);
    free(w);
}

void writer_arm(struct log_writer *w, int ms)
{
    struct timeval t = { .tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000 };

    event_add(w->timer, &t);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    lease_timer(arg);
}

static void on_link_up(void *arg)
{
    lease_begin(arg);
}

static void on_link_down(void *arg, const char *reason)
{
    struct log_writer *w = arg;
    bool was_held = w->state == WRITER_HELD;

    if (w->state == WRITER_OVER) {
        return;
    }
    w->state = WRITER_DOWN;
    event_del(w->timer);
    log_warn("log", "connection to the log lost", "reason=\"%s\"", reason);
    if (was_held) {
        w->o.on_lost(w->o.arg, reason);
    }
}

void writer_fenced(struct log_writer *w, const char *reason)
{
    w->state = WRITER_OVER;
    event_del(w->timer);
    link_close(w->link);
    w->o.on_fenced(w->o.arg, reason);
}

/* A refused statement changed nothing, or its outcome shows when we come back: either way the steps
 * of the lease find out. Nothing here gives a batch up: a full disk or a missing partition may be
 * mended while we ask again. */
void writer_refused(struct log_writer *w, const char *what, const PGresult *r)
{
    char line[256];

    log_error("log", "the database refused", "step=\"%s\" reason=\"%s\"", what,
              pg_one_line(PQresultErrorMessage(r), line, sizeof line));
    link_drop(w->link, what);
}

static void batch_durable(struct log_writer *w)
{
    link_settled(w->link);
    w->batch.present = false;
    w->head.seq = w->batch.last_seq;
    w->head.hash = w->batch.last_hash;
    w->o.on_durable(w->o.arg, w->head.seq);
}

static void on_appended(void *arg, const PGresult *r)
{
    struct log_writer *w = arg;

    if (PQresultStatus(r) != PGRES_COMMAND_OK) {
        writer_refused(w, "could not append to the log", r);
        return;
    }
    if (result_rows_changed(r) == 0) {
        writer_fenced(w, "another server took the log");
        return;
    }
    must(result_rows_changed(r) == w->batch.count);
    w->seen = true;
    batch_durable(w);
}

static void send_batch(struct log_writer *w)
{
    params_set_i64(&w->batch.params, GUARD_EPOCH, (int64_t)w->epoch);
    link_send_prepared(w->link, STATEMENT, &w->batch.params, on_appended);
}

static void on_prepared(void *arg, const PGresult *r)
{
    if (PQresultStatus(r) != PGRES_COMMAND_OK) {
        writer_refused(arg, "could not prepare the append", r);
    }
}

void writer_held(struct log_writer *w, bool batch_in_log)
{
    bool first = !w->ever_held;

    w->state = WRITER_HELD;
    w->ever_held = true;
    w->seen = false;
    w->head.epoch = w->epoch;
    memcpy(w->head.holder, w->holder, sizeof w->head.holder);
    link_send(w->link, sql_log_session, NULL, on_prepared);
    link_prepare(w->link, STATEMENT, sql_log_append, on_prepared);
    writer_arm(w, LEASE_RENEW_MS);
    log_info("log", first ? "lease taken" : "lease resumed",
             "epoch=%" PRIu64 " seq=%" PRIu64 " batch=%s", w->epoch, w->head.seq,
             !w->batch.present ? "none" : (batch_in_log ? "found" : "sent_again"));
    if (w->batch.present && !batch_in_log) {
        send_batch(w); /* step 4; before the callback, which may not submit over it */
    }
    if (first) {
        w->o.on_held(w->o.arg, &w->head);
        return;
    }
    w->o.on_resumed(
        w->o.arg,
        w->epoch); /* the batch still counts as under way: nothing can be submitted from here */
    if (batch_in_log) {
        batch_durable(w);
    }
}

static void add_rows(struct params *p, const struct log_row *rows, uint32_t n)
{
#define COLUMN(type, item)             \
    params_array(p, type, n);          \
    for (uint32_t i = 0; i < n; i++) { \
        item;                          \
    }                                  \
    params_array_end(p)

    COLUMN(PARAM_INT8, item_i64(p, (int64_t)rows[i].seq));
    COLUMN(PARAM_INT8, item_i64(p, (int64_t)rows[i].epoch));
    COLUMN(PARAM_INT8, item_i64(p, rows[i].at_us));
    COLUMN(PARAM_TEXT_TYPE, item_text(p, rows[i].actor));
    COLUMN(PARAM_TEXT_TYPE, item_text(p, rows[i].command_id));
    COLUMN(PARAM_TEXT_TYPE, item_text(p, rows[i].command));
    COLUMN(PARAM_TEXT_TYPE, item_text(p, rows[i].data));
    COLUMN(PARAM_BYTEA, item_bytes(p, rows[i].prev_hash.at, SHA256_SIZE));
    COLUMN(PARAM_BYTEA, item_bytes(p, rows[i].hash.at, SHA256_SIZE));
#undef COLUMN
}

static void add_personal(struct params *p, const struct log_row *rows, uint32_t n)
{
    uint32_t values = 0;

    for (uint32_t i = 0; i < n; i++) {
        values += rows[i].personal_count;
    }
#define COLUMN(type, item)                                       \
    params_array(p, type, values);                               \
    for (uint32_t i = 0; i < n; i++) {                           \
        for (uint32_t k = 0; k < rows[i].personal_count; k++) {  \
            const struct log_personal *v = &rows[i].personal[k]; \
            item;                                                \
        }                                                        \
    }                                                            \
    params_array_end(p)

    COLUMN(PARAM_INT8, item_i64(p, (int64_t)v->ref));
    COLUMN(PARAM_INT8, ((void)v, item_i64(p, (int64_t)rows[i].seq)));
    COLUMN(PARAM_BYTEA, item_bytes(p, v->salt, LOG_SALT_SIZE));
    COLUMN(PARAM_BYTEA, item_text(p, v->value));
    COLUMN(PARAM_TEXT_TYPE, item_text(p, v->kind));
    COLUMN(PARAM_INT8, item_i64(p, v->erase_after_us));
#undef COLUMN
}

void log_writer_submit(struct log_writer *w, const struct log_row *rows, uint32_t count)
{
    struct batch *b = &w->batch;
    const struct log_row *last = &rows[count - 1];
    uint64_t before = w->head.seq;
    const struct sha256 *hash = &w->head.hash;

    must(log_writer_ready(w));
    must(count > 0);
    for (uint32_t i = 0; i < count; i++) {
        must(rows[i].seq == before + 1);
        must(memcmp(&rows[i].prev_hash, hash, sizeof *hash) == 0);
        before = rows[i].seq;
        hash = &rows[i].hash;
    }
    *b = (struct batch){ .params = b->params,
                         .present = true,
                         .count = count,
                         .first_seq = rows[0].seq,
                         .last_seq = last->seq,
                         .last_hash = last->hash };
    params_reset(&b->params);
    params_i64(&b->params, (int64_t)last->seq);
    params_bytes(&b->params, last->hash.at, SHA256_SIZE);
    params_i64(&b->params, (int64_t)w->epoch);
    params_i64(&b->params, (int64_t)w->head.seq);
    params_bytes(&b->params, w->head.hash.at, SHA256_SIZE);
    add_rows(&b->params, rows, count);
    add_personal(&b->params, rows, count);
    must(buf_ok(&b->params.bytes)); /* a batch that cannot be kept cannot be promised */
    send_batch(w);
}

bool log_writer_ready(const struct log_writer *w)
{
    return w->state == WRITER_HELD && !w->batch.present;
}

uint64_t log_writer_epoch(const struct log_writer *w)
{
    return w->epoch;
}

static void on_room(void *arg, const PGresult *r)
{
    struct log_writer *w = arg;
    int64_t rows;

    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1) {
        log_warn("log", "could not see the room left in the log", "");
        return;
    }
    rows = result_i64(r, 0, 0);
    w->on_room(w->o.arg, rows > 0 ? (uint64_t)rows : 0);
}

void log_writer_ask_room(struct log_writer *w, void (*done)(void *arg, uint64_t rows))
{
    if (w->state == WRITER_HELD) {
        w->on_room = done;
        link_send(w->link, sql_log_room, NULL, on_room);
    }
}
