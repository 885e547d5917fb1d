/* Laws of the weights of coverage: incidents with a place, together where they are near each other,
 * of the last days of the record. */
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

int main(void)
{
    const struct suite_row tests[] = {
        { incidents_with_a_place_count_where_they_were_and_old_or_merged_ones_do_not, 0, 0 },
    };
    cluster_begin();
    int code = SUITE_RUN("sql/weights", tests);
    cluster_end();
    return code;
}
