/* The view thread: a second world, evolved from durable rows only. It encodes frames for every
 * audience into the ring, answers reads and snapshots, publishes the digest, and cuts snapshot
 * files. Nothing it shows can be ahead of the log. Owns its world and its thread; borrows the
 * queues and the ring until view_stop. */
#ifndef SERVER_VIEW_H
#define SERVER_VIEW_H

#include "base/conf.h"
#include "base/fault.h"
#include "dispatch/core/world.h"
#include "dispatch/model/ports.h"
#include "dispatch/view/side.h"
#include "server/positions.h"
#include "server/projection.h"
#include "server/roads.h"
#include "ws/door.h"
#include "ws/ring.h"

struct view;
struct rounds;

/* What the view publishes for /metrics and the core, readable from any thread. */
struct view_state {
    uint64_t seq;
    char digest[33];
    uint64_t digest_seq;
};

struct view_setup {
    const struct conf *conf;
    struct world *world; /* its own, recovered up to the durable head, with digest_start done */
    struct door_way
        rows; /* struct row_record from the core; wake_fd wakes the view for everything */
    struct ring *ring;
    const struct road *road;     /* NULL: travel times by straight line */
    struct roads_live *roads;    /* and what holds on them; NULL with `road` */
    const struct rounds *rounds; /* who is meant for which waiting incident; NULL as for the core */
    const struct cover *cover;   /* what sending a unit costs the city; NULL as for the core */
    unsigned gateways;
    struct door_way from_gateway[8]; /* DOOR_READ; same wake_fd */
    struct door_way to_gateway[8];   /* DOOR_READ_DONE */
    uint64_t epoch;
    struct str world_name;
    struct str world_id;
    struct side *side; /* fed with the rows of recovery, freed by view_stop; NULL: begins empty */
    struct door_way to_archive;    /* struct archive_note; queue NULL: nobody is told */
    struct queue *to_auth;         /* struct caller_note; NULL: nobody is told */
    struct door_way to_cover;      /* server/cover.h; with from_cover */
    struct queue *from_cover;      /* NULL: coverage is not kept */
    struct projection *projection; /* is told of every row; NULL: nobody */
    void (*more_metrics)(void *arg, struct buf *b); /* what others count; NULL: nothing */
    int64_t (*log_lost)(void *arg); /* since when the log takes nothing, µs UTC; 0: it does. May be
                                       NULL */
    void *more_arg;                 /* of both */
};

MUST_USE enum err view_start(const struct view_setup *setup, struct view **out, struct fault *f);

/* Drains the rows already queued, then ends the thread. */
void view_stop(struct view *v);

void view_read_state(const struct view *v, struct view_state *out);

/* Positions of the moment, from the core once a second: for the units' live list. Any thread of the
 * core's. */
void view_positions(struct view *v, const struct door_fix *fixes, uint32_t count, int64_t at_us);

#endif
