/* types: the incident type matches one of the patterns. An unclassified incident leaves the
 * question open: it may yet turn out to be of that type. */
#include "dispatch/plan/pattern.h"
#include "dispatch/plan/predicates.h"

enum verdict pred_types(const struct plan_when *when, const struct situation *s)
{
    const struct str *patterns = when->types.at;

    if (s->type.len == 0) {
        return VERDICT_UNKNOWN;
    }
    for (uint32_t i = 0; i < when->types.count; i++) {
        if (pattern_matches(patterns[i], s->type)) {
            return VERDICT_YES;
        }
    }
    return VERDICT_NO;
}
