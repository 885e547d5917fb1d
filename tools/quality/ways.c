#include "tools/quality/ways.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define WAYS_UNKNOWN (UINT32_MAX - 1)
#define WAYS_KNOWN_FIRST (UINT32_C(1) << 16)

enum err ways_init(struct ways *w, const struct road *road, const struct work *work, uint32_t units,
                   uint64_t seed, struct fault *f)
{
    size_t cells = (size_t)units * work->count;

    *w = (struct ways){ .work = work,
                        .trail = calloc(cells, sizeof(struct ways_trail *)),
                        .home_ms = malloc(cells * sizeof(*w->home_ms)),
                        .known = calloc(WAYS_KNOWN_FIRST, sizeof(*w->known)),
                        .known_room = WAYS_KNOWN_FIRST,
                        .room = malloc(TRAIL_MAX * sizeof(*w->room)) };
    if (w->trail == NULL || w->home_ms == NULL || w->known == NULL || w->room == NULL) {
        ways_fini(w);
        return fault_set(f, ERR_NO_MEMORY, "no memory for ways", NULL, NULL);
    }
    for (size_t c = 0; c < cells; c++) {
        w->home_ms[c] = WAYS_UNKNOWN;
    }
    if (fleet_init(&w->fleet, road, work, units, seed, f) != OK) {
        ways_fini(w);
        return f->err;
    }
    return OK;
}

void ways_fini(struct ways *w)
{
    size_t cells = w->trail != NULL ? (size_t)w->fleet.count * w->work->count : 0;

    for (size_t c = 0; c < cells; c++) {
        free(w->trail[c]);
    }
    free(w->trail);
    free(w->home_ms);
    free(w->known);
    free(w->room);
    fleet_fini(&w->fleet);
    *w = (struct ways){ 0 };
}

static size_t cell(const struct ways *w, uint32_t unit, uint32_t call)
{
    return (size_t)unit * w->work->count + call;
}

uint32_t ways_home_ms(struct ways *w, uint32_t unit, uint32_t call)
{
    uint32_t *ms = &w->home_ms[cell(w, unit, call)];

    if (*ms == WAYS_UNKNOWN) {
        *ms = road_travel_ms(&w->fleet.query, w->fleet.unit[unit].home, w->work->call[call].at);
    }
    return *ms;
}

static struct ways_known *find(const struct ways *w, uint64_t key)
{
    uint32_t at = (uint32_t)hash_mix(key) & (w->known_room - 1);

    while (w->known[at].key != 0 && w->known[at].key != key) {
        at = (at + 1) & (w->known_room - 1);
    }
    return &w->known[at];
}

static void make_room(struct ways *w)
{
    struct ways_known *old = w->known;
    uint32_t room = w->known_room;

    if (w->known_count < room / 2) {
        return;
    }
    w->known_room = 2 * room;
    w->known = calloc(w->known_room, sizeof(*w->known));
    must(w->known != NULL);
    for (uint32_t k = 0; k < room; k++) {
        if (old[k].key != 0) {
            *find(w, old[k].key) = old[k];
        }
    }
    free(old);
}

static struct point point_of(const struct ways *w, uint32_t place)
{
    const struct graph *g = &w->fleet.road->network.graph;

    return place < g->node_count ? g->at[place] : w->work->call[place - g->node_count].at;
}

static uint32_t from_place_ms(struct ways *w, uint32_t place, uint32_t call)
{
    uint64_t key = ((uint64_t)place << 32 | call) + 1;
    struct ways_known *known = find(w, key);

    if (known->key != 0) {
        return known->ms;
    }
    uint32_t ms = road_travel_ms(&w->fleet.query, point_of(w, place), w->work->call[call].at);

    make_room(w);
    w->known_count++;
    *find(w, key) = (struct ways_known){ key, ms };
    return ms;
}

uint32_t ways_between_ms(struct ways *w, uint32_t from, uint32_t call)
{
    return from_place_ms(w, w->fleet.road->network.graph.node_count + from, call);
}

const struct ways_trail *ways_trail(struct ways *w, uint32_t unit, uint32_t from)
{
    struct ways_trail **t = &w->trail[cell(w, unit, from)];

    if (*t != NULL) {
        return *t;
    }
    uint64_t mm = 0;
    uint32_t nodes = w->fleet.road->network.graph.node_count;
    uint32_t count = trail_find(&w->fleet.path, w->fleet.road, w->work->call[from].at,
                                w->fleet.unit[unit].home, w->room, &mm);

    *t = malloc(sizeof(**t) + count * sizeof((*t)->spot[0]));
    must(*t != NULL);
    (*t)->count = count;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t place = w->room[k].node != NODE_NONE ? w->room[k].node
                         : k + 1 < count              ? nodes + from
                                                      : WAYS_HOME;

        (*t)->spot[k] = (struct ways_spot){ place, w->room[k].ms };
    }
    return *t;
}

uint32_t ways_under_way_ms(struct ways *w, uint32_t unit, uint32_t from, int64_t since_ms,
                           uint32_t call)
{
    const struct ways_trail *t = ways_trail(w, unit, from);
    uint32_t low = 0;
    uint32_t high = t->count;

    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;

        if (t->spot[middle].ms <= since_ms) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return t->count == 0 || t->spot[low].place == WAYS_HOME
               ? ways_home_ms(w, unit, call)
               : from_place_ms(w, t->spot[low].place, call);
}
