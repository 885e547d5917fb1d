/* tocsin simulate: its options, and the two ways it plays. */
#ifndef TOOLS_CLI_SIMULATE_H
#define TOOLS_CLI_SIMULATE_H

#include "base/buf.h"
#include "tools/sim/agents.h"

struct simulate_opts {
    const char *city;
    bool virtual;
    const char *world;
    uint64_t seed, hours, rows, live, fleet, stretch;
    bool plain, demo;
    const char *log;
    const char *url;
    const char *accounts;
    uint64_t rate;
    bool once, json;
    const char *policy, *roads, *of, *homes, *late, *with;
    uint64_t units, seeds, rounds;
};

int simulate_virtual(const struct simulate_opts *o);
/* --virtual --policy: which unit goes, and nothing else (tools/quality/play.h). */
int simulate_policy(const struct simulate_opts *o);
int simulate_live(const struct simulate_opts *o);

/* Whether people who act at once meet that refusal (tools/sim/expected.def). */
bool simulate_refusal_expected(uint8_t command, const char *code);

/* The members of the result both ways share, without braces. */
void simulate_counts_json(struct buf *b, const struct agents_counts *c, uint64_t open);

#endif
