/* Rows of houses. Flats face south, as they do in China; works and shops stand along the block. */
#include "tools/city/places.h"

#include <stdlib.h>

#define HOUSES_MAX 40000

struct manner {
    double wide_low, wide_high, deep, gap, row; /* m; row: from front to front */
    double margin;
    uint32_t skip_percent;
    uint8_t floors_low, floors_high;
    bool south;
};

static const struct manner manners[] = {
    [USE_PLACE] = { 40, 70, 15, 26, 44, 12, 25, 3, 8, true },
    [USE_HOME] = { 34, 62, 12.5, 13, 37, 9, 10, 6, 30, true },
    [USE_OLD] = { 14, 24, 10.5, 4, 19, 5, 14, 1, 4, false },
    [USE_VILLAGE] = { 10, 15, 9, 5, 18, 6, 34, 1, 3, true },
    [USE_SHOP] = { 30, 48, 26, 12, 42, 7, 16, 4, 36, false },
    [USE_WORK] = { 60, 105, 36, 16, 56, 13, 22, 1, 3, false },
};

static bool stands_in(const struct path *ring, const struct path *closed, const struct vec *corner,
                      double margin)
{
    for (uint32_t i = 0; i < 4; i++) {
        struct vec half_way = vec_between(corner[i], corner[(i + 1) % 4], 0.5);

        if (!path_holds(ring, corner[i]) || path_distance(closed, corner[i]) < margin ||
            path_distance(closed, half_way) < margin) {
            return false;
        }
    }
    return true;
}

static void add_house(struct places *p, const struct vec *corner, uint8_t use, uint8_t floors)
{
    if (p->house_count == HOUSES_MAX) {
        return;
    }
    if (p->house_count == p->house_room) {
        p->house_room = p->house_room == 0 ? 4096 : p->house_room * 2;
        p->houses = plane_grow(p->houses, p->house_room, sizeof(*p->houses));
    }
    struct house *h = &p->houses[p->house_count++];

    for (uint32_t i = 0; i < 4; i++) {
        h->corner[i] = corner[i];
    }
    h->use = use;
    h->floors = floors;
}

/* Along the longest side of the block; for those that face south only when that is nearly
 * east-west. */
static struct vec row_direction(const struct path *ring, bool south)
{
    struct vec along = vec(1, 0);
    double longest = 0;

    for (uint32_t i = 0; i < ring->count; i++) {
        struct vec side = vec_sub(ring->at[(i + 1) % ring->count], ring->at[i]);
        double steep = (side.y < 0 ? -side.y : side.y) / (1e-9 + (side.x < 0 ? -side.x : side.x));

        if (vec_length(side) > longest && (!south || steep < 0.36)) {
            longest = vec_length(side);
            along = vec_unit(side);
        }
    }
    return along.x < 0 ? vec_scale(along, -1) : along;
}

/* The side river of the block's neighbourhood, or nothing. */
static const struct path *stream_near(const struct city *c, const struct path *ring)
{
    return path_distance(&c->land.stream, path_middle(ring)) < 500 ? &c->land.stream : NULL;
}

static bool is_dry(const struct city *c, const struct path *stream, const struct vec *corner)
{
    for (uint32_t i = 0; stream != NULL && i < 4; i++) {
        if (path_distance(stream, corner[i]) < c->land.stream_half + 9) {
            return false;
        }
    }
    return true;
}

static void fill(struct places *p, const struct city *c, const struct path *ring, uint8_t use,
                 struct prng *prng)
{
    const struct path *stream = stream_near(c, ring);
    const struct manner *m = &manners[use];
    struct vec x = row_direction(ring, m->south);
    struct vec y = vec_left(x);
    struct path closed = { 0 };
    double x0 = 1e18;
    double x1 = -1e18;
    double y0 = 1e18;
    double y1 = -1e18;
    uint8_t floors =
        (uint8_t)(m->floors_low + prng_below(prng, (uint64_t)(m->floors_high - m->floors_low) + 1));

    for (uint32_t i = 0; i <= ring->count; i++) {
        struct vec at = ring->at[i < ring->count ? i : 0];
        double px = vec_dot(at, x);
        double py = vec_dot(at, y);

        path_add(&closed, at);
        x0 = px < x0 ? px : x0;
        x1 = px > x1 ? px : x1;
        y0 = py < y0 ? py : y0;
        y1 = py > y1 ? py : y1;
    }
    double wide = plane_between(prng, m->wide_low, m->wide_high);

    for (double py = y0 + m->margin + 1; py + m->deep < y1; py += m->row) {
        for (double px = x0 + m->margin + 1; px + wide < x1;) {
            struct vec low = vec_along(vec_scale(x, px), y, py);
            struct vec corner[4] = { low, vec_along(low, x, wide),
                                     vec_along(vec_along(low, x, wide), y, m->deep),
                                     vec_along(low, y, m->deep) };

            if (!stands_in(ring, &closed, corner, m->margin) || !is_dry(c, stream, corner)) {
                px += 6;
                continue;
            }
            if (prng_below(prng, 100) >= m->skip_percent) {
                add_house(p, corner, use, floors);
            }
            px += wide + m->gap;
        }
    }
    path_free(&closed);
}

void places_build(struct places *p, const struct city *c, const struct blocks *b)
{
    struct prng prng;

    prng_seed(&prng, plane_hash(c->seed, 14, 0));
    for (uint32_t i = 0; i < b->count; i++) {
        struct path ring = { 0 };
        uint8_t use = b->at[i].use;

        if (use >= sizeof(manners) / sizeof(manners[0]) || manners[use].row == 0 ||
            b->at[i].area < 900 || b->at[i].area > 600000) {
            continue;
        }
        blocks_path(b, &c->graph, i, &ring);
        fill(p, c, &ring, use, &prng);
        path_free(&ring);
    }
}
