/* Laws of tracks: written by a thread of their own, which the database's absence costs nothing but
 * waiting, and read by a commander or an auditor with a reason, which stands in the access log
 * first. */
#include "server/clock.h"
#include "server/tracks.h"
#include "tests/server/view_house.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <stdio.h>
#include <time.h>

#define WHY "purpose=complaint\nreason=drove past the door"
#define DAY "date=2026-11-24\n"

/* ---- the thread ---- */

static struct conf conf;
static struct tracks *tracks;
static int64_t now;

static int64_t stand_in(void *arg)
{
    return *(int64_t *)arg;
}

static void begin(const char *world)
{
    struct fault f = { .err = OK };
    now = INT64_C(1795521600) * US_PER_S;
    conf_init(&conf);
    (void)snprintf(conf.database, sizeof(conf.database), "%s", cluster_server());
    (void)snprintf(conf.world, sizeof(conf.world), "%s", world);
    const struct tracks_setup setup = { .conf = &conf, .now_us = stand_in, .now_arg = &now };
    ck_assert_int_eq(tracks_start(&setup, &tracks, &f), OK);
}

/* Every unit from `first` on, at the n-th minute. */
static void give(uint32_t first, uint32_t units, uint32_t minute)
{
    static struct door_fix fixes[8192];
    for (uint32_t k = 0; k < units; k++) {
        fixes[k] = (struct door_fix){ .unit = first + k,
                                      .lon_e7 = 1200000000,
                                      .lat_e7 = 300000000,
                                      .heading = 90,
                                      .speed_kmh = UINT16_MAX,
                                      .fix_at = now + minute * US_PER_MIN };
    }
    tracks_positions(tracks, fixes, units, now + minute * US_PER_MIN, 41 + minute);
}

static uint64_t counted(const char *name)
{
    struct buf b;
    char line[64];
    buf_init(&b);
    tracks_metrics(tracks, &b);
    buf_char(&b, '\0');
    (void)snprintf(line, sizeof(line), "\ntocsin_track_%s ", name);
    const char *at = strstr(b.at, line);
    ck_assert_ptr_nonnull(at);
    uint64_t value = strtoull(at + strlen(line), NULL, 10);
    buf_fini(&b);
    return value;
}

static void wait_until(const char *name, uint64_t value)
{
    for (int n = 0; counted(name) != value; n++) {
        ck_assert_msg(n < 40000, "%s is %llu, not %llu", name, (unsigned long long)counted(name),
                      (unsigned long long)value);
        pause_ms(1);
    }
}

START_TEST(samples_are_written_with_the_logs_seq_and_wait_out_a_database_that_is_gone)
{
    const char *world = cluster_world();
    begin(world);
    give(1, 100, 0);
    wait_until("samples_total", 100);
    cluster_stop();
    for (uint32_t minute = 1; minute <= 10; minute++) {
        give(1, 100, minute);
    }
    wait_until("samples_waiting", 1000);
    cluster_start(NULL);
    wait_until("samples_total", 1100);
    ck_assert_uint_eq(counted("samples_lost_total"), 0);
    ck_assert_uint_eq(counted("fixes_unheard_total"), 0);
    ck_assert_int_eq(
        cluster_sql(world,
                    "SELECT count(*) FROM track WHERE heading = 90 AND speed_kmh IS NULL AND "
                    "seq = 41 + extract(epoch FROM at - '2026-11-24 12:00Z') / 60"),
        1100);
    tracks_stop(tracks);
}
END_TEST

START_TEST(what_memory_cannot_hold_meanwhile_is_counted_and_the_newest_are_kept)
{
    const char *world = cluster_world();
    begin(world);
    give(1, 1, 0);
    wait_until("samples_total", 1);
    cluster_stop();
    for (uint32_t minute = 1; minute <= 16; minute++) {
        give(1, 8192, minute);
        wait_until("samples_waiting", minute * 8192);
    }
    give(1, 8192, 17);
    wait_until("samples_lost_total", 8192);
    ck_assert_uint_eq(counted("samples_waiting"), TRACK_WAITING_MAX);
    cluster_start(NULL);
    wait_until("samples_total", TRACK_WAITING_MAX + 1);
    ck_assert_int_eq(cluster_sql(world, "SELECT min(seq) FROM track WHERE seq > 41"), 43);
    tracks_stop(tracks);
}
END_TEST

/* The day that 90 days end is dropped without anybody asking, with no position coming in. */
START_TEST(days_come_and_go_with_the_clock)
{
    const char *world = cluster_world();
    begin(world);
    give(1, 5, 0);
    wait_until("samples_total", 5);
    tracks_stop(tracks);
    begin(world);
    now += 91 * US_PER_DAY;
    for (int n = 0; cluster_sql(world, "SELECT count(*) FROM track") != 0; n++) {
        ck_assert_int_lt(n, 1000);
        pause_ms(10);
    }
    give(1, 5, 0);
    wait_until("samples_total", 5);
    tracks_stop(tracks);
}
END_TEST

/* ---- reading ---- */

static enum err read_track(const char *principal, enum door_read what, uint32_t number,
                           const char *query)
{
    static char copy[65536];
    enum err err = do_read(what, number, principal, query);
    if (err != OK) {
        return err;
    }
    (void)snprintf(copy, sizeof(copy), "%s", house.body.at);
    char *line = strchr(copy, '\n');
    *line++ = '\0';
    return do_auth(AUTH_TRACK, number, str_of(principal), str_of(copy), str_of(line));
}

static bool body_has(const char *text)
{
    return strstr(house.body.at, text) != NULL;
}

static long logged(void)
{
    return cluster_sql("live", "SELECT count(*) FROM access_log");
}

/* A sample every 20 s of two UTC days: the local day begins eight hours before. */
static void fill_track(void)
{
    ck_assert_int_eq(
        cluster_sql("live", "SELECT track_keep(1795478400000000, 1795564800000000, 90)"), 0);
    ck_assert_int_eq(
        cluster_sql(
            "live",
            "WITH w AS (INSERT INTO track SELECT 1, at, 7, 1226300000, 294300000, NULL, 30 FROM "
            "generate_series('2026-11-24 00:00Z'::timestamptz, '2026-11-25 23:59:59Z', '20 s') AS "
            "at "
            "RETURNING 1) SELECT count(*) FROM w"),
        8640);
}

START_TEST(a_day_is_read_by_a_commander_with_a_reason_in_pages)
{
    char next[512];
    house_open();
    fill_track();
    ck_assert_int_eq(read_track("commander", READ_TRACK_REFS, 1, DAY WHY), OK);
    /* From midnight of the city: what is stored begins at eight in the morning there. */
    ck_assert_msg(
        body_has("{\"unit\":\"live-u1\",\"date\":\"2026-11-24\",\"kept_days\":90,"
                 "\"samples\":[{\"unit\":\"live-u1\",\"at\":\"2026-11-24T00:00:00.000000Z\","
                 "\"lon\":122.63,\"lat\":29.43,\"speed\":30,\"seq\":7}"),
        "%.300s", house.body.at);
    ck_assert(body_has("\"at\":\"2026-11-24T11:06:20.000000Z\"") &&
              !body_has("\"at\":\"2026-11-24T11:06:40.000000Z\""));
    ck_assert_msg(body_has("],\"next\":\"1:1795518380000000\"}"), "%s",
                  house.body.at + house.body.len - 100);
    (void)snprintf(next, sizeof(next), "%s\ncursor=1:1795518380000000", DAY WHY);
    ck_assert_int_eq(read_track("commander", READ_TRACK_REFS, 1, next), OK);
    ck_assert(body_has("\"at\":\"2026-11-24T15:59:40.000000Z\"") && !body_has("next") &&
              !body_has("\"at\":\"2026-11-24T16:00:00.000000Z\""));
    ck_assert_int_eq(logged(), 2);
    ck_assert_int_eq(
        cluster_sql("live",
                    "SELECT count(*) FROM access_log WHERE actor = 'commander' AND incident = "
                    "'live-u1' AND "
                    "purpose = 'complaint: drove past the door' AND fields IN ('track 2026-11-24', "
                    "'track 2026-11-24 from 2026-11-24T11:06:20.000000Z')"),
        2);
    ck_assert_int_eq(read_track("commander", READ_TRACK_REFS, 1, "date=2026-11-20\n" WHY), OK);
    ck_assert(body_has("\"samples\":[]}"));
    house_close();
}
END_TEST

START_TEST(nobody_else_reads_it_and_nothing_without_a_reason_or_a_record)
{
    static const struct {
        const char *who;
        uint32_t unit;
        const char *query;
        enum err err;
        const char *says;
    } rows[] = {
        { "operator", 1, DAY WHY, ERR_FORBIDDEN, "commander" },
        { "operator", 1, DAY WHY "\nbreak=true", ERR_FORBIDDEN, "commander" },
        { "u1", 1, DAY WHY, ERR_FORBIDDEN, "commander" },
        { "commander", 1, DAY, ERR_INVALID, "\n\npurpose" },
        { "commander", 1, DAY "purpose=look", ERR_INVALID, "\n\npurpose" },
        { "commander", 1, DAY "purpose=none", ERR_INVALID, "\n\npurpose" },
        { "commander", 1, DAY "purpose=audit", ERR_INVALID, "\n\nreason" },
        { "commander", 1, DAY "purpose=audit\nreason=139 0000 0042", ERR_INVALID, "\n\nreason" },
        { "commander", 0, DAY WHY, ERR_NOT_FOUND, "unit" },
        { "commander", 99999, DAY WHY, ERR_NOT_FOUND, "unit" },
        { "commander", 1, WHY, ERR_INVALID, "\n\ndate" },
        { "commander", 1, WHY "\ndate=2026-11-31", ERR_INVALID, "\n\ndate" },
        { "commander", 1, WHY "\ndate=2026-13-01", ERR_INVALID, "\n\ndate" },
        { "commander", 1, WHY "\ndate=20261124", ERR_INVALID, "\n\ndate" },
        { "commander", 1, WHY "\ndate=2026-11-24T", ERR_INVALID, "\n\ndate" },
        { "commander", 1, WHY "\ndate=2026-11-2\"", ERR_INVALID, "\n\ndate" },
        { "commander", 1, DAY WHY "\ncursor=1", ERR_INVALID, "\n\ncursor" },
        { "commander", 1, DAY WHY "\ncursor=1:", ERR_INVALID, "\n\ncursor" },
        { "commander", 1, DAY WHY "\ncursor=-1:2", ERR_INVALID, "\n\ncursor" },
        { "commander", 1, DAY WHY "\ncursor=4294967296:2", ERR_INVALID, "\n\ncursor" },
        { "commander", 1, DAY WHY "\ncursor=1:99999999999999999999", ERR_INVALID, "\n\ncursor" },
    };
    house_open();
    fill_track();
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        enum err err = read_track(rows[k].who, READ_TRACK_REFS, rows[k].unit, rows[k].query);
        ck_assert_msg(err == rows[k].err && body_has(rows[k].says) && !body_has("\"lon\""),
                      "row %zu: %d %s", k, err, house.body.at);
    }
    /* What did not come from the view. */
    static const char *const lines[] = { "",
                                         "live-u1",
                                         "live-u1 2026-11-24",
                                         "live-u1 2026-11-24 0:0 1:2",
                                         "live-u1 2026-11-24 0:0 0:1:2",
                                         "live-u1 2026-11-24 0 1:1:2",
                                         "live-u1 2026-11-24 0:0 1:1:2x",
                                         "live-u1 2026-11-24 0:0  1:1:2" };
    for (size_t k = 0; k < sizeof(lines) / sizeof(lines[0]); k++) {
        ck_assert_int_eq(
            do_auth(AUTH_TRACK, 1, STR("commander"), STR("audit: x"), str_of(lines[k])),
            ERR_INVALID);
    }
    ck_assert_int_eq(
        do_auth(AUTH_TRACK, 1, STR("commander"), STR("audit"), STR("live-u1 2026-11-24 0:0 1:1:2")),
        ERR_INVALID);
    ck_assert_int_eq(logged(), 0);
    cluster_stop();
    ck_assert_int_eq(read_track("commander", READ_TRACK_REFS, 1, DAY WHY), ERR_LOG_UNAVAILABLE);
    ck_assert(!body_has("\"lon\""));
    cluster_start(NULL);
    /* A read that cannot be recorded shows nothing. */
    ck_assert_int_eq(cluster_sql("live", "WITH x AS (SELECT 1) SELECT count(*) FROM x"), 1);
    (void)cluster_sql("live", "REVOKE INSERT ON access_log FROM tocsin_auth");
    ck_assert_int_ne(read_track("commander", READ_TRACK_REFS, 1, DAY WHY), OK);
    ck_assert(!body_has("\"lon\""));
    (void)cluster_sql("live", "GRANT INSERT ON access_log TO tocsin_auth");
    ck_assert_int_eq(read_track("commander", READ_TRACK_REFS, 1, DAY WHY), OK);
    house_close();
}
END_TEST

START_TEST(an_incident_shows_its_units_while_they_worked_on_it)
{
    char sql[512];
    house_open();
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    c.as.report_receive =
        (struct report_receive){ .type = text_str(&stage.bed.live->world.types[0].code),
                                 .place = whim_place(1226300000, 294300000) };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    incident_id id = stage.bed.decision->incident;
    unit_id units[] = { { 1 } };
    c = (struct command){ .type = COMMAND_ASSIGNMENT_DISPATCH };
    c.as.assignment_dispatch.incident = id;
    c.as.assignment_dispatch.units = (struct list){ units, 1 };
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
    long long sent = (long long)stage.bed.now;
    (void)snprintf(sql, sizeof(sql), "SELECT track_keep(%lld - 86400000000, %lld, 90)", sent, sent);
    ck_assert_int_eq(cluster_sql("live", sql), 0);
    (void)snprintf(sql, sizeof(sql),
                   "WITH w AS (INSERT INTO track SELECT unit, to_timestamp(0) + %lld * interval '1 "
                   "us' + n * interval "
                   "'1 s', 7, 1, 1 FROM generate_series(-60, 60) AS n, generate_series(1, 2) AS "
                   "unit RETURNING 1) "
                   "SELECT count(*) FROM w",
                   sent);
    ck_assert_int_eq(cluster_sql("live", sql), 242);
    ck_assert_int_eq(read_track("operator", READ_TRACKS_REFS, id.n, WHY), ERR_FORBIDDEN);
    ck_assert_int_eq(read_track("commander", READ_TRACKS_REFS, id.n + 1, WHY), ERR_NOT_FOUND);
    ck_assert_int_eq(read_track("commander", READ_TRACKS_REFS, id.n, WHY), OK);
    uint32_t count = 0;
    for (const char *at = house.body.at; (at = strstr(at, "\"unit\":\"live-u1\"")) != NULL; at++) {
        count++;
    }
    ck_assert_uint_eq(count, 61);
    ck_assert(!body_has("live-u2") && !body_has("\"date\"") && body_has("\"incident\":\"live-i"));
    ck_assert_int_eq(
        cluster_sql("live", "SELECT count(*) FROM access_log WHERE fields = 'track live-u1'"), 1);
    house_close();
}
END_TEST

/* By hand, as the projector has it: incident 1 has left the memory, 2 lies elsewhere. */
START_TEST(an_incident_that_left_the_memory_shows_its_units_too)
{
    house_open();
    fill_track();
    stage.view->world.next_incident = stage.bed.live->world.next_incident = 4;
    house.world->world.next_incident = 4;
    ck_assert_int_eq(
        cluster_sql("live",
                    "WITH i AS (INSERT INTO incident (id, number, rev, status, place_state, "
                    "zone, opened_at, projected_seq) VALUES ('live-i1', '1', 1, 'closed', "
                    "'known', 'live-z1', now(), 1), ('live-i2', '2', 1, 'closed', 'known', "
                    "'live-z12', now(), 1) RETURNING 1) SELECT count(*) FROM i"),
        2);
    ck_assert_int_eq(
        cluster_sql("live", "WITH a AS (INSERT INTO assignment (id, incident, unit, status, since, "
                            "dispatched_at, ended_at, projected_seq) SELECT 'live-a' || n, "
                            "'live-i1', CASE n WHEN 1 THEN 'live-u1' END, 'cleared', at, at, at + "
                            "interval '61 s', 1 FROM generate_series(1, 2) AS n, (SELECT min(at) "
                            "AS at FROM track WHERE unit = 1) AS t RETURNING 1) "
                            "SELECT count(*) FROM a"),
        2);
    ck_assert_int_eq(read_track("operator", READ_TRACKS_REFS, 1, WHY), ERR_FORBIDDEN);
    ck_assert_int_eq(read_track("commander", READ_TRACKS_REFS, 3, WHY), ERR_NOT_FOUND);
    ck_assert_int_eq(read_track("commander", READ_TRACKS_REFS, 9, WHY), ERR_NOT_FOUND);
    ck_assert_int_eq(logged(), 0);
    ck_assert_int_eq(read_track("commander", READ_TRACKS_REFS, 1, WHY), OK);
    ck_assert_msg(body_has("\"unit\":\"live-u1\"") && body_has("\"incident\":\"live-i1\"") &&
                      !body_has("live-u2"),
                  "%s", house.body.at);
    ck_assert_int_eq(
        cluster_sql("live", "SELECT count(*) FROM access_log WHERE fields = 'track live-u1'"), 1);
    ck_assert_int_eq(read_track("commander", READ_TRACKS_REFS, 2, WHY), OK);
    ck_assert(!body_has("\"lon\""));
    /* Who sees some zones only. */
    ck_assert_int_eq(
        do_auth(AUTH_TRACK, 2, STR("commander"), STR("audit: x"), STR("live-i2 past:1,2,120 0:0")),
        ERR_NOT_FOUND);
    ck_assert_int_eq(
        do_auth(AUTH_TRACK, 2, STR("commander"), STR("audit: x"), STR("live-i2 past:3,12 0:0")),
        OK);
    house_close();
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = samples_are_written_with_the_logs_seq_and_wait_out_a_database_that_is_gone },
        { .test = what_memory_cannot_hold_meanwhile_is_counted_and_the_newest_are_kept },
        { .test = days_come_and_go_with_the_clock },
        { .test = a_day_is_read_by_a_commander_with_a_reason_in_pages },
        { .test = nobody_else_reads_it_and_nothing_without_a_reason_or_a_record },
        { .test = an_incident_shows_its_units_while_they_worked_on_it },
        { .test = an_incident_that_left_the_memory_shows_its_units_too },
    };
    cluster_begin();
    int status = SUITE_RUN("server/view_tracks", rows);
    cluster_end();
    return status;
}
