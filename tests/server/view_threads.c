/* Laws of the view, archive and auth threads, run as on a server: rows in, frames and answers out,
 * with a database. */
#include "dispatch/core/digest.h"
#include "server/past.h"
#include "tests/server/view_house.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <stdio.h>

/* A file a map program takes: features, each with a geometry or none. */
static void check_geojson(enum door_read what, uint64_t number)
{
    house.geojson = true;
    ck_assert_int_eq(do_read(what, number, "operator", ""), OK);
    house.geojson = false;
    json_t *all = json_loads(house.body.at, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(all != NULL, "%s", house.body.at);
    json_t *features = json_object_get(all, "features");
    json_t *one = number == 0 ? json_array_get(features, 0) : all;
    ck_assert_str_eq(json_string_value(json_object_get(all, "type")),
                     number == 0 ? "FeatureCollection" : "Feature");
    ck_assert_str_eq(json_string_value(json_object_get(one, "type")), "Feature");
    ck_assert_ptr_nonnull(json_object_get(one, "geometry"));
    ck_assert_ptr_nonnull(json_object_get(one, "properties"));
    json_decref(all);
}

/* ---- laws ---- */

static void check_ring(void)
{
    uint32_t seen = 0;
    uint64_t at = house.ring_at;
    for (const struct ring_entry *e; (e = ring_at(house.ring, &at)) != NULL;
         at = ring_after(house.ring, e, at)) {
        if (e->tags.seq == stage.view->world.seq && e->tags.kind == RING_EVENTS) {
            const struct stage_entry *shown = &stage.entries[seen++];
            ck_assert_uint_eq(e->len, shown->len);
            ck_assert_int_eq(memcmp(e->at, shown->text, e->len), 0);
            ck_assert_uint_eq(e->tags.topics, shown->tags.topics);
            ck_assert_uint_eq(e->tags.any_of, shown->tags.any_of);
        }
    }
    ck_assert_uint_eq(seen, stage.entry_count);
}

static void check_snapshot(void)
{
    const struct viewer v = { .world = &stage.view->world,
                              .name = STR("live"),
                              .audience = AUDIENCE_OPERATIONS,
                              .zones = UINT64_MAX };
    const struct board_live live = { .topics = UINT16_MAX, .clock_rate = 1 };
    struct buf b;
    buf_init(&b);
    board_snapshot(&b, &v, &live);
    ck_assert_int_eq(do_read(READ_SNAPSHOT, 0, "operator", ""), OK);
    ck_assert_uint_eq(house.done.seq, stage.view->world.seq);
    ck_assert_int_eq(memcmp(house.done.hash8, house.hash.at, 8), 0);
    ck_assert_uint_eq(house.body.len, b.len + 1);
    ck_assert_int_eq(memcmp(house.body.at, b.at, b.len), 0);
    buf_fini(&b);
}

static void check_digest(void)
{
    char digest[33];
    digest_text(digest_computed(&stage.view->world), digest);
    ask_read(READ_METRICS, 0, stage.view->world.seq, "", "");
    ck_assert_int_eq(get_read(false), OK);
    ck_assert_msg(strstr(house.body.at, digest) != NULL, "%s", house.body.at);
}

/* One whole page of operations' events is what the rows show. */
static void check_events(void)
{
    char query[48];
    (void)snprintf(query, sizeof(query), "after=%llu\nlimit=100000",
                   (unsigned long long)house.began);
    ck_assert_int_eq(do_read(READ_EVENTS, 0, "commander", query), OK);
    ck_assert_uint_eq(house.done.seq, stage.view->world.seq);
    json_t *list = json_loads(house.body.at, 0, NULL);
    ck_assert_ptr_nonnull(list);
    json_t *last = json_array_get(list, json_array_size(list) - 1);
    ck_assert_int_eq(json_integer_value(json_object_get(last, "seq")),
                     (json_int_t)stage.view->world.seq);
    json_decref(list);
    struct buf b;
    const struct viewer v = { .world = &stage.view->world,
                              .name = STR("live"),
                              .audience = AUDIENCE_OPERATIONS,
                              .zones = UINT64_MAX };
    buf_init(&b);
    row_events(&b, &v, &stage.row);
    buf_char(&b, '\0');
    ck_assert_int_eq(do_read(READ_ROW, stage.view->world.seq, "commander", ""), OK);
    ck_assert_str_eq(house.body.at, b.at);
    buf_fini(&b);
}

START_TEST(threads_show_what_the_rows_say)
{
    struct prng p;
    prng_seed(&p, 55);
    house_open();
    for (int n = 0; n < 150; n++) {
        stage_step(&stage, &p);
        if (n % 30 == 29) {
            check_digest();
            check_ring();
            check_snapshot();
            check_events();
            pause_ms(1100); /* the shared snapshot of before has gone */
        }
    }
    uint32_t incident = stage.view->world.next_incident - 1;
    ck_assert_int_eq(do_read(READ_TIMELINE, incident, "operator", ""), OK);
    ck_assert_ptr_nonnull(strstr(house.body.at, "\"whole\":true"));
    ck_assert_ptr_nonnull(strstr(house.body.at, "incident.opened"));
    ck_assert_ptr_nonnull(strstr(house.body.at, "report.received"));
    ck_assert_int_eq(do_read(READ_INCIDENTS, 0, "operator", "limit=2\nstatus=open"), OK);
    ck_assert_ptr_nonnull(strstr(house.body.at, "\"cursor\":\""));
    ck_assert_int_eq(do_read(READ_RIGHTS, 0, "u1", ""), OK);
    ck_assert_uint_eq(house.done.rights.unit, 1);
    ck_assert_ptr_nonnull(strstr(house.body.at, "\"role\":\"unit\""));
    ck_assert_int_eq(do_read(READ_RIGHTS, 0, "stranger", ""), ERR_UNSIGNED);
    ck_assert_int_eq(do_read(READ_EVENTS, 0, "stranger", ""), ERR_UNSIGNED);
    ck_assert_int_eq(do_read(READ_INCIDENTS, 0, "intake", ""), ERR_FORBIDDEN);
    ck_assert_int_eq(do_read(READ_INCIDENTS, 0, "operator", "status=lost"), ERR_INVALID);
    ck_assert_msg(strstr(house.body.at, "\n\nstatus") != NULL, "%s", house.body.at);
    ck_assert_int_eq(do_read(READ_EVENTS, 0, "commander", "limit=0"), ERR_INVALID);
    ck_assert_msg(strstr(house.body.at, "\n\nlimit") != NULL, "%s", house.body.at);
    check_geojson(READ_INCIDENTS, 0);
    check_geojson(READ_UNITS, 0);
    check_geojson(READ_CITY, 0);
    check_geojson(READ_INCIDENT, incident);
    ck_assert_int_eq(do_read(READ_STATS, 0, "operator", ""), OK);
    ck_assert_int_eq(do_read(READ_PLANS, 0, "operator", ""), OK);
    ck_assert_int_eq(do_read(READ_CITY, 0, "operator", ""), OK);
    ck_assert_int_eq(do_read(READ_UNITS, 0, "u1", ""), OK);
    ck_assert_int_eq(do_read(READ_ALARMS, 0, "commander", ""), OK);
    ck_assert_int_eq(do_read(READ_RECOMMENDATION, incident, "operator", ""), OK);
    json_t *body = json_loads(house.body.at, 0, NULL);
    ck_assert_ptr_nonnull(body);
    json_decref(body);
    house_close();
}
END_TEST

START_TEST(an_archive_that_starts_anew_knows_the_history_of_before)
{
    struct prng p;
    struct fault f = { .err = OK };
    char fill[512];
    prng_seed(&p, 8);
    house_open();
    /* What the stage did before the doors opened is no part of this: rows that tell nothing. */
    (void)snprintf(fill, sizeof(fill),
                   "INSERT INTO event_row SELECT n, 1, 1, 'system', 'x', 'x', '{}', "
                   "decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') "
                   "FROM generate_series(1, %llu) n",
                   (unsigned long long)house.began);
    (void)cluster_sql("live", fill);
    for (int n = 0; n < 60; n++) {
        stage_step(&stage, &p);
    }
    uint32_t incident = stage.view->world.next_incident - 1;
    ck_assert_int_eq(do_read(READ_TIMELINE, incident, "operator", ""), OK);
    char *before = strdup(house.body.at);
    const struct door *d = &house.ways.doors[0];
    const struct archive_setup setup = { .conf = &house.conf,
                                         .world = &stage.view->world,
                                         .gateways = 1,
                                         .from_gateway = { d->to_archive },
                                         .to_gateway = { d->from_archive },
                                         .notes = house.ways.rows_archive };
    archive_stop(house.archive);
    ck_assert_int_eq(archive_start(&setup, &house.archive, &f), OK);
    ck_assert_int_eq(do_read(READ_TIMELINE, incident, "operator", ""), OK);
    ck_assert_str_eq(house.body.at, before);
    free(before);
    house_close();
}
END_TEST

START_TEST(a_read_waits_for_its_row_and_not_for_ever)
{
    house_open();
    ask_read(READ_RIGHTS, 0, stage.view->world.seq + 1, "operator", "");
    pause_ms(50);
    struct command c = { .type = COMMAND_UNIT_SIGN_OFF };
    c.as.unit_sign_off.unit.n = 3;
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
    ck_assert_int_eq(get_read(false), OK);
    ck_assert_uint_eq(house.done.seq, stage.view->world.seq);
    ask_read(READ_RIGHTS, 0, stage.view->world.seq + 5, "operator", "");
    ck_assert_int_eq(get_read(false), ERR_LOG_UNAVAILABLE);
    ask_read(READ_ROW, stage.view->world.seq + 5, 0, "operator", "");
    ck_assert_int_eq(get_read(true), ERR_LOG_UNAVAILABLE);
    house_close();
}
END_TEST

START_TEST(an_unheard_call_stands_in_no_events_of_its_callers_terminal)
{
    struct command c = { .type = COMMAND_UNIT_PANIC };
    char query[48];
    house_open();
    (void)snprintf(query, sizeof(query), "after=%llu", (unsigned long long)house.began);
    c.as.unit_panic = (struct unit_panic){ .unit = { 1 }, .silent = true };
    ck_assert_int_eq(stage_do(&stage, "u1", &c), REFUSED_NOT);
    c.as.unit_panic = (struct unit_panic){ .unit = { 1 }, .cancel = true };
    ck_assert_int_eq(stage_do(&stage, "u1", &c), REFUSED_NOT);
    c = (struct command){ .type = COMMAND_UNIT_PANIC_ANSWER };
    c.as.unit_panic_answer =
        (struct unit_panic_answer){ .unit = { 1 }, .reached = PANIC_REACH_SEEN };
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
    ck_assert_int_eq(do_read(READ_EVENTS, 0, "u1", query), OK);
    ck_assert_msg(strstr(house.body.at, "panic") == NULL, "%s", house.body.at);
    house_close();
}
END_TEST

START_TEST(a_disabled_user_reads_nothing_more)
{
    house_open();
    struct command c = { .type = COMMAND_USER_DISABLE };
    c.as.user_disable.username = STR("operator");
    ck_assert_int_eq(do_read(READ_EVENTS, 0, "operator", "after=1000000"), OK);
    ck_assert_int_eq(stage_do(&stage, "admin", &c), REFUSED_NOT);
    ck_assert_int_eq(do_read(READ_INCIDENTS, 0, "operator", ""), ERR_UNSIGNED);
    ck_assert_int_eq(do_read(READ_EVENTS, 0, "operator", ""), ERR_UNSIGNED);
    bool told = false;
    uint64_t at = house.ring_at;
    for (const struct ring_entry *e; (e = ring_at(house.ring, &at)) != NULL;
         at = ring_after(house.ring, e, at)) {
        told = told ||
               (e->tags.kind == RING_RIGHTS && e->tags.user != 0 && e->tags.user != RING_EVERYONE);
    }
    ck_assert(told);
    house_close();
}
END_TEST

static void check_presence(bool present)
{
    struct command c;
    wait_told(&c);
    ck_assert_int_eq(c.type, COMMAND_USER_PRESENCE);
    ck_assert(str_is(c.as.user_presence.username, "operator"));
    ck_assert_int_eq(c.as.user_presence.present, present);
    ck_assert(!told_core(&c));
}

START_TEST(sessions_begin_and_end_and_failing_is_slowed_down)
{
    char token[64];
    house_open();
    ck_assert_int_eq(do_auth(AUTH_SET_PASSWORD, 0, STR("admin"), STR("operator"), STR("short")),
                     ERR_INVALID);
    ck_assert_int_eq(
        do_auth(AUTH_SET_PASSWORD, 0, STR("admin"), STR("operator"), STR("a long password")), OK);
    ck_assert_int_eq(
        do_auth(AUTH_SIGN_IN, 0, STR("operator"), STR("a wrong password"), STR("10.0.0.1")),
        ERR_UNSIGNED);
    ck_assert_int_eq(
        do_auth(AUTH_SIGN_IN, 0, STR("operator"), STR("a long password"), STR("10.0.0.1")), OK);
    check_presence(true);
    ck_assert_uint_eq(house.auth_done.user_len, strlen("operator"));
    (void)snprintf(token, sizeof(token), "%s", house.body.at + house.auth_done.user_len);
    ck_assert_int_eq(do_auth(AUTH_CHECK, 0, str_of(token), STR(""), STR("")), OK);
    ck_assert_int_eq(do_auth(AUTH_CHECK, 0, STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                             STR(""), STR("")),
                     ERR_UNSIGNED);
    ck_assert_int_eq(do_auth(AUTH_SIGN_OUT, 0, str_of(token), STR(""), STR("")), OK);
    ck_assert_int_eq(do_auth(AUTH_CHECK, 0, str_of(token), STR(""), STR("")), ERR_UNSIGNED);
    check_presence(false);
    enum err err = OK;
    for (int n = 0; n < 6 && err != ERR_TOO_MANY; n++) {
        err = do_auth(AUTH_SIGN_IN, 0, STR("commander"), STR("guessing guessing"), STR("10.0.0.9"));
    }
    ck_assert_int_eq(err, ERR_TOO_MANY);
    ck_assert_uint_gt(house.auth_done.retry_after_s, 0);
    ck_assert_int_eq(
        do_auth(AUTH_SIGN_IN, 0, STR("operator"), STR("a long password"), STR("10.0.0.1")), OK);
    check_presence(true);
    /* Who starts anew tells what its world does not know, and what it knows too much. */
    house_restart_auth();
    check_presence(true);
    auth_stop(house.auth);
    house.auth = NULL;
    ck_assert_int_eq(cluster_sql("live", "WITH d AS (DELETE FROM session RETURNING 1) "
                                         "SELECT count(*) FROM d"),
                     1);
    struct command known = { .type = COMMAND_USER_PRESENCE };
    known.as.user_presence = (struct user_presence){ .username = STR("operator"), .present = true };
    ck_assert_int_eq(stage_do(&stage, "system", &known), REFUSED_NOT);
    house_restart_auth();
    check_presence(false);
    house_close();
}
END_TEST

/* `count` guesses, each from an address of its own. */
static void flood(int count)
{
    for (int n = 0; n < count; n++) {
        char address[20];
        (void)snprintf(address, sizeof(address), "10.9.%d.%d", n / 250, n % 250);
        (void)ask_auth(AUTH_SIGN_IN, 0, STR("operator"), STR("guessing guessing"), str_of(address));
    }
}

/* How many other answers come before the one to `request`; its outcome. */
static int others_before(uint64_t request, enum err *outcome)
{
    for (int n = 0;; n++) {
        *outcome = get_auth();
        if (house.auth_done.request == request) {
            return n;
        }
        ck_assert_int_eq(*outcome, ERR_UNSIGNED);
    }
}

static void operator_is_known(void)
{
    ck_assert_int_eq(
        do_auth(AUTH_SET_PASSWORD, 0, STR("admin"), STR("operator"), STR("a long password")), OK);
    ck_assert_int_eq(
        do_auth(AUTH_SIGN_IN, 0, STR("operator"), STR("a long password"), STR("10.0.0.1")), OK);
}

START_TEST(a_flood_of_sign_ins_does_not_keep_a_known_address_waiting)
{
    enum err err;
    house_open();
    operator_is_known();
    house_restart_auth(); /* what it knows is found in the database by the next one */
    flood(40);
    uint64_t known =
        ask_auth(AUTH_SIGN_IN, 0, STR("operator"), STR("a long password"), STR("10.0.0.1"));
    ck_assert_int_le(others_before(known, &err), 4);
    ck_assert_int_eq(err, OK);
    uint64_t own =
        ask_auth(AUTH_SET_PASSWORD, 0, STR("admin"), STR("commander"), STR("1234567890"));
    ck_assert_int_le(others_before(own, &err), 8);
    ck_assert_int_eq(err, OK);
    house_close();
}
END_TEST

START_TEST(a_flood_of_sign_ins_is_told_to_come_back_and_a_known_address_is_not)
{
    enum err err;
    int full = 0;
    house_open();
    operator_is_known();
    flood(400);
    uint64_t known =
        ask_auth(AUTH_SIGN_IN, 0, STR("operator"), STR("a long password"), STR("10.0.0.1"));
    while ((err = get_auth()) != OK) {
        full += err == ERR_TOO_MANY ? 1 : 0;
        ck_assert_uint_ne(house.auth_done.request, known);
    }
    ck_assert_uint_eq(house.auth_done.request, known);
    ck_assert_int_gt(full, 100);
    house_close();
}
END_TEST

/* What the archive says to a reopening of this incident, or of this number of paper. */
static enum past ask_past_of(uint32_t incident, struct number number)
{
    const struct past_record head = { .seq = stage.view->world.seq,
                                      .incident = incident,
                                      .number = number };
    const struct door_command ask = { .kind = DOOR_COMMAND, .request = 7 };
    const struct door_command *back;
    struct incident image;
    struct queue *q = house.ways.archive_core.queue;
    void *at;
    size_t len;
    ck_assert(past_push(&house.ways.core_archive, &head, &ask, NULL));
    for (int n = 0; !queue_peek(q, &at, &len); n++) {
        ck_assert_msg(n < 10000, "nothing comes back");
        pause_ms(1);
    }
    enum past past = past_read(at, len, &back, &image);
    ck_assert_uint_eq(back->request, 7);
    queue_release(q);
    return past;
}

static enum past ask_past(uint32_t incident)
{
    return ask_past_of(incident, (struct number){ 0 });
}

/* However long ago, and whatever memory has: the log is asked. */
START_TEST(a_number_of_paper_is_looked_for_in_the_log)
{
    const struct number number = { .date = 20251220, .count = PAPER_COUNT_FIRST + 16 };
    struct command c = { .type = COMMAND_PAPER_ENTER, .number_past = NUMBER_FREE };
    int64_t then = INT64_C(1766196000) * US_PER_S; /* twelve days before, ten in the morning */
    house_open();
    c.as.paper_enter = (struct paper_enter){ .number = number,
                                             .writer = STR("commander"),
                                             .received_at = then,
                                             .type = text_str(&stage.bed.live->world.types[0].code),
                                             .place = whim_place(1226300000, 294300000),
                                             .closed_at = then + US_PER_HOUR,
                                             .disposition = DISPOSITION_ADVISED };
    ck_assert_int_eq(ask_past_of(0, number), PAST_NONE);
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    ck_assert_int_eq(ask_past_of(0, number), PAST_TAKEN);
    ck_assert_int_eq(ask_past_of(0, (struct number){ number.date, number.count + 1 }), PAST_NONE);
    cluster_stop();
    ck_assert_int_eq(ask_past_of(0, number), PAST_LATER);
    cluster_start(NULL);
    ck_assert_int_eq(ask_past_of(0, number), PAST_TAKEN);
    house_close();
}
END_TEST

START_TEST(what_the_past_was_is_told_later_while_the_database_is_down)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    house_open();
    c.as.report_receive.place = whim_place(1226300000, 294300000);
    c.as.report_receive.type = text_str(&stage.view->world.types[0].code);
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    uint32_t incident = stage.view->world.next_incident - 1;
    ck_assert_uint_gt(incident, 0);
    cluster_stop();
    ck_assert_int_eq(ask_past(incident), PAST_LATER);
    cluster_start(NULL);
    ck_assert_int_eq(ask_past(incident), PAST_NONE); /* it has not closed */
    house_close();
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_number_of_paper_is_looked_for_in_the_log, 0, 0 },
        { what_the_past_was_is_told_later_while_the_database_is_down, 0, 0 },
        { threads_show_what_the_rows_say, 0, 0 },
        { an_archive_that_starts_anew_knows_the_history_of_before, 0, 0 },
        { a_read_waits_for_its_row_and_not_for_ever, 0, 0 },
        { an_unheard_call_stands_in_no_events_of_its_callers_terminal, 0, 0 },
        { a_disabled_user_reads_nothing_more, 0, 0 },
        { sessions_begin_and_end_and_failing_is_slowed_down, 0, 0 },
        { a_flood_of_sign_ins_does_not_keep_a_known_address_waiting, 0, 0 },
        { a_flood_of_sign_ins_is_told_to_come_back_and_a_known_address_is_not, 0, 0 },
    };
    cluster_begin();
    int status = SUITE_RUN("server/view_threads", rows);
    cluster_end();
    return status;
}
