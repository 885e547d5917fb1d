/* The thread itself: its libuv loop with libwebsockets as a guest, the eventfds that wake it, and
 * what it does before it sleeps: answers of the other threads, then the ring, then the fixes
 * gathered meanwhile. */
#include "ws/http.h"
#include "ws/tiles.h"

#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define DRAIN_MAX 1024 /* records of one queue before the others have their turn */
#define STOP_US (500 * US_PER_MS)
#define RX_BYTES 2048
#define HEADER_BYTES 16384
#define HEADER_POOL 4096
#define SERVICE_BYTES 65536
#define HEADER_S 10

int64_t mono_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t wall_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t gateway_now_us(const struct gateway *g)
{
    return g->setup.now_us != NULL ? g->setup.now_us(g->setup.now_arg) : wall_us();
}

void *door_reserve(struct door_way *way, size_t len)
{
    return queue_reserve(way->queue, len);
}

/* Commands of one round of the loop that stand before the core when it is woken: waking costs both
 * threads as much as a small command does. */
#define CORE_WAKE_AFTER 4

static void wake(int fd)
{
    uint64_t one = 1;

    while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
}

void door_commit(struct door_way *way)
{
    if (queue_commit(way->queue)) {
        wake(way->wake_fd);
    }
}

void core_commit(struct gateway *g)
{
    if (queue_commit(g->setup.door.to_core.queue)) {
        g->core_owed = 1;
    } else if (g->core_owed > 0) {
        g->core_owed++;
    }
    if (g->core_owed >= CORE_WAKE_AFTER) {
        core_wake(g);
    }
}

void core_wake(struct gateway *g)
{
    if (g->core_owed > 0) {
        g->core_owed = 0;
        wake(g->setup.door.to_core.wake_fd);
    }
}

static void on_answer(struct gateway *g, const struct door_answer *a)
{
    struct pending *p = pending_find(g, a->request);
    const char *at = (const char *)(a + 1);
    struct str field = str_from(at, a->field_len);
    struct str events = str_from(at + a->field_len, a->events_len);
    struct str detail = str_from(at + a->field_len + a->events_len, a->detail_len);

    if (p == NULL) {
        return;
    }
    if (p->conn != NULL && p->conn->stage != STAGE_CLOSING) {
        if (p->kind == PENDING_WS_COMMAND) {
            command_answer_ws(p, a, field, detail);
        } else if (p->kind == PENDING_CALL_COMMAND && p->conn->call != NULL) {
            call_answer(p, a, field, events, detail);
        }
    }
    p = pending_find(g, a->request); /* the table may have grown meanwhile */
    if (p != NULL && a->outcome != DOOR_OUTCOME_UNKNOWN) {
        pending_done(g, p);
    } else if (p != NULL) {
        link_remove(&p->of_conn);
        p->conn = NULL; /* the true answer still follows */
    }
}

static void on_read_done(struct gateway *g, const struct door_read_done *d)
{
    struct pending *p = pending_find(g, d->request);
    struct str body = str_from(d + 1, d->len);

    if (p == NULL) {
        return;
    }
    if (p->kind == PENDING_SNAPSHOT) {
        snapshot_done(p->snapshot, d, body);
    } else if (p->conn != NULL && p->conn->stage != STAGE_CLOSING) {
        if (p->kind == PENDING_HELLO_RIGHTS) {
            session_rights(p->conn, d, body);
        } else if (p->kind == PENDING_CALL_RIGHTS) {
            http_rights(p->conn, d);
        } else if (p->kind == PENDING_CALL_ROW && p->conn->call != NULL) {
            call_row(p, d, body);
        } else if (p->kind == PENDING_CALL_READ && p->conn->call != NULL) {
            call_read_done(p, d, body);
        }
    }
    p = pending_find(g, d->request);
    if (p != NULL && (d->more == 0 || d->err != OK)) {
        pending_done(g, p);
    }
}

static void on_auth_done(struct gateway *g, const struct door_auth_done *d)
{
    struct pending *p = pending_find(g, d->request);
    struct str rest = str_from(d + 1, (size_t)d->user_len + d->len);
    struct sha256 hash;

    if (p == NULL) {
        return;
    }
    if (p->conn != NULL && p->conn->stage != STAGE_CLOSING) {
        if (p->kind == PENDING_HELLO_CHECK) {
            if (d->err == OK && p->id_len == sizeof(hash.at)) {
                memcpy(hash.at, p->id, sizeof(hash.at));
                (void)token_put(g, &hash, str_from(rest.at, d->user_len), d->session,
                                d->expires_us);
            }
            session_checked(p->conn, d, rest);
        } else if (p->kind == PENDING_CALL_CHECK) {
            http_checked(p->conn, d, rest);
        } else if (p->kind == PENDING_CALL_AUTH && p->conn->call != NULL) {
            call_auth_done(p, d, rest);
        }
    }
    p = pending_find(g, d->request);
    if (p != NULL) {
        pending_done(g, p);
    }
}

static void on_state(struct gateway *g, const struct door_state *s)
{
    g->ready = s->ready != 0;
    if (s->clock_rate != 0) {
        g->clock_rate = s->clock_rate;
    }
    g->core = *s;
}

static void on_record(struct gateway *g, const void *at, size_t len)
{
    uint32_t kind;

    memcpy(&kind, at, sizeof(kind));
    switch (kind) {
    case DOOR_SOCKET:
        conn_adopt(g, at);
        break;
    case DOOR_ANSWER:
        on_answer(g, at);
        break;
    case DOOR_POSITIONS:
        positions_show(g, at, len);
        break;
    case DOOR_STATE:
        on_state(g, at);
        break;
    case DOOR_COVERAGE:
        coverage_show(g, at, len);
        break;
    case DOOR_READ_DONE:
        on_read_done(g, at);
        break;
    case DOOR_AUTH_DONE:
        on_auth_done(g, at);
        break;
    case DOOR_SESSION_ENDED:
        session_ended(g, ((const struct door_session_ended *)at)->session);
        g->ended++;
        break;
    default:
        must(!"a record of this kind comes to a gateway");
    }
}

/* True when more may wait. */
static bool drain(struct gateway *g, struct door_way *way)
{
    void *at;
    size_t len;

    for (int i = 0; i < DRAIN_MAX; i++) {
        if (!queue_peek(way->queue, &at, &len)) {
            return false;
        }
        on_record(g, at, len);
        queue_release(way->queue);
    }
    return true;
}

static void on_busy(uv_idle_t *idle)
{
    (void)idle; /* its being there keeps the loop from sleeping */
}

/* Before each sleep: everything that came is dealt with, and whoever sends next knows that we must
 * be woken. */
static void on_prepare(uv_prepare_t *prepare)
{
    struct gateway *g = prepare->data;
    struct door_way *ways[] = { &g->setup.door.from_core, &g->setup.door.from_view,
                                &g->setup.door.from_auth, &g->setup.door.from_archive };
    bool awake = false;

    core_wake(g);
    fixes_flush(g);
    fanout_look(g);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        awake = drain(g, ways[i]) || awake;
    }
    fanout_look(g);
    fixes_flush(g);
    core_wake(g);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        awake = !queue_sleep(ways[i]->queue) || awake;
    }
    awake = g->passing || !ring_reader_sleep(g->ring, g->setup.door.index, g->scanned) || awake;
    if (g->poke) {
        g->poke = false;
        lws_cancel_service(g->lws);
    }
    if (awake) {
        uv_idle_start(&g->busy, on_busy);
    } else {
        uv_idle_stop(&g->busy);
    }
}

static void on_wake(uv_poll_t *poll, int status, int events)
{
    struct gateway *g = poll->data;
    int fd = poll == &g->ring_poll ? ring_reader_fd(g->ring, g->setup.door.index)
                                   : g->setup.door.from_core.wake_fd;
    uint64_t count;

    (void)status;
    (void)events;
    while (read(fd, &count, sizeof(count)) < 0 && errno == EINTR) {
    }
}

static void stop_all(struct gateway *g)
{
    for (unsigned slot = 0; slot < BEAT_SLOTS; slot++) {
        while (!link_empty(&g->beats[slot])) {
            conn_close(LINK_OF(g->beats[slot].next, struct conn, beat), CLOSE_RESTART,
                       "the server is stopping");
        }
    }
    while (!link_empty(&g->unsigned_)) {
        conn_close(LINK_OF(g->unsigned_.next, struct conn, waiting), CLOSE_RESTART,
                   "the server is stopping");
    }
    while (!link_empty(&g->idle)) {
        conn_kill(LINK_OF(g->idle.next, struct conn, waiting));
    }
}

static void on_tick(uv_timer_t *t)
{
    struct gateway *g = t->data;

    conns_expire(g);
    fanout_beat(g);
    snapshots_expire(g);
    crew_tell(g);
    if (g->stop_at_us != 0) {
        stop_all(g);
        if (g->conn_count == 0 || mono_us() >= g->stop_at_us) {
            uv_stop(&g->loop);
        }
    }
}

static void on_stop(uv_async_t *a)
{
    struct gateway *g = a->data;

    g->stop_at_us = mono_us() + STOP_US;
}

static void loop_close(struct gateway *g)
{
    uv_handle_t *ours[] = { (uv_handle_t *)&g->stop,      (uv_handle_t *)&g->door_poll,
                            (uv_handle_t *)&g->ring_poll, (uv_handle_t *)&g->prepare,
                            (uv_handle_t *)&g->busy,      (uv_handle_t *)&g->tick,
                            (uv_handle_t *)&g->pass_timer };

    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (ours[i]->loop != NULL && !uv_is_closing(ours[i])) {
            uv_close(ours[i], NULL);
        }
    }
    if (g->lws != NULL) {
        /* On a foreign loop it takes two calls: the first closes, and only what the loop then has
         * closed can be freed. */
        lws_context_destroy(g->lws);
        for (int i = 0; i < 20; i++) {
            uv_run(&g->loop, UV_RUN_NOWAIT);
        }
        lws_context_destroy(g->lws);
    }
    for (int budget = 0; budget < 1000 && uv_loop_close(&g->loop) == UV_EBUSY; budget++) {
        uv_run(&g->loop, UV_RUN_NOWAIT);
    }
}

static void *gateway_run(void *arg)
{
    struct gateway *g = arg;

    pthread_setname_np(pthread_self(), "gateway");
    uv_run(&g->loop, UV_RUN_DEFAULT);
    loop_close(g);
    return NULL;
}

static void on_lws_log(int level, const char *line)
{
    /* What strangers send makes most of these lines: they are for us, not for operators. */
    (void)level;
    log_debug("lws", "libwebsockets says", "text=\"%.*s\"", (int)strcspn(line, "\n"), line);
}

static enum err config_check(const struct conf *conf, struct fault *f)
{
    bool loopback = strncmp(conf->bind_address, "127.", 4) == 0 ||
                    strcmp(conf->bind_address, "::1") == 0 ||
                    strcmp(conf->bind_address, "localhost") == 0;

    if ((conf->tls_certificate[0] == '\0') != (conf->tls_key[0] == '\0')) {
        return fault_field(f, ERR_CONFIG, "tls_key", "tls_certificate and tls_key go together");
    }
    if (!loopback && conf->tls_certificate[0] == '\0') {
        return fault_field(f, ERR_CONFIG, "bind_address",
                           "an address other than loopback needs a certificate");
    }
    if (conf->tls_certificate[0] != '\0' &&
        (access(conf->tls_certificate, R_OK) != 0 || access(conf->tls_key, R_OK) != 0)) {
        return fault_field(f, ERR_CONFIG, "tls_certificate",
                           "the certificate or its key cannot be read");
    }
    return files_check(conf, f);
}

static enum err lws_start(struct gateway *g, struct fault *f)
{
    static const struct lws_protocols protocols[] = {
        { .name = "tocsin.v1",
          .callback = conn_callback,
          .rx_buffer_size = RX_BYTES,
          .tx_packet_size = TX_BYTES * 8 },
        { .name = NULL },
    };
    /* All zero: no validity timers (they make every accept walk all connections); the beat is our
     * own. */
    static const lws_retry_bo_t no_retry;
    void *loops[] = { &g->loop };
    struct lws_context_creation_info info;

    memset(&info, 0, sizeof(info));
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.protocols = protocols;
    info.vhost_name = "tocsin";
    info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS |
                   LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME;
    info.foreign_loops = loops;
    info.user = g;
    info.pt_serv_buf_size = SERVICE_BYTES;
    info.max_http_header_data = HEADER_BYTES;
    info.max_http_header_pool = HEADER_POOL;
    info.timeout_secs = HEADER_S;
    info.keepalive_timeout = (int)(IDLE_US / US_PER_S);
    info.retry_and_idle_policy = &no_retry;
    info.alpn = "http/1.1";
    if (g->tls) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = g->conf->tls_certificate;
        info.ssl_private_key_filepath = g->conf->tls_key;
    }
    lws_set_log_level(LLL_ERR, on_lws_log);
    g->lws = lws_create_context(&info);
    g->vhost = g->lws != NULL ? lws_create_vhost(g->lws, &info) : NULL;
    if (g->vhost == NULL) {
        return fault_set(f, ERR_CONFIG, "the web server did not start",
                         g->tls ? "libwebsockets refused the certificate or its key"
                                : "libwebsockets refused",
                         "is the Debian package libwebsockets-evlib-uv installed?");
    }
    return OK;
}

static void lists_init(struct gateway *g)
{
    link_init(&g->unsigned_);
    link_init(&g->bodies);
    link_init(&g->idle);
    link_init(&g->working);
    link_init(&g->closing);
    link_init(&g->blocked);
    link_init(&g->classes);
    link_init(&g->snapshots);
    for (unsigned i = 0; i < BEAT_SLOTS; i++) {
        link_init(&g->beats[i]);
    }
    for (unsigned i = 0; i < FRAMES; i++) {
        buf_init(&g->frames[i].bytes);
    }
    buf_init(&g->scratch);
    buf_init(&g->json);
    buf_init(&g->positions_frame);
    buf_init(&g->coverage_frame);
    arena_init(&g->arena, MESSAGE_ARENA_MAX);
}

static bool loop_start(struct gateway *g)
{
    struct {
        uv_handle_t *handle;
        int err;
    } made[] = {
        { (uv_handle_t *)&g->stop, uv_async_init(&g->loop, &g->stop, on_stop) },
        { (uv_handle_t *)&g->door_poll,
          uv_poll_init(&g->loop, &g->door_poll, g->setup.door.from_core.wake_fd) },
        { (uv_handle_t *)&g->ring_poll,
          uv_poll_init(&g->loop, &g->ring_poll, ring_reader_fd(g->ring, g->setup.door.index)) },
        { (uv_handle_t *)&g->prepare, uv_prepare_init(&g->loop, &g->prepare) },
        { (uv_handle_t *)&g->busy, uv_idle_init(&g->loop, &g->busy) },
        { (uv_handle_t *)&g->tick, uv_timer_init(&g->loop, &g->tick) },
        { (uv_handle_t *)&g->pass_timer, uv_timer_init(&g->loop, &g->pass_timer) },
    };

    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        if (made[i].err != 0) {
            return false;
        }
        made[i].handle->data = g;
    }
    return uv_poll_start(&g->door_poll, UV_READABLE, on_wake) == 0 &&
           uv_poll_start(&g->ring_poll, UV_READABLE, on_wake) == 0 &&
           uv_prepare_start(&g->prepare, on_prepare) == 0 &&
           uv_timer_start(&g->tick, on_tick, BEAT_MS, BEAT_MS) == 0;
}

static void gateway_free(struct gateway *g)
{
    for (unsigned i = 0; i < FRAMES; i++) {
        buf_fini(&g->frames[i].bytes);
    }
    while (!link_empty(&g->snapshots)) {
        struct snapshot *s = LINK_OF(g->snapshots.next, struct snapshot, all);

        s->refs = 1;
        snapshot_unref(s);
    }
    buf_fini(&g->scratch);
    buf_fini(&g->json);
    buf_fini(&g->positions_frame);
    buf_fini(&g->coverage_frame);
    arena_fini(&g->arena);
    free(g->pending);
    free(g->tokens);
    free(g->allowances);
    tiles_free(g->tiles);
    free(g->fixes);
    free(g->positions);
    free(g);
}

static struct gateway *gateway_new(const struct gateway_setup *setup)
{
    struct gateway *g = calloc(1, sizeof(*g));
    uint64_t limit;

    if (g == NULL) {
        return NULL;
    }
    g->setup = *setup;
    g->conf = setup->conf;
    g->ring = setup->ring;
    g->epoch = setup->epoch;
    g->clock_rate = setup->clock_rate;
    g->tls = g->conf->tls_certificate[0] != '\0';
    lists_init(g);
    limit = ring_size(g->ring) / 4;
    g->lag_max =
        (uint64_t)g->conf->lag_bytes_max < limit ? (uint64_t)g->conf->lag_bytes_max : limit;
    g->scanned = ring_tail(g->ring);
    g->pass_head = g->scanned;
    g->marked = g->scanned;
    g->marks[0] = (struct row_mark){ .seq = 0, .pos = g->scanned };
    g->mark_count = 1;
    tokens_init(g);
    fixes_init(g);
    if (!allowances_init(g) || g->tokens == NULL || g->fixes == NULL ||
        buf_room(&g->scratch, 4096) == NULL) {
        gateway_free(g);
        return NULL;
    }
    buf_took(&g->scratch, LWS_PRE);
    return g;
}

enum err gateway_start(const struct gateway_setup *setup, struct gateway **out, struct fault *f)
{
    struct gateway *g;
    enum err err = config_check(setup->conf, f);

    if (err != OK) {
        return err;
    }
    g = gateway_new(setup);
    if (g == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for a gateway", "", "");
    }
    err = map_start(g, f);
    if (err != OK) {
        gateway_free(g);
        return err;
    }
    if (uv_loop_init(&g->loop) != 0) {
        gateway_free(g);
        return fault_set(f, ERR_NO_MEMORY, "no event loop for a gateway", "", "");
    }
    err = loop_start(g) ? lws_start(g, f)
                        : fault_set(f, ERR_IO, "the event loop did not start", "", "");
    if (err == OK && pthread_create(&g->thread, NULL, gateway_run, g) != 0) {
        err = fault_set(f, ERR_NO_MEMORY, "no thread for a gateway", "", "");
    }
    if (err != OK) {
        loop_close(g);
        gateway_free(g);
        return err;
    }
    *out = g;
    return OK;
}

void gateway_stop(struct gateway *g)
{
    uv_async_send(&g->stop);
    pthread_join(g->thread, NULL);
    gateway_free(g);
}
