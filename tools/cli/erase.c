/* tocsin erase: destroys personal values; the log still verifies. */
#include "sql/erase.h"

#include "base/units.h"
#include "tools/cli/cli.h"

#include <inttypes.h>
#include <time.h>

#define NAME "erase"

static const char about[] =
    "Destroys the personal values that a report or an incident brought (--report live-r17,\n"
    "--incident live-i4), one value (--ref N), or all past their retention (--due). The rule and\n"
    "who asked are kept; the log keeps references and hashes and still verifies.";

struct erase_opts {
    const char *database, *world, *report, *incident, *rule, *by;
    uint64_t ref;
    bool due, json;
};

static int64_t now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

static enum err erase(struct pg *pg, const struct erase_opts *o, uint64_t *found, uint64_t *erased,
                      struct fault *f)
{
    struct str rule = str_of(o->rule);
    struct str by = str_of(o->by);

    if (o->due) {
        enum err err = erase_due(pg, now_us(), by, erased, f);

        *found = *erased;
        return err;
    }
    if (o->ref != 0) {
        *found = 1;
        return erase_refs(pg, &o->ref, 1, rule, by, erased, f);
    }
    if (o->report != NULL) {
        return erase_object(pg, ERASE_REPORT, str_of(o->report), rule, by, found, erased, f);
    }
    return erase_object(pg, ERASE_INCIDENT, str_of(o->incident), rule, by, found, erased, f);
}

static int run(const struct erase_opts *o)
{
    struct fault f = { 0 };
    struct pg *pg;
    uint64_t found = 0;
    uint64_t erased = 0;
    struct buf b;

    if (erase_open(o->database, o->world, &pg, &f) != OK) {
        return cli_failed(NAME, &f);
    }
    enum err err = erase(pg, o, &found, &erased, &f);

    pg_close(pg);
    if (err != OK) {
        return cli_failed(NAME, &f);
    }
    buf_init(&b);
    if (o->json) {
        buf_fmt(&b, "{\"found\":%" PRIu64 ",\"erased\":%" PRIu64 "}", found, erased);
    } else {
        buf_fmt(&b, "%" PRIu64 " values found, %" PRIu64 " erased now", found, erased);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

int cli_erase(int argc, char **argv)
{
    struct erase_opts o = { .database = "", .world = "live" };
    const struct cli_option options[] = {
        { "--database", CLI_TEXT, &o.database, false, "libpq connection string" },
        { "--world", CLI_TEXT, &o.world, false, "name of the world, live unless said" },
        { "--report", CLI_TEXT, &o.report, false, "id of a report" },
        { "--incident", CLI_TEXT, &o.incident, false, "id of an incident, its reports included" },
        { "--ref", CLI_NUMBER, &o.ref, false, "number of one value" },
        { "--due", CLI_FLAG, &o.due, false, "all past their retention" },
        { "--rule", CLI_TEXT, &o.rule, false, "by which rule (needed but for --due)" },
        { "--by", CLI_TEXT, &o.by, true, "who asked for it" },
        { "--json", CLI_FLAG, &o.json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    int what = (o.report != NULL) + (o.incident != NULL) + (o.ref != 0) + o.due;

    if (what != 1) {
        return cli_misused(NAME, "one of --report, --incident, --ref and --due is needed");
    }
    if (!o.due && (o.rule == NULL || o.rule[0] == '\0')) {
        return cli_misused(NAME, "--rule is needed");
    }
    return run(&o);
}
