/* tocsin verify-log: checks a whole record. */
#include "sql/verify.h"

#include "tools/cli/cli.h"

#include <inttypes.h>
#include <stdio.h>

#define NAME "verify-log"

static const char about[] =
    "Recomputes the hash of every row of the log and of the access log, follows the chain, and\n"
    "holds every personal value against the hash in the row that names it. Erased values are told\n"
    "with day and rule. tools/verify_log.py does the same with other code.";

static void note(void *arg, bool problem, const char *line)
{
    const bool *verbose = arg;

    if (problem || *verbose) {
        (void)fprintf(stderr, "%s: %s\n", problem ? "problem" : "erased", line);
    }
}

static void write_text(const struct verify_report *v, struct buf *b)
{
    buf_fmt(b,
            "%s: %" PRIu64 " rows, head at %" PRIu64 ", %" PRIu64 " personal values kept, %" PRIu64
            " erased, %" PRIu64 " access rows, %" PRIu64 " problems",
            v->problems == 0 ? "verified" : "NOT VERIFIED", v->rows, v->head.seq, v->kept,
            v->erased, v->access_rows, v->problems);
    if (v->problems > 0) {
        buf_fmt(b, "\nfirst: %s", v->first_problem);
    }
}

int cli_verify_log(int argc, char **argv)
{
    const char *database = "";
    const char *world = "live";
    bool json = false;
    bool verbose = false;
    const struct cli_option options[] = {
        { "--database", CLI_TEXT, &database, false, "libpq connection string" },
        { "--world", CLI_TEXT, &world, false, "name of the world, live unless said" },
        { "--verbose", CLI_FLAG, &verbose, false, "tell every erased value on stderr" },
        { "--json", CLI_FLAG, &json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);
    struct verify_report report = { 0 };
    struct fault f = { 0 };
    struct buf b;

    if (code != CLI_DONE || help) {
        return code;
    }
    enum err err = verify_run(database, world, note, &verbose, &report, &f);

    if (err != OK && err != ERR_CORRUPT) {
        return cli_failed(NAME, &f);
    }
    buf_init(&b);
    if (json) {
        verify_json(&report, &b);
    } else {
        write_text(&report, &b);
    }
    code = cli_print(NAME, &b);
    buf_fini(&b);
    return err == OK ? code : CLI_FAILED;
}
