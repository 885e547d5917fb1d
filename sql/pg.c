#include "sql/pg.h"

#include "base/log.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pg {
    PGconn *conn;
    bool in_transaction;
};

bool pg_world_valid(const char *world)
{
    static const char *const taken[] = { "public", "information_schema" };
    size_t len = strlen(world);

    if (len == 0 || len > PG_WORLD_SIZE_MAX ||
        strspn(world, "abcdefghijklmnopqrstuvwxyz0123456789_") != len ||
        strncmp(world, "pg_", 3) == 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (strcmp(world, taken[i]) == 0) {
            return false;
        }
    }
    return true;
}

const char *pg_one_line(const char *message, char *out, size_t size)
{
    size_t n = 0;

    for (const char *c = message; *c != '\0' && n + 1 < size; c++) {
        out[n++] = *c == '\n' || *c == '\t' ? ' ' : *c;
    }
    while (n > 0 && out[n - 1] == ' ') {
        n--;
    }
    out[n] = '\0';
    return out;
}

static void pairs_add(struct pg_pairs *p, int *n, const char *keyword, const char *value)
{
    must(*n + 1 < PG_PAIRS_MAX);
    p->keywords[*n] = keyword;
    p->values[*n] = value;
    (*n)++;
    p->keywords[*n] = NULL;
    p->values[*n] = NULL;
}

/* Only where the connection string has no say of its own: libpq takes the last value of a keyword.
 */
static void pairs_add_missing(struct pg_pairs *p, int *n, const char *keyword, const char *value)
{
    for (int i = 0; i < *n; i++) {
        if (strcmp(p->keywords[i], keyword) == 0) {
            return;
        }
    }
    pairs_add(p, n, keyword, value);
}

/* What the connection string says, less what we set ourselves; its options are kept in front of
 * ours. */
static int pairs_from_string(struct pg_pairs *p, const char **options)
{
    int n = 0;

    for (const PQconninfoOption *o = p->parsed; o->keyword != NULL; o++) {
        if (o->val == NULL) {
            continue;
        }
        if (strcmp(o->keyword, "options") == 0) {
            *options = o->val;
        } else {
            pairs_add(p, &n, o->keyword, o->val);
        }
    }
    return n;
}

enum err pg_pairs_init(struct pg_pairs *p, const struct pg_opts *o, struct fault *f)
{
    char *message = NULL;
    char line[256];
    const char *options = getenv("PGOPTIONS");
    int n;
    int len;

    memset(p, 0, sizeof *p);
    if (o->world != NULL && !pg_world_valid(o->world)) {
        return fault_field(f, ERR_INVALID, "world",
                           "'%.64s' cannot name a world: [a-z0-9_]{1,16}, "
                           "and no schema of the database's own",
                           o->world);
    }
    p->parsed = PQconninfoParse(o->conninfo, &message);
    if (p->parsed == NULL) {
        pg_one_line(message != NULL ? message : "out of memory", line, sizeof line);
        PQfreemem(message);
        return fault_set(f, ERR_CONFIG, "could not read the database connection string", line,
                         "see 'Connection Strings' in PostgreSQL's manual on libpq");
    }
    n = pairs_from_string(p, &options);
    len = snprintf(p->options, sizeof p->options, "%s%s%s%s%s", options != NULL ? options : "",
                   o->role != NULL ? " -c role=" : "", o->role != NULL ? o->role : "",
                   o->world != NULL ? " -c search_path=" : "", o->world != NULL ? o->world : "");
    if (len < 0 || (size_t)len >= sizeof p->options) {
        pg_pairs_fini(p);
        return fault_set(f, ERR_CONFIG, "the options of the database connection are too long", NULL,
                         NULL);
    }
    pairs_add(p, &n, "options", p->options);
    pairs_add(p, &n, "client_encoding", "UTF8");
    pairs_add(p, &n, "fallback_application_name", o->application);
    /* a dead peer is noticed within seconds */
    pairs_add_missing(p, &n, "keepalives_idle", "2");
    pairs_add_missing(p, &n, "keepalives_interval", "1");
    pairs_add_missing(p, &n, "keepalives_count", "3");
    pairs_add_missing(p, &n, "tcp_user_timeout", "5000");
    pairs_add_missing(p, &n, "connect_timeout", "5");
    return OK;
}

void pg_pairs_fini(struct pg_pairs *p)
{
    PQconninfoFree(p->parsed);
    p->parsed = NULL;
}

enum err pg_fault(PGconn *conn, const PGresult *r, const char *primary, struct fault *f)
{
    const char *state = r != NULL ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *message = r != NULL ? PQresultErrorMessage(r) : PQerrorMessage(conn);
    char line[384];

    pg_one_line(message, line, sizeof line);
    if (PQstatus(conn) != CONNECTION_OK || (state != NULL && strncmp(state, "57P", 3) == 0)) {
        return fault_set(f, ERR_LOG_UNAVAILABLE, primary, line,
                         "is the database running and reachable");
    }
    if (state != NULL && (strcmp(state, "42501") == 0 || strcmp(state, "28000") == 0)) {
        return fault_set(f, ERR_FORBIDDEN, primary, line, "this database user lacks the right");
    }
    if (state != NULL && (strcmp(state, "42P01") == 0 || strcmp(state, "3F000") == 0)) {
        return fault_set(f, ERR_CONFIG, primary, line, "run tocsin migrate for this world");
    }
    if (state != NULL && strcmp(state, "57014") == 0) { /* statement_timeout */
        return fault_set(f, ERR_TOO_SLOW, primary, line, NULL);
    }
    return fault_set(f, ERR_IO, primary, line, NULL);
}

/* The server says "role ... does not exist" or "permission denied to set role" before there is a
 * session. */
static enum err open_fault(PGconn *conn, struct fault *f)
{
    char line[384];

    pg_one_line(PQerrorMessage(conn), line, sizeof line);
    return fault_set(f, ERR_LOG_UNAVAILABLE, "could not connect to the database", line,
                     strstr(line, "role") != NULL
                         ? "has tocsin migrate been run, and may this user take the role"
                         : "is the database running and reachable");
}

/* Notices ("role is already a member") are for those who look closely. */
static void on_notice(void *arg, const char *message)
{
    char line[256];

    (void)arg;
    log_debug("sql", "notice", "text=\"%s\"", pg_one_line(message, line, sizeof line));
}

enum err pg_open(const struct pg_opts *o, struct pg **out, struct fault *f)
{
    struct pg_pairs pairs;
    struct pg *pg;
    enum err err = pg_pairs_init(&pairs, o, f);

    *out = NULL;
    if (err != OK) {
        return err;
    }
    pg = calloc(1, sizeof *pg);
    if (pg == NULL) {
        pg_pairs_fini(&pairs);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a database connection", NULL, NULL);
    }
    pg->conn = PQconnectdbParams(pairs.keywords, pairs.values, 0);
    pg_pairs_fini(&pairs);
    if (PQstatus(pg->conn) != CONNECTION_OK) {
        err = open_fault(pg->conn, f);
        pg_close(pg);
        return err;
    }
    PQsetNoticeProcessor(pg->conn, on_notice, NULL);
    PQsetErrorVerbosity(
        pg->conn,
        PQERRORS_TERSE); /* details quote rows, and rows of personal hold what callers said */
    *out = pg;
    return OK;
}

void pg_close(struct pg *pg)
{
    if (pg != NULL) {
        PQfinish(pg->conn);
        free(pg);
    }
}

PGconn *pg_conn(struct pg *pg, struct fault *f)
{
    if (PQstatus(pg->conn) != CONNECTION_OK && !pg->in_transaction) {
        PQreset(pg->conn);
    }
    if (PQstatus(pg->conn) != CONNECTION_OK) {
        open_fault(pg->conn, f);
        return NULL;
    }
    return pg->conn;
}

enum err pg_run(struct pg *pg, const char *sql, struct params *p, PGresult **out, struct fault *f)
{
    PGconn *conn = pg_conn(pg, f);
    PGresult *r;
    ExecStatusType status;
    enum err err = OK;

    if (out != NULL) {
        *out = NULL;
    }
    if (conn == NULL) {
        return ERR_LOG_UNAVAILABLE;
    }
    if (p != NULL && !params_ready(p)) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the parameters of a statement", NULL,
                         NULL);
    }
    r = PQexecParams(conn, sql, p != NULL ? p->count : 0, NULL, p != NULL ? p->values : NULL,
                     p != NULL ? p->sizes : NULL, p != NULL ? p->formats : NULL, 1);
    status = PQresultStatus(r);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        err = pg_fault(conn, r, "the database refused a statement", f);
    }
    if (err != OK || out == NULL) {
        PQclear(r);
    } else {
        *out = r;
    }
    return err;
}

enum err pg_begin(struct pg *pg, struct fault *f)
{
    enum err err = pg_run(pg, sql_begin, NULL, NULL, f);

    pg->in_transaction = err == OK;
    return err;
}

enum err pg_commit(struct pg *pg, struct fault *f)
{
    enum err err = pg_run(pg, sql_commit, NULL, NULL, f);

    pg->in_transaction = false;
    return err;
}

void pg_rollback(struct pg *pg)
{
    /* when the connection is gone the transaction is too */
    if (PQstatus(pg->conn) == CONNECTION_OK) {
        PQclear(PQexec(pg->conn, sql_rollback));
    }
    pg->in_transaction = false;
}

enum err pg_script(struct pg *pg, const char *sql, struct fault *f)
{
    PGconn *conn = pg_conn(pg, f);
    PGresult *r;
    enum err err = OK;

    if (conn == NULL) {
        return ERR_LOG_UNAVAILABLE;
    }
    r = PQexec(conn, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK) {
        err = pg_fault(conn, r, "the database refused a script", f);
    }
    PQclear(r);
    return err;
}

static enum err refuse_off(const PGresult *r, struct fault *f)
{
    static const char *const names[] = { "fsync", "full_page_writes", "synchronous_commit" };

    for (int i = 0; i < 3; i++) {
        if (str_is(result_str(r, 0, i), "off")) {
            fault_field(f, ERR_CONFIG, names[i],
                        "the database runs with %s off: a commit would be no promise", names[i]);
            if (f != NULL) {
                snprintf(f->hint, sizeof f->hint,
                         "set %s to on in postgresql.conf, for the role and the database",
                         names[i]);
            }
            return ERR_CONFIG;
        }
    }
    return OK;
}

enum err pg_check_server(struct pg *pg, struct fault *f)
{
    PGconn *conn = pg_conn(pg, f);
    const char *encoding = conn != NULL ? PQparameterStatus(conn, "server_encoding") : NULL;
    const char *instants = conn != NULL ? PQparameterStatus(conn, "integer_datetimes") : NULL;
    PGresult *r;
    enum err err;

    if (conn == NULL) {
        return ERR_LOG_UNAVAILABLE;
    }
    if (PQserverVersion(conn) < PG_SERVER_VERSION_MIN) {
        return fault_field(f, ERR_CONFIG, "server_version",
                           "the database server is older than PostgreSQL 15");
    }
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0) {
        return fault_field(f, ERR_CONFIG, "server_encoding",
                           "the database is encoded in %s instead of UTF8",
                           encoding != NULL ? encoding : "something unknown");
    }
    if (instants == NULL || strcmp(instants, "on") != 0) {
        return fault_field(f, ERR_CONFIG, "integer_datetimes",
                           "the database server has no integer instants");
    }
    err = pg_run(pg, sql_server_check, NULL, &r, f);
    if (err != OK) {
        return err;
    }
    err = refuse_off(r, f);
    if (err == OK && result_bool(r, 0, 3)) {
        err = fault_set(
            f, ERR_CONFIG, "the database is a standby and takes no writes", NULL,
            "name all hosts and target_session_attrs=read-write in the connection string");
    }
    PQclear(r);
    return err;
}
