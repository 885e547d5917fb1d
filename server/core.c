/* The core's loop: the inbox, the batches toward the log, and what comes back from it. */
#include "server/core_inside.h"

#include "base/log.h"
#include "base/must.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/plan/price.h"
#include "server/cover.h"
#include "server/internal.h"
#include "server/past.h"
#include "server/rounds.h"
#include "server/rows.h"
#include "server/wake.h"

#include <event2/event.h>
#include <stdlib.h>
#include <time.h>

/* Commands of a gateway in one round: what the log answers must not wait for a long inbox. */
#define PULL_MAX 8
#define TICK_RETRY_US US_PER_S

/* ---- ports ---- */

static uint32_t port_travel(void *arg, struct point from, struct point to)
{
    return travel_ms(&((struct core *)arg)->travel, from, to);
}

static void port_travel_table(void *arg, const struct point *from, uint32_t from_count,
                              const struct point *to, uint32_t to_count, uint32_t *ms)
{
    travel_table(&((struct core *)arg)->travel, from, from_count, to, to_count, ms);
}

static const char *port_engine(void *arg)
{
    return travel_engine(&((struct core *)arg)->travel);
}

static bool port_road_met(void *arg, const struct point *points, uint32_t count, bool area,
                          struct text64 *name)
{
    return roads_met(((struct core *)arg)->s.road, points, count, area, name);
}

static uint32_t port_detour(void *arg, struct point from, struct point to, uint32_t *notice)
{
    return travel_detour_ms(&((struct core *)arg)->travel, from, to, notice);
}

_Static_assert(COVER_LOSS_SHIFT == PRICE_STAKE_SHIFT, "shares of cover are told in one unit");

static bool port_calls(void *arg, uint32_t tiers, uint32_t *out)
{
    return cover_calls_of(((struct core *)arg)->s.cover, tiers, out);
}

static uint32_t port_stake(void *arg, uint32_t unit)
{
    return cover_stake_of(((struct core *)arg)->s.cover, unit);
}

static bool port_wanted(void *arg, uint32_t unit, struct wanted *out)
{
    return rounds_wanted(((struct core *)arg)->s.rounds, unit, out);
}

static bool port_fix(void *arg, uint32_t unit, struct fix *out)
{
    return positions_get(((struct core *)arg)->s.positions, unit, out);
}

/* ---- the inbox ---- */

static void take_positions(struct core *c, const struct door_positions *p)
{
    const struct door_fix *fixes = (const struct door_fix *)(p + 1);
    int64_t now = server_clock_now(c->s.clock);
    for (uint32_t i = 0; i < p->count; i++) {
        (void)positions_accept(c->s.positions, &fixes[i], now);
    }
}

/* Takes the oldest record of one gateway. False when there is none, or it must wait for the log. */
static bool take_one(struct core *c, struct queue *q)
{
    void *at;
    size_t len;
    if (!queue_peek(q, &at, &len)) {
        return false;
    }
    uint32_t kind;
    memcpy(&kind, at, sizeof(kind));
    if (kind == DOOR_POSITIONS) {
        take_positions(c, at);
    } else if (kind == DOOR_CREW) {
        crew_take(c->crew, at, monotonic_us());
    } else {
        must(kind == DOOR_COMMAND);
        if (!c->open || c->quiescing || c->gather->count == c->gather->cap ||
            !outbox_has_room(c->outbox, ANSWER_ROOM)) {
            return false;
        }
        core_take_command(c, at);
    }
    queue_release(q);
    return true;
}

/* The same of the commands that the threads around the core send. */
static bool take_inside(struct core *c)
{
    void *at;
    size_t len;
    struct command cmd;
    if (!c->open || c->quiescing || c->gather->count == c->gather->cap ||
        !queue_peek(c->s.inside.queue, &at, &len)) {
        return false;
    }
    arena_reset(&c->body);
    internal_read(at, len, &c->body, &cmd);
    core_internal(c, &cmd);
    queue_release(c->s.inside.queue);
    return true;
}

/* A command that comes back from the archive. */
static bool take_past(struct core *c)
{
    void *at;
    size_t len;
    const struct door_command *ask;
    struct incident past = { 0 };
    if (!c->open || c->quiescing || c->gather->count == c->gather->cap ||
        !outbox_has_room(c->outbox, ANSWER_ROOM) ||
        !queue_peek(c->s.from_archive.queue, &at, &len)) {
        return false;
    }
    enum past found = past_read(at, len, &ask, &past);
    if (found == PAST_LATER) {
        core_tell_later(c, ask);
    } else {
        core_take_past(c, ask, found == PAST_FOUND ? &past : NULL, found == PAST_TAKEN);
    }
    queue_release(c->s.from_archive.queue);
    return true;
}

static bool pull(struct core *c)
{
    bool any = false;
    while (take_inside(c) || take_past(c)) {
        any = true;
    }
    for (unsigned g = 0; g < c->s.gateways; g++) {
        for (int n = 0; n < PULL_MAX && take_one(c, c->s.from_gateway[g].queue); n++) {
            any = true;
        }
    }
    return any;
}

/* ---- toward the log and from it ---- */

static void flush(struct core *c)
{
    if (!c->open || c->flying != NULL || c->gather->count == 0 || !log_writer_ready(c->s.writer)) {
        return;
    }
    c->flying = c->gather;
    c->gather = c->flying == &c->batch[BATCHES - 1] ? &c->batch[0] : c->flying + 1;
    must(c->gather->count == 0);
    c->flying_since = monotonic_us();
    log_writer_submit(c->s.writer, c->flying->rows, c->flying->count);
    c->state.batches++;
}

static void arm_timer(struct core *c)
{
    int64_t next = deadlines_next(c->s.world);
    if (next == 0 || !c->open || c->quiescing) {
        event_del(c->timer);
        return;
    }
    int64_t wait = server_clock_wait_us(c->s.clock, next);
    struct timeval tv = { .tv_sec = (time_t)(wait / US_PER_S),
                          .tv_usec = (suseconds_t)(wait % US_PER_S) };
    event_add(c->timer, &tv);
}

static void tick(struct core *c)
{
    struct command cmd = { .type = COMMAND_CLOCK_TICK,
                           .principal = STR("system"),
                           .id = STR("tick") };
    cmd.as.clock_tick.now = server_clock_now(c->s.clock);
    core_internal(c, &cmd);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct core *c = arg;
    (void)fd;
    (void)what;
    if (!c->open || c->quiescing) {
        return;
    }
    if (c->gather->count < c->gather->cap) {
        tick(c);
    }
    int64_t next = deadlines_next(c->s.world);
    if (c->decision->count == 0 && next != 0 && next <= server_clock_now(c->s.clock)) {
        struct timeval tv = { .tv_sec = TICK_RETRY_US / US_PER_S };
        event_add(c->timer, &tv);
    } else {
        arm_timer(c);
    }
    flush(c);
}

static bool all_asleep(struct core *c)
{
    bool asleep = queue_sleep(c->s.inside.queue);
    asleep = queue_sleep(c->s.from_archive.queue) && asleep;
    for (unsigned g = 0; g < c->s.gateways; g++) {
        bool empty = queue_sleep(c->s.from_gateway[g].queue);
        asleep = asleep && empty;
    }
    return asleep;
}

void core_work(struct core *c)
{
    wake_clear(c->s.from_gateway[0].wake_fd);
    /* Awake with work that must wait for the log: on_durable or a chore goes on with it. */
    bool any = pull(c) || (!all_asleep(c) && pull(c));
    flush(c);
    if (any) {
        wake_up(c->s.from_gateway[0].wake_fd); /* again, when the loop has looked at the log */
    }
    outbox_release(c->outbox, c->durable_seq);
    arm_timer(c);
}

/* Every decision from here on is made with the times that the world names. */
void core_use_roads(struct core *c)
{
    travel_use(&c->travel, roads_use(c->s.roads, ROADS_OF_CORE, roads_stamp_of(c->s.world)));
}

void core_internal(struct core *c, const struct command *cmd)
{
    must(str_is(cmd->principal, "system"));
    if (!c->open || c->gather->count == c->gather->cap) {
        c->decision->count = 0;
        return;
    }
    core_run(c, cmd);
    if (cmd->type == COMMAND_ROAD_WEIGHTS && c->decision->count > 0) {
        core_use_roads(c);
    }
    if (c->decision->refusal != REFUSED_NOT) {
        log_warn("core", "own command refused", "command=%s why=%s", command_infos[cmd->type].word,
                 refusal_infos[c->decision->refusal].code);
    }
}

/* A durable row goes to the view. Its queue is large; if the view is behind, the core waits for it:
 * pictures may be late, the record is not, and nothing may be skipped. */
static void hand_row(struct core *c, const struct log_row *r)
{
    size_t len =
        sizeof(struct row_record) + r->actor.len + r->command_id.len + r->command.len + r->data.len;
    char *at;
    while ((at = queue_reserve(c->s.rows.queue, len)) == NULL) {
        wake_up(c->s.rows.wake_fd);
        nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
    }
    struct row_record head = { .seq = r->seq,
                               .epoch = r->epoch,
                               .at_us = r->at_us,
                               .hash = r->hash,
                               .actor_len = (uint32_t)r->actor.len,
                               .id_len = (uint32_t)r->command_id.len,
                               .command_len = (uint32_t)r->command.len,
                               .data_len = (uint32_t)r->data.len };
    memcpy(at, &head, sizeof(head));
    at += sizeof(head);
    const struct str parts[] = { r->actor, r->command_id, r->command, r->data };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        memcpy(at, parts[i].at, parts[i].len);
        at += parts[i].len;
    }
    if (queue_commit(c->s.rows.queue)) {
        wake_up(c->s.rows.wake_fd);
    }
}

void core_durable(struct core *c, uint64_t last_seq)
{
    must(c->flying != NULL && c->flying->rows[c->flying->count - 1].seq == last_seq);
    struct batch *done = c->flying;
    c->flying = NULL;
    c->state.append_us += (uint64_t)(monotonic_us() - c->flying_since);
    c->durable_seq = last_seq;
    flush(c); /* the next batch flies while this one is handed on */
    for (uint32_t i = 0; i < done->count; i++) {
        hand_row(c, &done->rows[i]);
    }
    outbox_release(c->outbox, last_seq);
    batch_reset(done);
    core_work(c);
}

void core_lost(struct core *c)
{
    c->open = false;
    event_del(c->timer);
    core_tell_state(c);
}

void core_resumed(struct core *c)
{
    c->open = true;
    core_tell_state(c);
    core_work(c);
}

bool core_quiesce(struct core *c)
{
    c->quiescing = true;
    flush(c);
    return c->flying == NULL && c->gather->count == 0;
}

enum err core_new(const struct core_setup *setup, struct core **out, struct fault *f)
{
    struct core *c = calloc(1, sizeof(*c));
    if (c == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the core", NULL, NULL);
    }
    c->s = *setup;
    c->ports = (struct ports){
        .arg = c,
        .travel_ms = port_travel,
        .travel_table = port_travel_table,
        .engine = port_engine,
        .fix = port_fix,
    };
    if (setup->road != NULL) {
        c->ports.road_met = port_road_met;
        c->ports.detour_ms = port_detour;
    }
    if (setup->rounds != NULL) {
        c->ports.wanted = port_wanted;
        c->round.due = true; /* what waits since before the start */
    }
    if (setup->road != NULL && setup->cover != NULL) {
        c->ports.calls = port_calls;
        c->ports.stake = port_stake;
    }
    c->durable_seq = setup->world->seq;
    arena_init(&c->arena, TURN_BYTES_MAX);
    arena_init(&c->body, TURN_BYTES_MAX);
    buf_init(&c->data);
    buf_init(&c->events);
    buf_init(&c->by_text);
    c->decision = calloc(1, sizeof(*c->decision));
    c->outbox = outbox_new(c->s.to_gateway, setup->gateways);
    c->timer = evtimer_new(setup->base, on_timer, c);
    uint32_t rows = (uint32_t)setup->conf->batch_rows_max;
    bool room = c->decision != NULL && c->outbox != NULL && c->timer != NULL;
    for (int i = 0; i < BATCHES; i++) {
        room = batch_init(&c->batch[i], rows) && room;
    }
    if (!room) {
        core_free(c);
        return fault_set(f, ERR_NO_MEMORY, "no memory for the core", NULL, NULL);
    }
    enum err err = travel_init(&c->travel, setup->road, f);

    if (err == OK) {
        err = crew_new(&setup->world->limits, monotonic_us(), &c->crew, f);
    }
    if (err != OK) {
        core_free(c);
        return err;
    }
    if (setup->roads != NULL) {
        core_use_roads(c);
    }
    c->gather = &c->batch[0];
    c->unsynchronised = !server_clock_synchronised();
    *out = c;
    return OK;
}

void core_free(struct core *c)
{
    if (c == NULL) {
        return;
    }
    if (c->timer != NULL) {
        event_free(c->timer);
    }
    outbox_free(c->outbox);
    crew_free(c->crew);
    travel_fini(&c->travel);
    for (int i = 0; i < BATCHES; i++) {
        batch_fini(&c->batch[i]);
    }
    buf_fini(&c->data);
    buf_fini(&c->events);
    buf_fini(&c->by_text);
    arena_fini(&c->arena);
    arena_fini(&c->body);
    free(c->decision);
    free(c);
}
