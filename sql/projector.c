#include "sql/projector.h"

#include "base/buf.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <stdlib.h>

#define COLUMNS_MAX 48

/* One table's rows for the next write, column by column: each column gathers its array items as
 * they will be sent. */
struct table {
    const char *sql;
    const char *types; /* 't' text, 'n' number, 'i' instant, one a column */
    uint32_t rows;
    struct buf columns[COLUMNS_MAX];
    int at; /* column under way */
};

struct projector {
    struct pg *pg;
    uint64_t seq;
    struct table incidents;
    struct table units;
    struct table assignments;
    struct table reports;
    bool whole;
};

static void table_init(struct table *t, const char *sql, const char *types)
{
    *t = (struct table){ .sql = sql, .types = types };
    for (int i = 0; i < COLUMNS_MAX; i++) {
        buf_init(&t->columns[i]);
    }
}

static void table_reset(struct table *t)
{
    t->rows = 0;
    for (int i = 0; i < COLUMNS_MAX; i++) {
        buf_reset(&t->columns[i]);
    }
}

static void table_fini(struct table *t)
{
    for (int i = 0; i < COLUMNS_MAX; i++) {
        buf_fini(&t->columns[i]);
    }
}

static void text(struct table *t, struct str s)
{
    must(t->types[t->at] == 't');
    item_put(&t->columns[t->at++], s.at, s.at != NULL ? s.len : ITEM_NULL);
}

static void number(struct table *t, int64_t v)
{
    must(t->types[t->at] == 'n');
    if (v == PROJECT_NONE) {
        item_put(&t->columns[t->at++], NULL, ITEM_NULL);
    } else {
        item_put_i64(&t->columns[t->at++], v);
    }
}

static void instant(struct table *t, int64_t at_us)
{
    must(t->types[t->at] == 'i');
    if (at_us == PROJECT_NONE) {
        item_put(&t->columns[t->at++], NULL, ITEM_NULL);
    } else {
        item_put_instant(&t->columns[t->at++], at_us);
    }
}

static void row_end(struct table *t)
{
    must(t->types[t->at] == '\0');
    t->at = 0;
    t->rows++;
}

/* Types of each table's columns, and how a row is put into them. */
#define TYPE_TEXT "t"
#define TYPE_JSON "t"
#define TYPE_LIST "t"
#define TYPE_NUMBER "n"
#define TYPE_INSTANT "i"
#define TYPE_FLAG "n"
#define COLUMN(kind, name) TYPE_##kind
static const char incident_types[] =
#include "sql/read_incident.def"
    ;
static const char unit_types[] =
#include "sql/read_unit.def"
    ;
static const char assignment_types[] =
#include "sql/read_assignment.def"
    ;
static const char report_types[] =
#include "sql/read_report.def"
    ;
#undef COLUMN

#define PUT_TEXT(name) text(t, row->name);
#define PUT_JSON(name) text(t, row->name##_json);
#define PUT_LIST(name) text(t, row->name##_json.at != NULL ? row->name##_json : STR("[]"));
#define PUT_NUMBER(name) number(t, row->name);
#define PUT_INSTANT(name) instant(t, row->name##_us);
#define PUT_FLAG(name) number(t, row->name ? 1 : 0);
#define COLUMN(kind, name) PUT_##kind(name)

void projector_add_incident(struct projector *p, const struct project_incident *row)
{
    struct table *t = &p->incidents;

#include "sql/read_incident.def"
    row_end(t);
}

void projector_add_unit(struct projector *p, const struct project_unit *row)
{
    struct table *t = &p->units;

#include "sql/read_unit.def"
    row_end(t);
}

void projector_add_assignment(struct projector *p, const struct project_assignment *row)
{
    struct table *t = &p->assignments;

#include "sql/read_assignment.def"
    row_end(t);
}

void projector_add_report(struct projector *p, const struct project_report *row)
{
    struct table *t = &p->reports;

#include "sql/read_report.def"
    row_end(t);
}

static enum err read_cursor(struct projector *p, uint64_t *seq, struct fault *f)
{
    PGresult *r;
    enum err err = pg_run(p->pg, sql_project_cursor, NULL, &r, f);

    if (err == OK && PQntuples(r) != 1) {
        err = fault_set(f, ERR_NOT_FOUND, "the read tables have no cursor", NULL,
                        "run tocsin migrate");
    }
    if (err == OK) {
        *seq = result_u64(r, 0, 0);
        p->whole = result_bool(r, 0, 1);
    }
    PQclear(r);
    return err;
}

static enum err open_as(const struct pg_opts *o, struct projector **out, uint64_t *seq,
                        struct fault *f)
{
    struct projector *p = calloc(1, sizeof *p);
    enum err err;

    *out = NULL;
    if (p == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the projector", NULL, NULL);
    }
    table_init(&p->incidents, sql_project_incidents, incident_types);
    table_init(&p->units, sql_project_units, unit_types);
    table_init(&p->assignments, sql_project_assignments, assignment_types);
    table_init(&p->reports, sql_project_reports, report_types);
    err = pg_open(o, &p->pg, f);
    if (err == OK) {
        err = read_cursor(p, &p->seq, f);
    }
    if (err != OK) {
        projector_close(p);
        return err;
    }
    *seq = p->seq;
    *out = p;
    return OK;
}

enum err projector_open(const char *conninfo, const char *world, struct projector **out,
                        uint64_t *seq, struct fault *f)
{
    const struct pg_opts o = { .conninfo = conninfo,
                               .world = world,
                               .role = "tocsin_projector",
                               .application = "tocsin projector" };

    return open_as(&o, out, seq, f);
}

enum err projector_open_to_fill(const char *conninfo, const char *world, struct projector **out,
                                uint64_t *seq, struct fault *f)
{
    const struct pg_opts o = { .conninfo = conninfo,
                               .world = world,
                               .role = "tocsin_owner",
                               .application = "tocsin migrate" };

    return open_as(&o, out, seq, f);
}

void projector_close(struct projector *p)
{
    if (p != NULL) {
        pg_close(p->pg);
        table_fini(&p->incidents);
        table_fini(&p->units);
        table_fini(&p->assignments);
        table_fini(&p->reports);
        free(p);
    }
}

bool projector_whole(const struct projector *p)
{
    return p->whole;
}

static enum param_type column_type(char type)
{
    return type == 't' ? PARAM_TEXT_TYPE : (type == 'i' ? PARAM_TIMESTAMPTZ : PARAM_INT8);
}

static enum err write_table(struct pg *pg, const struct table *t, struct fault *f)
{
    struct params params;
    bool whole = true;
    enum err err;

    if (t->rows == 0) {
        return OK;
    }
    params_init(&params);
    for (int i = 0; t->types[i] != '\0'; i++) {
        whole = whole && buf_ok(&t->columns[i]);
        params_array_of(&params, column_type(t->types[i]), t->rows, buf_view(&t->columns[i]));
    }
    err = whole ? pg_run(pg, t->sql, &params, NULL, f)
                : fault_set(f, ERR_NO_MEMORY, "no memory for the rows of the read tables", NULL,
                            NULL);
    params_fini(&params);
    return err;
}

static enum err move_cursor(struct projector *p, uint64_t seq, struct fault *f)
{
    struct params params;
    PGresult *r;
    enum err err;

    params_init(&params);
    params_i64(&params, (int64_t)p->seq);
    params_i64(&params, (int64_t)seq);
    err = pg_run(p->pg, sql_project_move, &params, &r, f);
    params_fini(&params);
    if (err == OK && result_rows_changed(r) != 1) {
        err = fault_set(f, ERR_CONFLICT, "somebody else moved the cursor of the read tables", NULL,
                        NULL);
    }
    PQclear(r);
    return err;
}

/* Everything gathered, within a transaction. */
static enum err write_tables(struct projector *p, struct fault *f)
{
    enum err err = write_table(p->pg, &p->incidents, f);

    if (err == OK) {
        err = write_table(p->pg, &p->units, f);
    }
    if (err == OK) {
        err = write_table(p->pg, &p->assignments, f);
    }
    if (err == OK) {
        err = write_table(p->pg, &p->reports, f);
    }
    return err;
}

static enum err begin(struct projector *p, struct fault *f)
{
    enum err err = pg_begin(p->pg, f);

    return err == OK ? pg_run(p->pg, sql_project_session, NULL, NULL, f) : err;
}

static enum err end(struct projector *p, enum err err, struct fault *f)
{
    if (err == OK) {
        return pg_commit(p->pg, f);
    }
    pg_rollback(p->pg);
    return err;
}

static enum err write_all(struct projector *p, uint64_t seq, struct fault *f)
{
    enum err err = begin(p, f);

    if (err == OK) {
        err = write_tables(p, f);
    }
    if (err == OK) {
        err = move_cursor(p, seq, f);
    }
    return end(p, err, f);
}

static void written(struct projector *p, uint64_t seq)
{
    table_reset(&p->incidents);
    table_reset(&p->units);
    table_reset(&p->assignments);
    table_reset(&p->reports);
    p->seq = seq;
}

enum err projector_write(struct projector *p, uint64_t seq, struct fault *f)
{
    uint64_t now = 0;
    enum err err;

    must(seq >= p->seq);
    err = write_all(p, seq, f);
    /* a commit whose answer was lost: the cursor tells */
    if (err == ERR_CONFLICT && read_cursor(p, &now, NULL) == OK && now == seq) {
        err = OK;
    }
    if (err == OK) {
        written(p, seq);
    }
    return err;
}

enum err projector_flush(struct projector *p, struct fault *f)
{
    enum err err = begin(p, f);

    if (err == OK) {
        err = write_tables(p, f);
    }
    err = end(p, err, f);
    if (err == OK) {
        written(p, p->seq);
    }
    return err;
}

enum err projector_hold(struct projector *p, uint64_t *seq, struct fault *f)
{
    enum err err = begin(p, f);

    if (err == OK) {
        err = pg_run(p->pg, sql_project_lock, NULL, NULL, f);
    }
    if (err == OK) {
        err = read_cursor(p, seq, f);
    }
    if (err != OK) {
        pg_rollback(p->pg);
    }
    return err;
}

enum err projector_fill_end(struct projector *p, struct fault *f)
{
    enum err err = write_tables(p, f);

    if (err == OK) {
        err = pg_run(p->pg, sql_project_whole, NULL, NULL, f);
    }
    return end(p, err, f);
}

enum err projector_clear(struct projector *p, struct fault *f)
{
    enum err err = pg_run(p->pg, sql_project_clear, NULL, NULL, f);

    if (err == OK) {
        written(p, 0);
    }
    return err;
}
