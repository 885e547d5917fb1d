/* A private PostgreSQL cluster for one test program: made in a temporary folder, reachable by a
 * unix socket in it, removed at the end. As root it runs under the user postgres. Tests may kill it
 * and start it again. */
#ifndef TESTS_SQL_CLUSTER_H
#define TESTS_SQL_CLUSTER_H

#include "sql/pg.h"

#include <stdbool.h>

/* Makes and starts it; ends the program with exit 77 (skipped) where PostgreSQL's server is not
 * installed. */
void cluster_begin(void);
void cluster_end(void);

/* Starts it (again) with one more setting ("fsync=off") or NULL, and waits until it answers. */
void cluster_start(const char *setting);

/* Ends it by SIGKILL to the postmaster, as a power cut would, or in an orderly way. */
void cluster_kill(void);
void cluster_stop(void);

/* Connection string of a superuser, and of the role the server signs in as. */
const char *cluster_super(void);
const char *cluster_server(void);

/* Folder of the socket, for psql -h. */
const char *cluster_dir(void);

/* Makes a world with a name of its own for one test and returns it. */
const char *cluster_world(void);

/* Runs a statement as superuser in a world's schema and returns the first field as a number (0 when
 * there is none). */
long cluster_sql(const char *world, const char *sql);

#endif
