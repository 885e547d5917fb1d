/* Outlines: the rings of each area hold exactly its cells. */
#include "base/geo.h"
#include "base/prng.h"
#include "routing/outline.h"
#include "tests/suite.h"

#include <string.h>

#define SIDE 12
#define GRIDS 200

struct stage {
    struct outline o;
    uint8_t is_in[SIDE * SIDE];
    uint32_t width, height;
    /* of the area under way */
    uint8_t inside[SIDE * SIDE];
    uint32_t rings;
};

static void raise_stage(struct stage *s, uint64_t seed)
{
    struct fault f;
    struct prng random;

    prng_seed(&random, seed);
    *s = (struct stage){ .width = 1 + (uint32_t)prng_below(&random, SIDE),
                         .height = 1 + (uint32_t)prng_below(&random, SIDE) };
    uint64_t density = 1 + prng_below(&random, 9);

    for (uint32_t k = 0; k < s->width * s->height; k++) {
        s->is_in[k] = prng_below(&random, 10) < density;
    }
    ck_assert_int_eq(outline_init(&s->o, SIDE * SIDE, &f), OK);
    outline_find(&s->o, s->is_in, s->width, s->height);
}

/* Twice the area; above 0 where the ring goes counterclockwise. */
static int64_t doubled(const struct outline_corner *k, uint32_t count)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct outline_corner *next = &k[(i + 1) % count];

        sum += (int64_t)k[i].x * next->y - (int64_t)next->x * k[i].y;
    }
    return sum;
}

static void on_ring(void *arg, bool hole, const struct outline_corner *k, uint32_t count)
{
    struct stage *s = arg;
    struct point ring[4 * SIDE * SIDE + 4];

    ck_assert_uint_ge(count, 4);
    ck_assert(hole == (s->rings > 0));
    ck_assert(hole ? doubled(k, count) < 0 : doubled(k, count) > 0);
    s->rings++;
    for (uint32_t i = 0; i < count; i++) {
        const struct outline_corner *next = &k[(i + 1) % count];
        const struct outline_corner *after = &k[(i + 2) % count];

        ck_assert((k[i].x == next->x) != (k[i].y == next->y));   /* along the grid */
        ck_assert((k[i].x == next->x) != (next->x == after->x)); /* a corner, not a point between */
        ring[i] = (struct point){ (int32_t)k[i].x * 2, (int32_t)k[i].y * 2 };
    }
    for (uint32_t cell = 0; cell < s->width * s->height; cell++) {
        struct point middle = { (int32_t)(cell % s->width) * 2 + 1,
                                (int32_t)(cell / s->width) * 2 + 1 };

        s->inside[cell] ^= geo_in_ring(ring, count, middle);
    }
}

START_TEST(the_rings_of_an_area_hold_its_cells_and_no_other)
{
    struct stage s;
    uint32_t cells = 0;

    raise_stage(&s, (uint64_t)_i);
    for (uint32_t n = 1; n <= s.o.area_count; n++) {
        memset(s.inside, 0, sizeof(s.inside));
        s.rings = 0;
        outline_rings(&s.o, n, on_ring, &s);
        ck_assert_uint_ge(s.rings, 1);
        for (uint32_t cell = 0; cell < s.width * s.height; cell++) {
            ck_assert(s.inside[cell] == (s.o.area[cell] == n));
            cells += s.inside[cell];
        }
    }
    for (uint32_t cell = 0; cell < s.width * s.height; cell++) {
        cells -= s.is_in[cell];
        ck_assert(s.is_in[cell] == (s.o.area[cell] != 0));
    }
    ck_assert_uint_eq(cells, 0);
    outline_fini(&s.o);
}
END_TEST

START_TEST(cells_that_share_a_side_are_one_area_and_those_that_touch_at_a_corner_are_two)
{
    static const uint8_t corner[] = { 1, 0, 0, 1 };
    static const uint8_t beside[] = { 1, 1, 0, 0 };
    struct outline o;
    struct fault f;

    ck_assert_int_eq(outline_init(&o, 4, &f), OK);
    outline_find(&o, corner, 2, 2);
    ck_assert_uint_eq(o.area_count, 2);
    outline_find(&o, beside, 2, 2);
    ck_assert_uint_eq(o.area_count, 1);
    outline_fini(&o);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_rings_of_an_area_hold_its_cells_and_no_other, 0, TRIALS(GRIDS) },
        { cells_that_share_a_side_are_one_area_and_those_that_touch_at_a_corner_are_two, 0, 0 },
    };

    return SUITE_RUN("routing/outline", rows);
}
