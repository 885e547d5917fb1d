/* tocsin: the tool beside the server. `tocsin COMMAND --help` tells about each. */
#include "tools/cli/cli.h"

#include <sodium.h>
#include <stdio.h>

static const struct cli_command commands[] = {
    { "migrate", "make or bring up to date the schema of a world", cli_migrate },
    { "verify-log", "check every hash of a record", cli_verify_log },
    { "erase", "destroy personal values of a report or an incident", cli_erase },
    { "user", "set a password straight in the database", cli_user },
    { "replay", "evolve a world from its log and print its digest", cli_replay },
    { "explain", "tell why these units were recommended, and reckon it again", cli_explain },
    { "plan", "a response plan in words, tried, compared", cli_plan },
    { "backtest", "a draft plan over the calls of a city, beside the plan that stands",
      cli_backtest },
    { "load-log", "copy a log file of simulate into an empty world", cli_load_log },
    { "simulate", "play a city's calls, virtually or against a server", cli_simulate },
    { "import-calls", "make a city folder of San Francisco's published calls", cli_import_calls },
    { "make-city", "write the invented city 临江 as OSM data", cli_make_city },
    { "places", "load what is found by its name into the database", cli_places },
    { "import-city", "make a city folder of an OSM extract", cli_import_city },
    { "import-zones", "jurisdictions from GeoJSON, repaired and told", cli_import_zones },
    { "import-osm", "make the road network of an OSM extract", cli_import_osm },
    { "learn-speeds", "learn travel times from the fleet's own drives", cli_learn_speeds },
    { "make-calls", "write invented calls for a city folder", cli_make_calls },
    { "demo-setup", "load a city into a server and make the demo accounts", cli_demo_setup },
    { "paper-in", "enter calls that were worked on paper", cli_paper_in },
    { "coverage", "who could be where in minutes, and what a dispatch costs", cli_coverage },
    { "track", "read where a unit was on a day, on record", cli_track },
    { "golden", "replay a log file to its digest", cli_golden },
};
#define COMMANDS_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_commands(FILE *out)
{
    (void)fprintf(out, "usage: tocsin COMMAND [options]\n");
    for (size_t i = 0; i < COMMANDS_COUNT; i++) {
        (void)fprintf(out, "  %-14s %s\n", commands[i].name, commands[i].summary);
    }
    (void)fprintf(out,
                  "tocsin COMMAND --help tells more; exit status 0 done, 1 failed, 2 misused\n");
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr, "tocsin: which command? (tocsin --help)\n");
        return CLI_MISUSED;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_commands(stdout);
        return CLI_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("tocsin " PACKAGE_VERSION);
        return CLI_DONE;
    }
    if (sodium_init() < 0) {
        (void)fprintf(stderr, "tocsin: libsodium does not start\n");
        return CLI_FAILED;
    }
    for (size_t i = 0; i < COMMANDS_COUNT; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    (void)fprintf(stderr, "tocsin: no command \"%s\" (tocsin --help)\n", argv[1]);
    return CLI_MISUSED;
}
