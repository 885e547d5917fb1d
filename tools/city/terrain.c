#include "tools/city/terrain.h"

#include <stdlib.h>
#include <string.h>

#define RIVER_STEP_M 40.0
#define RIVER_SCAN 60

/* A closed ring around a middle with a radius that wanders by about `rough`. */
static void blob(struct path *p, uint64_t seed, struct vec middle, double rx, double ry,
                 double rough, uint32_t corners)
{
    struct prng r;
    double phase[4];

    prng_seed(&r, plane_hash(seed, 7, 7));
    for (uint32_t k = 0; k < 4; k++) {
        phase[k] = plane_between(&r, 0, 2 * PLANE_PI);
    }
    for (uint32_t i = 0; i < corners; i++) {
        double turn = 2 * PLANE_PI * i / corners;
        struct vec d = plane_turn(turn);
        double f =
            1 +
            rough * (0.55 * plane_sin(2 * turn + phase[0]) + 0.42 * plane_sin(3 * turn + phase[1]) +
                     0.24 * plane_sin(5 * turn + phase[2]) + 0.12 * plane_sin(9 * turn + phase[3]));

        path_add(p, vec(middle.x + d.x * rx * f, middle.y + d.y * ry * f));
    }
}

/* Source of the form: sine-generated curve (Langbein and Leopold 1966): the direction of a meander
 * is a sine of the distance along it. Two of them of different length, so that no bend is another's
 * copy. */
static void make_river(struct terrain *t, struct prng *p)
{
    double phase = plane_between(p, 0, 2 * PLANE_PI);
    double swing = plane_between(p, 0.55, 0.72);
    double wave = plane_between(p, 8200, 9800);
    struct vec at = vec(-14800, plane_between(p, -2600, -1500));
    double middle = 0;
    uint32_t near = 0;

    while (at.x < 14800) {
        double s = t->river.count * RIVER_STEP_M;
        double angle = swing * plane_sin(2 * PLANE_PI * s / wave + phase) +
                       0.28 * plane_sin(2 * PLANE_PI * s / (wave * 0.43) + phase * 2);

        path_add(&t->river, at);
        if (at.x > -2500 && at.x < 2500) {
            middle += at.y;
            near++;
        }
        at = vec_along(at, plane_turn(angle), RIVER_STEP_M);
    }
    /* South of the centre, whatever the bends did. */
    double shift = -1500 - middle / near;

    t->river_half = plane_alloc(t->river.count, sizeof(double));
    for (uint32_t i = 0; i < t->river.count; i++) {
        t->river.at[i].y += shift;
        t->river_half[i] = 165 + 55 * plane_noise(t->seed + 11, vec(i * 1.0, 0), 60) +
                           25 * plane_noise(t->seed + 12, vec(i * 1.0, 0), 17);
    }
}

double terrain_river(const struct terrain *t, struct vec at, double *half, struct vec *along)
{
    const struct path *r = &t->river;
    uint32_t low = 0;
    uint32_t high = r->count;

    while (low + 1 < high) { /* the river's x only grows */
        uint32_t middle = (low + high) / 2;

        if (r->at[middle].x <= at.x) {
            low = middle;
        } else {
            high = middle;
        }
    }
    uint32_t from = low > RIVER_SCAN ? low - RIVER_SCAN : 0;
    uint32_t to = low + RIVER_SCAN < r->count - 1 ? low + RIVER_SCAN : r->count - 1;
    double best = 1e18;
    uint32_t here = from;

    for (uint32_t i = from; i < to; i++) {
        struct vec d = vec_sub(r->at[i], at);
        double far = vec_dot(d, d);

        if (far < best) {
            best = far;
            here = i;
        }
    }
    here = here > 0 ? here : 1;
    struct vec a = r->at[here - 1];
    struct vec b = r->at[here + 1 < r->count ? here + 1 : here];

    *along = vec_unit(vec_sub(b, a));
    *half = t->river_half[here];
    double aside = vec_cross(*along, vec_sub(at, r->at[here]));

    best = sqrt(best);
    return best < 200 ? aside : (aside < 0 ? -best : best);
}

/* From the northern limit down to the river, in bends of its own. */
static void make_stream(struct terrain *t, struct prng *p)
{
    double phase = plane_between(p, 0, 2 * PLANE_PI);
    struct vec at = vec(plane_between(p, 1500, 3200), 12500);
    double half;
    struct vec along;

    t->stream_half = 17;
    for (uint32_t i = 0; i < 2000; i++) {
        path_add(&t->stream, at);
        if (terrain_river(t, at, &half, &along) < half * 0.3) {
            return;
        }
        double s = t->stream.count * RIVER_STEP_M;
        double angle = -PLANE_PI / 2 - 0.1 + 0.6 * plane_sin(2 * PLANE_PI * s / 3300 + phase) +
                       0.35 * plane_sin(2 * PLANE_PI * s / 1370 + phase);

        at = vec_along(at, plane_turn(angle), RIVER_STEP_M);
    }
}

static void make_rail(struct terrain *t, struct prng *p)
{
    double y = plane_between(p, 3300, 3900);
    double phase = plane_between(p, 0, 2 * PLANE_PI);

    for (double x = -14000; x <= 14000; x += 100) {
        double away = x / 6000;

        path_add(&t->rail, vec(x, y + 900 * away * away / (1 + away * away) * 1.4 +
                                      260 * plane_sin(x / 2900 + phase)));
    }
    /* The station's ground lies along the line. */
    struct vec s = t->rail.at[t->rail.count / 2 - 14];
    double slope =
        (t->rail.at[t->rail.count / 2 - 8].y - t->rail.at[t->rail.count / 2 - 20].y) / 1200;
    static const double corners[4][2] = {
        { -620, -150 }, { 620, -150 }, { 620, 95 }, { -620, 95 }
    };

    for (uint32_t i = 0; i < 4; i++) {
        path_add(&t->yard, vec(s.x + corners[i][0], s.y + corners[i][1] + corners[i][0] * slope));
    }
}

static void make_airport(struct terrain *t, struct prng *p)
{
    struct vec middle = plane_within(p, 7600, 8000, -6200, -5900);
    struct vec along = plane_turn(plane_between(p, 0.35, 0.7));
    struct vec side = vec_left(along);
    static const double corners[4][2] = {
        { -1750, -520 }, { 1750, -520 }, { 1750, 480 }, { -1750, 480 }
    };

    for (uint32_t i = 0; i < 4; i++) {
        path_add(&t->airport,
                 vec_along(vec_along(middle, along, corners[i][0]), side, corners[i][1]));
    }
    path_add(&t->runway, vec_along(vec_along(middle, along, -1450), side, -150));
    path_add(&t->runway, vec_along(vec_along(middle, along, 1450), side, -150));
}

static void add_grid(struct terrain *t, struct vec at, double direction, double reach)
{
    must(t->grid_count < GRIDS_MAX);
    t->grids[t->grid_count++] =
        (struct grid){ .at = at, .twice = plane_turn(2 * direction), .reach_m = reach };
}

static void make_grids(struct terrain *t, struct prng *p)
{
    add_grid(t, t->old_town, plane_between(p, -0.14, 0.14), 1900);
    add_grid(t, t->new_city, plane_between(p, -0.35, 0.35), 2100);
    for (uint32_t i = 0; i < 14; i++) {
        double turn = 2 * PLANE_PI * (i + plane_between(p, -0.3, 0.3)) / 7;
        double far = (i < 7 ? 3400 : 6800) + plane_between(p, -500, 900);

        double direction = plane_between(p, -0.6, 0.6);

        add_grid(t, vec_scale(plane_turn(turn), far), direction, 1700);
    }
}

static bool village_fits(const struct terrain *t, struct vec at, double apart)
{
    double half;
    struct vec along;
    double aside = terrain_river(t, at, &half, &along);

    if (terrain_closed(t, at) || (aside < half + 350 && aside > -half - 350) ||
        path_distance(&t->motorway, at) < 420 || path_distance(&t->limit, at) < 500) {
        return false;
    }
    for (uint32_t i = 0; i < t->village_count; i++) {
        if (vec_distance(t->villages[i].at, at) < apart + t->villages[i].radius_m) {
            return false;
        }
    }
    return true;
}

static void make_villages(struct terrain *t, struct prng *p)
{
    for (uint32_t tries = 0; tries < 4000 && t->village_count < VILLAGES_MAX; tries++) {
        bool town = t->village_count < 9;
        struct vec at = plane_within(p, -12000, 12000, -11000, 11000);
        double far = vec_length(at);
        double urban = terrain_urban(t, at);

        if (far < 5600 || urban > 0.34 || !village_fits(t, at, town ? 2300 : 620)) {
            continue;
        }
        double turn = plane_between(p, 0, 2 * PLANE_PI);
        double size = plane_between(p, 0, 1);

        t->villages[t->village_count++] =
            (struct village){ .at = at,
                              .radius_m = town ? 620 + 330 * size : 130 + 160 * size,
                              .urban = town ? 0.5 + 0.2 * size : 0.82,
                              .twice = plane_turn(turn),
                              .town = town };
    }
}

static void make_green(struct terrain *t, struct prng *p)
{
    struct vec lake = plane_within(p, -4300, -3500, 1100, 1700);
    struct vec hill = plane_within(p, -6600, -5600, 5900, 6700);

    blob(&t->lake, t->seed + 21, lake, 760, 520, 0.26, 64);
    blob(&t->lake_park, t->seed + 21, lake, 940, 700, 0.25, 64);
    blob(&t->hill, t->seed + 22, hill, 1900, 1350, 0.22, 96);
    struct vec people = vec(plane_between(p, -700, -450), 620);
    struct vec south = vec_add(t->new_city, vec(850, plane_between(p, -500, -200)));
    struct vec east = vec(4700, plane_between(p, 1800, 2500));

    blob(&t->park[0], t->seed + 23, people, 210, 170, 0.12, 28);
    blob(&t->park[1], t->seed + 24, south, 420, 300, 0.18, 36);
    blob(&t->park[2], t->seed + 25, east, 360, 420, 0.2, 36);
}

void terrain_make(struct terrain *t, uint64_t seed)
{
    struct prng p;

    memset(t, 0, sizeof(*t));
    t->seed = seed;
    prng_seed(&p, plane_hash(seed, 1, 0));
    blob(&t->limit, seed + 31, vec(350, -350), 12300, 10500, 0.06, 300);
    blob(&t->motorway, seed + 32, vec(150, -350), 7900, 6800, 0.05, 720);
    make_river(t, &p);
    t->old_town = vec(0, 0);
    t->new_city = plane_within(&p, 900, 1800, -4200, -3700);
    make_stream(t, &p);
    make_green(t, &p);
    make_rail(t, &p);
    make_airport(t, &p);
    make_grids(t, &p);
    make_villages(t, &p);
}

void terrain_free(struct terrain *t)
{
    struct path *const all[] = { &t->limit,    &t->river,   &t->stream,  &t->lake,    &t->lake_park,
                                 &t->hill,     &t->rail,    &t->yard,    &t->airport, &t->runway,
                                 &t->motorway, &t->park[0], &t->park[1], &t->park[2] };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        path_free(all[i]);
    }
    free(t->river_half);
}
