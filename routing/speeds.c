#include "routing/speeds.h"

#include "base/must.h"

uint32_t speeds_hour(int64_t local_us)
{
    struct civil local;

    civil_of(local_us, &local);
    return (uint32_t)local.hour + (local.weekday >= 6 ? 24 : 0);
}

static uint8_t within(uint32_t percent)
{
    return (uint8_t)(percent < SPEEDS_PERCENT_MIN   ? SPEEDS_PERCENT_MIN
                     : percent > SPEEDS_PERCENT_MAX ? SPEEDS_PERCENT_MAX
                                                    : percent);
}

void speeds_at(const struct speeds *s, const struct network *n, uint32_t hour, uint8_t *percent)
{
    must(hour < SPEEDS_HOURS);
    const uint8_t *of_class = s->class_percent + (size_t)hour * ROAD_CLASS_COUNT;

    for (uint32_t g = 0; g < 2 * n->piece_count; g++) {
        percent[g] = of_class[n->piece[segment_piece(g)].class];
    }
    for (uint32_t i = 0; i < s->known_count; i++) {
        uint32_t g = s->known[i].segment;

        percent[g] = within((uint32_t)percent[g] * s->known[i].percent / 100);
    }
    for (uint32_t i = s->first_cell[hour]; i < s->first_cell[hour + 1]; i++) {
        percent[s->cell[i].segment] = s->cell[i].percent;
    }
}

uint32_t speeds_ms(uint32_t free_ms, uint8_t percent)
{
    if (free_ms >= ETA_INF_MS) {
        return ETA_INF_MS;
    }
    uint64_t ms = ((uint64_t)free_ms * 100 + percent - 1) / percent;

    return ms < ETA_INF_MS ? (uint32_t)ms : ETA_INF_MS - 1;
}
