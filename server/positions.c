#include "server/positions.h"

#include <stdlib.h>

struct entry {
    struct fix fix;
    bool known;
    bool moved;
    bool silent;
};

struct positions {
    uint32_t cap;
    uint32_t watch; /* where positions_changed goes on looking */
    uint32_t moved_count;
    uint32_t *moved; /* units in `moved` state, in order of arrival */
    uint32_t *heard; /* units that reported again after silence */
    uint32_t heard_count;
    uint64_t taken;
    struct entry *at; /* by unit number - 1 */
};

struct positions *positions_new(uint32_t units_max)
{
    struct positions *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return NULL;
    }
    p->cap = units_max;
    p->at = calloc(units_max, sizeof(*p->at));
    p->moved = calloc(units_max, sizeof(*p->moved));
    p->heard = calloc(units_max, sizeof(*p->heard));
    if (p->at == NULL || p->moved == NULL || p->heard == NULL) {
        positions_free(p);
        return NULL;
    }
    return p;
}

void positions_free(struct positions *p)
{
    if (p != NULL) {
        free(p->at);
        free(p->moved);
        free(p->heard);
        free(p);
    }
}

bool positions_accept(struct positions *p, const struct door_fix *fix, int64_t now)
{
    if (fix->unit == 0 || fix->unit > p->cap || fix->fix_at > now + FIX_AHEAD_MAX_US) {
        return false;
    }
    struct entry *e = &p->at[fix->unit - 1];
    if (e->known && fix->fix_at <= e->fix.fix_at) {
        return false;
    }
    e->fix = (struct fix){ .at = { fix->lon_e7, fix->lat_e7 },
                           .fix_at = fix->fix_at,
                           .heading = fix->heading,
                           .speed_kmh = fix->speed_kmh };
    e->known = true;
    if (!e->moved) {
        e->moved = true;
        p->moved[p->moved_count++] = fix->unit;
    }
    if (e->silent) {
        e->silent = false;
        p->heard[p->heard_count++] = fix->unit;
    }
    p->taken++;
    return true;
}

bool positions_get(const struct positions *p, uint32_t unit, struct fix *out)
{
    if (unit == 0 || unit > p->cap || !p->at[unit - 1].known) {
        return false;
    }
    *out = p->at[unit - 1].fix;
    return true;
}

uint32_t positions_moved(struct positions *p, struct door_fix *out, uint32_t cap)
{
    uint32_t n = 0;
    while (n < cap && p->moved_count > 0) {
        uint32_t unit = p->moved[--p->moved_count];
        struct entry *e = &p->at[unit - 1];
        e->moved = false;
        out[n++] = (struct door_fix){ .unit = unit,
                                      .lon_e7 = e->fix.at.lon_e7,
                                      .lat_e7 = e->fix.at.lat_e7,
                                      .heading = e->fix.heading,
                                      .speed_kmh = e->fix.speed_kmh,
                                      .fix_at = e->fix.fix_at };
    }
    return n;
}

bool positions_changed(struct positions *p, int64_t now, uint32_t *unit, bool *silent,
                       int64_t *since)
{
    if (p->heard_count > 0) {
        *unit = p->heard[--p->heard_count];
        *silent = false;
        return true;
    }
    for (; p->watch < p->cap; p->watch++) {
        struct entry *e = &p->at[p->watch];
        if (e->known && !e->silent && e->fix.fix_at + SILENT_AFTER_US < now) {
            e->silent = true;
            *unit = ++p->watch;
            *silent = true;
            *since = e->fix.fix_at;
            return true;
        }
    }
    p->watch = 0;
    return false;
}

uint64_t positions_taken(const struct positions *p)
{
    return p->taken;
}
