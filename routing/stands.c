#include "routing/stands.h"

#include "base/hash.h"
#include "routing/line.h"

#include <stdlib.h>

#define WAYS 4u /* places among which one gives way */

bool stands_init(struct stands *s)
{
    *s = (struct stands){ .era = 1, .stand = calloc(STANDS_MAX, sizeof(*s->stand)) };
    return s->stand != NULL;
}

void stands_fini(struct stands *s)
{
    free(s->stand);
    *s = (struct stands){ 0 };
}

void stands_renew(struct stands *s)
{
    s->era = s->era == UINT32_MAX ? 1 : s->era + 1;
}

/* Where a place is kept, or, if it is not, will be. */
static struct stand *slot_of(const struct stands *s, struct point at)
{
    uint64_t key = (uint64_t)(uint32_t)at.lon_e7 << 32 | (uint32_t)at.lat_e7;
    struct stand *set = &s->stand[hash_mix(key) % (STANDS_MAX / WAYS) * WAYS];
    struct stand *oldest = set;

    for (uint32_t i = 0; i < WAYS; i++) {
        if (set[i].era != 0 && set[i].at.lon_e7 == at.lon_e7 && set[i].at.lat_e7 == at.lat_e7) {
            return &set[i];
        }
    }
    for (uint32_t i = 0; i < WAYS; i++) {
        if (set[i].era == 0) {
            return &set[i];
        }
        oldest = s->clock - set[i].asked > s->clock - oldest->asked ? &set[i] : oldest;
    }
    oldest->era = 0;
    return oldest;
}

const struct stand *stands_of(struct stands *s, const struct road_weights *w, struct point at)
{
    struct stand *e = slot_of(s, at);

    if (e->era == 0 && !snap_find(&w->road->grid, at, &e->nearest)) {
        return NULL;
    }
    if (e->era != s->era) {
        struct seed seeds[CLIMB_SEEDS_MAX];

        e->at = at;
        road_snap_from(w, at, &e->nearest, &e->on);
        e->off_ms = line_travel_ms(NULL, at, e->on.at);
        e->seed_count = road_depart(w, &e->on, seeds);
        must(e->seed_count <= STAND_SEEDS_MAX);
        memcpy(e->seeds, seeds, e->seed_count * sizeof(*seeds));
        e->era = s->era;
    }
    e->asked = ++s->clock;
    return e;
}
