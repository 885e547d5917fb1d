/* What must hold of a floor at every instant, looked at from outside the core: who truly sits in
 * front of a living console is known here, and what is open is followed from the events alone.
 *
 *  - every open report and incident is owned by exactly one seat, every order by its incident's;
 *  - none for more than 30 s by a seat that nobody staffs; with no seat staffed at all the
 *    commander's owns everything and the alarm seats_empty stands;
 *  - an order ends signed, declined in the unit's own words, cancelled or diverted by a person, or
 *    lapsed because another one was signed in its place; unsigned over its time it stands as an
 *    alarm. */
#ifndef TOOLS_SIM_LAWS_H
#define TOOLS_SIM_LAWS_H

#include "dispatch/core/world.h"

#define LAWS_NOBODY_US (30 * US_PER_S)

struct laws;

/* True while the console of that person is connected. */
typedef bool laws_heard_fn(const void *arg, struct str person);

struct laws_broken {
    uint64_t unowned;
    uint64_t owned_by_nobody_over_30s;
    uint64_t orders_vanished;
    int64_t longest_with_nobody_us; /* with one seat, before somebody else's or a return */
    uint64_t looks;
    char first[160]; /* what was broken first; empty: nothing */
};

/* NULL when memory is out. */
struct laws *laws_new(const struct world *w, laws_heard_fn *heard, const void *arg);
void laws_free(struct laws *l);

/* A row: its events, and whether a person sent its command. Before laws_look. */
void laws_see(struct laws *l, const struct event *events, uint32_t count, bool by_person);

/* The state at `now`, which is the state since the last look as well: called before and after
 * everything that happens, in order of time. */
void laws_look(struct laws *l, int64_t now);

const struct laws_broken *laws_broken_of(const struct laws *l);

#endif
