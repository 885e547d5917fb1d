#include "routing/ground.h"

#include "base/geo.h"
#include "routing/ground_city.h"
#include "routing/line.h"

#include <stdlib.h>
#include <string.h>

#define AROUND_MM 2000000
#define WAYS_MAX 16

struct box {
    int64_t west, south, east, north;
};

static struct box box_empty(void)
{
    return (struct box){ INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN };
}

static void box_add(struct box *b, struct point p)
{
    b->west = p.lon_e7 < b->west ? p.lon_e7 : b->west;
    b->east = p.lon_e7 > b->east ? p.lon_e7 : b->east;
    b->south = p.lat_e7 < b->south ? p.lat_e7 : b->south;
    b->north = p.lat_e7 > b->north ? p.lat_e7 : b->north;
}

static int32_t middle_lat(const struct box *b)
{
    return (int32_t)((b->south + b->north) / 2);
}

static struct box box_of_rings(const struct ground_ring *rings, uint32_t count)
{
    struct box b = box_empty();

    for (uint32_t r = 0; r < count; r++) {
        for (uint32_t k = 0; k < rings[r].count; k++) {
            box_add(&b, rings[r].points[k]);
        }
    }
    return b;
}

static struct box box_of_points(const struct point *points, uint32_t count, uint32_t around_mm)
{
    struct box b = box_empty();

    for (uint32_t k = 0; k < count; k++) {
        box_add(&b, points[k]);
    }
    if (around_mm > 0 && b.west <= b.east) {
        int64_t lon = geo_span_lon_e7(around_mm, middle_lat(&b));
        int64_t lat = geo_span_lat_e7(around_mm);

        b = (struct box){ b.west - lon, b.south - lat, b.east + lon, b.north + lat };
    }
    return b;
}

/* Squares as small as GROUND_STEP_MM of which not more than GROUND_CELLS_MAX cover the box. */
static struct ground_cells cells_over(const struct box *b)
{
    struct ground_cells c = { .west_e7 = b->west, .south_e7 = b->south };
    uint64_t mm = GROUND_STEP_MM;

    for (;; mm += mm / 8) {
        c.lat_e7 = geo_span_lat_e7((uint32_t)mm);
        c.lon_e7 = geo_span_lon_e7((uint32_t)mm, middle_lat(b));
        uint64_t width = (uint64_t)(b->east - b->west) / c.lon_e7 + 1;
        uint64_t height = (uint64_t)(b->north - b->south) / c.lat_e7 + 1;

        if (width * height <= GROUND_CELLS_MAX) {
            c.width = (uint32_t)width;
            c.height = (uint32_t)height;
            return c;
        }
    }
}

static uint32_t cell_of(const struct ground_cells *c, struct point p)
{
    int64_t x = p.lon_e7 - c->west_e7;
    int64_t y = p.lat_e7 - c->south_e7;

    if (x < 0 || y < 0 || x / c->lon_e7 >= c->width || y / c->lat_e7 >= c->height) {
        return GROUND_NO_CELL;
    }
    return (uint32_t)(y / c->lat_e7) * c->width + (uint32_t)(x / c->lon_e7);
}

static void place_nodes(struct ground *g, const uint8_t *in_city)
{
    for (uint32_t v = 0; v < g->node_count; v++) {
        uint32_t cell = cell_of(&g->cells, g->at[v]);

        g->cell[v] = cell != GROUND_NO_CELL && in_city[cell] != 0 ? cell : GROUND_NO_CELL;
    }
}

/* ---- by road ---- */

/* All arcs of a segment end at one node; a road in two directions counts half at each end. */
static void measure_roads(struct ground *g)
{
    const struct network *n = &g->road->network;

    for (uint32_t s = 0; s < 2 * n->piece_count; s++) {
        const struct piece *p = &n->piece[segment_piece(s)];
        bool both = n->segment_ms[s] < ETA_INF_MS && n->segment_ms[s ^ 1] < ETA_INF_MS;
        uint32_t first = n->first_arc[s];

        if (n->segment_ms[s] < ETA_INF_MS && first < n->first_arc[s + 1]) {
            g->extent[n->graph.head[n->arc[first]]] += p->length_mm / (both ? 2000 : 1000);
        }
    }
}

enum err ground_times(struct ground *g, const struct road_weights *weights, struct fault *f)
{
    const struct graph *graph = &g->road->network.graph;

    for (uint32_t a = 0; a < graph->arc_count; a++) {
        g->arc_ms[a] = weights_arc_ms(weights, a, false);
    }
    roads_free(&g->out);
    roads_free(&g->in);
    g->out = g->in = (struct roads){ 0 };
    g->weights = weights;
    enum err err = roads_build(&g->out, graph, g->arc_ms, ROADS_OUT, f);

    return err == OK ? roads_build(&g->in, graph, g->arc_ms, ROADS_IN, f) : err;
}

static enum err lay_roads(struct ground *g, const struct road_weights *weights, struct fault *f)
{
    g->node_count = g->road->network.graph.node_count;
    g->at = g->road->network.graph.at;
    g->arc_ms = malloc(((size_t)g->road->network.graph.arc_count + 1) * sizeof(*g->arc_ms));
    return g->arc_ms != NULL ? ground_times(g, weights, f)
                             : fault_set(f, ERR_NO_MEMORY, "no memory for roads", NULL, NULL);
}

/* ---- by straight line ---- */

static const int8_t ways[WAYS_MAX][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 },  { 0, -1 },
                                          { 1, 1 }, { 1, -1 }, { -1, 1 }, { -1, -1 },
                                          { 2, 1 }, { 2, -1 }, { -2, 1 }, { -2, -1 },
                                          { 1, 2 }, { 1, -2 }, { -1, 2 }, { -1, -2 } };

static void connect(struct ground *g, struct roads *r)
{
    const struct ground_cells *c = &g->cells;
    uint32_t count = 0;

    r->node_count = g->node_count;
    for (uint32_t v = 0; v < g->node_count; v++) {
        r->first[v] = count;
        for (uint32_t k = 0; k < WAYS_MAX; k++) {
            int64_t x = (int64_t)(v % c->width) + ways[k][0];
            int64_t y = (int64_t)(v / c->width) + ways[k][1];

            if (x >= 0 && y >= 0 && x < c->width && y < c->height) {
                uint32_t to = (uint32_t)y * c->width + (uint32_t)x;

                r->way[count++] =
                    (struct roads_way){ .node = to,
                                        .ms = line_travel_ms(NULL, g->at[v], g->at[to]) };
            }
        }
    }
    r->first[g->node_count] = count;
}

static enum err lay_grid(struct ground *g, struct fault *f)
{
    g->node_count = g->cells.width * g->cells.height;
    g->grid = malloc((size_t)g->node_count * sizeof(*g->grid));
    struct roads *sides[] = { &g->out, &g->in };

    for (uint32_t k = 0; k < 2; k++) {
        sides[k]->first = malloc(((size_t)g->node_count + 1) * sizeof(*sides[k]->first));
        sides[k]->way = malloc((size_t)g->node_count * WAYS_MAX * sizeof(*sides[k]->way));
        if (g->grid == NULL || sides[k]->first == NULL || sides[k]->way == NULL) {
            return fault_set(f, ERR_NO_MEMORY, "no memory for a grid", NULL, NULL);
        }
    }
    g->at = g->grid;
    for (uint32_t v = 0; v < g->node_count; v++) {
        g->grid[v] = ground_cell_middle(&g->cells, v);
    }
    /* A way takes as long there as back, or a millisecond of rounding longer. */
    connect(g, &g->out);
    connect(g, &g->in);
    return OK;
}

/* The point of the grid nearest to a place, also to one outside it. */
static uint32_t grid_node(const struct ground *g, struct point p)
{
    const struct ground_cells *c = &g->cells;
    int64_t x = (p.lon_e7 - c->west_e7) / (int64_t)c->lon_e7;
    int64_t y = (p.lat_e7 - c->south_e7) / (int64_t)c->lat_e7;

    x = x < 0 ? 0 : x >= c->width ? c->width - 1 : x;
    y = y < 0 ? 0 : y >= c->height ? c->height - 1 : y;
    return (uint32_t)y * c->width + (uint32_t)x;
}

/* The points of the grid around a place, two steps to each side: to these the way is straight. */
static uint32_t grid_seeds(const struct ground *g, struct point p, struct seed *seeds)
{
    const struct ground_cells *c = &g->cells;
    uint32_t node = grid_node(g, p);
    uint32_t count = 0;

    for (int64_t dy = -2; dy <= 2; dy++) {
        for (int64_t dx = -2; dx <= 2; dx++) {
            int64_t x = (int64_t)(node % c->width) + dx;
            int64_t y = (int64_t)(node / c->width) + dy;

            if (x >= 0 && y >= 0 && x < c->width && y < c->height) {
                uint32_t v = (uint32_t)y * c->width + (uint32_t)x;

                seeds[count++] =
                    (struct seed){ .node = v, .ms = line_travel_ms(NULL, p, g->at[v]) };
            }
        }
    }
    return count;
}

/* ---- both ---- */

static enum err measure(struct ground *g, const struct ground_ring *rings, uint32_t ring_count,
                        struct fault *f)
{
    uint8_t *in_city = malloc((size_t)g->cells.width * g->cells.height + 1);

    g->cell = malloc(((size_t)g->node_count + 1) * sizeof(*g->cell));
    g->extent = calloc((size_t)g->node_count + 1, sizeof(*g->extent));
    if (in_city == NULL || g->cell == NULL || g->extent == NULL) {
        free(in_city);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a ground", NULL, NULL);
    }
    bool any;
    /* A cell lies in the city when its middle does: one look a cell, not one a node. */
    enum err err = ground_mark_city(&g->cells, rings, ring_count, in_city, &any, f);

    if (!any) { /* borders that hold nothing are none */
        memset(in_city, 1, (size_t)g->cells.width * g->cells.height);
    }
    place_nodes(g, in_city);
    free(in_city);
    if (g->road != NULL) {
        measure_roads(g);
    } else {
        for (uint32_t v = 0; v < g->node_count; v++) {
            g->extent[v] = 1;
        }
    }
    return err;
}

enum err ground_init(struct ground *g, const struct road *road, const struct road_weights *weights,
                     const struct ground_ring *rings, uint32_t ring_count,
                     const struct point *points, uint32_t point_count, struct fault *f)
{
    struct box box = ring_count > 0 ? box_of_rings(rings, ring_count) : box_empty();

    *g = (struct ground){ .road = road };
    if (box.west > box.east && road != NULL) {
        box = box_of_points(road->network.graph.at, road->network.graph.node_count, 0);
    } else if (box.west > box.east) {
        box = box_of_points(points, point_count, AROUND_MM);
    }
    if (box.west > box.east) {
        return fault_set(f, ERR_INVALID, "there is no place to count coverage over", NULL, NULL);
    }
    g->cells = cells_over(&box);
    enum err err = road != NULL ? lay_roads(g, weights, f) : lay_grid(g, f);

    return err == OK ? measure(g, rings, ring_count, f) : err;
}

void ground_fini(struct ground *g)
{
    roads_free(&g->out);
    roads_free(&g->in);
    free(g->arc_ms);
    free(g->grid);
    free(g->cell);
    free(g->extent);
    *g = (struct ground){ 0 };
}

bool ground_find(const struct ground *g, struct point p, struct ground_place *out)
{
    *out = (struct ground_place){ .at = p };
    if (!geo_valid(p) || g->node_count == 0) {
        return false;
    }
    if (g->road == NULL) {
        return true;
    }
    if (!road_snap(g->weights, p, &out->snap)) {
        return false;
    }
    out->off_ms = line_travel_ms(NULL, p, out->snap.at);
    return true;
}

static uint32_t add_off(const struct ground_place *p, struct seed *seeds, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        uint64_t ms = (uint64_t)seeds[k].ms + p->off_ms;

        seeds[k].ms = ms < ETA_INF_MS ? (uint32_t)ms : ETA_INF_MS;
    }
    return count;
}

uint32_t ground_depart(const struct ground *g, const struct ground_place *p, struct seed *seeds)
{
    return g->road != NULL ? add_off(p, seeds, road_depart(g->weights, &p->snap, seeds))
                           : grid_seeds(g, p->at, seeds);
}

uint32_t ground_arrive(const struct ground *g, const struct ground_place *p, struct seed *seeds)
{
    return g->road != NULL ? add_off(p, seeds, road_arrive(g->weights, &p->snap, seeds))
                           : grid_seeds(g, p->at, seeds);
}

uint32_t ground_ahead_ms(const struct ground *g, const struct ground_place *from,
                         const struct ground_place *to)
{
    uint32_t segment;

    if (g->road == NULL) {
        return line_travel_ms(NULL, from->at, to->at);
    }
    uint32_t ms = road_ahead_ms(g->weights, &from->snap, &to->snap, &segment);
    uint64_t whole = (uint64_t)ms + from->off_ms + to->off_ms;

    return ms < ETA_INF_MS && whole < ETA_INF_MS ? (uint32_t)whole : ETA_INF_MS;
}

uint32_t ground_counts_at(const struct ground *g, struct point p, uint32_t nodes[2])
{
    struct ground_place place;
    uint32_t count = 0;

    if (cell_of(&g->cells, p) == GROUND_NO_CELL || !ground_find(g, p, &place)) {
        return 0;
    }
    if (g->road == NULL) {
        nodes[count++] = grid_node(g, p);
    } else {
        const struct network *n = &g->road->network;

        for (uint32_t s = 2 * place.snap.piece; s <= 2 * place.snap.piece + 1; s++) {
            if (n->first_arc[s] < n->first_arc[s + 1]) {
                nodes[count++] = n->graph.head[n->arc[n->first_arc[s]]];
            }
        }
    }
    uint32_t in = 0;

    for (uint32_t k = 0; k < count; k++) {
        if (g->cell[nodes[k]] != GROUND_NO_CELL) {
            nodes[in++] = nodes[k];
        }
    }
    return in;
}
