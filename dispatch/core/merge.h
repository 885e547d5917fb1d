/* Merging incidents and taking them apart again. The survivor gets the callers, the graver cues and
 * the live orders of the other, which keeps its number, its notes and what has ended there. Reports
 * and orders remember which incident they were of, so that a split finds them. */
#ifndef DISPATCH_CORE_MERGE_H
#define DISPATCH_CORE_MERGE_H

#include "dispatch/core/turn.h"

/* Victims and weapons, of which two accounts of one incident should not differ unnoticed: the cues
 * that one has and the other has not. */
uint16_t merge_differences(const struct incident *a, const struct incident *b);

/* True when something that came from `origin` belongs to `i` or to one that `i` had taken in. */
bool merge_belongs(const struct incident *i, incident_id origin);

/* The incident that holds what a merged one had; NULL when it has left the memory. */
const struct incident *merge_survivor(const struct world *w, const struct incident *merged);

/* Emits the whole merge of `from` into `into`; `sealed` is the reason given. Both are open, and the
 * survivor's list has room. */
void merge_emit(struct turn *t, const struct incident *from, const struct incident *into,
                struct sealed reason, bool confirmed);

/* Emits the split of a merged incident from its open survivor. */
void merge_undo(struct turn *t, const struct incident *merged, const struct incident *from,
                struct sealed reason);

#endif
