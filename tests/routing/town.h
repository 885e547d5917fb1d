/* A random town: a lattice of streets with gaps, some of them one-way, a river with a few bridges,
 * and a part that cannot be left or reached. Equal seeds make equal towns. */
#ifndef TESTS_ROUTING_TOWN_H
#define TESTS_ROUTING_TOWN_H

#include "base/prng.h"
#include "routing/roads.h"

struct town {
    struct graph graph;
    uint32_t *ms;
    struct roads out, in;
};

/* Numbers nodes by their rank in an order of contraction, as every graph file has them. */
void town_make(struct town *t, uint64_t seed);
void town_free(struct town *t);

/* Gives one road another time, here and in both views. */
void town_set(struct town *t, uint32_t road, uint32_t ms);

#endif
