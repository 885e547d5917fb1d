/* Applies the migrations of sql/migrations to the schema of a world, forward only and in order. */
#ifndef SQL_MIGRATE_H
#define SQL_MIGRATE_H

#include "base/fault.h"
#include "base/must.h"

#include <stdint.h>

/* Embedded at build; the last one has version 0. */
struct migration {
    int version;
    const char *name;
    const char *text;
};
extern const struct migration migrations[];

#define LOG_ROWS_AHEAD INT64_C(100000000) /* room that migrating leaves in the log */

/* Makes the roles of the cluster, the schema and the head of `world` when they are missing, applies
 * what is not applied yet, and makes partitions ahead. Runs as a superuser, or as one who may
 * create roles and schemas. `*applied` (may be NULL) counts the migrations applied now. Fails:
 * ERR_CONFIG for a server that pg_check_server refuses; ERR_CONFLICT when an applied migration says
 * something else now or is unknown to this program; else as pg_run. Nothing of a failed migration
 * stays. */
MUST_USE enum err migrate_run(const char *conninfo, const char *world, int *applied,
                              struct fault *f);

/* Only makes partitions until `rows_ahead` rows fit behind the last; for a periodic job of the
 * owner. */
MUST_USE enum err migrate_extend_log(const char *conninfo, const char *world, int64_t rows_ahead,
                                     int *made, struct fault *f);

/* Gives the record a new world id, after a restore from a backup or a copy: clients that know the
 * old one start anew, and a server that still holds it ends. `id` takes 32 hex digits and a NUL. */
MUST_USE enum err migrate_renew_world(const char *conninfo, const char *world, char id[33],
                                      struct fault *f);

#endif
