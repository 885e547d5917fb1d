/* A server, put together as server/server.c does it: the parts are its own; missing are the auth,
 * archive and track threads, the read tables and the listener. A token is checked at once here. */
#include "tests/sim/sim.h"

#include "base/log.h"
#include "dispatch/core/digest.h"
#include "dispatch/view/side.h"
#include "server/core.h"
#include "server/past.h"
#include "server/replay.h"
#include "server/view.h"
#include "server/ways.h"
#include "server/worlds.h"
#include "ws/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHORE_US (100 * US_PER_MS)

struct node {
    unsigned index;
    bool up;
    bool fenced;
    int64_t paused_us;
    struct conf conf;
    struct ways ways;
    struct world_memory *live, *second;
    struct side *side;
    struct arena arena;
    struct positions *positions;
    struct ring *ring;
    struct server_clock clock;
    struct log_writer *writer;
    const struct log_head *head;
    struct core *core;
    struct view *view;
    struct coroutine *view_thread;
    struct gateway *gateway;
    int64_t chore_us;
    int64_t view_rests_us; /* the view's thread gets no time until then */
};

static struct node nodes[NODES];

struct node *node_of(unsigned index)
{
    nodes[index].index = index;
    return &nodes[index];
}

unsigned node_index(const struct node *n)
{
    return n->index;
}

bool node_up(const struct node *n)
{
    return n->up && n->paused_us <= sim.now_us;
}

const struct world *node_world(const struct node *n)
{
    return &n->live->world;
}

bool node_gone(const struct node *n)
{
    return !n->up;
}

bool node_serves(const struct node *n)
{
    return node_up(n) && n->gateway != NULL;
}

const void *node_gateway_way(const struct node *n)
{
    return &n->ways.doors[0].from_core;
}

void node_pause(struct node *n, int64_t until_us)
{
    sim_say("node %u stands still", n->index);
    n->paused_us = until_us;
}

/* ---- reading the log ---- */

static void read_rows(struct node *n)
{
    struct world *worlds[2] = { &n->live->world, &n->second->world };

    while (n->live->world.seq < base_seq()) {
        const struct log_row *row = base_row(n->live->world.seq + 1);
        struct row_content content;
        struct fault f = { .err = OK };

        if (replay_row(worlds, 2, row, &n->arena, &content, &f) != OK) {
            sim_broken("node %u cannot read row %llu: %s %s", n->index,
                       (unsigned long long)row->seq, f.field, f.primary);
        }
        side_row(n->side, row->seq, row->at_us, &content);
    }
}

/* ---- the parts ---- */

static void no_fixes(void *arg, const struct door_fix *fixes, uint32_t count, int64_t at_us,
                     uint64_t seq)
{
    (void)seq;
    view_positions(((struct node *)arg)->view, fixes, count, at_us);
}

static void start_core(struct node *n)
{
    struct fault f = { .err = OK };
    struct core_setup setup = { .conf = &n->conf,
                                .world = &n->live->world,
                                .clock = &n->clock,
                                .positions = n->positions,
                                .writer = n->writer,
                                .gateways = 1,
                                .inside = n->ways.auth_core,
                                .to_archive = n->ways.core_archive,
                                .from_archive = n->ways.archive_core,
                                .rows = n->ways.rows,
                                .on_positions = no_fixes,
                                .arg = n };

    setup.from_gateway[0] = n->ways.doors[0].to_core;
    setup.to_gateway[0] = n->ways.doors[0].from_core;
    must(core_new(&setup, &n->core, &f) == OK);
}

static void start_view(struct node *n)
{
    struct fault f = { .err = OK };
    struct view_setup setup = { .conf = &n->conf,
                                .world = &n->second->world,
                                .rows = n->ways.rows,
                                .ring = n->ring,
                                .gateways = 1,
                                .epoch = log_writer_epoch(n->writer),
                                .world_name = STR(SIM_WORLD),
                                .world_id = STR(SIM_WORLD_ID),
                                .side = n->side };

    setup.from_gateway[0] = n->ways.doors[0].to_view;
    setup.to_gateway[0] = n->ways.doors[0].from_view;
    n->view_thread = coroutine_catch();
    must(view_start(&setup, &n->view, &f) == OK);
}

static void start_gateway(struct node *n)
{
    struct fault f = { .err = OK };
    const struct gateway_setup setup = { .conf = &n->conf,
                                         .door = n->ways.doors[0],
                                         .ring = n->ring,
                                         .world = STR(SIM_WORLD),
                                         .world_id = STR(SIM_WORLD_ID),
                                         .epoch = log_writer_epoch(n->writer),
                                         .clock_rate = 1 };

    (void)coroutine_catch(); /* its loop is run by loop_run_uv */
    must(gateway_start(&setup, &n->gateway, &f) == OK);
}

static void take_over(struct node *n)
{
    read_rows(n);
    if (n->live->world.seq != n->head->seq ||
        memcmp(&n->live->world.hash, &n->head->hash, sizeof(n->head->hash)) != 0) {
        sim_broken("node %u holds a head that is not the log's end", n->index);
    }
    digest_start(&n->second->world);
    law_recovered(&n->live->world, &n->second->world);
    server_clock_start(&n->clock, 1, n->live->world.at);
    start_core(n);
    start_view(n);
    start_gateway(n);
    sim_say("node %u serves from row %llu in epoch %llu", n->index,
            (unsigned long long)n->head->seq, (unsigned long long)log_writer_epoch(n->writer));
    core_resumed(n->core);
}

/* ---- the log's callbacks ---- */

static void on_held(void *arg, const struct log_head *head)
{
    struct node *n = arg;

    n->head = head;
    take_over(n);
}

static void on_durable(void *arg, uint64_t last_seq)
{
    core_durable(((struct node *)arg)->core, last_seq);
}

static void on_lost(void *arg, const char *reason)
{
    struct node *n = arg;

    (void)reason;
    if (n->core != NULL) {
        core_lost(n->core);
    }
}

static void on_resumed(void *arg, uint64_t epoch)
{
    struct node *n = arg;

    sim_say("node %u goes on in epoch %llu", n->index, (unsigned long long)epoch);
    if (n->core != NULL) {
        core_resumed(n->core);
    }
}

static void on_fenced(void *arg, const char *reason)
{
    struct node *n = arg;

    sim_say("node %u is fenced: %s", n->index, reason);
    n->fenced = true;
}

/* ---- life ---- */

static void settings(struct conf *c)
{
    conf_init(c);
    c->gateways = 1;
    c->incidents_max = 1024;
    c->reports_max = 2048;
    c->assignments_max = 4096;
    c->units_max = 256;
    c->users_max = 64;
    c->zones_max = 64;
    c->types_max = 512;
    c->command_ids_max = 16384;
    c->ring_bytes = 1 << 20;
    c->lag_bytes_max = 65536;
    c->batch_rows_max = 1 + sim_below(12);
}

void node_boot(struct node *n)
{
    unsigned index = n->index;
    struct fault f = { .err = OK };

    *n = (struct node){ .index = index, .up = true };
    sim.running = n;
    settings(&n->conf);
    struct world_limits limits = worlds_limits(&n->conf);

    must(ways_open(&n->conf, &n->ways, &f) == OK);
    must(worlds_new(&limits, &n->live, &f) == OK && worlds_new(&limits, &n->second, &f) == OK);
    log_genesis_hash(STR(SIM_WORLD), &n->live->world.hash);
    n->second->world.hash = n->live->world.hash;
    arena_init(&n->arena, (size_t)64 << 20);
    n->side = side_new(&limits);
    n->positions = positions_new((uint32_t)n->conf.units_max);
    n->ring = ring_new((size_t)n->conf.ring_bytes, 1);
    must(n->side != NULL && n->positions != NULL && n->ring != NULL);
    const struct log_writer_opts o = { .conninfo = "",
                                       .world = SIM_WORLD,
                                       .arg = n,
                                       .on_held = on_held,
                                       .on_durable = on_durable,
                                       .on_lost = on_lost,
                                       .on_resumed = on_resumed,
                                       .on_fenced = on_fenced };

    must(log_writer_open(&o, &n->writer, &f) == OK);
    sim.running = NULL;
    sim_say("node %u begins", n->index);
}

/* Its memory stays where it is: a killed process frees nothing, and this one ends soon. */
void node_kill(struct node *n, const char *why)
{
    sim_say("node %u is killed: %s", n->index, why);
    base_forget(n);
    loop_forget(n);
    wires_forget(n);
    close(n->ways.core_fd);
    close(n->ways.view_fd);
    close(n->ways.auth_fd);
    close(n->ways.archive_fd);
    close(n->ways.gateway_fd[0]);
    n->up = false;
    n->gateway = NULL;
}

/* "tok-NAME" is NAME's. */
static void check_token(struct node *n, const void *record)
{
    struct door_auth_ask ask;
    struct door_auth_done done = { .kind = DOOR_AUTH_DONE, .err = ERR_UNSIGNED };
    char bytes[256];
    bool wake;

    memcpy(&ask, record, sizeof(ask));
    const char *token = (const char *)record + sizeof(ask);

    done.request = ask.request;
    if (ask.what == AUTH_CHECK && ask.len[0] > 4 && ask.len[0] < 64 &&
        memcmp(token, "tok-", 4) == 0) {
        done.err = OK;
        done.expires_us = sim_wall_us() + US_PER_DAY;
        done.user_len = ask.len[0] - 4;
        memcpy(done.session, token, 8);
        memcpy(bytes + sizeof(done), token + 4, done.user_len);
    }
    memcpy(bytes, &done, sizeof(done));
    must(queue_push(n->ways.doors[0].from_auth.queue, bytes, sizeof(done) + done.user_len, &wake));
}

static void step_auth(struct node *n)
{
    struct queue *q = n->ways.doors[0].to_auth.queue;
    void *at;
    size_t len;

    while (queue_peek(q, &at, &len)) {
        check_token(n, at);
        queue_release(q);
    }
}

/* The archive is asked for numbers of paper that memory does not have: nothing here is that old. */
static void step_archive(struct node *n)
{
    struct queue *q = n->ways.core_archive.queue;
    void *at;
    size_t len;

    while (queue_peek(q, &at, &len)) {
        const struct door_command *ask;
        struct past_record head;
        struct incident image;

        must(past_read(at, len, &ask, &image) == PAST_NONE);
        memcpy(&head, at, sizeof(head));
        must(past_push(&n->ways.archive_core, &head, ask, NULL));
        queue_release(q);
    }
}

static void step_view(struct node *n)
{
    struct view_state state;

    if (sim.faults && sim_one_in(700)) {
        n->view_rests_us = sim.now_us + (int64_t)sim_below(2000) * US_PER_MS;
    }
    if (n->view_rests_us > sim.now_us) {
        return;
    }
    coroutine_run(n->view_thread);
    view_read_state(n->view, &state);
    law_digest(state.digest_seq, state.digest);
}

static void step_served(struct node *n)
{
    if (sim_one_in(2)) {
        core_work(n->core);
    }
    if (sim_one_in(2)) {
        step_auth(n);
        step_archive(n);
    }
    if (sim_one_in(2)) {
        step_view(n);
    }
    if (sim_one_in(2)) {
        loop_run_uv(n);
    }
}

void node_step(struct node *n)
{
    if (!node_up(n)) {
        return;
    }
    sim.running = n;
    loop_run_events(n);
    if (sim.now_us >= n->chore_us && !n->fenced) {
        n->chore_us = sim.now_us + CHORE_US;
        if (n->core != NULL) {
            core_chores(n->core);
        } else {
            read_rows(n); /* a standby keeps its worlds warm */
        }
    }
    if (n->gateway != NULL && !n->fenced) {
        step_served(n);
    }
    sim.running = NULL;
    if (n->fenced) {
        node_kill(n, "another server holds the log");
    }
}
