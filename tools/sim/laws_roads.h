/* What must hold of who drives, at every instant, looked at from outside the core and outside of
 * who chooses the ways:
 *
 *  - nobody drives over a closed piece of road once it is in force (road.weights_applied), but who
 *    was on it then, who comes from a place on it or goes to one, and who has no other way at all;
 *  - who says to be on a road is on it;
 *  - nobody is suddenly elsewhere. */
#ifndef TOOLS_SIM_LAWS_ROADS_H
#define TOOLS_SIM_LAWS_ROADS_H

#include "dispatch/core/world.h"
#include "routing/road.h"

#define LAWS_BESIDE UINT32_MAX /* of a piece: on no road */

struct laws_roads;

/* Where a unit is, and for how long it will be on that piece. */
struct laws_where {
    struct point at;
    uint32_t piece;
    int64_t until_us;                 /* it leaves the piece then; INT64_MAX: it stays */
    uint32_t first_piece, last_piece; /* of its way; LAWS_BESIDE: none */
    bool through;                     /* it has no way round */
};

/* False: it has no road, or is nowhere. */
typedef bool laws_where_fn(const void *arg, uint32_t unit, int64_t at, struct laws_where *out);

/* A number that changes with anybody's way. */
typedef uint64_t laws_moves_fn(const void *arg);

struct laws_roads_opts {
    const struct world *world;
    const struct road *road;
    laws_where_fn *where;
    laws_moves_fn *moves;
    const void *arg;
    uint32_t units;
};

struct laws_roads_broken {
    uint64_t over_closed, off_road, jumped;
    uint64_t passed; /* spans looked at while something was closed */
    uint64_t exempt; /* of them on closed pieces, as the law allows */
    char first[160];
};

/* NULL when memory is out. Everything is borrowed. */
struct laws_roads *laws_roads_new(const struct laws_roads_opts *o);
void laws_roads_free(struct laws_roads *l);

/* Everything since the last look, up to `now`; before and after everything that happens. */
void laws_roads_look(struct laws_roads *l, int64_t now);

const struct laws_roads_broken *laws_roads_broken_of(const struct laws_roads *l);

#endif
