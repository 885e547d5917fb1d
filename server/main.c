/* tocsind: the server. */
#include "base/log.h"
#include "server/server.h"

#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
    "Usage: tocsind --config FILE [--clock-rate R] [--check-config]\n"
    "\n"
    "  --config FILE     settings, name = value (see --print-config)\n"
    "  --set NAME=VALUE  one setting over the file's; may be given many times\n"
    "  --clock-rate R    run the server's clock R times faster (demo and bench worlds; shown on "
    "every screen)\n"
    "  --check-config    read the settings, say what is wrong with them, and end\n"
    "  --print-config    print every setting with its unit, limits and meaning\n"
    "  --version         print the version\n"
    "  --help            print this\n";

enum { OPT_CONFIG = 256, OPT_SET, OPT_RATE, OPT_CHECK, OPT_PRINT, OPT_VERSION, OPT_HELP };

static const struct option options[] = {
    { "config", required_argument, NULL, OPT_CONFIG },
    { "set", required_argument, NULL, OPT_SET },
    { "clock-rate", required_argument, NULL, OPT_RATE },
    { "check-config", no_argument, NULL, OPT_CHECK },
    { "print-config", no_argument, NULL, OPT_PRINT },
    { "version", no_argument, NULL, OPT_VERSION },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

static int misuse(const struct fault *f)
{
    char line[800];
    fprintf(stderr, "tocsind: %s\n", fault_line(f, line, sizeof(line)));
    return 2;
}

static enum err set_pair(struct conf *conf, const char *pair, struct fault *f)
{
    const char *equals = strchr(pair, '=');
    if (equals == NULL) {
        return fault_field(f, ERR_CONFIG, "set", "--set is \"%s\", expected NAME=VALUE", pair);
    }
    struct str name = { .at = pair, .len = (size_t)(equals - pair) };
    return conf_set(conf, name, str_of(equals + 1), f);
}

int main(int argc, char **argv)
{
    static struct conf conf;
    struct fault f = { .err = OK };
    bool check = false;
    bool configured = false;
    int option;
    conf_init(&conf);
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        enum err e = OK;
        switch (option) {
        case OPT_CONFIG:
            e = conf_read(&conf, optarg, &f);
            configured = true;
            break;
        case OPT_SET:
            e = set_pair(&conf, optarg, &f);
            configured = true;
            break;
        case OPT_RATE:
            e = conf_set(&conf, STR("clock_rate"), str_of(optarg), &f);
            break;
        case OPT_CHECK:
            check = true;
            break;
        case OPT_PRINT:
            conf_print(&conf);
            return 0;
        case OPT_VERSION:
            puts("tocsind " PACKAGE_VERSION);
            return 0;
        case OPT_HELP:
            fputs(usage, stdout);
            return 0;
        default:
            return 2;
        }
        if (e != OK) {
            return misuse(&f);
        }
    }
    if (optind < argc || !configured) {
        fprintf(stderr, "tocsind: %s (see --help)\n",
                optind < argc ? "unexpected argument" : "--config is missing");
        return 2;
    }
    if (check) {
        return 0;
    }
    /* Salts are drawn by the thousand a second: from a generator in the process that the kernel
     * seeds, not by a system call each. */
    randombytes_set_implementation(&randombytes_internal_implementation);
    if (sodium_init() < 0) {
        fprintf(stderr, "tocsind: libsodium cannot be used on this machine\n");
        return 1;
    }
    log_level_set((enum log_level)conf.log_level);
    return server_run(&conf);
}
