/* channels_any: the report that opened the incident came by one of the channels. */
#include "dispatch/plan/predicates.h"

enum verdict pred_channels_any(const struct plan_when *when, const struct situation *s)
{
    return (when->channels_any >> s->channel & 1) != 0 ? VERDICT_YES : VERDICT_NO;
}
