/* The recommendations of one incident as the log has them, each with what is needed to reckon it
 * again: the world is evolved beside, row by row, for names, the place of the incident and what
 * held on the roads. */
#ifndef TOOLS_EXPLAIN_EVIDENCE_H
#define TOOLS_EXPLAIN_EVIDENCE_H

#include "dispatch/plan/recommend.h"
#include "routing/limits.h"
#include "tools/sim/replay.h"

/* What a slot's stored evidence gives when it is reckoned anew. */
enum again {
    AGAIN_EQUAL,
    AGAIN_DIFFERS,
    AGAIN_OTHER_VERSION, /* of the weights, or of the roads: no fair comparison */
    AGAIN_NOT_AT_HAND    /* without the roads of that version nothing was compared */
};

struct evidence_slot {
    struct slot_advice advice; /* as stored; lists in the evidence's arena */
    struct slot_choice stored; /* the same, as the choice has it */
    enum again ranking;        /* by recommend_again */
    const char *differs;       /* what of it does first; NULL: nothing */
    enum again etas;           /* by evidence_roads */
    uint32_t etas_differ;      /* of the units named */
    uint32_t eta_again_ms[CONSIDERED_MAX];
    bool newest; /* no later recommendation speaks of this slot */
};

/* One incident.recommended. */
struct evidence_advice {
    uint64_t seq;
    int64_t at;
    struct incident_recommended said;
    struct place place; /* of the incident then */
    uint8_t tier;
    struct evidence_slot *slots;
    uint32_t slot_count;
    bool roads_known; /* what held on the roads of its engine's version is in limits */
    struct road_limit *limits;
    uint32_t limit_count;
    struct evidence_advice *next; /* later */
};

struct evidence {
    struct replay replay; /* at the end: the world as it is at the log's last row */
    struct str wanted;    /* "20261130-000012", or an id as "live-i12" */
    incident_id incident; /* 0: not found */
    struct number number;
    struct evidence_advice *first, *last;
    struct arena arena;
    struct road_change *changes; /* the last ones, by number */
};

/* Takes the name as people write it. Fails: ERR_INVALID when it is neither number nor id;
 * ERR_NO_MEMORY. Free by evidence_fini, also after a failure. */
MUST_USE enum err evidence_init(struct evidence *e, struct str world, struct str incident,
                                struct fault *f);
void evidence_fini(struct evidence *e);

/* The next row of the log. Fails: as replay_next; ERR_NO_MEMORY. */
MUST_USE enum err evidence_row(struct evidence *e, const struct log_row *row, struct fault *f);

/* Behind the last row: which slots are the newest, and the ranking of each again.
 * Fails: ERR_NOT_FOUND when the log has no such incident. */
MUST_USE enum err evidence_rank(struct evidence *e, struct fault *f);

/* Travel times again: those by straight line, and those by road whose roads are in `path` (NULL:
 * none), at learned speeds if they are in `speeds` (NULL: none). Fails: as road_open, as
 * speeds_open; ERR_NO_MEMORY. */
MUST_USE enum err evidence_roads(struct evidence *e, const char *path, const char *speeds,
                                 struct fault *f);

#endif
