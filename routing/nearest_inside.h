/* What the files of the index of nearest units share; nobody else includes this.
 *   nearest.c          units one by one, queries
 *   nearest_refill.c   all units at once
 *   nearest_renew.c    those whom a changed road concerns */
#ifndef ROUTING_NEAREST_INSIDE_H
#define ROUTING_NEAREST_INSIDE_H

#include "routing/nearest.h"

enum err nearest_no_room_(struct fault *f);

static inline bool bucket_earlier_(struct bucket_entry a, struct bucket_entry b)
{
    return a.ms != b.ms ? a.ms < b.ms : a.unit < b.unit;
}

bool bucket_grow_(struct bucket *b);

/* For one entry more. False: no memory. */
static inline bool bucket_room_(struct bucket *b)
{
    return b->count < b->room || bucket_grow_(b);
}

/* Moves a unit to the buckets of `met`, or, first, climbs there from its seeds. False: no memory;
 * the index holds it no more. */
bool nearest_move_(struct nearest *n, uint32_t unit);
bool nearest_stand_(struct nearest *n, uint32_t unit);

/* The first of `count` units listed in `by_place` that can climb side by side; how many. */
uint32_t nearest_abreast_(struct nearest *n, const uint64_t *by_place, uint32_t count);

/* `by_place` in the order of the units' places: neighbours after each other. */
uint64_t nearest_place_(const struct nearest *n, uint32_t unit);
void nearest_sort_places_(uint64_t *by_place, uint32_t count);

/* For so many spots in all. False: no memory. */
bool nearest_spots_(struct nearest_unit *u, uint32_t count);

#endif
