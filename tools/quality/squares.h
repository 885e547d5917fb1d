/* The city in squares, and how long it takes from one to another by road: near enough to think
 * about what may come, not to play by. */
#ifndef TOOLS_QUALITY_SQUARES_H
#define TOOLS_QUALITY_SQUARES_H

#include "routing/road.h"

#define SQUARES_MAX 2048

struct squares {
    struct point corner;    /* least longitude and latitude */
    int32_t lon_e7, lat_e7; /* of a side */
    uint32_t columns, rows;
    struct point *middle; /* of a square: its first junction, else its centre */
    uint32_t *ms;         /* from a square (many) to a square; UINT32_MAX: not asked yet */
    struct road_query query;
};

/* Squares of 500 m, or as much wider that there are SQUARES_MAX at most, that hold all junctions.
 * Borrows `road`. Owns; free by squares_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err squares_init(struct squares *s, const struct road *road, struct fault *f);
void squares_fini(struct squares *s);

static inline uint32_t squares_count(const struct squares *s)
{
    return s->columns * s->rows;
}

/* The square of a place; one beyond the border belongs to the square next to it. */
uint32_t squares_of(const struct squares *s, struct point p);

/* Between their middles; ETA_INF_MS: no way. */
uint32_t squares_ms(struct squares *s, uint32_t from, uint32_t to);

#endif
