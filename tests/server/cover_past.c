/* What coverage takes from the record: how many calls are to be expected, and where incidents were;
 * read beside its work, never in front of it. */
#include "dispatch/plan/price.h"
#include "tests/server/cover_stage.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TRIES 400 /* of 50 ms */
#define ROUNDS 20
#define URGENT (1u << 1 | 1u << 2)

/* Two days, of which each tier has ten calls; sixty orders of half an hour. */
static const char record[] =
    "INSERT INTO incident (id, number, rev, status, place_state, tier, opened_at, projected_seq) "
    "SELECT n::text, n::text, 1, 'open', 'unknown', n % 4 + 1, '2026-02-10T00:00:00Z'::timestamptz "
    "+ make_interval(secs => n * 172800.0 / 39), 1 FROM generate_series(0, 39) AS n;"
    "INSERT INTO assignment (id, incident, unit, status, since, dispatched_at, on_scene_at, "
    "ended_at, on_view, active, projected_seq) SELECT n::text, '1', 'u', 'cleared', at, at, at + "
    "interval '5 min', at + interval '30 min', false, false, 1 FROM (SELECT n, "
    "'2026-02-11T00:00:00Z'::timestamptz + make_interval(mins => n) AS at FROM "
    "generate_series(1, 60) AS n) AS made";

static void tell_town(struct stage *s)
{
    tell_kind(s, COVER_CITY, 0);
    for (uint32_t n = 1; n <= UNITS; n++) {
        s->unit[n] = (struct cover_unit_told){ .kind = COVER_UNIT,
                                               .unit = n,
                                               .police_type = POLICE_TYPE_PATROL,
                                               .available = true,
                                               .at = streets_place(&s->road, &s->random) };
        s->unit[n].home = s->unit[n].at;
        tell(s, &s->unit[n], sizeof(s->unit[n]));
    }
    tell_kind(s, COVER_NOW, 1);
}

/* Whether it came to that within twenty seconds. */
static bool comes_to(const struct cover *c, bool known)
{
    uint32_t calls;

    for (uint32_t k = 0; k < TRIES && cover_calls_of(c, URGENT, &calls) != known; k++) {
        usleep(50000);
    }
    return cover_calls_of(c, URGENT, &calls) == known;
}

START_TEST(calls_are_those_of_the_record_once_it_says_enough)
{
    struct stage s;
    uint32_t calls;
    const char *world = cluster_world();

    raise_stage_with_past(&s, 1, cluster_server(), world);
    tell_town(&s);
    ck_assert(!cover_calls_of(s.cover, URGENT, &calls));
    cluster_sql(world, record);
    ck_assert(comes_to(s.cover, true));
    /* Of ten in 48 hours so much comes in half an hour. */
    ck_assert(cover_calls_of(s.cover, 1u << 1, &calls));
    ck_assert_uint_eq(calls, (10u << PRICE_CALLS_SHIFT) * 30 / (48 * 60));
    uint32_t one = calls;
    ck_assert(cover_calls_of(s.cover, URGENT, &calls));
    ck_assert_uint_eq(calls, 2 * one);
    ck_assert(cover_calls_of(s.cover, 0, &calls));
    ck_assert_uint_eq(calls, 0);
    /* One order less than it takes. */
    cluster_sql(world, "DELETE FROM assignment WHERE id::int > 49");
    ck_assert(comes_to(s.cover, false));
    strike_stage(&s);
}
END_TEST

/* Where they were cannot be read: how many there were is known all the same. */
START_TEST(what_cannot_be_read_keeps_nothing_else_back)
{
    struct stage s;
    const char *world = cluster_world();

    cluster_sql(world, record);
    cluster_sql(world, "ALTER TABLE incident RENAME lon TO elsewhere");
    raise_stage_with_past(&s, 2, cluster_server(), world);
    tell_town(&s);
    ck_assert(comes_to(s.cover, true));
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 7 });
    ck_assert_int_eq(s.err, OK);
    strike_stage(&s);
}
END_TEST

/* Since when the reader has waited for the locked table, µs; 0: it does not. */
static long waiting_since(const char *world)
{
    return cluster_sql(world, "SELECT extract(epoch FROM query_start) * 1000000 FROM "
                              "pg_stat_activity WHERE application_name = 'tocsind coverage' AND "
                              "wait_event_type = 'Lock'");
}

static PGconn *lock_incidents(const char *world)
{
    PGconn *conn = PQconnectdb(cluster_super());
    char sql[120];

    snprintf(sql, sizeof(sql), "BEGIN; LOCK TABLE \"%s\".incident IN ACCESS EXCLUSIVE MODE", world);
    PGresult *r = PQexec(conn, sql);
    ck_assert_int_eq(PQresultStatus(r), PGRES_COMMAND_OK);
    PQclear(r);
    return conn;
}

/* A question, and with it all that was told before it (a closure, other travel times), is not
 * behind a reading that waits: it is answered before that has ended. */
START_TEST(questions_are_answered_while_the_past_is_read)
{
    struct stage s;
    const char *world = cluster_world();
    bool beside = false;

    raise_stage_with_past(&s, 3, cluster_server(), world);
    tell_town(&s);
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 7 });
    PGconn *lock = lock_incidents(world);
    for (uint32_t round = 0; round < ROUNDS && !beside; round++) {
        long since = 0;
        for (uint32_t k = 0; k < TRIES && since == 0; k++) {
            usleep(20000);
            since = waiting_since(world);
        }
        ck_assert_int_ne(since, 0);
        ask(&s, (struct cover_ask){ .what = COVER_WHAT_FIGURES });
        ck_assert_int_eq(s.err, OK);
        beside = waiting_since(world) == since;
    }
    ck_assert(beside);
    PQfinish(lock);
    strike_stage(&s);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { calls_are_those_of_the_record_once_it_says_enough, 0, 0 },
        { what_cannot_be_read_keeps_nothing_else_back, 0, 0 },
        { questions_are_answered_while_the_past_is_read, 0, 0 },
    };
    cluster_begin();
    int code = SUITE_RUN("server/cover_past", rows);
    cluster_end();
    return code;
}
