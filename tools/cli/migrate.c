/* tocsin migrate: makes or brings up to date the schema of a world. */
#include "sql/migrate.h"

#include "server/fill.h"
#include "tools/cli/cli.h"
#include "tools/sim/engine.h"

#include <inttypes.h>

#define NAME "migrate"

static const char about[] =
    "Makes the roles, the schema and the log of a world where they are missing, applies the\n"
    "migrations that are not applied yet (forward only), makes room ahead in the log, and fills\n"
    "columns that are new in the read tables by replaying the log. A server may run meanwhile; "
    "when\n"
    "it is an older one, run this again after it has ended.\n"
    "Runs as a database user who may create roles and schemas.";

int cli_migrate(int argc, char **argv)
{
    const char *database = "";
    const char *world = "live";
    bool json = false;
    const struct cli_option options[] = {
        { "--database", CLI_TEXT, &database, false, "libpq connection string" },
        { "--world", CLI_TEXT, &world, false, "name of the world, live unless said" },
        { "--json", CLI_FLAG, &json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);
    struct fault f = { 0 };
    struct world_limits limits = engine_limits();
    uint64_t filled = 0;
    int applied = 0;
    struct buf b;

    if (code != CLI_DONE || help) {
        return code;
    }
    if (migrate_run(database, world, &applied, &f) != OK ||
        fill_read_tables(database, world, &limits, &filled, &f) != OK) {
        return cli_failed(NAME, &f);
    }
    buf_init(&b);
    if (json) {
        buf_fmt(&b, "{\"world\":\"%s\",\"applied\":%d,\"filled_from\":%" PRIu64 "}", world, applied,
                filled);
    } else {
        buf_fmt(&b, "world %s: %d migrations applied", world, applied);
    }
    if (!json && filled != 0) {
        buf_fmt(&b, "; read tables filled from %" PRIu64 " rows of the log", filled);
    }
    code = cli_print(NAME, &b);
    buf_fini(&b);
    return code;
}
