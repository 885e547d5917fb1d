#include "sql/personal.h"

#include "dispatch/codec/event_row.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

static bool keep(struct arena *arena, struct str from, struct str *to)
{
    *to = arena_str(arena, from);
    return to->at != NULL;
}

/* Columns of personal_read.sql in order. False when the arena is full. */
static bool value_of(const PGresult *r, int i, struct arena *arena, struct personal_value *out)
{
    *out = (struct personal_value){ .ref = result_u64(r, i, 0), .state = PERSONAL_MISSING };
    if (!PQgetisnull(r, i, 2)) {
        struct str salt = result_str(r, i, 1);

        must(salt.len == LOG_SALT_SIZE);
        out->state = PERSONAL_FOUND;
        log_personal_hash((const uint8_t *)salt.at, result_str(r, i, 2), &out->sha256);
        return keep(arena, result_str(r, i, 2), &out->value) &&
               keep(arena, result_str(r, i, 3), &out->kind);
    }
    if (!PQgetisnull(r, i, 5)) {
        out->state = PERSONAL_ERASED;
        out->erased_us = result_i64(r, i, 4);
        return keep(arena, result_str(r, i, 5), &out->rule);
    }
    return true;
}

enum err personal_read(struct pg *pg, const uint64_t *refs, uint32_t count, struct arena *arena,
                       struct personal_value *out, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_refs(&p, refs, count);
    err = pg_run(pg, sql_personal_read, &p, &r, f);
    params_fini(&p);
    if (err != OK) {
        return err;
    }
    must(PQntuples(r) == (int)count);
    for (uint32_t i = 0; err == OK && i < count; i++) {
        if (!value_of(r, (int)i, arena, &out[i])) {
            err =
                fault_set(f, ERR_TOO_LARGE, "too many personal values in one reading", NULL, NULL);
        }
    }
    PQclear(r);
    return err;
}

enum err personal_erased(struct pg *pg, const uint64_t *refs, uint32_t count,
                         personal_erased_fn *fn, void *arg, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_refs(&p, refs, count);
    err = pg_run(pg, sql_personal_erased, &p, &r, f);
    params_fini(&p);
    for (int k = 0; err == OK && k < PQntuples(r); k++) {
        fn(arg, result_u64(r, k, 0), result_i64(r, k, 1), result_str(r, k, 2));
    }
    PQclear(r);
    return err;
}
