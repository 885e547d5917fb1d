#include "routing/snap.h"

#include "base/geo.h"

#include <stdlib.h>
#include <string.h>

#define CELL_MM 200000
#define CELLS_MAX (UINT32_C(1) << 22)
#define LINES_MAX (UINT64_C(1) << 26)

/* Out of the grid: its nearest cell. */
static uint32_t cell_of(int64_t value, int64_t low, uint32_t size, uint32_t count)
{
    int64_t cell = value < low ? 0 : (value - low) / size;

    return cell >= count ? count - 1 : (uint32_t)cell;
}

struct snap_box snap_box_of(const struct snap_grid *g, struct point a, struct point b)
{
    int32_t west = a.lon_e7 < b.lon_e7 ? a.lon_e7 : b.lon_e7;
    int32_t east = a.lon_e7 < b.lon_e7 ? b.lon_e7 : a.lon_e7;
    int32_t south = a.lat_e7 < b.lat_e7 ? a.lat_e7 : b.lat_e7;
    int32_t north = a.lat_e7 < b.lat_e7 ? b.lat_e7 : a.lat_e7;

    return (struct snap_box){ .x0 = cell_of(west, g->low_lon_e7, g->cell_lon_e7, g->width),
                              .y0 = cell_of(south, g->low_lat_e7, g->cell_lat_e7, g->height),
                              .x1 = cell_of(east, g->low_lon_e7, g->cell_lon_e7, g->width),
                              .y1 = cell_of(north, g->low_lat_e7, g->cell_lat_e7, g->height) };
}

static void measure(struct snap_grid *g, const struct network *n)
{
    int64_t low_lon = INT32_MAX;
    int64_t low_lat = INT32_MAX;
    int64_t high_lon = INT32_MIN;
    int64_t high_lat = INT32_MIN;

    for (uint32_t i = 0; i < n->point_count; i++) {
        low_lon = n->shape[i].lon_e7 < low_lon ? n->shape[i].lon_e7 : low_lon;
        low_lat = n->shape[i].lat_e7 < low_lat ? n->shape[i].lat_e7 : low_lat;
        high_lon = n->shape[i].lon_e7 > high_lon ? n->shape[i].lon_e7 : high_lon;
        high_lat = n->shape[i].lat_e7 > high_lat ? n->shape[i].lat_e7 : high_lat;
    }
    g->low_lon_e7 = low_lon;
    g->low_lat_e7 = low_lat;
    for (g->cell_mm = CELL_MM;; g->cell_mm *= 2) {
        g->cell_lat_e7 = geo_span_lat_e7(g->cell_mm);
        g->cell_lon_e7 = geo_span_lon_e7(g->cell_mm, (int32_t)((low_lat + high_lat) / 2));
        int64_t width = n->point_count == 0 ? 1 : (high_lon - low_lon) / g->cell_lon_e7 + 1;
        int64_t height = n->point_count == 0 ? 1 : (high_lat - low_lat) / g->cell_lat_e7 + 1;

        if (width * height <= CELLS_MAX) {
            g->width = (uint32_t)width;
            g->height = (uint32_t)height;
            return;
        }
    }
}

/* Calls for each line of each piece and each cell its box covers: first to count, then to fill. */
static uint64_t sweep(struct snap_grid *g, bool fill)
{
    const struct network *n = g->network;
    uint64_t total = 0;

    for (uint32_t p = 0; p < n->piece_count; p++) {
        const struct piece *piece = &n->piece[p];

        for (uint32_t i = 0; i + 1 < piece->point_count; i++) {
            uint32_t at = piece->first_point + i;
            struct snap_box b = snap_box_of(g, n->shape[at], n->shape[at + 1]);

            total += (uint64_t)(b.x1 - b.x0 + 1) * (b.y1 - b.y0 + 1);
            if (total > LINES_MAX) {
                return total;
            }
            for (uint32_t y = b.y0; y <= b.y1; y++) {
                for (uint32_t x = b.x0; x <= b.x1; x++) {
                    uint32_t cell = y * g->width + x;

                    if (fill) {
                        g->line[g->first_line[cell + 1]++] = (struct snap_line){ p, at };
                    } else {
                        g->first_line[cell + 2]++;
                    }
                }
            }
        }
    }
    return total;
}

enum err snap_grid_build(struct snap_grid *g, const struct network *n, struct fault *f)
{
    *g = (struct snap_grid){ .network = n };
    measure(g, n);
    uint32_t cells = g->width * g->height;

    g->first_line = calloc((size_t)cells + 2, sizeof(*g->first_line));
    if (g->first_line == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for a grid of roads", NULL, NULL);
    }
    uint64_t total = sweep(g, false);

    if (total > LINES_MAX) {
        snap_grid_free(g);
        return fault_set(f, ERR_INVALID, "roads too long for a grid", NULL, NULL);
    }
    for (uint32_t c = 0; c < cells; c++) {
        g->first_line[c + 2] += g->first_line[c + 1];
    }
    g->line = malloc((total + 1) * sizeof(*g->line));
    if (g->line == NULL) {
        snap_grid_free(g);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a grid of roads", NULL, NULL);
    }
    (void)sweep(g, true);
    return OK;
}

void snap_grid_free(struct snap_grid *g)
{
    free(g->first_line);
    free(g->line);
    *g = (struct snap_grid){ 0 };
}

struct nearest_line {
    struct snap_line line;
    uint32_t along_q16;
    uint32_t off_mm;
    struct point at;
};

struct search {
    const struct snap_grid *g;
    struct point p;
    snap_filter_fn *take; /* NULL: all */
    void *arg;
    struct nearest_line best;
    int64_t reach_lon_e7, reach_lat_e7; /* nothing farther off can be as near as the best */
};

/* A tenth more than it takes, as the scale is that of `p` and narrows towards the poles; and what
 * rounding may hide. */
static void set_reach(struct search *s)
{
    s->reach_lon_e7 = (int64_t)geo_span_lon_e7(s->best.off_mm, s->p.lat_e7) / 9 * 10 + 20;
    s->reach_lat_e7 = (int64_t)geo_span_lat_e7(s->best.off_mm) + 20;
}

static bool beyond(int64_t a, int64_t b, int64_t p, int64_t reach)
{
    return (a < p - reach && b < p - reach) || (a > p + reach && b > p + reach);
}

/* Its box says so, at a fraction of what its distance costs. */
static bool out_of_reach(const struct search *s, struct point a, struct point b)
{
    return beyond(a.lat_e7, b.lat_e7, s->p.lat_e7, s->reach_lat_e7) ||
           beyond(a.lon_e7, b.lon_e7, s->p.lon_e7, s->reach_lon_e7);
}

/* What is nearest on a line stands in the cell it lies in: others of the line's need no look. */
static bool cell_out_of_reach(const struct search *s, uint32_t x, uint32_t y)
{
    const struct snap_grid *g = s->g;
    int64_t west = g->low_lon_e7 + (int64_t)x * g->cell_lon_e7;
    int64_t south = g->low_lat_e7 + (int64_t)y * g->cell_lat_e7;

    return beyond(west, west + g->cell_lon_e7, s->p.lon_e7, s->reach_lon_e7) ||
           beyond(south, south + g->cell_lat_e7, s->p.lat_e7, s->reach_lat_e7);
}

static void look_at_cell(struct search *s, uint32_t x, uint32_t y)
{
    const struct snap_grid *g = s->g;
    const struct network *n = g->network;
    struct nearest_line *best = &s->best;
    uint32_t cell = y * g->width + x;

    if (cell_out_of_reach(s, x, y)) {
        return;
    }
    for (uint32_t i = g->first_line[cell]; i < g->first_line[cell + 1]; i++) {
        struct snap_line l = g->line[i];
        uint32_t along_q16;

        if (out_of_reach(s, n->shape[l.point], n->shape[l.point + 1])) {
            continue;
        }
        struct point at =
            geo_nearest_on_line(n->shape[l.point], n->shape[l.point + 1], s->p, &along_q16);
        uint32_t off_mm = geo_distance_mm(at, s->p);

        if ((off_mm < best->off_mm || (off_mm == best->off_mm && l.point < best->line.point)) &&
            (s->take == NULL || s->take(s->arg, l.piece))) {
            *best = (struct nearest_line){ l, along_q16, off_mm, at };
            set_reach(s);
        }
    }
}

/* The cells at `ring` steps from the middle one, as far as they are in the grid. */
static void look_at_ring(struct search *s, uint32_t mx, uint32_t my, uint32_t ring)
{
    const struct snap_grid *g = s->g;
    uint32_t y0 = my >= ring ? my - ring : 0;
    uint32_t y1 = my + ring < g->height ? my + ring : g->height - 1;
    uint32_t x0 = mx >= ring ? mx - ring : 0;
    uint32_t x1 = mx + ring < g->width ? mx + ring : g->width - 1;

    for (uint32_t y = y0; y <= y1; y++) {
        if (y + ring == my || y == my + ring) {
            for (uint32_t x = x0; x <= x1; x++) {
                look_at_cell(s, x, y);
            }
            continue;
        }
        if (x0 + ring == mx) {
            look_at_cell(s, x0, y);
        }
        if (x1 == mx + ring && x1 != x0) {
            look_at_cell(s, x1, y);
        }
    }
}

static int32_t between(int64_t low, int64_t value, int64_t high)
{
    return (int32_t)(value < low ? low : value > high ? high : value);
}

/* The point of the grid nearest to one outside: from far away every road is as good as any other,
 * and all would be looked at. */
static struct point into_grid(const struct snap_grid *g, struct point p)
{
    int64_t east = g->low_lon_e7 + (int64_t)g->width * g->cell_lon_e7;
    int64_t north = g->low_lat_e7 + (int64_t)g->height * g->cell_lat_e7;

    return (struct point){
        .lon_e7 = between(g->low_lon_e7, p.lon_e7, east < INT32_MAX ? east : INT32_MAX),
        .lat_e7 = between(g->low_lat_e7, p.lat_e7, north < INT32_MAX ? north : INT32_MAX)
    };
}

static struct snap finish(const struct snap_grid *g, const struct nearest_line *best)
{
    const struct network *n = g->network;
    const struct piece *piece = &n->piece[best->line.piece];
    uint64_t along_mm = 0;

    for (uint32_t i = piece->first_point; i < best->line.point; i++) {
        along_mm += geo_distance_mm(n->shape[i], n->shape[i + 1]);
    }
    along_mm +=
        (uint64_t)geo_distance_mm(n->shape[best->line.point], n->shape[best->line.point + 1]) *
            best->along_q16 >>
        16;
    return (struct snap){ .piece = best->line.piece,
                          .along_mm =
                              along_mm < piece->length_mm ? (uint32_t)along_mm : piece->length_mm,
                          .off_mm = best->off_mm,
                          .at = best->at };
}

static bool find(struct search *s, uint32_t most_mm)
{
    const struct snap_grid *g = s->g;
    uint32_t mx = cell_of(s->p.lon_e7, g->low_lon_e7, g->cell_lon_e7, g->width);
    uint32_t my = cell_of(s->p.lat_e7, g->low_lat_e7, g->cell_lat_e7, g->height);
    uint32_t rings = g->width > g->height ? g->width : g->height;

    s->best = (struct nearest_line){ .line = { NODE_NONE, UINT32_MAX }, .off_mm = UINT32_MAX };
    for (uint32_t ring = 0; ring <= rings; ring++) {
        /* Whatever lies in this ring is a cell less than `ring` away, a tenth off for the narrowing
         * of the cells towards the poles. */
        uint64_t least_mm = ring < 2 ? 0 : (uint64_t)(ring - 1) * g->cell_mm / 10 * 9;

        if ((s->best.line.piece != NODE_NONE && s->best.off_mm < least_mm) || most_mm < least_mm) {
            break;
        }
        look_at_ring(s, mx, my, ring);
    }
    return s->best.line.piece != NODE_NONE;
}

bool snap_find_among(const struct snap_grid *g, struct point p, uint32_t most_mm,
                     snap_filter_fn *take, void *arg, struct snap *out)
{
    struct search s = { .g = g,
                        .p = into_grid(g, p),
                        .take = take,
                        .arg = arg,
                        .reach_lon_e7 = INT64_MAX / 4,
                        .reach_lat_e7 = INT64_MAX / 4 };

    if (!find(&s, most_mm)) {
        return false;
    }
    *out = finish(g, &s.best);
    out->off_mm = geo_distance_mm(s.best.at, p);
    return out->off_mm <= most_mm;
}

/* Keeps the nearest of each piece, in order; what has no room falls off the end. */
static uint32_t keep_near(struct nearest_line *kept, uint32_t count, uint32_t room,
                          struct nearest_line found)
{
    uint32_t at = 0;

    while (at < count && kept[at].line.piece != found.line.piece) {
        at++;
    }
    if (at < count &&
        (kept[at].off_mm < found.off_mm ||
         (kept[at].off_mm == found.off_mm && kept[at].line.point <= found.line.point))) {
        return count;
    }
    if (at == count) {
        if (count == room && (room == 0 || kept[count - 1].off_mm <= found.off_mm)) {
            return count;
        }
        at = count < room ? count++ : count - 1;
    }
    for (; at > 0 && kept[at - 1].off_mm > found.off_mm; at--) {
        kept[at] = kept[at - 1];
    }
    kept[at] = found;
    return count;
}

uint32_t snap_near(const struct snap_grid *g, struct point p, uint32_t most_mm, struct snap *out,
                   uint32_t room)
{
    const struct network *n = g->network;
    struct nearest_line kept[SNAP_NEAR_MAX];
    uint32_t count = 0;
    uint32_t reach = most_mm < g->cell_mm ? 1 : 2;
    uint32_t mx = cell_of(p.lon_e7, g->low_lon_e7, g->cell_lon_e7, g->width);
    uint32_t my = cell_of(p.lat_e7, g->low_lat_e7, g->cell_lat_e7, g->height);

    room = room < SNAP_NEAR_MAX ? room : SNAP_NEAR_MAX;
    for (uint32_t y = my > reach ? my - reach : 0; y <= my + reach && y < g->height; y++) {
        for (uint32_t x = mx > reach ? mx - reach : 0; x <= mx + reach && x < g->width; x++) {
            uint32_t cell = y * g->width + x;

            for (uint32_t i = g->first_line[cell]; i < g->first_line[cell + 1]; i++) {
                struct nearest_line l = { .line = g->line[i] };

                l.at = geo_nearest_on_line(n->shape[l.line.point], n->shape[l.line.point + 1], p,
                                           &l.along_q16);
                l.off_mm = geo_distance_mm(l.at, p);
                if (l.off_mm <= most_mm) {
                    count = keep_near(kept, count, room, l);
                }
            }
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        out[i] = finish(g, &kept[i]);
    }
    return count;
}

bool snap_find(const struct snap_grid *g, struct point p, struct snap *out)
{
    return snap_find_among(g, p, UINT32_MAX, NULL, NULL, out);
}
