#include "base/buf.h"
#include "base/units.h"
#include "sql/sessions.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <stdio.h>

static struct pg *open_auth(const char *world)
{
    const struct pg_opts o = {
        .conninfo = cluster_server(), .world = world, .role = "tocsin_auth", .application = "test"
    };
    struct fault f = { 0 };
    struct pg *pg;

    ck_assert_msg(pg_open(&o, &pg, &f) == OK, "%s %s", f.primary, f.detail);
    return pg;
}

static bool right(struct pg *pg, const char *user, const char *password)
{
    struct fault f = { 0 };
    bool same = false;

    ck_assert_msg(credential_check(pg, str_of(user), str_of(password), &same, &f) == OK, "%s",
                  f.primary);
    return same;
}

START_TEST(a_password_opens_for_its_user_only)
{
    const char *world = cluster_world();
    struct pg *pg = open_auth(world);
    struct fault f = { 0 };

    ck_assert_int_eq(credential_set(pg, STR("operator"), STR("correct horse 马"), &f), OK);
    ck_assert(right(pg, "operator", "correct horse 马"));
    ck_assert(!right(pg, "operator", "correct horse"));
    ck_assert(!right(pg, "operator", ""));
    ck_assert(!right(pg, "nobody", "correct horse 马"));
    ck_assert(!right(pg, "nobody", "a password that nobody has"));
    ck_assert_int_eq(credential_set(pg, STR("operator"), STR("another one"), &f), OK);
    ck_assert(!right(pg, "operator", "correct horse 马"));
    ck_assert(right(pg, "operator", "another one"));
    ck_assert_int_eq(credential_delete(pg, STR("operator"), &f), OK);
    ck_assert(!right(pg, "operator", "another one"));
    pg_close(pg);
}
END_TEST

START_TEST(a_password_too_short_or_too_long_is_refused)
{
    static char long_one[PASSWORD_SIZE_MAX + 1];
    const char *world = cluster_world();
    struct pg *pg = open_auth(world);
    struct fault f = { 0 };

    memset(long_one, 'x', sizeof long_one);
    ck_assert_int_eq(credential_set(pg, STR("operator"), STR("seven77"), &f), ERR_INVALID);
    ck_assert_str_eq(f.field, "password");
    ck_assert_int_eq(
        credential_set(pg, STR("operator"), (struct str){ long_one, sizeof long_one }, &f),
        ERR_INVALID);
    ck_assert_int_eq(
        credential_set(pg, STR("operator"), (struct str){ long_one, PASSWORD_SIZE_MAX }, &f), OK);
    ck_assert_int_eq(credential_set(pg, STR(""), STR("long enough"), &f), ERR_INVALID);
    ck_assert_str_eq(f.field, "username");
    pg_close(pg);
}
END_TEST

START_TEST(a_session_lives_from_sign_in_to_its_end)
{
    const char *world = cluster_world();
    struct pg *pg = open_auth(world);
    char token[TOKEN_SIZE + 1];
    char other[TOKEN_SIZE + 1];
    struct session made;
    struct session found;
    struct fault f = { 0 };

    ck_assert_int_eq(
        session_create(pg, STR("operator"), STR("127.0.0.1"), US_PER_HOUR, token, &made, &f), OK);
    ck_assert_int_eq(
        session_create(pg, STR("operator"), STR("127.0.0.1"), US_PER_HOUR, other, &found, &f), OK);
    ck_assert_str_ne(token, other);
    ck_assert_uint_eq(strlen(token), TOKEN_SIZE);
    ck_assert_int_eq(session_find(pg, str_of(token), &found, &f), OK);
    ck_assert_str_eq(found.username, "operator");
    ck_assert_str_eq(found.address, "127.0.0.1");
    ck_assert_int_eq(found.expires_us - found.created_us, US_PER_HOUR);
    ck_assert_int_eq(found.expires_us, made.expires_us);
    ck_assert_int_eq(session_end(pg, str_of(token), &f), OK);
    ck_assert_int_eq(session_find(pg, str_of(token), &found, &f), ERR_UNSIGNED);
    ck_assert_int_eq(session_find(pg, str_of(other), &found, &f), OK);
    ck_assert_int_eq(session_end_user(pg, STR("operator"), &f), OK);
    ck_assert_int_eq(session_find(pg, str_of(other), &found, &f), ERR_UNSIGNED);
    ck_assert_int_eq(session_find(pg, STR("no token"), &found, &f), ERR_UNSIGNED);
    pg_close(pg);
}
END_TEST

static void note_user(void *arg, struct str username)
{
    struct buf *b = arg;

    buf_str(b, username);
    buf_char(b, ' ');
}

START_TEST(everybody_with_a_session_is_named_once)
{
    struct pg *pg = open_auth(cluster_world());
    const char *names[] = { "operator", "Zoe", "commander", "operator" };
    char token[TOKEN_SIZE + 1];
    char text[256];
    struct session s;
    struct fault f = { 0 };
    struct buf b;

    for (int k = 0; k < 4; k++) {
        ck_assert_int_eq(
            session_create(pg, str_of(names[k]), STR("::1"), US_PER_HOUR, token, &s, &f), OK);
    }
    ck_assert_int_eq(session_create(pg, STR("late"), STR("::1"), 1, token, &s, &f), OK);
    buf_fixed(&b, text, sizeof(text));
    ck_assert_int_eq(session_users(pg, note_user, &b, &f), OK);
    ck_assert_msg(str_is(buf_view(&b), "Zoe commander operator "), "%.*s", (int)b.len, text);
    pg_close(pg);
}
END_TEST

START_TEST(an_expired_session_is_none_and_is_swept)
{
    const char *world = cluster_world();
    struct pg *pg = open_auth(world);
    char token[TOKEN_SIZE + 1];
    struct session s;
    struct fault f = { 0 };

    ck_assert_int_eq(session_create(pg, STR("operator"), STR("::1"), 1, token, &s, &f), OK);
    ck_assert_int_eq(session_find(pg, str_of(token), &s, &f), ERR_UNSIGNED);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM session"), 1);
    ck_assert_int_eq(session_purge(pg, &f), OK);
    ck_assert_int_eq(cluster_sql(world, "SELECT count(*) FROM session"), 0);
    pg_close(pg);
}
END_TEST

START_TEST(use_of_a_session_is_noted_once_a_minute)
{
    const char *world = cluster_world();
    struct pg *pg = open_auth(world);
    char token[TOKEN_SIZE + 1];
    struct session s;
    struct fault f = { 0 };

    ck_assert_int_eq(session_create(pg, STR("operator"), STR("::1"), US_PER_HOUR, token, &s, &f),
                     OK);
    cluster_sql(world, "UPDATE session SET last_seen = now() - interval '2 minutes'");
    ck_assert_int_eq(session_find(pg, str_of(token), &s, &f), OK);
    ck_assert_int_eq(
        cluster_sql(world,
                    "SELECT count(*) FROM session WHERE last_seen > now() - interval '1 minute'"),
        1);
    pg_close(pg);
}
END_TEST

START_TEST(an_address_is_known_after_the_first_sign_in)
{
    const char *world = cluster_world();
    struct pg *pg = open_auth(world);
    char token[TOKEN_SIZE + 1];
    struct session s;
    struct fault f = { 0 };
    bool known = true;

    ck_assert_int_eq(address_known(pg, STR("operator"), STR("10.0.0.7"), &known, &f), OK);
    ck_assert(!known);
    ck_assert_int_eq(
        session_create(pg, STR("operator"), STR("10.0.0.7"), US_PER_HOUR, token, &s, &f), OK);
    ck_assert_int_eq(
        session_create(pg, STR("operator"), STR("10.0.0.7"), US_PER_HOUR, token, &s, &f), OK);
    ck_assert_int_eq(address_known(pg, STR("operator"), STR("10.0.0.7"), &known, &f), OK);
    ck_assert(known);
    ck_assert_int_eq(address_known(pg, STR("another"), STR("10.0.0.7"), &known, &f), OK);
    ck_assert(!known);
    pg_close(pg);
}
END_TEST

START_TEST(neither_token_nor_password_is_stored)
{
    const char *world = cluster_world();
    struct pg *pg = open_auth(world);
    char token[TOKEN_SIZE + 1];
    char sql[256];
    struct session s;
    struct fault f = { 0 };

    ck_assert_int_eq(credential_set(pg, STR("operator"), STR("planted secret"), &f), OK);
    ck_assert_int_eq(session_create(pg, STR("operator"), STR("::1"), US_PER_HOUR, token, &s, &f),
                     OK);
    snprintf(
        sql, sizeof sql,
        "SELECT count(*) FROM session s WHERE strpos(encode(s.token_hash, 'escape'), '%.8s') > 0",
        token);
    ck_assert_int_eq(cluster_sql(world, sql), 0);
    ck_assert_int_eq(
        cluster_sql(world, "SELECT count(*) FROM credential WHERE argon2id LIKE '%planted%'"), 0);
    ck_assert_int_eq(
        cluster_sql(world, "SELECT count(*) FROM credential WHERE argon2id LIKE '$argon2id$%'"), 1);
    pg_close(pg);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = a_password_opens_for_its_user_only },
        { .test = a_password_too_short_or_too_long_is_refused },
        { .test = a_session_lives_from_sign_in_to_its_end },
        { .test = everybody_with_a_session_is_named_once },
        { .test = an_expired_session_is_none_and_is_swept },
        { .test = use_of_a_session_is_noted_once_a_minute },
        { .test = an_address_is_known_after_the_first_sign_in },
        { .test = neither_token_nor_password_is_stored },
    };
    int code;

    cluster_begin();
    code = SUITE_RUN("sql/sessions", rows);
    cluster_end();
    return code;
}
