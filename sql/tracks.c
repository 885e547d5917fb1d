#include "sql/tracks.h"

#include "base/buf.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#define COLUMNS 7

enum err tracks_keep(struct pg *pg, int64_t from_us, int64_t now_us, uint32_t days,
                     uint64_t *dropped, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_i64(&p, from_us);
    params_i64(&p, now_us);
    params_i64(&p, days);
    err = pg_run(pg, sql_track_keep, &p, &r, f);
    params_fini(&p);
    if (err == OK && dropped != NULL) {
        *dropped = result_u64(r, 0, 0);
    }
    PQclear(r);
    return err;
}

static void put_known(struct buf *column, uint16_t value)
{
    if (value == TRACK_UNKNOWN) {
        item_put(column, NULL, ITEM_NULL);
    } else {
        item_put_i64(column, value);
    }
}

static void put_sample(struct buf columns[COLUMNS], const struct track_sample *s)
{
    item_put_i64(&columns[0], s->unit);
    item_put_instant(&columns[1], s->at_us);
    item_put_i64(&columns[2], (int64_t)s->seq);
    item_put_i64(&columns[3], s->lon_e7);
    item_put_i64(&columns[4], s->lat_e7);
    put_known(&columns[5], s->heading);
    put_known(&columns[6], s->speed_kmh);
}

static enum err run_write(struct pg *pg, struct buf columns[COLUMNS], uint32_t count,
                          struct fault *f)
{
    struct params p;
    bool whole = true;
    enum err err;

    params_init(&p);
    for (int k = 0; k < COLUMNS; k++) {
        whole = whole && buf_ok(&columns[k]);
        params_array_of(&p, k == 1 ? PARAM_TIMESTAMPTZ : PARAM_INT8, count, buf_view(&columns[k]));
    }
    err = whole ? pg_run(pg, sql_track_write, &p, NULL, f)
                : fault_set(f, ERR_NO_MEMORY, "no memory for the samples of a track", NULL, NULL);
    params_fini(&p);
    return err;
}

enum err tracks_write(struct pg *pg, const struct track_sample *samples, uint32_t count,
                      struct fault *f)
{
    struct buf columns[COLUMNS];
    enum err err;

    for (int k = 0; k < COLUMNS; k++) {
        buf_init(&columns[k]);
    }
    for (uint32_t i = 0; i < count; i++) {
        put_sample(columns, &samples[i]);
    }
    err = pg_begin(pg, f);
    if (err == OK) {
        err = pg_run(pg, sql_track_session, NULL, NULL, f);
        err = err == OK ? run_write(pg, columns, count, f) : err;
        if (err == OK) {
            err = pg_commit(pg, f);
        } else {
            pg_rollback(pg);
        }
    }
    for (int k = 0; k < COLUMNS; k++) {
        buf_fini(&columns[k]);
    }
    return err;
}

static uint16_t known(const PGresult *r, int row, int col)
{
    return PQgetisnull(r, row, col) ? TRACK_UNKNOWN : (uint16_t)result_u64(r, row, col);
}

static void query_params(struct params *p, const struct track_query *q)
{
    struct buf units;
    struct buf from;
    struct buf to;

    buf_init(&units);
    buf_init(&from);
    buf_init(&to);
    for (uint32_t k = 0; k < q->count; k++) {
        item_put_i64(&units, q->windows[k].unit);
        item_put_instant(&from, q->windows[k].from_us);
        item_put_instant(&to, q->windows[k].to_us);
    }
    params_array_of(p, PARAM_INT8, q->count, buf_view(&units));
    params_array_of(p, PARAM_TIMESTAMPTZ, q->count, buf_view(&from));
    params_array_of(p, PARAM_TIMESTAMPTZ, q->count, buf_view(&to));
    params_i64(p, q->after_unit);
    params_i64(p, q->after_us);
    params_i64(p, q->limit);
    buf_fini(&units);
    buf_fini(&from);
    buf_fini(&to);
}

enum err tracks_read(struct pg *pg, const struct track_query *q, track_fn *fn, void *arg,
                     struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    query_params(&p, q);
    err = pg_run(pg, sql_track_read, &p, &r, f);
    params_fini(&p);
    for (int i = 0; err == OK && i < PQntuples(r); i++) {
        const struct track_sample s = { .unit = (uint32_t)result_u64(r, i, 0),
                                        .at_us = result_i64(r, i, 1),
                                        .seq = result_u64(r, i, 2),
                                        .lon_e7 = (int32_t)result_i64(r, i, 3),
                                        .lat_e7 = (int32_t)result_i64(r, i, 4),
                                        .heading = known(r, i, 5),
                                        .speed_kmh = known(r, i, 6) };
        fn(arg, &s);
    }
    PQclear(r);
    return err;
}

static void take_window(const PGresult *r, int row, struct track_window *w)
{
    *w = (struct track_window){ .unit = (uint32_t)result_u64(r, row, 1),
                                .from_us = result_i64(r, row, 2),
                                .to_us =
                                    PQgetisnull(r, row, 3) ? INT64_MAX : result_i64(r, row, 3) };
}

enum err tracks_past(struct pg *pg, struct str incident, struct track_window *out, uint32_t max,
                     uint32_t *count, char zone[40], struct fault *f)
{
    struct params p;
    PGresult *r;

    *count = 0;
    params_init(&p);
    params_text(&p, incident);
    params_i64(&p, max);
    enum err err = pg_run(pg, sql_track_past, &p, &r, f);

    params_fini(&p);
    if (err == OK && PQntuples(r) == 0) {
        err = fault_set(f, ERR_NOT_FOUND, "there is no such incident", NULL, NULL);
    }
    if (err == OK) {
        (void)snprintf(zone, 40, "%.*s", PQgetlength(r, 0, 0), PQgetvalue(r, 0, 0));
    }
    for (int i = 0; err == OK && i < PQntuples(r); i++) {
        if (!PQgetisnull(r, i, 1)) {
            take_window(r, i, &out[(*count)++]);
        }
    }
    PQclear(r);
    return err;
}
