/* Travel times as the roads are now. Two sets stand in memory: the one that decisions are made
 * with, and one that a thread of its own makes anew when what holds on the roads has changed or,
 * with learned speeds, another hour has come. A set that is ready is used from the row
 * road.weights_applied on that names its change: by the core as it decides that row, by the view as
 * it takes it. */
#ifndef SERVER_ROADS_H
#define SERVER_ROADS_H

#include "base/conf.h"
#include "dispatch/core/world.h"
#include "dispatch/model/text.h"
#include "routing/road.h"

enum roads_reader { ROADS_OF_CORE, ROADS_OF_VIEW, ROADS_OF_COVER, ROADS_OF_ROUNDS, ROADS_READERS };

struct roads_live;

/* Opens what the settings `roads` and `speeds` name; what is not named stays empty. Owns; close by
 * road_close and speeds_close. Fails: ERR_CONFIG naming the setting. */
MUST_USE enum err roads_open_files(const struct conf *conf, struct road *road,
                                   struct speeds *speeds, struct fault *f);

/* What a set is made of, in one number: the change of the roads, and the hour of the speeds if they
 * were learned (SPEEDS_NONE: they were not). */
uint64_t roads_stamp(uint64_t change, uint32_t hour);

/* That of the last row road.weights_applied. */
uint64_t roads_stamp_of(const struct world *w);

/* Makes the first set of what holds on the roads of `w` at `now_us` and starts the thread. `road`
 * and `speeds` (NULL: none were learned) are borrowed. Fails: ERR_NO_MEMORY. */
MUST_USE enum err roads_start(const struct road *road, const struct speeds *speeds,
                              const struct world *w, int64_t now_us, struct roads_live **out,
                              struct fault *f);
void roads_stop(struct roads_live *r);

/* The core's thread: has a set made of what holds on the roads of `w` at `now_us`, unless there is
 * one or one is being made. Costs a copy of the notices. Nothing while another reader still uses
 * the set that would be written over: the view, and of the
 * others each from its first roads_use on. */
void roads_follow(struct roads_live *r, const struct world *w, int64_t now_us);

/* The core's thread: what the newest finished set is made of; true when the last row of `w` does
 * not name it yet. `speeds` is the version of the learned speeds, empty: none. */
struct roads_made {
    uint64_t change;
    uint32_t hour;
    struct str speeds;
};
bool roads_ready(const struct roads_live *r, const struct world *w, struct roads_made *out);

/* The set to use after the row that applied what `stamp` says: that one, or the one the reader has
 * used till now. Each reader on its own thread. */
const struct road_weights *roads_use(struct roads_live *r, enum roads_reader who, uint64_t stamp);

/* Where a notice would hold: see ports. Any thread. */
bool roads_met(const struct road *road, const struct point *points, uint32_t count, bool area,
               struct text64 *name);

#endif
