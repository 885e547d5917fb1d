/* Hours that are unlike others: rain, a crowd at an event, an accident that everybody sees. */
#include "tools/calls/calls.h"

#include <stdlib.h>
#include <string.h>

#define MS_PER_MIN 60000u

static uint32_t within(struct making *m, const uint32_t range[2])
{
    return range[0] + (uint32_t)prng_below(&m->prng, (uint64_t)(range[1] - range[0]) + 1);
}

static uint32_t some_type(struct making *m, const struct burst *b)
{
    size_t i = prng_below(&m->prng, json_array_size(b->codes));
    const char *code = json_string_value(json_array_get(b->codes, i));

    return code != NULL ? demand_type_of(&m->demand, code) : m->demand.type_count;
}

static void burst(struct making *m, const struct burst *b, uint64_t from_ms, uint64_t end_ms,
                  uint64_t incidents_per_day)
{
    uint64_t span = (uint64_t)within(m, b->minutes) * MS_PER_MIN;
    uint32_t calls =
        b->callers[1] > 0 ? 1
        : b->calls[1] > 0
            ? within(m, b->calls)
            : (uint32_t)(incidents_per_day * b->adds_percent / 100 * span / (1440 * MS_PER_MIN));
    const struct spot *spot = spots_pick(&m->spots, SPOT_PARK, &m->prng);

    for (uint32_t i = 0; i < calls; i++) {
        uint64_t at = from_ms + prng_below(&m->prng, span);
        uint32_t type = some_type(m, b);

        if (type < m->demand.type_count && at < end_ms) {
            calls_incident(m, at, type, b->radius_m > 0 ? &spot->at : NULL, b->radius_m,
                           b->callers[1] > 0 ? within(m, b->callers) : 1);
        }
    }
    m->counts.bursts++;
}

void calls_bursts(struct making *m, uint64_t from_ms, uint64_t span_ms, uint64_t incidents_per_day)
{
    for (uint32_t i = 0; i < m->demand.burst_count; i++) {
        const struct burst *b = &m->demand.bursts[i];
        uint64_t mean = b->per_100_days > 0 ? 1440ull * MS_PER_MIN * 100 / b->per_100_days : 0;
        uint64_t at = mean > 0 ? prng_exponential(&m->prng, mean) : span_ms;

        while (mean > 0 && at < span_ms) {
            burst(m, b, from_ms + at, from_ms + span_ms, incidents_per_day);
            at += prng_exponential(&m->prng, mean);
        }
    }
}
