/* The tier: the active plan is asked what it says of an incident as it now is. */
#ifndef DISPATCH_CORE_GRADE_H
#define DISPATCH_CORE_GRADE_H

#include "dispatch/core/turn.h"

/* What the plan may know of the incident. Zones point into the turn's arena. */
void grade_situation(struct turn *t, const struct incident *i, struct situation *out);

/* Asks the plan and emits incident.tiered when tier, rules or requirements differ from what stands.
 * A tier set by a person stays unless the plan's is graver; its requirements follow the plan. True
 * when an event was emitted. */
bool grade_incident(struct turn *t, const struct incident *i);

#endif
