#include "tools/city/plane.h"

#include <stdlib.h>
#include <string.h>

struct vec vec_unit(struct vec a)
{
    double length = vec_length(a);

    return length > 0 ? vec_scale(a, 1 / length) : vec(1, 0);
}

/* Taylor's row around 0 on -π/2..π/2; the first term left out is under 7e-10. */
double plane_sin(double radians)
{
    double turns = floor(radians / (2 * PLANE_PI) + 0.5);
    double x = radians - turns * 2 * PLANE_PI;

    x = x > PLANE_PI / 2 ? PLANE_PI - x : (x < -PLANE_PI / 2 ? -PLANE_PI - x : x);
    double q = x * x;

    return x *
           (1 - q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72 * (1 - q / 110 * (1 - q / 156))))));
}

/* Source of the mixing steps: splitmix64 (Steele, Lea and Flood 2014). */
uint64_t plane_hash(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t h = a * 0x9e3779b97f4a7c15u + b * 0xbf58476d1ce4e5b9u + c * 0x94d049bb133111ebu;

    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

static double corner(uint64_t seed, int64_t x, int64_t y)
{
    uint64_t h = plane_hash(seed, (uint64_t)x, (uint64_t)y);

    return (double)(int64_t)(h >> 32) / 2147483648.0 - 1;
}

static double ease(double t)
{
    return t * t * (3 - 2 * t);
}

double plane_noise(uint64_t seed, struct vec at, double size)
{
    double x = at.x / size;
    double y = at.y / size;
    double fx = floor(x);
    double fy = floor(y);
    int64_t ix = (int64_t)fx;
    int64_t iy = (int64_t)fy;
    double tx = ease(x - fx);
    double ty = ease(y - fy);
    double low = corner(seed, ix, iy) * (1 - tx) + corner(seed, ix + 1, iy) * tx;
    double high = corner(seed, ix, iy + 1) * (1 - tx) + corner(seed, ix + 1, iy + 1) * tx;

    return low * (1 - ty) + high * ty;
}

double plane_between(struct prng *p, double low, double high)
{
    return low + (high - low) * ((double)(prng_next(p) >> 11) / 9007199254740992.0);
}

struct vec plane_within(struct prng *p, double x_low, double x_high, double y_low, double y_high)
{
    double x = plane_between(p, x_low, x_high);
    double y = plane_between(p, y_low, y_high);

    return vec(x, y);
}

void *plane_alloc(size_t count, size_t size)
{
    void *at = calloc(count > 0 ? count : 1, size);

    must(at != NULL);
    return at;
}

void *plane_grow(void *at, size_t count, size_t size)
{
    must(size > 0 && count < SIZE_MAX / size);
    void *more = realloc(at, count * size);

    must(more != NULL);
    return more;
}

void path_add(struct path *p, struct vec v)
{
    if (p->count == p->room) {
        p->room = p->room == 0 ? 64 : p->room * 2;
        p->at = plane_grow(p->at, p->room, sizeof(*p->at));
    }
    if (p->count == 0) {
        p->low = p->high = v;
    }
    p->low = vec(v.x < p->low.x ? v.x : p->low.x, v.y < p->low.y ? v.y : p->low.y);
    p->high = vec(v.x > p->high.x ? v.x : p->high.x, v.y > p->high.y ? v.y : p->high.y);
    p->at[p->count++] = v;
}

void path_free(struct path *p)
{
    free(p->at);
    memset(p, 0, sizeof(*p));
}

double path_length(const struct path *p)
{
    double sum = 0;

    for (uint32_t i = 1; i < p->count; i++) {
        sum += vec_distance(p->at[i - 1], p->at[i]);
    }
    return sum;
}

struct vec plane_nearest(struct vec a, struct vec b, struct vec p, double *along)
{
    struct vec ab = vec_sub(b, a);
    double length = vec_dot(ab, ab);
    double t = length > 0 ? vec_dot(vec_sub(p, a), ab) / length : 0;

    *along = t < 0 ? 0 : (t > 1 ? 1 : t);
    return vec_along(a, ab, *along);
}

double path_distance(const struct path *p, struct vec at)
{
    double best = p->count == 1 ? vec_distance(p->at[0], at) : 1e18;
    double t;

    for (uint32_t i = 1; i < p->count; i++) {
        double d = vec_distance(plane_nearest(p->at[i - 1], p->at[i], at, &t), at);

        best = d < best ? d : best;
    }
    return best;
}

bool path_holds(const struct path *ring, struct vec at)
{
    bool odd = false;

    if (at.x < ring->low.x || at.x > ring->high.x || at.y < ring->low.y || at.y > ring->high.y) {
        return false;
    }
    for (uint32_t i = 0, k = ring->count - 1; i < ring->count; k = i++) {
        struct vec a = ring->at[i];
        struct vec b = ring->at[k];

        if ((a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x) {
            odd = !odd;
        }
    }
    return odd;
}

double path_area(const struct path *ring)
{
    double sum = 0;

    for (uint32_t i = 0; i < ring->count; i++) {
        sum += vec_cross(ring->at[i], ring->at[i + 1 < ring->count ? i + 1 : 0]);
    }
    return sum / 2;
}

struct vec path_middle(const struct path *ring)
{
    struct vec sum = vec(0, 0);
    double area = path_area(ring);

    if (area < 1 && area > -1) {
        return ring->at[0];
    }
    /* Beside the first corner, so that far away from the centre no digits are lost. */
    for (uint32_t i = 0; i < ring->count; i++) {
        struct vec a = vec_sub(ring->at[i], ring->at[0]);
        struct vec b = vec_sub(ring->at[i + 1 < ring->count ? i + 1 : 0], ring->at[0]);

        sum = vec_along(sum, vec_add(a, b), vec_cross(a, b));
    }
    return vec_along(ring->at[0], sum, 1 / (6 * area));
}

bool plane_cross(struct vec a, struct vec b, struct vec c, struct vec d, double *on_ab,
                 double *on_cd)
{
    struct vec ab = vec_sub(b, a);
    struct vec cd = vec_sub(d, c);
    double slope = vec_cross(ab, cd);

    if (slope == 0) {
        return false;
    }
    struct vec ac = vec_sub(c, a);

    *on_ab = vec_cross(ac, cd) / slope;
    *on_cd = vec_cross(ac, ab) / slope;
    return *on_ab > 0 && *on_ab < 1 && *on_cd >= 0 && *on_cd <= 1;
}

void path_inset(const struct path *ring, double by, double step, struct path *out)
{
    struct path closed = { 0 };

    for (uint32_t i = 0; i <= ring->count; i++) {
        path_add(&closed, ring->at[i < ring->count ? i : 0]);
    }
    for (uint32_t i = 0; i < ring->count; i++) {
        struct vec before =
            vec_unit(vec_sub(ring->at[i], ring->at[(i + ring->count - 1) % ring->count]));
        struct vec after = vec_unit(vec_sub(ring->at[(i + 1) % ring->count], ring->at[i]));
        struct vec side = vec_add(vec_left(before), vec_left(after));
        double square = vec_dot(side, side);

        if (square < 0.3) {
            continue;
        }
        struct vec at = vec_along(ring->at[i], side, 2 * by / square);

        if (path_holds(ring, at) && path_distance(&closed, at) > by * 0.86 &&
            (out->count == 0 || vec_distance(out->at[out->count - 1], at) > step)) {
            path_add(out, at);
        }
    }
    path_free(&closed);
}
