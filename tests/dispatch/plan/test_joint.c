/* Who goes where, held against every way of doing it; and what the answer promises. */
#include "base/prng.h"
#include "dispatch/plan/joint.h"
#include "tests/suite.h"

#include <signal.h>
#include <string.h>

#define SLOTS 5
#define UNITS 6
#define NOT_OFFERED UINT32_MAX

static struct joint j;

/* Scores of a random case; the joint problem is made of them anew. */
struct table {
    uint32_t slots, units;
    uint32_t score_ms[SLOTS][UNITS];
    uint8_t tier[SLOTS];
    uint32_t target_ms[SLOTS], late_ms[SLOTS];
};

static void make(struct prng *p, struct table *t)
{
    t->slots = 1 + (uint32_t)prng_below(p, SLOTS);
    t->units = (uint32_t)prng_below(p, UNITS + 1);
    for (uint32_t r = 0; r < t->slots; r++) {
        t->tier[r] = (uint8_t)(1 + prng_below(p, 4));
        t->target_ms[r] = (uint32_t)prng_below(p, 6) * 60000;
        t->late_ms[r] = t->target_ms[r] == 0 ? (uint32_t)prng_below(p, 4) * 60000 : 0;
        for (uint32_t c = 0; c < t->units; c++) {
            t->score_ms[r][c] =
                prng_below(p, 4) == 0 ? NOT_OFFERED : (uint32_t)prng_below(p, 20) * 30000;
        }
    }
}

static void pose(const struct table *t)
{
    j.count = 0;
    for (uint32_t r = 0; r < t->slots; r++) {
        ck_assert(joint_add_slot(&j, t->tier[r], t->target_ms[r], t->late_ms[r]));
        for (uint32_t c = 0; c < t->units; c++) {
            if (t->score_ms[r][c] != NOT_OFFERED) {
                joint_offer(&j, c + 1, t->score_ms[r][c]);
            }
        }
    }
}

static bool better(struct joint_cost a, struct joint_cost b)
{
    return a.late < b.late || (a.late == b.late && a.time < b.time);
}

/* Every way: slot `r` takes nobody, or each unit that nobody before it took. */
static void try_all(const struct table *t, uint32_t r, uint32_t taken, struct joint_cost *best)
{
    if (r == t->slots) {
        struct joint_cost sum = joint_sum(&j);

        *best = better(sum, *best) ? sum : *best;
        return;
    }
    j.slots[r].unit = 0;
    try_all(t, r + 1, taken, best);
    for (uint32_t c = 0; c < t->units; c++) {
        if ((taken >> c & 1) == 0 && t->score_ms[r][c] != NOT_OFFERED) {
            j.slots[r].unit = c + 1;
            try_all(t, r + 1, taken | 1u << c, best);
        }
    }
}

static void expect_possible(const struct table *t)
{
    uint32_t taken = 0;

    for (uint32_t r = 0; r < t->slots; r++) {
        uint32_t unit = j.slots[r].unit;

        if (unit != 0) {
            ck_assert_uint_ne(t->score_ms[r][unit - 1], NOT_OFFERED);
            ck_assert_uint_eq(taken >> unit & 1, 0);
            taken |= 1u << unit;
        }
    }
}

START_TEST(the_sum_is_the_least_of_every_way)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i);
    for (int round = 0; round < 30; round++) {
        struct joint_cost best = { INT64_MAX, INT64_MAX };
        struct table t;

        make(&p, &t);
        pose(&t);
        joint_solve(&j);
        expect_possible(&t);
        struct joint_cost got = joint_sum(&j);

        try_all(&t, 0, 0, &best);
        ck_assert_int_eq(got.late, best.late);
        ck_assert_int_eq(got.time, best.time);
    }
}
END_TEST

/* The same, the only slot of its kind or with few rivals: nobody is left out for another's sake
 * while a unit is left. */
START_TEST(no_slot_can_do_better_by_a_unit_that_is_left)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i + 500);
    for (int round = 0; round < 30; round++) {
        struct table t;
        uint32_t taken = 0;

        make(&p, &t);
        pose(&t);
        joint_solve(&j);
        for (uint32_t r = 0; r < t.slots; r++) {
            taken |= j.slots[r].unit != 0 ? 1u << j.slots[r].unit : 0;
        }
        for (uint32_t r = 0; r < t.slots; r++) {
            uint32_t mine = j.slots[r].unit;

            for (uint32_t c = 0; c < t.units; c++) {
                if ((taken >> (c + 1) & 1) != 0 || t.score_ms[r][c] == NOT_OFFERED) {
                    continue;
                }
                ck_assert_uint_ne(mine, 0);
                ck_assert(t.score_ms[r][c] > t.score_ms[r][mine - 1] ||
                          (t.score_ms[r][c] == t.score_ms[r][mine - 1] && c + 1 > mine));
            }
        }
    }
}
END_TEST

START_TEST(a_slot_alone_gets_its_best_and_of_equal_ones_the_lower)
{
    j.count = 0;
    ck_assert(joint_add_slot(&j, 2, 60000, 0));
    joint_offer(&j, 9, 50000);
    joint_offer(&j, 7, 40000);
    joint_offer(&j, 5, 40000);
    joint_solve(&j);
    ck_assert_uint_eq(j.slots[0].unit, 5);
}
END_TEST

START_TEST(the_only_unit_that_can_is_left_to_the_slot_that_needs_it)
{
    j.count = 0;
    ck_assert(joint_add_slot(&j, 1, 600000, 0));
    joint_offer(&j, 1, 60000);
    joint_offer(&j, 2, 90000);
    ck_assert(joint_add_slot(&j, 1, 600000, 0));
    joint_offer(&j, 1, 70000);
    joint_solve(&j);
    ck_assert_uint_eq(j.slots[0].unit, 2);
    ck_assert_uint_eq(j.slots[1].unit, 1);
}
END_TEST

START_TEST(the_graver_of_two_gets_the_unit_there_is)
{
    j.count = 0;
    ck_assert(joint_add_slot(&j, 4, 0, 60000));
    joint_offer(&j, 3, 60000);
    ck_assert(joint_add_slot(&j, 1, 0, 0));
    joint_offer(&j, 3, 90000);
    joint_solve(&j);
    ck_assert_uint_eq(j.slots[0].unit, 0);
    ck_assert_uint_eq(j.slots[1].unit, 3);
}
END_TEST

START_TEST(of_slots_that_are_alike_the_first_is_served_and_gets_the_quickest)
{
    j.count = 0;
    for (uint32_t r = 0; r < 3; r++) {
        ck_assert(joint_add_slot(&j, 2, 300000, 0));
        joint_offer(&j, 4, 90000);
        joint_offer(&j, 8, 60000);
    }
    joint_solve(&j);
    ck_assert_uint_eq(j.slots[0].unit, 8);
    ck_assert_uint_eq(j.slots[1].unit, 4);
    ck_assert_uint_eq(j.slots[2].unit, 0);
}
END_TEST

/* As many slots and units as fit: what is kept of each slot's units is enough. */
START_TEST(many_units_come_to_the_sum_of_fewer_with_the_best_of_each_kept)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i);
    j.count = 0;
    for (uint32_t r = 0; r < JOINT_SLOTS_MAX; r++) {
        ck_assert(joint_add_slot(&j, (uint8_t)(1 + r % 4), 120000, 0));
        for (uint32_t c = 1; c <= 400; c++) {
            joint_offer(&j, c, (uint32_t)prng_below(&p, 50) * 20000);
        }
        ck_assert_uint_eq(j.slots[r].count, JOINT_SLOTS_MAX);
    }
    ck_assert(!joint_add_slot(&j, 1, 0, 0));
    joint_solve(&j);
    for (uint32_t r = 0; r < j.count; r++) {
        ck_assert_uint_ne(j.slots[r].unit, 0);
        for (uint32_t k = 0; k < r; k++) {
            ck_assert_uint_ne(j.slots[r].unit, j.slots[k].unit);
        }
    }
}
END_TEST

START_TEST(a_unit_for_no_slot_is_a_bug)
{
    j.count = 0;
    joint_offer(&j, 1, 1);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_sum_is_the_least_of_every_way, 0, 60 },
        { no_slot_can_do_better_by_a_unit_that_is_left, 0, 60 },
        { a_slot_alone_gets_its_best_and_of_equal_ones_the_lower, 0, 0 },
        { the_only_unit_that_can_is_left_to_the_slot_that_needs_it, 0, 0 },
        { the_graver_of_two_gets_the_unit_there_is, 0, 0 },
        { of_slots_that_are_alike_the_first_is_served_and_gets_the_quickest, 0, 0 },
        { many_units_come_to_the_sum_of_fewer_with_the_best_of_each_kept, 0, 5 },
        { a_unit_for_no_slot_is_a_bug, SIGABRT, 0 },
    };

    return SUITE_RUN("dispatch/plan/joint", rows);
}
