/* Few edges that part a piece of the road map in two: inertial flow. Along a direction the first
 * quarter of the nodes are sources and the last quarter sinks; the least cut between them (unit
 * capacities) is where bridges and valleys are. The direction with the least cut wins. Private to
 * routing/.
 *
 * Source: A. Schild, C. Sommer, On balanced separators in road networks, SEA 2015; the flow by
 * Y. Dinitz's algorithm, 1970. */
#ifndef ROUTING_CUT_H
#define ROUTING_CUT_H

#include "base/units.h"

#include <stdbool.h>
#include <stdint.h>

/* An undirected graph: rows sorted, no loops, no parallels, each edge in both rows. */
struct cut_graph {
    uint32_t node_count;
    uint32_t *first; /* node_count + 1 */
    uint32_t *head;
    struct point *at;
};

struct cut_work; /* arrays for graphs of up to a size */

/* NULL: no memory. */
struct cut_work *cut_work_new(uint32_t node_count_max, uint32_t head_count_max);
void cut_work_free(struct cut_work *w);

/* Parts the nodes of a connected graph of two nodes or more: side[v] is 0 or 1, both occur. */
void cut_graph(struct cut_work *w, const struct cut_graph *g, uint8_t *side);

#endif
