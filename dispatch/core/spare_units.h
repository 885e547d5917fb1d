/* Units that are busy with something else and could come all the same (plan/spare): who is on the
 * way to less, and what that would wait for then; who will have done soon. */
#ifndef DISPATCH_CORE_SPARE_UNITS_H
#define DISPATCH_CORE_SPARE_UNITS_H

#include "dispatch/core/advise.h"

/* So many units of a recommendation have the price of diverting reckoned, the nearest of those who
 * may be, and of them those who are nearer than free ones that can do the same: each asks for the
 * travel time of every free unit of its kind. The others stay "on another incident". */
#define SPARE_PRICED_MAX 4

/* Of a unit's shift so much is left, at least 1 ms; 0: no end was said. */
uint32_t spare_duty_left(const struct unit *u, int64_t now);

/* How long until it will have done where it is; 0: not soon (plan/spare). */
uint32_t spare_clears(const struct world *w, const struct unit *u, int64_t now);

/* Fills what the nearest who may be diverted to `i` would leave. `slots`: open ones of `i`. The
 * order that is left is priced as if the others of these slots had taken the best free units. */
void spare_price(const struct asking *ask, const struct incident *i, uint32_t slots,
                 struct candidate *all, uint32_t count);

#endif
