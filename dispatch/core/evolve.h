/* Applying events. evolve cannot fail: what decide promised is asserted. Live, replay, tests and
 * the view's second world all run this code. */
#ifndef DISPATCH_CORE_EVOLVE_H
#define DISPATCH_CORE_EVOLVE_H

#include "dispatch/core/world.h"

/* Opens a row: its seq is the last one's + 1 and `at` is not before the last one's. Command ids
 * older than 48 h are forgotten. */
void evolve_begin(struct world *w, uint64_t seq, int64_t at);

/* Applies one event of the open row. */
void evolve(struct world *w, const struct event *e);

/* Closes the row: what has been closed for 72 h by now departs (the row itself may still have
 * spoken of it), its hash is known and its command remembered. `principal` and `id` empty: the
 * core's own command. */
void evolve_end(struct world *w, const struct sha256 *hash, struct str principal, struct str id,
                const uint8_t content[16]);

/* The files behind evolve(), one per noun. */
void evolve_system(struct world *w, const struct event *e);
void evolve_report(struct world *w, const struct event *e);
void evolve_callback(struct world *w, const struct event *e);
void evolve_merge(struct world *w, const struct event *e);
void evolve_incident(struct world *w, const struct event *e);
void evolve_assignment(struct world *w, const struct event *e);
void evolve_unit(struct world *w, const struct event *e);
void evolve_alarm(struct world *w, const struct event *e);
void evolve_road(struct world *w, const struct event *e);
void evolve_move(struct world *w, const struct event *e);
void evolve_seat(struct world *w, const struct event *e);

#endif
