/* Laws of the table of sampled positions: its days are made and dropped by themselves, a sample
 * stands once however often it is sent, and windows of time are read in pages. */
#include "base/units.h"
#include "sql/tracks.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#define NOON_US (INT64_C(1795521600) * US_PER_S) /* 2026-11-24T12:00:00Z */
#define DAYS 90

static struct pg *open_as(const char *world, const char *role)
{
    const struct pg_opts o = {
        .conninfo = cluster_server(), .world = world, .role = role, .application = "test"
    };
    struct fault f = { 0 };
    struct pg *pg = NULL;
    ck_assert_msg(pg_open(&o, &pg, &f) == OK, "%s %s", f.primary, f.detail);
    return pg;
}

static void keep(struct pg *pg, int64_t from, int64_t now, uint64_t dropped)
{
    struct fault f = { 0 };
    uint64_t count = 99;
    ck_assert_msg(tracks_keep(pg, from, now, DAYS, &count, &f) == OK, "%s %s", f.primary, f.detail);
    ck_assert_uint_eq(count, dropped);
}

static void write_samples(struct pg *pg, const struct track_sample *s, uint32_t count)
{
    struct fault f = { 0 };
    ck_assert_msg(tracks_write(pg, s, count, &f) == OK, "%s %s", f.primary, f.detail);
}

static struct track_sample sample(uint32_t unit, int64_t at)
{
    return (struct track_sample){ .unit = unit,
                                  .at_us = at,
                                  .seq = 7,
                                  .lon_e7 = -1800000000,
                                  .lat_e7 = 900000000,
                                  .heading = TRACK_UNKNOWN,
                                  .speed_kmh = 260 };
}

static long days_of(const char *world)
{
    return cluster_sql(world,
                       "SELECT count(*) FROM pg_inherits WHERE inhparent = 'track'::regclass");
}

START_TEST(days_are_made_as_they_come_and_dropped_when_they_are_over)
{
    const char *world = cluster_world();
    struct pg *pg = open_as(world, "tocsin_tracker");
    keep(pg, NOON_US - US_PER_DAY, NOON_US, 0);
    ck_assert_int_eq(days_of(world), 3);
    keep(pg, NOON_US, NOON_US, 0);
    ck_assert_int_eq(days_of(world), 3);
    const struct track_sample s = sample(3, NOON_US - US_PER_DAY);
    write_samples(pg, &s, 1);
    /* The day before is kept to its 90th day and goes with the next. */
    keep(pg, NOON_US + (DAYS - 1) * US_PER_DAY, NOON_US + (DAYS - 1) * US_PER_DAY, 0);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM track"), 1);
    keep(pg, NOON_US + DAYS * US_PER_DAY, NOON_US + DAYS * US_PER_DAY, 1);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM track"), 0);
    /* A clock that was far away makes no more days than are kept. */
    keep(pg, 0, NOON_US + 1000 * US_PER_DAY, (uint64_t)days_of(world));
    ck_assert_int_eq(days_of(world), DAYS + 2);
    pg_close(pg);
}
END_TEST

START_TEST(a_sample_without_a_day_is_an_error_and_the_rest_of_its_batch_waits)
{
    const char *world = cluster_world();
    struct pg *pg = open_as(world, "tocsin_tracker");
    struct fault f = { 0 };
    keep(pg, NOON_US, NOON_US, 0);
    const struct track_sample both[] = { sample(1, NOON_US), sample(1, NOON_US + 9 * US_PER_DAY) };
    ck_assert_int_eq(tracks_write(pg, both, 2, &f), ERR_IO);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM track"), 0);
    write_samples(pg, both, 1);
    write_samples(pg, both, 1);
    ck_assert_int_eq(
        cluster_sql(world,
                    "SELECT count(*) FROM track WHERE heading IS NULL AND speed_kmh = 260 AND "
                    "lon_e7 = -1800000000 AND lat_e7 = 900000000 AND seq = 7"),
        1);
    pg_close(pg);
}
END_TEST

struct heard {
    uint32_t count;
    struct track_sample last;
};

static void hear(void *arg, const struct track_sample *s)
{
    struct heard *h = arg;
    h->count++;
    h->last = *s;
}

static struct heard read_some(struct pg *pg, const struct track_query *q)
{
    struct heard h = { 0 };
    struct fault f = { 0 };
    ck_assert_msg(tracks_read(pg, q, hear, &h, &f) == OK, "%s %s", f.primary, f.detail);
    return h;
}

START_TEST(windows_are_read_in_pages)
{
    const char *world = cluster_world();
    struct pg *pg = open_as(world, "tocsin_tracker");
    struct track_sample some[60];
    for (uint32_t k = 0; k < 60; k++) {
        some[k] = sample(1 + k % 3, NOON_US + k * US_PER_HOUR);
    }
    keep(pg, NOON_US, NOON_US + 2 * US_PER_DAY, 0);
    write_samples(pg, some, 60);
    pg_close(pg);
    pg = open_as(world, "tocsin_auth");
    const struct track_window two[] = { { 1, NOON_US, NOON_US + 9 * US_PER_HOUR },
                                        { 3, NOON_US, NOON_US + 60 * US_PER_HOUR } };
    struct track_query q = { .windows = two, .count = 2, .limit = 100 };
    struct heard h = read_some(pg, &q); /* hours 0, 3 and 6 of the one, all 20 of the other */
    ck_assert_uint_eq(h.count, 23);
    ck_assert_uint_eq(h.last.unit, 3);
    ck_assert_int_eq(h.last.at_us, NOON_US + 59 * US_PER_HOUR);
    ck_assert_uint_eq(h.last.heading, TRACK_UNKNOWN);
    ck_assert_int_eq(h.last.lon_e7, -1800000000);
    q.limit = 4;
    h = read_some(pg, &q);
    ck_assert_uint_eq(h.count, 4);
    ck_assert_uint_eq(h.last.unit, 3);
    q = (struct track_query){ two, 2, h.last.unit, h.last.at_us, 100 };
    ck_assert_uint_eq(read_some(pg, &q).count, 19);
    q.count = 0;
    ck_assert_uint_eq(read_some(pg, &q).count, 0);
    pg_close(pg);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = days_are_made_as_they_come_and_dropped_when_they_are_over },
        { .test = a_sample_without_a_day_is_an_error_and_the_rest_of_its_batch_waits },
        { .test = windows_are_read_in_pages },
    };
    int code;

    cluster_begin();
    code = SUITE_RUN("sql/tracks", rows);
    cluster_end();
    return code;
}
