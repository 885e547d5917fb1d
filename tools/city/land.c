/* How built-up, in which direction, where not. */
#include "tools/city/terrain.h"

static double fall(double far, double reach)
{
    double q = far / reach;

    q = q * q;
    return 1 / (1 + q * q);
}

double terrain_urban(const struct terrain *t, struct vec at)
{
    double bend =
        plane_noise(t->seed + 41, at, 3100) * 0.24 + plane_noise(t->seed + 42, at, 1300) * 0.10;
    double far = vec_length(vec(at.x, at.y + 400)) * (1 + bend);
    double u = 1.12 * fall(far, 5300);
    double south = 0.9 * fall(vec_distance(at, t->new_city) * (1 + bend), 2600);

    u = u > south ? u : south;
    u = u > 1 ? 1 : u;
    for (uint32_t i = 0; i < t->village_count; i++) {
        const struct village *v = &t->villages[i];
        double d = vec_distance(at, v->at);

        if (d < v->radius_m * 2) {
            double here = v->urban * fall(d, v->radius_m);

            u = here > u ? here : u;
        }
    }
    return u;
}

/* A weighted sum of tensors; each is the cosine and sine of twice a direction, so that opposite
 * directions mean the same. Source: Chen et al. 2008, interactive procedural street modelling. */
struct vec terrain_direction(const struct terrain *t, struct vec at)
{
    struct vec sum = vec(0, 0);
    double half;
    struct vec along;
    double aside = terrain_river(t, at, &half, &along);
    double far = vec_length(at);
    double bank = (aside < 0 ? -aside : aside) - half;

    for (uint32_t i = 0; i < t->grid_count; i++) {
        const struct grid *g = &t->grids[i];

        sum = vec_along(sum, g->twice, fall(vec_distance(at, g->at), g->reach_m));
    }
    for (uint32_t i = 0; i < t->village_count; i++) {
        const struct village *v = &t->villages[i];
        double d = vec_distance(at, v->at);

        if (d < v->radius_m * 2) {
            sum = vec_along(sum, v->twice, 3 * fall(d, v->radius_m));
        }
    }
    if (far > 1) { /* rings and rays */
        struct vec ray = vec_scale(at, 1 / far);
        struct vec twice = vec(ray.x * ray.x - ray.y * ray.y, 2 * ray.x * ray.y);

        sum = vec_along(sum, twice, 0.55 * (1 - fall(far, 2600)));
    }
    /* The river bends the streets beside it. */
    sum = vec_along(sum, vec(along.x * along.x - along.y * along.y, 2 * along.x * along.y),
                    2.6 * fall(bank < 0 ? 0 : bank, 620));
    double wobble =
        plane_noise(t->seed + 43, at, 900) * 0.30 + plane_noise(t->seed + 44, at, 340) * 0.16;
    struct vec d = vec_unit(sum);
    struct vec turn = plane_turn(wobble * (far > 1500 ? 1 : 0.55));

    d = vec(d.x * turn.x - d.y * turn.y, d.x * turn.y + d.y * turn.x);
    /* Half of the angle. */
    double c = sqrt((1 + d.x) / 2);

    return c > 0.001 ? vec_unit(vec(c, d.y / (2 * c))) : vec(0, 1);
}

bool terrain_closed(const struct terrain *t, struct vec at)
{
    double half;
    struct vec along;
    double aside = terrain_river(t, at, &half, &along);

    if (aside < half + TERRAIN_BANK_M && aside > -half - TERRAIN_BANK_M) {
        return true;
    }
    const struct path *const rings[] = { &t->lake_park, &t->hill,    &t->yard,   &t->airport,
                                         &t->park[0],   &t->park[1], &t->park[2] };

    for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
        if (path_holds(rings[i], at)) {
            return true;
        }
    }
    /* So near the centre is always within. */
    return vec_dot(at, at) > 8500.0 * 8500.0 && !path_holds(&t->limit, at);
}
