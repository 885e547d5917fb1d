/* place_any: the place has at least one of the flags (school, bank, road …). Open while the place
 * is unknown. */
#include "dispatch/plan/predicates.h"

enum verdict pred_place_any(const struct plan_when *when, const struct situation *s)
{
    if (!s->place_known) {
        return VERDICT_UNKNOWN;
    }
    return (s->place_flags & when->place_any) != 0 ? VERDICT_YES : VERDICT_NO;
}
