/* always: the rule that catches what no other rule speaks of. */
#include "dispatch/plan/predicates.h"

enum verdict pred_always(const struct plan_when *when, const struct situation *s)
{
    (void)when;
    (void)s;
    return VERDICT_YES;
}
