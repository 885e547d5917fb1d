/* The simulated people at a server's public doors: who sits at the seats, call takers, station
 * desks and every unit as WebSocket clients of their own, the channels over HTTP. What one of them,
 * the watcher, is told is what all of them know. */
#ifndef TOOLS_SIM_LIVE_H
#define TOOLS_SIM_LIVE_H

#include "base/fault.h"
#include "tools/sim/accounts.h"
#include "tools/sim/agents.h"
#include "tools/sim/tally.h"
#include "tools/wire/socket.h"

struct live_opts {
    struct wire_address to;
    const struct town *town;
    const struct accounts *accounts;
    const struct cast *cast; /* NULL: no floor, one "operator" and one "commander" */
    uint64_t seed;
    uint32_t rate;       /* of the server's clock */
    bool once;           /* end when all calls came to their ends */
    int64_t hours;       /* no call comes after so many of the server's clock; 0: for ever */
    struct ways *ways;   /* borrowed: units drive by road; NULL: by straight line */
    bool demo;           /* spare the crews */
    struct tally *tally; /* may be NULL: nobody counts */
};

struct live_result {
    struct agents_counts counts;
    uint64_t open;
    uint64_t reconnects, resent;
    uint64_t cuts; /* links that were cut on purpose */
    uint64_t kept, kept_sent,
        kept_refused;         /* what units did without a link, and what became of it */
    uint64_t kept_waiting;    /* still with them at the end */
    uint64_t positions;       /* fixes sent */
    uint64_t orders_on_units; /* assignment.dispatched that units saw on their own connections */
    uint64_t frames;          /* that the watcher was sent */
    int64_t signed_in_us;     /* until everybody had signed in, of the machine's own clock */
    bool done;
};

/* Plays until it is done, or a signal (SIGINT, SIGTERM) comes.
 * Fails: ERR_CONFLICT when the server's clock runs at another rate; ERR_UNSIGNED when an account
 * cannot sign in; ERR_IO when the server cannot be reached at the start. */
MUST_USE enum err live_run(const struct live_opts *o, struct live_result *out, struct fault *f);

#endif
