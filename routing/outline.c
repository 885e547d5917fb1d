#include "routing/outline.h"

#include <stdlib.h>
#include <string.h>

/* Sides of a cell in the order in which a ring goes round it, the cell on its left. */
enum side { SIDE_BELOW, SIDE_RIGHT, SIDE_ABOVE, SIDE_LEFT, SIDES };

enum err outline_init(struct outline *o, uint32_t cells_max, struct fault *f)
{
    size_t cells = (size_t)cells_max + 2;

    *o = (struct outline){ .corner_room = 4 * cells_max + 4 };
    o->area = malloc(cells * sizeof(*o->area));
    o->list = malloc(cells * sizeof(*o->list));
    o->first = malloc(cells * sizeof(*o->first));
    o->walked = malloc(cells);
    o->corner = malloc(o->corner_room * sizeof(*o->corner));
    if (o->area == NULL || o->list == NULL || o->first == NULL || o->walked == NULL ||
        o->corner == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for outlines", NULL, NULL);
    }
    return OK;
}

void outline_fini(struct outline *o)
{
    free(o->area);
    free(o->list);
    free(o->first);
    free(o->walked);
    free(o->corner);
    *o = (struct outline){ 0 };
}

/* The cell one step from `cell` in the direction in which a ring runs along `side`; UINT32_MAX:
 * outside the grid. */
static uint32_t step(const struct outline *o, uint32_t cell, unsigned side)
{
    uint32_t x = cell % o->width;
    uint32_t y = cell / o->width;

    switch ((enum side)side) {
    case SIDE_BELOW:
        return x + 1 < o->width ? cell + 1 : UINT32_MAX;
    case SIDE_RIGHT:
        return y + 1 < o->height ? cell + o->width : UINT32_MAX;
    case SIDE_ABOVE:
        return x > 0 ? cell - 1 : UINT32_MAX;
    case SIDE_LEFT:
        return y > 0 ? cell - o->width : UINT32_MAX;
    case SIDES:
        break;
    }
    return UINT32_MAX;
}

static bool belongs(const struct outline *o, uint32_t cell, uint32_t n)
{
    return cell != UINT32_MAX && o->area[cell] == n;
}

/* All cells that hang together with one. */
static uint32_t gather(struct outline *o, const uint8_t *is_in, uint32_t cell, uint32_t end)
{
    uint32_t at = end;

    o->area[cell] = o->area_count;
    o->list[end++] = cell;
    for (; at < end; at++) {
        for (unsigned side = 0; side < SIDES; side++) {
            uint32_t next = step(o, o->list[at], side);

            if (next != UINT32_MAX && is_in[next] != 0 && o->area[next] == 0) {
                o->area[next] = o->area_count;
                o->list[end++] = next;
            }
        }
    }
    return end;
}

void outline_find(struct outline *o, const uint8_t *is_in, uint32_t width, uint32_t height)
{
    uint32_t cells = width * height;
    uint32_t end = 0;

    o->width = width;
    o->height = height;
    o->area_count = 0;
    memset(o->area, 0, cells * sizeof(*o->area));
    memset(o->walked, 0, cells);
    for (uint32_t cell = 0; cell < cells; cell++) {
        if (is_in[cell] != 0 && o->area[cell] == 0) {
            o->first[o->area_count++] = end;
            end = gather(o, is_in, cell, end);
        }
    }
    o->first[o->area_count] = end;
}

/* Nothing of the area lies beyond that side of a cell of it. */
static bool on_border(const struct outline *o, uint32_t cell, unsigned side)
{
    /* Beyond a side is where the ring along the side before it would run to. */
    return !belongs(o, step(o, cell, (side + SIDES - 1) % SIDES), o->area[cell]);
}

/* Goes round once along the border, the area on the left. At a corner where it meets itself it
 * stays with its cell, so that what only touches there is not taken for joined. */
static uint32_t walk(struct outline *o, uint32_t cell, unsigned side)
{
    uint32_t n = o->area[cell];
    uint32_t count = 0;

    while ((o->walked[cell] >> side & 1) == 0) {
        uint32_t ahead = step(o, cell, side);
        struct outline_corner end = { .x = cell % o->width, .y = cell / o->width };

        o->walked[cell] = (uint8_t)(o->walked[cell] | 1u << side);
        end.x += side == SIDE_BELOW || side == SIDE_RIGHT;
        end.y += side == SIDE_RIGHT || side == SIDE_ABOVE;
        if (!belongs(o, ahead, n)) {
            side = (side + 1) % SIDES;
        } else {
            uint32_t beside = step(o, ahead, (side + SIDES - 1) % SIDES);

            cell = ahead;
            if (!belongs(o, beside, n)) {
                continue;
            }
            cell = beside;
            side = (side + SIDES - 1) % SIDES;
        }
        must(count < o->corner_room);
        o->corner[count++] = end;
    }
    return count;
}

void outline_rings(struct outline *o, uint32_t n, outline_fn *fn, void *arg)
{
    must(n >= 1 && n <= o->area_count);
    /* The first cell is the lowest and of these the leftmost: what is below it is the outside. */
    uint32_t first = o->list[o->first[n - 1]];

    fn(arg, false, o->corner, walk(o, first, SIDE_BELOW));
    for (uint32_t i = o->first[n - 1]; i < o->first[n]; i++) {
        for (unsigned side = 0; side < SIDES; side++) {
            uint32_t cell = o->list[i];

            if (on_border(o, cell, side) && (o->walked[cell] >> side & 1) == 0) {
                fn(arg, true, o->corner, walk(o, cell, side));
            }
        }
    }
}
