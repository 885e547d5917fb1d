#include "tools/cli/cli.h"
#include "tools/cli/simulate.h"

int simulate_live(const struct simulate_opts *o)
{
    (void)o;
    return cli_misused("simulate", "this build plays only with --virtual");
}
