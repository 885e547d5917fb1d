#include "base/prng.h"
#include "sql/log_reader.h"
#include "sql/param.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"
#include "tests/sql/cluster.h"
#include "tests/sql/node.h"
#include "tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static enum err count_row(void *arg, const struct log_row *row, struct fault *f)
{
    (void)row;
    (void)f;
    ++*(uint64_t *)arg;
    return OK;
}

/* Reads and checks the whole log; returns how many rows it has. */
static uint64_t checked_rows(const char *world)
{
    const struct pg_opts o = {
        .conninfo = cluster_server(), .world = world, .role = "tocsin_writer", .application = "test"
    };
    uint64_t rows = 0;
    struct log_read q = {
        .to_seq = LOG_READ_ALL, .check = true, .on_row = count_row, .arg = &rows
    };
    struct fault f = { 0 };
    struct pg *pg;

    log_genesis_hash(str_of(world), &q.prev_hash);
    ck_assert_int_eq(pg_open(&o, &pg, &f), OK);
    ck_assert_msg(log_read(pg, &q, NULL, NULL, &f) == OK, "%s", f.primary);
    pg_close(pg);
    return rows;
}

START_TEST(batches_become_durable_in_order)
{
    const char *world = cluster_world();
    struct node n;

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    ck_assert_uint_eq(n.head.seq, 0);
    for (uint32_t i = 1; i <= 20; i++) {
        node_submit(&n, i, i % 3);
        ck_assert(!log_writer_ready(n.writer));
        ck_assert(node_run_durable(&n, 5000));
    }
    ck_assert_int_eq(n.durable_calls, 20);
    node_close(&n);
    ck_assert_uint_eq(checked_rows(world), 210);
    ck_assert_int_eq(cluster_sql(world, "SELECT seq FROM log_head"), 210);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM personal"),
                     224); /* sum of i * (i % 3) */
}
END_TEST

START_TEST(a_lease_given_back_is_taken_at_once)
{
    const char *world = cluster_world();
    struct node a;
    struct node b;

    node_open(&a, cluster_server(), world);
    ck_assert(node_run_held(&a, 5000));
    node_submit(&a, 3, 1);
    ck_assert(node_run_durable(&a, 5000));
    node_close(&a);
    node_open(&b, cluster_server(), world);
    ck_assert(node_run_held(&b, 1500));
    ck_assert_uint_eq(b.head.seq, 3);
    ck_assert_uint_eq(b.head.epoch, a.head.epoch + 1);
    node_close(&b);
}
END_TEST

START_TEST(a_fenced_append_leaves_neither_row_nor_personal)
{
    const char *world = cluster_world();
    struct node n;

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    node_submit(&n, 2, 1);
    ck_assert(node_run_durable(&n, 5000));
    cluster_sql(world, "UPDATE log_head SET epoch = epoch + 1, holder = 'another'");
    node_submit(&n, 5, 2);
    node_run(&n, 3000, NULL);
    ck_assert(n.fenced);
    ck_assert_uint_eq(n.durable, 2);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM event_row"), 2);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM personal"), 2);
    ck_assert_int_eq(cluster_sql(world, "SELECT seq FROM log_head"), 2);
    node_close(&n);
}
END_TEST

/* log_append.sql by hand: two rows, said to follow seq 0 and to end at `last`. */
static uint64_t append_by_hand(struct pg *pg, const char *world, int64_t last)
{
    static const int64_t seqs[] = { 1, 3 };
    struct sha256 genesis;
    struct params p;
    struct fault f = { 0 };
    PGresult *r;
    uint64_t rows;

    log_genesis_hash(str_of(world), &genesis);
    params_init(&p);
    params_i64(&p, last);
    params_bytes(&p, genesis.at, SHA256_SIZE);
    params_i64(&p, 0);
    params_i64(&p, 0);
    params_bytes(&p, genesis.at, SHA256_SIZE);
    for (int column = 0; column < 15; column++) {
        bool number = column < 3 || column == 9 || column == 10 || column == 14;
        bool bytes = column == 7 || column == 8 || column == 11 || column == 12;

        params_array(&p,
                     number  ? PARAM_INT8
                     : bytes ? PARAM_BYTEA
                             : PARAM_TEXT_TYPE,
                     column < 9 ? 2 : 0);
        for (int i = 0; column < 9 && i < 2; i++) {
            if (number) {
                item_i64(&p, seqs[i]);
            } else if (bytes) {
                item_bytes(&p, genesis.at, SHA256_SIZE);
            } else {
                item_text(&p, STR("word"));
            }
        }
        params_array_end(&p);
    }
    ck_assert_msg(pg_run(pg, sql_log_append, &p, &r, &f) == OK, "%s %s", f.primary, f.detail);
    rows = result_rows_changed(r);
    PQclear(r);
    params_fini(&p);
    return rows;
}

START_TEST(a_batch_with_a_gap_is_refused)
{
    const char *world = cluster_world();
    const struct pg_opts o = { .conninfo = cluster_super(), .world = world, .application = "test" };
    struct fault f = { 0 };
    struct pg *pg;

    ck_assert_int_eq(pg_open(&o, &pg, &f), OK);
    ck_assert_uint_eq(append_by_hand(pg, world, 3), 0);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM event_row"), 0);
    ck_assert_int_eq(cluster_sql(world, "SELECT seq FROM log_head"), 0);
    pg_close(pg);
}
END_TEST

START_TEST(another_server_waits_for_a_living_holder_and_takes_over_from_a_silent_one)
{
    const char *world = cluster_world();
    struct node a;
    struct node b;
    uint64_t taken;

    node_open(&a, cluster_server(), world);
    ck_assert(node_run_held(&a, 5000));
    node_submit(&a, 4, 1);
    ck_assert(node_run_durable(&a, 5000));
    node_open(&b, cluster_server(), world);
    for (int i = 0; i < 50; i++) { /* five seconds in which the holder lives */
        node_run(&a, 50, NULL);
        node_run(&b, 50, NULL);
    }
    ck_assert_int_eq(b.held, 0);
    ck_assert(!a.fenced);
    node_submit(&a, 2, 1); /* in flight while the holder stands still */
    ck_assert(node_run_held(&b, 6000));
    taken = b.head.seq;
    ck_assert(taken == 4 || taken == 6);
    node_submit(&b, 1, 1);
    ck_assert(node_run_durable(&b, 5000));
    node_run(&a, 3000, NULL); /* and wakes up again */
    ck_assert(a.fenced);
    ck_assert_uint_le(a.durable,
                      taken); /* what the holder saw durable is in the log that went on */
    ck_assert_int_eq(cluster_sql(world, "SELECT seq FROM log_head"), (long)b.head.seq);
    node_close(&a);
    node_close(&b);
    ck_assert_uint_eq(checked_rows(world), b.head.seq);
}
END_TEST

/* Superuser and the server's own role: both may end the old backend. */
START_TEST(a_backend_killed_in_flight_loses_and_doubles_nothing)
{
    const char *world = cluster_world();
    struct prng prng;
    struct node n;

    prng_seed(&prng, (uint64_t)_i + 1);
    node_open(&n, _i == 0 ? cluster_server() : cluster_super(), world);
    ck_assert(node_run_held(&n, 5000));
    for (int i = 0; i < 40; i++) {
        node_submit(&n, (uint32_t)prng_below(&prng, 30) + 1, (uint32_t)prng_below(&prng, 3));
        if (prng_below(&prng, 2) == 0) {
            node_run(&n, (int)prng_below(&prng, 3), NULL);
        }
        cluster_sql(world, "SELECT count(pg_terminate_backend(backend_pid)) FROM log_head");
        ck_assert_msg(node_run_durable(&n, 10000), "%s", n.reason);
    }
    ck_assert(n.lost >= 10); /* some kills come after the answer */
    ck_assert(n.resumed >= n.lost - 1);
    node_close(&n);
    ck_assert_int_eq(n.durable_calls, 40);
    ck_assert_uint_eq(checked_rows(world), n.head.seq);
}
END_TEST

START_TEST(a_database_killed_in_flight_comes_back_and_loses_nothing)
{
    const char *world = cluster_world();
    struct node n;

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    for (int i = 0; i < 4; i++) {
        ck_assert(node_run_durable(&n, 5000));
        node_submit(&n, 20, 1);
        ck_assert(node_run_durable(&n, 5000));
        node_submit(&n, 20, 1);
        cluster_kill();
        node_run(&n, 300, NULL);
        ck_assert(!log_writer_ready(n.writer));
        ck_assert_int_eq(n.lost, i + 1);
        cluster_start(NULL);
        ck_assert_msg(node_run_durable(&n, 15000), "%s", n.reason);
    }
    node_close(&n);
    ck_assert_uint_eq(checked_rows(world), 160);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM personal"), 160);
}
END_TEST

/* A server in a process of its own that appends as fast as it can and says what is durable. */
static pid_t start_server(const char *world, int out)
{
    pid_t child = fork();
    struct node n;

    ck_assert_int_ge(child, 0);
    if (child > 0) {
        return child;
    }
    node_open(&n, cluster_server(), world);
    node_run(&n, 10000, &n.held);
    while (!n.fenced) {
        node_submit(&n, 10, 1);
        if (node_run_durable(&n, 10000) && write(out, &n.durable, sizeof n.durable) < 0) {
            break;
        }
    }
    _exit(0);
}

START_TEST(a_server_killed_in_flight_leaves_all_it_acknowledged)
{
    const char *world = cluster_world();
    uint64_t acknowledged = 0;
    struct node n;
    pid_t child;
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    child = start_server(world, fds[1]);
    close(fds[1]);
    while (acknowledged < 200 + 10 * (uint64_t)_i) {
        ck_assert_int_eq(read(fds[0], &acknowledged, sizeof acknowledged), sizeof acknowledged);
    }
    usleep(300 * (useconds_t)_i);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    while (read(fds[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
    }
    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 6000));
    ck_assert_uint_ge(n.head.seq, acknowledged);
    ck_assert_uint_le(n.head.seq, acknowledged + 10); /* a batch whose answer nobody saw */
    node_submit(&n, 1, 1);
    ck_assert(node_run_durable(&n, 5000));
    node_close(&n);
    ck_assert_uint_eq(checked_rows(world), n.head.seq);
}
END_TEST

START_TEST(who_comes_back_to_a_newer_epoch_ends_before_touching_anything)
{
    const char *world = cluster_world();
    struct node n;

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    cluster_sql(world,
                "UPDATE log_head SET epoch = epoch + 1, holder = 'another', seen_at = now()");
    cluster_sql(world, "SELECT count(pg_terminate_backend(backend_pid)) FROM log_head");
    node_run(&n, 5000, NULL);
    ck_assert(n.fenced);
    ck_assert_str_eq(n.reason, "another server took the log");
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM log_head WHERE holder = 'another'"),
                     1);
    node_close(&n);
}
END_TEST

START_TEST(a_different_row_at_its_seq_ends_the_process)
{
    const char *world = cluster_world();
    struct node n;

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    node_submit(&n, 2, 0);
    ck_assert(node_run_durable(&n, 5000));
    cluster_sql(world, "UPDATE log_head SET hash = sha256('other')");
    cluster_sql(world, "SELECT count(pg_terminate_backend(backend_pid)) FROM log_head");
    node_run(&n, 5000, NULL);
    ck_assert(n.fenced);
    ck_assert_str_eq(n.reason, "the log ends in rows that are not ours");
    node_close(&n);
}
END_TEST

START_TEST(a_database_that_does_not_answer_counts_as_lost)
{
    const char *world = cluster_world();
    char command[64];
    struct node n;
    long backend;

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    backend = cluster_sql(world, "SELECT backend_pid FROM log_head");
    snprintf(command, sizeof command, "kill -STOP %ld", backend);
    ck_assert_int_eq(system(command), 0);
    node_submit(&n, 3, 1);
    node_run(&n, 9000, &n.lost);
    ck_assert_int_eq(n.lost, 1);
    node_run(&n, 300, NULL);
    ck_assert_int_eq(n.resumed, 0); /* the old backend is not gone yet: it could still commit */
    snprintf(command, sizeof command, "kill -CONT %ld", backend);
    ck_assert_int_eq(system(command), 0);
    ck_assert_msg(node_run_durable(&n, 10000), "%s", n.reason);
    node_close(&n);
    ck_assert_uint_eq(checked_rows(world), 3);
}
END_TEST

START_TEST(a_log_without_room_waits_for_the_owner_and_goes_on)
{
    const char *world = cluster_world();
    struct node n;

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    cluster_sql(world, "ALTER TABLE event_row DETACH PARTITION event_row_00000");
    node_submit(&n, 3, 1);
    node_run(&n, 1000, NULL);
    ck_assert(!n.fenced);
    ck_assert(n.lost > 0);
    ck_assert_uint_eq(n.durable, 0);
    cluster_sql(
        world,
        "ALTER TABLE event_row ATTACH PARTITION event_row_00000 FOR VALUES FROM (0) TO (10000000)");
    ck_assert_msg(node_run_durable(&n, 10000), "%s", n.reason);
    node_close(&n);
    ck_assert_uint_eq(checked_rows(world), 3);
}
END_TEST

static uint64_t room_seen;

static void on_room(void *arg, uint64_t rows)
{
    (void)arg;
    room_seen = rows;
}

START_TEST(the_room_left_is_told)
{
    const char *world = cluster_world();
    struct node n;

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    node_submit(&n, 10, 0);
    ck_assert(node_run_durable(&n, 5000));
    log_writer_ask_room(n.writer, on_room);
    node_run(&n, 200, NULL);
    ck_assert_uint_eq(room_seen, UINT64_C(110000000) - 1 - 10);
    node_close(&n);
}
END_TEST

START_TEST(a_database_without_fsync_is_refused)
{
    static const char *const names[] = { "fsync", "full_page_writes", "synchronous_commit" };
    const char *world = cluster_world();
    const struct pg_opts o = {
        .conninfo = cluster_server(), .world = world, .role = "tocsin_writer", .application = "test"
    };
    char setting[64];
    struct fault f = { 0 };
    struct node n;
    struct pg *pg;

    cluster_stop();
    snprintf(setting, sizeof setting, "%s=off", names[_i]);
    cluster_start(setting);
    ck_assert_int_eq(pg_open(&o, &pg, &f), OK);
    ck_assert_int_eq(pg_check_server(pg, &f), ERR_CONFIG);
    ck_assert_str_eq(f.field, names[_i]);
    pg_close(pg);
    node_open(&n, cluster_server(), world);
    node_run(&n, 3000, NULL);
    ck_assert(n.fenced);
    ck_assert(strstr(n.reason, names[_i]) != NULL);
    node_close(&n);
    cluster_stop();
    cluster_start(NULL);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = batches_become_durable_in_order },
        { .test = a_lease_given_back_is_taken_at_once },
        { .test = a_fenced_append_leaves_neither_row_nor_personal },
        { .test = a_batch_with_a_gap_is_refused },
        { .test = another_server_waits_for_a_living_holder_and_takes_over_from_a_silent_one },
        { .test = a_backend_killed_in_flight_loses_and_doubles_nothing, .loops = 2 },
        { .test = a_database_killed_in_flight_comes_back_and_loses_nothing },
        { .test = a_server_killed_in_flight_leaves_all_it_acknowledged, .loops = 3 },
        { .test = who_comes_back_to_a_newer_epoch_ends_before_touching_anything },
        { .test = a_different_row_at_its_seq_ends_the_process },
        { .test = a_database_that_does_not_answer_counts_as_lost },
        { .test = a_log_without_room_waits_for_the_owner_and_goes_on },
        { .test = the_room_left_is_told },
        { .test = a_database_without_fsync_is_refused, .loops = 3 },
    };
    int code;

    cluster_begin();
    code = SUITE_RUN("sql/log_writer", rows);
    cluster_end();
    return code;
}
