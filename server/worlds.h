/* Memory of a world: one anonymous mapping, so that tables for the worst day cost nothing until
 * they are used. */
#ifndef SERVER_WORLDS_H
#define SERVER_WORLDS_H

#include "base/conf.h"
#include "base/fault.h"
#include "dispatch/core/world.h"

struct world_memory {
    struct world world;
    void *at;
    size_t size;
};

/* Capacities by the settings. */
struct world_limits worlds_limits(const struct conf *conf);

/* Fails: ERR_NO_MEMORY. */
MUST_USE enum err worlds_new(const struct world_limits *limits, struct world_memory **out,
                             struct fault *f);
void worlds_free(struct world_memory *m);

#endif
