/* The subcommands of tocsin: one file each, one row each in main.c's table. A subcommand reads its
 * options through `struct cli_option` rows, prints its result on stdout (one JSON object with
 * --json), progress and trouble on stderr, and returns 0 done, 1 failed, 2 misused. */
#ifndef TOOLS_CLI_CLI_H
#define TOOLS_CLI_CLI_H

#include "base/buf.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum cli_exit { CLI_DONE = 0, CLI_FAILED = 1, CLI_MISUSED = 2 };

enum cli_type {
    CLI_TEXT,   /* const char * */
    CLI_NUMBER, /* uint64_t */
    CLI_FLAG    /* bool */
};

struct cli_option {
    const char *name; /* "--seed"; without dashes: the positional argument */
    enum cli_type type;
    void *value; /* where it goes; what stands there before is the standard value */
    bool need;
    const char *help;
};

struct cli_command {
    const char *name;
    const char *summary; /* one line of `tocsin --help` */
    int (*run)(int argc, char **argv);
};

/* Reads argv[1..] into the options. CLI_DONE when all is well; else returns what the subcommand is
 * to return: after --help (printed, *help_given) or one line about the misuse. */
int cli_read(const char *name, const char *about, const struct cli_option *options, size_t count,
             int argc, char **argv, bool *help_given);

#define CLI_READ(name, about, options, argc, argv, help) \
    cli_read(name, about, options, sizeof(options) / sizeof((options)[0]), argc, argv, help)

/* One line "tocsin NAME: …" on stderr; returns CLI_FAILED or CLI_MISUSED. */
int cli_failed(const char *name, const struct fault *f);
int cli_misused(const char *name, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Writes the buffer and a newline to stdout; CLI_FAILED when that is not possible. */
int cli_print(const char *name, const struct buf *b);

/* The subcommands. */
int cli_migrate(int argc, char **argv);
int cli_verify_log(int argc, char **argv);
int cli_explain(int argc, char **argv);
int cli_erase(int argc, char **argv);
int cli_user(int argc, char **argv);
int cli_backtest(int argc, char **argv);
int cli_plan(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_load_log(int argc, char **argv);
int cli_simulate(int argc, char **argv);
int cli_golden(int argc, char **argv);
int cli_import_calls(int argc, char **argv);
int cli_demo_setup(int argc, char **argv);
int cli_track(int argc, char **argv);
int cli_coverage(int argc, char **argv);
int cli_paper_in(int argc, char **argv);
int cli_places(int argc, char **argv);
int cli_make_city(int argc, char **argv);
int cli_import_city(int argc, char **argv);
int cli_import_osm(int argc, char **argv);
int cli_import_zones(int argc, char **argv);
int cli_make_calls(int argc, char **argv);
int cli_learn_speeds(int argc, char **argv);

#endif
