#include "sql/verify.h"

#include "sql/access_log.h"
#include "sql/log_reader.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MENTIONS_MAX 4000
#define ACCESS_PAGE_ROWS 2000

struct mention_at {
    uint64_t seq;
    struct log_mention mention;
};

struct verify {
    struct pg *rows;  /* streams the log */
    struct pg *other; /* everything else meanwhile */
    verify_note_fn *note;
    void *arg;
    struct verify_report *v;
    struct sha256 hash;
    uint64_t epoch;
    int64_t at_us;
    struct mention_at *mentions;
    uint32_t mention_count;
};

__attribute__((format(printf, 2, 3))) static void problem(struct verify *y, const char *fmt, ...)
{
    char line[192];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    if (y->v->problems++ == 0) {
        memcpy(y->v->first_problem, line, sizeof line);
    }
    if (y->note != NULL) {
        y->note(y->arg, true, line);
    }
}

static int by_ref(const void *a, const void *b)
{
    const struct mention_at *x = a;
    const struct mention_at *y = b;

    if (x->mention.ref != y->mention.ref) {
        return x->mention.ref < y->mention.ref ? -1 : 1;
    }
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void note_erased(struct verify *y, const struct mention_at *m, struct str on,
                        struct str rule)
{
    struct verify_report *v = y->v;
    char line[192];
    uint32_t i = 0;

    v->erased++;
    while (i < v->by_rule_count &&
           !(str_is(on, v->by_rule[i].on) && str_is(rule, v->by_rule[i].rule))) {
        i++;
    }
    if (i == v->by_rule_count && i < VERIFY_RULES_MAX) {
        snprintf(v->by_rule[i].on, sizeof v->by_rule[i].on, STR_FMT, STR_ARG(on));
        snprintf(v->by_rule[i].rule, sizeof v->by_rule[i].rule, STR_FMT, STR_ARG(rule));
        v->by_rule_count++;
    }
    if (i < v->by_rule_count) {
        v->by_rule[i].values++;
    }
    if (y->note != NULL) {
        snprintf(line, sizeof line,
                 "row %" PRIu64 ": value %" PRIu64 " erased on " STR_FMT " by rule " STR_FMT,
                 m->seq, m->mention.ref, STR_ARG(on), STR_ARG(rule));
        y->note(y->arg, false, line);
    }
}

/* Columns of verify_personal.sql, row `i`, against the mention in row `m->seq`. `again`: the row
 * named it before. */
static void check_value(struct verify *y, const PGresult *r, int i, const struct mention_at *m,
                        bool again)
{
    bool erased = !PQgetisnull(r, i, 5);
    struct sha256 hash;

    if (PQgetisnull(r, i, 3)) {
        if (!erased) {
            problem(y, "row %" PRIu64 ": personal value %" PRIu64 " is missing and was not erased",
                    m->seq, m->mention.ref);
        } else if (!again) {
            note_erased(y, m, result_str(r, i, 4), result_str(r, i, 5));
        }
        return;
    }
    if (erased) {
        problem(y, "row %" PRIu64 ": personal value %" PRIu64 " is there although it was erased",
                m->seq, m->mention.ref);
    }
    if (PQgetlength(r, i, 2) != LOG_SALT_SIZE) {
        problem(y, "row %" PRIu64 ": personal value %" PRIu64 " has no salt of 16 bytes", m->seq,
                m->mention.ref);
        return;
    }
    log_personal_hash((const uint8_t *)PQgetvalue(r, i, 2), result_str(r, i, 3), &hash);
    if (memcmp(&hash, &m->mention.sha256, sizeof hash) != 0) {
        problem(y, "row %" PRIu64 ": personal value %" PRIu64 " does not fit its hash", m->seq,
                m->mention.ref);
    }
    y->v->kept += !again && result_u64(r, i, 1) == m->seq;
}

static enum err flush_mentions(struct verify *y, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    if (y->mention_count == 0) {
        return OK;
    }
    qsort(y->mentions, y->mention_count, sizeof *y->mentions, by_ref);
    params_init(&p);
    params_array(&p, PARAM_INT8, y->mention_count);
    for (uint32_t i = 0; i < y->mention_count; i++) {
        item_i64(&p, (int64_t)y->mentions[i].mention.ref);
    }
    params_array_end(&p);
    err = pg_run(y->other, sql_verify_personal, &p, &r, f);
    params_fini(&p);
    if (err != OK) {
        return err;
    }
    must(PQntuples(r) == (int)y->mention_count);
    for (uint32_t i = 0; i < y->mention_count; i++) {
        bool again = i > 0 && by_ref(&y->mentions[i - 1], &y->mentions[i]) == 0;

        check_value(y, r, (int)i, &y->mentions[i], again);
    }
    y->mention_count = 0;
    PQclear(r);
    return OK;
}

static enum err collect_mentions(struct verify *y, const struct log_row *row, struct fault *f)
{
    struct log_mention m;
    size_t offset = 0;
    bool broken = false;
    enum err err = OK;

    while (err == OK && log_mention_next(row->data, &offset, &m, &broken)) {
        y->v->mentions++;
        y->mentions[y->mention_count++] = (struct mention_at){ .seq = row->seq, .mention = m };
        if (y->mention_count == MENTIONS_MAX) {
            err = flush_mentions(y, f);
        }
    }
    if (broken) {
        problem(y, "row %" PRIu64 ": names a personal value in a way that cannot be read",
                row->seq);
    }
    return err;
}

static enum err check_row(void *arg, const struct log_row *row, struct fault *f)
{
    struct verify *y = arg;
    struct sha256 hash;

    y->v->rows++;
    if (memcmp(&row->prev_hash, &y->hash, sizeof hash) != 0) {
        problem(y, "row %" PRIu64 ": does not follow the row before", row->seq);
    }
    if (!log_row_hash(row, &hash) || memcmp(&hash, &row->hash, sizeof hash) != 0) {
        problem(y, "row %" PRIu64 ": its hash does not fit its content", row->seq);
    }
    if (row->epoch < y->epoch || row->at_us < y->at_us) {
        problem(y, "row %" PRIu64 ": its epoch or its time is before that of the row before",
                row->seq);
    }
    y->hash = row->hash;
    y->epoch = row->epoch;
    y->at_us = row->at_us;
    return collect_mentions(y, row, f);
}

/* Rows behind the head: the head is read after the tail, so that a log that grows meanwhile shows
 * none. */
static enum err check_tail(struct verify *y, struct fault *f)
{
    struct log_head later;
    PGresult *r;
    enum err err = pg_run(y->other, sql_log_tail, NULL, &r, f);

    if (err == OK) {
        err = log_head_read(y->other, &later, f);
    }
    if (err == OK && PQntuples(r) == 1 && result_u64(r, 0, 0) > later.seq) {
        problem(y, "row %" PRIu64 ": stands behind the head of the log", result_u64(r, 0, 0));
    }
    PQclear(r);
    return err;
}

static enum err check_log(struct verify *y, const char *world, struct fault *f)
{
    struct log_read q = { .on_row = check_row, .arg = y };
    struct fault gap = { 0 };
    uint64_t last = 0;
    enum err err = log_head_read(y->other, &y->v->head, f);

    if (err != OK) {
        return err;
    }
    q.to_seq = y->v->head.seq;
    log_genesis_hash(str_of(world), &y->hash);
    err = log_read(y->rows, &q, &last, NULL, &gap);
    if (err == ERR_CORRUPT) {
        problem(y, "%s", gap.primary);
    } else if (err != OK) {
        if (f != NULL) {
            *f = gap;
        }
        return err;
    } else if (last != q.to_seq) {
        problem(y, "row %" PRIu64 ": is missing at the end, the head is at %" PRIu64, last + 1,
                q.to_seq);
    } else if (memcmp(&y->hash, &y->v->head.hash, sizeof y->hash) != 0) {
        problem(y, "row %" PRIu64 ": its hash is not the one in the head", last);
    }
    err = flush_mentions(y, f);
    return err == OK ? check_tail(y, f) : err;
}

/* Values that no row brought. Erasing goes on meanwhile, so fewer than counted are no problem. */
static enum err check_strays(struct verify *y, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_i64(&p, (int64_t)y->v->head.seq);
    err = pg_run(y->other, sql_verify_counts, &p, &r, f);
    params_fini(&p);
    if (err == OK && result_u64(r, 0, 0) > y->v->kept) {
        problem(y, "%" PRIu64 " personal values belong to no row that names them",
                result_u64(r, 0, 0) - y->v->kept);
    }
    PQclear(r);
    return err;
}

/* Columns of access_page.sql in order. */
static void check_access_row(struct verify *y, const PGresult *r, int i, uint64_t *seq,
                             struct sha256 *hash)
{
    struct access_entry e = { .at_us = result_i64(r, i, 1),
                              .actor = result_str(r, i, 2),
                              .incident = result_str(r, i, 3),
                              .purpose = result_str(r, i, 4),
                              .fields = result_str(r, i, 5),
                              .spooled = result_str(r, i, 8) };
    struct sha256 prev;
    struct sha256 stored;
    struct sha256 made;

    if (result_u64(r, i, 0) != *seq + 1) {
        problem(y, "access %" PRIu64 ": is missing", *seq + 1);
    }
    *seq = result_u64(r, i, 0);
    if (!result_sha256(r, i, 6, &prev) || memcmp(&prev, hash, sizeof prev) != 0) {
        problem(y, "access %" PRIu64 ": does not follow the row before", *seq);
    }
    if (!result_sha256(r, i, 7, &stored) || !access_row_hash(&prev, *seq, &e, &made) ||
        memcmp(&stored, &made, sizeof made) != 0) {
        problem(y, "access %" PRIu64 ": its hash does not fit its content", *seq);
    }
    *hash = stored;
    y->v->access_rows++;
}

static enum err access_page(struct verify *y, uint64_t after, PGresult **r, struct fault *f)
{
    struct params p;
    enum err err;

    params_init(&p);
    params_i64(&p, (int64_t)after);
    params_i64(&p, ACCESS_PAGE_ROWS);
    err = pg_run(y->other, sql_access_page, &p, r, f);
    params_fini(&p);
    return err;
}

static enum err check_access(struct verify *y, const char *world, struct fault *f)
{
    struct sha256 hash;
    struct sha256 head_hash;
    uint64_t seq = 0;
    uint64_t head_seq;
    bool more = true;
    PGresult *r;
    enum err err = pg_run(y->other, sql_access_head, NULL, &r, f);

    if (err != OK || PQntuples(r) != 1 || !result_sha256(r, 0, 1, &head_hash)) {
        PQclear(r);
        return err != OK ? err
                         : fault_set(f, ERR_NOT_FOUND, "the access log has no head", NULL, NULL);
    }
    head_seq = result_u64(r, 0, 0);
    PQclear(r);
    access_genesis_hash(str_of(world), &hash);
    if (head_seq == 0 && memcmp(&hash, &head_hash, sizeof hash) != 0) {
        problem(y, "access 0: the head is not at the world's beginning");
    }
    while (more) {
        err = access_page(y, seq, &r, f);
        if (err != OK) {
            return err;
        }
        for (int i = 0; i < PQntuples(r); i++) {
            check_access_row(y, r, i, &seq, &hash);
            if (seq == head_seq && memcmp(&hash, &head_hash, sizeof hash) != 0) {
                problem(y, "access %" PRIu64 ": its hash is not the one in the head", seq);
            }
        }
        more = PQntuples(r) == ACCESS_PAGE_ROWS;
        PQclear(r);
    }
    if (seq < head_seq) {
        problem(y, "access %" PRIu64 ": is missing at the end", seq + 1);
    }
    return OK;
}

enum err verify_run(const char *conninfo, const char *world, verify_note_fn *note, void *arg,
                    struct verify_report *out, struct fault *f)
{
    const struct pg_opts o = { .conninfo = conninfo,
                               .world = world,
                               .role = "tocsin_auditor",
                               .application = "tocsin verify-log" };
    struct verify y = { .note = note, .arg = arg, .v = out };
    enum err err;

    memset(out, 0, sizeof *out);
    y.mentions = calloc(MENTIONS_MAX, sizeof *y.mentions);
    if (y.mentions == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory to verify the log", NULL, NULL);
    }
    err = pg_open(&o, &y.rows, f);
    if (err == OK) {
        err = pg_open(&o, &y.other, f);
    }
    if (err == OK) {
        err = check_log(&y, world, f);
    }
    if (err == OK) {
        err = check_strays(&y, f);
    }
    if (err == OK) {
        err = check_access(&y, world, f);
    }
    pg_close(y.rows);
    pg_close(y.other);
    free(y.mentions);
    if (err == OK && out->problems > 0) {
        err = fault_set(f, ERR_CORRUPT, "the log does not verify", out->first_problem,
                        "compare with the last backup; tocsin verify-log lists every problem");
    }
    return err;
}

void verify_json(const struct verify_report *v, struct buf *out)
{
    buf_text(out, "{\"ok\":");
    buf_text(out, v->problems == 0 ? "true" : "false");
    buf_text(out, ",\"world\":");
    buf_json_str(out, str_of(v->head.world));
    buf_text(out, ",\"world_id\":");
    buf_json_str(out, str_of(v->head.world_id));
    buf_fmt(out, ",\"rows\":%" PRIu64 ",\"head\":{\"seq\":%" PRIu64 ",\"hash\":\"", v->rows,
            v->head.seq);
    buf_hex(out, v->head.hash.at, SHA256_SIZE);
    buf_fmt(out,
            "\"},\"personal\":{\"mentions\":%" PRIu64 ",\"kept\":%" PRIu64 ",\"erased\":%" PRIu64
            "}",
            v->mentions, v->kept, v->erased);
    buf_text(out, ",\"erased\":[");
    for (uint32_t i = 0; i < v->by_rule_count; i++) {
        buf_text(out, i > 0 ? ",{\"on\":" : "{\"on\":");
        buf_json_str(out, str_of(v->by_rule[i].on));
        buf_text(out, ",\"rule\":");
        buf_json_str(out, str_of(v->by_rule[i].rule));
        buf_fmt(out, ",\"values\":%" PRIu64 "}", v->by_rule[i].values);
    }
    buf_fmt(out, "],\"access_rows\":%" PRIu64 ",\"problems\":%" PRIu64, v->access_rows,
            v->problems);
    if (v->problems > 0) {
        buf_text(out, ",\"first_problem\":");
        buf_json_str(out, str_of(v->first_problem));
    }
    buf_char(out, '}');
}
