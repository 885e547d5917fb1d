/* What a climb found, kept: how far each node that it came by is. Private to routing/. */
#ifndef ROUTING_CLIMBED_H
#define ROUTING_CLIMBED_H

#include "routing/climb.h"

struct climbed {
    uint32_t *ms;  /* of a node; ETA_INF_MS where the climb did not come by */
    uint32_t *met; /* nodes it came by, from the lowest on */
    uint32_t met_count;
};

/* Owns; free by climbed_fini, which is due in any case. False: no memory. */
bool climbed_init(struct climbed *c, uint32_t node_count);
void climbed_fini(struct climbed *c);

/* Forgets the climb before and makes one from `seeds`, of which there may be none. No allocation.
 */
void climbed_fill(struct climbed *c, struct climb *climb, const struct times *t,
                  const struct seed *seeds, uint32_t count, enum climb_way way);

#endif
