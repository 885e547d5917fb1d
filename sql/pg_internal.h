/* What the C files of sql/ share about connections; PGconn and PGresult stay in this folder. */
#ifndef SQL_PG_INTERNAL_H
#define SQL_PG_INTERNAL_H

#include "sql/param.h"
#include "sql/pg.h"

#include <libpq-fe.h>

#define PG_PAIRS_MAX 48

/* Keyword and value arrays for PQconnectdbParams, made of a connection string and what we add to
 * it. */
struct pg_pairs {
    PQconninfoOption *parsed;
    const char *keywords[PG_PAIRS_MAX];
    const char *values[PG_PAIRS_MAX];
    char options[512];
};

MUST_USE enum err pg_pairs_init(struct pg_pairs *p, const struct pg_opts *o, struct fault *f);
void pg_pairs_fini(struct pg_pairs *p);

/* The connection, made anew when it was lost outside a transaction. NULL with a fault when it
 * cannot be. */
PGconn *pg_conn(struct pg *pg, struct fault *f);

/* Runs one statement; `p` may be NULL. On OK `*out` (may be NULL) is the caller's to clear.
 * Fails: ERR_LOG_UNAVAILABLE when the connection is lost, ERR_FORBIDDEN without the right, else
 * ERR_IO with the server's message. */
MUST_USE enum err pg_run(struct pg *pg, const char *sql, struct params *p, PGresult **out,
                         struct fault *f);

/* BEGIN, COMMIT and ROLLBACK. After pg_begin a lost connection is not made anew until pg_commit or
 * pg_rollback. */
MUST_USE enum err pg_begin(struct pg *pg, struct fault *f);
MUST_USE enum err pg_commit(struct pg *pg, struct fault *f);
void pg_rollback(struct pg *pg);

/* Several statements in one string without parameters or results (migrations). */
MUST_USE enum err pg_script(struct pg *pg, const char *sql, struct fault *f);

/* Fills `f` from a failed result (NULL: from the connection) and returns its error. */
enum err pg_fault(PGconn *conn, const PGresult *r, const char *primary, struct fault *f);

/* A message of libpq on one line, without the newline at its end. */
const char *pg_one_line(const char *message, char *out, size_t size);

#endif
