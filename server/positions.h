/* The newest fix of every unit: live, outside the log. The core owns the table. A fix is taken when
 * it is newer than the one kept and at most 5 s ahead of the server's clock. */
#ifndef SERVER_POSITIONS_H
#define SERVER_POSITIONS_H

#include "base/must.h"
#include "dispatch/model/ports.h"
#include "ws/door.h"

#include <stdbool.h>
#include <stdint.h>

#define FIX_AHEAD_MAX_US (5 * US_PER_S)
#define SILENT_AFTER_US (120 * US_PER_S)

struct positions;

/* NULL when memory is out. */
struct positions *positions_new(uint32_t units_max);
void positions_free(struct positions *p);

/* Takes one fix. False when it is older than the kept one, too far ahead, or of no unit. */
bool positions_accept(struct positions *p, const struct door_fix *fix, int64_t now);

/* The kept fix. False: none since the server started. */
bool positions_get(const struct positions *p, uint32_t unit, struct fix *out);

/* Units that moved since the last call, at most `cap`; returns how many. */
uint32_t positions_moved(struct positions *p, struct door_fix *out, uint32_t cap);

/* The next unit whose silence or return must be told, after asking for each at most once a change:
 * a unit that had a fix and has none for SILENT_AFTER_US (silent), or reports again (heard). False:
 * none. */
bool positions_changed(struct positions *p, int64_t now, uint32_t *unit, bool *silent,
                       int64_t *since);

uint64_t positions_taken(const struct positions *p);

#endif
