#include "tools/city/streets.h"

#include <stdlib.h>
#include <string.h>

#define CELL_M 80.0
#define STEP_M 20.0
#define WALL_M 48.0
#define LIKE 0.72 /* cosine: within 44 degrees */

void samples_init(struct samples *s)
{
    memset(s, 0, sizeof(*s));
    s->side = (uint32_t)(2 * TERRAIN_HALF_M / CELL_M) + 1;
    s->cells = plane_alloc((size_t)s->side * s->side, sizeof(uint32_t));
    memset(s->cells, 0xff, (size_t)s->side * s->side * sizeof(uint32_t));
}

void samples_fini(struct samples *s)
{
    free(s->at);
    free(s->cells);
    memset(s, 0, sizeof(*s));
}

static uint32_t cell_of(const struct samples *s, double metres)
{
    double c = floor((metres + TERRAIN_HALF_M) / CELL_M);

    return c < 0 ? 0 : (c >= (double)s->side ? s->side - 1 : (uint32_t)c);
}

void samples_add(struct samples *s, struct vec at, struct vec along, bool wall)
{
    uint32_t *cell = &s->cells[(size_t)cell_of(s, at.y) * s->side + cell_of(s, at.x)];

    if (s->count == s->room) {
        s->room = s->room == 0 ? 8192 : s->room * 2;
        s->at = plane_grow(s->at, s->room, sizeof(*s->at));
    }
    s->at[s->count] = (struct sample){ .at = at, .along = along, .next = *cell, .wall = wall };
    *cell = s->count++;
}

void samples_line(struct samples *s, const struct path *line, bool wall)
{
    for (uint32_t i = 1; i < line->count; i++) {
        struct vec a = line->at[i - 1];
        double length = vec_distance(a, line->at[i]);
        uint32_t steps = (uint32_t)(length / STEP_M) + 1;
        struct vec along = vec_unit(vec_sub(line->at[i], a));

        for (uint32_t k = 0; k < steps; k++) {
            samples_add(s, vec_between(a, line->at[i], (double)k / steps), along, wall);
        }
    }
}

bool samples_beside(const struct samples *s, struct vec at, struct vec along, double reach,
                    bool walls)
{
    double far = reach > WALL_M ? reach : WALL_M;
    uint32_t x1 = cell_of(s, at.x + far);
    uint32_t y1 = cell_of(s, at.y + far);

    for (uint32_t y = cell_of(s, at.y - far); y <= y1; y++) {
        for (uint32_t x = cell_of(s, at.x - far); x <= x1; x++) {
            for (uint32_t i = s->cells[(size_t)y * s->side + x]; i != NONE; i = s->at[i].next) {
                const struct sample *k = &s->at[i];
                struct vec d = vec_sub(k->at, at);
                double q = vec_dot(d, d);
                double like = vec_dot(k->along, along);

                if ((walls && k->wall && q < WALL_M * WALL_M) ||
                    (q < reach * reach && (like > LIKE || like < -LIKE))) {
                    return true;
                }
            }
        }
    }
    return false;
}
