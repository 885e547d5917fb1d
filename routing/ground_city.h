/* Which cells of a grid lie in a city. */
#ifndef ROUTING_GROUND_CITY_H
#define ROUTING_GROUND_CITY_H

#include "routing/ground.h"

/* Of a cell by number, row by row from the south west. */
struct point ground_cell_middle(const struct ground_cells *c, uint32_t cell);

/* Writes 1 for each cell whose middle lies in an odd number of rings (geo_in_ring of each), else 0.
 * What it costs goes with the corners and with the cells, not with one times the other: borders may
 * have millions of corners. `any`: there is such a cell. Fails: ERR_NO_MEMORY. */
MUST_USE enum err ground_mark_city(const struct ground_cells *c, const struct ground_ring *rings,
                                   uint32_t count, uint8_t *in_city, bool *any, struct fault *f);

#endif
