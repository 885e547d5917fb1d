#include "sql/link.h"

#include "base/must.h"
#include "base/units.h"
#include "sql/pg_internal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum link_state { LINK_WAITING, LINK_CONNECTING, LINK_UP, LINK_CLOSED };

struct pending {
    link_result_fn *on_result;
    int64_t sent_us;
    PGresult *answer; /* kept until the transaction has ended */
};

struct link {
    struct link_opts o;
    struct pg_pairs pairs;
    char *conninfo;
    enum link_state state;
    PGconn *conn;
    uint64_t generation; /* raised by each loss, so that a loop over results sees that its
                            connection is gone */
    struct event *read_event;
    struct event *write_event;
    struct event *timer; /* retry while waiting, watchdog otherwise */
    int retry_ms;
    struct pending pending[LINK_PENDING_MAX]; /* a ring; the oldest first */
    unsigned first;
    unsigned count;
    int64_t connecting_since_us;
    bool broken; /* something could not be sent */
};

static void start(struct link *l);
static void on_ready(evutil_socket_t fd, short what, void *arg);
static void on_timer(evutil_socket_t fd, short what, void *arg);

static int64_t monotonic_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

static void arm(struct link *l, int ms)
{
    struct timeval t = { .tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000 };

    event_add(l->timer, &t);
}

enum err link_new(const struct link_opts *o, struct link **out, struct fault *f)
{
    struct link *l = calloc(1, sizeof *l);
    enum err err;

    *out = NULL;
    if (l == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for a database link", NULL, NULL);
    }
    l->o = *o;
    l->conninfo = strdup(o->pg.conninfo);
    l->timer = evtimer_new(o->base, on_timer, l);
    l->retry_ms = LINK_RETRY_MS_MIN;
    if (l->conninfo == NULL || l->timer == NULL) {
        link_free(l);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a database link", NULL, NULL);
    }
    l->o.pg.conninfo = l->conninfo;
    err = pg_pairs_init(&l->pairs, &l->o.pg, f);
    if (err != OK) {
        link_free(l);
        return err;
    }
    arm(l, 0);
    *out = l;
    return OK;
}

static void drop_events(struct link *l)
{
    if (l->read_event != NULL) {
        event_free(l->read_event);
        l->read_event = NULL;
    }
    if (l->write_event != NULL) {
        event_free(l->write_event);
        l->write_event = NULL;
    }
}

static void disconnect(struct link *l)
{
    for (unsigned i = 0; i < l->count; i++) {
        PQclear(l->pending[(l->first + i) % LINK_PENDING_MAX].answer);
    }
    drop_events(l);
    PQfinish(l->conn);
    l->conn = NULL;
    l->count = 0;
    l->first = 0;
    l->broken = false;
    l->generation++;
}

void link_close(struct link *l)
{
    if (l->state != LINK_CLOSED) {
        disconnect(l);
        l->state = LINK_CLOSED;
        if (l->timer != NULL) {
            event_del(l->timer);
        }
    }
}

void link_free(struct link *l)
{
    if (l == NULL) {
        return;
    }
    link_close(l);
    if (l->timer != NULL) {
        event_free(l->timer);
    }
    pg_pairs_fini(&l->pairs);
    free(l->conninfo);
    free(l);
}

bool link_up(const struct link *l)
{
    return l->state == LINK_UP;
}

void link_settled(struct link *l)
{
    l->retry_ms = LINK_RETRY_MS_MIN;
}

void link_drop(struct link *l, const char *reason)
{
    char line[256];

    if (l->state == LINK_CLOSED || l->state == LINK_WAITING) {
        return;
    }
    pg_one_line(reason, line,
                sizeof line); /* `reason` may be a text of the connection that goes now */
    disconnect(l);
    l->state = LINK_WAITING;
    arm(l, l->retry_ms);
    l->retry_ms = l->retry_ms * 2 < LINK_RETRY_MS_MAX ? l->retry_ms * 2 : LINK_RETRY_MS_MAX;
    l->o.on_down(l->o.arg, line);
}

/* The socket may be another one after each step of connecting (several hosts), so its events are
 * made anew. */
static bool watch(struct link *l, short what)
{
    int fd = PQsocket(l->conn);

    drop_events(l);
    if (fd < 0) {
        return false;
    }
    l->read_event = event_new(l->o.base, fd, EV_READ | EV_PERSIST, on_ready, l);
    l->write_event = event_new(l->o.base, fd, EV_WRITE, on_ready, l);
    if (l->read_event == NULL || l->write_event == NULL) {
        return false;
    }
    if ((what & EV_READ) != 0) {
        event_add(l->read_event, NULL);
    }
    if ((what & EV_WRITE) != 0) {
        event_add(l->write_event, NULL);
    }
    return true;
}

static void start(struct link *l)
{
    l->state = LINK_CONNECTING;
    l->connecting_since_us = monotonic_us();
    l->conn = PQconnectStartParams(l->pairs.keywords, l->pairs.values, 0);
    arm(l, 1000);
    if (l->conn == NULL || PQstatus(l->conn) == CONNECTION_BAD || !watch(l, EV_WRITE)) {
        link_drop(l, l->conn != NULL ? PQerrorMessage(l->conn) : "out of memory");
    }
}

static void connect_step(struct link *l)
{
    short what = 0;

    switch (PQconnectPoll(l->conn)) {
    case PGRES_POLLING_OK:
        if (PQsetnonblocking(l->conn, 1) != 0 || PQenterPipelineMode(l->conn) != 1 ||
            !watch(l, EV_READ)) {
            link_drop(l, "could not enter pipeline mode");
            return;
        }
        PQsetErrorVerbosity(l->conn,
                            PQERRORS_TERSE); /* details quote rows, also those of personal */
        l->state = LINK_UP;
        l->o.on_up(l->o.arg);
        return;
    case PGRES_POLLING_READING:
        what = EV_READ;
        break;
    case PGRES_POLLING_WRITING:
        what = EV_WRITE;
        break;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
        link_drop(l, PQerrorMessage(l->conn));
        return;
    }
    if (!watch(l, what)) {
        link_drop(l, "could not watch the socket");
    }
}

static bool flush(struct link *l)
{
    int left = PQflush(l->conn);

    if (left == 1) {
        event_add(l->write_event, NULL);
    }
    return left >= 0;
}

/* The oldest transaction has ended, committed or not: only now is its answer true. PostgreSQL says
 * that a statement is done before the commit is. */
static void transaction_ended(struct link *l)
{
    struct pending p = l->pending[l->first];

    l->first = (l->first + 1) % LINK_PENDING_MAX;
    l->count--;
    if (p.answer == NULL) {
        l->broken = true; /* an end without an answer: the connection is not to be trusted */
        return;
    }
    p.on_result(l->o.arg, p.answer);
    PQclear(p.answer);
}

/* One result of the oldest statement: its answer, the end of it (NULL), or the end of its
 * transaction. */
static void take_result(struct link *l, PGresult *r)
{
    struct pending *p = &l->pending[l->first];

    if (r == NULL) {
        return;
    }
    if (PQresultStatus(r) == PGRES_PIPELINE_SYNC) {
        PQclear(r);
        transaction_ended(l);
    } else if (p->answer == NULL || PQresultStatus(r) == PGRES_FATAL_ERROR) {
        PQclear(p->answer);
        p->answer = r;
    } else {
        PQclear(r);
    }
}

/* False when the connection was given up meanwhile. */
static bool take_results(struct link *l)
{
    uint64_t generation = l->generation;

    while (l->count > 0 && PQisBusy(l->conn) == 0) {
        take_result(l, PQgetResult(l->conn));
        if (l->generation != generation) {
            return false;
        }
        if (PQstatus(l->conn) != CONNECTION_OK) {
            break;
        }
    }
    return true;
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
    struct link *l = arg;
    bool whole = true;

    (void)fd;
    if (l->state == LINK_CONNECTING) {
        connect_step(l);
        return;
    }
    if ((what & EV_READ) != 0) {
        whole = PQconsumeInput(l->conn) == 1;
        if (!take_results(l)) {
            return;
        }
    }
    if (!whole || l->broken || PQstatus(l->conn) != CONNECTION_OK || !flush(l)) {
        link_drop(l, PQerrorMessage(l->conn));
    }
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct link *l = arg;
    int64_t since_us;

    (void)fd;
    (void)what;
    if (l->state == LINK_WAITING) {
        start(l);
        return;
    }
    arm(l, 1000);
    if (l->state == LINK_CONNECTING) {
        since_us = l->connecting_since_us;
    } else if (l->count > 0) {
        since_us = l->pending[l->first].sent_us;
    } else {
        return;
    }
    if (monotonic_us() - since_us > LINK_ANSWER_S_MAX * US_PER_S) {
        link_drop(l, "the database gave no answer for 5 s");
    }
}

/* What could not be sent shows as a loss from the loop, never from inside the sender. */
static void break_later(struct link *l)
{
    l->broken = true;
    event_active(l->read_event, EV_READ, 0);
}

/* What was queued with libpq becomes a transaction of its own and leaves. */
static void send_now(struct link *l, int queued, link_result_fn *on_result)
{
    struct pending *p = &l->pending[(l->first + l->count) % LINK_PENDING_MAX];

    if (queued != 1 || PQpipelineSync(l->conn) != 1) {
        break_later(l);
        return;
    }
    *p = (struct pending){ .on_result = on_result, .sent_us = monotonic_us() };
    l->count++;
    if (!flush(l)) {
        break_later(l);
    }
}

/* False when nothing may be queued; a broken link has then been noted. */
static bool may_send(struct link *l, struct params *p)
{
    must(l->state == LINK_UP);
    must(l->count < LINK_PENDING_MAX);
    if (p != NULL && !params_ready(p)) {
        break_later(l);
    }
    return !l->broken;
}

void link_send(struct link *l, const char *sql, struct params *p, link_result_fn *on_result)
{
    if (may_send(l, p)) {
        send_now(l,
                 PQsendQueryParams(l->conn, sql, p != NULL ? p->count : 0, NULL,
                                   p != NULL ? p->values : NULL, p != NULL ? p->sizes : NULL,
                                   p != NULL ? p->formats : NULL, 1),
                 on_result);
    }
}

void link_send_prepared(struct link *l, const char *name, struct params *p,
                        link_result_fn *on_result)
{
    must(p != NULL);
    if (may_send(l, p)) {
        send_now(l,
                 PQsendQueryPrepared(l->conn, name, p->count, p->values, p->sizes, p->formats, 1),
                 on_result);
    }
}

void link_prepare(struct link *l, const char *name, const char *sql, link_result_fn *on_result)
{
    if (may_send(l, NULL)) {
        send_now(l, PQsendPrepare(l->conn, name, sql, 0, NULL), on_result);
    }
}

void link_drain(struct link *l, int ms)
{
    int64_t until_us = monotonic_us() + ms * US_PER_MS;

    while (l->state == LINK_UP && l->count > 0) {
        struct pollfd p = { .fd = PQsocket(l->conn), .events = POLLIN };
        int64_t left_us = until_us - monotonic_us();

        if (left_us <= 0) {
            return;
        }
        if (PQflush(l->conn) == 1) {
            p.events |= POLLOUT;
        }
        if (poll(&p, 1, (int)(left_us / US_PER_MS) + 1) <= 0 || PQconsumeInput(l->conn) != 1 ||
            !take_results(l) || PQstatus(l->conn) != CONNECTION_OK) {
            return;
        }
    }
}
