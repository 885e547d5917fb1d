/* tocsin explain: why these units, from the log: the evidence of an incident's recommendations, and
 * whether it comes out the same today. */
#include "sql/log_reader.h"
#include "tools/cli/cli.h"
#include "tools/explain/say.h"
#include "tools/sim/row_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "explain"
#define LINE_ARENA ((size_t)1 << 28)

static const char about[] = "tocsin explain INCIDENT: who was recommended for each slot and why, "
                            "each next unit with its one\n"
                            "reason and the least that would have chosen it; INCIDENT is its "
                            "number (20261130-000012) or its\n"
                            "id (live-i12). The order is reckoned again from the inputs that are "
                            "stored, travel times where\n"
                            "the roads of that version are given (straight lines always). Exit "
                            "status 1 also when something\n"
                            "comes out otherwise under equal versions.";

struct explain_opts {
    const char *incident, *database, *world, *log, *roads, *speeds, *lang;
    bool json, all;
};

static enum err on_row(void *arg, const struct log_row *row, struct fault *f)
{
    return evidence_row(arg, row, f);
}

static enum err read_database(struct evidence *e, const struct explain_opts *o, struct fault *f)
{
    struct pg *pg;
    const struct pg_opts opts = { .conninfo = o->database,
                                  .world = o->world,
                                  .role = "tocsin_auditor",
                                  .application = "tocsin explain" };
    const struct log_read read = { .to_seq = LOG_READ_ALL, .on_row = on_row, .arg = e };

    if (pg_open(&opts, &pg, f) != OK) {
        return f->err;
    }
    enum err err = log_read(pg, &read, NULL, NULL, f);

    pg_close(pg);
    return err;
}

static enum err read_file(struct evidence *e, const char *path, struct fault *f)
{
    FILE *file = fopen(path, "re");
    struct arena arena;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    enum err err = OK;

    if (file == NULL) {
        return fault_set(f, ERR_IO, "could not read the log file", path, strerror(errno));
    }
    arena_init(&arena, LINE_ARENA);
    while (err == OK && (len = getline(&line, &size, file)) > 0) {
        size_t n = line[len - 1] == '\n' ? (size_t)len - 1 : (size_t)len;
        struct log_row row;

        arena_reset(&arena);
        err = row_file_parse((struct str){ .at = line, .len = n }, &arena, &row, f);
        err = err == OK ? evidence_row(e, &row, f) : err;
    }
    free(line);
    arena_fini(&arena);
    (void)fclose(file);
    return err;
}

static int print(const struct evidence *e, const struct explain_opts *o)
{
    struct buf b;

    buf_init(&b);
    if (o->json) {
        say_evidence_json(e, o->all, &b);
    } else {
        say_evidence(e, o->all, strcmp(o->lang, "en") == 0 ? SAY_EN : SAY_ZH, &b);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code == CLI_DONE && !say_equal(e, o->all) ? CLI_FAILED : code;
}

/* The language of the terminal, unless one is named. */
static const char *lang_here(void)
{
    const char *lang = getenv("LC_ALL");

    lang = lang == NULL || lang[0] == '\0' ? getenv("LANG") : lang;
    return lang != NULL && strncmp(lang, "zh", 2) == 0 ? "zh" : "en";
}

int cli_explain(int argc, char **argv)
{
    struct explain_opts o = { .database = "", .world = "live", .lang = lang_here() };
    const struct cli_option options[] = {
        { "INCIDENT", CLI_TEXT, &o.incident, true, "its number, or its id" },
        { "--database", CLI_TEXT, &o.database, false, "libpq connection string" },
        { "--world", CLI_TEXT, &o.world, false, "name of the world, live unless said" },
        { "--log", CLI_TEXT, &o.log, false, "read this log file of simulate instead" },
        { "--roads", CLI_TEXT, &o.roads, false, "network of import-osm to reckon travel times by" },
        { "--speeds", CLI_TEXT, &o.speeds, false, "file of learn-speeds on that network" },
        { "--all", CLI_FLAG, &o.all, false, "every recommendation; else the newest of each slot" },
        { "--lang", CLI_TEXT, &o.lang, false, "zh or en; else as the terminal" },
        { "--json", CLI_FLAG, &o.json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);
    struct evidence e;
    struct fault f = { 0 };

    if (code != CLI_DONE || help) {
        return code;
    }
    if (strcmp(o.lang, "zh") != 0 && strcmp(o.lang, "en") != 0) {
        return cli_misused(NAME, "--lang is \"%s\", expected zh or en", o.lang);
    }
    if (o.speeds != NULL && o.roads == NULL) {
        return cli_misused(NAME, "--speeds needs --roads, the network they were learned on");
    }
    enum err err = evidence_init(&e, str_of(o.world), str_of(o.incident), &f);

    if (err == ERR_INVALID) {
        evidence_fini(&e);
        return cli_misused(NAME, "%s", f.primary);
    }
    if (err == OK) {
        err = o.log != NULL ? read_file(&e, o.log, &f) : read_database(&e, &o, &f);
    }
    err = err == OK ? evidence_rank(&e, &f) : err;
    err = err == OK ? evidence_roads(&e, o.roads, o.speeds, &f) : err;
    code = err == OK ? print(&e, &o) : cli_failed(NAME, &f);
    evidence_fini(&e);
    return code;
}
