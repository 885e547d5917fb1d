/* tocsin make-calls: calls of a city by the demand model. */
#ifndef TOOLS_CALLS_CALLS_H
#define TOOLS_CALLS_CALLS_H

#include "base/buf.h"
#include "tools/calls/demand.h"

enum call_end { END_INCIDENT, END_DUPLICATE, END_SETTLE };
enum call_place { PLACE_IS_KNOWN, PLACE_IS_APPROXIMATE, PLACE_IS_UNKNOWN };

struct call {
    uint64_t at_ms;  /* after the start */
    uint32_t serial; /* in the order of making: breaks ties */
    uint32_t of;     /* index of the call it repeats, in the order of making */
    uint32_t number; /* in the order of time, from 1 */
    uint8_t ends;    /* enum call_end */
    uint8_t place;   /* enum call_place */
    uint8_t cues;
    bool onview, protected, confidential;
    const char *type; /* NULL: unclassified */
    const char *channel, *kind, *contact, *outcome, *disposition;
    const char *address, *narrative, *callsign;
    struct point at, caller_at;
    uint32_t flags, radius_m, caller_radius_m, scene_ms;
};

struct calls_opts {
    const char *city, *out, *seeds;                    /* folders; file */
    uint64_t seed, hours, per_day, from_hour, weekday; /* weekday 1 (Monday) to 7 */
};

struct calls_counts {
    uint64_t calls, incidents, duplicates, settled, onview, bursts, silent;
};

struct making {
    const struct calls_opts *opts;
    struct demand demand;
    struct arena arena;
    struct extract extract;
    struct city city;
    struct spots spots;
    struct prng prng;
    struct call *at;
    uint32_t count, room;
    struct calls_counts counts;
    struct fault *fault;
};

/* All of it. Fails: ERR_IO, ERR_MALFORMED, ERR_INVALID naming what. */
MUST_USE enum err calls_make(const struct calls_opts *o, struct calls_counts *counts,
                             struct fault *f);

/* calls.c */
struct call *calls_add(struct making *m, uint64_t at_ms);
/* An incident and those who call of it too. `near` NULL: anywhere; else within reach_m of it. */
void calls_incident(struct making *m, uint64_t at_ms, uint32_t type, const struct point *near,
                    uint32_t reach_m, uint32_t callers);
void calls_no_incident(struct making *m, uint64_t at_ms, const struct no_incident *n);
/* bursts.c */
void calls_bursts(struct making *m, uint64_t from_ms, uint64_t span_ms, uint64_t incidents_per_day);
/* say.c: in the arena. */
const char *say_first(struct making *m, const char *code, uint64_t *choice);
const char *say_again(struct making *m, const char *code, uint64_t choice);
const char *say_no_incident(struct making *m, const char *what);
const char *say_hidden(struct making *m);
const char *say_landmark(struct making *m, const char *place);
/* calls_out.c: sorted by time. */
MUST_USE enum err calls_write(struct making *m);

#endif
