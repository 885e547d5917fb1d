/* cues_any: at least one of the danger cues was named. A cue that nobody named counts as absent:
 * waiting for somebody to deny it would leave every rule open. */
#include "dispatch/plan/predicates.h"

enum verdict pred_cues_any(const struct plan_when *when, const struct situation *s)
{
    return (s->cues & when->cues_any) != 0 ? VERDICT_YES : VERDICT_NO;
}
