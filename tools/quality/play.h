/* Plays the calls of a fleet with one policy. The rest is the same for every policy: calls wait in
 * one queue, those found by an officer first, then by priority, then by age; a call gets units as
 * soon as there are any that may be sent, one after the other, until it has as many as went in
 * reality; travel times are those of free roads; a unit stays as long as the recorded one did, then
 * drives home and can be sent from the way, from the junction it passed last. */
#ifndef TOOLS_QUALITY_PLAY_H
#define TOOLS_QUALITY_PLAY_H

#include "tools/quality/policy.h"

#define PLAY_PRIORITIES 4

struct play_opts {
    const struct road *road;
    const struct work *work;
    const struct policy *policy;
    uint32_t units;
    uint64_t seed; /* of homes, and of who is busy where no policy is asked */
    /* From receipt to the first arrival, by priority 1.. ; what comes later is late. */
    uint32_t target_ms[PLAY_PRIORITIES];
    struct oracle *oracle;   /* of the policy that needs one */
    struct futures *futures; /* the same */
    uint32_t with;           /* enum quality_option */
    bool uncovered;          /* nobody asks what is covered: quicker */
};

/* The row of the targets a call belongs to, from 0, and its target. */
uint32_t play_priority(const struct work_call *c);
uint32_t play_target_ms(const struct play_opts *o, const struct work_call *c);

/* Which of two waiting calls is served first. */
bool play_served_before(const struct work *w, uint32_t a, uint32_t b);

struct play_call {
    uint32_t first_ms; /* from receipt to the first unit's arrival; UINT32_MAX: no response */
    uint32_t last_ms;  /* the same of the last */
    uint64_t sum_ms;   /* of all its units */
};

struct play_result {
    struct play_call *call; /* of each call of the work */
    uint64_t driven_mm;
    uint32_t *busy_permille; /* of each unit, of the time from the first call to the last */
    uint64_t covered_ppm;    /* mean over the instants when somebody is sent */
    uint64_t sent;           /* units */
};

/* Owns the result; free by play_free. Fails: ERR_NO_MEMORY. */
MUST_USE enum err play_run(const struct play_opts *o, struct play_result *out, struct fault *f);
void play_free(struct play_result *r);

#endif
