#include "tools/quality/fleet.h"

#include "base/geo.h"
#include "base/prng.h"

#include <stdlib.h>

static void deal(struct fleet *fl, const struct work *w, uint64_t seed, uint32_t *order)
{
    struct prng random;

    prng_seed(&random, seed);
    for (uint32_t i = 0; i < w->home_count; i++) {
        order[i] = i;
    }
    for (uint32_t u = 0; u < fl->count; u++) {
        for (uint32_t i = w->home_count; u % w->home_count == 0 && i > 1; i--) {
            uint32_t k = (uint32_t)prng_below(&random, i);
            uint32_t other = order[i - 1];

            order[i - 1] = order[k];
            order[k] = other;
        }
        fl->unit[u].home = w->home[order[u % w->home_count]];
    }
}

enum err fleet_init(struct fleet *fl, const struct road *road, const struct work *w, uint32_t count,
                    uint64_t seed, struct fault *f)
{
    uint32_t *order = malloc(w->home_count * sizeof(*order));

    *fl = (struct fleet){ .unit = calloc(count, sizeof(*fl->unit)), .count = count, .road = road };
    bool ok = order != NULL && fl->unit != NULL;

    for (uint32_t u = 0; ok && u < count; u++) {
        fl->unit[u].trail = malloc(TRAIL_MAX * sizeof(*fl->unit[u].trail));
        ok = fl->unit[u].trail != NULL;
    }
    if (ok) {
        deal(fl, w, seed, order);
    }
    free(order);
    if (!ok) {
        fleet_fini(fl);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a fleet", NULL, NULL);
    }
    if (road_query_init(&fl->query, road, f) != OK || path_query_init(&fl->path, road, f) != OK) {
        fleet_fini(fl);
        return f->err;
    }
    return OK;
}

void fleet_fini(struct fleet *fl)
{
    for (uint32_t u = 0; fl->unit != NULL && u < fl->count; u++) {
        free(fl->unit[u].trail);
    }
    free(fl->unit);
    road_query_fini(&fl->query);
    path_query_fini(&fl->path);
    *fl = (struct fleet){ 0 };
}

struct point fleet_place(struct fleet *fl, uint32_t unit, int64_t now_ms)
{
    struct fleet_unit *u = &fl->unit[unit];

    if (u->trail_count == 0 || now_ms - u->free_ms >= u->trail[u->trail_count - 1].ms) {
        u->trail_count = 0;
        return u->home;
    }
    return u->trail[trail_at(u->trail, u->trail_count, now_ms - u->free_ms)].at;
}

uint32_t fleet_eta_ms(struct fleet *fl, uint32_t unit, int64_t now_ms, struct point to)
{
    return road_travel_ms(&fl->query, fleet_place(fl, unit, now_ms), to);
}

int64_t fleet_send(struct fleet *fl, uint32_t unit, int64_t now_ms, uint32_t delay_ms,
                   const struct point *to, uint32_t stay_ms)
{
    struct fleet_unit *u = &fl->unit[unit];
    struct point from = fleet_place(fl, unit, now_ms);
    int64_t there_ms = now_ms + delay_ms;
    struct path path;

    if (to != NULL && path_find(&fl->path, &fl->road->free, from, *to, &path)) {
        there_ms += path.ms;
        fl->driven_mm += trail_length_mm(&fl->road->network, &path);
    }
    u->at = to != NULL ? *to : from;
    u->away = true;
    u->trail_count = 0;
    u->free_ms = there_ms + stay_ms;
    u->busy_ms += u->free_ms - now_ms;
    return there_ms;
}

bool fleet_next_free(const struct fleet *fl, uint32_t *unit, int64_t *at_ms)
{
    *at_ms = INT64_MAX;
    for (uint32_t k = 0; k < fl->count; k++) {
        if (fl->unit[k].away && fl->unit[k].free_ms < *at_ms) {
            *unit = k;
            *at_ms = fl->unit[k].free_ms;
        }
    }
    return *at_ms != INT64_MAX;
}

void fleet_release(struct fleet *fl, uint32_t unit)
{
    struct fleet_unit *u = &fl->unit[unit];

    u->away = false;
    u->trail_count = trail_find(&fl->path, fl->road, u->at, u->home, u->trail, &fl->driven_mm);
}
