#include "base/arena.h"
#include "base/units.h"
#include "sql/access_log.h"
#include "sql/erase.h"
#include "sql/log_reader.h"
#include "sql/migrate.h"
#include "sql/personal.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"
#include "sql/verify.h"
#include "tests/sql/cluster.h"
#include "tests/sql/node.h"
#include "tests/suite.h"

#include <stdio.h>

static struct pg *open_as(const char *world, const char *role)
{
    const struct pg_opts o = {
        .conninfo = cluster_super(), .world = world, .role = role, .application = "test"
    };
    struct fault f = { 0 };
    struct pg *pg;

    ck_assert_msg(pg_open(&o, &pg, &f) == OK, "%s %s", f.primary, f.detail);
    return pg;
}

/* A world with a log of `batches` x 10 rows, two personal values each, and two readings of
 * protected fields. */
static const char *make_record(uint32_t batches)
{
    const char *world = cluster_world();
    const struct access_entry e = { .actor = STR("op1"),
                                    .incident = STR("w-i1"),
                                    .purpose = STR("call back 回访"),
                                    .fields = STR("caller.phone") };
    struct fault f = { 0 };
    struct pg *pg = open_as(world, "tocsin_auth");
    struct node n;

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    for (uint32_t i = 0; i < batches; i++) {
        node_submit(&n, 10, 2);
        ck_assert(node_run_durable(&n, 5000));
    }
    node_close(&n);
    ck_assert_int_eq(access_append(pg, &e, NULL, &f), OK);
    ck_assert_int_eq(access_append(pg, &e, NULL, &f), OK);
    pg_close(pg);
    return world;
}

static bool c_verifies(const char *world, struct verify_report *v)
{
    struct fault f = { 0 };
    enum err err = verify_run(cluster_server(), world, NULL, NULL, v, &f);

    ck_assert_msg(err == OK || err == ERR_CORRUPT, "%s %s", f.primary, f.detail);
    ck_assert_int_eq(err == OK, v->problems == 0);
    return err == OK;
}

static bool sql_verifies(const char *world)
{
    struct pg *pg = open_as(world, "tocsin_auditor");
    struct fault f = { 0 };
    PGresult *r;
    bool whole;

    ck_assert_msg(pg_run(pg, sql_verify_chain, NULL, &r, &f) == OK, "%s", f.detail);
    whole = PQntuples(r) == 0;
    PQclear(r);
    pg_close(pg);
    return whole;
}

static bool python_verifies(const char *world, const char *more)
{
    const char *top = getenv("TOP_SRCDIR") != NULL ? getenv("TOP_SRCDIR") : ".";
    char command[512];
    char line[1024] = "";
    FILE *p;

    snprintf(command, sizeof command,
             "python3 %s/tools/verify_log.py --json --world %s %s 2>/dev/null", top, world, more);
    p = popen(command, "r");
    ck_assert_ptr_nonnull(p);
    ck_assert_msg(fgets(line, sizeof line, p) != NULL, "%s", command);
    pclose(p);
    ck_assert_msg(strstr(line, "\"ok\": ") != NULL, "%s", line);
    return strstr(line, "\"ok\": true") != NULL;
}

static bool python_verifies_database(const char *world)
{
    char more[320];

    snprintf(more, sizeof more, "--database '%s'", cluster_super());
    return python_verifies(world, more);
}

START_TEST(a_whole_record_verifies_in_three_languages)
{
    const char *world = make_record(5);
    char more[512];
    struct verify_report v;

    ck_assert(c_verifies(world, &v));
    ck_assert_uint_eq(v.rows, 50);
    ck_assert_uint_eq(v.mentions, 100);
    ck_assert_uint_eq(v.kept, 100);
    ck_assert_uint_eq(v.access_rows, 2);
    ck_assert(sql_verifies(world));
    snprintf(more, sizeof more, "--database '%s' --save '%s/%s.dump'", cluster_super(),
             cluster_dir(), world);
    ck_assert(python_verifies(world, more));
    snprintf(more, sizeof more, "--dump '%s/%s.dump'", cluster_dir(), world);
    ck_assert(python_verifies(world, more));
}
END_TEST

START_TEST(an_empty_record_verifies)
{
    const char *world = cluster_world();
    struct verify_report v;

    ck_assert(c_verifies(world, &v));
    ck_assert(sql_verifies(world));
    ck_assert(python_verifies_database(world));
}
END_TEST

/* What a forger may do to the log, and what the first problem must say. `chain`: plain SQL sees it
 * too. */
static const struct {
    const char *sql;
    const char *says;
    bool chain;
} forgeries[] = {
    { "UPDATE event_row SET data = replace(data, '警情', '平安') WHERE seq = 17",
      "row 17: its hash", true },
    { "UPDATE event_row SET actor = 'somebody' WHERE seq = 17", "row 17: its hash", true },
    { "UPDATE event_row SET at = at + 1 WHERE seq = 17", "row 17: its hash", true },
    { "UPDATE event_row SET epoch = 9 WHERE seq = 20", "row 20: its hash", true },
    { "UPDATE event_row SET hash = sha256('x') WHERE seq = 17", "row 17: its hash", true },
    { "DELETE FROM event_row WHERE seq = 17", "row 17 of the log is missing", true },
    { "DELETE FROM event_row WHERE seq = 20", "row 20: is missing at the end", false },
    { "UPDATE log_head SET hash = sha256('x')", "row 20: its hash is not the one in the head",
      false },
    { "UPDATE log_head SET seq = 19", "row 19: its hash is not the one in the head", false },
    { "UPDATE personal SET value = 'other' WHERE ref = 69",
      "row 17: personal value 69 does not fit", false },
    { "DELETE FROM personal WHERE ref = 69", "row 17: personal value 69 is missing", false },
    { "INSERT INTO personal SELECT 9999, 3, salt, value, kind, erase_after FROM personal WHERE ref "
      "= 69",
      "1 personal values belong to no row", false },
    { "UPDATE access_log SET actor = 'op2' WHERE seq = 1", "access 1: its hash", false },
    { "DELETE FROM access_log WHERE seq = 2", "access 2: is missing at the end", false },
    /* one who can reckon hashes: the row is made anew and only the chain betrays it */
    { "UPDATE event_row r SET data = '{}', hash = sha256(prev_hash || convert_to(concat_ws(E'\\n', "
      "seq, epoch, at, actor,"
      " command_id, command, '{}'), 'UTF8')) WHERE seq = 17",
      "row 18: does not follow", true },
};

START_TEST(a_tampered_record_is_found)
{
    const char *world = make_record(2);
    struct verify_report v;

    cluster_sql(world, forgeries[_i].sql);
    ck_assert(!c_verifies(world, &v));
    ck_assert_msg(strncmp(v.first_problem, forgeries[_i].says, strlen(forgeries[_i].says)) == 0,
                  "%s", v.first_problem);
    ck_assert_int_eq(sql_verifies(world), !forgeries[_i].chain);
    ck_assert(!python_verifies_database(world));
}
END_TEST

START_TEST(erasing_keeps_the_record_whole_and_says_so)
{
    const char *world = make_record(2);
    const uint64_t refs[] = { 69, 4, 12345 };
    struct fault f = { 0 };
    struct arena arena;
    struct personal_value value[3];
    struct verify_report v;
    struct buf json;
    uint64_t found;
    uint64_t erased;
    struct pg *pg;

    ck_assert_int_eq(erase_open(cluster_super(), world, &pg, &f), OK);
    ck_assert_int_eq(erase_object(pg, ERASE_REPORT, STR("w-r17"), STR("caller's wish"), STR("dpo"),
                                  &found, &erased, &f),
                     OK);
    ck_assert_uint_eq(found, 2);
    ck_assert_uint_eq(erased, 2);
    ck_assert_int_eq(
        erase_object(pg, ERASE_REPORT, STR("w-r17"), STR("again"), STR("dpo"), &found, &erased, &f),
        OK);
    ck_assert_uint_eq(found, 2);
    ck_assert_uint_eq(erased, 0);
    ck_assert_int_eq(
        erase_object(pg, ERASE_REPORT, STR("w-r1"), STR(""), STR("dpo"), &found, &erased, &f),
        ERR_INVALID);
    pg_close(pg);
    ck_assert(c_verifies(world, &v));
    ck_assert_uint_eq(v.erased, 2);
    ck_assert_uint_eq(v.kept, 38);
    ck_assert_uint_eq(v.by_rule_count, 1);
    ck_assert_str_eq(v.by_rule[0].rule, "caller's wish");
    buf_init(&json);
    verify_json(&v, &json);
    buf_char(&json, '\0');
    ck_assert_ptr_nonnull(strstr(json.at, "\"rule\":\"caller's wish\",\"values\":2}]"));
    buf_fini(&json);
    ck_assert(python_verifies_database(world));

    pg = open_as(world, "tocsin_auth");
    arena_init(&arena, 1 << 20);
    ck_assert_int_eq(personal_read(pg, refs, 3, &arena, value, &f), OK);
    ck_assert_int_eq(value[0].state, PERSONAL_ERASED);
    ck_assert(str_is(value[0].rule, "caller's wish"));
    ck_assert(value[0].erased_us > 0);
    ck_assert_int_eq(value[1].state, PERSONAL_FOUND);
    ck_assert(str_is(value[1].value, "caller 1 says 0"));
    ck_assert(str_is(value[1].kind, "report.narrative"));
    ck_assert_int_eq(value[2].state, PERSONAL_MISSING);
    arena_fini(&arena);
    pg_close(pg);
}
END_TEST

START_TEST(what_is_past_its_retention_is_erased)
{
    const char *world = make_record(1);
    struct fault f = { 0 };
    struct verify_report v;
    uint64_t erased;
    struct pg *pg;

    cluster_sql(world, "UPDATE personal SET erase_after = 1000 WHERE seq <= 3");
    ck_assert_int_eq(erase_open(cluster_super(), world, &pg, &f), OK);
    ck_assert_int_eq(erase_due(pg, 1000, STR("job"), &erased, &f), OK);
    ck_assert_uint_eq(erased, 0);
    ck_assert_int_eq(erase_due(pg, 1001, STR("job"), &erased, &f), OK);
    ck_assert_uint_eq(erased, 6);
    pg_close(pg);
    ck_assert(c_verifies(world, &v));
    ck_assert_str_eq(v.by_rule[0].rule, "retention of report.narrative");
}
END_TEST

static enum err stop_at(void *arg, const struct log_row *row, struct fault *f)
{
    return row->seq == *(uint64_t *)arg ? fault_set(f, ERR_FULL, "enough", NULL, NULL) : OK;
}

START_TEST(the_log_is_read_from_anywhere_to_anywhere)
{
    const char *world = make_record(3);
    struct pg *pg = open_as(world, "tocsin_writer");
    uint64_t stop = 25;
    struct log_read q = {
        .after_seq = 20, .to_seq = LOG_READ_ALL, .check = true, .on_row = stop_at, .arg = &stop
    };
    struct fault f = { 0 };
    struct log_head head;
    struct sha256 hash;
    struct sha256 again;
    uint64_t last;
    uint64_t room;

    ck_assert_int_eq(log_hash_at(pg, world, 20, &q.prev_hash, &f), OK);
    ck_assert_int_eq(log_read(pg, &q, &last, NULL, &f), ERR_FULL);
    ck_assert_uint_eq(last, 24);
    stop = 0;
    ck_assert_int_eq(log_read(pg, &q, &last, &hash, &f), OK);
    ck_assert_uint_eq(last, 30);
    ck_assert_int_eq(log_head_read(pg, &head, &f), OK);
    ck_assert_uint_eq(head.seq, 30);
    ck_assert_mem_eq(&head.hash, &hash, sizeof hash);
    q.to_seq = 22;
    ck_assert_int_eq(log_read(pg, &q, &last, &hash, &f), OK);
    ck_assert_uint_eq(last, 22);
    ck_assert_int_eq(log_hash_at(pg, world, 22, &again, &f), OK);
    ck_assert_mem_eq(&again, &hash, sizeof hash);
    q.after_seq = 30;
    q.to_seq = LOG_READ_ALL;
    ck_assert_int_eq(log_read(pg, &q, &last, NULL, &f), OK);
    ck_assert_uint_eq(last, 30);
    q.to_seq = 30;
    ck_assert_int_eq(log_read(pg, &q, &last, NULL, &f), OK);
    ck_assert_int_eq(log_hash_at(pg, world, 31, &again, &f), ERR_NOT_FOUND);
    q.after_seq = 10; /* with the hash of row 20 */
    ck_assert_int_eq(log_read(pg, &q, &last, NULL, &f), ERR_CORRUPT);
    ck_assert_int_eq(log_room(pg, &room, &f), OK);
    ck_assert_uint_gt(room, 100000000);
    pg_close(pg);
}
END_TEST

START_TEST(a_worker_survives_a_restart_of_the_database)
{
    const char *world = make_record(1);
    struct pg *pg = open_as(world, "tocsin_writer");
    struct fault f = { 0 };
    struct log_head head;

    cluster_kill();
    ck_assert_int_eq(log_head_read(pg, &head, &f), ERR_LOG_UNAVAILABLE);
    cluster_start(NULL);
    ck_assert_int_eq(log_head_read(pg, &head, &f), OK);
    ck_assert_uint_eq(head.seq, 10);
    pg_close(pg);
}
END_TEST

START_TEST(migrating_again_changes_nothing_and_a_changed_migration_is_refused)
{
    const char *world = make_record(1);
    struct fault f = { 0 };
    int applied;

    ck_assert_int_eq(migrate_run(cluster_super(), world, &applied, &f), OK);
    ck_assert_int_eq(applied, 0);
    ck_assert_int_eq(cluster_sql(world, "SELECT seq FROM log_head"), 10);
    cluster_sql(world, "UPDATE schema_migration SET sha256 = sha256('x') WHERE version = 2");
    ck_assert_int_eq(migrate_run(cluster_super(), world, &applied, &f), ERR_CONFLICT);
    ck_assert_str_eq(f.primary, "0002_create_log_head was changed after it was applied");
    cluster_sql(world, "DELETE FROM schema_migration WHERE version = 2");
    ck_assert_int_eq(migrate_run(cluster_super(), world, &applied, &f), ERR_CONFLICT);
}
END_TEST

START_TEST(a_database_user_who_is_no_superuser_may_migrate)
{
    char conninfo[256];
    struct fault f = { 0 };
    int applied;

    cluster_sql("public", "CREATE ROLE keeper LOGIN CREATEROLE");
    cluster_sql("public", "CREATE DATABASE kept OWNER keeper");
    snprintf(conninfo, sizeof conninfo, "host=%s user=keeper dbname=kept", cluster_dir());
    ck_assert_msg(migrate_run(conninfo, "live", &applied, &f) == OK, "%s %s", f.primary, f.detail);
    ck_assert_int_gt(applied, 5);
    ck_assert_int_eq(migrate_run(conninfo, "drill", &applied, &f), OK);
    ck_assert_int_gt(applied, 5);
}
END_TEST

START_TEST(a_restored_record_has_a_new_id_and_ends_the_old_server)
{
    const char *world = cluster_world();
    struct fault f = { 0 };
    struct node n;
    char id[33];

    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    ck_assert_int_eq(migrate_renew_world(cluster_super(), world, id, &f), OK);
    ck_assert_str_ne(id, n.head.world_id);
    node_submit(&n, 1, 0);
    node_run(&n, 3000, NULL);
    ck_assert(n.fenced);
    node_close(&n);
    node_open(&n, cluster_server(), world);
    ck_assert(node_run_held(&n, 5000));
    ck_assert_str_eq(n.head.world_id, id);
    node_close(&n);
}
END_TEST

/* Details of errors quote rows, and rows of personal hold what callers said. */
START_TEST(an_error_quotes_no_personal_value)
{
    const char *world = make_record(1);
    struct pg *pg = open_as(world, NULL);
    struct fault f = { 0 };
    char line[1024];

    ck_assert_int_eq(pg_run(pg,
                            "INSERT INTO personal SELECT ref, seq, salt, 'planted name', kind, 1 "
                            "FROM personal",
                            NULL, NULL, &f),
                     ERR_IO);
    ck_assert_int_eq(
        pg_run(pg, "UPDATE personal SET value = 'planted name', salt = NULL", NULL, NULL, &f),
        ERR_IO);
    ck_assert_ptr_nonnull(strstr(fault_line(&f, line, sizeof line), "null value in column"));
    ck_assert_ptr_null(strstr(line, "planted"));
    ck_assert_ptr_null(strstr(line, "706c616e746564"));
    pg_close(pg);
}
END_TEST

static const char *const bad_worlds[] = {
    "", "Live", "a-b", "public", "pg_x", "information_schema", "x;y", "seventeen_letters"
};

START_TEST(a_world_is_named_simply_or_refused)
{
    struct fault f = { 0 };

    ck_assert_int_eq(migrate_run(cluster_super(), bad_worlds[_i], NULL, &f), ERR_INVALID);
    ck_assert_str_eq(f.field, "world");
}
END_TEST

START_TEST(partitions_are_made_ahead_by_the_owner)
{
    const char *world = cluster_world();
    struct fault f = { 0 };
    int made;

    ck_assert_int_eq(migrate_extend_log(cluster_super(), world, 100000000, &made, &f), OK);
    ck_assert_int_eq(made, 0);
    ck_assert_int_eq(migrate_extend_log(cluster_super(), world, 125000000, &made, &f), OK);
    ck_assert_int_eq(made, 2);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM event_partition"), 13);
    ck_assert_int_eq(migrate_extend_log(cluster_server(), world, 200000000, &made, &f),
                     ERR_LOG_UNAVAILABLE);
}
END_TEST

START_TEST(an_access_entry_is_one_clean_line)
{
    const char *world = make_record(0);
    struct pg *pg = open_as(world, "tocsin_auth");
    struct access_entry e = { .at_us = 5,
                              .actor = STR("a"),
                              .incident = STR("i"),
                              .purpose = STR("two\nlines"),
                              .fields = STR("f") };
    struct fault f = { 0 };
    uint64_t seq;

    ck_assert_int_eq(access_append(pg, &e, &seq, &f), ERR_INVALID);
    ck_assert_str_eq(f.field, "purpose");
    e.purpose = STR("one line");
    ck_assert_int_eq(access_append(pg, &e, &seq, &f), OK);
    ck_assert_uint_eq(seq, 3);
    ck_assert_int_eq(cluster_sql(world, "SELECT at FROM access_log WHERE seq = 3"), 5);
    pg_close(pg);
}
END_TEST

START_TEST(a_spooled_access_is_written_once_and_covered_by_the_chain)
{
    const char *world = make_record(0);
    struct pg *pg = open_as(world, "tocsin_auth");
    struct access_entry e = { .at_us = 5,
                              .actor = STR("a"),
                              .incident = STR("i"),
                              .purpose = STR("callback"),
                              .fields = STR("f"),
                              .spooled = STR("0123456789abcdef0123456789abcde") };
    struct verify_report v;
    struct fault f = { 0 };
    uint64_t seq;

    ck_assert_int_eq(access_append(pg, &e, &seq, &f), ERR_INVALID);
    ck_assert_str_eq(f.field, "spooled");
    e.spooled = STR("0123456789abcdef0123456789abcdef");
    ck_assert_int_eq(access_append(pg, &e, &seq, &f), OK);
    ck_assert_uint_eq(seq, 3);
    ck_assert_int_eq(access_append(pg, &e, &seq, &f), OK);
    ck_assert_uint_eq(seq, 0);
    e.spooled = STR("");
    ck_assert_int_eq(access_append(pg, &e, &seq, &f), OK);
    ck_assert_uint_eq(seq, 4);
    pg_close(pg);
    ck_assert(c_verifies(world, &v));
    ck_assert_uint_eq(v.access_rows, 4);
    ck_assert(python_verifies_database(world));
    (void)cluster_sql(world, "UPDATE access_log SET spooled = NULL WHERE seq = 3");
    ck_assert(!c_verifies(world, &v));
    ck_assert(!python_verifies_database(world));
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = a_whole_record_verifies_in_three_languages },
        { .test = an_empty_record_verifies },
        { .test = a_tampered_record_is_found, .loops = sizeof forgeries / sizeof forgeries[0] },
        { .test = erasing_keeps_the_record_whole_and_says_so },
        { .test = what_is_past_its_retention_is_erased },
        { .test = the_log_is_read_from_anywhere_to_anywhere },
        { .test = a_worker_survives_a_restart_of_the_database },
        { .test = migrating_again_changes_nothing_and_a_changed_migration_is_refused },
        { .test = a_world_is_named_simply_or_refused,
          .loops = sizeof bad_worlds / sizeof bad_worlds[0] },
        { .test = a_database_user_who_is_no_superuser_may_migrate },
        { .test = a_restored_record_has_a_new_id_and_ends_the_old_server },
        { .test = an_error_quotes_no_personal_value },
        { .test = partitions_are_made_ahead_by_the_owner },
        { .test = an_access_entry_is_one_clean_line },
        { .test = a_spooled_access_is_written_once_and_covered_by_the_chain },
    };
    int code;

    cluster_begin();
    code = SUITE_RUN("sql/record", rows);
    cluster_end();
    return code;
}
