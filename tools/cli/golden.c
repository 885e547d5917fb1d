/* tocsin golden: replays a log file of simulate to its digest. */
#include "tools/cli/cli.h"
#include "tools/sim/engine.h"
#include "tools/sim/replay.h"
#include "tools/sim/row_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME "golden"
#define LINE_ARENA ((size_t)1 << 28)

static const char about[] =
    "Evolves a world from the rows of a log file (simulate --virtual --log), checks every hash,\n"
    "and prints the digest. With --expect it fails when the digest is another.";

static enum err replay_file(struct replay *r, FILE *file, struct fault *f)
{
    struct arena arena;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    enum err err = OK;

    arena_init(&arena, LINE_ARENA);
    while (err == OK && (len = getline(&line, &size, file)) > 0) {
        struct log_row row;
        size_t n = line[len - 1] == '\n' ? (size_t)len - 1 : (size_t)len;

        arena_reset(&arena);
        err = row_file_parse((struct str){ .at = line, .len = n }, &arena, &row, f);
        err = err == OK ? replay_next(r, &row, f) : err;
    }
    free(line);
    arena_fini(&arena);
    return err;
}

/* Prints the result; false when another digest was expected. */
static int print_result(const struct replay *r, const char *expect)
{
    struct buf b;
    char wanted[64];

    (void)snprintf(wanted, sizeof(wanted), "\"digest\":\"%.32s\"", expect != NULL ? expect : "");
    buf_init(&b);
    replay_json(r, &b);
    buf_char(&b, '}');
    int code = cli_print(NAME, &b);

    buf_char(&b, '\0');
    if (code == CLI_DONE && expect != NULL &&
        (strlen(expect) != 32 || strstr(b.at, wanted) == NULL)) {
        (void)fprintf(stderr, "tocsin %s: the digest is not %s\n", NAME, expect);
        code = CLI_FAILED;
    }
    buf_fini(&b);
    return code;
}

int cli_golden(int argc, char **argv)
{
    const char *path = NULL;
    const char *world = "sim";
    const char *expect = NULL;
    const struct cli_option options[] = {
        { "FILE", CLI_TEXT, &path, true, "the log file" },
        { "--world", CLI_TEXT, &world, false, "name of its world" },
        { "--expect", CLI_TEXT, &expect, false, "digest that must come out, 32 hex digits" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    struct fault f = { 0 };
    struct replay r;
    struct world_limits limits = engine_limits();
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        (void)fault_set(&f, ERR_IO, "could not read the log file", path, strerror(errno));
        return cli_failed(NAME, &f);
    }
    enum err err = replay_init(&r, str_of(world), &limits, &f);

    err = err == OK ? replay_file(&r, file, &f) : err;
    code = err == OK ? print_result(&r, expect) : cli_failed(NAME, &f);
    replay_fini(&r);
    (void)fclose(file);
    return code;
}
