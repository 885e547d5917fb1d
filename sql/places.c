#include "sql/places.h"

#include "base/buf.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINES_A_STATEMENT 2000u
#define LINE_SIZE_MAX 4096u

struct load {
    struct pg *pg;
    struct str rest;
    uint64_t line; /* read so far */
    uint64_t added;
};

static bool next_line(struct load *l, struct str *out)
{
    while (l->rest.len > 0) {
        const char *end = memchr(l->rest.at, '\n', l->rest.len);
        size_t len = end != NULL ? (size_t)(end - l->rest.at) : l->rest.len;
        size_t used = len + (end != NULL ? 1 : 0);

        *out = (struct str){ .at = l->rest.at, .len = len };
        l->rest = (struct str){ .at = l->rest.at + used, .len = l->rest.len - used };
        l->line++;
        if (len > 0) {
            return true;
        }
    }
    return false;
}

/* An array of the next lines. False: one is none. */
static bool gather(struct load *l, struct buf *b, uint32_t *count)
{
    struct str line;

    buf_reset(b);
    buf_char(b, '[');
    for (*count = 0; *count < LINES_A_STATEMENT && next_line(l, &line); (*count)++) {
        if (line.len > LINE_SIZE_MAX || line.at[0] != '{' || line.at[line.len - 1] != '}' ||
            !str_utf8(line)) {
            return false;
        }
        buf_text(b, *count > 0 ? "," : "");
        buf_str(b, line);
    }
    buf_char(b, ']');
    return true;
}

static enum err add(struct load *l, struct str array, struct fault *f)
{
    struct params p;
    PGresult *r;

    params_init(&p);
    params_text(&p, array);
    enum err err = pg_run(l->pg, sql_place_add, &p, &r, f);

    params_fini(&p);
    if (err == OK) {
        l->added += result_rows_changed(r);
    }
    PQclear(r);
    return err;
}

static enum err add_all(struct load *l, struct fault *f)
{
    enum err err = pg_run(l->pg, sql_place_clear, NULL, NULL, f);
    uint32_t count = 1;
    struct buf b;

    buf_init(&b);
    while (err == OK && count > 0) {
        uint64_t from = l->line + 1;

        if (!gather(l, &b, &count)) {
            err = fault_field(f, ERR_MALFORMED, "line", "line %" PRIu64 " is no place as JSON",
                              l->line);
        } else if (!buf_ok(&b)) {
            err = fault_set(f, ERR_NO_MEMORY, "no memory for places", NULL, NULL);
        } else if (count > 0) {
            err = add(l, buf_view(&b), f);
        }
        if (err == ERR_IO) {
            err = fault_field(f, ERR_MALFORMED, "line",
                              "one of the lines %" PRIu64 " to %" PRIu64
                              " is no place: kind, name, lon and lat are needed",
                              from, l->line);
        }
    }
    buf_fini(&b);
    return err;
}

enum err places_load(const char *conninfo, const char *world, struct str lines, uint64_t *count,
                     struct fault *f)
{
    const struct pg_opts opts = {
        .conninfo = conninfo, .world = world, .role = "tocsin_owner", .application = "tocsin places"
    };
    struct load l = { .rest = lines };
    enum err err = pg_open(&opts, &l.pg, f);

    if (err != OK) {
        return err;
    }
    err = pg_begin(l.pg, f);
    if (err == OK) {
        err = add_all(&l, f);
        err = err == OK ? pg_script(l.pg, sql_place_settle, f) : err;
        if (err == OK) {
            err = pg_commit(l.pg, f);
        } else {
            pg_rollback(l.pg);
        }
    }
    pg_close(l.pg);
    *count = l.added;
    return err;
}

/* Of this transaction only: other reads of the connection may take longer. */
static enum err limit_time(struct pg *pg, uint32_t ms_max, struct fault *f)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "SET LOCAL statement_timeout = %u", ms_max);
    return pg_script(pg, text, f);
}

static enum err search(struct pg *pg, const struct place_asked *a, bool loose, place_fn *fn,
                       void *arg, int *count, struct fault *f)
{
    struct params p;
    PGresult *r;

    params_init(&p);
    params_text(&p, a->text);
    params_i64(&p, a->near_given ? 1 : 0);
    params_i64(&p, a->near.lon_e7);
    params_i64(&p, a->near.lat_e7);
    params_i64(&p, a->limit);
    params_i64(&p, loose ? 1 : 0);
    enum err err = pg_run(pg, sql_place_find, &p, &r, f);

    params_fini(&p);
    *count = err == OK ? PQntuples(r) : 0;
    for (int i = 0; i < *count; i++) {
        const struct place_found found = { .kind = result_str(r, i, 0),
                                           .name = result_str(r, i, 1),
                                           .name_en = result_str(r, i, 2),
                                           .zone = result_str(r, i, 3),
                                           .at = { (int32_t)result_i64(r, i, 4),
                                                   (int32_t)result_i64(r, i, 5) },
                                           .radius_m = (uint32_t)result_i64(r, i, 6),
                                           .metres = result_i64(r, i, 7) };
        fn(arg, &found);
    }
    PQclear(r);
    return err;
}

enum err places_find(struct pg *pg, const struct place_asked *a, place_fn *fn, void *arg,
                     struct fault *f)
{
    enum err err = pg_begin(pg, f);

    if (err != OK) {
        return err;
    }
    int count = 0;

    err = limit_time(pg, a->ms_max, f);
    err = err == OK ? search(pg, a, false, fn, arg, &count, f) : err;
    if (err == OK && count == 0) {
        err = search(pg, a, true, fn, arg, &count, f);
    }
    if (err == OK) {
        return pg_commit(pg, f);
    }
    pg_rollback(pg);
    if (err == ERR_TOO_SLOW) {
        (void)fault_field(f, err, "q", "this search takes longer than %u ms", a->ms_max);
        (void)snprintf(f->hint, sizeof(f->hint), "type more of the name");
    }
    return err;
}
