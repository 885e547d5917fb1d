/* The offline optimum: who goes, had somebody known every call beforehand, and how few late calls
 * no play can undercut.
 *
 * Each task (a call's first, second … unit) has a price, paid to the unit that takes it, so that
 * every unit finds its best way through the network of trips (tools/quality/foresight.h) by itself;
 * with any prices at all, what the units earn together less what all tasks pay is no less than the
 * calls that can be in time: a bound. Prices are moved against tasks taken more or less than once
 * until the bound hardly falls (Lagrange's relaxation; M. Held, P. Wolfe, H. Crowder, Validation of
 * subgradient optimization, Mathematical Programming 6, 1974). The same prices tell what a unit is
 * worth at each place and time; the play that asks them is the feasible one, and the gap between
 * the two is printed. */
#ifndef TOOLS_QUALITY_ORACLE_H
#define TOOLS_QUALITY_ORACLE_H

#include "tools/quality/foresight.h"

struct oracle;

/* Looks for the best play of `o`, whose policy is the oracle's. Owns; free by oracle_free. `o` is
 * borrowed, and played. Fails as foresight_make and play_run do. */
MUST_USE enum err oracle_make(struct oracle **out, struct play_opts *o, struct fault *f);
void oracle_free(struct oracle *x);

/* Before a play. */
void oracle_begin(struct oracle *x);

/* As a policy's choose. */
uint32_t oracle_choose(const struct policy_ask *ask);

/* It was sent as the call's `nth` unit and gets there at `at_ms`. */
void oracle_sent(struct oracle *x, uint32_t unit, uint32_t call, uint32_t nth, int64_t at_ms);

/* No play has fewer late calls. */
uint32_t oracle_bound(const struct oracle *x);

/* Trips of all plays so far that the network did not hold; 0, or the bound is none. */
uint32_t oracle_astray(const struct oracle *x);

#endif
