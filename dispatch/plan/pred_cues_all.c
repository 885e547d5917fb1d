/* cues_all: every one of the danger cues was named. A cue that nobody named counts as absent, but
 * for who would do less without it: there it is not known until it was asked for and denied. */
#include "dispatch/plan/predicates.h"

enum verdict pred_cues_all(const struct plan_when *when, const struct situation *s)
{
    uint32_t missing = when->cues_all & ~(uint32_t)s->cues;

    if (missing == 0) {
        return VERDICT_YES;
    }
    return s->cautious && (missing & s->cues_denied) == 0 ? VERDICT_UNKNOWN : VERDICT_NO;
}
