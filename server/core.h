/* The core thread: takes commands from the gateways, decides them one after the other on the world,
 * gathers the rows into batches for the log, and lets answers and rows out when they are durable.
 * Owns the live world. Runs on libevent. */
#ifndef SERVER_CORE_H
#define SERVER_CORE_H

#include "base/conf.h"
#include "base/fault.h"
#include "dispatch/core/world.h"
#include "dispatch/model/command.h"
#include "server/clock.h"
#include "server/positions.h"
#include "server/roads.h"
#include "sql/log_writer.h"
#include "ws/door.h"

struct cover;
struct rounds;
struct event_base;
struct core;

struct core_setup {
    const struct conf *conf;
    struct event_base *base;
    struct world *world;
    struct server_clock *clock;
    struct positions *positions;
    const struct road *road;  /* NULL: travel times by straight line */
    struct roads_live *roads; /* and what holds on them; NULL with `road` */
    struct rounds *rounds;    /* NULL: incidents that wait are not assigned together */
    const struct cover
        *cover; /* what sending a unit costs the city; NULL: nothing is known of it */
    struct log_writer *writer;
    unsigned gateways;
    struct door_way from_gateway[DOOR_GATEWAYS_MAX]; /* all with the core's own wake_fd */
    struct door_way to_gateway[DOOR_GATEWAYS_MAX];
    struct door_way inside; /* internal commands of the auth thread (server/internal.h) */
    struct door_way to_archive, from_archive; /* commands for the past (server/past.h) */
    struct door_way rows;                     /* toward the view */
    void (*on_positions)(void *arg, const struct door_fix *fixes, uint32_t count, int64_t at_us,
                         uint64_t seq); /* the durable one */
    void *arg;
};

MUST_USE enum err core_new(const struct core_setup *setup, struct core **out, struct fault *f);
void core_free(struct core *c);

/* The log writer's callbacks are passed on to these. */
void core_durable(struct core *c, uint64_t last_seq);
void core_lost(struct core *c);
void core_resumed(struct core *c);

/* Goes on with the inbox (the wake-up of its eventfd). */
void core_work(struct core *c);

/* Ten times a second: limits on waiting, silence of units, positions, the clock, the state for
 * gateways. */
void core_chores(struct core *c);

/* A command of the core's own, without an asker; decided as soon as the log is there. `as` by its
 * type. */
void core_internal(struct core *c, const struct command *cmd);

/* Stops taking commands. True when nothing waits for the log any more. */
bool core_quiesce(struct core *c);

#endif
