/* A city on a virtual clock: the core, its people, no sockets and no database. */
#ifndef TOOLS_SIM_VIRTUAL_H
#define TOOLS_SIM_VIRTUAL_H

#include "base/fault.h"
#include "dispatch/core/digest.h"
#include "tools/sim/agents.h"
#include "tools/sim/engine.h"
#include "tools/sim/laws.h"
#include "tools/sim/laws_roads.h"
#include "tools/sim/tally.h"

#define VIRTUAL_FIX_US (5 * US_PER_S)

struct virtual_opts {
    struct str world;
    uint64_t seed;
    int64_t start_us;
    int64_t hours; /* 0: until every call has come to its end */
    uint64_t rows; /* 0: no limit; else it stops after so many */
    uint32_t live; /* as agents_opts.live */
    bool loop;     /* the calls come again and again */
    bool everyday;
    uint32_t posts;        /* seats that are worked at; as agents_opts */
    bool demo;             /* spare the crews */
    engine_row_fn *on_row; /* may be NULL */
    void *arg;
    struct ways *ways; /* borrowed; NULL: straight lines */
    bool beats;        /* as agents_opts */
    /* A receiver's fix of a unit on its way to a scene, numbered by drive as they began, every
     * VIRTUAL_FIX_US; NULL: nobody keeps them. */
    void (*on_fix)(void *arg, uint64_t drive, const struct fix *fix);
    void *fix_arg;
    struct tally *tally; /* may be NULL: nobody counts */
};

struct virtual_result {
    uint64_t seq;
    int64_t at;
    struct sha256 hash;
    struct digest digest;
    struct agents_counts counts;
    uint64_t open, incidents_live;
    uint64_t ticks;
    bool done; /* every call came to its end */
    struct laws_broken broken;
    struct laws_roads_broken roads_broken; /* with ways */
};

/* Plays the town. Fails: ERR_NO_MEMORY; ERR_INVALID when the core refuses the city or the plan. */
MUST_USE enum err virtual_run(const struct virtual_opts *o, const struct town *town,
                              struct virtual_result *out, struct fault *f);

/* The accounts every simulated city has besides the units': name, role, number of roles. */
extern const struct town_account {
    const char *name;
    enum role role;
} town_accounts[];
extern const uint32_t town_account_count;

/* The role of agents_person_name(person). */
enum role town_person_role(uint32_t person);

#endif
