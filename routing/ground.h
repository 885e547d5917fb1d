/* The ground that coverage is counted on: its nodes, the ways between them, how much each counts,
 * and where a place has its beginning or end among them.
 *
 * With a network these are the nodes and the times of the roads, exact. Without one they are points
 * of a grid over the city, GROUND_STEP_MM apart or wider, with ways to the sixteen nearest that
 * take what the straight-line engine says: up to 5 % too long, for the ways are not quite straight.
 *
 * A place on no road (water, park, mountain) begins at the nearest one, and what lies between is
 * reckoned by straight line, as routing/road.h does it: it has an answer, a later one the farther
 * off it lies. A place that is none on Earth has no beginning.
 *
 * Each node lies in a cell (or in none: outside the city); cells are what maps are drawn of. */
#ifndef ROUTING_GROUND_H
#define ROUTING_GROUND_H

#include "routing/coverage.h"
#include "routing/road.h"

#define GROUND_STEP_MM 200000
#define GROUND_CELLS_MAX 40000
#define GROUND_NO_CELL UINT32_MAX

/* A border of the city; several of them by the even-odd rule. */
struct ground_ring {
    const struct point *points;
    uint32_t count;
};

struct ground_cells {
    int64_t west_e7, south_e7;
    uint32_t lon_e7, lat_e7; /* of a cell */
    uint32_t width, height;
};

struct ground {
    const struct road *road;            /* borrowed; NULL: the grid */
    const struct road_weights *weights; /* borrowed, of ground_times */
    uint32_t node_count;
    const struct point *at;
    struct roads out, in;
    uint32_t *arc_ms;   /* room for ground_times */
    struct point *grid; /* without a network: `at` */
    struct ground_cells cells;
    uint32_t *cell;   /* of a node; GROUND_NO_CELL: outside the city */
    uint32_t *extent; /* of a node: metres of road that end at it; without a network 1 */
};

/* Over the city within `rings`; none given: over all of the network, or over the box of `points`
 * and 2 km around. Times are those of `weights`, which are in use until ground_times names others;
 * NULL without a network. Borrows `road`. Owns; free by ground_fini, also after a failure. Fails:
 * ERR_NO_MEMORY, ERR_INVALID (no network, and no place to lay a grid over). */
MUST_USE enum err ground_init(struct ground *g, const struct road *road,
                              const struct road_weights *weights, const struct ground_ring *rings,
                              uint32_t ring_count, const struct point *points, uint32_t point_count,
                              struct fault *f);
void ground_fini(struct ground *g);

/* Other times of the same network. `out` and `in` stay where they are. Fails: ERR_NO_MEMORY; then
 * the ground is as good as none and only ground_fini is left. */
MUST_USE enum err ground_times(struct ground *g, const struct road_weights *weights,
                               struct fault *f);

/* Where a place lies: on a road, and how long it takes from the place to there. Without a network
 * only `at` and 0. False: no place on Earth. */
struct ground_place {
    struct point at;
    struct snap snap;
    uint32_t off_ms;
};
bool ground_find(const struct ground *g, struct point p, struct ground_place *out);

/* Starts of a search from a place, or of one towards it, with what lies beside the road; at most
 * CLIMB_SEEDS_MAX. Returns how many. */
uint32_t ground_depart(const struct ground *g, const struct ground_place *p, struct seed *seeds);
uint32_t ground_arrive(const struct ground *g, const struct ground_place *p, struct seed *seeds);

/* Between two places where no node is passed: on one road, or without a network straight on.
 * ETA_INF_MS: there is no such way. */
uint32_t ground_ahead_ms(const struct ground *g, const struct ground_place *from,
                         const struct ground_place *to);

/* The nodes at which something that happened at a place is counted: the ends of its road. At most
 * 2; 0 outside the city. */
uint32_t ground_counts_at(const struct ground *g, struct point p, uint32_t nodes[2]);

#endif
