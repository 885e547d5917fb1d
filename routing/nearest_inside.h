/* What the files of the index of nearest units share; nobody else includes this.
 *   nearest.c          units one by one, queries
 *   nearest_refill.c   all units at once */
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

/* For so many spots in all. False: no memory. */
bool nearest_spots_(struct nearest_unit *u, uint32_t count);

#endif
