/* zones: the incident's zone, or one that contains it, is named. Open while the place is unknown; a
 * known place outside every zone is a plain no. */
#include "dispatch/plan/predicates.h"

enum verdict pred_zones(const struct plan_when *when, const struct situation *s)
{
    const struct str *codes = when->zones.at;

    if (!s->place_known) {
        return VERDICT_UNKNOWN;
    }
    for (uint32_t i = 0; i < when->zones.count; i++) {
        for (uint32_t z = 0; z < s->zone_count; z++) {
            if (str_eq(codes[i], s->zones[z])) {
                return VERDICT_YES;
            }
        }
    }
    return VERDICT_NO;
}
