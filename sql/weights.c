#include "sql/weights.h"

#include "base/buf.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

/* In milliseconds. Nothing waits for it but the end of the server. */
#define READ_MS_MAX "1500"

static enum err read_all(struct pg *pg, uint32_t days, weights_fn *fn, void *arg, int64_t *until,
                         struct fault *f)
{
    struct params p;
    PGresult *r;

    params_init(&p);
    params_i64(&p, days);
    enum err err = pg_run(pg, sql_weights_read, &p, &r, f);

    params_fini(&p);
    for (int i = 0; err == OK && i < PQntuples(r); i++) {
        struct point at = { (int32_t)result_i64(r, i, 0), (int32_t)result_i64(r, i, 1) };

        fn(arg, at, (uint32_t)result_u64(r, i, 2));
        *until = result_i64(r, i, 3);
    }
    PQclear(r);
    return err;
}

enum err weights_read(struct pg *pg, uint32_t days, weights_fn *fn, void *arg, int64_t *until,
                      struct fault *f)
{
    *until = 0;
    enum err err = pg_begin(pg, f);

    if (err != OK) {
        return err;
    }
    err = pg_script(pg, "SET LOCAL statement_timeout = " READ_MS_MAX, f);
    err = err == OK ? read_all(pg, days, fn, arg, until, f) : err;
    if (err != OK) {
        pg_rollback(pg);
        return err;
    }
    return pg_commit(pg, f);
}
