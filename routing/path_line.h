/* A way's line with no more points than a screen needs. */
#ifndef ROUTING_PATH_LINE_H
#define ROUTING_PATH_LINE_H

#include "base/units.h"

/* Leaves out points in place: every one left out lies within `off_mm` of the line that is left.
 * The first and the last stay. Returns how many are left. Cost: each point is held against at most
 * PATH_LINE_SPAN lines. */
#define PATH_LINE_SPAN 64
uint32_t path_line_thin(struct point *at, uint32_t count, uint32_t off_mm);

#endif
