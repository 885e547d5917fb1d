/* The thread of joint assignments: one question at a time, its answer in the table, and travel
 * times that are changed meanwhile. */
#include "base/must.h"
#include "server/rounds.h"
#include "tests/suite.h"

#include <string.h>
#include <time.h>

#define UNITS 4

static struct rounds *start(void)
{
    const struct rounds_setup setup = { .units_max = UNITS };
    struct rounds *r;
    struct fault f = { .err = OK };

    ck_assert(rounds_start(&setup, &r, &f) == OK);
    return r;
}

static void place_slot(struct waiting_ask *ask, uint32_t lon_e7)
{
    uint32_t k = ask->incident_count++;
    const struct slot_need need = { .slot = 1, .police_type = POLICE_TYPE_PATROL, .tier = 3 };

    ask->incidents[k] = (struct waiting_incident){
        .id = { k + 1 }, .to = { (int32_t)lon_e7, 300000000 }, .first = k, .count = 1
    };
    ask->slots[ask->slot_count++] = (struct waiting_slot){ .incident = k, .slot = 1, .need = need };
}

static void place_unit(struct waiting_ask *ask, uint32_t unit, uint32_t lon_e7)
{
    ask->units[ask->unit_count++] =
        (struct waiting_unit){ .as = { .unit = unit,
                                       .police_type = POLICE_TYPE_PATROL,
                                       .status = UNIT_AVAILABLE,
                                       .at = { (int32_t)lon_e7, 300000000 } } };
}

/* Two that wait; the one in the west is nearer to both units. */
static void pose(struct rounds *r)
{
    struct waiting_ask *ask = rounds_ask(r);

    ck_assert_ptr_nonnull(ask);
    ask->incident_count = ask->slot_count = ask->unit_count = 0;
    place_slot(ask, 1200100000);
    place_slot(ask, 1200000000);
    place_unit(ask, 1, 1200050000);
    place_unit(ask, 3, 1200400000);
    rounds_begin(r);
}

static const struct waiting_found *answer(struct rounds *r)
{
    const struct waiting_ask *ask;
    const struct waiting_found *found;

    while ((found = rounds_found(r, &ask)) == NULL) {
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    return found;
}

START_TEST(all_that_waits_gets_somebody_and_the_table_says_so)
{
    struct rounds *r = start();
    struct wanted w;
    const struct waiting_ask *ask;

    ck_assert(!rounds_wanted(r, 1, &w));
    ck_assert_ptr_null(rounds_found(r, &ask));
    pose(r);
    const struct waiting_found *found = answer(r);

    ck_assert(found->joint);
    ck_assert_uint_eq(found->slot_count, 2);
    ck_assert_uint_ne(found->units[0].n, 0);
    ck_assert_uint_ne(found->units[1].n, 0);
    ck_assert_uint_ne(found->units[0].n, found->units[1].n);
    ck_assert_int_eq(found->gap_ms.late, 0);
    ck_assert_int_eq(found->gap_ms.time, 0);
    for (uint32_t k = 0; k < 2; k++) {
        ck_assert(rounds_wanted(r, found->units[k].n, &w));
        ck_assert_uint_eq(w.incident, k + 1);
        ck_assert_uint_eq(w.slot, 1);
        ck_assert(w.late_ms > 0 || w.score_ms > 0);
    }
    ck_assert(!rounds_wanted(r, 2, &w));
    ck_assert(!rounds_wanted(r, 0, &w));
    ck_assert(!rounds_wanted(r, UNITS + 1, &w));
    rounds_stop(r);
}
END_TEST

START_TEST(one_question_at_a_time_until_its_answer_is_done_with)
{
    struct rounds *r = start();
    struct wanted w;

    pose(r);
    ck_assert_ptr_null(rounds_ask(r));
    (void)answer(r);
    ck_assert_ptr_null(rounds_ask(r));
    rounds_end(r);
    ck_assert_ptr_nonnull(rounds_ask(r));
    rounds_none(r);
    ck_assert(!rounds_wanted(r, 1, &w));
    pose(r); /* and again */
    ck_assert_uint_eq(answer(r)->slot_count, 2);
    rounds_stop(r);
}
END_TEST

START_TEST(it_ends_with_a_question_open)
{
    struct rounds *r = start();

    pose(r);
    rounds_stop(r);
    rounds_stop(NULL);
}
END_TEST

START_TEST(its_figures_are_told)
{
    struct rounds *r = start();
    struct buf b;

    pose(r);
    (void)answer(r);
    buf_init(&b);
    rounds_metrics(r, &b);
    buf_char(&b, '\0');
    ck_assert_ptr_nonnull(strstr(b.at, "\ntocsin_rounds_total 1\n"));
    ck_assert_ptr_nonnull(strstr(b.at, "\ntocsin_round_slots 2\n"));
    ck_assert_ptr_nonnull(strstr(b.at, "\ntocsin_round_units 2\n"));
    buf_fini(&b);
    rounds_stop(r);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { all_that_waits_gets_somebody_and_the_table_says_so, 0, 0 },
        { one_question_at_a_time_until_its_answer_is_done_with, 0, 0 },
        { it_ends_with_a_question_open, 0, 5 },
        { its_figures_are_told, 0, 0 },
    };

    return SUITE_RUN("server/rounds", rows);
}
