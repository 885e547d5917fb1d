/* Plain Dijkstra's search from an incident, stopped at the k-th unit: incremental network
 * expansion. What our index is measured against, and what it must be equal to.
 *
 * Source: D. Papadias, J. Zhang, N. Mamoulis, Y. Tao, Query processing in spatial network
 * databases, VLDB 2003. */
#ifndef BENCH_ROUTING_INE_H
#define BENCH_ROUTING_INE_H

#include "bench/routing_stage.h"

/* Which units stand at each node. */
struct ine {
    struct dijkstra *dijkstra;
    const struct roads *in;
    uint32_t *first; /* of a node: its first seat */
    struct ine_seat {
        uint32_t unit;
        uint32_t ms;
        uint32_t next;
    } * seat;
    uint32_t node_count;
    uint32_t seat_count;
};

struct ine_best {
    struct nearest_hit hits[NEAREST_MAX];
    uint32_t count;
    uint32_t want;
};

/* Takes a hit among the best if it belongs there: by time, then by number, each unit once. */
void ine_offer(struct ine_best *best, struct nearest_hit hit);

void ine_init(struct ine *n, struct stage *s);

/* Seats the first `count` units where they stand now. */
void ine_seat(struct ine *n, const struct stage *s, uint32_t count);

/* The times of the `want` first units. Of units that are as quick as the last, any. */
void ine_find(struct ine *n, const struct place *incident, uint32_t want, struct ine_best *best);

/* Goes on after ine_find until no unit as quick as the last is left: of those the lower numbers. */
void ine_ties(struct ine *n, struct ine_best *best);

#endif
