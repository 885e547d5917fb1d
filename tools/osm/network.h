/* A road network (routing/network.h) of an OSM extract. */
#ifndef TOOLS_OSM_NETWORK_H
#define TOOLS_OSM_NETWORK_H

#include "routing/network.h"
#include "routing/order.h"
#include "tools/osm/profile.h"

struct network_wish {
    const struct extract *extract;
    const struct profile *profile;
    bool ferries;
    const char *source; /* what the extract is, for the file */
    order_progress_fn *progress;
    void *arg;
};

/* What was made, and what was not. */
struct network_report {
    uint32_t junctions;
    uint32_t pieces;
    uint32_t nodes; /* of the graph: junctions, those with turns several times */
    uint32_t arcs;
    uint64_t metres;
    uint32_t junctions_with_turns;
    uint32_t bans;                 /* turns that may not be made */
    uint32_t restrictions_ignored; /* restrictions of a form that is not obeyed: several ways as
                                      via, odd members */
    uint32_t dropped_pieces;       /* cannot be left or reached from the rest */
    uint64_t dropped_metres;
};

/* Owns what it allocates; free by network_unmake, not by network_close. Fails: ERR_INVALID (no road
 * for this profile), ERR_NO_MEMORY. */
MUST_USE enum err network_make(struct network *n, const struct network_wish *wish,
                               struct network_report *report, struct fault *f);
void network_unmake(struct network *n);

#endif
