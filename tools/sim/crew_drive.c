/* Crews with a road take it: to scenes, to a station with somebody, home again; patrols drive beats
 * around their posts. Whoever is told that the way takes longer now looks for another one. A unit
 * that has none (on foot, a boat) and a city without a network keep to straight lines. */
#include "dispatch/model/city.h"
#include "tools/sim/agents_state.h"
#include "tools/sim/traffic.h"

#include <stdlib.h>

#define S US_PER_S
#define BEAT_POINTS 4
#define BEAT_REACH_E7 120000 /* some 1.3 km */
#define BEAT_PERMILLE 600    /* who looks about drives slowly */
#define BEAT_LOCAL_US (3 * US_PER_HOUR)

static uint32_t unit_of(const struct agents *a, const struct crew *c)
{
    return (uint32_t)(c - a->crews);
}

bool drive_by_road(const struct agents *a, const struct crew *c)
{
    const struct city_unit *u = a->opts.town->city.units.at;
    uint32_t unit = unit_of(a, c);

    if (a->opts.ways == NULL || unit == 0) {
        return false;
    }
    const struct city_unit *me = &u[unit - 1];
    const struct str *can = me->capabilities.at;

    for (uint32_t k = 0; k < me->capabilities.count; k++) {
        if (str_is(can[k], "boat")) {
            return false;
        }
    }
    return me->police_type != POLICE_TYPE_GRID && me->police_type != POLICE_TYPE_COMMUNITY;
}

static struct point home_of(const struct agents *a, const struct crew *c)
{
    const struct city_unit *u = a->opts.town->city.units.at;
    struct point home = { u[unit_of(a, c) - 1].lon, u[unit_of(a, c) - 1].lat };
    struct snap on;

    return road_snap(ways_weights(a->opts.ways), home, &on) ? on.at : home;
}

void drive_init(struct agents *a)
{
    for (uint32_t i = 1; i <= a->crew_count; i++) {
        struct crew *c = &a->crews[i];

        if (drive_by_road(a, c)) {
            c->from = c->to = home_of(a, c);
        }
    }
}

void drive_fini(struct agents *a)
{
    for (uint32_t i = 0; i <= a->crew_count; i++) {
        free(a->crews[i].way.stop);
        free(a->crews[i].beat.stop);
    }
}

static int64_t beat_us(const struct crew *c, int64_t now)
{
    int64_t whole = ways_arrival(&c->beat);

    return whole > 0 && now > c->beat_from ? (now - c->beat_from) % whole : 0;
}

static bool on_beat(const struct crew *c, int64_t now)
{
    return c->beat_from != 0 && c->beat.count > 0 && now >= c->beat_from;
}

struct point drive_place(const struct agents *a, const struct crew *c)
{
    return on_beat(c, a->now) ? ways_place(&c->beat, beat_us(c, a->now))
                              : ways_place(&c->way, a->now);
}

bool drive_on(const struct agents *a, const struct crew *c, struct snap *out)
{
    if (on_beat(c, a->now)) {
        return ways_on(a->opts.ways, &c->beat, beat_us(c, a->now), out);
    }
    return c->way.count > 0 && ways_on(a->opts.ways, &c->way, a->now, out);
}

static int64_t local_of(const struct agents *a, int64_t at)
{
    const struct city *city = &a->opts.town->city;
    const struct city_offset *o = city->offsets.at;
    int64_t local = 0;

    for (uint32_t k = 0; k < city->offsets.count && o[k].from <= at; k++) {
        local = (int64_t)o[k].offset_min * US_PER_MIN;
    }
    return local;
}

/* The piece of the line `k`, and when the lines of it end. */
static void tell_piece(const struct ways_trip *trip, uint32_t k, struct laws_where *out)
{
    uint32_t last = k;

    out->piece = LAWS_BESIDE;
    if (trip->stop[k].segment != WAYS_OFF) {
        out->piece = trip->stop[k].segment / 2;
    }
    while (last + 1 < trip->count && trip->stop[last + 1].segment != WAYS_OFF &&
           trip->stop[last + 1].segment / 2 == out->piece) {
        last++;
    }
    out->until_us = trip->stop[last].at_us;
}

bool agents_where(const struct agents *a, uint32_t unit, int64_t at, struct laws_where *out)
{
    const struct crew *c = &a->crews[unit];

    if (!drive_by_road(a, c) || crew_is_guest(a, unit)) {
        return false;
    }
    bool round = c->way.count > 0 && on_beat(c, at);
    const struct ways_trip *trip = round ? &c->beat : &c->way;
    int64_t t = round ? beat_us(c, at) : at;

    *out = (struct laws_where){ .at = c->from,
                                .piece = LAWS_BESIDE,
                                .until_us = INT64_MAX,
                                .first_piece = trip->first_piece,
                                .last_piece = trip->last_piece,
                                .through = trip->through };
    if (trip->count == 0) {
        return true;
    }
    uint32_t k = ways_at(trip, t);

    out->at = ways_place(trip, t);
    if (k < trip->count) {
        tell_piece(trip, k, out);
        out->until_us += at - t;
    } else if (c->beat_from > at) {
        out->until_us = c->beat_from;
    }
    return true;
}

uint64_t agents_moves(const struct agents *a)
{
    return a->moves;
}

void drive_halt(struct agents *a, struct crew *c)
{
    c->from = c->to = agents_place(a, c);
    c->depart = c->arrive = 0;
    c->way.count = 0;
    c->beat_from = 0;
    a->moves++;
}

/* A place, and the road it is known to be on. */
struct spot {
    struct point at;
    struct snap on;
    bool known;
};

static struct spot spot_of(const struct agents *a, const struct crew *c)
{
    struct spot s = { .at = agents_place(a, c) };

    s.known = drive_on(a, c, &s.on);
    return s;
}

static void go(struct agents *a, int64_t at, struct crew *c, const struct spot *from,
               struct point to, bool lights)
{
    struct ways_drive d = { .from = from->at,
                            .to = to,
                            .on = from->known ? &from->on : NULL,
                            .depart_us = at,
                            .local_us = local_of(a, at),
                            .lights = lights };

    d.permille = traffic_driver_permille(a->opts.seed, unit_of(a, c), ++c->trips);
    c->from = c->to = from->at;
    c->beat_from = 0;
    c->lights = lights;
    a->moves++;
    c->depart = at;
    if (!ways_go(a->opts.ways, &d, &c->way)) { /* an island: nobody gets there by car */
        c->arrive = at + 4 * US_PER_MIN;
        return;
    }
    c->to = to;
    c->arrive = ways_arrival(&c->way);
}

void drive_go(struct agents *a, int64_t at, struct crew *c, struct point to, bool lights)
{
    struct spot from = spot_of(a, c);

    go(a, at, c, &from, to, lights);
}

/* One line of the beat more, and a rest at its end. */
static void add_to_beat(struct agents *a, struct crew *c, struct point to)
{
    struct ways_trip *b = &c->beat;
    struct ways_trip leg = { 0 };
    struct ways_drive d = { .from = b->stop[b->count - 1].at,
                            .to = to,
                            .depart_us = ways_arrival(b),
                            .local_us = BEAT_LOCAL_US,
                            .permille = BEAT_PERMILLE };

    if (ways_go(a->opts.ways, &d, &leg) && !leg.through) {
        for (uint32_t k = 1; k < leg.count; k++) {
            ways_add(b, &leg.stop[k]);
        }
        struct ways_stop rest = b->stop[b->count - 1];

        rest.segment = WAYS_OFF;
        rest.at_us += agents_between(a, 60 * S, 300 * S);
        ways_add(b, &rest);
    }
    free(leg.stop);
}

static bool has_beat(const struct agents *a, const struct crew *c)
{
    const struct city_unit *u = a->opts.town->city.units.at;

    return a->opts.beats && u[unit_of(a, c) - 1].police_type == POLICE_TYPE_PATROL;
}

/* A round from the post and back to it, on streets that are open now. */
static void make_beat(struct agents *a, struct crew *c)
{
    struct point home = home_of(a, c);
    const struct road_weights *w = ways_weights(a->opts.ways);
    struct snap on;

    c->beat.count = 0;
    c->beat.through = false;
    c->beat.first_piece = c->beat.last_piece = road_snap(w, home, &on) ? on.piece : WAYS_OFF;
    ways_add(&c->beat, &(struct ways_stop){ .at = home, .segment = WAYS_OFF });
    for (int k = 0; k < BEAT_POINTS; k++) {
        struct point p = home;

        p.lon_e7 += (int32_t)agents_between(a, -BEAT_REACH_E7, BEAT_REACH_E7);
        p.lat_e7 += (int32_t)agents_between(a, -BEAT_REACH_E7, BEAT_REACH_E7);
        if (road_snap(w, p, &on)) {
            add_to_beat(a, c, on.at);
        }
    }
    add_to_beat(a, c, home);
    const struct ways_stop *last = &c->beat.stop[c->beat.count - 1];

    if (last->at.lon_e7 != home.lon_e7 || last->at.lat_e7 != home.lat_e7) {
        c->beat.count = 0; /* no way back: it waits at its post */
    }
}

static void go_home(struct agents *a, int64_t at, struct crew *c, const struct spot *from)
{
    if (has_beat(a, c) && c->beat.count == 0) {
        make_beat(a, c);
    }
    go(a, at, c, from, home_of(a, c), false);
    c->beat_from = c->beat.count > 0 ? c->arrive : 0;
}

void drive_home(struct agents *a, int64_t at, struct crew *c)
{
    struct spot from = spot_of(a, c);

    go_home(a, at, c, &from);
}

bool drive_early(struct agents *a, const struct act *act, uint32_t unit)
{
    const struct crew *c = agents_crew(a, unit);

    if (c == NULL || c->way.count == 0 || c->beat_from != 0 || a->now >= c->arrive) {
        return false;
    }
    agents_plan(a, c->arrive, *act);
    return true;
}

/* What holds on roads is another than when the way was chosen. */
static void reconsider(struct agents *a, int64_t at, struct crew *c)
{
    const struct ways *s = a->opts.ways;
    bool beat_changed = c->beat.count > 0 && ways_changed(s, &c->beat, 0);
    bool home_changed = beat_changed && c->beat_from != 0;
    bool way_changed =
        c->way.count > 0 && at < c->arrive && ways_changed(s, &c->way, ways_at(&c->way, at));

    if (!beat_changed && !way_changed) {
        return;
    }
    struct spot here = spot_of(a, c);
    int64_t before = c->arrive;

    c->beat.count = beat_changed ? 0 : c->beat.count;
    if (home_changed || (way_changed && c->beat_from != 0)) {
        go_home(a, at, c, &here);
    } else if (way_changed) {
        go(a, at, c, &here, c->to, c->lights);
        if (c->arrive < before && c->current != 0) {
            agents_plan(a, c->arrive, c->arrival);
        }
    }
}

static void follow_roads(struct agents *a, int64_t at, uint64_t change)
{
    if (!ways_apply(a->opts.ways, change)) {
        return;
    }
    for (uint32_t i = 1; i <= a->crew_count; i++) {
        reconsider(a, at, &a->crews[i]);
    }
}

void agents_adopt_road(struct agents *a, const struct road_notice *n)
{
    if (a->opts.ways != NULL) {
        ways_noticed(a->opts.ways, n);
        a->road_change = n->change > a->road_change ? n->change : a->road_change;
    }
}

void agents_adopted_roads(struct agents *a)
{
    if (a->opts.ways != NULL) {
        follow_roads(a, a->now, a->road_change);
    }
}

void drive_see(struct agents *a, int64_t at, const struct event *e)
{
    struct ways *s = a->opts.ways;

    if (s == NULL) {
        return;
    }
    if (e->kind == EVENT_ROAD_CLOSED || e->kind == EVENT_ROAD_SLOWED) {
        ways_noticed(s, &e->as.road_noticed.notice);
    } else if (e->kind == EVENT_ROAD_OPENED) {
        ways_opened(s, e->as.road_opened.road.n, e->as.road_opened.change);
    } else if (e->kind == EVENT_ROAD_WEIGHTS_APPLIED) {
        a->road_change = e->as.road_weights_applied.change;
        follow_roads(a, at, a->road_change);
    }
}

/* Nothing else to do: back to where it belongs. */
void drive_plan_return(struct agents *a, int64_t at, const struct crew *c)
{
    if (drive_by_road(a, c)) {
        agents_plan(a, at + agents_between(a, 20 * S, 90 * S),
                    (struct act){ .kind = ACT_RETURN, .of = unit_of(a, c) });
    }
}

void drive_take(struct agents *a, int64_t now, const struct act *act)
{
    struct crew *c = agents_crew(a, act->of);

    if (crew_free(c) && c->move == 0 && !c->stays && c->bound == 0 && c->beat_from == 0 &&
        (c->way.count == 0 || now >= c->arrive)) {
        drive_home(a, now, c);
    }
}
