#include "sql/log_reader.h"

#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <inttypes.h>
#include <stdio.h>

struct reading {
    const struct log_read *q;
    uint64_t last;
    struct sha256 hash;
    PGconn *conn;
};

static enum err corrupt(struct fault *f, uint64_t seq, const char *what)
{
    return fault_field(f, ERR_CORRUPT, "seq", "row %" PRIu64 " of the log %s", seq, what);
}

/* Columns of log_page.sql in order. False for a damaged row. */
static bool row_of(const PGresult *r, int i, struct log_row *row)
{
    *row = (struct log_row){
        .seq = result_u64(r, i, 0),
        .epoch = result_u64(r, i, 1),
        .at_us = result_i64(r, i, 2),
        .actor = result_str(r, i, 3),
        .command_id = result_str(r, i, 4),
        .command = result_str(r, i, 5),
        .data = result_str(r, i, 6),
    };
    return result_sha256(r, i, 7, &row->prev_hash) && result_sha256(r, i, 8, &row->hash);
}

static enum err check_row(const struct reading *g, const struct log_row *row, struct fault *f)
{
    struct sha256 hash;

    if (memcmp(&row->prev_hash, &g->hash, sizeof g->hash) != 0) {
        return corrupt(f, row->seq, "does not follow the row before");
    }
    if (!log_row_hash(row, &hash) || memcmp(&hash, &row->hash, sizeof hash) != 0) {
        return corrupt(f, row->seq, "has a hash that does not fit its content");
    }
    return OK;
}

static enum err take_page(struct reading *g, const PGresult *r, struct fault *f)
{
    for (int i = 0; i < PQntuples(r); i++) {
        struct log_row row;
        enum err err = OK;

        if (!row_of(r, i, &row)) {
            return corrupt(f, row.seq, "is damaged");
        }
        if (row.seq != g->last + 1) {
            return corrupt(f, g->last + 1, "is missing");
        }
        if (g->q->check) {
            err = check_row(g, &row, f);
        }
        if (err == OK) {
            err = g->q->on_row(g->q->arg, &row, f);
        }
        if (err != OK) {
            return err;
        }
        g->last = row.seq;
        g->hash = row.hash;
    }
    return OK;
}

static uint64_t page_end(const struct reading *g, uint64_t after)
{
    return g->q->to_seq - after > LOG_PAGE_ROWS ? after + LOG_PAGE_ROWS : g->q->to_seq;
}

static enum err ask(struct reading *g, uint64_t after, struct fault *f)
{
    struct params p;
    int sent = 0;

    params_init(&p);
    params_i64(&p, (int64_t)after);
    params_i64(&p, (int64_t)page_end(g, after));
    if (params_ready(&p)) {
        sent = PQsendQueryParams(g->conn, sql_log_page, p.count, NULL, p.values, p.sizes, p.formats,
                                 1);
    }
    params_fini(&p);
    return sent == 1 ? OK : pg_fault(g->conn, NULL, "could not read the log", f);
}

/* The one result of a page, with the end of its answer taken too. */
static PGresult *answer(PGconn *conn)
{
    PGresult *r = PQgetResult(conn);
    PGresult *more;

    while ((more = PQgetResult(conn)) != NULL) {
        PQclear(more);
    }
    return r;
}

static enum err read_pages(struct reading *g, struct fault *f)
{
    uint64_t asked = g->last;
    enum err err = asked < g->q->to_seq ? ask(g, asked, f) : OK;
    bool asking = err == OK && asked < g->q->to_seq;

    while (err == OK && asking) {
        uint64_t end = page_end(g, asked);
        PGresult *r = answer(g->conn);
        uint64_t rows = (uint64_t)PQntuples(r);

        asking = false;
        if (PQresultStatus(r) != PGRES_TUPLES_OK) {
            err = pg_fault(g->conn, r, "could not read the log", f);
        } else if (end < g->q->to_seq && rows > 0 && rows == end - asked) {
            asked = end;
            err = ask(g, asked, f);
            asking = err == OK;
        }
        if (err == OK) {
            err = take_page(g, r, f);
        }
        PQclear(r);
    }
    if (asking) {
        PQclear(answer(g->conn)); /* the page read ahead is not wanted any more */
    }
    return err;
}

enum err log_read(struct pg *pg, const struct log_read *q, uint64_t *last, struct sha256 *hash,
                  struct fault *f)
{
    struct reading g = {
        .q = q, .last = q->after_seq, .hash = q->prev_hash, .conn = pg_conn(pg, f)
    };
    struct log_read to_the_end = *q;
    enum err err;

    if (to_the_end.to_seq > INT64_MAX) {
        to_the_end.to_seq = INT64_MAX;
    }
    g.q = &to_the_end;
    err = g.conn != NULL ? read_pages(&g, f) : ERR_LOG_UNAVAILABLE;
    if (last != NULL) {
        *last = g.last;
    }
    if (hash != NULL) {
        *hash = g.hash;
    }
    return err;
}

static void copy_cut(char *out, size_t size, struct str s)
{
    snprintf(out, size, STR_FMT, STR_ARG(s));
}

enum err log_head_read(struct pg *pg, struct log_head *out, struct fault *f)
{
    PGresult *r;
    enum err err = pg_run(pg, sql_log_head, NULL, &r, f);

    memset(out, 0, sizeof *out);
    if (err != OK) {
        return err;
    }
    if (PQntuples(r) != 1) {
        err = fault_set(f, ERR_NOT_FOUND, "the log has no head", NULL,
                        "run tocsin migrate for this world");
    } else {
        copy_cut(out->world, sizeof out->world, result_str(r, 0, 0));
        copy_cut(out->world_id, sizeof out->world_id, result_str(r, 0, 1));
        out->epoch = result_u64(r, 0, 2);
        out->seq = result_u64(r, 0, 3);
        copy_cut(out->holder, sizeof out->holder, result_str(r, 0, 5));
        if (!result_sha256(r, 0, 4, &out->hash)) {
            err = fault_set(f, ERR_CORRUPT, "the head of the log is damaged", NULL, NULL);
        }
    }
    PQclear(r);
    return err;
}

enum err log_hash_at(struct pg *pg, const char *world, uint64_t seq, struct sha256 *out,
                     struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    if (seq == 0) {
        log_genesis_hash(str_of(world), out);
        return OK;
    }
    params_init(&p);
    params_i64(&p, (int64_t)seq);
    err = pg_run(pg, sql_log_hash_at, &p, &r, f);
    params_fini(&p);
    if (err == OK && PQntuples(r) != 1) {
        err = fault_field(f, ERR_NOT_FOUND, "seq", "the log has no row %" PRIu64, seq);
    } else if (err == OK && !result_sha256(r, 0, 0, out)) {
        err = corrupt(f, seq, "is damaged");
    }
    PQclear(r);
    return err;
}

enum err log_has_paper(struct pg *pg, struct str number, bool *taken, struct fault *f)
{
    struct params p;
    PGresult *r;

    params_init(&p);
    params_text(&p, number);
    enum err err = pg_run(pg, sql_log_paper, &p, &r, f);

    params_fini(&p);
    *taken = err == OK && result_bool(r, 0, 0);
    PQclear(r);
    return err;
}

enum err log_room(struct pg *pg, uint64_t *rows, struct fault *f)
{
    PGresult *r;
    enum err err = pg_run(pg, sql_log_room, NULL, &r, f);

    *rows = 0;
    if (err == OK && PQntuples(r) == 1) {
        int64_t left = result_i64(r, 0, 0);

        *rows = left > 0 ? (uint64_t)left : 0;
    }
    PQclear(r);
    return err;
}
