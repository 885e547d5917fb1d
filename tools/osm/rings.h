/* Rings of boundary relations, and what lies in them. */
#ifndef TOOLS_OSM_RINGS_H
#define TOOLS_OSM_RINGS_H

#include "tools/osm/extract.h"

struct ring {
    struct point *at; /* the last repeats the first; counter-clockwise */
    uint32_t count;
};

struct rings {
    struct ring *at;
    uint32_t count;
    struct point low, high;
};

/* Joins the member ways of a boundary. Inner rings are cut into the outer ring around them by a
 * slit, so that each ring by itself tells inside from outside. False: the extract lacks a part of
 * it, or the ways do not close. In the arena. */
bool rings_of_relation(struct arena *a, const struct extract *x, const struct extract_relation *r,
                       struct rings *out);
/* One ring of corners, counter-clockwise or not, closed or not. */
void rings_of_corners(struct arena *a, const struct point *corners, uint32_t count,
                      struct rings *out);
/* Sets low and high. */
void rings_box(struct rings *r);
bool rings_hold(const struct rings *r, struct point at);
/* A point well inside. */
struct point rings_inside(const struct rings *r);
/* What of the ring lies nearer to `site` than to `other`. Source: Sutherland and Hodgman 1974. */
void ring_nearer(struct arena *a, const struct ring *in, struct point site, struct point other,
                 struct ring *out);

#endif
