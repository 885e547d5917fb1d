/* cues_any: at least one of the danger cues was named. A cue that nobody named counts as absent:
 * waiting for somebody to deny it would leave every rule open. Who would do less without it does
 * not know it until it was asked for and denied. */
#include "dispatch/plan/predicates.h"

enum verdict pred_cues_any(const struct plan_when *when, const struct situation *s)
{
    if ((s->cues & when->cues_any) != 0) {
        return VERDICT_YES;
    }
    return s->cautious && (when->cues_any & ~s->cues_denied) != 0 ? VERDICT_UNKNOWN : VERDICT_NO;
}
