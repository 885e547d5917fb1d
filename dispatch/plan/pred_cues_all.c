/* cues_all: every one of the danger cues was named; a cue that nobody named counts as absent. */
#include "dispatch/plan/predicates.h"

enum verdict pred_cues_all(const struct plan_when *when, const struct situation *s)
{
    return (s->cues & when->cues_all) == when->cues_all ? VERDICT_YES : VERDICT_NO;
}
