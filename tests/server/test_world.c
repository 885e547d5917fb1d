/* Laws of the world under whatever commands come: what the live world became by deciding, a second
 * one becomes from the rows' text alone; digests kept and computed agree; a unit has one active
 * assignment; a retry changes nothing. */
#include "tests/server/bed.h"
#include "tests/server/whim.h"

#include "dispatch/core/change.h"
#include "dispatch/core/image.h"
#include "dispatch/model/shape_clone.h"
#include "tests/suite.h"

#define STEPS 4000

static struct bed bed;

static struct whim mood(void)
{
    return (struct whim){
        .world = &bed.live->world, .now = bed.now, .units = 46, .back = 40, .wild = true
    };
}

static void step(struct prng *p)
{
    const struct whim w = mood();
    const char *principal;
    struct command c;
    whim_command(&w, p, &c, &principal);
    for (unsigned i = 0; i < sizeof(c.content); i++) {
        c.content[i] = (uint8_t)(bed.id >> (i % 8));
    }
    (void)bed_do(&bed, principal, &c);
    bed_wait(&bed, bed.now + (int64_t)prng_below(p, 30) * US_PER_S);
}

START_TEST(the_second_world_equals_the_live_one_whatever_comes)
{
    struct prng p;
    prng_seed(&p, 1000 + (uint64_t)_i);
    bed_init(&bed, 512);
    for (int n = 0; n < STEPS; n++) {
        step(&p);
        if (n % 97 == 0) {
            bed_check(&bed);
        }
    }
    bed_check(&bed);
    ck_assert_uint_gt(bed.live->world.next_assignment, 50);
    bed_fini(&bed);
}
END_TEST

static struct incident images[4096];
static uint32_t images_compared;

/* What the rows say of each incident, held against the memory while it is closed. */
static void take_images(const struct bed *b)
{
    const struct world *w = &b->live->world;
    for (uint32_t k = 0; k < b->decision->count; k++) {
        const struct event *e = &b->decision->events[k];
        uint32_t id = event_incident(e);
        ck_assert_uint_lt(id, sizeof(images) / sizeof(images[0]));
        if (id != 0) {
            image_take(&images[id], e, b->last.at_us);
        }
    }
    for (uint32_t k = 0; k < w->touched_count; k++) {
        const struct incident *i = world_incident(w, (incident_id){ w->touched[k].id });
        if (w->touched[k].table != TABLE_INCIDENT || i == NULL || i->status != INCIDENT_CLOSED) {
            continue;
        }
        struct incident was = images[i->id.n];
        was.alarmed = i->alarmed;
        ck_assert_msg(shape_equal(&incident_shape, &was, i), "incident %u", i->id.n);
        images_compared++;
    }
}

START_TEST(a_closed_incident_is_what_its_rows_say)
{
    struct prng p;
    prng_seed(&p, 4000 + (uint64_t)_i);
    memset(images, 0, sizeof(images));
    images_compared = 0;
    bed_init(&bed, 512);
    bed.on_row = take_images;
    for (int n = 0; n < STEPS; n++) {
        step(&p);
    }
    ck_assert_uint_gt(images_compared, 20);
    bed_fini(&bed);
    bed.on_row = NULL;
}
END_TEST

START_TEST(closed_incidents_leave_after_72_hours)
{
    struct prng p;
    prng_seed(&p, 7);
    bed_init(&bed, 256);
    for (int n = 0; n < 300; n++) {
        step(&p);
    }
    uint32_t i = 0;
    uint32_t closed = 0;
    for (const struct incident *x; (x = world_next_of_incidents(&bed.live->world, &i)) != NULL;) {
        closed += x->status >= INCIDENT_CLOSED && !leaving_held_back(&bed.live->world, x) ? 1 : 0;
    }
    ck_assert_uint_gt(closed, 0);
    uint32_t before = bed.live->world.incidents_pool.live;
    bed_wait(&bed, bed.now + CLOSED_KEPT_US + 1);
    for (int n = 0; n < 60; n++) {
        struct command c = { .type = COMMAND_UNIT_SIGN_ON };
        c.as.unit_sign_on.unit.n = 1 + (uint32_t)n % 40;
        (void)bed_do(&bed, "commander", &c);
    }
    ck_assert_uint_eq(bed.live->world.incidents_pool.live, before - closed);
    bed_check(&bed);
    bed_fini(&bed);
}
END_TEST

START_TEST(a_retry_gets_the_first_answer_and_changes_nothing)
{
    bed_init(&bed, 64);
    struct prng p;
    prng_seed(&p, 3);
    const struct whim w = mood();
    struct command c = { .type = COMMAND_NONE };
    whim_report(&w, &p, &c);
    c.as.report_receive.type = STR("10.01.00.00");
    c.as.report_receive.incident.n = 0;
    c.as.report_receive.on_scene = false;
    ck_assert_int_eq(bed_send(&bed, "operator", "once", &c), REFUSED_NOT);
    uint64_t seq = bed.decision->seq;
    ck_assert_int_eq(bed_send(&bed, "operator", "once", &c), REFUSED_NOT);
    ck_assert(bed.decision->repeated);
    ck_assert_uint_eq(bed.decision->seq, seq);
    ck_assert_uint_eq(bed.live->world.seq, seq);
    c.content[3] ^= 1;
    ck_assert_int_eq(bed_send(&bed, "operator", "once", &c), REFUSED_ID_REUSED);
    ck_assert_int_eq(bed_send(&bed, "commander", "once", &c), REFUSED_NOT);
    ck_assert(!bed.decision->repeated);
    bed.now += COMMAND_ID_KEPT_US + 1;
    ck_assert_int_eq(bed_send(&bed, "operator", "other", &c), REFUSED_NOT);
    ck_assert_int_eq(bed_send(&bed, "operator", "once", &c), REFUSED_NOT);
    ck_assert(!bed.decision->repeated);
    bed_check(&bed);
    bed_fini(&bed);
}
END_TEST

START_TEST(a_full_table_of_closed_incidents_gives_way_to_reports)
{
    bed_init(&bed, 64);
    for (int n = 0; n < 400; n++) {
        struct command c = { .type = COMMAND_REPORT_RECEIVE };
        c.as.report_receive = (struct report_receive){
            .type = STR("10.01.00.00"),
            .place = { .state = PLACE_KNOWN, .lon = 1226300000, .lat = 294300000 }
        };
        ck_assert_int_eq(bed_do(&bed, "operator", &c), REFUSED_NOT);
        incident_id id = bed.decision->incident;
        struct command close = { .type = COMMAND_INCIDENT_CLOSE };
        close.as.incident_close =
            (struct incident_close){ .incident = id, .disposition = DISPOSITION_CANCELLED };
        ck_assert_int_eq(bed_do(&bed, "operator", &close), REFUSED_NOT);
    }
    bed_check(&bed);
    bed_fini(&bed);
}
END_TEST

static bool fresh_fix(void *arg, uint32_t unit, struct fix *out)
{
    *out = (struct fix){ .fix_at = *(const int64_t *)arg, .at = { 1226300000, 294300000 } };
    return unit == 2;
}

/* A unit that has not reported yet has no age; one that does so this moment is told from it. */
START_TEST(the_age_of_a_fix_is_left_out_where_there_is_none)
{
    bed_init(&bed, 64);
    bed.ports.arg = &bed.now;
    bed.ports.fix = fresh_fix;
    for (uint32_t k = 1; k <= 2; k++) {
        struct command on = { .type = COMMAND_UNIT_SIGN_ON };
        on.as.unit_sign_on.unit.n = k;
        ck_assert_int_eq(bed_do(&bed, "commander", &on), REFUSED_NOT);
        struct command c = { .type = COMMAND_UNIT_PANIC };
        c.as.unit_panic.unit.n = k;
        ck_assert_int_eq(bed_do(&bed, "commander", &c), REFUSED_NOT);
        buf_char(&bed.data, '\0');
        ck_assert_ptr_null(strstr(bed.data.at, "4294967295"));
        ck_assert_msg((strstr(bed.data.at, "\"position_age_ms\":1,") != NULL) == (k == 2) &&
                          (strstr(bed.data.at, "\"position_age_ms\"") != NULL) == (k == 2),
                      "%s", bed.data.at);
    }
    bed_fini(&bed);
}
END_TEST

/* However many calls a day has, the block of paper is stepped over. */
START_TEST(numbers_of_paper_are_given_to_nobody_else)
{
    bed_init(&bed, 64);
    const struct world *w = &bed.live->world;
    struct number n = world_next_number(w, (struct number){ 0 }, bed.now);
    ck_assert_uint_eq(n.count, 1);
    n.count = PAPER_COUNT_FIRST - 2;
    n = world_next_number(w, n, bed.now);
    ck_assert_uint_eq(n.count, 990000);
    n = world_next_number(w, n, bed.now);
    ck_assert_uint_eq(n.count, 991000);
    n = world_next_number(w, n, bed.now);
    ck_assert_uint_eq(n.count, 991001);
    bed_fini(&bed);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_second_world_equals_the_live_one_whatever_comes, 0, 6 },
        { a_closed_incident_is_what_its_rows_say, 0, 3 },
        { closed_incidents_leave_after_72_hours, 0, 0 },
        { a_retry_gets_the_first_answer_and_changes_nothing, 0, 0 },
        { a_full_table_of_closed_incidents_gives_way_to_reports, 0, 0 },
        { the_age_of_a_fix_is_left_out_where_there_is_none, 0, 0 },
        { numbers_of_paper_are_given_to_nobody_else, 0, 0 },
    };
    return SUITE_RUN("server/world", rows);
}
