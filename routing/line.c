#include "routing/line.h"

#include "base/geo.h"

uint32_t line_travel_ms(void *arg, struct point from, struct point to)
{
    (void)arg;
    if (!geo_valid(from) || !geo_valid(to)) {
        return ETA_INF_MS;
    }
    uint32_t distance_mm = geo_distance_mm(from, to);

    if (distance_mm == UINT32_MAX) {
        return ETA_INF_MS;
    }
    /* mm × permille ÷ mm/s is in ms: the two thousands meet. Rounded up, so that only no distance
     * takes no time. */
    uint64_t ms =
        ((uint64_t)distance_mm * LINE_DETOUR_PERMILLE + LINE_SPEED_MM_S - 1) / LINE_SPEED_MM_S;

    return ms < ETA_INF_MS ? (uint32_t)ms : ETA_INF_MS;
}

const char *line_engine(void *arg)
{
    (void)arg;
    return "line/1";
}
