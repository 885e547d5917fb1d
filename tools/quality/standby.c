#include "tools/quality/standby.h"

#include "base/geo.h"

#include <stdlib.h>

/* What is known before the first call weighs as much as so many calls. Source: ours; from 75 to 300
 * the figures are the same. */
#define STANDBY_PRIOR_CALLS UINT32_C(75)
#define STANDBY_CALL_WEIGHT UINT32_C(10000)
#define STANDBY_SQUARE_M 500

static const uint32_t rings[COVERAGE_RINGS] = { 60000, 180000, 300000 };

static uint64_t square_of(struct point p)
{
    struct point centre = geo_cell_centre(p, STANDBY_SQUARE_M);

    return (uint64_t)(uint32_t)centre.lat_e7 << 32 | (uint32_t)centre.lon_e7;
}

static int by_square(const void *a, const void *b)
{
    const struct standby_node *x = a;
    const struct standby_node *y = b;

    if (x->square != y->square) {
        return x->square < y->square ? -1 : 1;
    }
    return (x->node > y->node) - (x->node < y->node);
}

static void part_into_squares(struct standby *c)
{
    const struct graph *g = &c->road->network.graph;

    for (uint32_t v = 0; v < c->node_count; v++) {
        c->by_square[v] = (struct standby_node){ square_of(g->at[v]), v };
    }
    qsort(c->by_square, c->node_count, sizeof(*c->by_square), by_square);
}

static enum err build(struct standby *c, uint32_t units, struct fault *f)
{
    const struct graph *g = &c->road->network.graph;
    uint32_t *ms = malloc((g->arc_count + 1) * sizeof(*ms));
    enum err err = ms != NULL ? OK : fault_set(f, ERR_NO_MEMORY, "no memory", NULL, NULL);

    for (uint32_t a = 0; err == OK && a < g->arc_count; a++) {
        ms[a] = weights_arc_ms(&c->road->free, a, false);
    }
    err = err == OK ? roads_build(&c->out, g, ms, ROADS_OUT, f) : err;
    err = err == OK ? roads_build(&c->in, g, ms, ROADS_IN, f) : err;
    free(ms);
    if (err == OK) {
        err = coverage_init(&c->coverage, (struct coverage_roads){ &c->out, &c->in }, units, rings,
                            c->weight, f);
    }
    return err;
}

enum err standby_init(struct standby *c, const struct road *road, uint32_t units, struct fault *f)
{
    uint32_t nodes = road->network.graph.node_count;

    *c = (struct standby){ .road = road,
                           .weight = malloc((nodes + 1) * sizeof(*c->weight)),
                           .by_square = malloc((nodes + 1) * sizeof(*c->by_square)),
                           .node_count = nodes,
                           .spot = calloc(units, sizeof(*c->spot)) };
    if (c->weight == NULL || c->by_square == NULL || c->spot == NULL) {
        standby_fini(c);
        return fault_set(f, ERR_NO_MEMORY, "no memory for coverage", NULL, NULL);
    }
    for (uint32_t v = 0; v < nodes; v++) {
        c->weight[v] = STANDBY_PRIOR_CALLS * STANDBY_CALL_WEIGHT / nodes + 1;
        c->whole += c->weight[v];
    }
    part_into_squares(c);
    if (build(c, units, f) != OK) {
        standby_fini(c);
        return f->err;
    }
    return OK;
}

void standby_fini(struct standby *c)
{
    coverage_fini(&c->coverage);
    roads_free(&c->out);
    roads_free(&c->in);
    free(c->weight);
    free(c->by_square);
    free(c->spot);
    *c = (struct standby){ 0 };
}

/* The first node of a square, and how many there are. */
static uint32_t find_square(const struct standby *c, uint64_t square, uint32_t *count)
{
    uint32_t low = 0;
    uint32_t high = c->node_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (c->by_square[middle].square < square) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *count = 0;
    while (low + *count < c->node_count && c->by_square[low + *count].square == square) {
        ++*count;
    }
    return low;
}

void standby_learn(struct standby *c, struct point at)
{
    uint32_t count;
    uint32_t first = find_square(c, square_of(at), &count);

    for (uint32_t i = first; i < first + count; i++) { /* none: nobody gets there by road */
        uint32_t v = c->by_square[i].node;

        c->weight[v] += STANDBY_CALL_WEIGHT / count;
        c->whole += STANDBY_CALL_WEIGHT / count;
        for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
            c->coverage.total.weight[r] +=
                c->coverage.units[v].within[r] > 0 ? STANDBY_CALL_WEIGHT / count : 0;
        }
    }
}

static enum err count_unit(struct standby *c, uint32_t unit, struct point at, struct fault *f)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    struct snap place;
    uint32_t count =
        road_snap(&c->road->free, at, &place) ? road_depart(&c->road->free, &place, seeds) : 0;

    c->spot[unit] = (struct standby_spot){ .at = at, .counts = count > 0 };
    if (count == 0) {
        coverage_drop(&c->coverage, unit);
        return OK;
    }
    return coverage_put(&c->coverage, unit, seeds, count, f);
}

enum err standby_follow(struct standby *c, struct fleet *fleet, int64_t now_ms, struct fault *f)
{
    for (uint32_t u = 0; u < fleet->count; u++) {
        struct standby_spot *spot = &c->spot[u];

        if (fleet->unit[u].away) {
            if (spot->counts) {
                coverage_drop(&c->coverage, u);
                spot->counts = false;
            }
            continue;
        }
        struct point at = fleet_place(fleet, u, now_ms);
        bool moved = at.lon_e7 != spot->at.lon_e7 || at.lat_e7 != spot->at.lat_e7;

        if ((moved || !spot->counts) && count_unit(c, u, at, f) != OK) {
            return f->err;
        }
    }
    return OK;
}

uint32_t standby_share_ppm(const struct standby *c)
{
    return (uint32_t)(c->coverage.total.weight[STANDBY_FIVE_MINUTES] * 1000000 / c->whole);
}
