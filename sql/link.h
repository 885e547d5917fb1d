/* A connection to the database on an event loop that must never block: libpq in pipeline mode,
 * binary both ways. Each statement is a transaction of its own; several may be under way, and their
 * answers come in order, each when its transaction has ended.
 *   on_up ── link_send ─► on_result ... ── on_down ── (waits) ── on_up ── ...
 * The link connects and, after a loss, connects anew by itself (50 ms, doubling to 1 s). A
 * statement without an answer for 5 s, or a connection not made in 5 s, counts as lost. What was
 * under way at a loss is forgotten: on_down tells, and the owner finds out what became of it.
 * Included by the C files of sql/ only. */
#ifndef SQL_LINK_H
#define SQL_LINK_H

#include "sql/param.h"
#include "sql/pg.h"

#include <event2/event.h>
#include <libpq-fe.h>

#define LINK_PENDING_MAX 16
#define LINK_ANSWER_S_MAX 5
#define LINK_RETRY_MS_MIN 50
#define LINK_RETRY_MS_MAX 1000

struct link;

struct link_opts {
    struct event_base *base;
    struct pg_opts pg; /* conninfo is copied; the application's name must stay */
    void *arg;
    void (*on_up)(void *arg);
    /* `reason` is one line. From inside it link_close() is allowed, link_free() is not. */
    void (*on_down)(void *arg, const char *reason);
};

/* The answer to one statement, after its commit; the result is borrowed. A refused statement or
 * commit comes as PGRES_FATAL_ERROR. */
typedef void link_result_fn(void *arg, const PGresult *r);

/* Fails: ERR_INVALID, ERR_CONFIG as pg_open; ERR_NO_MEMORY. Connecting itself happens on the loop.
 */
MUST_USE enum err link_new(const struct link_opts *o, struct link **out, struct fault *f);
void link_free(struct link *l);

/* Sends a statement; `p` (NULL: none) is used before the return only. The link must be up. What
 * cannot be sent shows as a loss later, from the loop. */
void link_send(struct link *l, const char *sql, struct params *p, link_result_fn *on_result);

/* Prepares a statement on this connection, and sends one prepared so. */
void link_prepare(struct link *l, const char *name, const char *sql, link_result_fn *on_result);
void link_send_prepared(struct link *l, const char *name, struct params *p,
                        link_result_fn *on_result);

bool link_up(const struct link *l);

/* The owner got what it wanted on this connection: after a loss the next try comes soon again. A
 * server that takes connections and then refuses is asked less and less often. */
void link_settled(struct link *l);

/* Gives the connection up as lost: on_down comes now, a new one later. */
void link_drop(struct link *l, const char *reason);

/* Closes for good without a call of on_down. */
void link_close(struct link *l);

/* Waits (blocking, for shutting down) until every statement is answered, `ms` at most. */
void link_drain(struct link *l, int ms);

#endif
