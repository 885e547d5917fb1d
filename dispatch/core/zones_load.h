/* Zones as a city or a change of zones brings them. */
#ifndef DISPATCH_CORE_ZONES_LOAD_H
#define DISPATCH_CORE_ZONES_LOAD_H

#include "dispatch/core/world.h"

/* Whether there is room for them: zones of a code that is known take the place of the known ones.
 */
bool zones_fit(const struct world *w, const struct list *zones);

/* Adds and replaces by code, parents before what lies in them; the index is built anew. */
void zones_load(struct world *w, const struct list *zones);

/* Brings the bits in line with what now lies where: a zone in a district has the district's. */
void zones_settle(struct world *w);

#endif
