/* tocsin import-city: a city folder of any OSM extract. */
#include "tools/cli/cli.h"
#include "tools/osm/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define NAME "import-city"
#define CALLS_MAX 200000

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/tocsin"
#endif

static const char about[] =
    "Reads an OSM extract (.osm.pbf, .osm) and writes a city folder: city.json (zones, units,\n"
    "incident types, public places), plan.json, places.jsonl (streets, crossings, addresses and\n"
    "what else is found by its name) and the extract as city.osm.pbf. Zones are the\n"
    "extract's boundaries: station areas (boundary=police), districts and beats (admin_level).\n"
    "Without boundary=police each station (amenity=police) gets what lies nearest to it; without\n"
    "stations too, both are invented and named so. The fleet is invented, sized for\n"
    "--calls-per-day; calls come from `tocsin make-calls`.";

static const char *source_word(const struct osm_import *m)
{
    static const char *const words[] = { [FROM_BOUNDARIES] = "boundaries",
                                         [FROM_STATIONS] = "nearest_station",
                                         [FROM_NOTHING] = "invented" };

    return words[m->source];
}

static uint32_t zones_of(const struct osm_import *m, uint8_t kind)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < m->zone_count; i++) {
        n += m->zones[i].kind == kind ? 1 : 0;
    }
    return n;
}

static int print(const struct osm_import *m, bool json)
{
    static const char *const told[] = {
        [FROM_BOUNDARIES] = "station areas are the extract's boundaries",
        [FROM_STATIONS] = "the extract has no boundary=police: a station's area is what lies "
                          "nearest to it",
        [FROM_NOTHING] = "the extract has neither boundary=police nor two stations: stations and "
                         "their areas are invented"
    };
    struct buf b;

    buf_init(&b);
    if (json) {
        buf_fmt(&b,
                "{\"districts\":%u,\"station_areas\":%u,\"beats\":%u,\"station_areas_from\":\"%s\","
                "\"boundaries_cut_off\":%u,\"stations\":%u",
                zones_of(m, ZONE_DISTRICT), zones_of(m, ZONE_STATION), zones_of(m, ZONE_BEAT),
                source_word(m), m->incomplete, m->stations.count);
        buf_fmt(&b,
                ",\"units\":%u,\"units_police\":%u,\"places\":%u,\"named\":%u,\"calls_per_day\":"
                "%" PRIu64 "}",
                m->unit_count, m->unit_police, m->city.places.count, m->named_count,
                m->calls_per_day);
    } else {
        buf_fmt(&b, "%u districts, %u station areas, %u beats; %s\n", zones_of(m, ZONE_DISTRICT),
                zones_of(m, ZONE_STATION), zones_of(m, ZONE_BEAT), told[m->source]);
        if (m->incomplete > 0) {
            buf_fmt(&b, "%u boundaries are cut off by the extract and left out\n", m->incomplete);
        }
        buf_fmt(&b,
                "%u units (invented; %u of the police, for %" PRIu64
                " calls a day), %u places, %u names to find",
                m->unit_count, m->unit_police, m->calls_per_day, m->city.places.count,
                m->named_count);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

static const char *find_seeds(const char *said)
{
    return said != NULL
               ? said
               : (access("seeds/incident_types.json", R_OK) == 0 ? "seeds" : PKGDATADIR "/seeds");
}

int cli_import_city(int argc, char **argv)
{
    struct fault f = { 0 };
    struct osm_import m = { .fault = &f, .calls_per_day = 10000 };
    const char *seeds = NULL;
    uint64_t east = 480;
    uint64_t west = 0;
    bool json = false;
    const struct cli_option options[] = {
        { "FILE", CLI_TEXT, &m.from, true, "the extract" },
        { "--out", CLI_TEXT, &m.out, true, "city folder to write; made when it is not there" },
        { "--calls-per-day", CLI_NUMBER, &m.calls_per_day, false,
          "load the fleet is sized for, 10000 unless said" },
        { "--district-level", CLI_NUMBER, &m.district_level, false,
          "admin_level of districts; chosen unless said" },
        { "--beat-level", CLI_NUMBER, &m.beat_level, false,
          "admin_level of beats; chosen unless said" },
        { "--utc-east", CLI_NUMBER, &east, false, "minutes local time is ahead, 480 unless said" },
        { "--utc-west", CLI_NUMBER, &west, false, "minutes local time is behind" },
        { "--seeds", CLI_TEXT, &seeds, false, "folder of seeds (types, plan)" },
        { "--json", CLI_FLAG, &json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    if (m.from == NULL) {
        return cli_misused(NAME, "which extract? (FILE is needed)");
    }
    if (m.calls_per_day == 0 || m.calls_per_day > CALLS_MAX) {
        return cli_misused(NAME, "--calls-per-day is %" PRIu64 ", expected 1 to %d",
                           m.calls_per_day, CALLS_MAX);
    }
    if (m.district_level > 11 || m.beat_level > 11) {
        return cli_misused(NAME, "an admin_level is a number from 2 to 11");
    }
    if (east > 840 || west > 720) {
        return cli_misused(NAME, "--utc-east is at most 840, --utc-west at most 720 minutes");
    }
    m.offset_min = west > 0 ? -(int64_t)west : (int64_t)east;
    m.seeds = find_seeds(seeds);
    code = import_extract(&m) == OK ? print(&m, json) : cli_failed(NAME, &f);
    import_free(&m);
    return code;
}
