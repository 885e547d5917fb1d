/* The demand model as seeds/linjiang/demand.json and words.json state it. */
#ifndef TOOLS_CALLS_DEMAND_H
#define TOOLS_CALLS_DEMAND_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/prng.h"
#include "base/str.h"
#include "tools/calls/spots.h"

#include <jansson.h>

#define TYPES_MAX 512
#define MANNERS_MAX 128
#define NO_INCIDENT_MAX 16
#define BURSTS_MAX 16
#define HOURS 24
#define QUANTILES 10
#define CURVES 100 /* by the first two digits of a code */
#define CUES_MAX 7

struct demand_type {
    const char *code;
    uint32_t weight; /* among all types, parts of a million */
    uint32_t onview; /* per thousand */
    uint32_t manner; /* index */
    bool fitted;
};

/* How calls of a type, or of all that begin so, come. */
struct manner {
    const char *code;            /* prefix */
    uint32_t places[SPOT_KINDS]; /* weights */
    uint32_t cues[CUES_MAX];     /* percent each, by enum cue */
    uint32_t more_callers_percent;
    const char *channel; /* NULL: 110 */
    bool evening;
};

struct no_incident {
    const char *what, *call, *outcome;
    uint32_t percent; /* of all reports */
};

struct burst {
    const char *what;
    uint32_t per_100_days;
    uint32_t minutes[2], calls[2], callers[2];
    uint32_t adds_percent; /* of all incidents, while it lasts */
    uint32_t radius_m;
    json_t *codes;
};

struct demand {
    struct arena arena;
    json_t *root, *words;
    struct demand_type types[TYPES_MAX];
    struct manner manners[MANNERS_MAX];
    struct no_incident no_incident[NO_INCIDENT_MAX];
    struct burst bursts[BURSTS_MAX];
    uint32_t type_count, manner_count, no_incident_count, burst_count;
    uint32_t hours[HOURS];               /* of 10,000 */
    uint32_t curves[CURVES][HOURS];      /* the same for a class; 0: as all */
    uint32_t by_hour[HOURS][TYPES_MAX];  /* weights of types, added up */
    uint32_t scene_s[CURVES][QUANTILES]; /* [0]: of all */
    uint32_t days[7];                    /* percent, Monday first */
    uint32_t hotspots_percent;
    json_t *callers;
};

/* Reads DIR/linjiang/{demand,words}.json of the seeds. Owns: free by demand_free, also after a
 * failure. Fails: ERR_IO, ERR_MALFORMED naming file and field. */
MUST_USE enum err demand_read(struct demand *d, const char *seeds, struct fault *f);
void demand_free(struct demand *d);

/* A type for an hour of the day, index. */
uint32_t demand_type_at(const struct demand *d, uint32_t hour, struct prng *p);
/* Index of a code; the model has it for sure. */
uint32_t demand_type_of(const struct demand *d, const char *code);
uint32_t demand_class(const char *code); /* 10 … 99 */
uint32_t demand_scene_s(const struct demand *d, const char *code, struct prng *p);
/* A word of enum disposition. */
const char *demand_disposition(const struct demand *d, const char *code, struct prng *p);
uint32_t demand_caller(const struct demand *d, const char *key); /* percent */
/* More reports of an incident on average, percent, over all types. */
uint32_t demand_more_percent(const struct demand *d);
uint32_t demand_no_incident_percent(const struct demand *d);

#endif
