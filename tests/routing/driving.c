#include "tests/routing/driving.h"

#include "tests/suite.h"

#define MONDAY_US (4 * US_PER_DAY) /* 5 January 1970 */

void driving_open(struct driving *d, const struct road *road, uint64_t seed)
{
    struct fault f;

    *d = (struct driving){ .went = 0 };
    drives_begin(&d->drives, road, seed);
    ck_assert_int_eq(match_init(&d->match, &road->network, &road->grid, &f), OK);
    ck_assert_int_eq(learn_init(&d->learn, &road->network, &f), OK);
}

void driving_close(struct driving *d)
{
    drives_end(&d->drives);
    match_fini(&d->match);
    learn_fini(&d->learn);
}

static void on_step(void *arg, const struct match_step *step)
{
    struct driving *d = arg;

    ck_assert_uint_gt(step->part_count, 0);
    ck_assert_int_lt(step->from_us, step->to_us);
    for (uint32_t i = 0; i < step->part_count; i++) {
        const struct match_part *p = &step->part[i];
        uint32_t mm = p->to_mm - p->from_mm;

        ck_assert_uint_le(p->from_mm, p->to_mm);
        ck_assert_uint_le(p->to_mm, d->drives.road->network.piece[p->segment / 2].length_mm);
        d->told_mm += mm;
        for (uint32_t k = 0; k < d->drives.leg_count; k++) {
            if (d->drives.leg[k].segment == p->segment) {
                d->right_mm += mm;
                break;
            }
        }
    }
    learn_step(&d->learn, step);
}

static void on_trip(void *arg, const struct trip_fix *fixes, uint32_t count)
{
    struct driving *d = arg;

    match_drive(&d->match, fixes, count, on_step, d, &d->matched);
}

void driving_go(struct driving *d, uint32_t count, uint32_t hour)
{
    const struct network *n = &d->drives.road->network;
    struct drives *dr = &d->drives;

    for (uint32_t i = 0; i < count; i++) {
        struct point from = n->shape[prng_below(&dr->random, n->point_count)];
        struct point to = n->shape[prng_below(&dr->random, n->point_count)];
        int64_t day = (int64_t)prng_below(&dr->random, 5) * US_PER_DAY;

        if (!drives_go(dr, from, to, MONDAY_US + day + hour * US_PER_HOUR + US_PER_MIN)) {
            continue;
        }
        for (uint32_t k = 0; k < dr->leg_count; k++) {
            d->driven_mm += dr->leg[k].to_mm - dr->leg[k].from_mm;
        }
        learn_drive(&d->learn, 0);
        trip_cut(dr->fix, dr->count, on_trip, d, &d->trips);
        learn_done(&d->learn);
        d->went++;
    }
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

uint32_t driving_errors(const struct driving *d, const struct learned *of, uint32_t least,
                        uint32_t *middle, uint32_t *ninth)
{
    const struct network *n = &d->drives.road->network;
    uint32_t *off = malloc(((size_t)of->first_cell[SPEEDS_HOURS] + 1) * sizeof(*off));
    uint32_t count = 0;

    ck_assert_ptr_nonnull(off);
    for (uint32_t h = 0; h < SPEEDS_HOURS; h++) {
        for (uint32_t i = of->first_cell[h]; i < of->first_cell[h + 1]; i++) {
            uint32_t s = of->cell[i].segment;
            int64_t took = speeds_ms(n->segment_ms[s], of->cell[i].percent);
            int64_t truth = drives_ms(&d->drives, s, h);

            if (of->cell[i].drives >= least) {
                off[count++] = (uint32_t)(llabs(took - truth) * 100 / truth);
            }
        }
    }
    qsort(off, count, sizeof(*off), by_number);
    *middle = count > 0 ? off[count / 2] : 0;
    *ninth = count > 0 ? off[count * 9 / 10] : 0;
    free(off);
    return count;
}
