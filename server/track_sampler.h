/* Which of a unit's positions are kept: one when it moved on by 50 m, or by 10 m in 10 s, and one a
 * minute while it stands, so that standing and silence do not look alike. Pure. */
#ifndef SERVER_TRACK_SAMPLER_H
#define SERVER_TRACK_SAMPLER_H

#include "base/must.h"
#include "ws/door.h"

#include <stdbool.h>
#include <stdint.h>

#define TRACK_STEP_MM 50000u
#define TRACK_EVERY_US (10 * US_PER_S)
#define TRACK_MOVED_MM 10000u
#define TRACK_STILL_US (60 * US_PER_S)
#define TRACK_LATE_US US_PER_DAY /* a fix older than that when it comes in is no sample */

struct track_sampler;

/* NULL when memory is out. */
struct track_sampler *track_sampler_new(uint32_t units_max);
void track_sampler_free(struct track_sampler *s);

/* Whether this fix, come in at `now` (µs UTC), is kept; the next is then measured from it. */
MUST_USE bool track_sampler_keeps(struct track_sampler *s, const struct door_fix *fix, int64_t now);

#endif
