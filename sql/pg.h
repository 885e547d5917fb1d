/* A blocking connection to the database, for boot, workers and tools. One thread uses it.
 * Each connection stands in the schema of its world and under one role, so that it can do no more
 * than that role may. After a loss the next statement outside a transaction connects anew. */
#ifndef SQL_PG_H
#define SQL_PG_H

#include "base/fault.h"
#include "base/must.h"

#include <stdbool.h>
#include <stdint.h>

#define PG_WORLD_SIZE_MAX 16
#define PG_SERVER_VERSION_MIN 150000

struct pg;

struct pg_opts {
    const char *conninfo;    /* libpq connection string; "" takes libpq's environment */
    const char *world;       /* schema; NULL: none */
    const char *role;        /* role taken after signing in; NULL: none */
    const char *application; /* shown in pg_stat_activity */
};

/* Fails: ERR_INVALID for a world that is no [a-z0-9_]{1,16} or a schema of PostgreSQL's own;
 * ERR_CONFIG for a connection string that cannot be read; ERR_LOG_UNAVAILABLE when the server does
 * not answer. */
MUST_USE enum err pg_open(const struct pg_opts *o, struct pg **out, struct fault *f);
void pg_close(struct pg *pg);

/* Refuses, by name, settings under which a commit is no promise (fsync, full_page_writes,
 * synchronous_commit), a server older than 15, one that is in recovery, and an encoding other than
 * UTF-8. Fails: ERR_CONFIG. */
MUST_USE enum err pg_check_server(struct pg *pg, struct fault *f);

/* True for a name a world may have. */
bool pg_world_valid(const char *world);

#endif
