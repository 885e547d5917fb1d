/* From a place to the road beside it: a grid of cells, each with the lines of road that pass
 * through it. */
#ifndef ROUTING_SNAP_H
#define ROUTING_SNAP_H

#include "routing/network.h"

struct snap_line {
    uint32_t piece;
    uint32_t point; /* the line goes from this point of `shape` to the next */
};

struct snap_grid {
    const struct network *network; /* borrowed */
    int64_t low_lon_e7, low_lat_e7;
    uint32_t cell_lon_e7, cell_lat_e7, cell_mm;
    uint32_t width, height; /* cells */
    uint32_t *first_line;   /* of a cell; width × height + 1 */
    struct snap_line *line;
};

/* Cells, both ends included. */
struct snap_box {
    uint32_t x0, y0, x1, y1;
};

struct snap {
    uint32_t piece;
    uint32_t along_mm; /* from the beginning of the piece's shape */
    uint32_t off_mm;   /* from the road */
    struct point at;   /* on the road */
};

/* Owns; free by snap_grid_free. Fails: ERR_INVALID (roads so long and many that no grid holds
 * them), ERR_NO_MEMORY. */
MUST_USE enum err snap_grid_build(struct snap_grid *g, const struct network *n, struct fault *f);
void snap_grid_free(struct snap_grid *g);

/* The place on the nearest road, of equally near ones the one of the lowest number. False: the
 * network has no road. No allocation. */
bool snap_find(const struct snap_grid *g, struct point p, struct snap *out);

/* The same among the roads that `take` takes, at most `most_mm` off. False: there is none. */
typedef bool snap_filter_fn(void *arg, uint32_t piece);
bool snap_find_among(const struct snap_grid *g, struct point p, uint32_t most_mm,
                     snap_filter_fn *take, void *arg, struct snap *out);

/* The pieces at most `most_mm` off, each once by its nearest place, the nearest first; of more than
 * `room` the nearest. At most two cells of the grid off in each direction. Returns how many. No
 * allocation. */
#define SNAP_NEAR_MAX 32
uint32_t snap_near(const struct snap_grid *g, struct point p, uint32_t most_mm, struct snap *out,
                   uint32_t room);

/* The cells of the box between two points; those outside the grid count as its nearest. A line of
 * road stands in every cell of its box, also in those that it only passes by. */
struct snap_box snap_box_of(const struct snap_grid *g, struct point a, struct point b);

#endif
