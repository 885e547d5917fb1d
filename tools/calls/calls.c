#include "tools/calls/calls.h"

#include "base/geo.h"
#include "dispatch/model/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLERS_MAX 24
#define NEXT_CALLER_MS 100000 /* from one caller to the next, on average */
#define LAST_CALLER_MS (25 * 60000u)
#define LANDMARK_M 450

struct call *calls_add(struct making *m, uint64_t at_ms)
{
    if (m->count == m->room) {
        m->room = m->room == 0 ? 4096 : m->room * 2;
        m->at = realloc(m->at, m->room * sizeof(*m->at));
        must(m->at != NULL);
    }
    struct call *c = &m->at[m->count];

    memset(c, 0, sizeof(*c));
    c->at_ms = at_ms;
    c->serial = m->count++;
    c->channel = "110";
    return c;
}

static bool luck(struct making *m, uint32_t percent)
{
    return prng_below(&m->prng, 100) < percent;
}

static int32_t between(struct making *m, int32_t low, int32_t high)
{
    return low + (int32_t)prng_below(&m->prng, (uint64_t)(high - low) + 1);
}

static struct point moved(struct making *m, struct point at, uint32_t least_m, uint32_t most_m)
{
    int32_t far = (int32_t)most_m;
    int32_t east;
    int32_t north;

    do {
        east = between(m, -far, far);
        north = between(m, -far, far);
    } while (most_m > 0 &&
             ((int64_t)east * east + (int64_t)north * north > (int64_t)far * far ||
              (int64_t)east * east + (int64_t)north * north < (int64_t)least_m * (int64_t)least_m));
    return most_m > 0 ? spot_shift(at, east, north) : at;
}

static const char *keep(struct making *m, const char *text)
{
    struct str copy = arena_str(&m->arena, str_of(text));

    must(copy.at != NULL);
    return copy.at;
}

static const char *address_of(struct making *m, uint32_t kind, const struct spot *s)
{
    char text[160];
    int32_t a = between(m, 1, 30);
    int32_t b = between(m, 1, 4);
    int32_t c = between(m, 1, 18);

    if (kind == SPOT_HOME) {
        (void)snprintf(text, sizeof(text),
                       "%s %" PRId32 " 幢 %" PRId32 " 单元 %" PRId32 "0%" PRId32 " 室", s->zh, a, b,
                       c, b);
    } else if (kind == SPOT_STREET || kind == SPOT_MAIN_ROAD) {
        (void)snprintf(text, sizeof(text), "%s %" PRId32 " 号", s->zh, a * 7 + c);
    } else {
        return s->zh;
    }
    return keep(m, text);
}

static uint32_t place_kind(struct making *m, const struct manner *how)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < SPOT_KINDS; i++) {
        sum += how->places[i];
    }
    uint64_t at = sum > 0 ? prng_below(&m->prng, sum) : 0;

    for (uint32_t i = 0; i < SPOT_KINDS; i++) {
        if (at < how->places[i]) {
            return i;
        }
        at -= how->places[i];
    }
    return SPOT_STREET;
}

/* A spot near a point: the best of some draws. */
static const struct spot *spot_near(struct making *m, uint32_t kind, const struct point *near,
                                    uint32_t reach_m)
{
    const struct spot *best = spots_pick(&m->spots, kind, &m->prng);

    for (int i = 0; near != NULL && i < 200; i++) {
        if (geo_distance_mm(best->at, *near) / 1000 <= reach_m) {
            break;
        }
        const struct spot *other = spots_pick(&m->spots, kind, &m->prng);

        if (geo_distance_mm(other->at, *near) < geo_distance_mm(best->at, *near)) {
            best = other;
        }
    }
    return best;
}

static bool is_sensitive(const struct making *m, const char *code)
{
    const struct city_type *t = m->city.types.at;

    for (uint32_t i = 0; i < m->city.types.count; i++) {
        if (str_is(t[i].code, code)) {
            return t[i].sensitive;
        }
    }
    return false;
}

/* A patrol, traffic or station unit near by: the best of some of the city's units. */
static const char *unit_near(struct making *m, struct point at, bool traffic)
{
    const struct city_unit *u = m->city.units.at;
    const struct city_unit *best = NULL;
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < m->city.units.count; i++) {
        bool fits = traffic ? u[i].police_type == POLICE_TYPE_TRAFFIC
                            : (u[i].police_type == POLICE_TYPE_PATROL ||
                               u[i].police_type == POLICE_TYPE_STATION);
        uint32_t d = fits ? geo_distance_mm((struct point){ u[i].lon, u[i].lat }, at) : UINT32_MAX;

        /* Not always the nearest: others drive about there too. */
        if (d < least && (best == NULL || !luck(m, 30))) {
            least = d;
            best = &u[i];
        }
    }
    if (best == NULL) {
        return NULL;
    }
    struct str copy = arena_str(&m->arena, best->callsign);

    must(copy.at != NULL);
    return copy.at;
}

/* How the caller came through, and how far he may be answered. */
static void set_caller(struct making *m, struct call *c, const struct manner *how)
{
    const struct demand *d = &m->demand;

    c->contact = "call";
    c->kind = "speech";
    c->confidential = luck(m, demand_caller(d, "confidential_percent"));
    if (how->channel != NULL && strcmp(how->channel, "sensor") == 0) {
        c->channel = "sensor";
        c->contact = NULL;
        return;
    }
    c->channel = how->channel != NULL && luck(m, 75) ? how->channel : "110";
    if (demand_class(c->type) == 30 && luck(m, demand_caller(d, "traffic_by_122_percent"))) {
        c->channel = "122";
    }
    if (strcmp(c->channel, "110") != 0) {
        return;
    }
    if (luck(m, demand_caller(d, "text_percent"))) {
        c->channel = "sms";
        c->kind = "text";
        c->contact = "text";
    } else if (luck(m, demand_caller(d, "app_percent"))) {
        c->channel = "app";
        c->kind = "text";
    } else if (luck(m, demand_caller(d, "walk_in_percent"))) {
        c->channel = "walk_in";
    } else if (luck(m, demand_caller(d, "agency_percent"))) {
        c->channel = "agency";
    }
}

static void set_place(struct making *m, struct call *c)
{
    const struct demand *d = &m->demand;

    if (luck(m, demand_caller(d, "unknown_place_percent"))) {
        c->place = PLACE_IS_UNKNOWN;
        c->caller_at = moved(m, c->at, 0, 300);
        c->caller_radius_m = (uint32_t)between(m, 2, 8) * 100;
    } else if (luck(m, demand_caller(d, "approximate_percent"))) {
        c->place = PLACE_IS_APPROXIMATE;
        c->at = moved(m, c->at, 0, 120);
        c->radius_m = (uint32_t)between(m, 1, 4) * 100;
    }
}

static void set_cues(struct making *m, struct call *c, const struct manner *how)
{
    for (uint32_t i = 0; i < CUES_MAX; i++) {
        if (how->cues[i] > 0 && luck(m, how->cues[i])) {
            c->cues = (uint8_t)(c->cues | 1u << i);
        }
    }
}

/* Someone who is threatened where he is: no word, no ringing back. */
static void hide_caller(struct making *m, struct call *c)
{
    c->kind = "cannot_speak";
    c->channel = luck(m, 50) ? "sms" : "110";
    c->contact = luck(m, 60) ? "none" : "text";
    c->confidential = true;
    c->narrative = strcmp(c->channel, "sms") == 0 ? say_hidden(m) : "";
}

/* Who calls of the same thing later: another place, other words. */
static void repeat(struct making *m, uint32_t first, uint64_t at_ms, uint64_t choice,
                   uint32_t vague_percent)
{
    struct call *c = calls_add(m, at_ms);
    const struct call *of = &m->at[first];
    const struct spot *landmark = spots_landmark(&m->spots, of->at, LANDMARK_M);

    c->ends = END_DUPLICATE;
    c->of = first;
    c->type = of->type;
    c->kind = "speech";
    c->contact = "call";
    c->flags = of->flags;
    c->protected = of->protected;
    c->at = of->place == PLACE_IS_UNKNOWN ? of->caller_at : of->at;
    c->address = of->address != NULL ? of->address : "附近";
    c->channel = strcmp(of->channel, "sensor") == 0 || luck(m, 60) ? "110" : of->channel;
    c->cues = luck(m, 60) ? of->cues : 0;
    if (luck(m, vague_percent)) {
        c->place = PLACE_IS_APPROXIMATE;
        c->at = moved(m, c->at, 40, 170);
        c->radius_m = (uint32_t)between(m, 1, 3) * 100;
        if (landmark != NULL) {
            c->address = say_landmark(m, landmark->zh);
            c->flags = 0;
        }
    }
    c->narrative = say_again(m, c->type, choice);
    m->counts.duplicates++;
}

/* Geometric with the mean, so that most have none and some have many. */
static uint32_t more_callers(struct making *m, uint32_t mean_percent)
{
    uint32_t n = 0;

    while (n < CALLERS_MAX && prng_below(&m->prng, 100 + mean_percent) < mean_percent) {
        n++;
    }
    return n;
}

void calls_incident(struct making *m, uint64_t at_ms, uint32_t type, const struct point *near,
                    uint32_t reach_m, uint32_t callers)
{
    const struct demand_type *t = &m->demand.types[type];
    const struct manner *how = &m->demand.manners[t->manner];
    uint32_t kind = place_kind(m, how);
    const struct spot *spot = spot_near(m, kind, near, reach_m);
    struct call *c = calls_add(m, at_ms);
    uint64_t choice = 0;

    c->type = t->code;
    c->at = moved(m, spot->at, 0, spot->reach_m);
    c->flags = spot->flags;
    c->address = address_of(m, kind, spot);
    c->scene_ms = demand_scene_s(&m->demand, t->code, &m->prng) * 1000;
    c->scene_ms = c->scene_ms < 60000 ? 60000 : c->scene_ms;
    c->disposition = demand_disposition(&m->demand, t->code, &m->prng);
    c->protected = is_sensitive(m, t->code) && kind == SPOT_HOME;
    c->onview = callers == 0 && near == NULL && prng_below(&m->prng, 1000) < t->onview;
    set_cues(m, c, how);
    m->counts.incidents++;
    if (c->onview) {
        c->callsign = unit_near(m, c->at, demand_class(t->code) == 30);
        c->onview = c->callsign != NULL;
    }
    if (c->onview) {
        c->channel = "officer";
        m->counts.onview++;
        return;
    }
    c->narrative = say_first(m, t->code, &choice);
    set_caller(m, c, how);
    set_place(m, c);
    if (how->places[SPOT_HOME] > 0 && strcmp(c->channel, "110") == 0 &&
        luck(m, demand_caller(&m->demand, "cannot_speak_percent"))) {
        hide_caller(m, c);
    } else if (strcmp(c->channel, "110") == 0 &&
               luck(m, demand_caller(&m->demand, "no_contact_percent"))) {
        c->contact = "none";
    }
    if (strcmp(c->channel, "sensor") == 0) {
        c->narrative = say_first(m, t->code, &choice);
    }
    uint32_t first = m->count - 1;
    uint32_t more = callers > 1 ? callers - 1 : more_callers(m, how->more_callers_percent);
    uint64_t since = 0;

    for (uint32_t i = 0; i < more; i++) {
        since +=
            prng_exponential(&m->prng, callers > 1 ? NEXT_CALLER_MS / 5 : NEXT_CALLER_MS) + 1000;
        if (since < LAST_CALLER_MS) {
            repeat(m, first, at_ms + since, choice,
                   demand_caller(&m->demand, "vague_after_first_percent"));
        }
    }
}

void calls_no_incident(struct making *m, uint64_t at_ms, const struct no_incident *n)
{
    struct call *c = calls_add(m, at_ms);
    const struct spot *spot = spots_pick(&m->spots, SPOT_HOME, &m->prng);

    c->ends = END_SETTLE;
    c->place = PLACE_IS_UNKNOWN;
    c->kind = n->call;
    c->outcome = n->outcome;
    c->contact = "call";
    c->narrative = say_no_incident(m, n->what);
    c->caller_at = moved(m, spot->at, 0, 400);
    c->caller_radius_m = (uint32_t)between(m, 2, 10) * 100;
    if (strcmp(n->what, "enquiry") == 0) {
        c->type = "60.09.00.00";
        c->channel = luck(m, 30) ? "12345" : "110";
    }
    if (strcmp(n->call, "silent") == 0) {
        m->counts.silent++;
        if (luck(m, demand_caller(&m->demand, "silent_that_are_calls_for_help_percent"))) {
            c->ends = END_INCIDENT;
            c->type = "50.11.01.00";
            c->place = PLACE_IS_APPROXIMATE;
            c->at = c->caller_at;
            c->radius_m = c->caller_radius_m;
            c->caller_radius_m = 0;
            c->address = "基站定位";
            c->contact = "text";
            c->disposition = "handled";
            c->scene_ms = (uint32_t)between(m, 8, 40) * 60000;
            m->counts.incidents++;
            return;
        }
        c->outcome = luck(m, 60) ? "wrong_number" : "no_contact";
    } else if (strcmp(n->call, "abandoned") == 0) {
        c->outcome = luck(m, 55) ? "no_contact" : "wrong_number";
    }
    m->counts.settled++;
}
