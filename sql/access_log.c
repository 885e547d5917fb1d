#include "sql/access_log.h"

#include "base/buf.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

void access_genesis_hash(struct str world, struct sha256 *out)
{
    hash_sha256(STR(ACCESS_GENESIS "\n"), world, out);
}

/* Control characters would let one entry look like two. */
static bool clean(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.at[i] < 0x20 || s.at[i] == 0x7f) {
            return false;
        }
    }
    return s.len <= ACCESS_TEXT_SIZE_MAX;
}

static bool spool_id(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((s.at[i] < '0' || s.at[i] > '9') && (s.at[i] < 'a' || s.at[i] > 'f')) {
            return false;
        }
    }
    return s.len == 0 || s.len == ACCESS_SPOOLED_SIZE;
}

bool access_row_hash(const struct sha256 *prev_hash, uint64_t seq, const struct access_entry *e,
                     struct sha256 *out)
{
    char bytes[SHA256_SIZE + 64 + 4 * ACCESS_TEXT_SIZE_MAX + ACCESS_SPOOLED_SIZE];
    struct buf b;

    memset(out, 0, sizeof *out);
    if (!clean(e->actor) || !clean(e->incident) || !clean(e->purpose) || !clean(e->fields) ||
        !spool_id(e->spooled)) {
        return false;
    }
    buf_fixed(&b, bytes, sizeof bytes);
    buf_add(&b, prev_hash->at, SHA256_SIZE);
    buf_u64(&b, seq);
    buf_char(&b, '\n');
    buf_i64(&b, e->at_us);
    buf_char(&b, '\n');
    buf_str(&b, e->actor);
    buf_char(&b, '\n');
    buf_str(&b, e->incident);
    buf_char(&b, '\n');
    buf_str(&b, e->purpose);
    buf_char(&b, '\n');
    buf_str(&b, e->fields);
    if (e->spooled.len > 0) {
        buf_char(&b, '\n');
        buf_str(&b, e->spooled);
    }
    must(buf_ok(&b));
    hash_sha256(buf_view(&b), (struct str){ 0 }, out);
    return true;
}

static enum err check_field(const char *name, struct str value, struct fault *f)
{
    if (clean(value)) {
        return OK;
    }
    return fault_field(f, ERR_INVALID, name, "%s must be one line of at most %d bytes", name,
                       ACCESS_TEXT_SIZE_MAX);
}

enum err access_check(const struct access_entry *e, struct fault *f)
{
    enum err err = check_field("actor", e->actor, f);

    if (err == OK) {
        err = check_field("incident", e->incident, f);
    }
    if (err == OK) {
        err = check_field("purpose", e->purpose, f);
    }
    if (err == OK) {
        err = check_field("fields", e->fields, f);
    }
    if (err == OK && !spool_id(e->spooled)) {
        err = fault_field(f, ERR_INVALID, "spooled", "the id of a spooled entry is 32 digits");
    }
    return err;
}

enum err access_append(struct pg *pg, const struct access_entry *e, uint64_t *seq, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err = access_check(e, f);

    if (err != OK) {
        return err;
    }
    params_init(&p);
    params_i64(&p, e->at_us);
    params_text(&p, e->actor);
    params_text(&p, e->incident);
    params_text(&p, e->purpose);
    params_text(&p, e->fields);
    params_text(&p, e->spooled);
    err = pg_run(pg, sql_access_append, &p, &r, f);
    params_fini(&p);
    if (err == OK && seq != NULL) {
        must(PQntuples(r) == 1 || e->spooled.len > 0);
        *seq = PQntuples(r) == 1 ? result_u64(r, 0, 0) : 0;
    }
    PQclear(r);
    return err;
}

enum err access_alarming(struct pg *pg, int64_t since_us, uint32_t rows, access_fn *fn, void *arg,
                         struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_i64(&p, since_us);
    params_i64(&p, rows);
    err = pg_run(pg, sql_access_glass, &p, &r, f);
    params_fini(&p);
    for (int k = 0; err == OK && k < PQntuples(r); k++) {
        fn(arg, result_str(r, k, 0), result_str(r, k, 1), result_str(r, k, 2),
           result_bool(r, k, 3));
    }
    PQclear(r);
    return err;
}

enum err access_glasses_of(struct pg *pg, struct str actor, int64_t since_us, uint32_t rows,
                           uint64_t *count, int64_t *first_us, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_text(&p, actor);
    params_i64(&p, since_us);
    params_i64(&p, rows);
    err = pg_run(pg, sql_access_glass_of, &p, &r, f);
    params_fini(&p);
    if (err == OK) {
        must(PQntuples(r) == 1);
        *count = result_u64(r, 0, 0);
        *first_us = result_i64(r, 0, 1);
    }
    PQclear(r);
    return err;
}
