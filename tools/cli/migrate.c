/* tocsin migrate: makes or brings up to date the schema of a world. */
#include "sql/migrate.h"

#include "tools/cli/cli.h"

#define NAME "migrate"

static const char about[] =
    "Makes the roles, the schema and the log of a world where they are missing, applies the\n"
    "migrations that are not applied yet (forward only), and makes room ahead in the log.\n"
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
    int applied = 0;
    struct buf b;

    if (code != CLI_DONE || help) {
        return code;
    }
    if (migrate_run(database, world, &applied, &f) != OK) {
        return cli_failed(NAME, &f);
    }
    buf_init(&b);
    if (json) {
        buf_fmt(&b, "{\"world\":\"%s\",\"applied\":%d}", world, applied);
    } else {
        buf_fmt(&b, "world %s: %d migrations applied", world, applied);
    }
    code = cli_print(NAME, &b);
    buf_fini(&b);
    return code;
}
