#include "sql/drives.h"

#include "sql/access_log.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <stdio.h>

enum err drives_open(const char *conninfo, const char *world, struct pg **out, struct fault *f)
{
    const struct pg_opts o = { .conninfo = conninfo,
                               .world = world,
                               .role = "tocsin_learner",
                               .application = "tocsin learn-speeds" };

    return pg_open(&o, out, f);
}

enum err drives_record(struct pg *pg, struct str by, int64_t from_us, int64_t to_us,
                       uint64_t *entry, struct fault *f)
{
    char from[INSTANT_TEXT_SIZE];
    char to[INSTANT_TEXT_SIZE];
    char fields[128];

    instant_text(from_us, from);
    instant_text(to_us, to);
    (void)snprintf(fields, sizeof(fields), "track,%.19sZ,%.19sZ", from, to);
    const struct access_entry e = { .actor = by,
                                    .incident = STR("roads"),
                                    .purpose = STR("learn_speeds"),
                                    .fields = str_of(fields) };

    return access_append(pg, &e, entry, f);
}

enum err drives_read(struct pg *pg, uint64_t entry, int64_t from_us, int64_t to_us, struct str zone,
                     drives_fn *fn, void *arg, struct fault *f)
{
    struct params p;
    PGresult *r;

    params_init(&p);
    params_i64(&p, (int64_t)entry);
    params_i64(&p, from_us);
    params_i64(&p, to_us);
    params_text(&p, zone);
    enum err err = pg_run(pg, sql_track_drives, &p, &r, f);

    params_fini(&p);
    for (int i = 0; err == OK && i < PQntuples(r); i++) {
        const struct drive_fix fix = {
            .drive = result_u64(r, i, 0),
            .at_us = result_i64(r, i, 1),
            .local_us = result_i64(r, i, 2),
            .at = { (int32_t)result_i64(r, i, 3), (int32_t)result_i64(r, i, 4) },
        };

        fn(arg, &fix);
    }
    PQclear(r);
    return err;
}
