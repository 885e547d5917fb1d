/* Laws of reading drives for learning: only behind an entry of the access log, only from "en route"
 * to the next step, and without whose they are. And the whole road from the table to the file. */
#include "routing/network_file.h"
#include "routing/speeds_file.h"
#include "sql/drives.h"
#include "sql/tracks.h"
#include "tests/routing/driving.h"
#include "tests/routing/streets.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NOON_US (INT64_C(1795521600) * US_PER_S) /* 2026-11-24T12:00:00Z */

static struct pg *open_as(const char *world, const char *role)
{
    const struct pg_opts o = {
        .conninfo = cluster_super(), .world = world, .role = role, .application = "test"
    };
    struct fault f = { 0 };
    struct pg *pg = NULL;

    ck_assert_msg(pg_open(&o, &pg, &f) == OK, "%s %s", f.primary, f.detail);
    return pg;
}

static void put_track(const char *world, const struct track_sample *s, uint32_t count)
{
    struct pg *pg = open_as(world, "tocsin_tracker");
    struct fault f = { 0 };

    ck_assert_int_eq(tracks_keep(pg, s[0].at_us, s[0].at_us, 3660, NULL, &f), OK);
    ck_assert_msg(tracks_write(pg, s, count, &f) == OK, "%s %s", f.primary, f.detail);
    pg_close(pg);
}

static struct track_sample sample(uint32_t unit, int64_t at)
{
    return (struct track_sample){ .unit = unit,
                                  .at_us = at,
                                  .seq = 1,
                                  .lon_e7 = (int32_t)unit,
                                  .lat_e7 = 5,
                                  .heading = TRACK_UNKNOWN,
                                  .speed_kmh = TRACK_UNKNOWN };
}

/* What seconds of orders count from. */
static int64_t base_us = NOON_US;

/* An order: when it was en route, staged, on scene and over, in seconds from base_us; -1: never. */
static void put_order(const char *world, int number, int unit, int en_route, int staged,
                      int on_scene, int ended, bool on_view)
{
    char sql[1024];
    int steps[4] = { en_route, staged, on_scene, ended };
    char at[4][80];

    for (int i = 0; i < 4; i++) {
        (void)snprintf(at[i], sizeof(at[i]), steps[i] < 0 ? "NULL" : "to_timestamp(%lld + %d)",
                       (long long)(base_us / US_PER_S), steps[i]);
    }
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO assignment (id, incident, unit, status, since, en_route_at, "
                   "staged_at, on_scene_at, ended_at, on_view, projected_seq) VALUES ('t-a%d', "
                   "'t-i1', 't-u%d', 'x', now(), %s, %s, %s, %s, %s, 1)",
                   number, unit, at[0], at[1], at[2], at[3], on_view ? "true" : "false");
    (void)cluster_sql(world, sql);
}

struct heard {
    uint32_t count;
    uint64_t drives;
    int32_t sum_lon;
    int64_t first_us, last_us, shift_us;
};

static void hear(void *arg, const struct drive_fix *fix)
{
    struct heard *h = arg;

    h->first_us = h->count == 0 ? fix->at_us : h->first_us;
    h->count++;
    h->drives = fix->drive > h->drives ? fix->drive : h->drives;
    h->sum_lon += fix->at.lon_e7;
    h->last_us = fix->at_us;
    h->shift_us = fix->local_us - fix->at_us;
}

START_TEST(a_drive_is_from_en_route_to_the_next_step)
{
    const char *world = cluster_world();
    struct track_sample s[200];
    struct fault f = { 0 };
    struct heard h = { 0 };
    uint64_t entry;
    uint32_t count = 0;

    for (int i = 0; i < 20; i++) {
        for (uint32_t unit = 1; unit <= 6; unit++) {
            s[count++] = sample(unit, NOON_US + i * 60 * US_PER_S);
        }
    }
    put_track(world, s, count);
    put_order(world, 1, 1, 60, -1, 240, 900, false);   /* minutes 1 to 4 */
    put_order(world, 2, 2, 60, 120, 240, 900, false);  /* staged: minutes 1 and 2 */
    put_order(world, 3, 3, 60, -1, -1, 180, false);    /* called back: 1 to 3 */
    put_order(world, 4, 4, 60, -1, -1, -1, false);     /* under way still: none */
    put_order(world, 5, 5, 60, -1, 240, 900, true);    /* was there already: none */
    put_order(world, 6, 6, -1, -1, 240, 900, false);   /* nobody said that it left: none */
    put_order(world, 7, 6, 600, 300, 660, 900, false); /* staged before: 10 and 11 */

    struct pg *pg = NULL;

    ck_assert_int_eq(drives_open(cluster_super(), world, &pg, &f), OK);
    ck_assert_int_eq(
        drives_read(pg, 1, NOON_US, NOON_US + US_PER_HOUR, STR("Asia/Shanghai"), hear, &h, &f),
        ERR_FORBIDDEN);
    ck_assert_uint_eq(h.count, 0);
    ck_assert_int_eq(drives_record(pg, STR("wang"), NOON_US, NOON_US + US_PER_HOUR, &entry, &f),
                     OK);
    ck_assert_msg(drives_read(pg, entry, NOON_US, NOON_US + US_PER_HOUR, STR("Asia/Shanghai"), hear,
                              &h, &f) == OK,
                  "%s %s", f.primary, f.detail);
    ck_assert_uint_eq(h.count, 4 + 2 + 3 + 2);
    ck_assert_uint_eq(h.drives, 4);
    ck_assert_int_eq(h.sum_lon, 4 * 1 + 2 * 2 + 3 * 3 + 2 * 6);
    ck_assert_int_eq(h.first_us, NOON_US + 60 * US_PER_S);
    ck_assert_int_eq(h.last_us, NOON_US + 660 * US_PER_S);
    ck_assert_int_eq(h.shift_us, 8 * US_PER_HOUR);
    h = (struct heard){ 0 };
    ck_assert_int_eq(drives_read(pg, entry, NOON_US + 61 * US_PER_S, NOON_US + US_PER_HOUR,
                                 STR("Europe/Lisbon"), hear, &h, &f),
                     OK);
    ck_assert_uint_eq(h.count, 2);
    ck_assert_int_eq(h.shift_us, 0);
    ck_assert_int_ne(
        drives_read(pg, entry, NOON_US, NOON_US + US_PER_HOUR, STR("Nowhere"), hear, &h, &f), OK);
    pg_close(pg);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM access_log WHERE actor = 'wang' AND "
                                        "purpose = 'learn_speeds' AND incident = 'roads' AND "
                                        "fields LIKE 'track,2026-11-24T12:00:00Z,%'"),
                     1);
}
END_TEST

START_TEST(an_old_entry_allows_nothing)
{
    const char *world = cluster_world();
    struct fault f = { 0 };
    struct heard h = { 0 };
    struct pg *pg = NULL;
    uint64_t entry;

    ck_assert_int_eq(drives_open(cluster_super(), world, &pg, &f), OK);
    ck_assert_int_eq(drives_record(pg, STR("wang"), 0, 1, &entry, &f), OK);
    ck_assert_int_eq(drives_read(pg, entry, 0, 1, STR("UTC"), hear, &h, &f), OK);
    (void)cluster_sql(world, "UPDATE access_log SET at = at - 90000000000");
    ck_assert_int_eq(drives_read(pg, entry, 0, 1, STR("UTC"), hear, &h, &f), ERR_FORBIDDEN);
    ck_assert_int_eq(drives_record(pg, STR("two\nlines"), 0, 1, &entry, &f), ERR_INVALID);
    pg_close(pg);
}
END_TEST

static int learn(const char *world, const char *roads, const char *out, const char *rest)
{
    char line[4096];
    const char *top = getenv("TOP_BUILDDIR");

    (void)snprintf(line, sizeof(line),
                   "%s/tools/tocsin learn-speeds --database '%s' --world %s --roads %s --out %s "
                   "--by wang %s >/dev/null 2>&1",
                   top != NULL ? top : ".", cluster_super(), world, roads, out, rest);
    return WEXITSTATUS(system(line));
}

/* Drives into the tables, as a fleet of ten units leaves them there. */
static uint32_t put_drives(const char *world, struct drives *d, uint32_t wanted)
{
    const struct network *n = &d->road->network;
    static struct track_sample s[DRIVE_FIXES_MAX];
    struct pg *pg = open_as(world, "tocsin_tracker");
    struct fault f = { 0 };
    uint32_t went = 0;

    ck_assert_int_eq(tracks_keep(pg, base_us, base_us + 2 * US_PER_DAY, 90, NULL, &f), OK);

    for (uint32_t i = 0; i < wanted; i++) {
        uint32_t unit = 1 + i % 10;
        int began = (int)(i / 10) * 1200;
        struct point from = n->shape[prng_below(&d->random, n->point_count)];
        struct point to = n->shape[prng_below(&d->random, n->point_count)];

        if (!drives_go(d, from, to, base_us + began * US_PER_S) || d->count < 2) {
            continue;
        }
        for (uint32_t k = 0; k < d->count; k++) {
            s[k] = sample(unit, d->fix[k].at_us);
            s[k].lon_e7 = d->fix[k].at.lon_e7;
            s[k].lat_e7 = d->fix[k].at.lat_e7;
        }
        ck_assert_int_eq(tracks_write(pg, s, d->count, &f), OK);
        int took = (int)((d->fix[d->count - 1].at_us - base_us) / US_PER_S);

        put_order(world, (int)i, (int)unit, began, -1, took, took + 60, false);
        went++;
    }
    pg_close(pg);
    return went;
}

START_TEST(speeds_are_learned_from_a_record)
{
    const char *world = cluster_world();
    static struct drives d;
    char roads[] = "/tmp/tocsin-drives-XXXXXX";
    char out[] = "/tmp/tocsin-speeds-XXXXXX";
    struct road road;
    struct road open;
    struct speeds speeds;
    struct fault f = { 0 };
    uint64_t seed = 1;

    for (streets_open(&road, seed); road.network.piece_count < 100; streets_open(&road, ++seed)) {
        road_close(&road);
    }
    ck_assert_int_ge(mkstemp(roads), 0);
    ck_assert_int_ge(mkstemp(out), 0);
    ck_assert_int_eq(network_write(&road.network, roads, &f), OK);
    drives_begin(&d, &road, seed);
    base_us = (int64_t)(time(NULL) - 2 * 86400) * US_PER_S;
    uint32_t went = put_drives(world, &d, 300);

    ck_assert_uint_gt(went, 100);
    ck_assert_int_eq(learn(world, roads, out, "--timezone UTC --days 3"), 0);
    ck_assert_int_eq(learn(world, roads, out, "--timezone UTC --days 3 --json"), 0);
    ck_assert_int_eq(road_open(&open, roads, &f), OK);
    ck_assert_msg(speeds_open(&speeds, out, &open.network, &f) == OK, "%s %s", f.primary, f.detail);
    ck_assert_uint_gt(speeds.drives, went / 2);
    ck_assert_uint_gt(speeds.known_count, 30);
    ck_assert_str_eq(speeds.zone, "UTC");
    speeds_close(&speeds);
    road_close(&open);
    ck_assert_int_eq(learn(world, roads, out, "--timezone Nowhere"), 1);
    ck_assert_int_eq(learn(world, roads, out, "--timezone UTC --days 0"), 2);
    drives_end(&d);
    road_close(&road);
    (void)unlink(roads);
    (void)unlink(out);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_drive_is_from_en_route_to_the_next_step, 0, 0 },
        { an_old_entry_allows_nothing, 0, 0 },
        { speeds_are_learned_from_a_record, 0, 0 },
    };

    cluster_begin();
    int code = SUITE_RUN("sql/drives", rows);

    cluster_end();
    return code;
}
