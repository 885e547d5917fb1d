/* Shared by stage.c and stage_words.c. */
#ifndef TESTS_DISPATCH_INTERLEAVE_STAGE_INSIDE_H
#define TESTS_DISPATCH_INTERLEAVE_STAGE_INSIDE_H

#include "tests/dispatch/interleave/stage.h"
#include "tests/scenarios/render.h"
#include "tests/scenarios/runner.h"
#include "tools/sim/replay.h"

#define START_US INT64_C(1798934400000000) /* 2027-01-03T00:00:00Z */

struct stage {
    struct engine *engine;
    struct replay rows;
    struct world_limits limits;
    struct buf row;      /* text of the last one */
    struct runner words; /* reads the words of a command */
    struct buf scratch;
    uint32_t next_id;
};

#endif
