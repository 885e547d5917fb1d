/* Response circles (快反圈) of an imported city: who must be where within one, three and five
 * minutes. No city publishes its own; these follow the rule that Tianjin's police describes (one
 * minute at stations, airports and government, three at banks and schools, five at malls), with
 * hospitals beside schools. An officer's list replaces them in city.json. */
#include "tools/osm/import.h"

#include <inttypes.h>

#define CIRCLES_MADE_MAX 240 /* about as many as a large city keeps at once */
#define BIT(flag) (UINT32_C(1) << PLACE_FLAG_##flag)

static const struct {
    uint32_t flags;
    uint8_t minutes;
} rules[] = {
    { BIT(TRANSIT) | BIT(GOVERNMENT), 1 },
    { BIT(SCHOOL) | BIT(HOSPITAL) | BIT(BANK), 3 },
    { BIT(CROWDED), 5 },
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

static size_t rule_of(uint32_t flags)
{
    size_t k = 0;

    while (k < RULES && (rules[k].flags & flags) == 0) {
        k++;
    }
    return k;
}

/* A rule that has more places than its share of the list gets them spread over the file, which has
 * them in no order of the map. */
void import_circles(struct osm_import *m)
{
    const struct city_place *p = m->city.places.at;
    struct city_circle *out = arena_alloc(&m->arena, CIRCLES_MADE_MAX * sizeof(*out));
    uint32_t count = 0;

    must(out != NULL);
    for (size_t rule = 0; rule < RULES; rule++) {
        uint32_t fitting = 0;
        uint32_t share = CIRCLES_MADE_MAX / RULES;
        uint32_t seen = 0;

        for (uint32_t i = 0; i < m->city.places.count; i++) {
            fitting += rule_of(p[i].flags) == rule;
        }
        for (uint32_t i = 0; i < m->city.places.count; i++) {
            if (rule_of(p[i].flags) != rule) {
                continue;
            }
            uint64_t before = fitting <= share ? seen : (uint64_t)seen * share / fitting;
            uint64_t after = fitting <= share ? seen + 1 : ((uint64_t)seen + 1) * share / fitting;

            seen++;
            if (after > before) {
                out[count] = (struct city_circle){ .name_zh = p[i].name_zh,
                                                   .name_en = p[i].name_en,
                                                   .lon = p[i].lon,
                                                   .lat = p[i].lat,
                                                   .minutes = rules[rule].minutes };
                out[count].code =
                    import_text(m, "Q%" PRIu32 "%03" PRIu32, out[count].minutes, (uint32_t)after);
                count++;
            }
        }
    }
    m->city.circles = (struct list){ .at = out, .count = count };
}
