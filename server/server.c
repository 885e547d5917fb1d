#include "server/server.h"

#include "base/log.h"
#include "base/must.h"
#include "dispatch/core/digest.h"
#include "routing/road.h"
#include "routing/speeds_file.h"
#include "server/archive.h"
#include "server/auth.h"
#include "server/core.h"
#include "server/cover.h"
#include "server/listener.h"
#include "server/recover.h"
#include "server/roads.h"
#include "server/rounds.h"
#include "server/tracks.h"
#include "server/view.h"
#include "server/wake.h"
#include "server/ways.h"
#include "server/worlds.h"
#include "sql/log_writer.h"
#include "ws/gateway.h"
#include "ws/tiles.h"

#include <event2/event.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define CHORE_US 100000
#define PAST_FIRST_US (5 * US_PER_S) /* the read tables may still be catching up */

struct server {
    const struct conf *conf;
    struct event_base *base;
    struct event *wake, *chores, *on_term, *on_int;
    struct world_memory *live, *second;
    struct recovery recovery;
    struct server_clock clock;
    struct positions *positions;
    struct log_writer *writer;
    struct ways ways;
    struct door_way to_gateways[DOOR_GATEWAYS_MAX];
    struct ring *ring;
    struct core *core;
    struct projection *projection;
    struct tracks *tracks;
    struct view *view;
    struct cover *cover;
    struct rounds *rounds;
    struct auth *auth;
    struct archive *archive;
    struct gateway *gateways[DOOR_GATEWAYS_MAX];
    struct listener *listener;
    struct road road;                    /* when there is one */
    struct speeds speeds;                /* with it, when some were learned */
    struct roads_live *roads;            /* with it */
    char tiles_hash[TILES_HASH_LEN + 1]; /* of the base map, when there is one */
    const struct log_head *head;         /* the log is ours; NULL: it is not (yet) */
    bool unread;                         /* and its tail could not be read at once */
    bool stopping;
    _Atomic int64_t log_lost; /* since when it takes nothing; 0: it does */
    int status;
};

static void stop_loop(struct server *s, int status)
{
    s->status = status;
    event_base_loopbreak(s->base);
}

static void fail(struct server *s, const char *what, const struct fault *f)
{
    char line[800];
    log_error("server", what, "error=\"%s\"", fault_line(f, line, sizeof(line)));
    stop_loop(s, 1);
}

/* ---- threads ---- */

static void give_positions(void *arg, const struct door_fix *fixes, uint32_t count, int64_t at_us,
                           uint64_t seq)
{
    struct server *s = arg;
    view_positions(s->view, fixes, count, at_us);
    tracks_positions(s->tracks, fixes, count, at_us, seq);
}

static enum err start_roads(struct server *s, struct fault *f)
{
    const struct speeds *speeds = s->speeds.map != NULL ? &s->speeds : NULL;

    if (s->road.network.map == NULL) {
        return OK;
    }
    return roads_start(&s->road, speeds, &s->live->world, server_clock_now(&s->clock), &s->roads,
                       f);
}

static enum err start_cover(struct server *s, struct fault *f)
{
    const struct cover_setup setup = { .conf = s->conf,
                                       .road = s->road.network.map != NULL ? &s->road : NULL,
                                       .roads = s->roads,
                                       .road_stamp = roads_stamp_of(&s->live->world),
                                       .units_max = s->live->world.limits.units,
                                       .world = str_of(s->conf->world),
                                       .from_view = s->ways.view_cover,
                                       .to_view = s->ways.cover_view,
                                       .past_first_us = PAST_FIRST_US,
                                       .past_every_us = US_PER_HOUR };
    return cover_start(&setup, &s->cover, f);
}

static enum err start_rounds(struct server *s, struct fault *f)
{
    const struct rounds_setup setup = { .road = s->road.network.map != NULL ? &s->road : NULL,
                                        .roads = s->roads,
                                        .road_stamp = roads_stamp_of(&s->live->world),
                                        .units_max = s->live->world.limits.units };
    return rounds_start(&setup, &s->rounds, f);
}

static enum err start_core(struct server *s, struct fault *f)
{
    struct core_setup setup = { .conf = s->conf,
                                .base = s->base,
                                .world = &s->live->world,
                                .clock = &s->clock,
                                .positions = s->positions,
                                .road = s->road.network.map != NULL ? &s->road : NULL,
                                .roads = s->roads,
                                .cover = s->cover,
                                .rounds = s->rounds,
                                .writer = s->writer,
                                .gateways = s->ways.gateways,
                                .inside = s->ways.auth_core,
                                .to_archive = s->ways.core_archive,
                                .from_archive = s->ways.archive_core,
                                .rows = s->ways.rows,
                                .on_positions = give_positions,
                                .arg = s };
    for (unsigned g = 0; g < s->ways.gateways; g++) {
        setup.from_gateway[g] = s->ways.doors[g].to_core;
        setup.to_gateway[g] = s->to_gateways[g] = s->ways.doors[g].from_core;
    }
    return core_new(&setup, &s->core, f);
}

static enum err start_archive(struct server *s, struct fault *f)
{
    struct archive_setup setup = { .conf = s->conf,
                                   .world = &s->second->world,
                                   .gateways = s->ways.gateways,
                                   .notes = s->ways.rows_archive,
                                   .from_core = s->ways.core_archive,
                                   .to_core = s->ways.archive_core };
    for (unsigned g = 0; g < s->ways.gateways; g++) {
        setup.from_gateway[g] = s->ways.doors[g].to_archive;
        setup.to_gateway[g] = s->ways.doors[g].from_archive;
    }
    return archive_start(&setup, &s->archive, f);
}

static void put_metrics(void *arg, struct buf *b)
{
    const struct server *s = arg;
    tracks_metrics(s->tracks, b);
    rounds_metrics(s->rounds, b);
    buf_fmt(b,
            "# HELP tocsin_protected_at_hand protected values in memory for the time when the "
            "database is down\n# TYPE tocsin_protected_at_hand gauge\n"
            "tocsin_protected_at_hand %u\n",
            s->auth != NULL ? auth_at_hand(s->auth) : 0);
}

static int64_t log_lost(void *arg)
{
    return atomic_load(&((struct server *)arg)->log_lost);
}

static enum err start_view(struct server *s, const struct log_head *head, struct fault *f)
{
    struct view_setup setup = { .conf = s->conf,
                                .world = &s->second->world,
                                .rows = s->ways.rows,
                                .ring = s->ring,
                                .road = s->road.network.map != NULL ? &s->road : NULL,
                                .roads = s->roads,
                                .cover = s->cover,
                                .rounds = s->rounds,
                                .gateways = s->ways.gateways,
                                .epoch = log_writer_epoch(s->writer),
                                .world_name = str_of(s->conf->world),
                                .world_id = str_of(head->world_id) };
    for (unsigned g = 0; g < s->ways.gateways; g++) {
        setup.from_gateway[g] = s->ways.doors[g].to_view;
        setup.to_gateway[g] = s->ways.doors[g].from_view;
    }
    setup.side = s->recovery.side;
    setup.to_archive = s->ways.rows_archive;
    setup.projection = s->projection;
    setup.to_auth = s->ways.view_auth;
    setup.to_cover = s->ways.view_cover;
    setup.from_cover = s->ways.cover_view.queue;
    setup.more_metrics = put_metrics;
    setup.log_lost = log_lost;
    setup.more_arg = s;
    enum err e = start_archive(s, f); /* reads the view's world while it stands still */
    if (e != OK) {
        return e;
    }
    s->recovery.side = NULL; /* the view's from now on */
    return view_start(&setup, &s->view, f);
}

static enum err start_auth(struct server *s, struct fault *f)
{
    struct auth_setup setup = { .conf = s->conf,
                                .gateways = s->ways.gateways,
                                .ended = &s->ways.ended,
                                .to_core = s->ways.auth_core,
                                .from_view = s->ways.view_auth,
                                .world = &s->live->world };
    for (unsigned g = 0; g < s->ways.gateways; g++) {
        setup.from_gateway[g] = s->ways.doors[g].to_auth;
        setup.to_gateway[g] = s->ways.doors[g].from_auth;
    }
    return auth_start(&setup, &s->auth, f);
}

/* Of a world that runs faster than life: nobody leads that clock, so any thread may read it. At
 * rate 1 the others read the system's clock themselves. */
static int64_t fast_clock(void *arg)
{
    return server_clock_now(arg);
}

static enum err start_tracks(struct server *s, struct fault *f)
{
    const struct tracks_setup setup = { .conf = s->conf,
                                        .now_us = s->conf->clock_rate > 1 ? fast_clock : NULL,
                                        .now_arg = &s->clock };
    return tracks_start(&setup, &s->tracks, f);
}

static enum err start_gateways(struct server *s, const struct log_head *head, struct fault *f)
{
    for (unsigned g = 0; g < s->ways.gateways; g++) {
        const struct gateway_setup setup = { .conf = s->conf,
                                             .door = s->ways.doors[g],
                                             .ring = s->ring,
                                             .world = str_of(s->conf->world),
                                             .world_id = str_of(head->world_id),
                                             .epoch = log_writer_epoch(s->writer),
                                             .clock_rate = (uint32_t)s->conf->clock_rate,
                                             .now_us = s->conf->clock_rate > 1 ? fast_clock : NULL,
                                             .now_arg = &s->clock,
                                             .tiles_hash = s->tiles_hash };
        enum err e = gateway_start(&setup, &s->gateways[g], f);
        if (e != OK) {
            return e;
        }
    }
    return OK;
}

static enum err listen_now(struct server *s, struct fault *f)
{
    uint16_t port = 0;
    enum err e =
        listener_open(s->base, s->conf, s->to_gateways, s->ways.gateways, &s->listener, &port, f);
    if (e == OK) {
        bool tls = s->conf->tls_certificate[0] != '\0';
        printf("tocsind: %s://%s:%u/ world %s\n", tls ? "https" : "http", s->conf->bind_address,
               port, s->conf->world);
        fflush(stdout);
    }
    return e;
}

/* ---- the log's callbacks ---- */

static void begin_record(struct server *s, const struct log_head *head)
{
    struct command cmd = { .type = COMMAND_WORLD_CREATE,
                           .principal = STR("system"),
                           .id = STR("begin") };
    cmd.as.world_create = (struct world_create){ .world = str_of(s->conf->world),
                                                 .world_id = str_of(head->world_id) };
    core_internal(s->core, &cmd);
}

/* What the last holder wrote meanwhile. All that needs the database before the doors open: after a
 * failure it can be done again. */
static enum err read_tail(struct server *s, struct fault *f)
{
    const struct world *w = &s->live->world;
    enum err e = recover_to_head(&s->recovery, f);
    if (e == OK &&
        (w->seq != s->head->seq || memcmp(&w->hash, &s->head->hash, sizeof(w->hash)) != 0)) {
        e = fault_set(f, ERR_CORRUPT, "the log's head does not agree with its rows", NULL,
                      "run tocsin verify-log");
    }
    if (e == OK) {
        digest_start(&s->second->world);
        e = projection_start(s->conf, &s->second->world, s->ways.rows.wake_fd, &s->projection, f);
    }
    return e;
}

static enum err open_doors(struct server *s, struct fault *f)
{
    recover_end(&s->recovery);
    server_clock_start(&s->clock, s->conf->clock_rate, s->live->world.at);
    enum err e = start_roads(s, f);
    e = e == OK ? start_cover(s, f) : e;
    e = e == OK ? start_rounds(s, f) : e;
    e = e == OK ? start_core(s, f) : e;
    e = e == OK ? start_tracks(s, f) : e;
    e = e == OK ? start_view(s, s->head, f) : e;
    e = e == OK ? start_auth(s, f) : e;
    e = e == OK ? start_gateways(s, s->head, f) : e;
    return e == OK ? listen_now(s, f) : e;
}

/* A standby's reader can have lost its connection when the writer's is back already, as after a
 * restart of the database, which may also go again at once: until it can be read the lease is held
 * and the chores try anew. */
static void take_over(struct server *s)
{
    const struct log_head *head = s->head;
    struct fault f = { .err = OK };
    enum err e = read_tail(s, &f);
    if (e == ERR_LOG_UNAVAILABLE) {
        if (!s->unread) {
            log_warn("server", "the log is ours and cannot be read yet", "error=\"%s\"", f.primary);
        }
        s->unread = true;
        return;
    }
    e = e == OK ? open_doors(s, &f) : e;
    if (e != OK) {
        fail(s, "cannot start", &f);
        return;
    }
    log_info("server", "log held", "seq=%llu epoch=%llu", (unsigned long long)head->seq,
             (unsigned long long)head->epoch);
    core_resumed(s->core);
    if (head->seq == 0) {
        begin_record(s, head);
        core_work(s->core);
    }
}

/* The lease is ours. */
static void on_held(void *arg, const struct log_head *head)
{
    struct server *s = arg;
    s->head = head;
    take_over(s);
}

static void on_durable(void *arg, uint64_t last_seq)
{
    core_durable(((struct server *)arg)->core, last_seq);
}

static void on_lost(void *arg, const char *reason)
{
    struct server *s = arg;
    log_error("server", "log lost; nothing is decided until it is back", "reason=\"%s\"", reason);
    if (s->core != NULL) {
        if (atomic_load(&s->log_lost) == 0) {
            atomic_store(&s->log_lost, server_clock_now(&s->clock));
        }
        core_lost(s->core);
    }
}

static void on_resumed(void *arg, uint64_t epoch)
{
    struct server *s = arg;
    log_info("server", "log is back", "epoch=%llu", (unsigned long long)epoch);
    atomic_store(&s->log_lost, 0);
    if (s->core != NULL) {
        core_resumed(s->core);
    }
}

static void on_fenced(void *arg, const char *reason)
{
    log_error("server", "another server holds the log; ending", "reason=\"%s\"", reason);
    stop_loop(arg, 1);
}

/* ---- the loop ---- */

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    struct server *s = arg;
    (void)what;
    if (s->core != NULL) {
        core_work(s->core);
    } else {
        wake_clear(fd);
    }
}

/* A standby keeps its worlds warm while another server holds the log. */
static void keep_warm(struct server *s)
{
    struct fault f = { .err = OK };
    if (s->recovery.pg != NULL && recover_to_head(&s->recovery, &f) == ERR_CORRUPT) {
        fail(s, "the log does not verify", &f);
    }
}

static void on_chore(evutil_socket_t fd, short what, void *arg)
{
    struct server *s = arg;
    static unsigned n;
    (void)fd;
    (void)what;
    if (s->core == NULL) {
        if (s->head != NULL && log_writer_ready(s->writer)) {
            take_over(s);
        } else if (s->head == NULL && ++n % 10 == 0) {
            keep_warm(s);
        }
        return;
    }
    core_chores(s->core);
    if (s->stopping && core_quiesce(s->core)) {
        stop_loop(s, 0);
    }
}

static void on_signal(evutil_socket_t number, short what, void *arg)
{
    struct server *s = arg;
    (void)what;
    log_info("server", "stopping", "signal=%d", (int)number);
    listener_close(s->listener);
    s->listener = NULL;
    if (s->core == NULL || s->stopping) {
        stop_loop(s, 0);
    }
    s->stopping = true;
}

static void raise_descriptor_limit(const struct conf *conf)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
        if (r.rlim_cur < (rlim_t)conf->connections_max + 64) {
            log_warn("server", "fewer descriptors than connections allowed",
                     "limit=%llu connections_max=%lld", (unsigned long long)r.rlim_cur,
                     (long long)conf->connections_max);
        }
    }
}

/* A map that cannot be used is said at once, not when the log is ours; it is hashed once for all
 * gateways. */
static enum err check_map(struct server *s, struct fault *f)
{
    struct tiles *t = NULL;
    const char *path = s->conf->basemap;
    enum err e = path[0] != '\0' ? tiles_hash(path, s->tiles_hash, f) : OK;
    if (e == OK && path[0] != '\0') {
        e = tiles_open(path, s->tiles_hash, &t, f);
        tiles_free(t);
    }
    return e;
}

static enum err open_parts(struct server *s, struct fault *f)
{
    struct world_limits limits = worlds_limits(s->conf);
    enum err e = check_map(s, f);
    e = e == OK ? roads_open_files(s->conf, &s->road, &s->speeds, f) : e;
    e = e == OK ? ways_open(s->conf, &s->ways, f) : e;
    e = e == OK ? worlds_new(&limits, &s->live, f) : e;
    e = e == OK ? worlds_new(&limits, &s->second, f) : e;
    if (e != OK) {
        return e;
    }
    s->positions = positions_new((uint32_t)s->conf->units_max);
    s->ring = ring_new((size_t)s->conf->ring_bytes, s->ways.gateways);
    s->base = event_base_new();
    if (s->positions == NULL || s->ring == NULL || s->base == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the server", NULL, NULL);
    }
    e = recover_begin(&s->recovery, s->conf, &s->live->world, &s->second->world, f);
    return e == OK ? recover_to_head(&s->recovery, f) : e;
}

static enum err open_loop(struct server *s, struct fault *f)
{
    const struct log_writer_opts opts = { .base = s->base,
                                          .conninfo = s->conf->database,
                                          .world = s->conf->world,
                                          .arg = s,
                                          .on_held = on_held,
                                          .on_durable = on_durable,
                                          .on_lost = on_lost,
                                          .on_resumed = on_resumed,
                                          .on_fenced = on_fenced };
    struct timeval every = { .tv_usec = CHORE_US };
    s->wake = event_new(s->base, s->ways.core_fd, EV_READ | EV_PERSIST, on_wake, s);
    s->chores = event_new(s->base, -1, EV_PERSIST, on_chore, s);
    s->on_term = evsignal_new(s->base, SIGTERM, on_signal, s);
    s->on_int = evsignal_new(s->base, SIGINT, on_signal, s);
    if (s->wake == NULL || s->chores == NULL || s->on_term == NULL || s->on_int == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the event loop", NULL, NULL);
    }
    event_add(s->wake, NULL);
    event_add(s->chores, &every);
    event_add(s->on_term, NULL);
    event_add(s->on_int, NULL);
    return log_writer_open(&opts, &s->writer, f);
}

static void close_events(struct server *s)
{
    struct event *all[] = { s->wake, s->chores, s->on_term, s->on_int };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i] != NULL) {
            event_free(all[i]);
        }
    }
}

static void close_all(struct server *s)
{
    listener_close(s->listener);
    for (unsigned g = 0; g < s->ways.gateways; g++) {
        if (s->gateways[g] != NULL) {
            gateway_stop(s->gateways[g]);
        }
    }
    if (s->view != NULL) {
        view_stop(s->view);
    }
    cover_stop(s->cover);
    if (s->auth != NULL) {
        auth_stop(s->auth);
    }
    if (s->archive != NULL) {
        archive_stop(s->archive);
    }
    projection_stop(s->projection);
    tracks_stop(s->tracks);
    log_writer_close(s->writer);
    core_free(s->core);
    rounds_stop(s->rounds);
    roads_stop(s->roads);
    recover_end(&s->recovery);
    side_free(s->recovery.side);
    close_events(s);
    if (s->base != NULL) {
        event_base_free(s->base);
    }
    ring_free(s->ring);
    speeds_close(&s->speeds);
    road_close(&s->road);
    positions_free(s->positions);
    worlds_free(s->live);
    worlds_free(s->second);
    ways_close(&s->ways);
}

int server_run(const struct conf *conf)
{
    struct server s = { .conf = conf };
    struct fault f = { .err = OK };
    raise_descriptor_limit(conf);
    signal(SIGPIPE, SIG_IGN);
    enum err e = open_parts(&s, &f);
    e = e == OK ? open_loop(&s, &f) : e;
    if (e != OK) {
        fail(&s, "cannot start", &f);
    } else {
        event_base_dispatch(s.base);
    }
    close_all(&s);
    return s.status;
}
