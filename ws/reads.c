/* Plain reads: asked of the view thread or the archive, passed on as they come. */
#include "dispatch/codec/scan.h"
#include "dispatch/model/ids.h"
#include "ws/http.h"

static void told(struct http_call *call, enum err err, const char *what)
{
    struct fault f = { .err = OK };

    (void)fault_set(&f, err, what, "", "");
    http_fault(call, &f);
}

/* A snapshot is asked for by topics; whoever names none wants all. */
static void query_of(struct http_call *call, struct buf *b)
{
    struct str topics;

    buf_add(b, call->query, call->query_len);
    if (call->route->what == READ_SNAPSHOT && !http_query(call, "topics", &topics)) {
        for (uint32_t i = 0; i < TOPIC_COUNT; i++) {
            buf_text(b, i == 0 ? "topics=" : ",");
            buf_text(b, word_of(&topic_words, i));
        }
        buf_char(b, '\n');
    }
}

void call_read(struct http_call *call)
{
    struct gateway *g = call->conn->g;
    uint32_t number = 0;
    struct buf query;

    if (call->route->letter != 0 && scan_id(call->argument, g->setup.world, call->route->letter,
                                            UINT32_MAX, &number) != SCAN_ID_OK) {
        told(call, ERR_NOT_FOUND,
             call->route->letter == 'i' ? "there is no such incident" : "there is no such unit");
        return;
    }
    call->geojson = call->geojson && call->route->geojson;
    call->ndjson = call->ndjson && call->route->what == READ_EVENTS;
    buf_init(&query);
    query_of(call, &query);
    if (!call_ask_read(call, PENDING_CALL_READ, call->route->what, number, str_of(call->principal),
                       buf_view(&query))) {
        told(call, ERR_FULL, "the server is busy");
    }
    buf_fini(&query);
}

static const char *type_of(const struct http_call *call)
{
    if (call->route->run == call_metrics) {
        return "text/plain; version=0.0.4; charset=utf-8";
    }
    if (call->ndjson) {
        return "application/x-ndjson";
    }
    struct str format;
    bool map = call->route->what == READ_COVERAGE && call->route->run == call_read &&
               !(http_query(call, "format", &format) && str_is(format, "summary"));

    return call->geojson || map ? "application/geo+json" : "application/json";
}

/* The seq and hash that a list is true for also stand in the headers, where a bare array has no
 * room for them. */
static void headers_of(const struct door_read_done *d, struct buf *b)
{
    buf_text(b, "Cache-Control: no-store\r\n");
    if (d->seq != 0) {
        buf_text(b, "Tocsin-Seq: ");
        buf_u64(b, d->seq);
        buf_text(b, "\r\nTocsin-Hash: ");
        buf_hex(b, d->hash8, sizeof(d->hash8));
        buf_text(b, "\r\n");
    }
}

static void snapshot_front(struct http_call *call, const struct door_read_done *d, struct buf *b)
{
    buf_text(b, "{\"world\":");
    buf_json_str(b, call->conn->g->setup.world_id);
    buf_text(b, ",\"seq\":");
    buf_u64(b, d->seq);
    buf_text(b, ",\"hash\":\"");
    buf_hex(b, d->hash8, sizeof(d->hash8));
    buf_text(b, "\",\"epoch\":");
    buf_u64(b, d->epoch);
    buf_text(b, ",\"data\":");
}

static void first_part(struct http_call *call, const struct door_read_done *d, struct str body)
{
    struct buf headers;

    buf_init(&headers);
    headers_of(d, &headers);
    if (call->route->what == READ_SNAPSHOT && call->route->run == call_read) {
        snapshot_front(call, d, &call->text);
    }
    buf_str(&call->text, body);
    if (d->more != 0) {
        http_head(call, 200, type_of(call), buf_view(&headers));
        http_part(call, buf_view(&call->text));
    } else {
        if (call->route->what == READ_SNAPSHOT && call->route->run == call_read) {
            buf_char(&call->text, '}');
        }
        if (call->route->run == call_metrics) {
            metrics_write(call->conn->g, &call->text);
        }
        http_answer(call, 200, type_of(call), buf_view(&headers), buf_view(&call->text));
    }
    buf_fini(&headers);
}

void call_read_done(struct pending *p, const struct door_read_done *d, struct str body)
{
    struct conn *c = p->conn;
    struct http_call *call = c->call;
    struct fault f = { .err = OK };

    if (call->route->run != call_read && call->route->run != call_metrics) {
        call_rights(call, d, body);
    } else if (!call->chunked && d->err != OK) {
        problem_text(&f, (enum err)d->err, body);
        http_fault(call, &f);
    } else if (!call->chunked) {
        first_part(call, d, body);
    } else if (d->err != OK) {
        conn_kill(c); /* half of an answer is no answer */
    } else {
        http_part(call, body);
        if (d->more == 0 && c->stage != STAGE_CLOSING) {
            if (call->route->what == READ_SNAPSHOT) {
                http_part(call, STR("}"));
            }
            http_end(call);
        }
    }
}

void call_health(struct http_call *call)
{
    http_answer(call, 200, "text/plain; charset=utf-8", STR("Cache-Control: no-store\r\n"),
                STR("ok\n"));
}

void call_ready(struct http_call *call)
{
    if (call->conn->g->ready) {
        http_answer(call, 200, "text/plain; charset=utf-8", STR("Cache-Control: no-store\r\n"),
                    STR("ready\n"));
    } else {
        told(call, ERR_LOG_UNAVAILABLE, "the log is not writable or not caught up");
    }
}

/* The world's part comes from the view thread; a busy one must not hide the gateway's own. */
void call_metrics(struct http_call *call)
{
    struct buf b;

    if (call_ask_read(call, PENDING_CALL_READ, READ_METRICS, 0, STR(""), STR(""))) {
        return;
    }
    buf_init(&b);
    metrics_write(call->conn->g, &b);
    http_answer(call, 200, type_of(call), STR("Cache-Control: no-store\r\n"), buf_view(&b));
    buf_fini(&b);
}

static void metric(struct buf *b, const struct gateway *g, const char *name, const char *type,
                   uint64_t value)
{
    buf_fmt(b, "# TYPE tocsin_gateway_%s %s\ntocsin_gateway_%s{gateway=\"%u\"} ", name, type, name,
            g->setup.door.index);
    buf_u64(b, value);
    buf_char(b, '\n');
}

void metrics_write(struct gateway *g, struct buf *b)
{
    const struct metrics *m = &g->metrics;

    metric(b, g, "connections", "gauge", g->conn_count);
    metric(b, g, "unsigned_connections", "gauge", g->unsigned_count);
    metric(b, g, "seq", "gauge", g->seq);
    metric(b, g, "accepted_total", "counter", m->accepted);
    metric(b, g, "refused_connections_total", "counter", m->refused_connections);
    metric(b, g, "requests_total", "counter", m->requests);
    metric(b, g, "messages_total", "counter", m->messages_in);
    metric(b, g, "commands_total", "counter", m->commands);
    metric(b, g, "fixes_total", "counter", m->fixes);
    metric(b, g, "frames_composed_total", "counter", m->frames_out);
    metric(b, g, "bytes_out_total", "counter", m->bytes_out);
    metric(b, g, "passes_total", "counter", m->passes);
    metric(b, g, "slow_readers_total", "counter", m->slow_cut);
    metric(b, g, "snapshots_total", "counter", m->snapshots_sent);
    metric(b, g, "problems_total", "counter", m->problems);
    metric(b, g, "reads_refused_total", "counter", m->reads_refused);
    metric(b, g, "tiles_broken_total", "counter", m->tiles_broken);
    metric(b, g, "core_durable_seq", "gauge", g->core.durable_seq);
    metric(b, g, "core_rows_total", "counter", g->core.rows);
    metric(b, g, "core_batches_total", "counter", g->core.batches);
    metric(b, g, "core_append_us_total", "counter", g->core.append_us);
    metric(b, g, "core_refusals_total", "counter", g->core.refusals);
    metric(b, g, "core_repeats_total", "counter", g->core.repeats);
    metric(b, g, "core_fixes_total", "counter", g->core.positions);
}
