/* The offline optimum: who goes, had somebody known every call beforehand, as near as a search
 * gets, and a bound of what anybody could reach (bound.h).
 *
 * The search begins with the closest by road and looks at each late call: which unit could have
 * been in time and what task kept it away, and what would come of it had another gone there; in
 * later rounds, of whoever might have gone to any task not long before. Each change is played to
 * where it makes no difference any more (rehearsal.h) and kept when fewer calls are late, or as
 * many and the first units sooner there. Only who goes is changed: queue, free units, roads and
 * times are those of every play, and what is found is played by play_run like any other. */
#ifndef TOOLS_QUALITY_ORACLE_H
#define TOOLS_QUALITY_ORACLE_H

#include "tools/quality/play.h"

/* How often the search goes through all late calls at most. Source: ours; the later rounds of the
 * fortnight save one in a hundred. */
#define ORACLE_ROUNDS 10

struct oracle;

/* Looks for a play of `o` with as few late calls as it finds in so many rounds. Owns; free by
 * oracle_free. `o` is borrowed. Fails as rehearsal_init does. */
MUST_USE enum err oracle_make(struct oracle **out, const struct play_opts *o, uint32_t rounds,
                              struct fault *f);
void oracle_free(struct oracle *x);

/* As a policy's choose. */
uint32_t oracle_choose(const struct policy_ask *ask);

/* Late calls of the play that was found. */
uint32_t oracle_late(const struct oracle *x);

/* No play has fewer late calls. */
uint32_t oracle_bound(const struct oracle *x);

/* Decisions of plays that could not be as found; 0, or something is wrong. */
uint32_t oracle_astray(const struct oracle *x);

#endif
