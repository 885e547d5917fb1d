/* Which units get there first: every unit writes, at each node it can climb to, how long it takes
 * to there (a bucket); an incident climbs from its place and looks into the buckets it passes.
 * Where a bucket and the climb meet is the top of a quickest way. Exact: equal to Dijkstra's search
 * at every query.
 *
 * An index holds the units of one class (the free ones of a police type, say), so that a rare class
 * costs no search through the others. Units move by nearest_put; times change by nearest_refill.
 *
 * Sources: S. Knopp, P. Sanders, D. Schultes and others, Computing many-to-many shortest paths
 * using highway hierarchies, ALENEX 2007 (buckets); R. Geisberger, Contraction hierarchies, 2008.
 */
#ifndef ROUTING_NEAREST_H
#define ROUTING_NEAREST_H

#include "routing/climb_abreast.h"

#define NEAREST_MAX 64 /* units a query may ask for */

struct bucket_entry {
    uint32_t ms;
    uint32_t unit;
};

struct bucket {
    struct bucket_entry *entry; /* by time, then unit */
    uint32_t count;
    uint32_t room;
};

struct bucket_spot {
    uint32_t node;
    uint32_t ms;
};

/* Where a unit is, and all nodes it can climb to, from the lowest: the buckets it stands in. */
struct nearest_unit {
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t seed_count; /* 0: the index does not hold it */
    struct bucket_spot *spot;
    uint32_t spot_count;
    uint32_t spot_room;
};

/* An entry on its way into its bucket, while all of them are sorted. */
struct nearest_loose {
    uint32_t ms;
    uint32_t unit;
    uint32_t node;
};

struct nearest {
    const struct times *times; /* borrowed */
    struct bucket *bucket;     /* of a node */
    struct nearest_unit *unit;
    uint32_t unit_max;
    struct climb climb; /* of units; queries have their own */
    struct abreast abreast;
    struct bucket_spot *met; /* by the last climb */
    uint32_t met_count;
    uint8_t *is_stale; /* of a unit, while nearest_renew looks */
    uint32_t *stale;
    uint32_t *at_ms;    /* of a unit, meanwhile: its time to one node; ETA_INF_MS else */
    uint64_t *by_place; /* first node and number of the units, while all are put in */
    struct nearest_loose *loose, *sorted;
    uint32_t loose_room;
};

struct nearest_hit {
    uint32_t unit;
    uint32_t ms;
};

/* A unit that may be left out of one query; true: take it. */
typedef bool nearest_filter_fn(void *arg, uint32_t unit);

/* For units 0..unit_max-1, none of which it holds. Owns; free by nearest_fini. Fails:
 * ERR_NO_MEMORY. */
MUST_USE enum err nearest_init(struct nearest *n, const struct times *t, uint32_t unit_max,
                               struct fault *f);
void nearest_fini(struct nearest *n);

/* Puts a unit at a place, or moves it there. Fails: ERR_NO_MEMORY; then the index holds it no more.
 */
MUST_USE enum err nearest_put(struct nearest *n, uint32_t unit, const struct seed *seeds,
                              uint32_t count, struct fault *f);
void nearest_drop(struct nearest *n, uint32_t unit);

/* After times_change: moves those units whose way up goes, or would now go, by a changed arc; the
 * others stand right. Fails: ERR_NO_MEMORY; a unit without room is held no more. */
MUST_USE enum err nearest_renew(struct nearest *n, struct fault *f);

/* Puts all units in anew after all travel times may have changed. Fails: ERR_NO_MEMORY; then the
 * index holds none. */
MUST_USE enum err nearest_refill(struct nearest *n, struct fault *f);

/* The `want` (at most NEAREST_MAX) units that are quickest at a place, by time, then by number; how
 * many there are is returned. `climb` is the caller's, for graphs of this size. `filter` may be
 * NULL. No allocation. */
uint32_t nearest_find(const struct nearest *n, struct climb *climb, const struct seed *seeds,
                      uint32_t count, uint32_t want, nearest_filter_fn *filter, void *arg,
                      struct nearest_hit *hits);

#endif
