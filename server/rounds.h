/* Rounds of joint assignment: who goes where, for all incidents that wait (core/waiting). The core
 * fills the question, a thread of its own answers it, with travel times of its own, and the core
 * decides on the answer as the command advice.join. One question at a time; while it is worked on
 * the core goes on. What came out last stands in a table that everybody may read without waiting.
 */
#ifndef SERVER_ROUNDS_H
#define SERVER_ROUNDS_H

#include "base/buf.h"
#include "dispatch/core/waiting.h"
#include "server/roads.h"

#define ROUNDS_EVERY_US US_PER_S       /* at most */
#define ROUNDS_REST_US (10 * US_PER_S) /* while somebody waits, at least: units move */

struct rounds;

struct rounds_setup {
    const struct road *road;  /* NULL: by straight line */
    struct roads_live *roads; /* and what holds on them; NULL with `road` */
    uint64_t road_stamp;      /* of the times in use */
    uint32_t units_max;
};

/* Starts the thread. Fails: ERR_NO_MEMORY. */
MUST_USE enum err rounds_start(const struct rounds_setup *setup, struct rounds **out,
                               struct fault *f);
void rounds_stop(struct rounds *r);

/* The core's thread. The question to be filled; NULL: one is being worked on, or its answer is not
 * done with. `rounds_begin` hands it over, `rounds_none` says that nobody waits. */
struct waiting_ask *rounds_ask(struct rounds *r);
void rounds_begin(struct rounds *r);
void rounds_none(struct rounds *r);

/* The core's thread: the answer and its question, from the moment it is there until rounds_end;
 * NULL: not yet, or none was asked. The first time it also stands in the table. */
const struct waiting_found *rounds_found(struct rounds *r, const struct waiting_ask **ask);
void rounds_end(struct rounds *r);

/* The core's thread, often: travel times are those that the world names, as soon as no question is
 * being worked on with others. */
void rounds_use_roads(struct rounds *r, uint64_t road_stamp);

/* Any thread: as the port `wanted`. Of a unit that is being written the parts may be of two rounds.
 */
bool rounds_wanted(const struct rounds *r, uint32_t unit, struct wanted *out);

/* Figures of the last round and of all, for /metrics. Any thread. */
void rounds_metrics(const struct rounds *r, struct buf *b);

#endif
