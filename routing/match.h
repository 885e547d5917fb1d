/* Which roads a drive went along, from some noisy fixes of it: a hidden Markov model. Each fix may
 * have been on any road near it, the likelier the nearer; from fix to fix the likelier, the less
 * the way by road differs in length from the straight line. The likeliest sequence of all is found
 * by Viterbi's method; ways between obey one-way streets and bans of turning, so that a fix that
 * fell on the wrong carriageway is taken back to the right one.
 *
 * Source: P. Newson, J. Krumm, Hidden Markov map matching through noise and sparseness, ACM
 * SIGSPATIAL GIS 2009: the model, and leaving out fixes that break it. Here costs are integers
 * (1/1024 of a natural logarithm), a way is found by a search that is bounded in length, and a road
 * that is driven both ways stands for two.
 *
 * Pure but for memory at its start. One object a thread. */
#ifndef ROUTING_MATCH_H
#define ROUTING_MATCH_H

#include "routing/dijkstra.h"
#include "routing/snap.h"
#include "routing/trip.h"

#define MATCH_RADIUS_MM 60000u /* a road farther off is not the one that was driven */
#define MATCH_NOISE_MM 10000u  /* standard deviation of a fix */
#define MATCH_DETOUR_MM 15000u /* mean difference of way and straight line */
#define MATCH_BACK_MM 25000u   /* so far back along a road is noise: it stood */
#define MATCH_PIECES_MAX 8u
#define MATCH_STATES_MAX (2 * MATCH_PIECES_MAX)
#define MATCH_SKIPS_MAX 3u /* fixes in a row that may be left out */
#define MATCH_PARTS_MAX 256u

/* A stretch of one segment, driven from `from_mm` to `to_mm` of its length. */
struct match_part {
    uint32_t segment;
    uint32_t from_mm, to_mm;
    uint32_t turn_ms; /* of the turn into it; 0 where it was driven already */
};

/* Between two fixes. */
struct match_step {
    bool first; /* of a drive, or behind a break: leads on from no other */
    int64_t from_us, to_us;
    uint32_t part_count; /* one or more */
    const struct match_part *part;
};
typedef void match_fn(void *arg, const struct match_step *step);

struct match_counts {
    uint64_t fixes, off_road, skipped, breaks, steps;
};

struct match {
    const struct network *network; /* borrowed, as is the grid */
    const struct snap_grid *grid;
    struct roads roads; /* by length: mm where others have ms */
    struct dijkstra search;
    struct match_state {
        uint32_t segment;
        uint32_t along_mm; /* in the direction of the segment */
        uint64_t cost;     /* of the likeliest drive that ends here */
        uint16_t before;   /* its state at the fix before */
    } * state;             /* MATCH_STATES_MAX of each fix */
    uint16_t state_count[TRIP_FIXES_MAX];
    uint32_t fix[TRIP_FIXES_MAX]; /* which fix of the drive */
    struct match_part part[MATCH_PARTS_MAX];
};

/* Owns; free by match_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err match_init(struct match *m, const struct network *n, const struct snap_grid *g,
                             struct fault *f);
void match_fini(struct match *m);

/* Tells the steps of a drive in their order; `count` at most TRIP_FIXES_MAX. A fix that is off
 * every road or that no way leads to is left out; behind more than MATCH_SKIPS_MAX of them in a row
 * the drive breaks and begins anew. Adds to `counts`. Cost: for each fix up to MATCH_STATES_MAX
 * bounded searches; no allocation. */
void match_drive(struct match *m, const struct trip_fix *fixes, uint32_t count, match_fn *fn,
                 void *arg, struct match_counts *counts);

#endif
