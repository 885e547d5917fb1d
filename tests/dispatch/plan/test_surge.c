/* Who goes where when many wait at once: held against every way of doing it where they are few, by
 * its dual prices and another method where they are many. */
#include "base/prng.h"
#include "dispatch/plan/surge.h"
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide; /* a cost as one number, late before time */

#define MINUTE 60000u

static struct surge s;
static void *memory;

static void room(uint32_t slots, uint32_t units)
{
    free(memory);
    memory = aligned_alloc(16, (surge_size(slots, units) + 15) / 16 * 16);
    ck_assert_ptr_nonnull(memory);
    surge_init(&s, slots, units, memory);
    surge_begin(&s, slots, units);
    for (uint32_t c = 0; c < units; c++) {
        s.units[c] = c + 1;
    }
}

/* As a city has it: somebody takes about as long to one place as to another beside it. */
static void draw(struct prng *p, uint32_t slots, uint32_t units, uint32_t spread_ms,
                 uint32_t cannot)
{
    room(slots, units);
    for (uint32_t r = 0; r < slots; r++) {
        uint32_t base = (uint32_t)prng_below(p, spread_ms + 1);

        s.slots[r] = (struct surge_slot){ .tier = (uint8_t)(1 + prng_below(p, 4)),
                                          .limit_ms = (uint32_t)prng_below(p, 4) * 5 * MINUTE,
                                          .waited_ms = (uint32_t)prng_below(p, 30) * MINUTE };
        for (uint32_t c = 0; c < units; c++) {
            uint32_t there = base + (uint32_t)prng_below(p, 20 * MINUTE);

            *surge_score_of(&s, r, c) = (struct surge_score){
                .there_ms = prng_below(p, 100) < cannot ? SURGE_CANNOT : there,
                .score_ms = there + (uint32_t)prng_below(p, 3) * 30000,
            };
        }
    }
}

static wide joined(struct joint_cost c)
{
    return (wide)c.late * ((wide)1 << 64) + c.time;
}

static bool same(struct joint_cost a, struct joint_cost b)
{
    return a.late == b.late && a.time == b.time;
}

/* The same words as the header's, reckoned apart: ms, and for nobody. */
static struct joint_cost cost_ms(uint32_t r, uint32_t c)
{
    const struct surge_slot *slot = &s.slots[r];
    uint32_t score;
    int64_t there;

    if (c < s.unit_count) {
        there = surge_score_of(&s, r, c)->there_ms;
        score = surge_score_of(&s, r, c)->score_ms;
    } else {
        there = (int64_t)SURGE_NOBODY_MS + slot->waited_ms;
        score = JOINT_NOBODY_MS + 2 * SURGE_NOBODY_MS;
    }
    int64_t late = there + slot->waited_ms - slot->limit_ms;

    return (struct joint_cost){
        .late = slot->limit_ms != 0 && late > 0 ? late * joint_weight(slot->tier) : 0,
        .time = score,
    };
}

/* With ties, as the search has it. */
static wide cost_of(uint32_t r, uint32_t c)
{
    struct joint_cost cost = cost_ms(r, c);

    cost.time = cost.time * (INT64_C(1) << 20) + (c < s.unit_count ? s.units[c] : s.slot_count - r);
    return joined(cost);
}

static bool offered(uint32_t r, uint32_t c)
{
    return c < s.unit_count ? surge_score_of(&s, r, c)->there_ms != SURGE_CANNOT
                            : c == s.unit_count + r;
}

/* Every way: slot `r` takes nobody, or each unit that nobody before it took. In ms. */
static void try_all(uint32_t r, uint32_t taken, wide sum, wide *best)
{
    if (r == s.slot_count) {
        *best = sum < *best ? sum : *best;
        return;
    }
    try_all(r + 1, taken, sum + joined(cost_ms(r, s.unit_count + r)), best);
    for (uint32_t c = 0; c < s.unit_count; c++) {
        if ((taken >> c & 1) == 0 && offered(r, c)) {
            try_all(r + 1, taken | 1u << c, sum + joined(cost_ms(r, c)), best);
        }
    }
}

static wide best_way(uint32_t taken)
{
    wide best = (wide)INT64_MAX << 60;

    try_all(0, taken, 0, &best);
    return best;
}

static void expect_possible(void)
{
    bool taken[1024] = { false };

    for (uint32_t r = 0; r < s.slot_count; r++) {
        uint32_t unit = surge_unit_of(&s, r);

        if (unit != 0) {
            ck_assert(offered(r, unit - 1));
            ck_assert(!taken[unit]);
            ck_assert_uint_eq(surge_slot_of(&s, unit - 1), r);
            taken[unit] = true;
        }
    }
}

START_TEST(the_sum_is_the_least_of_every_way)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i);
    for (int round = 0; round < 20; round++) {
        draw(&p, 1 + (uint32_t)prng_below(&p, 5), (uint32_t)prng_below(&p, 7), 10 * MINUTE, 25);
        surge_solve(&s, SURGE_NO_SLOT);
        expect_possible();
        ck_assert(joined(surge_sum_ms(&s)) == best_way(0));
        ck_assert(same(surge_gap_ms(&s), (struct joint_cost){ 0, 0 }));
    }
}
END_TEST

START_TEST(a_loss_is_what_the_best_way_without_the_unit_costs_more)
{
    struct prng p;
    struct joint_cost loss[8];

    prng_seed(&p, (uint64_t)_i + 1000);
    for (int round = 0; round < 10; round++) {
        draw(&p, 1 + (uint32_t)prng_below(&p, 5), 1 + (uint32_t)prng_below(&p, 6), 10 * MINUTE, 20);
        surge_solve(&s, SURGE_NO_SLOT);
        surge_losses(&s, loss);
        wide with = best_way(0);

        for (uint32_t c = 0; c < s.unit_count; c++) {
            ck_assert(joined(loss[c]) == best_way(1u << c) - with);
        }
    }
}
END_TEST

START_TEST(a_slot_left_out_leaves_its_unit_to_the_others)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i + 2000);
    draw(&p, 4, 4, 5 * MINUTE, 20);
    surge_solve(&s, 2);
    struct joint_cost sum = surge_sum_ms(&s);

    ck_assert_uint_eq(surge_unit_of(&s, 2), 0);
    for (uint32_t c = 0; c < s.unit_count; c++) {
        surge_score_of(&s, 2, c)->there_ms = SURGE_CANNOT;
    }
    s.slots[2].limit_ms = 0;
    wide left_out = joined(cost_ms(2, s.unit_count + 2));

    surge_solve(&s, SURGE_NO_SLOT);
    ck_assert(joined(surge_sum_ms(&s)) == joined(sum) + left_out);
}
END_TEST

/* Optimal by its own prices: no cost below row + price, what is taken is on it, who is free costs
 * nothing; the sum is that of rows and prices. */
static void expect_proven(void)
{
    wide dual = 0;
    wide sum = 0;

    for (uint32_t c = 0; c < s.unit_count + s.slot_count; c++) {
        wide price = joined(s.prices[c]);

        ck_assert(price <= 0);
        ck_assert(s.holder[c] != 0 || price == 0);
        dual += price;
    }
    for (uint32_t r = 0; r < s.slot_count; r++) {
        wide row = joined(s.rows[r]);

        dual += row;
        sum += cost_of(r, s.held[r]);
        ck_assert(cost_of(r, s.held[r]) == row + joined(s.prices[s.held[r]]));
        for (uint32_t c = 0; c < s.unit_count; c++) {
            ck_assert(!offered(r, c) || cost_of(r, c) >= row + joined(s.prices[c]));
        }
        ck_assert(cost_of(r, s.unit_count + r) >= row + joined(s.prices[s.unit_count + r]));
    }
    ck_assert(dual == sum);
    ck_assert(sum == joined(s.sum));
}

START_TEST(its_prices_prove_the_best_way_of_many)
{
    static const uint32_t sizes[][2] = { { 40, 60 }, { 60, 30 }, { 90, 90 }, { 120, 200 } };
    struct prng p;

    prng_seed(&p, (uint64_t)_i + 3000);
    draw(&p, sizes[_i % 4][0], sizes[_i % 4][1], 20 * MINUTE, _i % 3 == 0 ? 60 : 0);
    surge_solve(&s, SURGE_NO_SLOT);
    expect_possible();
    if (joined(s.gap) == 0) {
        expect_proven();
    }
    ck_assert(_i >= 8 || joined(s.gap) == 0); /* these have none */
}
END_TEST

/* Another method: rows one after the other over the whole table of costs. */
static wide by_the_table(void)
{
    uint32_t n = s.slot_count;
    uint32_t m = s.unit_count + s.slot_count;
    wide *u = calloc(n + 1, sizeof(*u));
    wide *v = calloc(m + 1, sizeof(*v));
    wide *least = calloc(m + 1, sizeof(*least));
    uint32_t *row_of = calloc(m + 1, sizeof(*row_of));
    uint32_t *way = calloc(m + 1, sizeof(*way));
    bool *used = calloc(m + 1, sizeof(*used));
    const wide never = (wide)INT64_MAX << 60;
    wide sum = 0;

    for (uint32_t r = 1; r <= n; r++) {
        uint32_t c = 0;

        row_of[0] = r;
        for (uint32_t k = 0; k <= m; k++) {
            least[k] = never;
            used[k] = false;
        }
        do {
            uint32_t at = row_of[c];
            uint32_t next = 0;
            wide delta = never;

            used[c] = true;
            for (uint32_t k = 1; k <= m; k++) {
                if (used[k]) {
                    continue;
                }
                wide cost = offered(at - 1, k - 1) ? cost_of(at - 1, k - 1) : never / 4;

                if (cost - u[at] - v[k] < least[k]) {
                    least[k] = cost - u[at] - v[k];
                    way[k] = c;
                }
                if (least[k] < delta) {
                    delta = least[k];
                    next = k;
                }
            }
            for (uint32_t k = 0; k <= m; k++) {
                if (used[k]) {
                    u[row_of[k]] += delta;
                    v[k] -= delta;
                } else {
                    least[k] -= delta;
                }
            }
            c = next;
        } while (row_of[c] != 0);
        for (; c != 0; c = way[c]) {
            row_of[c] = row_of[way[c]];
        }
    }
    for (uint32_t k = 1; k <= m; k++) {
        sum += row_of[k] != 0 ? cost_of(row_of[k] - 1, k - 1) : 0;
    }
    free(u);
    free(v);
    free(least);
    free(row_of);
    free(way);
    free(used);
    return sum;
}

/* All places are about one: everybody's best units are the same, and those that are looked at are
 * never enough at once. */
START_TEST(the_gap_holds_what_was_not_looked_at)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i + 4000);
    draw(&p, 60 + (uint32_t)prng_below(&p, 40), 110, 0, 0);
    for (uint32_t c = 0; c < s.unit_count; c++) {
        uint32_t there = (uint32_t)prng_below(&p, 30 * MINUTE);

        for (uint32_t r = 0; r < s.slot_count; r++) {
            uint32_t ms = there + (uint32_t)prng_below(&p, 1000 * (1 + (uint32_t)_i));

            *surge_score_of(&s, r, c) = (struct surge_score){ ms, ms };
        }
    }
    surge_solve(&s, SURGE_NO_SLOT);
    expect_possible();
    wide least = by_the_table();

    ck_assert_uint_gt(s.rounds, 1);
    ck_assert(joined(s.sum) >= least);
    ck_assert(joined(s.gap) >= 0);
    ck_assert(joined(s.sum) - joined(s.gap) <= least);
    ck_assert(joined(s.gap) != 0 || joined(s.sum) == least);
}
END_TEST

START_TEST(another_method_finds_no_better_way)
{
    struct prng p;

    prng_seed(&p, (uint64_t)_i + 5000);
    draw(&p, 30 + (uint32_t)prng_below(&p, 40), 10 + (uint32_t)prng_below(&p, 60), 10 * MINUTE, 10);
    surge_solve(&s, SURGE_NO_SLOT);
    ck_assert(joined(s.sum) - joined(s.gap) <= by_the_table());
    ck_assert(joined(s.gap) != 0 || joined(s.sum) == by_the_table());
}
END_TEST

static void place(uint32_t slot, uint8_t tier, uint32_t limit_min, uint32_t waited_min)
{
    s.slots[slot] = (struct surge_slot){ .tier = tier,
                                         .limit_ms = limit_min * MINUTE,
                                         .waited_ms = waited_min * MINUTE };
}

static void way(uint32_t slot, uint32_t unit, uint32_t minutes)
{
    *surge_score_of(&s, slot, unit) = (struct surge_score){ minutes * MINUTE, minutes * MINUTE };
}

START_TEST(the_nearest_is_kept_for_whom_nobody_else_reaches_in_time)
{
    room(2, 2);
    place(0, 3, 20, 0);
    place(1, 3, 10, 5);
    way(0, 0, 1); /* in time by either */
    way(0, 1, 15);
    way(1, 0, 4); /* in time by this one only */
    way(1, 1, 8);
    surge_solve(&s, SURGE_NO_SLOT);
    ck_assert_uint_eq(surge_unit_of(&s, 0), 2);
    ck_assert_uint_eq(surge_unit_of(&s, 1), 1);
}
END_TEST

START_TEST(of_two_that_are_late_the_graver_gets_the_only_unit)
{
    room(2, 1);
    place(0, 3, 5, 8);
    place(1, 1, 5, 8);
    way(0, 0, 1);
    way(1, 0, 12);
    surge_solve(&s, SURGE_NO_SLOT);
    ck_assert_uint_eq(surge_unit_of(&s, 0), 0);
    ck_assert_uint_eq(surge_unit_of(&s, 1), 1);
}
END_TEST

START_TEST(who_has_waited_long_is_not_passed_over_for_ever)
{
    room(2, 1);
    place(0, 3, 15, 60);
    place(1, 3, 15, 16);
    way(0, 0, 20);
    way(1, 0, 1);
    surge_solve(&s, SURGE_NO_SLOT);
    ck_assert_uint_eq(surge_unit_of(&s, 0), 1);
    ck_assert_uint_eq(surge_unit_of(&s, 1), 0);
}
END_TEST

START_TEST(nobody_goes_where_nobody_can)
{
    room(1, 1);
    place(0, 1, 5, 0);
    *surge_score_of(&s, 0, 0) = (struct surge_score){ SURGE_CANNOT, 0 };
    surge_solve(&s, SURGE_NO_SLOT);
    ck_assert_uint_eq(surge_unit_of(&s, 0), 0);
    room(0, 0);
    surge_solve(&s, SURGE_NO_SLOT);
    ck_assert(joined(s.sum) == 0);
}
END_TEST

START_TEST(equal_questions_have_equal_answers)
{
    uint16_t held[50];

    for (int k = 0; k < 2; k++) {
        room(50, 40);
        for (uint32_t r = 0; r < 50; r++) {
            place(r, 2, 5, 0);
            for (uint32_t c = 0; c < 40; c++) {
                way(r, c, 7);
            }
        }
        surge_solve(&s, SURGE_NO_SLOT);
        if (k == 0) {
            memcpy(held, s.held, sizeof(held));
        }
    }
    ck_assert_mem_eq(held, s.held, sizeof(held));
    for (uint32_t r = 0; r < 40; r++) {
        ck_assert_uint_ne(surge_unit_of(&s, r), 0); /* the first of those that are alike */
    }
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_sum_is_the_least_of_every_way, 0, TRIALS(60) },
        { a_loss_is_what_the_best_way_without_the_unit_costs_more, 0, TRIALS(40) },
        { a_slot_left_out_leaves_its_unit_to_the_others, 0, TRIALS(20) },
        { its_prices_prove_the_best_way_of_many, 0, TRIALS(24) },
        { the_gap_holds_what_was_not_looked_at, 0, TRIALS(12) },
        { another_method_finds_no_better_way, 0, TRIALS(20) },
        { the_nearest_is_kept_for_whom_nobody_else_reaches_in_time, 0, 0 },
        { of_two_that_are_late_the_graver_gets_the_only_unit, 0, 0 },
        { who_has_waited_long_is_not_passed_over_for_ever, 0, 0 },
        { nobody_goes_where_nobody_can, 0, 0 },
        { equal_questions_have_equal_answers, 0, 0 },
    };

    return suite_run("dispatch/plan/surge", rows, sizeof(rows) / sizeof(rows[0]));
}
