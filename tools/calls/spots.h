/* Where calls come from: homes, streets, junctions and public places of an extract. */
#ifndef TOOLS_CALLS_SPOTS_H
#define TOOLS_CALLS_SPOTS_H

#include "base/arena.h"
#include "base/prng.h"
#include "dispatch/model/city.h"
#include "tools/osm/extract.h"

enum spot_kind {
#define SPOT(name, word, flags) SPOT_##name,
#include "tools/calls/spots.def"
#undef SPOT
    SPOT_KINDS
};

struct spot {
    struct point at;
    const char *zh;
    uint64_t until; /* weights added up, this one's included */
    uint32_t flags;
    uint16_t reach_m; /* a call may come from so far around */
};

struct spot_list {
    struct spot *at;
    uint32_t count, room;
};

struct spots {
    const struct extract *extract;
    const struct city *city;
    struct arena *arena;
    struct spot_list kinds[SPOT_KINDS];
    uint16_t *dense; /* pieces of streets in each cell */
    uint32_t across, down;
    struct point low;
    uint32_t lon_step, lat_step; /* of a cell, 1e-7 degree */
    uint32_t hot_percent;
    uint64_t seed;
};

/* Owns its lists: free by spots_free. hot_percent: how much some places call more than others. */
void spots_find(struct spots *s, const struct extract *x, const struct city *city,
                struct arena *arena, uint64_t seed, uint32_t hot_percent);
void spots_free(struct spots *s);
/* One of the kind, by weight; of streets when the extract has none of it. */
const struct spot *spots_pick(const struct spots *s, uint32_t kind, struct prng *p);
/* The public place nearest to a point within reach; NULL. */
const struct spot *spots_landmark(const struct spots *s, struct point at, uint32_t reach_m);
uint32_t spot_kind_of(const char *word); /* SPOT_KINDS: none */
/* So many metres east and north. */
struct point spot_shift(struct point at, int32_t east_m, int32_t north_m);

#endif
