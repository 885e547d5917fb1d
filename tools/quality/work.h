/* The calls of one fleet as a comparison of policies plays them: what is the same whoever is sent.
 * Taken from a city folder (tools/sim/town.h), which says when each call came, how long taking it
 * in and setting out took, how many units arrived and how long each of them stayed.
 *
 * What nobody recorded is drawn by the seed from the calls of the same type, or of all: a time on
 * scene. Calls without a place, and those that an officer came upon, keep a unit busy, drawn by the
 * seed and not by the policy, and are no response. */
#ifndef TOOLS_QUALITY_WORK_H
#define TOOLS_QUALITY_WORK_H

#include "tools/sim/town.h"

struct work_call {
    int64_t at_ms; /* received, after the first call */
    uint32_t intake_ms;
    uint32_t turnout_ms;
    struct point at;
    uint8_t priority;
    bool located;
    bool found;        /* an officer came upon it: served first */
    bool is_response;  /* somebody is sent to a known place */
    uint32_t units;    /* 1 or more */
    uint32_t first_ms; /* of `scene_ms` of the work */
};

struct work {
    struct work_call *call; /* in order of `at_ms` */
    uint32_t count;
    uint32_t responses;
    uint32_t *scene_ms; /* of each unit of each call */
    struct point *home; /* where units of this fleet stand, each once */
    uint32_t home_count;
};

enum work_homes { WORK_STATIONS, WORK_CALLS };

/* The calls of the town that are the work of `fleet` ("fire", "police", "traffic"; NULL: all).
 * `homes`: the posts of the city's units, or the places of calls. Owns; free by work_free. Fails:
 * ERR_INVALID (there are none), ERR_NO_MEMORY. */
MUST_USE enum err work_make(struct work *w, const struct town *town, const char *fleet,
                            enum work_homes homes, uint64_t seed, struct fault *f);
void work_free(struct work *w);

/* When a call can be served. */
static inline int64_t work_ready_ms(const struct work_call *c)
{
    return c->at_ms + c->intake_ms;
}

/* Writes the calls in the order they can be served, of equal ones the lower first. */
void work_order(const struct work *w, uint32_t *order);

#endif
