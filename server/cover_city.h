/* A city on its way to coverage: its borders and circles in pieces, as its queue has room for them,
 * so that no city is too large for it. */
#ifndef SERVER_COVER_CITY_H
#define SERVER_COVER_CITY_H

#include "dispatch/core/world.h"
#include "ws/door.h"

/* How far it was told; all 0: not at all. */
struct cover_city {
    bool begun;
    uint32_t zone, ring, point, circle; /* the next ones */
};

/* Goes on where it stopped. True: all of it was told. False: the queue is full; again later. A city
 * that changes meanwhile is told from the start: *c = { 0 }. */
bool cover_city_tell(struct cover_city *c, const struct world *w, const struct door_way *to);

#endif
