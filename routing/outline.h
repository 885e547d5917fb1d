/* Borders of areas that are given cell by cell, as polygons: for maps, which draw a few long lines
 * more lightly than thousands of squares.
 *
 * Cells that share a side belong together; cells that only touch at a corner do not. Each area has
 * one outer ring, counterclockwise, and a clockwise ring for each hole (RFC 7946, 3.1.6). Corners
 * are corners of cells: cell (x, y) lies between x and x + 1, y and y + 1, y upwards. */
#ifndef ROUTING_OUTLINE_H
#define ROUTING_OUTLINE_H

#include "base/fault.h"
#include "base/must.h"

#include <stdbool.h>
#include <stdint.h>

struct outline_corner {
    uint32_t x, y;
};

struct outline {
    uint32_t width, height;
    uint32_t *area; /* of a cell: the number of its area from 1 on; 0: in none */
    uint32_t area_count;
    uint32_t *list;  /* cells of the areas, one area behind the other */
    uint32_t *first; /* of an area, from 0 on: where its cells begin; area_count + 1 */
    uint8_t *walked; /* of a cell: bits of the sides that a ring has gone along */
    struct outline_corner *corner;
    uint32_t corner_room;
};

/* Room for grids of that many cells. Owns; free by outline_fini, also after a failure. Fails:
 * ERR_NO_MEMORY. */
MUST_USE enum err outline_init(struct outline *o, uint32_t cells_max, struct fault *f);
void outline_fini(struct outline *o);

/* Finds the areas of the cells that are not 0. `is_in` has width × height cells, row by row from
 * below. */
void outline_find(struct outline *o, const uint8_t *is_in, uint32_t width, uint32_t height);

/* Told of the rings of an area, the outer one first; the first corner is not repeated. */
typedef void outline_fn(void *arg, bool hole, const struct outline_corner *corners, uint32_t count);

/* The rings of area `n`, 1..area_count. Once each after outline_find. */
void outline_rings(struct outline *o, uint32_t n, outline_fn *fn, void *arg);

#endif
