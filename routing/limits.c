#include "routing/limits.h"

#include "base/geo.h"

struct sweep {
    const struct snap_grid *grid;
    const struct road_limit *limit;
    limits_fn *fn;
    void *arg;
};

static inline int64_t lower(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t higher(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void sweep_point(const struct sweep *s)
{
    struct snap place;

    if (snap_find(s->grid, s->limit->points[0], &place) && place.off_mm <= LIMIT_NEAR_MM) {
        s->fn(s->arg, place.piece);
    }
}

/* Roads that the stroke from `a` to `b` crosses in one cell. */
static void cross_in_cell(const struct sweep *s, struct point a, struct point b, uint32_t cell)
{
    const struct snap_grid *g = s->grid;
    const struct point *shape = g->network->shape;
    uint32_t told = NODE_NONE;

    for (uint32_t i = g->first_line[cell]; i < g->first_line[cell + 1]; i++) {
        struct snap_line line = g->line[i];

        if (line.piece != told && geo_lines_meet(a, b, shape[line.point], shape[line.point + 1])) {
            s->fn(s->arg, line.piece);
            told = line.piece;
        }
    }
}

/* Where the stroke from `a` in the south to `b` in the north is at a latitude between them, to less
 * than a unit. */
static int32_t lon_at(struct point a, struct point b, int64_t lat_e7)
{
    int64_t rise = (int64_t)b.lat_e7 - a.lat_e7;

    return (int32_t)(a.lon_e7 + (__int128)((int64_t)b.lon_e7 - a.lon_e7) * (lat_e7 - a.lat_e7) /
                                    (rise > 0 ? rise : 1));
}

/* The ends of the stroke within a row of cells; false: it does not come into the row. The row's
 * northern border belongs to it here. That is enough: ends of roads are whole units, and a road
 * that is crossed between two of them stands in the cells of both. */
static bool stroke_in_row(const struct snap_grid *g, struct point a, struct point b, uint32_t row,
                          struct point *from, struct point *to)
{
    int64_t low = g->low_lat_e7 + (int64_t)row * g->cell_lat_e7;
    int64_t south = higher(low, a.lat_e7);
    int64_t north = lower(low + g->cell_lat_e7, b.lat_e7);

    if (south > north) {
        return false;
    }
    bool level = a.lat_e7 == b.lat_e7;

    *from = (struct point){ level ? a.lon_e7 : lon_at(a, b, south), (int32_t)south };
    *to = (struct point){ level ? b.lon_e7 : lon_at(a, b, north), (int32_t)south };
    return true;
}

static void sweep_stroke(const struct sweep *s, struct point from, struct point to)
{
    const struct snap_grid *g = s->grid;
    bool rises = from.lat_e7 <= to.lat_e7;
    struct point a = rises ? from : to;
    struct point b = rises ? to : from;
    struct snap_box rows = snap_box_of(g, a, b);

    for (uint32_t y = rows.y0; y <= rows.y1; y++) {
        struct point enters;
        struct point leaves;

        if (!stroke_in_row(g, a, b, y, &enters, &leaves)) {
            continue;
        }
        struct snap_box cells = snap_box_of(g, enters, leaves);

        for (uint32_t x = cells.x0; x <= cells.x1; x++) {
            cross_in_cell(s, a, b, y * g->width + x);
        }
    }
}

/* The corners of the box around the drawing. */
static void bound(const struct road_limit *l, struct point *low, struct point *high)
{
    *low = l->points[0];
    *high = l->points[0];
    for (uint32_t i = 1; i < l->point_count; i++) {
        struct point p = l->points[i];

        low->lon_e7 = p.lon_e7 < low->lon_e7 ? p.lon_e7 : low->lon_e7;
        low->lat_e7 = p.lat_e7 < low->lat_e7 ? p.lat_e7 : low->lat_e7;
        high->lon_e7 = p.lon_e7 > high->lon_e7 ? p.lon_e7 : high->lon_e7;
        high->lat_e7 = p.lat_e7 > high->lat_e7 ? p.lat_e7 : high->lat_e7;
    }
}

/* A line that has a part inside begins inside, or else meets the border. */
static bool in_area(const struct road_limit *l, struct point a, struct point b)
{
    if (geo_in_ring(l->points, l->point_count, a)) {
        return true;
    }
    for (uint32_t i = 0; i < l->point_count; i++) {
        uint32_t next = i + 1 < l->point_count ? i + 1 : 0;

        if (geo_lines_meet(l->points[i], l->points[next], a, b)) {
            return true;
        }
    }
    return false;
}

/* Each line once: in the first of its cells that lie in the box of the area. */
static void sweep_cell(const struct sweep *s, const struct snap_box *box, uint32_t x, uint32_t y)
{
    const struct snap_grid *g = s->grid;
    const struct point *shape = g->network->shape;
    uint32_t cell = y * g->width + x;
    uint32_t told = NODE_NONE;

    for (uint32_t i = g->first_line[cell]; i < g->first_line[cell + 1]; i++) {
        struct snap_line line = g->line[i];
        struct snap_box own = snap_box_of(g, shape[line.point], shape[line.point + 1]);
        bool first = x == (own.x0 > box->x0 ? own.x0 : box->x0) &&
                     y == (own.y0 > box->y0 ? own.y0 : box->y0);

        if (first && line.piece != told &&
            in_area(s->limit, shape[line.point], shape[line.point + 1])) {
            s->fn(s->arg, line.piece);
            told = line.piece;
        }
    }
}

static void sweep_area(const struct sweep *s)
{
    struct point low;
    struct point high;

    bound(s->limit, &low, &high);
    struct snap_box box = snap_box_of(s->grid, low, high);

    for (uint32_t y = box.y0; y <= box.y1; y++) {
        for (uint32_t x = box.x0; x <= box.x1; x++) {
            sweep_cell(s, &box, x, y);
        }
    }
}

void limits_each(const struct snap_grid *g, const struct road_limit *limit, limits_fn *fn,
                 void *arg)
{
    struct sweep s = { .grid = g, .limit = limit, .fn = fn, .arg = arg };

    if (limit->point_count == 1) {
        sweep_point(&s);
    } else if (limit->area) {
        sweep_area(&s);
    } else {
        for (uint32_t i = 0; i + 1 < limit->point_count; i++) {
            sweep_stroke(&s, limit->points[i], limit->points[i + 1]);
        }
    }
}

struct naming {
    const struct network *network;
    uint32_t best; /* the piece that names the place, NODE_NONE */
    bool met;
};

static bool names_better(const struct network *n, uint32_t piece, uint32_t than)
{
    const struct piece *a = &n->piece[piece];
    const struct piece *b = &n->piece[than];
    bool a_bridge = (a->flags & PIECE_BRIDGE) != 0;
    bool b_bridge = (b->flags & PIECE_BRIDGE) != 0;

    if (a_bridge != b_bridge) {
        return a_bridge;
    }
    return a->length_mm != b->length_mm ? a->length_mm > b->length_mm : piece < than;
}

static void consider_name(void *arg, uint32_t piece)
{
    struct naming *naming = arg;
    const struct network *n = naming->network;

    naming->met = true;
    if (network_name(n, piece)[0] != '\0' &&
        (naming->best == NODE_NONE || names_better(n, piece, naming->best))) {
        naming->best = piece;
    }
}

bool limits_name(const struct snap_grid *g, const struct road_limit *limit, const char **name)
{
    struct naming naming = { .network = g->network, .best = NODE_NONE };

    limits_each(g, limit, consider_name, &naming);
    *name = naming.best != NODE_NONE ? network_name(g->network, naming.best) : "";
    return naming.met;
}
