/* All that each unit could do, if somebody knew every call beforehand: a network of trips, unit by
 * unit, through which every play of the same calls is a way for each unit. The oracle reckons on it
 * (tools/quality/oracle.h).
 *
 * An *arrival* is a unit at a call, at some time; a *stay* is its time there as the call's first,
 * second … unit; a *go* leads from a stay to the next arrival: from the way home, or at once, to a
 * call that had to wait. Who has come home waits there for any later call. Arrivals of one unit at
 * one call within FORESIGHT_STEP_MS of each other are one, which may do what any of them may: the
 * network holds more than can be played, never less.
 *
 * Which calls may have to wait, and until when, is found beforehand: served by age and served as in
 * a play, each trip as long as from the farthest home or earlier call. That is no proof: what a
 * play does that the network does not hold is counted (oracle_astray), and then there is no bound.
 */
#ifndef TOOLS_QUALITY_FORESIGHT_H
#define TOOLS_QUALITY_FORESIGHT_H

#include "tools/quality/play.h"

#define FORESIGHT_STEP_MS 120000
#define FORESIGHT_NONE UINT32_MAX

struct foresight_arrival {
    uint32_t call;
    uint32_t unit;
    int64_t from_ms; /* it arrives then, */
    int64_t till_ms; /* or later, till then */
    uint32_t stay;   /* its first; one for each unit of the call */
    uint32_t next;   /* another of this unit at this call */
};

struct foresight_stay {
    uint32_t arrival;
    uint32_t home; /* calls from this one on, in order of serving, find it at home */
    uint32_t go;   /* its first; those of the next stay follow */
};

/* An arrival, and whether it is in time there. */
struct foresight_go {
    uint32_t arrival : 31;
    uint32_t in_time : 1;
};

struct foresight {
    const struct play_opts *o;
    uint32_t *order; /* calls in the order they can be served */
    uint32_t *place; /* of a call, in that order */
    struct foresight_arrival *arrival;
    uint32_t arrival_count;
    struct foresight_stay *stay; /* and one more, which only tells where the last one's gos end */
    uint32_t stay_count;
    struct foresight_go *go;
    uint32_t go_count;
    struct foresight_go *from_home; /* of a unit (many) to a call, by place in the order */
    uint32_t *before;               /* arrivals that are over before a place in the order */
    uint32_t *first;                /* arrival of a unit (many) at a call */
};

/* Fails: ERR_INVALID (calls without a place, or that an officer came upon: whom those keep busy is
 * no policy's choice), ERR_NO_MEMORY. Owns; free by foresight_free. `o` is borrowed. */
MUST_USE enum err foresight_make(struct foresight *s, const struct play_opts *o, struct fault *f);
void foresight_free(struct foresight *s);

/* The arrival that holds a unit's coming to a call then; FORESIGHT_NONE: none does. */
uint32_t foresight_find(const struct foresight *s, uint32_t unit, uint32_t call, int64_t at_ms);

#endif
