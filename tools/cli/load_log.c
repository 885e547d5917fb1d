/* tocsin load-log: copies a log file of simulate into an empty world of a database. */
#include "tools/cli/cli.h"
#include "tools/sim/row_file.h"

#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME "load-log"
#define LINE_ARENA ((size_t)1 << 28)

static const char about[] =
    "Copies the rows of FILE and the personal values of FILE.personal into a world that has no "
    "rows\n"
    "yet, and moves the head to the last one; every hash is checked on the way. For benches and\n"
    "tests; runs as the owner of the schema. The world of the file must be the world named.";

struct load {
    PGconn *conn;
    const char *world;
    struct fault *fault;
    struct sha256 hash; /* of the last row */
    uint64_t seq;
};

static enum err trouble(struct load *l, const char *what)
{
    return fault_set(l->fault, ERR_IO, what, PQerrorMessage(l->conn), NULL);
}

static enum err run(struct load *l, const char *sql, ExecStatusType wanted)
{
    PGresult *r = PQexec(l->conn, sql);
    bool good = PQresultStatus(r) == wanted;

    PQclear(r);
    return good ? OK : trouble(l, "the database refused a statement");
}

/* Holds the row against the one before. */
static enum err check_row(struct load *l, struct str line, struct arena *arena)
{
    struct log_row row;
    struct sha256 hash;

    arena_reset(arena);
    if (row_file_parse(line, arena, &row, l->fault) != OK) {
        return l->fault->err;
    }
    if (row.seq != l->seq + 1 || memcmp(row.prev_hash.at, l->hash.at, SHA256_SIZE) != 0 ||
        !log_row_hash(&row, &hash) || memcmp(hash.at, row.hash.at, SHA256_SIZE) != 0) {
        return fault_field(l->fault, ERR_CORRUPT, "hash",
                           "row %" PRIu64 " does not follow row %" PRIu64, row.seq, l->seq);
    }
    l->seq = row.seq;
    l->hash = hash;
    return OK;
}

static enum err end_copy(struct load *l, bool good)
{
    if (PQputCopyEnd(l->conn, good ? NULL : "given up") != 1) {
        return trouble(l, "the copy was not taken");
    }
    PGresult *r = PQgetResult(l->conn);
    bool taken = PQresultStatus(r) == PGRES_COMMAND_OK;

    while (r != NULL) {
        PQclear(r);
        r = PQgetResult(l->conn);
    }
    return taken || !good ? OK : trouble(l, "the copy was not taken");
}

/* One file into one table. Rows of the log are checked, those of `personal` are not: verify-log
 * does that. */
static enum err copy(struct load *l, const char *path, const char *sql, bool rows)
{
    FILE *file = fopen(path, "r");
    struct arena arena;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    enum err err;

    if (file == NULL) {
        return fault_set(l->fault, ERR_IO, "could not read the log file", path, strerror(errno));
    }
    arena_init(&arena, LINE_ARENA);
    err = run(l, sql, PGRES_COPY_IN);
    while (err == OK && (len = getline(&line, &size, file)) > 0) {
        size_t n = line[len - 1] == '\n' ? (size_t)len - 1 : (size_t)len;

        if (rows) {
            err = check_row(l, (struct str){ .at = line, .len = n }, &arena);
        }
        if (err == OK && PQputCopyData(l->conn, line, (int)len) != 1) {
            err = trouble(l, "the copy was not taken");
        }
    }
    if (PQstatus(l->conn) == CONNECTION_OK) {
        enum err end = end_copy(l, err == OK);

        err = err != OK ? err : end;
    }
    free(line);
    arena_fini(&arena);
    (void)fclose(file);
    return err;
}

static enum err move_head(struct load *l)
{
    struct buf b;

    buf_init(&b);
    buf_fmt(&b, "UPDATE log_head SET epoch = greatest(epoch, 1), seq = %" PRIu64 ", hash = '\\x",
            l->seq);
    buf_hex(&b, l->hash.at, SHA256_SIZE);
    buf_text(&b, "' WHERE seq = 0 RETURNING seq");
    buf_char(&b, '\0');
    PGresult *r = PQexec(l->conn, b.at);
    bool moved = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;

    PQclear(r);
    buf_fini(&b);
    return moved ? OK : trouble(l, "the world is not empty");
}

static enum err load(struct load *l, const char *path)
{
    char beside[PATH_MAX];
    char set[96];

    (void)snprintf(beside, sizeof(beside), "%s.personal", path);
    (void)snprintf(set, sizeof(set), "SET ROLE tocsin_owner; SET search_path TO %s", l->world);
    log_genesis_hash(str_of(l->world), &l->hash);
    if (run(l, set, PGRES_COMMAND_OK) != OK || run(l, "BEGIN", PGRES_COMMAND_OK) != OK) {
        return l->fault->err;
    }
    enum err err = copy(l, path,
                        "COPY event_row (seq, epoch, at, actor, command_id, command, data,"
                        " prev_hash, hash) FROM STDIN",
                        true);

    err = err != OK
              ? err
              : copy(l, beside,
                     "COPY personal (ref, seq, salt, value, kind, erase_after) FROM STDIN", false);
    err = err != OK ? err : move_head(l);
    return err != OK ? err : run(l, "COMMIT", PGRES_COMMAND_OK);
}

static bool world_named_well(const char *world)
{
    size_t n = strspn(world, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return n > 0 && n <= 16 && world[n] == '\0';
}

int cli_load_log(int argc, char **argv)
{
    const char *database = "";
    const char *path = NULL;
    struct fault f = { 0 };
    struct load l = { .world = "sim", .fault = &f };
    const struct cli_option options[] = {
        { "--database", CLI_TEXT, &database, false, "libpq connection string" },
        { "--world", CLI_TEXT, &l.world, false, "name of the world, sim unless said" },
        { "FILE", CLI_TEXT, &path, true, "the log file" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);
    struct buf b;

    if (code != CLI_DONE || help) {
        return code;
    }
    if (!world_named_well(l.world)) {
        return cli_misused(NAME, "a world's name is 1 to 16 of a-z, 0-9 and _");
    }
    l.conn = PQconnectdb(database);
    enum err err = PQstatus(l.conn) == CONNECTION_OK ? load(&l, path)
                                                     : trouble(&l, "the database does not answer");

    PQfinish(l.conn);
    if (err != OK) {
        return cli_failed(NAME, &f);
    }
    buf_init(&b);
    buf_fmt(&b, "{\"seq\":%" PRIu64 ",\"hash\":\"", l.seq);
    buf_hex(&b, l.hash.at, SHA256_SIZE);
    buf_text(&b, "\"}");
    code = cli_print(NAME, &b);
    buf_fini(&b);
    return code;
}
