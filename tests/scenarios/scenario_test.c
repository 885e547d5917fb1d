/* Runs scenario files over the core: `scenario_test [--met] [FILE…]`, all of tests/scenarios when
 * none is named. SCN_UPDATE=1 rewrites them. --met prints each (command, refusal) that was met, for
 * tests/scenarios/check_refusals. */
#include "tests/scenarios/runner.h"

#include <dirent.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define FILES_MAX 256

static bool met[COMMAND_TYPE_COUNT][REFUSAL_COUNT];

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The *.scn of the folder, in order of name. */
static size_t list_files(const char *dir, char **files)
{
    DIR *d = opendir(dir);
    size_t count = 0;

    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL && count < FILES_MAX;) {
        size_t len = strlen(e->d_name);
        char path[PATH_MAX];

        if (len > 4 && strcmp(e->d_name + len - 4, ".scn") == 0) {
            int n = snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);

            if (n > 0 && n < (int)sizeof(path)) {
                files[count++] = strdup(path);
            }
        }
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    qsort(files, count, sizeof(files[0]), by_name);
    return count;
}

static void rewrite(const struct runner *r, struct str text)
{
    if (getenv("SCN_UPDATE") == NULL || str_eq(buf_view(&r->out), text)) {
        return;
    }
    FILE *file = fopen(r->path, "w");

    if (file != NULL) {
        (void)fwrite(r->out.at, 1, r->out.len, file);
        (void)fclose(file);
        (void)printf("%s: rewritten\n", r->path);
    }
}

static bool run_file(const char *path, const struct town *town)
{
    struct runner r = { .path = path, .town = town, .met = met };
    struct arena a;
    struct str text;
    struct fault f;

    arena_init(&a, (size_t)1 << 24);
    if (town_read(&a, path, &text, &f) != OK) {
        (void)printf("%s: cannot be read\n", path);
        arena_fini(&a);
        return false;
    }
    runner_run(&r, text);
    rewrite(&r, text);
    bool good = r.failed == 0;

    runner_free(&r);
    arena_fini(&a);
    return good;
}

static void print_met(void)
{
    for (int c = 1; c < COMMAND_TYPE_COUNT; c++) {
        for (int k = 1; k < REFUSAL_COUNT; k++) {
            if (met[c][k]) {
                (void)printf("met %s %s\n", command_infos[c].word, refusal_infos[k].code);
            }
        }
    }
}

int main(int argc, char **argv)
{
    const char *top = getenv("TOP_SRCDIR");
    bool want_met = argc > 1 && strcmp(argv[1], "--met") == 0;
    char dir[PATH_MAX];
    char *files[FILES_MAX];
    struct town town;
    struct fault f = { 0 };
    char line[800];
    size_t failed = 0;

    (void)snprintf(dir, sizeof(dir), "%s/tests/scenarios", top != NULL ? top : ".");
    if (sodium_init() < 0 || town_load(&town, dir, STR("t"), &f) != OK) {
        (void)printf("%s\n0 passed, 1 failed\n", fault_line(&f, line, sizeof(line)));
        return EXIT_FAILURE;
    }
    size_t count = 0;

    for (int i = want_met ? 2 : 1; i < argc && count < FILES_MAX; i++) {
        files[count++] = strdup(argv[i]);
    }
    count = count == 0 ? list_files(dir, files) : count;
    for (size_t i = 0; i < count; i++) {
        failed += run_file(files[i], &town) ? 0 : 1;
        free(files[i]);
    }
    if (want_met) {
        print_met();
    }
    town_free(&town);
    (void)printf("%zu passed, %zu failed\n", count - failed, failed);
    return failed == 0 && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
