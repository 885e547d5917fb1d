/* The ground of the invented city: city limit, river, side river, lake, hills, railway, airport,
 * how built-up each place is and in which direction its streets run. Everything follows from the
 * seed. */
#ifndef TOOLS_CITY_TERRAIN_H
#define TOOLS_CITY_TERRAIN_H

#include "tools/city/plane.h"

#define TERRAIN_HALF_M 13500.0
#define GRIDS_MAX 24
#define VILLAGES_MAX 80

/* A part of the city with streets of its own direction. */
struct grid {
    struct vec at;
    struct vec twice; /* cosine and sine of twice the direction */
    double reach_m;
};

struct village {
    struct vec at;
    double radius_m;
    double urban; /* how built-up its middle is, 0..1 */
    struct vec twice;
    bool town;
};

struct terrain {
    uint64_t seed;
    struct path limit;  /* closed, counter-clockwise */
    struct path river;  /* middle, from west to east */
    double *river_half; /* half of its width at each point */
    struct path stream; /* middle of the side river, from the north into the river */
    double stream_half;
    struct path lake, lake_park; /* closed */
    struct path hill;            /* closed */
    struct path rail;
    struct path yard;            /* the railway station's ground, closed */
    struct path airport, runway; /* closed; a line */
    struct path park[3];         /* closed */
    struct path motorway;        /* closed */
    struct vec old_town;
    struct vec new_city; /* south of the river */
    struct grid grids[GRIDS_MAX];
    uint32_t grid_count;
    struct village villages[VILLAGES_MAX];
    uint32_t village_count;
};

void terrain_make(struct terrain *t, uint64_t seed);
void terrain_free(struct terrain *t);

/* Metres to the middle of the river, left (north) positive, its half width and its direction there.
 * far away only the sign is right. */
double terrain_river(const struct terrain *t, struct vec at, double *half, struct vec *along);
/* 0 (fields) to 1 (old town). */
double terrain_urban(const struct terrain *t, struct vec at);
/* The direction of streets: unit vector, meant both ways and for the crossing streets too. */
struct vec terrain_direction(const struct terrain *t, struct vec at);
/* True where no street can lie: water, hills, railway ground, airport, beyond the limit. */
bool terrain_closed(const struct terrain *t, struct vec at);
/* The bank where the riverside road runs: metres beyond the water's edge. */
#define TERRAIN_BANK_M 42.0

#endif
