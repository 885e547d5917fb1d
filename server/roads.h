/* Travel times as the roads are now. Two sets stand in memory: the one that decisions are made
 * with, and one that a thread of its own makes anew when what holds on the roads has changed. A set
 * that is ready is used from the row road.weights_applied on that names its change: by the core as
 * it decides that row, by the view as it takes it. */
#ifndef SERVER_ROADS_H
#define SERVER_ROADS_H

#include "dispatch/core/world.h"
#include "dispatch/model/text.h"
#include "routing/road.h"

enum roads_reader { ROADS_OF_CORE, ROADS_OF_VIEW, ROADS_OF_COVER, ROADS_READERS };

struct roads_live;

/* Makes the first set of what holds on the roads of `w` and starts the thread. `road` is borrowed.
 * Fails: ERR_NO_MEMORY. */
MUST_USE enum err roads_start(const struct road *road, const struct world *w,
                              struct roads_live **out, struct fault *f);
void roads_stop(struct roads_live *r);

/* The core's thread: has a set made of what holds on the roads of `w`, unless there is one or one
 * is being made. Costs a copy of the notices. Nothing while another reader still uses the set that
 * would be written over: the view, and coverage from its first roads_use on. */
void roads_follow(struct roads_live *r, const struct world *w);

/* The core's thread: the change of the roads that the newest finished set takes in. */
uint64_t roads_ready(const struct roads_live *r);

/* The set to use after the row that applied `change`: that one, or the one the reader has used till
 * now. Each reader on its own thread. */
const struct road_weights *roads_use(struct roads_live *r, enum roads_reader who, uint64_t change);

/* Where a notice would hold: see ports. Any thread. */
bool roads_met(const struct road *road, const struct point *points, uint32_t count, bool area,
               struct text64 *name);

#endif
