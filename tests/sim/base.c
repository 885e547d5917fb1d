/* The database of the log as sql/log_writer and sql/log_lease speak to it, with libpq's results.
 * What a statement does is what its text in sql/queries does. */
#include "tests/sim/base_inside.h"

#include <stdio.h>
#include <stdlib.h>

struct base base;
const char base_append[] = "append";

void base_init(void)
{
    base.rows = calloc(ROWS_MAX, sizeof(*base.rows));
    base.bytes = calloc(ROWS_MAX, sizeof(*base.bytes));
    must(base.rows != NULL && base.bytes != NULL);
    log_genesis_hash(STR(SIM_WORLD), &base.hash);
    base.seen_us = -10 * US_PER_S;
}

uint64_t base_seq(void)
{
    return base.seq;
}

const struct sim_base_counts *base_counts(void)
{
    return &base.counts;
}

const struct log_row *base_row(uint64_t seq)
{
    return seq >= 1 && seq <= base.seq ? &base.rows[seq] : NULL;
}

static void insert(const struct log_row *row)
{
    struct buf *b = &base.bytes[row->seq];
    struct log_row *r = &base.rows[row->seq];

    must(row->seq < ROWS_MAX);
    if (row->seq != base.seq + 1 || memcmp(&row->prev_hash, &base.hash, sizeof(base.hash)) != 0) {
        sim_broken("row %llu does not follow on row %llu: two have written",
                   (unsigned long long)row->seq, (unsigned long long)base.seq);
    }
    *r = *row;
    r->personal = NULL;
    r->personal_count = 0;
    buf_init(b);
    must(buf_room(b, row->actor.len + row->command_id.len + row->command.len + row->data.len) !=
         NULL);
    struct str *parts[] = { &r->actor, &r->command_id, &r->command, &r->data };

    for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
        char *at = b->at + b->len;

        buf_str(b, *parts[k]);
        parts[k]->at = at;
    }
    base.seq = row->seq;
    base.hash = row->hash;
    law_committed(r);
}

void base_put_first(const void *log_row)
{
    insert(log_row);
}

/* ---- libpq ---- */

ExecStatusType PQresultStatus(const PGresult *r)
{
    return r->status;
}

int PQntuples(const PGresult *r)
{
    return r->rows;
}

char *PQgetvalue(const PGresult *r, int row, int col)
{
    must(row == 0 && col < r->count);
    return (char *)(uintptr_t)r->fields[col];
}

int PQgetlength(const PGresult *r, int row, int col)
{
    must(row == 0 && col < r->count);
    return r->sizes[col];
}

char *PQcmdTuples(PGresult *r)
{
    return r->changed;
}

char *PQresultErrorMessage(const PGresult *r)
{
    (void)r;
    return (char *)(uintptr_t) "ERROR: the disk is full";
}

static void put_field(struct pg_result *r, const void *at, size_t len)
{
    must(r->count < FIELDS_MAX && len <= FIELD_SIZE);
    memcpy(r->fields[r->count], at, len);
    r->sizes[r->count++] = (int)len;
}

static void put_i64(struct pg_result *r, int64_t v)
{
    uint8_t b[8];

    for (int i = 0; i < 8; i++) {
        b[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
    }
    put_field(r, b, sizeof(b));
}

static void put_bool(struct pg_result *r, bool v)
{
    char b = v ? 1 : 0;

    put_field(r, &b, 1);
}

/* ---- parameters, in PostgreSQL's binary form ---- */

static uint64_t number(const char *at, int len)
{
    uint64_t v = 0;

    for (int i = 0; i < len; i++) {
        v = v << 8 | (uint8_t)at[i];
    }
    return v;
}

static int64_t param_i64(const struct statement *s, int k)
{
    must(s->params.sizes[k] == 8);
    return (int64_t)number(s->params.values[k], 8);
}

static bool param_is_hash(const struct statement *s, int k, const struct sha256 *h)
{
    return s->params.sizes[k] == SHA256_SIZE &&
           memcmp(s->params.values[k], h->at, SHA256_SIZE) == 0;
}

/* Item `n` of an array. */
static struct str item(const struct statement *s, int k, uint32_t n)
{
    const char *at = s->params.values[k] + 20;

    for (uint32_t i = 0;; i++) {
        size_t len = (size_t)number(at, 4);

        if (i == n) {
            return (struct str){ .at = at + 4, .len = len };
        }
        at += 4 + len;
    }
}

static uint32_t items(const struct statement *s, int k)
{
    return s->params.sizes[k] >= 20 ? (uint32_t)number(s->params.values[k] + 12, 4) : 0;
}

static void read_row(const struct statement *s, uint32_t n, struct log_row *row)
{
    *row = (struct log_row){ .seq = number(item(s, 5, n).at, 8),
                             .epoch = number(item(s, 6, n).at, 8),
                             .at_us = (int64_t)number(item(s, 7, n).at, 8),
                             .actor = item(s, 8, n),
                             .command_id = item(s, 9, n),
                             .command = item(s, 10, n),
                             .data = item(s, 11, n) };
    memcpy(row->prev_hash.at, item(s, 12, n).at, SHA256_SIZE);
    memcpy(row->hash.at, item(s, 13, n).at, SHA256_SIZE);
}

/* ---- statements ---- */

static void run_append(struct statement *s)
{
    uint32_t n = items(s, 5);
    bool ours = param_i64(s, 2) == (int64_t)base.epoch && param_i64(s, 3) == (int64_t)base.seq &&
                param_is_hash(s, 4, &base.hash) && param_i64(s, 0) == param_i64(s, 3) + (int64_t)n;

    for (uint32_t k = 0; ours && k < n; k++) {
        struct log_row row;

        read_row(s, k, &row);
        insert(&row);
    }
    base.counts.fenced += ours ? 0 : 1;
    if (ours) {
        must(param_is_hash(s, 1, &base.hash));
        base.seen_us = sim.now_us;
        base.counts.appends++;
    }
    (void)snprintf(s->result.changed, sizeof(s->result.changed), "%u", ours ? n : 0);
}

static void run_head(struct pg_result *r)
{
    r->rows = 1;
    put_field(r, SIM_WORLD, strlen(SIM_WORLD));
    put_field(r, SIM_WORLD_ID, strlen(SIM_WORLD_ID));
    put_i64(r, (int64_t)base.epoch);
    put_i64(r, (int64_t)base.seq);
    put_field(r, base.hash.at, SHA256_SIZE);
    put_field(r, base.holder, strlen(base.holder));
    put_i64(r, sim.now_us - base.seen_us);
    put_bool(r, false);
    put_bool(r, true);
    put_bool(r, true);
    put_bool(r, true);
    put_bool(r, false);
}

static void run_end_holder(struct backend *own, struct statement *s)
{
    int64_t alive = 0;

    for (struct backend *b = base.backends; b != NULL; b = b->next) {
        if (b != own && b->id == base.holder_backend && !b->ended &&
            param_i64(s, 0) == (int64_t)base.epoch) {
            b->ended = true;
            alive = 1; /* seen once more, as it goes */
        }
    }
    s->result.rows = 1;
    put_i64(&s->result, alive);
}

static void run_raise(struct backend *own, struct statement *s)
{
    if (param_i64(s, 0) != (int64_t)base.epoch) {
        return;
    }
    size_t len = (size_t)s->params.sizes[1];

    must(len < sizeof(base.holder));
    memcpy(base.holder, s->params.values[1], len);
    base.holder[len] = '\0';
    base.epoch++;
    base.seen_us = sim.now_us;
    base.holder_backend = own->id;
    base.counts.takings++;
    s->result.rows = 1;
    put_i64(&s->result, (int64_t)base.epoch);
    put_i64(&s->result, (int64_t)base.seq);
    put_field(&s->result, base.hash.at, SHA256_SIZE);
}

static void run_tail(struct pg_result *r)
{
    r->rows = base.seq > 0 ? 1 : 0;
    if (base.seq > 0) {
        put_i64(r, (int64_t)base.seq);
        put_field(r, base.rows[base.seq].hash.at, SHA256_SIZE);
    }
}

static void run_range(struct statement *s)
{
    uint64_t first = (uint64_t)param_i64(s, 0);
    uint64_t last = (uint64_t)param_i64(s, 1);
    const struct log_row *row = base_row(last);

    s->result.rows = 1;
    put_i64(&s->result, row != NULL ? (int64_t)(last - first + 1) : 0);
    put_field(&s->result, row != NULL ? row->hash.at : base.hash.at, SHA256_SIZE);
}

static void run(struct backend *b, struct statement *s)
{
    s->run = true;
    s->result = (struct pg_result){ .status = PGRES_COMMAND_OK };
    if (s->refuse) {
        s->result.status = PGRES_FATAL_ERROR;
        base.counts.refused++;
    } else if (s->sql == base_append) {
        run_append(s);
    } else if (s->sql == sql_lease_read) {
        run_head(&s->result);
    } else if (s->sql == sql_lease_end_holder) {
        run_end_holder(b, s);
    } else if (s->sql == sql_lease_raise) {
        run_raise(b, s);
    } else if (s->sql == sql_log_tail) {
        run_tail(&s->result);
    } else if (s->sql == sql_log_range_hash) {
        run_range(s);
    } else if (s->sql == sql_lease_renew) {
        bool ours = param_i64(s, 0) == (int64_t)base.epoch;

        base.seen_us = ours ? sim.now_us : base.seen_us;
        (void)snprintf(s->result.changed, sizeof(s->result.changed), "%d", ours ? 1 : 0);
    } else {
        must(s->sql == sql_log_session || s->sql == sql_log_append);
    }
    if (s->result.rows > 0 && s->result.status == PGRES_COMMAND_OK) {
        s->result.status = PGRES_TUPLES_OK;
    } else if (s->sql == sql_lease_raise || s->sql == sql_log_tail) {
        s->result.status = s->refuse ? PGRES_FATAL_ERROR : PGRES_TUPLES_OK;
    }
}

/* Those whose instant has come, in their order. A backend without a connection has no one to
 * answer.
 */
void backend_run(struct backend *b)
{
    for (struct statement *s = b->first; s != NULL && !b->ended; s = s->next) {
        if (!s->run && s->run_us > sim.now_us) {
            return;
        }
        if (!s->run) {
            run(b, s);
        }
    }
}
