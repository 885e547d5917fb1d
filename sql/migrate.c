#include "sql/migrate.h"

#include "base/hash.h"
#include "base/log.h"
#include "dispatch/codec/event_row.h"
#include "sql/access_log.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static void text_hash(const char *text, struct sha256 *out)
{
    hash_sha256(str_of(text), STR(""), out);
}

/* What is applied already must be what this program knows, in the same order. `*count` is how many.
 */
static enum err check_applied(struct pg *pg, int *count, struct fault *f)
{
    PGresult *r;
    enum err err = pg_run(pg, sql_migrate_list, NULL, &r, f);

    *count = 0;
    for (int i = 0; err == OK && i < PQntuples(r); i++) {
        const struct migration *m = &migrations[i];
        struct sha256 want;
        struct sha256 have;
        char name[64];

        snprintf(name, sizeof name, "%04lld_%.*s", (long long)result_i64(r, i, 0),
                 PQgetlength(r, i, 1), PQgetvalue(r, i, 1));
        if (m->version == 0 || result_i64(r, i, 0) != m->version) {
            err = fault_field(f, ERR_CONFLICT, "migration",
                              "%s was applied, but this program does not know it", name);
            break;
        }
        text_hash(m->text, &want);
        if (!result_sha256(r, i, 2, &have) || memcmp(&want, &have, sizeof want) != 0) {
            err = fault_field(f, ERR_CONFLICT, "migration", "%s was changed after it was applied",
                              name);
            break;
        }
        *count = i + 1;
    }
    PQclear(r);
    return err;
}

static enum err note(struct pg *pg, const struct migration *m, struct fault *f)
{
    struct params p;
    struct sha256 hash;
    enum err err;

    text_hash(m->text, &hash);
    params_init(&p);
    params_i64(&p, m->version);
    params_text(&p, str_of(m->name));
    params_bytes(&p, hash.at, SHA256_SIZE);
    err = pg_run(pg, sql_migrate_note, &p, NULL, f);
    params_fini(&p);
    return err;
}

static enum err apply(struct pg *pg, const struct migration *m, struct fault *f)
{
    enum err err = pg_begin(pg, f);

    if (err == OK) {
        err = pg_script(pg, m->text, f);
    }
    if (err == OK) {
        err = note(pg, m, f);
    }
    if (err == OK) {
        err = pg_commit(pg, f);
    }
    if (err != OK) {
        pg_rollback(pg);
        if (f != NULL) {
            snprintf(f->field, sizeof f->field, "%04d_%.50s", m->version, m->name);
        }
        return err;
    }
    log_info("migrate", "migration applied", "version=%d name=%s", m->version, m->name);
    return OK;
}

static enum err set_world(struct pg *pg, const char *world, struct fault *f)
{
    struct params p;
    enum err err;

    params_init(&p);
    params_text(&p, str_of(world));
    err = pg_run(pg, sql_world_set, &p, NULL, f);
    params_fini(&p);
    return err;
}

/* 16 random bytes in hex. */
static enum err make_id(char id[33], struct fault *f)
{
    uint8_t random[16];

    if (sodium_init() < 0) {
        return fault_set(f, ERR_IO, "could not start libsodium", NULL, NULL);
    }
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(id, 33, random, sizeof random);
    return OK;
}

static enum err make_world(struct pg *pg, const char *world, struct fault *f)
{
    struct params p;
    struct sha256 log_begin;
    struct sha256 access_begin;
    char id[33];
    enum err err = make_id(id, f);

    if (err != OK) {
        return err;
    }
    log_genesis_hash(str_of(world), &log_begin);
    access_genesis_hash(str_of(world), &access_begin);
    params_init(&p);
    params_text(&p, str_of(world));
    params_text(&p, str_of(id));
    params_bytes(&p, log_begin.at, SHA256_SIZE);
    params_bytes(&p, access_begin.at, SHA256_SIZE);
    err = pg_run(pg, sql_migrate_world, &p, NULL, f);
    params_fini(&p);
    return err;
}

static enum err extend(struct pg *pg, int64_t rows_ahead, int *made, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_i64(&p, rows_ahead);
    err = pg_run(pg, sql_log_extend, &p, &r, f);
    params_fini(&p);
    if (err == OK && made != NULL) {
        *made = (int)result_i64(r, 0, 0);
    }
    PQclear(r);
    return err;
}

/* As the one who signed in: roles, schema. */
static enum err prepare(struct pg *pg, const char *world, struct fault *f)
{
    enum err err = pg_check_server(pg, f);

    if (err == OK) {
        err = pg_run(pg, sql_migrate_lock, NULL, NULL, f);
    }
    if (err == OK) {
        err = pg_script(pg, sql_migrate_roles, f);
    }
    if (err == OK) {
        err = set_world(pg, world, f);
    }
    if (err == OK) {
        err = pg_script(pg, sql_migrate_schema, f);
    }
    return err;
}

/* As tocsin_owner: tables and what stands in them from the start. */
static enum err build(struct pg *pg, const char *world, int *applied, struct fault *f)
{
    int done = 0;
    int have = 0;
    enum err err = pg_script(pg, sql_migrate_owner, f);

    if (err == OK) {
        err = pg_script(pg, sql_migrate_table, f);
    }
    if (err == OK) {
        err = check_applied(pg, &have, f);
    }
    while (err == OK && migrations[have + done].version != 0) {
        err = apply(pg, &migrations[have + done], f);
        done += err == OK;
    }
    if (err == OK) {
        err = make_world(pg, world, f);
    }
    if (err == OK) {
        err = extend(pg, LOG_ROWS_AHEAD, NULL, f);
    }
    if (applied != NULL) {
        *applied = done;
    }
    return err;
}

enum err migrate_run(const char *conninfo, const char *world, int *applied, struct fault *f)
{
    const struct pg_opts o = { .conninfo = conninfo,
                               .world = world,
                               .application = "tocsin migrate" };
    struct pg *pg;
    enum err err = pg_open(&o, &pg, f);

    if (applied != NULL) {
        *applied = 0;
    }
    if (err == OK) {
        err = prepare(pg, world, f);
    }
    if (err == OK) {
        err = build(pg, world, applied, f);
    }
    pg_close(pg);
    return err;
}

enum err migrate_extend_log(const char *conninfo, const char *world, int64_t rows_ahead, int *made,
                            struct fault *f)
{
    const struct pg_opts o = { .conninfo = conninfo,
                               .world = world,
                               .role = "tocsin_owner",
                               .application = "tocsin partitions" };
    struct pg *pg;
    enum err err = pg_open(&o, &pg, f);

    if (err == OK) {
        err = extend(pg, rows_ahead, made, f);
    }
    pg_close(pg);
    return err;
}

enum err migrate_renew_world(const char *conninfo, const char *world, char id[33], struct fault *f)
{
    const struct pg_opts o = { .conninfo = conninfo,
                               .world = world,
                               .role = "tocsin_owner",
                               .application = "tocsin restored" };
    struct params p;
    struct pg *pg;
    enum err err = make_id(id, f);

    if (err == OK) {
        err = pg_open(&o, &pg, f);
    }
    if (err != OK) {
        return err;
    }
    params_init(&p);
    params_text(&p, str_of(id));
    err = pg_run(pg, sql_world_renew, &p, NULL, f);
    params_fini(&p);
    pg_close(pg);
    return err;
}
