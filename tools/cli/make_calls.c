/* tocsin make-calls: a day or many of calls for a city folder. */
#include "tools/calls/calls.h"
#include "tools/cli/cli.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define NAME "make-calls"
#define HOURS_MAX (24 * 366)
#define PER_DAY_MAX 200000
#define CALLS_MOST 4000000

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/tocsin"
#endif

static const char about[] =
    "Writes invented calls for a city folder of import-city, as simulate plays them: by type, "
    "place\n"
    "and hour, with officers' own work, second and third callers in other words, silent and\n"
    "dropped calls, wrong numbers, enquiries, rain, events and accidents that everybody sees.\n"
    "seeds/linjiang/demand.json has the figures and their source (docs/LINJIANG.md).";

static int print(const struct calls_counts *n, const char *out, bool json)
{
    struct buf b;

    buf_init(&b);
    if (json) {
        buf_fmt(&b,
                "{\"file\":\"%s\",\"calls\":%" PRIu64 ",\"incidents\":%" PRIu64
                ",\"duplicates\":%" PRIu64 ",\"settled\":%" PRIu64 ",\"onview\":%" PRIu64
                ",\"silent\":%" PRIu64 ",\"bursts\":%" PRIu64 "}",
                out, n->calls, n->incidents, n->duplicates, n->settled, n->onview, n->silent,
                n->bursts);
    } else {
        buf_fmt(&b,
                "%s: %" PRIu64 " calls of %" PRIu64 " incidents (%" PRIu64
                " begun by officers), %" PRIu64 " repeated, %" PRIu64
                " settled without one, %" PRIu64 " silent, %" PRIu64 " bursts",
                out, n->calls, n->incidents, n->onview, n->duplicates, n->settled, n->silent,
                n->bursts);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

static int check(const struct calls_opts *o)
{
    if (o->hours == 0 || o->hours > HOURS_MAX) {
        return cli_misused(NAME, "--hours is %" PRIu64 ", expected 1 to %d", o->hours, HOURS_MAX);
    }
    if (o->per_day == 0 || o->per_day > PER_DAY_MAX) {
        return cli_misused(NAME, "--per-day is %" PRIu64 ", expected 1 to %d", o->per_day,
                           PER_DAY_MAX);
    }
    if (o->per_day * o->hours / 24 > CALLS_MOST) {
        return cli_misused(NAME, "--per-day and --hours make over %d calls", CALLS_MOST);
    }
    if (o->from_hour > 23) {
        return cli_misused(NAME, "--from-hour is %" PRIu64 ", expected 0 to 23", o->from_hour);
    }
    if (o->weekday < 1 || o->weekday > 7) {
        return cli_misused(NAME, "--weekday is %" PRIu64 ", expected 1 (Monday) to 7", o->weekday);
    }
    return CLI_DONE;
}

int cli_make_calls(int argc, char **argv)
{
    struct fault f = { 0 };
    struct calls_opts o = { .seed = 1, .hours = 24, .per_day = 10000, .weekday = 1 };
    struct calls_counts counts = { 0 };
    char path[PATH_MAX];
    bool json = false;
    const struct cli_option options[] = {
        { "--city", CLI_TEXT, &o.city, true, "city folder (city.json, city.osm.pbf)" },
        { "--out", CLI_TEXT, &o.out, false,
          "file to write: calls.json of the city folder unless said; .jsonl: one a line" },
        { "--seed", CLI_NUMBER, &o.seed, false, "which calls, 1 unless said" },
        { "--hours", CLI_NUMBER, &o.hours, false, "how long, 24 unless said" },
        { "--per-day", CLI_NUMBER, &o.per_day, false, "calls a day, 10000 unless said" },
        { "--from-hour", CLI_NUMBER, &o.from_hour, false,
          "hour of day of the first second, 0 unless said" },
        { "--weekday", CLI_NUMBER, &o.weekday, false,
          "of the first second, 1 (Monday) unless said" },
        { "--seeds", CLI_TEXT, &o.seeds, false,
          "folder of seeds (linjiang/demand.json, words.json)" },
        { "--json", CLI_FLAG, &json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help || (code = check(&o)) != CLI_DONE) {
        return code;
    }
    if (o.seeds == NULL) {
        o.seeds = access("seeds/linjiang/demand.json", R_OK) == 0 ? "seeds" : PKGDATADIR "/seeds";
    }
    if (o.out == NULL) {
        int n = snprintf(path, sizeof(path), "%s/calls.json", o.city);

        if (n < 0 || n >= (int)sizeof(path)) {
            return cli_misused(NAME, "--city is too long");
        }
        o.out = path;
    }
    return calls_make(&o, &counts, &f) == OK ? print(&counts, o.out, json) : cli_failed(NAME, &f);
}
