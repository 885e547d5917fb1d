#include "tools/cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int cli_failed(const char *name, const struct fault *f)
{
    char line[800];

    (void)fprintf(stderr, "tocsin %s: %s\n", name, fault_line(f, line, sizeof(line)));
    return CLI_FAILED;
}

int cli_misused(const char *name, const char *fmt, ...)
{
    char line[400];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    (void)fprintf(stderr, "tocsin %s: %s (tocsin %s --help)\n", name, line, name);
    return CLI_MISUSED;
}

int cli_print(const char *name, const struct buf *b)
{
    if (!buf_ok(b) || fwrite(b->at, 1, b->len, stdout) != b->len || putchar('\n') == EOF ||
        fflush(stdout) != 0) {
        (void)fprintf(stderr, "tocsin %s: could not write the result\n", name);
        return CLI_FAILED;
    }
    return CLI_DONE;
}

static void print_help(const char *name, const char *about, const struct cli_option *options,
                       size_t count)
{
    static const char *const values[] = { "TEXT", "N", "" };

    (void)printf("usage: tocsin %s [options]\n%s\n", name, about);
    for (size_t i = 0; i < count; i++) {
        const struct cli_option *o = &options[i];

        (void)printf("  %-18s %-5s %s%s\n", o->name, values[o->type], o->help,
                     o->need ? " (needed)" : "");
    }
    (void)printf("  %-18s %-5s %s\n", "--help", "", "this text");
    (void)printf("exit status: 0 done, 1 failed, 2 misused\n");
}

static const struct cli_option *find(const struct cli_option *options, size_t count,
                                     const char *word, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        bool same = strlen(options[i].name) == len && memcmp(options[i].name, word, len) == 0;

        if (same || (word[0] != '-' && options[i].name[0] != '-')) {
            return &options[i];
        }
    }
    return NULL;
}

static bool store(const struct cli_option *o, const char *value)
{
    if (o->type == CLI_TEXT) {
        *(const char **)o->value = value;
        return true;
    }
    char *end;

    errno = 0;
    unsigned long long n = strtoull(value, &end, 10);

    *(uint64_t *)o->value = n;
    return errno == 0 && value[0] >= '0' && value[0] <= '9' && *end == '\0';
}

/* One argument (and the next one, when that is its value). */
static int read_one(const char *name, const struct cli_option *options, size_t count, int argc,
                    char **argv, int *i)
{
    const char *word = argv[*i];
    const char *equals = word[0] == '-' ? strchr(word, '=') : NULL;
    size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const struct cli_option *o = find(options, count, word, len);

    if (o == NULL) {
        return cli_misused(name, "unknown %s %.*s", word[0] == '-' ? "option" : "argument",
                           (int)len, word);
    }
    if (o->type == CLI_FLAG) {
        *(bool *)o->value = true;
        return equals == NULL ? CLI_DONE : cli_misused(name, "%s takes no value", o->name);
    }
    const char *value = word[0] != '-' ? word : (equals != NULL ? equals + 1 : NULL);

    if (value == NULL && *i + 1 < argc) {
        value = argv[++*i];
    }
    if (value == NULL) {
        return cli_misused(name, "%s needs a value", o->name);
    }
    return store(o, value)
               ? CLI_DONE
               : cli_misused(name, "%s is \"%s\", expected a whole number", o->name, value);
}

static bool given(const struct cli_option *o, int argc, char **argv)
{
    size_t len = strlen(o->name);

    for (int i = 1; i < argc; i++) {
        bool named =
            strncmp(argv[i], o->name, len) == 0 && (argv[i][len] == '\0' || argv[i][len] == '=');

        if (named || (o->name[0] != '-' && argv[i][0] != '-')) {
            return true;
        }
    }
    return false;
}

int cli_read(const char *name, const char *about, const struct cli_option *options, size_t count,
             int argc, char **argv, bool *help_given)
{
    *help_given = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_help(name, about, options, count);
            *help_given = true;
            return CLI_DONE;
        }
    }
    for (int i = 1; i < argc; i++) {
        int code = read_one(name, options, count, argc, argv, &i);

        if (code != CLI_DONE) {
            return code;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (options[i].need && !given(&options[i], argc, argv)) {
            return cli_misused(name, "%s is needed", options[i].name);
        }
    }
    return CLI_DONE;
}
