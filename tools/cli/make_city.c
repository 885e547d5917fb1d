/* tocsin make-city: the invented city as ordinary OSM data. */
#include "tools/city/make.h"
#include "tools/cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NAME "make-city"
#define SEED_MAX UINT32_MAX

static const char about[] =
    "Writes DIR/linjiang.osm.pbf: the invented city 临江 (Linjiang), about 60,000 road nodes with\n"
    "a river and bridges, districts, station areas, streets named in Chinese, public places and\n"
    "houses, as OSM data. It lies in the open East China Sea; nothing in it is real. Equal seeds\n"
    "give equal bytes. `tocsin import-city` makes a city folder of it.";

static int print(const struct city_counts *n, const char *path, bool json)
{
    struct buf b;

    buf_init(&b);
    if (json) {
        buf_fmt(&b,
                "{\"file\":\"%s\",\"road_nodes\":%" PRIu64 ",\"road_km\":%" PRIu64
                ",\"nodes\":%" PRIu64 ",\"ways\":%" PRIu64 ",\"relations\":%" PRIu64,
                path, n->road_nodes, (uint64_t)(n->road_m / 1000), n->nodes, n->ways, n->relations);
        buf_fmt(&b,
                ",\"stations\":%" PRIu64 ",\"communities\":%" PRIu64 ",\"places\":%" PRIu64
                ",\"houses\":%" PRIu64 ",\"restrictions\":%" PRIu64 "}",
                n->stations, n->communities, n->places, n->houses, n->restrictions);
    } else {
        buf_fmt(&b,
                "%s: %" PRIu64 " road nodes, %" PRIu64 " km of roads, %" PRIu64
                " station areas, %" PRIu64 " communities, %" PRIu64 " places, %" PRIu64 " houses",
                path, n->road_nodes, (uint64_t)(n->road_m / 1000), n->stations, n->communities,
                n->places, n->houses);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

int cli_make_city(int argc, char **argv)
{
    struct fault f = { 0 };
    struct city_counts counts;
    uint64_t seed = 1;
    const char *out = NULL;
    bool json = false;
    char path[PATH_MAX];
    const struct cli_option options[] = {
        { "--seed", CLI_NUMBER, &seed, false, "which city, 1 unless said" },
        { "--out", CLI_TEXT, &out, true, "folder to write to; made when it is not there" },
        { "--json", CLI_FLAG, &json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    if (seed > SEED_MAX) {
        return cli_misused(NAME, "--seed is %" PRIu64 ", expected at most %u", seed, SEED_MAX);
    }
    int n = snprintf(path, sizeof(path), "%s/linjiang.osm.pbf", out);

    if (n < 0 || n >= (int)sizeof(path)) {
        return cli_misused(NAME, "--out is too long");
    }
    if (mkdir(out, 0777) != 0 && errno != EEXIST) {
        (void)fault_set(&f, ERR_IO, "could not make the folder", out, strerror(errno));
        return cli_failed(NAME, &f);
    }
    return city_make(seed, path, &counts, &f) == OK ? print(&counts, path, json)
                                                    : cli_failed(NAME, &f);
}
