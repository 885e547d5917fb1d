/* tocsin import-osm: the road network of any OSM extract. */
#include "routing/network_file.h"
#include "tools/cli/cli.h"
#include "tools/osm/network.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "import-osm"
#define BAR_WIDTH 40

static const char about[] =
    "Reads an OSM extract (.osm.pbf, .osm) and writes its road network for a profile: the file "
    "that\n"
    "the server's setting `roads` names. One-way streets, bans on turning, access, bars, limits "
    "and\n"
    "signals are kept; what cannot be left or reached from the rest is dropped and counted.";

/* A bar on a terminal, nothing in a file. */
static void show_progress(void *arg, uint32_t done, uint32_t of)
{
    const bool *terminal = arg;
    char bar[BAR_WIDTH + 1];
    uint32_t full = of == 0 ? BAR_WIDTH : (uint32_t)((uint64_t)done * BAR_WIDTH / of);

    if (!*terminal) {
        return;
    }
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', full);
    bar[BAR_WIDTH] = '\0';
    (void)fprintf(stderr, "\rorder of contraction [%s] %u of %u%s", bar, done, of,
                  done == of ? "\n" : "");
}

static int print(const struct network_report *r, bool json)
{
    struct buf b;

    buf_init(&b);
    if (json) {
        buf_fmt(&b,
                "{\"junctions\":%u,\"pieces\":%u,\"nodes\":%u,\"arcs\":%u,\"metres\":%" PRIu64
                ",\"junctions_with_turns\":%u",
                r->junctions, r->pieces, r->nodes, r->arcs, r->metres, r->junctions_with_turns);
        buf_fmt(&b,
                ",\"bans\":%u,\"restrictions_ignored\":%u,\"dropped_pieces\":%u,\"dropped_metres\":"
                "%" PRIu64 "}",
                r->bans, r->restrictions_ignored, r->dropped_pieces, r->dropped_metres);
    } else {
        buf_fmt(&b, "%" PRIu64 " km of road in %u pieces between %u junctions\n", r->metres / 1000,
                r->pieces, r->junctions);
        buf_fmt(&b, "a graph of %u nodes and %u arcs: turns count at %u junctions\n", r->nodes,
                r->arcs, r->junctions_with_turns);
        buf_fmt(&b, "%u turns are banned; %u restrictions are of a form that is not obeyed\n",
                r->bans, r->restrictions_ignored);
        buf_fmt(&b, "dropped, for it cannot be left or reached: %" PRIu64 " km in %u pieces",
                r->dropped_metres / 1000, r->dropped_pieces);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

static int make(const char *from, const char *out, struct network_wish *wish, bool json)
{
    struct fault f = { 0 };
    struct extract x;
    struct network n = { 0 };
    struct network_report report = { 0 };
    bool terminal = isatty(STDERR_FILENO) == 1;
    const char *name = strrchr(from, '/');
    enum err err = extract_read(&x, from, &f);

    wish->extract = &x;
    wish->source = name != NULL ? name + 1 : from;
    wish->progress = show_progress;
    wish->arg = &terminal;
    if (err == OK) {
        err = network_make(&n, wish, &report, &f);
    }
    if (err == OK) {
        err = network_write(&n, out, &f);
    }
    network_unmake(&n);
    extract_free(&x);
    return err == OK ? print(&report, json) : cli_failed(NAME, &f);
}

int cli_import_osm(int argc, char **argv)
{
    const char *from = NULL;
    const char *out = NULL;
    const char *profile = "patrol_car";
    bool json = false;
    struct network_wish wish = { 0 };
    const struct cli_option options[] = {
        { "FILE", CLI_TEXT, &from, true, "the extract" },
        { "--out", CLI_TEXT, &out, true, "file to write" },
        { "--profile", CLI_TEXT, &profile, false,
          "whose roads: patrol_car (unless said), motorcycle, on_foot" },
        { "--ferries", CLI_FLAG, &wish.ferries, false, "with ferries" },
        { "--json", CLI_FLAG, &json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    if (from == NULL) {
        return cli_misused(NAME, "which extract? (FILE is needed)");
    }
    wish.profile = profile_find(profile);
    if (wish.profile == NULL) {
        return cli_misused(NAME, "--profile is %s, expected one of %s", profile, profile_names());
    }
    return make(from, out, &wish, json);
}
