#include "sql/projector.h"

#include "base/buf.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <stdlib.h>

#define COLUMNS_MAX 25

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

/* An empty list where there is none. */
static void json(struct table *t, struct str s)
{
    text(t, s.at != NULL ? s : STR("[]"));
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

enum err projector_open(const char *conninfo, const char *world, struct projector **out,
                        uint64_t *seq, struct fault *f)
{
    const struct pg_opts o = { .conninfo = conninfo,
                               .world = world,
                               .role = "tocsin_projector",
                               .application = "tocsin projector" };
    struct projector *p = calloc(1, sizeof *p);
    PGresult *r = NULL;
    enum err err;

    *out = NULL;
    if (p == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the projector", NULL, NULL);
    }
    table_init(&p->incidents, sql_project_incidents,
               "ttntttnntttttt"
               "nnnt"
               "ii"
               "tttt"
               "n");
    table_init(&p->units, sql_project_units, "tttttttinntn");
    table_init(&p->assignments, sql_project_assignments, "ttttttiniiiiiiiiin");
    err = pg_open(&o, &p->pg, f);
    if (err == OK) {
        err = pg_run(p->pg, sql_project_cursor, NULL, &r, f);
    }
    if (err == OK && PQntuples(r) != 1) {
        err = fault_set(f, ERR_NOT_FOUND, "the read tables have no cursor", NULL,
                        "run tocsin migrate");
    }
    if (err != OK) {
        PQclear(r);
        projector_close(p);
        return err;
    }
    p->seq = result_u64(r, 0, 0);
    PQclear(r);
    *seq = p->seq;
    *out = p;
    return OK;
}

void projector_close(struct projector *p)
{
    if (p != NULL) {
        pg_close(p->pg);
        table_fini(&p->incidents);
        table_fini(&p->units);
        table_fini(&p->assignments);
        free(p);
    }
}

void projector_add_incident(struct projector *p, const struct project_incident *i)
{
    struct table *t = &p->incidents;

    text(t, i->id);
    text(t, i->number);
    number(t, (int64_t)i->rev);
    text(t, i->type_reported);
    text(t, i->type_dispatched);
    text(t, i->type_handled);
    number(t, i->grade);
    number(t, i->tier);
    text(t, i->emergency_json);
    text(t, i->status);
    text(t, i->owner_seat);
    text(t, i->owner_person);
    text(t, i->lead);
    text(t, i->place_state);
    number(t, i->lon_e7);
    number(t, i->lat_e7);
    number(t, i->radius_m);
    text(t, i->zone);
    instant(t, i->opened_us);
    instant(t, i->closed_us);
    json(t, i->reports_json);
    json(t, i->requirements_json);
    json(t, i->deadlines_json);
    text(t, i->plan_json);
    number(t, (int64_t)i->seq);
    row_end(t);
}

void projector_add_unit(struct projector *p, const struct project_unit *u)
{
    struct table *t = &p->units;

    text(t, u->id);
    text(t, u->callsign);
    text(t, u->police_type);
    json(t, u->capabilities_json);
    text(t, u->zone);
    text(t, u->station);
    text(t, u->status);
    instant(t, u->status_since_us);
    number(t, u->voice_only ? 1 : 0);
    number(t, u->crew);
    json(t, u->assignments_json);
    number(t, (int64_t)u->seq);
    row_end(t);
}

void projector_add_assignment(struct projector *p, const struct project_assignment *a)
{
    struct table *t = &p->assignments;

    text(t, a->id);
    text(t, a->incident);
    text(t, a->unit);
    text(t, a->station);
    text(t, a->slot);
    text(t, a->status);
    instant(t, a->since_us);
    number(t, a->eta_ms);
    instant(t, a->due_us);
    instant(t, a->reserved_us);
    instant(t, a->dispatched_us);
    instant(t, a->acknowledged_us);
    instant(t, a->en_route_us);
    instant(t, a->staged_us);
    instant(t, a->on_scene_us);
    instant(t, a->transporting_us);
    instant(t, a->ended_us);
    number(t, (int64_t)a->seq);
    row_end(t);
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

static enum err read_cursor(struct projector *p, uint64_t *seq, struct fault *f)
{
    PGresult *r;
    enum err err = pg_run(p->pg, sql_project_cursor, NULL, &r, f);

    if (err == OK) {
        *seq = PQntuples(r) == 1 ? result_u64(r, 0, 0) : 0;
    }
    PQclear(r);
    return err;
}

static enum err write_all(struct projector *p, uint64_t seq, struct fault *f)
{
    enum err err = pg_begin(p->pg, f);

    if (err == OK) {
        err = pg_run(p->pg, sql_project_session, NULL, NULL, f);
    }
    if (err == OK) {
        err = write_table(p->pg, &p->incidents, f);
    }
    if (err == OK) {
        err = write_table(p->pg, &p->units, f);
    }
    if (err == OK) {
        err = write_table(p->pg, &p->assignments, f);
    }
    if (err == OK) {
        err = move_cursor(p, seq, f);
    }
    if (err == OK) {
        return pg_commit(p->pg, f);
    }
    pg_rollback(p->pg);
    return err;
}

static void written(struct projector *p, uint64_t seq)
{
    table_reset(&p->incidents);
    table_reset(&p->units);
    table_reset(&p->assignments);
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

enum err projector_clear(struct projector *p, struct fault *f)
{
    enum err err = pg_run(p->pg, sql_project_clear, NULL, NULL, f);

    if (err == OK) {
        written(p, 0);
    }
    return err;
}
