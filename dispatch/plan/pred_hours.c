/* hours: the local opening time lies in one of the daily windows [from, until). A window that runs
 * over midnight belongs to the day on which it begins: "Saturday 22:00-06:00" holds until Sunday
 * 05:59. */
#include "dispatch/plan/predicates.h"

static bool on_day(uint8_t days, int32_t weekday)
{
    return days == 0 || (days >> (weekday - 1) & 1) != 0;
}

static bool within(const struct plan_hours *h, int32_t minute, int32_t weekday)
{
    int32_t yesterday = weekday == 1 ? 7 : weekday - 1;

    if (h->from_min < h->until_min) {
        return minute >= h->from_min && minute < h->until_min && on_day(h->days, weekday);
    }
    return (minute >= h->from_min && on_day(h->days, weekday)) ||
           (minute < h->until_min && on_day(h->days, yesterday));
}

enum verdict pred_hours(const struct plan_when *when, const struct situation *s)
{
    const struct plan_hours *hours = when->hours.at;
    struct civil local;

    civil_of(s->local_us, &local);
    for (uint32_t i = 0; i < when->hours.count; i++) {
        if (within(&hours[i], local.hour * 60 + local.minute, local.weekday)) {
            return VERDICT_YES;
        }
    }
    return VERDICT_NO;
}
