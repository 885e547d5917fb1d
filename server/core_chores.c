/* What the core does ten times a second: limits on waiting, silence of units, positions, the clock,
 * its state. */
#include "server/core_inside.h"

#include "dispatch/core/move.h"
#include "dispatch/model/refusal.h"
#include "server/past.h"
#include "server/wake.h"
#include "sql/log_writer.h"

#include <string.h>

#define UNDECIDED_LIMIT_US (2 * US_PER_S)
#define UNKNOWN_LIMIT_US (10 * US_PER_S)
#define POSITIONS_PER_RECORD 1000u

void core_tell_state(struct core *c)
{
    struct door_state s = { .kind = DOOR_STATE,
                            .ready = c->open,
                            .durable_seq = c->durable_seq,
                            .epoch = log_writer_epoch(c->s.writer),
                            .clock_rate = (uint32_t)c->s.conf->clock_rate,
                            .rows = c->state.rows,
                            .batches = c->state.batches,
                            .append_us = c->state.append_us,
                            .refusals = c->state.refusals,
                            .repeats = c->state.repeats,
                            .positions = positions_taken(c->s.positions) };
    for (unsigned g = 0; g < c->s.gateways; g++) {
        bool wake = false;
        if (queue_push(c->s.to_gateway[g].queue, &s, sizeof(s), &wake) && wake) {
            wake_up(c->s.to_gateway[g].wake_fd);
        }
    }
}

/* The oldest command of a queue, `skip` bytes into its record. False: it may wait on, or there is
 * none. */
static bool refuse_one(struct core *c, struct queue *q, size_t skip, int64_t now)
{
    void *at;
    size_t len;
    if (!queue_peek(q, &at, &len)) {
        return false;
    }
    const struct door_command *ask = (const void *)((const char *)at + skip);
    if (ask->kind != DOOR_COMMAND || ask->arrived_us + UNDECIDED_LIMIT_US > now ||
        !outbox_has_room(c->outbox, 0)) {
        return false;
    }
    if (core_knows(c, ask)) {
        /* Sent again: it was decided, and that nothing was done would not be true. Its first answer
         * waits in the outbox until that row is durable. */
        if (!outbox_has_room(c->outbox, ANSWER_ROOM)) {
            return false;
        }
        core_take_past(c, ask, NULL, false);
        must(c->decision->count == 0);
        queue_release(q);
        return true;
    }
    struct door_answer a = { .kind = DOOR_ANSWER,
                             .outcome = DOOR_LOG_UNAVAILABLE,
                             .request = ask->request };
    const struct door_way *way = &c->s.to_gateway[ask->gateway];
    bool wake = false;
    if (!queue_push(way->queue, &a, sizeof(a), &wake)) {
        return false;
    }
    if (wake) {
        wake_up(way->wake_fd);
    }
    queue_release(q);
    return true;
}

/* While the log takes nothing: what has waited undecided for 2 s was not done, and is told so. */
static void refuse_undecided(struct core *c)
{
    int64_t now = monotonic_us();
    for (unsigned g = 0; g < c->s.gateways; g++) {
        while (refuse_one(c, c->s.from_gateway[g].queue, 0, now)) {
        }
    }
    while (!c->open && refuse_one(c, c->s.from_archive.queue, sizeof(struct past_record), now)) {
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
            c->s.on_positions(c->s.arg, fixes, count, now, c->durable_seq);
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

/* Who moves up and whose fix, one of since the order, lies at the place: there, whatever else is
 * said. */
static void tell_reached(struct core *c)
{
    const struct world *w = c->s.world;
    struct fix fix;
    for (uint32_t k = 0; k < w->unit_count; k++) {
        const struct unit *u = &w->units[k];
        if (!c->open || c->gather->count == c->gather->cap) {
            return;
        }
        if (move_stands(u) && positions_get(c->s.positions, u->id.n, &fix) &&
            fix.fix_at >= u->move.ordered_at && move_is_there(&u->move, fix.at)) {
            struct command cmd = { .type = COMMAND_UNIT_MOVE_UP_REACHED,
                                   .principal = STR("system"),
                                   .id = STR("watch") };
            cmd.as.unit_move_up_reached = (struct unit_move_up_reached){ .unit = u->id,
                                                                         .number = u->move.number,
                                                                         .at = fix.at };
            core_internal(c, &cmd);
        }
    }
}

static void tell_seats(struct core *c)
{
    seat_id seat;
    bool silent;
    int64_t age_us;
    uint32_t k = 0;
    while (c->open && c->gather->count < c->gather->cap &&
           crew_changed(c->crew, c->s.world, monotonic_us(), &k, &seat, &silent, &age_us)) {
        struct command cmd = { .type = silent ? COMMAND_SEAT_SILENT : COMMAND_SEAT_HEARD,
                               .principal = STR("system"),
                               .id = STR("crew") };
        if (silent) {
            cmd.as.seat_silent = (struct seat_silent){
                .seat = seat, .since = server_clock_now(c->s.clock) - age_us * c->s.conf->clock_rate
            };
        } else {
            cmd.as.seat_heard.seat = seat;
        }
        core_internal(c, &cmd);
    }
}

static void tell_terminals(struct core *c)
{
    unit_id unit;
    bool live;
    uint32_t k = 0;
    for (int n = 0; n < 64 && c->open && c->gather->count < c->gather->cap &&
                    crew_terminal_changed(c->crew, c->s.world, monotonic_us(), &k, &unit, &live);
         n++) {
        struct command cmd = { .type = COMMAND_UNIT_TERMINAL,
                               .principal = STR("system"),
                               .id = STR("crew") };
        cmd.as.unit_terminal = (struct unit_terminal){ .unit = unit, .live = live };
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

/* Ten times a second: what holds on the roads is obeyed within one. */
static void follow_roads(struct core *c)
{
    if (c->s.roads == NULL || !c->open || c->gather->count == c->gather->cap) {
        return;
    }
    struct roads_made made;
    if (roads_ready(c->s.roads, c->s.world, &made)) {
        struct command cmd = { .type = COMMAND_ROAD_WEIGHTS,
                               .principal = STR("system"),
                               .id = STR("roads") };
        cmd.as.road_weights_ready = (struct road_weights_ready){ .change = made.change,
                                                                 .speeds = made.speeds,
                                                                 .hour = made.hour };
        core_internal(c, &cmd);
    }
    roads_follow(c->s.roads, c->s.world, server_clock_now(c->s.clock));
}

void core_chores(struct core *c)
{
    refuse_undecided(c);
    outbox_tell_unknown(c->outbox, monotonic_us(), UNKNOWN_LIMIT_US);
    follow_roads(c);
    core_rounds(c);
    if (++c->chore % 10 == 0) {
        server_clock_discipline(c->s.clock);
        c->unsynchronised = !server_clock_synchronised();
        send_positions(c);
        tell_silence(c);
        tell_reached(c);
        tell_seats(c);
        tell_terminals(c);
        watch_capacity(c);
        core_tell_state(c);
    }
    core_work(c);
}
