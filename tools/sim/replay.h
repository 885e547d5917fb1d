/* A world evolved from rows and nothing else, as replay, the golden test and load-log need it. */
#ifndef TOOLS_SIM_REPLAY_H
#define TOOLS_SIM_REPLAY_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/codec/event_row.h"
#include "dispatch/core/world.h"

struct replay {
    struct world world;
    struct str name; /* of the world: stands in ids; borrowed */
    void *memory;
    struct arena arena;
};

/* An empty world. Fails: ERR_NO_MEMORY. Free by replay_fini, also after a failure. */
MUST_USE enum err replay_init(struct replay *r, struct str name, const struct world_limits *limits,
                              struct fault *f);
void replay_fini(struct replay *r);

/* Applies the next row. Its hash is recomputed and its place in the chain looked at first.
 * Fails: ERR_CORRUPT naming the row. */
MUST_USE enum err replay_next(struct replay *r, const struct log_row *row, struct fault *f);

/* Puts a snapshot file of the server into the empty world. Fails: as snapshot_load. */
MUST_USE enum err replay_snapshot(struct replay *r, const char *path, struct fault *f);

/* Appends {"seq","at","hash","digest","digest_version","counts":{…}} without the closing brace. */
void replay_json(const struct replay *r, struct buf *b);

#endif
