#include "routing/ground_city.h"

#include "base/geo.h"

#include <stdlib.h>

/* Of each row one column more than the grid has: where a run ends that reaches its east. */
struct marks {
    const struct ground_cells *c;
    uint8_t *flip;       /* from here on eastward it is the other way round */
    int32_t *border;     /* so many more edges run through the middles from here on */
    uint32_t low, above; /* rows that are marked */
};

struct point ground_cell_middle(const struct ground_cells *c, uint32_t cell)
{
    int64_t lon = c->west_e7 + (int64_t)(cell % c->width) * c->lon_e7 + c->lon_e7 / 2;
    int64_t lat = c->south_e7 + (int64_t)(cell / c->width) * c->lat_e7 + c->lat_e7 / 2;

    return (struct point){ (int32_t)lon, (int32_t)lat };
}

/* The first of `count` middles, `step` apart, that is not below `value`. */
static uint32_t first_from(int64_t value, int64_t middle, uint32_t step, uint32_t count)
{
    int64_t n = value <= middle ? 0 : (value - middle + step - 1) / step;

    return n < count ? (uint32_t)n : count;
}

static uint32_t column_from(const struct ground_cells *c, int64_t lon_e7)
{
    return first_from(lon_e7, c->west_e7 + c->lon_e7 / 2, c->lon_e7, c->width);
}

static uint32_t row_from(const struct ground_cells *c, int64_t lat_e7)
{
    return first_from(lat_e7, c->south_e7 + c->lat_e7 / 2, c->lat_e7, c->height);
}

static void mark_border(struct marks *m, uint32_t y, uint32_t from, uint32_t to)
{
    int32_t *row = &m->border[(size_t)y * (m->c->width + 1)];

    row[from]++;
    row[to]--;
}

/* An edge that crosses the row: all middles west of it see it, one may lie on it. */
static void mark_crossing(struct marks *m, uint32_t y, struct point a, struct point b)
{
    uint8_t *row = &m->flip[(size_t)y * (m->c->width + 1)];
    uint32_t from = 0;
    uint32_t to = m->c->width;
    bool on_it = false;

    while (from < to) {
        uint32_t x = from + (to - from) / 2;
        bool sees = false;
        bool on = geo_edge_passed(a, b, ground_cell_middle(m->c, y * m->c->width + x), &sees);

        if (!on && sees) {
            from = x + 1;
        } else {
            to = x;
            on_it = on; /* the last one that is not west of it is the first */
        }
    }
    row[0] ^= 1;
    row[from] ^= 1;
    if (on_it) {
        mark_border(m, y, from, from + 1);
    }
}

/* An edge that ends in the row or runs along it. */
static void mark_touching(struct marks *m, uint32_t y, int32_t lat_e7, struct point a,
                          struct point b)
{
    int64_t west = a.lat_e7 == lat_e7 ? a.lon_e7 : b.lon_e7;
    int64_t east = b.lat_e7 == lat_e7 ? b.lon_e7 : a.lon_e7;

    mark_border(m, y, column_from(m->c, west < east ? west : east),
                column_from(m->c, (west < east ? east : west) + 1));
}

static void mark_edge(struct marks *m, struct point a, struct point b)
{
    const struct ground_cells *c = m->c;
    uint32_t y = row_from(c, a.lat_e7 < b.lat_e7 ? a.lat_e7 : b.lat_e7);
    uint32_t above = row_from(c, (int64_t)(a.lat_e7 < b.lat_e7 ? b.lat_e7 : a.lat_e7) + 1);

    m->low = y < m->low ? y : m->low;
    m->above = above > m->above ? above : m->above;
    for (; y < above; y++) {
        int32_t lat_e7 = ground_cell_middle(c, y * c->width).lat_e7;

        if ((a.lat_e7 <= lat_e7) != (b.lat_e7 <= lat_e7)) {
            mark_crossing(m, y, a, b);
        } else {
            mark_touching(m, y, lat_e7, a, b);
        }
    }
}

/* Takes the ring's marks over and away. */
static void settle(struct marks *m, uint8_t *in_city)
{
    for (uint32_t y = m->low; y < m->above; y++) {
        uint8_t *flip = &m->flip[(size_t)y * (m->c->width + 1)];
        int32_t *border = &m->border[(size_t)y * (m->c->width + 1)];
        int32_t on = 0;
        uint8_t in = 0;

        for (uint32_t x = 0; x < m->c->width; x++) {
            in ^= flip[x];
            on += border[x];
            in_city[(size_t)y * m->c->width + x] ^= on > 0 ? 1 : in;
            flip[x] = 0;
            border[x] = 0;
        }
        flip[m->c->width] = 0;
        border[m->c->width] = 0;
    }
    m->low = UINT32_MAX;
    m->above = 0;
}

static bool any_of(const uint8_t *in_city, uint32_t cells)
{
    for (uint32_t k = 0; k < cells; k++) {
        if (in_city[k] != 0) {
            return true;
        }
    }
    return false;
}

enum err ground_mark_city(const struct ground_cells *c, const struct ground_ring *rings,
                          uint32_t count, uint8_t *in_city, bool *any, struct fault *f)
{
    size_t marks = ((size_t)c->width + 1) * c->height;
    struct marks m = { .c = c,
                       .flip = calloc(marks, sizeof(*m.flip)),
                       .border = calloc(marks, sizeof(*m.border)),
                       .low = UINT32_MAX };
    bool ok = m.flip != NULL && m.border != NULL;

    for (uint32_t k = 0; k < c->width * c->height; k++) {
        in_city[k] = 0;
    }
    for (uint32_t r = 0; ok && r < count; r++) {
        for (uint32_t k = 0; k < rings[r].count; k++) {
            mark_edge(&m, rings[r].points[k], rings[r].points[k + 1 < rings[r].count ? k + 1 : 0]);
        }
        settle(&m, in_city);
    }
    free(m.flip);
    free(m.border);
    *any = any_of(in_city, c->width * c->height);
    return ok ? OK : fault_set(f, ERR_NO_MEMORY, "no memory for a city's borders", NULL, NULL);
}
