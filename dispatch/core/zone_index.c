#include "dispatch/core/zone_index.h"

#include "base/must.h"
#include "dispatch/core/world.h"

#define FAN ZONE_INDEX_FAN
#define CURVE_BITS 16

static const struct zone_box nowhere = { INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN };

static uint32_t over(uint32_t things)
{
    return (things + FAN - 1) / FAN;
}

/* A level has a sixteenth of the one below and at most one box more. */
uint32_t zone_index_edge_boxes(uint32_t points, uint32_t rings)
{
    return points / (FAN - 1) + ZONE_INDEX_LEVELS * rings + ZONE_INDEX_LEVELS;
}

uint32_t zone_index_zone_boxes(uint32_t zones)
{
    return zones / (FAN - 1) + ZONE_INDEX_LEVELS;
}

struct zone_tree zone_index_tree(const struct zone_box *boxes, uint32_t things)
{
    struct zone_tree t = { .boxes = boxes };
    uint32_t first = 0;

    for (uint32_t n = over(things); n > 0; n = n > 1 ? over(n) : 0) {
        must(t.levels < ZONE_INDEX_LEVELS);
        t.first[t.levels] = first;
        t.count[t.levels++] = n;
        first += n;
    }
    return t;
}

static void take_in(struct zone_box *b, const struct zone_box *other)
{
    b->west_e7 = other->west_e7 < b->west_e7 ? other->west_e7 : b->west_e7;
    b->south_e7 = other->south_e7 < b->south_e7 ? other->south_e7 : b->south_e7;
    b->east_e7 = other->east_e7 > b->east_e7 ? other->east_e7 : b->east_e7;
    b->north_e7 = other->north_e7 > b->north_e7 ? other->north_e7 : b->north_e7;
}

/* Levels above the leaves, which stand. Returns how many boxes there are. */
static uint32_t pile(struct zone_box *boxes, uint32_t things)
{
    struct zone_tree t = zone_index_tree(boxes, things);
    uint32_t used = t.levels > 0 ? t.count[0] : 0;

    for (uint32_t level = 1; level < t.levels; level++) {
        for (uint32_t n = 0; n < t.count[level]; n++) {
            struct zone_box *b = &boxes[used++];

            *b = nowhere;
            for (uint32_t k = n * FAN; k < (n + 1) * FAN && k < t.count[level - 1]; k++) {
                take_in(b, &boxes[t.first[level - 1] + k]);
            }
        }
    }
    return used;
}

/* Boxes of the runs of a ring's edges: an edge reaches to the next corner. */
static uint32_t box_edges(const struct point *at, uint32_t count, struct zone_box *boxes)
{
    for (uint32_t n = 0; n < over(count); n++) {
        boxes[n] = nowhere;
        for (uint32_t k = n * FAN; k <= (n + 1) * FAN && k <= count; k++) {
            const struct point *p = &at[k < count ? k : 0];
            struct zone_box corner = { p->lon_e7, p->lat_e7, p->lon_e7, p->lat_e7 };

            take_in(&boxes[n], &corner);
        }
    }
    return pile(boxes, count);
}

/* How far along the Hilbert curve of 2^16 by 2^16 cells the cell lies. */
static uint32_t along_curve(uint32_t x, uint32_t y)
{
    const uint32_t most = (1u << CURVE_BITS) - 1;
    uint32_t along = 0;

    for (uint32_t side = 1u << (CURVE_BITS - 1); side > 0; side /= 2) {
        bool right = (x & side) != 0;
        bool up = (y & side) != 0;

        along += side * side * ((right ? 3u : 0u) ^ (up ? 1u : 0u));
        if (!up) { /* each quarter is the curve again, turned */
            uint32_t turned = right ? most - y : y;

            y = right ? most - x : x;
            x = turned;
        }
    }
    return along;
}

static uint64_t place_of(const struct zone *z)
{
    int64_t lon = ((int64_t)z->west_e7 + z->east_e7) / 2 + 180 * (int64_t)DEG_E7;
    int64_t lat = ((int64_t)z->south_e7 + z->north_e7) / 2 + 90 * (int64_t)DEG_E7;
    uint32_t x = (uint32_t)(((uint64_t)lon << CURVE_BITS) / (361 * (uint64_t)DEG_E7));
    uint32_t y = (uint32_t)(((uint64_t)lat << CURVE_BITS) / (181 * (uint64_t)DEG_E7));

    return (uint64_t)along_curve(x, y) << 32;
}

static void sink(uint64_t *at, uint32_t count, uint32_t from)
{
    uint64_t value = at[from];
    uint32_t k = from;

    while (2 * k + 1 < count) {
        uint32_t child = 2 * k + 1;

        child += child + 1 < count && at[child + 1] > at[child] ? 1 : 0;
        if (at[child] <= value) {
            break;
        }
        at[k] = at[child];
        k = child;
    }
    at[k] = value;
}

void zone_index_sort(uint64_t *at, uint32_t count)
{
    for (uint32_t k = count / 2; k > 0; k--) {
        sink(at, count, k - 1);
    }
    for (uint32_t n = count; n > 1; n--) {
        uint64_t most = at[0];

        at[0] = at[n - 1];
        at[n - 1] = most;
        sink(at, n - 1, 0);
    }
}

static void box_zones(struct world *w)
{
    struct zone_index *x = &w->zone_index;

    zone_index_sort(x->order, x->zone_count);
    for (uint32_t n = 0; n < over(x->zone_count); n++) {
        x->zone_boxes[n] = nowhere;
        for (uint32_t k = n * FAN; k < (n + 1) * FAN && k < x->zone_count; k++) {
            const struct zone *z = &w->zones[(uint32_t)x->order[k]];
            struct zone_box box = { z->west_e7, z->south_e7, z->east_e7, z->north_e7 };

            take_in(&x->zone_boxes[n], &box);
        }
    }
    (void)pile(x->zone_boxes, x->zone_count);
}

void zone_index_build(struct world *w)
{
    struct zone_index *x = &w->zone_index;
    uint32_t used = 0;

    x->zone_count = 0;
    for (uint32_t i = 0; i < w->zone_count; i++) {
        const struct zone *z = &w->zones[i];

        if (z->ring_count > 0) {
            x->order[x->zone_count++] = place_of(z) | i;
        }
        for (uint32_t k = z->first_ring; k < z->first_ring + z->ring_count; k++) {
            x->ring_boxes[k] = used;
            used +=
                box_edges(&w->points[w->rings[k].first], w->rings[k].count, &x->edge_boxes[used]);
        }
    }
    must(used <= zone_index_edge_boxes(w->limits.points, w->limits.rings));
    box_zones(w);
}
