/* tocsin simulate: plays a city's calls to their ends. */
#include "tools/cli/simulate.h"

#include "tools/cli/cli.h"
#include "tools/quality/oracle.h"

#define NAME "simulate"

static const char about[] =
    "Plays the calls of a city folder. With --virtual the core itself runs on a virtual clock:\n"
    "no sockets, no database, equal seeds give equal logs. With --url a server is played through\n"
    "its public interface, every unit a WebSocket client of its own.";

int cli_simulate(int argc, char **argv)
{
    struct simulate_opts o = {
        .world = "sim", .seed = 1, .rate = 1, .fleet = 1, .seeds = 1, .rounds = ORACLE_ROUNDS
    };
    const struct cli_option options[] = {
        { "--city", CLI_TEXT, &o.city, true, "city folder" },
        { "--virtual", CLI_FLAG, &o.virtual, false, "run the core on a virtual clock" },
        { "--world", CLI_TEXT, &o.world, false, "virtual: name of the world" },
        { "--seed", CLI_NUMBER, &o.seed, false, "seed of everything random" },
        { "--hours", CLI_NUMBER, &o.hours, false,
          "hours to play; else all calls once, live for ever" },
        { "--rows", CLI_NUMBER, &o.rows, false, "virtual: stop after so many rows" },
        { "--live", CLI_NUMBER, &o.live, false, "virtual: keep about so many incidents open" },
        { "--fleet", CLI_NUMBER, &o.fleet, false, "virtual: so many units for each of the city" },
        { "--stretch", CLI_NUMBER, &o.stretch, false, "percent of the times between calls" },
        { "--plain", CLI_FLAG, &o.plain, false, "virtual: only what the calls tell, nothing else" },
        { "--demo", CLI_FLAG, &o.demo, false, "virtual: the pace of ./up's small city" },
        { "--log", CLI_TEXT, &o.log, false, "virtual: write the rows to this file" },
        { "--url", CLI_TEXT, &o.url, false, "server to play against (http://host:port)" },
        { "--accounts", CLI_TEXT, &o.accounts, false, "accounts file of demo-setup" },
        { "--rate", CLI_NUMBER, &o.rate, false, "speed; must be the server's own clock rate" },
        { "--policy", CLI_TEXT, &o.policy, false,
          "virtual: compare who is sent: tocsin, closest-road, closest-line, lookahead, oracle" },
        { "--with", CLI_TEXT, &o.with, false,
          "policy: what else was tried: joint, even-weights, tier-one-nearest (tocsin), move-up "
          "(all)" },
        { "--roads", CLI_TEXT, &o.roads, false,
          "units drive on this network (tocsin import-osm); policies need one" },
        { "--of", CLI_TEXT, &o.of, false, "policy: whose calls: fire, police, traffic; else all" },
        { "--units", CLI_NUMBER, &o.units, false, "policy: size of the fleet" },
        { "--homes", CLI_TEXT, &o.homes, false,
          "policy: where it stands: stations (the standard) or calls (where some came from)" },
        { "--late", CLI_TEXT, &o.late, false,
          "policy: minutes to the first arrival by priority (8,20,60)" },
        { "--seeds", CLI_NUMBER, &o.seeds, false, "policy: fleets to play, from --seed on" },
        { "--rounds", CLI_NUMBER, &o.rounds, false,
          "policy oracle: how often it goes through all late calls at most (10)" },
        { "--once", CLI_FLAG, &o.once, false, "stop when all calls came to their ends" },
        { "--json", CLI_FLAG, &o.json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    if (o.virtual == (o.url != NULL)) {
        return cli_misused(NAME, "either --virtual or --url is needed");
    }
    if (o.url != NULL && o.accounts == NULL) {
        return cli_misused(NAME, "--accounts is needed with --url");
    }
    if (o.rate < 1 || o.rate > 10000 || o.fleet < 1 || o.fleet > 1000 || o.live > 1000000 ||
        o.stretch > 100000) {
        return cli_misused(NAME, "--rate is 1 to 10000, --fleet 1 to 1000, --live at most 1000000, "
                                 "--stretch at most 100000");
    }
    if (o.policy != NULL) {
        return o.virtual ? simulate_policy(&o) : cli_misused(NAME, "--policy needs --virtual");
    }
    return o.virtual ? simulate_virtual(&o) : simulate_live(&o);
}
