/* Who is heard: the consoles and terminals that are connected, as the gateways tell every second,
 * and who sends commands. A person at a seat of whom nothing is heard for CREW_SILENT_US is told to
 * the core as silent. A dead link costs the time until the kernel gives it up (ws/conn.c) on top;
 * with core/seats' grace all of it is less than 30 s. */
#ifndef SERVER_CREW_H
#define SERVER_CREW_H

#include "base/fault.h"
#include "dispatch/core/world.h"
#include "ws/door.h"

#define CREW_SILENT_US (5 * US_PER_S)
#define CREW_TERMINAL_US (30 * US_PER_S) /* a tunnel, a page that is loaded anew */
#define CREW_BOOT_US (5 * US_PER_S)      /* more, for consoles that come back after a restart */

struct crew;

/* All of the world's users count as heard at `now` (monotonic µs), the start. */
MUST_USE enum err crew_new(const struct world_limits *limits, int64_t now, struct crew **out,
                           struct fault *f);
void crew_free(struct crew *c);

/* A gateway's list. */
void crew_take(struct crew *c, const struct door_crew *list, int64_t now);

/* This user sent a command. */
void crew_heard(struct crew *c, user_id user, int64_t now);

/* The next seat whose person went silent or is heard again, from seat `*k` on; false: no more.
 * `age_us`: since when nothing was heard. */
bool crew_changed(const struct crew *c, const struct world *w, int64_t now, uint32_t *k,
                  seat_id *seat, bool *silent, int64_t *age_us);

/* The next unit on duty whose terminal was here since the start and is gone, or is back, from unit
 * `*k` on; false: no more. What never had a terminal here is no news. */
bool crew_terminal_changed(const struct crew *c, const struct world *w, int64_t now, uint32_t *k,
                           unit_id *unit, bool *live);

#endif
