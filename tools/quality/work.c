#include "tools/quality/work.h"

#include "base/prng.h"

#include <stdlib.h>

/* Where nothing of a kind was recorded. Source: the medians of San Francisco's published calls. */
#define SCENE_STANDARD_MS UINT32_C(900000)
#define TURNOUT_STANDARD_MS UINT32_C(40000)

static bool belongs(const struct town_call *c, const char *fleet)
{
    return fleet == NULL || str_is(c->fleet, fleet);
}

static uint32_t units_of(const struct town_call *c)
{
    return c->scenes.count > 0 ? c->scenes.count : 1;
}

/* The recorded times on scene of one type ("" of all types), to draw from. */
struct deck {
    uint32_t *ms;
    uint32_t count;
};

static void gather(const struct town *town, const char *fleet, struct str type, struct deck *out)
{
    out->count = 0;
    for (uint32_t i = 0; i < town->count; i++) {
        const struct town_call *c = &town->calls[i];
        const uint32_t *scenes = c->scenes.at;

        if (!belongs(c, fleet) || (type.len > 0 && !str_eq(type, c->report.type))) {
            continue;
        }
        for (uint32_t k = 0; k < c->scenes.count; k++) {
            out->ms[out->count++] = scenes[k];
        }
    }
}

static uint32_t draw_scene(const struct town *town, const char *fleet, struct str type,
                           struct deck *deck, struct prng *random)
{
    gather(town, fleet, type, deck);
    if (deck->count == 0) {
        gather(town, fleet, STR(""), deck);
    }
    return deck->count == 0 ? SCENE_STANDARD_MS : deck->ms[prng_below(random, deck->count)];
}

static struct work_call call_of(const struct town_call *c, int64_t start_us)
{
    const struct place_in *p = &c->report.place;
    bool located = p->state == PLACE_KNOWN;

    return (struct work_call){ .at_ms = (c->at_us - start_us) / US_PER_MS,
                               .intake_ms = (uint32_t)(c->intake_us / US_PER_MS),
                               .turnout_ms = c->turnout_us < 0
                                                 ? TURNOUT_STANDARD_MS
                                                 : (uint32_t)(c->turnout_us / US_PER_MS),
                               .at = { p->lon, p->lat },
                               .priority = c->report.priority,
                               .located = located,
                               .found = c->unasked,
                               .is_response = located && !c->unasked,
                               .units = units_of(c) };
}

static void take_calls(struct work *w, const struct town *town, const char *fleet,
                       struct deck *deck, struct prng *random)
{
    uint32_t scenes = 0;
    int64_t start_us = -1;

    for (uint32_t i = 0; i < town->count; i++) {
        const struct town_call *c = &town->calls[i];
        const uint32_t *recorded = c->scenes.at;

        if (!belongs(c, fleet)) {
            continue;
        }
        start_us = start_us < 0 ? c->at_us : start_us;
        struct work_call *call = &w->call[w->count++];

        *call = call_of(c, start_us);
        call->first_ms = scenes;
        w->responses += call->is_response;
        for (uint32_t k = 0; k < c->scenes.count; k++) {
            w->scene_ms[scenes++] = recorded[k];
        }
        if (c->scenes.count == 0) {
            w->scene_ms[scenes++] = draw_scene(town, fleet, c->report.type, deck, random);
        }
    }
}

static void add_home(struct work *w, struct point p)
{
    for (uint32_t i = 0; i < w->home_count; i++) {
        if (w->home[i].lon_e7 == p.lon_e7 && w->home[i].lat_e7 == p.lat_e7) {
            return;
        }
    }
    w->home[w->home_count++] = p;
}

static bool of_fleet(const struct city_unit *u, const char *fleet)
{
    bool fire = u->police_type == POLICE_TYPE_FIRE || u->police_type == POLICE_TYPE_MEDICAL;

    return fleet == NULL || fire == (str_is(str_of(fleet), "fire"));
}

static void take_homes(struct work *w, const struct town *town, const char *fleet,
                       enum work_homes homes)
{
    const struct city_unit *u = town->city.units.at;

    for (uint32_t i = 0; homes == WORK_STATIONS && i < town->city.units.count; i++) {
        if (of_fleet(&u[i], fleet)) {
            add_home(w, (struct point){ u[i].lon, u[i].lat });
        }
    }
    for (uint32_t i = 0; homes == WORK_CALLS && i < w->count; i++) {
        if (w->call[i].located) {
            add_home(w, w->call[i].at);
        }
    }
}

enum err work_make(struct work *w, const struct town *town, const char *fleet,
                   enum work_homes homes, uint64_t seed, struct fault *f)
{
    size_t scenes = 1;
    struct deck deck;
    struct prng random;

    for (uint32_t i = 0; i < town->count; i++) {
        scenes += units_of(&town->calls[i]);
    }
    *w = (struct work){ .call = calloc(town->count, sizeof(*w->call)),
                        .scene_ms = calloc(scenes, sizeof(*w->scene_ms)),
                        .home = calloc((size_t)town->count + town->city.units.count,
                                       sizeof(*w->home)) };
    deck.ms = calloc(scenes, sizeof(*deck.ms));
    if (w->call == NULL || w->scene_ms == NULL || w->home == NULL || deck.ms == NULL) {
        free(deck.ms);
        work_free(w);
        return fault_set(f, ERR_NO_MEMORY, "no memory for calls", NULL, NULL);
    }
    prng_seed(&random, seed);
    take_calls(w, town, fleet, &deck, &random);
    take_homes(w, town, fleet, homes);
    free(deck.ms);
    if (w->responses == 0 || w->home_count == 0) {
        work_free(w);
        return fault_set(f, ERR_INVALID, "the city has no calls and posts of this fleet", fleet,
                         NULL);
    }
    return OK;
}

/* They are nearly in this order as they are. */
void work_order(const struct work *w, uint32_t *order)
{
    for (uint32_t i = 0; i < w->count; i++) {
        uint32_t at = i;
        int64_t ready_ms = work_ready_ms(&w->call[i]);

        for (; at > 0 && work_ready_ms(&w->call[order[at - 1]]) > ready_ms; at--) {
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
}

void work_free(struct work *w)
{
    free(w->call);
    free(w->scene_ms);
    free(w->home);
    *w = (struct work){ 0 };
}
