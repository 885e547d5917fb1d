#include "sql/erase.h"

#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <stdlib.h>

enum err erase_open(const char *conninfo, const char *world, struct pg **out, struct fault *f)
{
    const struct pg_opts o = {
        .conninfo = conninfo, .world = world, .role = "tocsin_eraser", .application = "tocsin erase"
    };

    return pg_open(&o, out, f);
}

static enum err run_counted(struct pg *pg, const char *sql, struct params *p, uint64_t *changed,
                            struct fault *f)
{
    PGresult *r;
    enum err err = pg_run(pg, sql, p, &r, f);

    *changed = err == OK ? result_rows_changed(r) : 0;
    PQclear(r);
    return err;
}

static enum err check_words(struct str rule, struct str by, struct fault *f)
{
    if (rule.len == 0) {
        return fault_field(f, ERR_INVALID, "rule",
                           "an erasure needs the rule or request that demands it");
    }
    return by.len > 0
               ? OK
               : fault_field(f, ERR_INVALID, "by", "an erasure needs the name of who runs it");
}

enum err erase_refs(struct pg *pg, const uint64_t *refs, uint32_t count, struct str rule,
                    struct str by, uint64_t *erased, struct fault *f)
{
    struct params p;
    enum err err = check_words(rule, by, f);

    *erased = 0;
    if (err != OK) {
        return err;
    }
    params_init(&p);
    params_refs(&p, refs, count);
    params_text(&p, rule);
    params_text(&p, by);
    err = run_counted(pg, sql_erase_refs, &p, erased, f);
    params_fini(&p);
    return err;
}

static enum err find_refs(struct pg *pg, enum erase_what what, struct str id, uint64_t **refs,
                          uint32_t *count, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_text(&p, what == ERASE_REPORT ? STR("report") : STR("incident"));
    params_text(&p, id);
    err = pg_run(pg, sql_erase_find, &p, &r, f);
    params_fini(&p);
    if (err != OK) {
        return err;
    }
    *count = (uint32_t)PQntuples(r);
    *refs = calloc(*count > 0 ? *count : 1, sizeof **refs);
    if (*refs == NULL) {
        err = fault_set(f, ERR_NO_MEMORY, "no memory for the values to erase", NULL, NULL);
    }
    for (uint32_t i = 0; err == OK && i < *count; i++) {
        (*refs)[i] = result_u64(r, (int)i, 0);
    }
    PQclear(r);
    return err;
}

enum err erase_object(struct pg *pg, enum erase_what what, struct str id, struct str rule,
                      struct str by, uint64_t *found, uint64_t *erased, struct fault *f)
{
    uint64_t *refs = NULL;
    uint32_t count = 0;
    enum err err = check_words(rule, by, f);

    *found = 0;
    *erased = 0;
    if (err == OK) {
        err = find_refs(pg, what, id, &refs, &count, f);
    }
    if (err == OK) {
        *found = count;
        err = erase_refs(pg, refs, count, rule, by, erased, f);
    }
    free(refs);
    return err;
}

enum err erase_due(struct pg *pg, int64_t now_us, struct str by, uint64_t *erased, struct fault *f)
{
    struct params p;
    enum err err = check_words(STR("retention"), by, f);

    *erased = 0;
    if (err != OK) {
        return err;
    }
    params_init(&p);
    params_i64(&p, now_us);
    params_text(&p, by);
    err = run_counted(pg, sql_erase_due, &p, erased, f);
    params_fini(&p);
    return err;
}
