/* The engine in use: by road where there is a network, by straight line else. One a thread. */
#ifndef ROUTING_TRAVEL_H
#define ROUTING_TRAVEL_H

#include "routing/muster.h"
#include "routing/path.h"

struct travel {
    struct road_query query; /* of nothing by straight line */
    struct path_query path;  /* the same */
    struct muster muster;    /* the same */
};

/* Borrows `road`; NULL: straight lines. Owns; free by travel_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err travel_init(struct travel *t, const struct road *road, struct fault *f);
void travel_fini(struct travel *t);

/* As road_query_use; by straight line nothing changes. */
void travel_use(struct travel *t, const struct road_weights *w);

/* How much longer it takes than on free roads, in ms, and the id of the first limit that lies in
 * the free way; 0 and 0: it does not, or nobody gets there either way. No allocation. */
uint32_t travel_detour_ms(struct travel *t, struct point from, struct point to, uint32_t *limit);

/* Travel times in ms and the name of the engine, as ports want them. No allocation. */
uint32_t travel_ms(struct travel *t, struct point from, struct point to);
void travel_table(struct travel *t, const struct point *from, uint32_t from_count,
                  const struct point *to, uint32_t to_count, uint32_t *ms);
const char *travel_engine(struct travel *t);

#endif
