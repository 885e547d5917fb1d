/* The laws of a simulated floor find what is broken: a watchman who sees nothing is no use. */
#include "tests/suite.h"
#include "tools/sim/engine.h"
#include "tools/sim/laws.h"
#include "tools/sim/town.h"

#include <stdio.h>

#define START_US INT64_C(1798934400000000)
#define S US_PER_S

static struct town town;
static struct engine *engine;
static struct laws *laws;
static bool alive;
static int64_t now;
static unsigned number;

static bool heard(const void *arg, struct str person)
{
    (void)arg;
    (void)person;
    return alive;
}

static void at(int64_t later_us)
{
    now = START_US + later_us;
    engine_at(engine, now);
    laws_look(laws, now);
    while (engine_tick(engine)) {
        const struct decision *d = engine_decision(engine);

        laws_see(laws, d->events, d->count, false);
        laws_look(laws, now);
    }
}

static void act(const char *who, struct command *c)
{
    char id[32];

    (void)snprintf(id, sizeof(id), "t-%u", ++number);
    c->principal = str_of(who);
    c->id = str_of(id);
    bool done = engine_do(engine, c);
    const struct decision *d = engine_decision(engine);

    ck_assert_msg(done, "%s", refusal_infos[d->refusal].code);
    laws_see(laws, d->events, d->count, true);
    laws_look(laws, now);
}

static void make_user(const char *name, enum role role)
{
    struct command c = { .type = COMMAND_USER_CREATE };

    c.as.user_create = (struct user_create){ .username = str_of(name), .role = (uint8_t)role };
    act("admin", &c);
}

/* A city, a person at seat s2, and an incident that their seat owns. */
static void set_up(void)
{
    struct engine_opts o = {
        .world = STR("t"), .limits = engine_limits(), .seed = 1, .start_us = START_US
    };
    struct command city = { .type = COMMAND_CITY_LOAD };
    struct command plan = { .type = COMMAND_PLAN_ACTIVATE };
    struct command sit = { .type = COMMAND_SEAT_TAKE };
    struct command call = { .type = COMMAND_REPORT_RECEIVE };
    const char *top = getenv("TOP_SRCDIR");
    char path[512];
    struct fault f;

    (void)snprintf(path, sizeof(path), "%s/seeds/small-city", top != NULL ? top : ".");
    ck_assert_int_eq(town_load(&town, path, STR("t"), &f), OK);
    engine = engine_new(&o);
    ck_assert_ptr_nonnull(engine);
    engine_begin(engine);
    laws = laws_new(engine_world(engine), heard, NULL);
    ck_assert_ptr_nonnull(laws);
    alive = true;
    city.as.city_load.city = town.city;
    plan.as.plan_activate.plan = town.plan;
    at(S);
    act("admin", &city);
    act("admin", &plan);
    make_user("ann", ROLE_OPERATOR);
    make_user("bob", ROLE_OPERATOR);
    sit.as.seat_take.seat = (seat_id){ 2 };
    act("ann", &sit);
    call.as.report_receive =
        (struct report_receive){ .channel = CHANNEL_110, .type = STR("20.04.00.00") };
    call.as.report_receive.place.state = PLACE_UNKNOWN;
    act("ann", &call);
    ck_assert_uint_eq(engine_world(engine)->incidents[0].seat.n, 2);
}

static void tear_down(void)
{
    laws_free(laws);
    engine_free(engine);
    town_free(&town);
}

static uint64_t sum(void)
{
    const struct laws_broken *b = laws_broken_of(laws);

    return b->unowned + b->owned_by_nobody_over_30s + b->orders_vanished;
}

START_TEST(who_sits_there_breaks_nothing)
{
    set_up();
    at(3600 * S);
    ck_assert_uint_eq(sum(), 0);
    tear_down();
}
END_TEST

START_TEST(work_at_a_dead_console_is_found_after_30_s)
{
    set_up();
    struct command sit = { .type = COMMAND_SEAT_TAKE };

    sit.as.seat_take.seat = (seat_id){ 3 };
    act("bob", &sit);
    alive = false;
    at(10 * S);
    at(39 * S);
    ck_assert_uint_eq(sum(), 0);
    at(42 * S); /* nobody told the core: the incident is still the dead seat's */
    ck_assert_uint_ge(laws_broken_of(laws)->owned_by_nobody_over_30s, 1);
    tear_down();
}
END_TEST

START_TEST(work_that_was_passed_on_in_time_breaks_nothing)
{
    set_up();
    struct command silent = { .type = COMMAND_SEAT_SILENT };

    alive = false;
    at(10 * S);
    at(20 * S);
    silent.as.seat_silent = (struct seat_silent){ .seat = { 2 }, .since = now - 5 * S };
    act("system", &silent);
    at(30 * S);
    at(3600 * S); /* the commander's owns it, and the alarm says that nobody is there */
    ck_assert_uint_eq(sum(), 0);
    tear_down();
}
END_TEST

START_TEST(what_is_open_and_not_in_the_world_is_unowned)
{
    set_up();
    struct event e = { .kind = EVENT_INCIDENT_OPENED };

    e.as.incident_opened.incident.id.n = 77;
    laws_see(laws, &e, 1, true);
    at(10 * S);
    at(20 * S);
    ck_assert_uint_eq(laws_broken_of(laws)->unowned, 1);
    tear_down();
}
END_TEST

static void see_order(uint32_t id)
{
    struct event e = { .kind = EVENT_ASSIGNMENT_DISPATCHED };

    e.as.assignment_made.assignment = (struct assignment){
        .id = { id }, .incident = { 1 }, .slot = 1, .status = ASSIGNMENT_DISPATCHED
    };
    laws_see(laws, &e, 1, true);
}

static void see_step(uint32_t id, uint8_t status, bool by_person)
{
    struct event e = { .kind = EVENT_ASSIGNMENT_PROGRESSED };

    e.as.assignment_progressed = (struct assignment_progressed){
        .assignment = { id }, .incident = { 1 }, .status = status, .reason = 1
    };
    laws_see(laws, &e, 1, by_person);
}

START_TEST(an_order_that_no_person_cancelled_has_vanished)
{
    set_up();
    see_order(1);
    see_order(2);
    see_step(1, ASSIGNMENT_CANCELLED, true);
    ck_assert_uint_eq(sum(), 0);
    see_step(2, ASSIGNMENT_CANCELLED, false);
    ck_assert_uint_eq(laws_broken_of(laws)->orders_vanished, 1);
    tear_down();
}
END_TEST

START_TEST(an_order_is_diverted_by_a_person)
{
    struct event e = { .kind = EVENT_ASSIGNMENT_DIVERTED };

    set_up();
    see_order(1);
    see_order(2);
    e.as.assignment_diverted.assignment.n = 1;
    laws_see(laws, &e, 1, true);
    at(10 * S);
    ck_assert_uint_eq(laws_broken_of(laws)->orders_vanished, 1); /* 2, which is in no world */
    e.as.assignment_diverted.assignment.n = 2;
    laws_see(laws, &e, 1, false);
    ck_assert_uint_eq(laws_broken_of(laws)->orders_vanished, 2);
    tear_down();
}
END_TEST

START_TEST(an_order_lapses_only_when_another_one_is_signed)
{
    set_up();
    see_order(1);
    see_order(2);
    see_step(2, ASSIGNMENT_ACKNOWLEDGED, true);
    see_step(1, ASSIGNMENT_EXPIRED, false);
    ck_assert_uint_eq(sum(), 0);
    see_step(2, ASSIGNMENT_CLEARED, true);
    see_order(3);
    see_step(3, ASSIGNMENT_EXPIRED, false);
    ck_assert_uint_eq(laws_broken_of(laws)->orders_vanished, 1);
    tear_down();
}
END_TEST

START_TEST(an_order_that_is_gone_has_vanished)
{
    set_up();
    see_order(9);
    at(10 * S);
    at(20 * S);
    ck_assert_uint_eq(laws_broken_of(laws)->orders_vanished, 1);
    tear_down();
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { who_sits_there_breaks_nothing, 0, 0 },
        { work_at_a_dead_console_is_found_after_30_s, 0, 0 },
        { work_that_was_passed_on_in_time_breaks_nothing, 0, 0 },
        { what_is_open_and_not_in_the_world_is_unowned, 0, 0 },
        { an_order_that_no_person_cancelled_has_vanished, 0, 0 },
        { an_order_is_diverted_by_a_person, 0, 0 },
        { an_order_lapses_only_when_another_one_is_signed, 0, 0 },
        { an_order_that_is_gone_has_vanished, 0, 0 },
    };

    return SUITE_RUN("tools/laws", rows);
}
