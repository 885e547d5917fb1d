/* The plane the invented city is drawn on: metres east and north of its centre, in doubles.
 * Only + - * / and the square root are used, which IEEE 754 rounds alike on every machine, and the
 * folder is compiled with -ffp-contract=off: equal seeds give equal bytes everywhere. No libm but
 * sqrt and floor, which are exact. */
#ifndef TOOLS_CITY_PLANE_H
#define TOOLS_CITY_PLANE_H

#include "base/must.h"
#include "base/prng.h"
#include "base/units.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles must be computed as doubles (on i386: -mfpmath=sse)");

#define PLANE_PI 3.14159265358979311600

struct vec {
    double x;
    double y;
};

struct path {
    struct vec low, high; /* the box it lies in, kept by path_add */
    struct vec *at;
    uint32_t count;
    uint32_t room;
};

static inline struct vec vec(double x, double y)
{
    return (struct vec){ .x = x, .y = y };
}
static inline struct vec vec_add(struct vec a, struct vec b)
{
    return vec(a.x + b.x, a.y + b.y);
}
static inline struct vec vec_sub(struct vec a, struct vec b)
{
    return vec(a.x - b.x, a.y - b.y);
}
static inline struct vec vec_scale(struct vec a, double s)
{
    return vec(a.x * s, a.y * s);
}
/* a + b × s */
static inline struct vec vec_along(struct vec a, struct vec b, double s)
{
    return vec(a.x + b.x * s, a.y + b.y * s);
}
static inline struct vec vec_between(struct vec a, struct vec b, double t)
{
    return vec(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t);
}
static inline double vec_dot(struct vec a, struct vec b)
{
    return a.x * b.x + a.y * b.y;
}
static inline double vec_cross(struct vec a, struct vec b)
{
    return a.x * b.y - a.y * b.x;
}
static inline double vec_length(struct vec a)
{
    return sqrt(a.x * a.x + a.y * a.y);
}
static inline double vec_distance(struct vec a, struct vec b)
{
    return vec_length(vec_sub(a, b));
}
/* To the left. */
static inline struct vec vec_left(struct vec a)
{
    return vec(-a.y, a.x);
}
struct vec vec_unit(struct vec a);

/* Sine and cosine of radians, to about 1e-9, alike on every machine. */
double plane_sin(double radians);
static inline double plane_cos(double radians)
{
    return plane_sin(radians + PLANE_PI / 2);
}
static inline struct vec plane_turn(double radians)
{
    return vec(plane_cos(radians), plane_sin(radians));
}

/* Smooth noise in -1..1: one hill or hollow about every `size` metres. */
double plane_noise(uint64_t seed, struct vec at, double size);

/* Uniform in low..high. */
double plane_between(struct prng *p, double low, double high);
/* Uniform in a rectangle. x is drawn first: C leaves the order of arguments open, so nobody draws
 * two numbers in one call. */
struct vec plane_within(struct prng *p, double x_low, double x_high, double y_low, double y_high);
/* A number that depends on the parts only. */
uint64_t plane_hash(uint64_t a, uint64_t b, uint64_t c);

void path_add(struct path *p, struct vec v);
void path_free(struct path *p);
double path_length(const struct path *p);
/* The nearest point of a segment, and how far along (0..1). */
struct vec plane_nearest(struct vec a, struct vec b, struct vec p, double *along);
double path_distance(const struct path *p, struct vec at);
/* True in the closed ring (last may repeat the first). */
bool path_holds(const struct path *ring, struct vec at);
double path_area(const struct path *ring); /* m², counter-clockwise positive */
struct vec path_middle(const struct path *ring);
/* The ring moved inwards by so many metres. Corners that would come too near the outline, or nearer
 * than `step` to the one before, are left out: the result may be empty. */
void path_inset(const struct path *ring, double by, double step, struct path *out);

/* Whether two segments cross, ends left out, and how far along each. */
bool plane_cross(struct vec a, struct vec b, struct vec c, struct vec d, double *on_ab,
                 double *on_cd);

/* Memory for the run of a command: never fails (the process ends instead). */
void *plane_alloc(size_t count, size_t size);
void *plane_grow(void *at, size_t count, size_t size);

#endif
