/* The streets of a simulated city: the network that the server uses, what holds on its roads as its
 * people were told, and ways to drive there. */
#ifndef TOOLS_SIM_WAYS_H
#define TOOLS_SIM_WAYS_H

#include "dispatch/model/entities.h"
#include "routing/path.h"

#define WAYS_OFF UINT32_MAX /* of a segment: beside the roads */

struct ways;

/* Over roads that are open already; borrowed. Free by ways_close. Fails: ERR_NO_MEMORY. */
MUST_USE enum err ways_new(const struct road *road, struct ways **out, struct fault *f);

/* Opens a file of `tocsin import-osm`. Owns; free by ways_close. Fails: as road_open. */
MUST_USE enum err ways_open(const char *file, struct ways **out, struct fault *f);
void ways_close(struct ways *s);

const struct road *ways_road(const struct ways *s);

/* The times in force. They are made anew in place by ways_apply. */
const struct road_weights *ways_weights(const struct ways *s);

/* What people are told of roads: it holds from the ways_apply on that takes it in. */
void ways_noticed(struct ways *s, const struct road_notice *n);
void ways_opened(struct ways *s, uint32_t road, uint64_t change);

/* Everything up to this change of the roads is in force. True: something changed. */
bool ways_apply(struct ways *s, uint64_t change);

/* The notice of that number; NULL: it is over. */
const struct road_notice *ways_notice(const struct ways *s, uint32_t road);
uint32_t ways_notice_count(const struct ways *s);

/* As ports.road_met. */
bool ways_met(const struct ways *s, const struct point *points, uint32_t count, bool area,
              struct text64 *name);

/* A place on the way and when it is reached; `segment` is of the line that leads to it. */
struct ways_stop {
    struct point at;
    uint32_t segment;  /* WAYS_OFF: beside the roads */
    uint32_t whole_ms; /* of the segment when the way was chosen, in free traffic */
    int64_t at_us;
};

struct ways_trip {
    struct ways_stop *stop;
    uint32_t count, room;
    uint32_t first_piece, last_piece; /* where it begins and leads to; WAYS_OFF: not by road */
    bool through;                     /* through what is closed, since no other way is left */
};

struct ways_drive {
    struct point from, to;
    const struct snap *on; /* the road that `from` is on, when it is known; NULL: the nearest */
    int64_t depart_us;
    int64_t local_us;  /* local time less UTC */
    uint32_t permille; /* the driver's pace */
    bool lights;
};

/* The quickest way under the times in force, at the pace of the hour and of the driver; never
 * longer ago than `depart_us`. False: there is no way; `way` is empty then. Owns: way->stop, free
 * by free(). */
bool ways_go(struct ways *s, const struct ways_drive *d, struct ways_trip *way);

/* One stop more. Without memory a simulation has no way on. */
void ways_add(struct ways_trip *way, const struct ways_stop *stop);

/* Where who takes the way is at an instant, before the first stop there and after the last one at
 * the last. */
struct point ways_place(const struct ways_trip *way, int64_t at_us);

/* Index of the line they are on: of the stop it leads to; `count` when they have arrived. */
uint32_t ways_at(const struct ways_trip *way, int64_t at_us);

/* The road they are on there; false: beside the roads. */
bool ways_on(const struct ways *s, const struct ways_trip *way, int64_t at_us, struct snap *out);

/* Whether the rest of the way from the line `from` on takes other times now than when it was
 * chosen. */
bool ways_changed(const struct ways *s, const struct ways_trip *way, uint32_t from);

/* Time of the last stop; 0: the way is empty. */
static inline int64_t ways_arrival(const struct ways_trip *way)
{
    return way->count > 0 ? way->stop[way->count - 1].at_us : 0;
}

#endif
