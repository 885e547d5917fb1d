/* How long each of many units takes to a place, asked all at once: the same to the ms as
 * road_travel_ms tells them one by one. One search serves all of them (routing/sweep); of a unit
 * that stands where it stood before, and of the roads when new travel times come, nothing has to be
 * made ready.
 *
 * One a thread, beside its road_query. No allocation after muster_init. */
#ifndef ROUTING_MUSTER_H
#define ROUTING_MUSTER_H

#include "routing/stands.h"
#include "routing/sweep.h"

struct muster {
    struct stands stands;
    struct sweep sweep;
};

/* Owns; free by muster_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err muster_init(struct muster *m, const struct road *road, struct fault *f);
void muster_fini(struct muster *m);

/* After road_query_use of the query beside it. */
void muster_use(struct muster *m);

/* Into `ms` the travel times from each of `from` to `to` under the weights of `q`; ETA_INF_MS as
 * there. `q` is heading for `to` afterwards. */
void muster_ms(struct muster *m, struct road_query *q, const struct point *from, uint32_t count,
               struct point to, uint32_t *ms);

#endif
