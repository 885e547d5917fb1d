#include "server/core.h"

#include "base/log.h"
#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/pack.h"
#include "dispatch/codec/row.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/view/entry.h"
#include "routing/line.h"
#include "server/batch.h"
#include "server/outbox.h"
#include "server/retention.h"
#include "server/rows.h"
#include "server/wake.h"

#include <event2/event.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define UNDECIDED_LIMIT_US (2 * US_PER_S)
#define UNKNOWN_LIMIT_US (10 * US_PER_S)
#define ANSWER_ROOM 65536u
#define TURN_BYTES_MAX ((size_t)256 << 20)
#define PULL_MAX 128
#define BATCHES 3 /* one gathers, one flies, one is handed on */
#define POSITIONS_PER_RECORD 1000u
#define TICK_RETRY_US US_PER_S

struct core {
    struct core_setup s;
    struct ports ports;
    struct arena arena; /* of the turn */
    struct arena body;  /* of the command's lists */
    struct decision *decision;
    struct turn turn;
    struct by by;       /* of the row being written */
    struct buf data;    /* of the row being written */
    struct buf events;  /* of the answer being written */
    struct buf by_text; /* who, in the answer's events */
    struct batch batch[BATCHES];
    struct batch *gather;
    struct batch *flying; /* NULL: none */
    struct outbox *outbox;
    struct event *timer;
    uint64_t durable_seq;
    bool open; /* the log takes rows */
    bool quiescing;
    bool unsynchronised;
    unsigned chore;
    struct {
        _Atomic uint64_t durable_seq, epoch, rows, batches, refusals, repeats, positions;
        _Atomic bool ready;
    } state;
};

/* ---- ports ---- */

static bool port_fix(void *arg, uint32_t unit, struct fix *out)
{
    return positions_get(((struct core *)arg)->s.positions, unit, out);
}

/* ---- the turn ---- */

static void write_row(struct core *c)
{
    const struct decision *d = c->decision;
    const struct command *cmd = c->turn.command;
    struct world *w = c->s.world;
    c->by = (struct by){ .person = cmd->principal,
                         .role = (uint8_t)c->turn.role,
                         .seat = cmd->principal,
                         .terminal = cmd->terminal,
                         .unsynchronised = c->unsynchronised };
    struct log_personal personal[PERSONAL_MAX];
    buf_reset(&c->data);
    row_write(&c->data, text_str(&w->name), &c->by, cmd->content, d->events, d->count);
    must(buf_ok(&c->data));
    for (uint32_t i = 0; i < d->personal_count; i++) {
        const struct personal_out *p = &d->personal[i];
        personal[i] =
            (struct log_personal){ .ref = p->ref,
                                   .value = p->in->value,
                                   .kind = str_of(p->kind),
                                   .erase_after_us = retention_until(str_of(p->kind), c->turn.at) };
        memcpy(personal[i].salt, p->in->salt, sizeof(personal[i].salt));
    }
    struct log_row row = { .seq = d->seq,
                           .epoch = log_writer_epoch(c->s.writer),
                           .at_us = c->turn.at,
                           .actor = cmd->principal,
                           .command_id = cmd->id,
                           .command = str_of(command_infos[cmd->type].word),
                           .data = buf_view(&c->data),
                           .prev_hash = w->hash,
                           .personal = personal,
                           .personal_count = d->personal_count };
    must(log_row_hash(&row, &row.hash));
    batch_add(c->gather, &row);
    turn_seal(&c->turn, &row.hash);
    atomic_fetch_add_explicit(&c->state.rows, 1, memory_order_relaxed);
}

/* Decides one command; an accepted one with events is in the gathering batch afterwards. */
static void run(struct core *c, const struct command *cmd)
{
    arena_reset(&c->arena);
    c->turn = (struct turn){ .world = c->s.world,
                             .ports = &c->ports,
                             .command = cmd,
                             .arena = &c->arena,
                             .out = c->decision };
    turn_decide(&c->turn, server_clock_now(c->s.clock));
    if (c->decision->refusal == REFUSED_NOT && !c->decision->repeated && c->decision->count > 0) {
        write_row(c);
    }
}

/* ---- answers ---- */

static enum audience audience_of(const struct user *u)
{
    static const uint8_t audiences[ROLE_COUNT] = {
#define ROLE(NAME, word, zh, en, audience) [ROLE_##NAME] = AUDIENCE_##audience,
#include "dispatch/model/roles.def"
#undef ROLE
    };
    return u != NULL ? (enum audience)audiences[u->role] : AUDIENCE_NOBODY;
}

/* What the asker may see of the row, in the same bytes as its frames. */
static void write_events(struct core *c)
{
    const struct decision *d = c->decision;
    const struct user *u = c->turn.user;
    enum audience audience = audience_of(u);
    const struct json_out opt = { .world = text_str(&c->s.world->name), .privacy_max = TACTICAL };
    buf_reset(&c->by_text);
    json_out_struct(&c->by_text, &by_shape, &c->by, &opt);
    struct row_content content = { .events = c->decision->events,
                                   .count = d->count,
                                   .by = c->by,
                                   .by_raw = buf_view(&c->by_text) };
    const struct entry_row row = {
        .seq = d->seq, .at = c->turn.at, .world = text_str(&c->s.world->name), .content = &content
    };
    bool any = false;
    buf_char(&c->events, '[');
    for (uint32_t i = 0; i < d->count; i++) {
        if (!entry_shown(audience, &d->events[i])) {
            continue;
        }
        if (any) {
            buf_char(&c->events, ',');
        }
        any = true;
        entry_put(&c->events, &row, i, audience, u->unit);
        buf_char(&c->events, '}');
    }
    buf_char(&c->events, ']');
}

static void result_of(struct core *c, struct door_answer *a)
{
    const struct decision *d = c->decision;
    const struct incident *i = world_incident(c->s.world, d->incident);
    a->report = d->report.n;
    a->incident = d->incident.n;
    if (i != NULL) {
        a->number_date = i->number.date;
        a->number_count = i->number.count;
        a->tier = i->tier;
    }
}

static void answer(struct core *c, const struct door_command *ask)
{
    const struct decision *d = c->decision;
    struct door_answer a = { .request = ask->request,
                             .seq = d->seq,
                             .refusal = (uint32_t)d->refusal };
    struct str field = str_of(d->field);
    struct str detail = { 0 };
    buf_reset(&c->events);
    if (d->refusal != REFUSED_NOT) {
        a.outcome = DOOR_REFUSED;
        a.seq = c->s.world->seq;
        detail = d->fault.err != OK ? str_of(d->fault.primary) : detail;
        atomic_fetch_add_explicit(&c->state.refusals, 1, memory_order_relaxed);
    } else if (d->repeated) {
        a.outcome = DOOR_REPEATED;
        atomic_fetch_add_explicit(&c->state.repeats, 1, memory_order_relaxed);
    } else {
        a.outcome = DOOR_DONE;
        result_of(c, &a);
        if (ask->want_events) {
            write_events(c);
        }
    }
    memcpy(a.hash8, d->repeated ? d->hash8 : c->s.world->hash.at, sizeof(a.hash8));
    outbox_put(c->outbox, ask->gateway, c->s.world->seq, &a, field, buf_view(&c->events), detail,
               ask->want_events != 0, ask->arrived_us);
}

/* ---- the inbox ---- */

static struct str part(const char **at, uint32_t len)
{
    struct str s = { .at = *at, .len = len };
    *at += len;
    return s;
}

static void take_command(struct core *c, const struct door_command *ask)
{
    const char *at = (const char *)(ask + 1);
    struct command cmd = { .type = (enum command_type)ask->type,
                           .at_device = ask->at_device,
                           .expect_incident = { ask->expect_incident },
                           .expect_rev = ask->expect_rev,
                           .unsynchronised = c->unsynchronised };
    cmd.id = part(&at, ask->id_len);
    cmd.principal = part(&at, ask->principal_len);
    cmd.terminal = part(&at, ask->terminal_len);
    struct str body = part(&at, ask->body_len);
    memcpy(cmd.content, ask->content, sizeof(cmd.content));
    memcpy(cmd.salt, ask->salt, sizeof(cmd.salt));
    must(cmd.type > COMMAND_NONE && cmd.type < COMMAND_TYPE_COUNT);
    size_t pos = 0;
    arena_reset(&c->body);
    /* The gateway packed it by the same tables: anything else is our bug. */
    must(unpack_struct(command_infos[cmd.type].shape, body, &pos, &c->body, &cmd.as, NULL) == OK);
    run(c, &cmd);
    answer(c, ask);
}

static void take_positions(struct core *c, const struct door_positions *p)
{
    const struct door_fix *fixes = (const struct door_fix *)(p + 1);
    int64_t now = server_clock_now(c->s.clock);
    for (uint32_t i = 0; i < p->count; i++) {
        (void)positions_accept(c->s.positions, &fixes[i], now);
    }
    atomic_store_explicit(&c->state.positions, positions_taken(c->s.positions),
                          memory_order_relaxed);
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
    } else {
        must(kind == DOOR_COMMAND);
        if (!c->open || c->quiescing || c->gather->count == c->gather->cap ||
            !outbox_has_room(c->outbox, ANSWER_ROOM)) {
            return false;
        }
        take_command(c, at);
    }
    queue_release(q);
    return true;
}

static bool pull(struct core *c)
{
    bool any = false;
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
    log_writer_submit(c->s.writer, c->flying->rows, c->flying->count);
    atomic_fetch_add_explicit(&c->state.batches, 1, memory_order_relaxed);
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

void core_work(struct core *c)
{
    wake_clear(c->s.from_gateway[0].wake_fd);
    for (;;) {
        while (pull(c)) {
            flush(c);
        }
        bool asleep = true;
        for (unsigned g = 0; g < c->s.gateways; g++) {
            bool empty = queue_sleep(c->s.from_gateway[g].queue);
            asleep = asleep && empty;
        }
        /* Awake with work that must wait for the log: on_durable or a chore goes on with it. */
        if (asleep || !pull(c)) {
            break;
        }
    }
    flush(c);
    outbox_release(c->outbox, c->durable_seq);
    arm_timer(c);
}

void core_internal(struct core *c, const struct command *cmd)
{
    must(str_is(cmd->principal, "system"));
    if (!c->open || c->gather->count == c->gather->cap) {
        c->decision->count = 0;
        return;
    }
    run(c, cmd);
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

static void tell_state(struct core *c)
{
    struct door_state s = { .kind = DOOR_STATE,
                            .ready = c->open,
                            .durable_seq = c->durable_seq,
                            .epoch = log_writer_epoch(c->s.writer),
                            .clock_rate = (uint32_t)c->s.conf->clock_rate };
    atomic_store_explicit(&c->state.ready, c->open, memory_order_relaxed);
    atomic_store_explicit(&c->state.durable_seq, c->durable_seq, memory_order_relaxed);
    atomic_store_explicit(&c->state.epoch, s.epoch, memory_order_relaxed);
    for (unsigned g = 0; g < c->s.gateways; g++) {
        bool wake = false;
        if (queue_push(c->s.to_gateway[g].queue, &s, sizeof(s), &wake) && wake) {
            wake_up(c->s.to_gateway[g].wake_fd);
        }
    }
}

void core_durable(struct core *c, uint64_t last_seq)
{
    must(c->flying != NULL && c->flying->rows[c->flying->count - 1].seq == last_seq);
    struct batch *done = c->flying;
    c->flying = NULL;
    c->durable_seq = last_seq;
    flush(c); /* the next batch flies while this one is handed on */
    for (uint32_t i = 0; i < done->count; i++) {
        hand_row(c, &done->rows[i]);
    }
    outbox_release(c->outbox, last_seq);
    batch_reset(done);
    atomic_store_explicit(&c->state.durable_seq, last_seq, memory_order_relaxed);
    core_work(c);
}

void core_lost(struct core *c)
{
    c->open = false;
    event_del(c->timer);
    tell_state(c);
}

void core_resumed(struct core *c)
{
    c->open = true;
    tell_state(c);
    core_work(c);
}

/* ---- chores ---- */

/* While the log takes nothing: what has waited undecided for 2 s was not done, and is told so. */
static void refuse_undecided(struct core *c)
{
    int64_t now = monotonic_us();
    for (unsigned g = 0; g < c->s.gateways; g++) {
        void *at;
        size_t len;
        while (queue_peek(c->s.from_gateway[g].queue, &at, &len)) {
            const struct door_command *ask = at;
            if (ask->kind != DOOR_COMMAND || ask->arrived_us + UNDECIDED_LIMIT_US > now ||
                !outbox_has_room(c->outbox, 0)) {
                break;
            }
            struct door_answer a = { .kind = DOOR_ANSWER,
                                     .outcome = DOOR_LOG_UNAVAILABLE,
                                     .request = ask->request };
            bool wake = false;
            if (!queue_push(c->s.to_gateway[g].queue, &a, sizeof(a), &wake)) {
                break;
            }
            if (wake) {
                wake_up(c->s.to_gateway[g].wake_fd);
            }
            queue_release(c->s.from_gateway[g].queue);
        }
    }
}

static void send_positions(struct core *c)
{
    static struct door_fix fixes[POSITIONS_PER_RECORD];
    uint32_t count;
    int64_t now = server_clock_now(c->s.clock);
    while ((count = positions_moved(c->s.positions, fixes, POSITIONS_PER_RECORD)) > 0) {
        struct door_positions head = { .kind = DOOR_POSITIONS, .count = count, .at_us = now };
        size_t len = sizeof(head) + count * (sizeof(struct door_fix) + sizeof(uint64_t));
        for (unsigned g = 0; g < c->s.gateways; g++) {
            char *at = queue_reserve(c->s.to_gateway[g].queue, len);
            if (at == NULL) {
                continue; /* newest state only: the gateway gets the next one */
            }
            memcpy(at, &head, sizeof(head));
            memcpy(at + sizeof(head), fixes, count * sizeof(fixes[0]));
            for (uint32_t i = 0; i < count; i++) {
                const struct unit *u = world_unit(c->s.world, (unit_id){ fixes[i].unit });
                uint64_t mask = u != NULL ? world_zone_mask(c->s.world, u->zone) : 0;
                memcpy(at + sizeof(head) + count * sizeof(fixes[0]) + i * sizeof(mask), &mask,
                       sizeof(mask));
            }
            if (queue_commit(c->s.to_gateway[g].queue)) {
                wake_up(c->s.to_gateway[g].wake_fd);
            }
        }
        if (c->s.on_positions != NULL) {
            c->s.on_positions(c->s.arg, fixes, count, now);
        }
    }
}

static void tell_silence(struct core *c)
{
    uint32_t unit;
    bool silent;
    int64_t since = 0;
    for (int n = 0; n < 64 && c->open && c->gather->count < c->gather->cap; n++) {
        if (!positions_changed(c->s.positions, server_clock_now(c->s.clock), &unit, &silent,
                               &since)) {
            return;
        }
        struct command cmd = { .type = silent ? COMMAND_UNIT_SILENT : COMMAND_UNIT_HEARD,
                               .principal = STR("system"),
                               .id = STR("watch") };
        if (silent) {
            cmd.as.unit_silent = (struct unit_silent){ .unit = { unit }, .since = since };
        } else {
            cmd.as.unit_heard.unit = (unit_id){ unit };
        }
        core_internal(c, &cmd);
    }
}

static void watch_capacity(struct core *c)
{
    const struct world *w = c->s.world;
    bool high = (uint64_t)w->incidents_pool.live * 10 > (uint64_t)w->incidents_pool.cap * 8 ||
                (uint64_t)w->reports_pool.live * 10 > (uint64_t)w->reports_pool.cap * 8 ||
                (uint64_t)w->assignments_pool.live * 10 > (uint64_t)w->assignments_pool.cap * 8;
    struct alarm key = { .kind = ALARM_CAPACITY };
    if (high && world_alarm_of(w, &key) == NULL) {
        struct command cmd = { .type = COMMAND_CAPACITY_WARN,
                               .principal = STR("system"),
                               .id = STR("capacity") };
        cmd.as.capacity_warn = (struct capacity_warn){ .what = STR("world"), .percent = 80 };
        core_internal(c, &cmd);
    }
}

void core_chores(struct core *c)
{
    refuse_undecided(c);
    outbox_tell_unknown(c->outbox, monotonic_us(), UNKNOWN_LIMIT_US);
    if (++c->chore % 10 == 0) {
        server_clock_discipline(c->s.clock);
        c->unsynchronised = !server_clock_synchronised();
        send_positions(c);
        tell_silence(c);
        watch_capacity(c);
        tell_state(c);
    }
    core_work(c);
}

bool core_quiesce(struct core *c)
{
    c->quiescing = true;
    flush(c);
    return c->flying == NULL && c->gather->count == 0;
}

void core_read_state(const struct core *c, struct core_state *out)
{
    *out = (struct core_state){
        .durable_seq = atomic_load_explicit(&c->state.durable_seq, memory_order_relaxed),
        .epoch = atomic_load_explicit(&c->state.epoch, memory_order_relaxed),
        .rows = atomic_load_explicit(&c->state.rows, memory_order_relaxed),
        .batches = atomic_load_explicit(&c->state.batches, memory_order_relaxed),
        .refusals = atomic_load_explicit(&c->state.refusals, memory_order_relaxed),
        .repeats = atomic_load_explicit(&c->state.repeats, memory_order_relaxed),
        .positions = atomic_load_explicit(&c->state.positions, memory_order_relaxed),
        .ready = atomic_load_explicit(&c->state.ready, memory_order_relaxed),
    };
}

enum err core_new(const struct core_setup *setup, struct core **out, struct fault *f)
{
    struct core *c = calloc(1, sizeof(*c));
    if (c == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the core", NULL, NULL);
    }
    c->s = *setup;
    c->ports = (struct ports){
        .arg = c, .travel_ms = line_travel_ms, .engine = line_engine, .fix = port_fix
    };
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
