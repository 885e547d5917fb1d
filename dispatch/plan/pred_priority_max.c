/* priority_max: the priority is that number or more urgent (1 is the most urgent). Open while
 * nobody gave one. */
#include "dispatch/plan/predicates.h"

enum verdict pred_priority_max(const struct plan_when *when, const struct situation *s)
{
    if (s->priority == 0) {
        return VERDICT_UNKNOWN;
    }
    return s->priority <= when->priority_max ? VERDICT_YES : VERDICT_NO;
}
