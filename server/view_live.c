/* Positions of the moment: they come from the core once a second and go into lists and snapshots,
 * marked with their age. */
#include "server/view_inside.h"

#include "base/must.h"

#include <string.h>

#define FIXES_PER_RECORD 4096

void view_positions(struct view *v, const struct door_fix *fixes, uint32_t count, int64_t at_us)
{
    (void)at_us;
    for (uint32_t k = 0; v != NULL && k < count; k += FIXES_PER_RECORD) {
        uint32_t some = count - k < FIXES_PER_RECORD ? count - k : FIXES_PER_RECORD;
        bool wake = false;
        if (!queue_push(v->positions, &fixes[k], some * sizeof(fixes[0]), &wake)) {
            return; /* the view is behind: newer ones follow in a second */
        }
    }
}

bool view_take_positions(struct view *v)
{
    bool any = false;
    void *at;
    size_t len;
    while (queue_peek(v->positions, &at, &len)) {
        for (size_t n = 0; n < len / sizeof(struct door_fix); n++) {
            struct door_fix x;
            memcpy(&x, (const char *)at + n * sizeof(x), sizeof(x));
            if (x.unit >= 1 && x.unit <= v->world->limits.units) {
                v->fixes[x.unit] = (struct fix){ .at = { x.lon_e7, x.lat_e7 },
                                                 .fix_at = x.fix_at,
                                                 .heading = x.heading,
                                                 .speed_kmh = x.speed_kmh };
            }
        }
        queue_release(v->positions);
        any = true;
    }
    return any;
}

bool view_fix(void *arg, uint32_t unit, struct fix *out)
{
    const struct view *v = arg;
    if (unit > v->world->limits.units || v->fixes[unit].fix_at == 0) {
        return false;
    }
    *out = v->fixes[unit];
    return true;
}
