/* Laws of the weights of coverage: incidents with a place, together where they are near each other,
 * of the last days of the record. */
#include "sql/calls.h"
#include "sql/weights.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#define DAYS 30

static const char rows[] =
    "WITH made (id, state, lon, lat, day, merged) AS (VALUES"
    " ('a', 'known', 122.60001, 29.40001, 50, NULL), ('b', 'approximate', 122.60002, 29.4, 49, "
    "NULL),"
    " ('c', 'known', 122.7, 29.5, 48, NULL), ('d', 'known', 122.7, 29.5, 19, NULL),"
    " ('e', 'unknown', NULL, NULL, 50, NULL), ('f', 'known', 122.7, 29.5, 47, 'c')) "
    "INSERT INTO incident (id, number, rev, status, place_state, lon, lat, opened_at, merged_into,"
    " projected_seq) SELECT id, id, 1, 'open', state, lon, lat,"
    " '2026-01-01T00:00:00Z'::timestamptz + make_interval(days => day), merged, 1 FROM made";

static uint32_t places, incidents, most;

static void take(void *arg, struct point at, uint32_t count)
{
    (void)arg;
    ck_assert_int_gt(at.lon_e7, 1225990000);
    most = places == 0 ? count : most;
    places++;
    incidents += count;
}

START_TEST(incidents_with_a_place_count_where_they_were_and_old_or_merged_ones_do_not)
{
    struct fault f = { 0 };
    struct pg *pg = NULL;
    const char *world = cluster_world();
    const struct pg_opts o = { .conninfo = cluster_server(),
                               .world = world,
                               .role = "tocsin_auditor" };
    int64_t until = 1;
    ck_assert_int_eq(pg_open(&o, &pg, &f), OK);
    ck_assert_msg(weights_read(pg, DAYS, take, NULL, &until, &f) == OK, "%s %s", f.primary,
                  f.detail);
    ck_assert_uint_eq(places, 0);
    ck_assert_int_eq(until, 0);
    cluster_sql(world, rows);
    ck_assert_msg(weights_read(pg, DAYS, take, NULL, &until, &f) == OK, "%s %s", f.primary,
                  f.detail);
    ck_assert_uint_eq(places, 2); /* a and b are some metres apart, c stands alone */
    ck_assert_uint_eq(most, 2);
    ck_assert_uint_eq(incidents, 3);
    int64_t last = 0;
    ck_assert_int_eq(instant_read("2026-02-20T00:00:00Z", 20, &last), 0);
    ck_assert_int_eq(until, last);
    pg_close(pg);
}
END_TEST

static const char orders[] =
    "UPDATE incident SET tier = CASE id WHEN 'a' THEN 1 WHEN 'b' THEN 3 WHEN 'c' THEN 3 ELSE 4 END;"
    "INSERT INTO assignment (id, incident, unit, status, since, dispatched_at, on_scene_at, "
    "ended_at, on_view, active, projected_seq) SELECT n::text, 'a', 'u', 'cleared', at, at, "
    "CASE WHEN n = 4 THEN NULL ELSE at + make_interval(mins => 5) END, "
    "CASE WHEN n = 5 THEN NULL ELSE at + make_interval(mins => n * 10) END, n = 6, false, 1 FROM "
    "(SELECT n, '2026-02-10T00:00:00Z'::timestamptz + make_interval(days => n) AS at FROM "
    "generate_series(1, 6) AS n) AS made;"
    "UPDATE assignment SET dispatched_at = '2026-01-02T00:00:00Z' WHERE id = '3'";

/* By tier what was opened in the last days, merged ones not; trips that somebody drove to and
 * ended: not who never came, who is still there, who met it on the way, nor one of long ago. */
START_TEST(calls_and_trips_are_those_of_the_last_days)
{
    struct fault f = { 0 };
    struct pg *pg = NULL;
    struct calls_past p;
    const char *world = cluster_world();
    const struct pg_opts o = { .conninfo = cluster_server(),
                               .world = world,
                               .role = "tocsin_auditor" };
    ck_assert_int_eq(pg_open(&o, &pg, &f), OK);
    ck_assert_msg(calls_read(pg, DAYS, &p, &f) == OK, "%s %s", f.primary, f.detail);
    ck_assert_uint_eq(p.span_ms + p.trips + p.away_ms + p.of_tier[1], 0);
    cluster_sql(world, rows);
    cluster_sql(world, orders);
    ck_assert_msg(calls_read(pg, DAYS, &p, &f) == OK, "%s %s", f.primary, f.detail);
    ck_assert_uint_eq(p.of_tier[1], 1);
    ck_assert_uint_eq(p.of_tier[2], 0);
    ck_assert_uint_eq(p.of_tier[3], 2);
    ck_assert_uint_eq(p.of_tier[4], 1); /* e: without a place it is a call all the same */
    ck_assert_uint_eq(p.span_ms, UINT64_C(2) * 86400000);
    ck_assert_uint_eq(p.trips, 2);
    ck_assert_uint_eq(p.away_ms, 15 * 60000);
    pg_close(pg);
}
END_TEST

int main(void)
{
    const struct suite_row tests[] = {
        { incidents_with_a_place_count_where_they_were_and_old_or_merged_ones_do_not, 0, 0 },
        { calls_and_trips_are_those_of_the_last_days, 0, 0 },
    };
    cluster_begin();
    int code = SUITE_RUN("sql/weights", tests);
    cluster_end();
    return code;
}
