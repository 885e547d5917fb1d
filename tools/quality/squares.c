#include "tools/quality/squares.h"

#include "base/geo.h"

#include <stdlib.h>
#include <string.h>

#define SIDE_MM 500000
#define NOT_ASKED UINT32_MAX

struct box {
    struct point low, high;
};

static void hold(struct box *b, struct point p)
{
    b->low.lon_e7 = p.lon_e7 < b->low.lon_e7 ? p.lon_e7 : b->low.lon_e7;
    b->low.lat_e7 = p.lat_e7 < b->low.lat_e7 ? p.lat_e7 : b->low.lat_e7;
    b->high.lon_e7 = p.lon_e7 > b->high.lon_e7 ? p.lon_e7 : b->high.lon_e7;
    b->high.lat_e7 = p.lat_e7 > b->high.lat_e7 ? p.lat_e7 : b->high.lat_e7;
}

static void measure(struct squares *s, const struct graph *g)
{
    struct box box = { g->at[0], g->at[0] };
    uint32_t side_mm = SIDE_MM;

    for (uint32_t v = 0; v < g->node_count; v++) {
        hold(&box, g->at[v]);
    }
    s->corner = box.low;
    do {
        s->lat_e7 = (int32_t)geo_span_lat_e7(side_mm);
        s->lon_e7 = (int32_t)geo_span_lon_e7(side_mm, box.low.lat_e7);
        s->columns = (uint32_t)((box.high.lon_e7 - box.low.lon_e7) / s->lon_e7) + 1;
        s->rows = (uint32_t)((box.high.lat_e7 - box.low.lat_e7) / s->lat_e7) + 1;
        side_mm += side_mm / 4;
    } while ((uint64_t)s->columns * s->rows > SQUARES_MAX);
}

static void find_middles(struct squares *s, const struct graph *g)
{
    for (uint32_t q = 0; q < squares_count(s); q++) {
        int32_t column = (int32_t)(q % s->columns);
        int32_t row = (int32_t)(q / s->columns);

        s->middle[q] =
            (struct point){ .lon_e7 = s->corner.lon_e7 + column * s->lon_e7 + s->lon_e7 / 2,
                            .lat_e7 = s->corner.lat_e7 + row * s->lat_e7 + s->lat_e7 / 2 };
    }
    for (uint32_t v = g->node_count; v > 0; v--) {
        s->middle[squares_of(s, g->at[v - 1])] = g->at[v - 1];
    }
}

enum err squares_init(struct squares *s, const struct road *road, struct fault *f)
{
    *s = (struct squares){ 0 };
    measure(s, &road->network.graph);
    size_t count = squares_count(s);

    s->middle = calloc(count, sizeof(*s->middle));
    s->ms = malloc(count * count * sizeof(*s->ms));
    if (s->middle == NULL || s->ms == NULL) {
        free(s->middle);
        free(s->ms);
        return fault_set(f, ERR_NO_MEMORY, "no memory for squares", NULL, NULL);
    }
    if (road_query_init(&s->query, road, f) != OK) {
        free(s->middle);
        free(s->ms);
        return f->err;
    }
    memset(s->ms, 0xff, count * count * sizeof(*s->ms));
    find_middles(s, &road->network.graph);
    return OK;
}

void squares_fini(struct squares *s)
{
    road_query_fini(&s->query);
    free(s->middle);
    free(s->ms);
    *s = (struct squares){ 0 };
}

static uint32_t step_of(int32_t from, int32_t to, int32_t side, uint32_t count)
{
    int64_t step = ((int64_t)to - from) / side;

    return step < 0 ? 0 : step >= count ? count - 1 : (uint32_t)step;
}

uint32_t squares_of(const struct squares *s, struct point p)
{
    uint32_t column = step_of(s->corner.lon_e7, p.lon_e7, s->lon_e7, s->columns);
    uint32_t row = step_of(s->corner.lat_e7, p.lat_e7, s->lat_e7, s->rows);

    return row * s->columns + column;
}

uint32_t squares_ms(struct squares *s, uint32_t from, uint32_t to)
{
    uint32_t *ms = &s->ms[(size_t)from * squares_count(s) + to];

    if (*ms == NOT_ASKED) {
        *ms = road_travel_ms(&s->query, s->middle[from], s->middle[to]);
    }
    return *ms;
}
