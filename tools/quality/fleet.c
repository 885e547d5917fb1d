#include "tools/quality/fleet.h"

#include "base/geo.h"
#include "base/prng.h"
#include "routing/path_steps.h"

#include <stdlib.h>

#define TRAIL_MAX 8192

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

static void add_point(struct fleet_unit *u, struct point at, uint32_t ms)
{
    if (u->trail_count < TRAIL_MAX) {
        u->trail[u->trail_count++] = (struct trail_point){ at, ms };
    }
}

/* The end of a segment: where its last point lies. */
static struct point end_of(const struct network *n, uint32_t segment)
{
    const struct piece *p = &n->piece[segment_piece(segment)];

    return n->shape[p->first_point + (segment_backwards(segment) ? 0 : p->point_count - 1)];
}

static uint64_t length_mm(const struct network *n, const struct path *path)
{
    uint64_t mm = 0;

    for (uint32_t i = 0; i < path->leg_count; i++) {
        mm += n->piece[segment_piece(path->leg[i].segment)].length_mm;
    }
    return mm;
}

/* Junction after junction; between two of them it is taken to be on the straight line. */
static void take_trail(struct fleet *fl, struct fleet_unit *u)
{
    struct path path;
    uint32_t ms;

    u->trail_count = 0;
    if (!path_find(&fl->path, &fl->road->free, u->at, u->home, &path)) {
        return;
    }
    ms = path.start_ms;
    add_point(u, u->at, 0);
    for (uint32_t i = 0; i + 1 < path.leg_count; i++) {
        ms += path.leg[i].ms;
        add_point(u, end_of(&fl->road->network, path.leg[i].segment), ms);
    }
    add_point(u, u->home, path.ms);
    fl->driven_mm += length_mm(&fl->road->network, &path);
}

static struct point between(const struct trail_point *a, const struct trail_point *b, uint32_t ms)
{
    int64_t part = (int64_t)ms - a->ms;
    int64_t whole = (int64_t)b->ms - a->ms;

    return (struct point){
        (int32_t)(a->at.lon_e7 + ((int64_t)b->at.lon_e7 - a->at.lon_e7) * part / whole),
        (int32_t)(a->at.lat_e7 + ((int64_t)b->at.lat_e7 - a->at.lat_e7) * part / whole)
    };
}

struct point fleet_place(struct fleet *fl, uint32_t unit, int64_t now_ms)
{
    struct fleet_unit *u = &fl->unit[unit];
    uint32_t low = 0;
    uint32_t high = u->trail_count;

    if (u->trail_count == 0 || now_ms - u->free_ms >= u->trail[u->trail_count - 1].ms) {
        u->trail_count = 0;
        return u->home;
    }
    while (low + 1 < high) { /* the last point that is passed */
        uint32_t middle = low + (high - low) / 2;

        if (u->trail[middle].ms <= now_ms - u->free_ms) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return between(&u->trail[low], &u->trail[low + 1], (uint32_t)(now_ms - u->free_ms));
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
        fl->driven_mm += length_mm(&fl->road->network, &path);
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
    fl->unit[unit].away = false;
    take_trail(fl, &fl->unit[unit]);
}
