/* The projector thread: keeps the read tables (incident, unit, assignment) behind the log for SQL
 * users and reports. The view hands it every object that a row touched; it writes the newest state
 * of each at most once a second, so that the database's work for pictures stays small beside the
 * log's. The tables are never the truth: each list from them carries the seq it is true for, and
 * they can be dropped and rebuilt (at boot all objects in memory are written anew when the cursor
 * does not stand where the log does). */
#ifndef SERVER_PROJECTION_H
#define SERVER_PROJECTION_H

#include "base/conf.h"
#include "base/fault.h"
#include "dispatch/core/world.h"

struct projection;

/* Starts the thread. `world` (recovered, not yet evolving) is read only inside this call. */
MUST_USE enum err projection_start(const struct conf *conf, const struct world *world,
                                   struct projection **out, struct fault *f);

/* By the view, after each row: queues what the row touched. When the queue is full the row's
 * objects are given up for now and everything is written anew as soon as there is room. */
void projection_row(struct projection *p, const struct world *w);

/* Writes what is queued and ends the thread. */
void projection_stop(struct projection *p);

#endif
