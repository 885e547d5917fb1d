#include "sql/calls.h"

#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

/* In milliseconds. Nothing waits for it but the end of the server. */
#define READ_MS_MAX "1500"

static enum err read_row(struct pg *pg, uint32_t days, struct calls_past *out, struct fault *f)
{
    struct params p;
    PGresult *r;

    params_init(&p);
    params_i64(&p, days);
    enum err err = pg_run(pg, sql_calls_read, &p, &r, f);

    params_fini(&p);
    if (err == OK) {
        must(PQntuples(r) == 1);
        for (int tier = 1; tier <= 4; tier++) {
            out->of_tier[tier] = result_u64(r, 0, tier - 1);
        }
        out->span_ms = result_u64(r, 0, 4);
        out->trips = result_u64(r, 0, 5);
        out->away_ms = result_u64(r, 0, 6);
    }
    PQclear(r);
    return err;
}

enum err calls_read(struct pg *pg, uint32_t days, struct calls_past *out, struct fault *f)
{
    *out = (struct calls_past){ .trips = 0 };
    enum err err = pg_begin(pg, f);

    if (err != OK) {
        return err;
    }
    err = pg_script(pg, "SET LOCAL statement_timeout = " READ_MS_MAX, f);
    err = err == OK ? read_row(pg, days, out, f) : err;
    if (err != OK) {
        pg_rollback(pg);
        return err;
    }
    return pg_commit(pg, f);
}
