/* Lines that keep their distance from others of their direction. Source of the idea: evenly spaced
 * streamlines (Jobard and Lefer 1997). */
#ifndef TOOLS_CITY_STREETS_H
#define TOOLS_CITY_STREETS_H

#include "tools/city/city.h"

struct sample {
    struct vec at;
    struct vec along;
    uint32_t next; /* in its cell */
    bool wall;     /* lesser roads keep away whatever their direction */
};

struct samples {
    struct sample *at;
    uint32_t count, room;
    uint32_t *cells;
    uint32_t side;
};

/* How a class of roads lies: spacing in metres where u is how built-up the place is. */
struct manner {
    enum road road;
    double spacing_town, spacing_field; /* at u = 1, at u = 0 */
    double urban_min;                   /* none where it is less built-up */
    double length_min, length_max;
    double stop_share; /* of the spacing: nearer to a like line it ends */
    bool crosses;      /* river and motorway */
};

void samples_init(struct samples *s);
void samples_fini(struct samples *s);
void samples_add(struct samples *s, struct vec at, struct vec along, bool wall);
void samples_line(struct samples *s, const struct path *line, bool wall);
/* True when a line through `at` in the direction would lie within `reach` of a like one. */
bool samples_beside(const struct samples *s, struct vec at, struct vec along, double reach,
                    bool walls);

#endif
