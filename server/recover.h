/* Recovery: what a server does before its first turn. The live world and the view's world are
 * brought to the head of the log, from the newest snapshot that belongs to it and the rows behind,
 * every hash checked. */
#ifndef SERVER_RECOVER_H
#define SERVER_RECOVER_H

#include "base/conf.h"
#include "base/fault.h"
#include "dispatch/core/world.h"
#include "dispatch/view/side.h"
#include "sql/pg.h"

struct recovery {
    struct pg *pg;
    const struct conf *conf;
    struct world *worlds[2];
    struct side *side; /* what the view keeps beside its world; taken by view_start */
    struct arena arena;
    uint64_t snapshot_seq; /* 0: replayed from nothing */
};

/* Fails: as pg_open; ERR_CORRUPT when a row does not verify; ERR_NOT_FOUND before tocsin migrate.
 */
MUST_USE enum err recover_begin(struct recovery *r, const struct conf *conf, struct world *live,
                                struct world *second, struct fault *f);

/* Reads the rows up to the present head. May be called again. */
MUST_USE enum err recover_to_head(struct recovery *r, struct fault *f);
void recover_end(struct recovery *r);

#endif
