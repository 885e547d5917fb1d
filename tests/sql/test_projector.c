#include "base/units.h"
#include "sql/projector.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#define OPENED_US (INT64_C(1800000000) * US_PER_S + 1)

static struct projector *open_projector(const char *world, uint64_t *seq)
{
    struct fault f = { 0 };
    struct projector *p;

    ck_assert_msg(projector_open(cluster_server(), world, &p, seq, &f) == OK, "%s %s", f.primary,
                  f.detail);
    return p;
}

static struct project_incident incident(struct str id, struct str status, int64_t seq)
{
    return (struct project_incident){ .id = id,
                                      .number = STR("20261123-000417"),
                                      .rev = 2,
                                      .type_reported = STR("0102"),
                                      .grade = PROJECT_NONE,
                                      .tier = 2,
                                      .status = status,
                                      .place_state = STR("known"),
                                      .lon_e7 = -1224194000,
                                      .lat_e7 = 377749000,
                                      .radius_m = PROJECT_NONE,
                                      .zone = STR("B1"),
                                      .opened_us = OPENED_US,
                                      .closed_us = PROJECT_NONE,
                                      .reports_json = STR("[\"w-r1\"]"),
                                      .seq = seq };
}

static struct project_unit unit(struct str id, int64_t seq)
{
    return (struct project_unit){ .id = id,
                                  .callsign = STR("巡 12"),
                                  .police_type = STR("patrol"),
                                  .capabilities_json = STR("[\"k9\"]"),
                                  .status = STR("free"),
                                  .status_since_us = OPENED_US,
                                  .voice_only = true,
                                  .crew = 2,
                                  .seq = seq };
}

static struct project_assignment assignment(struct str id, int64_t seq)
{
    return (struct project_assignment){ .id = id,
                                        .incident = STR("w-i1"),
                                        .unit = STR("w-u1"),
                                        .status = STR("dispatched"),
                                        .since_us = OPENED_US,
                                        .eta_ms = 240000,
                                        .due_us = PROJECT_NONE,
                                        .reserved_us = PROJECT_NONE,
                                        .dispatched_us = OPENED_US,
                                        .acknowledged_us = PROJECT_NONE,
                                        .en_route_us = PROJECT_NONE,
                                        .staged_us = PROJECT_NONE,
                                        .on_scene_us = PROJECT_NONE,
                                        .transporting_us = PROJECT_NONE,
                                        .ended_us = PROJECT_NONE,
                                        .seq = seq };
}

static struct project_report report(struct str id, int64_t seq)
{
    return (struct project_report){ .id = id,
                                    .number = STR("20261123-000001"),
                                    .incident = STR("w-i1"),
                                    .opened = true,
                                    .status = STR("linked"),
                                    .channel = STR("110"),
                                    .priority = PROJECT_NONE,
                                    .settled_us = PROJECT_NONE,
                                    .received_us = OPENED_US,
                                    .place_state = STR("unknown"),
                                    .seq = seq };
}

START_TEST(rows_and_cursor_move_together)
{
    const char *world = cluster_world();
    struct project_incident i = incident(STR("w-i1"), STR("waiting"), 3);
    struct project_unit u = unit(STR("w-u1"), 1);
    struct project_assignment a = assignment(STR("w-a1"), 4);
    struct project_report r = report(STR("w-r1"), 3);
    struct fault f = { 0 };
    uint64_t seq = 9;
    struct projector *p = open_projector(world, &seq);

    ck_assert_uint_eq(seq, 0);
    projector_add_incident(p, &i);
    projector_add_unit(p, &u);
    projector_add_assignment(p, &a);
    projector_add_report(p, &r);
    ck_assert_msg(projector_write(p, 4, &f) == OK, "%s %s", f.primary, f.detail);
    projector_close(p);
    ck_assert_int_eq(
        cluster_sql(
            world,
            "SELECT count(*) FROM incident WHERE id = 'w-i1' AND status = 'waiting' AND tier = 2"
            " AND grade IS NULL AND lon = -122.4194 AND lat = 37.7749 AND radius_m IS NULL"
            " AND opened_at = timestamptz '2027-01-15 08:00:00.000001Z' AND closed_at IS NULL"
            " AND reports ->> 0 = 'w-r1' AND plan IS NULL AND projected_seq = 3"),
        1);
    ck_assert_int_eq(
        cluster_sql(world,
                    "SELECT count(*) FROM unit WHERE callsign = '巡 12' AND voice_only AND crew = 2"
                    " AND capabilities ->> 0 = 'k9' AND station IS NULL"),
        1);
    ck_assert_int_eq(
        cluster_sql(world,
                    "SELECT count(*) FROM assignment WHERE eta_ms = 240000 AND reserved_at IS NULL"
                    " AND dispatched_at = since"),
        1);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM report WHERE opened AND NOT callback"
                                        " AND cues = '[]' AND settled_at IS NULL"),
                     1);
    p = open_projector(world, &seq);
    ck_assert(projector_whole(p));
    projector_close(p);
    ck_assert_uint_eq(seq, 4);
}
END_TEST

START_TEST(of_several_states_the_last_stands)
{
    const char *world = cluster_world();
    struct project_incident states[] = { incident(STR("w-i1"), STR("waiting"), 3),
                                         incident(STR("w-i2"), STR("waiting"), 4),
                                         incident(STR("w-i1"), STR("closed"), 5) };
    struct fault f = { 0 };
    uint64_t seq;
    struct projector *p = open_projector(world, &seq);

    for (int i = 0; i < 3; i++) {
        projector_add_incident(p, &states[i]);
    }
    ck_assert_int_eq(projector_write(p, 5, &f), OK);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM incident"), 2);
    ck_assert_int_eq(
        cluster_sql(world, "SELECT projected_seq FROM incident WHERE status = 'closed'"), 5);
    states[1].status = STR("held");
    states[1].seq = 6;
    projector_add_incident(p, &states[1]);
    ck_assert_int_eq(projector_write(p, 6, &f), OK);
    ck_assert_int_eq(cluster_sql(world, "SELECT projected_seq FROM incident WHERE status = 'held'"),
                     6);
    projector_close(p);
}
END_TEST

/* What a fill brings is older than what a server wrote meanwhile. */
START_TEST(an_older_state_replaces_no_newer_one)
{
    const char *world = cluster_world();
    struct project_incident now = incident(STR("w-i1"), STR("closed"), 9);
    struct project_incident before = incident(STR("w-i1"), STR("waiting"), 3);
    struct fault f = { 0 };
    uint64_t seq;
    struct projector *server = open_projector(world, &seq);
    struct projector *fill;

    projector_add_incident(server, &now);
    ck_assert_int_eq(projector_write(server, 9, &f), OK);
    cluster_sql(world, "UPDATE projection_cursor SET whole_seq = 4");
    ck_assert_int_eq(projector_open_to_fill(cluster_super(), world, &fill, &seq, &f), OK);
    ck_assert(!projector_whole(fill));
    ck_assert_uint_eq(seq, 9);
    projector_add_incident(fill, &before);
    ck_assert_int_eq(projector_flush(fill, &f), OK);
    ck_assert_int_eq(cluster_sql(world, "SELECT projected_seq FROM incident"), 9);
    ck_assert_int_eq(projector_write(server, 10, &f), OK); /* not whole yet, and not by this */
    ck_assert_int_eq(projector_hold(fill, &seq, &f), OK);
    ck_assert_uint_eq(seq, 10);
    ck_assert_int_eq(projector_fill_end(fill, &f), OK);
    ck_assert_int_eq(projector_write(server, 11, &f), OK);
    projector_close(fill);
    projector_close(server);
    server = open_projector(world, &seq);
    ck_assert(projector_whole(server));
    projector_close(server);
}
END_TEST

START_TEST(a_second_projector_is_noticed)
{
    const char *world = cluster_world();
    struct project_unit u = unit(STR("w-u1"), 1);
    struct fault f = { 0 };
    uint64_t seq;
    struct projector *a = open_projector(world, &seq);
    struct projector *b = open_projector(world, &seq);

    ck_assert_int_eq(projector_write(a, 7, &f), OK);
    projector_add_unit(b, &u);
    ck_assert_int_eq(projector_write(b, 8, &f), ERR_CONFLICT);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM unit"), 0);
    projector_close(a);
    projector_close(b);
}
END_TEST

START_TEST(the_tables_are_rebuilt_from_nothing)
{
    const char *world = cluster_world();
    struct project_unit u = unit(STR("w-u1"), 1);
    struct fault f = { 0 };
    uint64_t seq;
    struct projector *p = open_projector(world, &seq);

    for (int round = 0; round < 2; round++) {
        projector_add_unit(p, &u);
        ck_assert_int_eq(projector_write(p, 2, &f), OK);
        ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM unit"), 1);
        ck_assert_int_eq(projector_clear(p, &f), OK);
        ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM unit"), 0);
    }
    projector_close(p);
}
END_TEST

START_TEST(a_write_waits_out_a_database_that_is_gone)
{
    const char *world = cluster_world();
    struct project_unit u = unit(STR("w-u1"), 1);
    struct fault f = { 0 };
    uint64_t seq;
    struct projector *p = open_projector(world, &seq);

    projector_add_unit(p, &u);
    cluster_kill();
    ck_assert_int_eq(projector_write(p, 2, &f), ERR_LOG_UNAVAILABLE);
    cluster_start(NULL);
    ck_assert_int_eq(projector_write(p, 2, &f), OK);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM unit"), 1);
    projector_close(p);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = rows_and_cursor_move_together },
        { .test = of_several_states_the_last_stands },
        { .test = an_older_state_replaces_no_newer_one },
        { .test = a_second_projector_is_noticed },
        { .test = the_tables_are_rebuilt_from_nothing },
        { .test = a_write_waits_out_a_database_that_is_gone },
    };
    int code;

    cluster_begin();
    code = SUITE_RUN("sql/projector", rows);
    cluster_end();
    return code;
}
