/* tocsin places: what is found by its name, from a city folder into the database. */
#include "sql/places.h"

#include "base/arena.h"
#include "tools/cli/cli.h"
#include "tools/sim/town.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#define NAME "places"
#define ARENA_MAX ((size_t)1 << 30)

static const char about[] =
    "Loads places.jsonl of a city folder (`tocsin import-city` writes it) into the database: the\n"
    "streets, crossings, addresses and other places that the desk finds by name. What was loaded\n"
    "before goes. Runs as the user who migrates; the server may be running.";

struct places_opts {
    const char *from, *database, *world;
    bool json;
};

/* A folder stands for the file in it. */
static bool path_of(const char *from, char *out, size_t size)
{
    struct stat st;
    bool folder = stat(from, &st) == 0 && S_ISDIR(st.st_mode);
    int n = snprintf(out, size, folder ? "%s/places.jsonl" : "%s", from);

    return n > 0 && (size_t)n < size;
}

static int run(const struct places_opts *o)
{
    char path[PATH_MAX];
    struct arena arena;
    struct fault f = { 0 };
    struct str lines;
    uint64_t count = 0;
    struct buf b;
    int code;

    if (!path_of(o->from, path, sizeof(path))) {
        return cli_misused(NAME, "the path is too long");
    }
    arena_init(&arena, ARENA_MAX);
    enum err err = town_read(&arena, path, &lines, &f);

    err = err == OK ? places_load(o->database, o->world, lines, &count, &f) : err;
    arena_fini(&arena);
    if (err != OK) {
        return cli_failed(NAME, &f);
    }
    buf_init(&b);
    buf_fmt(&b, o->json ? "{\"places\":%" PRIu64 "}" : "%" PRIu64 " places to find", count);
    code = cli_print(NAME, &b);
    buf_fini(&b);
    return code;
}

int cli_places(int argc, char **argv)
{
    struct places_opts o = { .database = "", .world = "live" };
    const struct cli_option options[] = {
        { "FILE", CLI_TEXT, &o.from, true, "city folder, or its places.jsonl" },
        { "--database", CLI_TEXT, &o.database, false, "libpq connection string" },
        { "--world", CLI_TEXT, &o.world, false, "name of the world, live unless said" },
        { "--json", CLI_FLAG, &o.json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    if (o.from == NULL) {
        return cli_misused(NAME, "which city folder? (FILE is needed)");
    }
    return run(&o);
}
