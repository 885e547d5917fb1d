/* A world to try things on: the small city and the default plan of seeds/, a live world that
 * commands change and a second one that follows from the rows' text alone, as on a server, without
 * a database. */
#ifndef TESTS_SERVER_BED_H
#define TESTS_SERVER_BED_H

#include "dispatch/command/decide.h"
#include "server/replay.h"
#include "server/worlds.h"

struct bed {
    struct world_memory *live;
    struct world_memory *second;
    struct arena arena, input, replay;
    struct decision *decision;
    struct buf data;
    struct ports ports;
    int64_t now;
    uint64_t id;                         /* of the next command */
    struct log_row last;                 /* the last row; points into `data` */
    void (*on_row)(const struct bed *b); /* its events are in `decision` */
};

/* Fails the test when anything fails. */
void bed_init(struct bed *b, uint32_t incidents_max);
void bed_init_seen(struct bed *b, uint32_t incidents_max,
                   void (*on_row)(const struct bed *b)); /* of the first rows too */
void bed_fini(struct bed *b);

/* Sends a command; `principal` "system" for the core's own. An accepted one is applied to the
 * second world too. */
enum refusal bed_send(struct bed *b, const char *principal, const char *id, struct command *cmd);

/* The same with a fresh id. */
enum refusal bed_do(struct bed *b, const char *principal, struct command *cmd);

/* Lets the clock reach `until`, with every deadline on the way. */
void bed_wait(struct bed *b, int64_t until);

/* Digests of both worlds, kept and computed, must agree; and what must always hold, holds. */
void bed_check(struct bed *b);

#endif
