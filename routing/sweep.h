/* Travel times from many nodes to one place, all at once: a climb from the place to the top, then
 * down again over those nodes only that lie above a node that was asked for. Each arc there is
 * looked at once for all of them, and nothing is kept from one place to the next: whoever moved and
 * whatever changed on the roads costs nothing beforehand. Exact. Private to routing/.
 *
 * Use: sweep_mark for each node, sweep_down, then sweep_ms of what was marked; marks last until the
 * next sweep_down has used them up.
 *
 * Source: D. Delling, A. Goldberg, R. Werneck, Faster batched shortest paths in road networks,
 * ATMOS 2011 (RPHAST), over the elimination tree of customizable hierarchies. */
#ifndef ROUTING_SWEEP_H
#define ROUTING_SWEEP_H

#include "routing/climbed.h"
#include "routing/lean.h"

struct sweep {
    uint32_t *ms;     /* to the place, of what the last sweep_down passed */
    uint64_t *marked; /* a bit for each node; their ancestors are marked with them */
    uint32_t words;   /* of `marked` */
};

/* Owns; free by sweep_fini, which is due in any case. False: no memory. */
bool sweep_init(struct sweep *s, uint32_t node_count);
void sweep_fini(struct sweep *s);

static inline void sweep_mark(struct sweep *s, const struct hierarchy *h, uint32_t node)
{
    while (node != NODE_NONE) {
        uint64_t bit = UINT64_C(1) << (node & 63);

        if ((s->marked[node >> 6] & bit) != 0) {
            return;
        }
        s->marked[node >> 6] |= bit;
        node = h->parent[node];
    }
}

/* `goal`: the climb towards the place (CLIMB_TOWARDS) under the times that `l` was made of. No
 * allocation. */
void sweep_down(struct sweep *s, const struct lean *l, const struct climbed *goal);

/* From a node that was marked; ETA_INF_MS: there is no way. */
static inline uint32_t sweep_ms(const struct sweep *s, uint32_t node)
{
    return s->ms[node];
}

#endif
