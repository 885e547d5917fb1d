/* Roads from the greatest to the least: each class fills what the greater ones left. */
#include "tools/city/streets.h"

#include <stdlib.h>
#include <string.h>

#define STEP_M 18.0

static const struct manner manners[] = {
    { ROAD_PRIMARY, 1250, 2900, 0.0, 1800, 30000, 0.36, true },
    { ROAD_SECONDARY, 620, 1750, 0.05, 900, 12000, 0.45, true },
    { ROAD_TERTIARY, 330, 1000, 0.08, 450, 5200, 0.5, false },
    { ROAD_RESIDENTIAL, 112, 330, 0.22, 120, 2400, 0.52, false },
    { ROAD_COUNTRY, 420, 640, 0.0, 300, 2600, 0.5, false },
};

struct grower {
    struct city *c;
    const struct manner *m;
    struct samples samples;
    struct prng prng;
    struct path seeds;    /* where a line may begin */
    struct path headings; /* and in which direction */
    uint32_t taken;
};

/* Wider across the main direction than along it, and differing from quarter to quarter. */
static double spacing(const struct grower *w, struct vec at, struct vec along)
{
    const struct manner *m = w->m;
    double u = terrain_urban(&w->c->land, at);
    struct vec main_way = terrain_direction(&w->c->land, at);
    double like = vec_dot(main_way, along);
    double mix = plane_noise(w->c->seed + 61 + (uint64_t)m->road, at, 1500);
    bool longways = (like > 0.7 || like < -0.7) == (mix > -0.25);
    double s = m->spacing_town + (m->spacing_field - m->spacing_town) * (1 - u);

    s *= (longways ? 0.88 : 1.28) * (1 + 0.26 * mix);
    if (m->road == ROAD_RESIDENTIAL && vec_length(at) > 1900) {
        /* Quarters of great closed blocks beside quarters of small ones. */
        double block =
            plane_noise(w->c->seed + 71, at, 760) + 0.35 * plane_noise(w->c->seed + 72, at, 310);

        s *= block > 0.05 ? 1.9 : (block > -0.25 ? 1.25 : 0.85);
    }
    return s;
}

static struct vec heading(const struct terrain *t, struct vec at, struct vec last)
{
    struct vec d = terrain_direction(t, at);
    struct vec left = vec_left(d);
    double on = vec_dot(d, last);
    double across = vec_dot(left, last);

    if ((on < 0 ? -on : on) >= (across < 0 ? -across : across)) {
        return on < 0 ? vec_scale(d, -1) : d;
    }
    return across < 0 ? vec_scale(left, -1) : left;
}

static bool may_go(const struct grower *w, struct vec at, struct vec along, double share)
{
    const struct terrain *t = &w->c->land;

    return !terrain_closed(t, at) && terrain_urban(t, at) >= w->m->urban_min &&
           !samples_beside(&w->samples, at, along, spacing(w, at, along) * share, !w->m->crosses);
}

/* One way from a seed. The points go to `out` without the seed itself. */
static void trace(struct grower *w, struct vec at, struct vec along, double length_max,
                  struct path *out)
{
    const struct terrain *t = &w->c->land;
    struct vec start = at;

    for (double length = 0; length < length_max; length += STEP_M) {
        struct vec half_way = vec_along(at, along, STEP_M / 2);
        struct vec next_along = heading(t, half_way, along);

        if (vec_dot(next_along, along) < 0.8) {
            return; /* a sharp bend: a fault of the field */
        }
        struct vec next = vec_along(at, next_along, STEP_M);

        if (!may_go(w, next, next_along, w->m->stop_share) ||
            (length > 400 && vec_distance(next, start) < 2 * STEP_M)) {
            return;
        }
        path_add(out, next);
        at = next;
        along = next_along;
    }
}

/* Keeps a point where the line bends or 60 m have passed. */
static void thin(const struct path *in, struct path *out)
{
    path_add(out, in->at[0]);
    for (uint32_t i = 1; i + 1 < in->count; i++) {
        struct vec last = out->at[out->count - 1];
        double t;
        double bend = vec_distance(plane_nearest(last, in->at[i + 1], in->at[i], &t), in->at[i]);

        if (bend > 0.7 || vec_distance(last, in->at[i + 1]) > 62) {
            path_add(out, in->at[i]);
        }
    }
    if (in->count > 1) {
        path_add(out, in->at[in->count - 1]);
    }
}

/* Where lines beside this one may begin. */
static void offer(struct grower *w, const struct path *line)
{
    double since = 0;
    double pace = 0;

    for (uint32_t i = 1; i < line->count; i++) {
        struct vec along = vec_unit(vec_sub(line->at[i], line->at[i - 1]));

        since += STEP_M;
        if (since < pace) {
            continue;
        }
        double s = spacing(w, line->at[i], along);

        since = 0;
        pace = s * 0.6;
        for (int side = -1; side <= 1; side += 2) {
            path_add(&w->seeds, vec_along(line->at[i], vec_left(along), side * s * 1.02));
            path_add(&w->headings, along);
        }
        path_add(&w->seeds, line->at[i]); /* and across it */
        path_add(&w->headings, vec_left(along));
    }
}

static void take(struct grower *w, const struct path *line)
{
    struct path thinned = { 0 };
    uint32_t street = city_street(w->c, w->m->road);

    thin(line, &thinned);
    samples_line(&w->samples, &thinned, false);
    offer(w, line);
    if (w->m->crosses) {
        plan_draw(w->c, &thinned, w->m->road, street);
    } else {
        (void)graph_draw(&w->c->graph, &thinned, w->m->road, street, NULL);
    }
    path_free(&thinned);
    w->taken++;
}

static void both_ways(struct grower *w, struct vec seed, struct vec along, struct path *line)
{
    struct path back = { 0 };
    double longest = plane_between(&w->prng, 0.35, 1) * w->m->length_max;

    trace(w, seed, vec_scale(along, -1), longest / 2, &back);
    for (uint32_t i = back.count; i > 0; i--) {
        path_add(line, back.at[i - 1]);
    }
    path_add(line, seed);
    trace(w, seed, along, longest / 2, line);
    path_free(&back);
}

static void try_seed(struct grower *w, struct vec seed, struct vec wish)
{
    struct vec along;
    struct path line = { 0 };

    if (terrain_closed(&w->c->land, seed)) {
        return;
    }
    along = heading(&w->c->land, seed, wish);
    if (may_go(w, seed, along, 0.93)) {
        both_ways(w, seed, along, &line);
        if (line.count > 2 && path_length(&line) >= w->m->length_min) {
            take(w, &line);
        }
    }
    path_free(&line);
}

static void drain(struct grower *w, uint32_t *done)
{
    while (*done < w->seeds.count) {
        try_seed(w, w->seeds.at[*done], w->headings.at[*done]);
        (*done)++;
    }
}

static void grow_class(struct grower *w)
{
    double pitch = w->m->spacing_town * 0.8;
    uint32_t done = 0;

    w->seeds.count = w->headings.count = 0;
    /* From the old town outwards, in squares. */
    for (double r = 0; r < TERRAIN_HALF_M - 500; r += pitch) {
        uint32_t around = r > 0 ? (uint32_t)(8 * r / pitch) : 1;

        for (uint32_t i = 0; i < around; i++) {
            struct vec d = plane_turn(2 * PLANE_PI * i / around);
            struct vec seed = vec_scale(d, r + plane_between(&w->prng, 0, pitch));

            if (!terrain_closed(&w->c->land, seed)) {
                try_seed(w, seed, vec(1, 0));
                drain(w, &done);
                try_seed(w, seed, vec(0, 1));
                drain(w, &done);
            }
        }
    }
}

/* A bridge where an avenue would come to the river, and the avenue on both sides of it. */
static void grow_bridge(struct grower *w, uint32_t at)
{
    const struct terrain *t = &w->c->land;
    const struct path *r = &t->river;
    struct vec along = vec_unit(vec_sub(r->at[at + 1], r->at[at - 1]));
    struct vec across = vec_left(along);
    double reach = t->river_half[at] + TERRAIN_BANK_M + 12;
    struct vec north = vec_along(r->at[at], across, reach);
    struct vec south = vec_along(r->at[at], across, -reach);
    struct path line = { 0 };
    struct path back = { 0 };

    trace(w, north, across, w->m->length_max / 2, &back);
    for (uint32_t i = back.count; i > 0; i--) {
        path_add(&line, back.at[i - 1]);
    }
    path_add(&line, north);
    path_add(&line, r->at[at]);
    path_add(&line, south);
    trace(w, south, vec_scale(across, -1), w->m->length_max / 2, &line);
    take(w, &line);
    path_free(&line);
    path_free(&back);
}

/* Denser near the centre: where the last one is so far away as the place asks for. */
static void grow_bridges(struct grower *w)
{
    const struct terrain *t = &w->c->land;
    double since = 700;

    for (uint32_t i = 2; i + 2 < t->river.count; i++) {
        struct vec at = t->river.at[i];
        double far = vec_length(at);
        struct vec along = vec_unit(vec_sub(t->river.at[i + 1], t->river.at[i - 1]));

        since += 40;
        if (path_distance(&t->limit, at) < 900 || !path_holds(&t->limit, at) ||
            since < 950 + far * 0.22 ||
            samples_beside(&w->samples, at, vec_left(along), 620 + far * 0.06, false)) {
            continue;
        }
        since = 0;
        grow_bridge(w, i);
    }
}

static void add_known(struct grower *w)
{
    const struct graph *g = &w->c->graph;

    for (uint32_t i = 0; i < g->edge_count; i++) {
        const struct edge *e = &g->edges[i];
        struct vec two[2] = { g->nodes[e->a].at, g->nodes[e->b].at };
        const struct path line = { .at = two, .count = 2 };

        if (!e->dead && e->road != ROAD_BORDER) {
            samples_line(&w->samples, &line, e->road == ROAD_MOTORWAY);
        }
    }
}

void streets_grow(struct city *c)
{
    struct grower w = { .c = c };

    samples_init(&w.samples);
    prng_seed(&w.prng, plane_hash(c->seed, 2, 0));
    add_known(&w);
    for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
        w.m = &manners[i];
        if (i == 0) {
            grow_bridges(&w);
        }
        grow_class(&w);
        tidy_extend(c, w.m->spacing_town * 0.9 + 40);
    }
    samples_fini(&w.samples);
    path_free(&w.seeds);
    path_free(&w.headings);
}
