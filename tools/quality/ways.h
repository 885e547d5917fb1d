/* Ways that are driven again and again, each found once: home to a call, call to call, the way home
 * from a call, and from its junctions to other calls. The same to the ms as fleet.h has them, so
 * that a play can be rehearsed thousands of times (rehearsal.h). */
#ifndef TOOLS_QUALITY_WAYS_H
#define TOOLS_QUALITY_WAYS_H

#include "tools/quality/fleet.h"

#define WAYS_HOME UINT32_MAX

/* A point of a way home, and when it is passed, in ms after its beginning. */
struct ways_spot {
    uint32_t place; /* a junction, behind them a call; WAYS_HOME */
    uint32_t ms;
};

struct ways_trail {
    uint32_t count; /* 0: at home at once */
    struct ways_spot spot[];
};

struct ways {
    const struct work *work;
    struct fleet fleet;        /* for its homes and queries */
    struct ways_trail **trail; /* of a unit (many) from a call; NULL: not asked yet */
    uint32_t *home_ms;         /* of a unit (many) to a call; WAYS_UNKNOWN: not asked yet */
    struct ways_known {
        uint64_t key; /* 0: empty */
        uint32_t ms;
    } * known; /* from places to calls */
    uint32_t known_count, known_room;
    struct trail_point *room;
};

/* For the fleet that `seed` deals. Borrows `road` and `work`. Owns; free by ways_fini. Fails:
 * ERR_NO_MEMORY. */
MUST_USE enum err ways_init(struct ways *w, const struct road *road, const struct work *work,
                            uint32_t units, uint64_t seed, struct fault *f);
void ways_fini(struct ways *w);

/* ETA_INF_MS: there is none. */
uint32_t ways_home_ms(struct ways *w, uint32_t unit, uint32_t call);
uint32_t ways_between_ms(struct ways *w, uint32_t from, uint32_t call);

/* The way home; lives as long as `w`. */
const struct ways_trail *ways_trail(struct ways *w, uint32_t unit, uint32_t from);

/* How long the way home takes. */
static inline uint32_t ways_trail_ms(const struct ways_trail *t)
{
    return t->count > 0 ? t->spot[t->count - 1].ms : 0;
}

/* Time to a call of a unit that left call `from` for home so long ago. */
uint32_t ways_under_way_ms(struct ways *w, uint32_t unit, uint32_t from, int64_t since_ms,
                           uint32_t call);

#endif
