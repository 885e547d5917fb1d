/* How a network of trips grows: through time, with what is under way. Private to foresight.c. */
#ifndef TOOLS_QUALITY_FORESIGHT_BUILD_H
#define TOOLS_QUALITY_FORESIGHT_BUILD_H

#include "tools/quality/approach.h"
#include "tools/quality/foresight.h"

#define FORESIGHT_NO_WAY UINT32_C(0x7fffffff) /* an arrival where there is none */

struct build_arrival {
    uint32_t call;
    uint32_t unit;
    int64_t from_ms, till_ms;
    uint32_t stay;  /* FORESIGHT_NONE: others may still join it */
    uint32_t next;  /* of this unit at this call */
    uint32_t later; /* in the same step */
    bool waited, alone;
};

struct build_stay {
    uint32_t arrival;
    int64_t from_ms, till_ms; /* when it is free */
    uint32_t home, link;
};

struct build_link {
    struct foresight_go go;
    uint32_t next;
};

struct build_trail {
    struct trail_point *point;
    uint32_t count;
    uint32_t users;
};

struct foresight_build {
    const struct foresight *s;
    struct fleet fleet; /* for its homes */
    struct approach approach;
    struct path_query path;
    struct road_query road;
    struct trail_point *room;

    struct build_arrival *arrival;
    uint32_t arrival_count, arrival_room;
    struct build_stay *stay;
    uint32_t stay_count, stay_room;
    struct build_link *link;
    uint32_t link_count, link_room;
    uint32_t *over; /* arrivals nobody joins any more, one after the other */
    uint32_t over_count, over_room;

    uint32_t *step; /* the arrivals that are over with it */
    uint32_t step_count;
    uint32_t now_step;
    struct build_live {
        uint32_t *stay;
        uint32_t count, room;
    } * live;                  /* of a unit: stays it is not home from yet */
    struct build_trail *trail; /* of a unit (many) from a call */
    int64_t *wait_till;        /* of a call by place in the order: the latest somebody is sent */
    int64_t longest_wait;
    uint32_t ready_count; /* calls in the order that have come */
    struct build_pair {
        uint64_t key;
        uint32_t ms;
    } * pair; /* travel times between calls, by hash */

    struct foresight_go *from_home;
    uint32_t *first;
    uint32_t *before;
};

MUST_USE enum err foresight_build(struct foresight_build *b, const struct foresight *s,
                                  struct fault *f);
void foresight_build_free(struct foresight_build *b);

#endif
