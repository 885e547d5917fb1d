#include "server/track_sampler.h"

#include "base/geo.h"
#include "server/positions.h"

#include <stdlib.h>

struct last {
    struct point at;
    int64_t fix_at; /* 0: none kept yet */
};

struct track_sampler {
    uint32_t cap;
    struct last of[]; /* by unit number - 1 */
};

struct track_sampler *track_sampler_new(uint32_t units_max)
{
    struct track_sampler *s = calloc(1, sizeof(*s) + units_max * sizeof(s->of[0]));
    if (s != NULL) {
        s->cap = units_max;
    }
    return s;
}

void track_sampler_free(struct track_sampler *s)
{
    free(s);
}

static bool worth(const struct last *l, const struct door_fix *fix)
{
    int64_t passed = fix->fix_at - l->fix_at;
    if (l->fix_at == 0) {
        return true;
    }
    if (passed <= 0) {
        return false;
    }
    uint32_t moved = geo_distance_mm(l->at, (struct point){ fix->lon_e7, fix->lat_e7 });
    return moved >= TRACK_STEP_MM || (passed >= TRACK_EVERY_US && moved >= TRACK_MOVED_MM) ||
           passed >= TRACK_STILL_US;
}

bool track_sampler_keeps(struct track_sampler *s, const struct door_fix *fix, int64_t now)
{
    if (fix->unit == 0 || fix->unit > s->cap || fix->fix_at < now - TRACK_LATE_US ||
        fix->fix_at > now + FIX_AHEAD_MAX_US) {
        return false;
    }
    struct last *l = &s->of[fix->unit - 1];
    if (!worth(l, fix)) {
        return false;
    }
    *l = (struct last){ .at = { fix->lon_e7, fix->lat_e7 }, .fix_at = fix->fix_at };
    return true;
}
