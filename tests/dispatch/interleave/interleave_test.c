/* Two dispatchers in every order: `interleave_test [--met] [FILE…]`, all of pairs/ when none is
 * named. --met prints each (command, refusal) that was met, for check_documented. */
#include "tests/dispatch/interleave/explore.h"
#include "tests/scenarios/render.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define FILES_MAX 128

static bool met[COMMAND_TYPE_COUNT][REFUSAL_COUNT];

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t list_files(const char *dir, char **files)
{
    DIR *d = opendir(dir);
    size_t count = 0;

    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL && count < FILES_MAX;) {
        size_t len = strlen(e->d_name);
        char path[PATH_MAX];

        if (len > 5 && strcmp(e->d_name + len - 5, ".pair") == 0) {
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

static void note_met(const struct story *s)
{
    for (uint32_t p = 0; p < 2; p++) {
        for (uint32_t k = 0; k < s->sides[p].count; k++) {
            enum command_type type = command_find(s->sides[p].steps[k].word);

            for (uint32_t r = 1; r < REFUSAL_COUNT; r++) {
                met[type][r] = met[type][r] || s->sides[p].steps[k].refused[r] > 0;
            }
        }
    }
}

static bool run_file(const char *path, const struct town *town, struct explored *sum)
{
    struct explored got = { 0 };
    struct story story;
    struct arena a;
    struct str text;
    struct fault f;
    const char *name = strrchr(path, '/');
    bool good = false;

    arena_init(&a, (size_t)1 << 22);
    if (town_read(&a, path, &text, &f) != OK) {
        (void)printf("%s: cannot be read\n", path);
    } else if (story_read(&story, path, text)) {
        explore(&story, town, &got);
        note_met(&story);
        good = got.broken == 0 && got.orders > 0;
        (void)printf("%s: %" PRIu64 " orders, %" PRIu64 " steps, %" PRIu64 " refused, %" PRIu64
                     " sent again, %" PRIu64 " ends compared, %" PRIu64 " broken\n",
                     name != NULL ? name + 1 : path, got.orders, got.steps, got.refused, got.again,
                     got.agreed, got.broken);
    }
    sum->orders += got.orders;
    sum->steps += got.steps;
    sum->refused += got.refused;
    sum->again += got.again;
    arena_fini(&a);
    return good;
}

int main(int argc, char **argv)
{
    const char *top = getenv("TOP_SRCDIR");
    bool want_met = argc > 1 && strcmp(argv[1], "--met") == 0;
    char dir[PATH_MAX];
    char *files[FILES_MAX];
    struct town town;
    struct explored sum = { 0 };
    struct fault f = { 0 };
    char line[800];
    size_t count = 0;
    size_t failed = 0;

    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* so that a must() does not swallow what is said */
    top = top != NULL ? top : ".";
    (void)snprintf(dir, sizeof(dir), "%s/tests/scenarios", top);
    if (sodium_init() < 0 || town_load(&town, dir, STR(SCENARIO_WORLD), &f) != OK) {
        (void)printf("%s\n0 passed, 1 failed\n", fault_line(&f, line, sizeof(line)));
        return EXIT_FAILURE;
    }
    for (int i = want_met ? 2 : 1; i < argc && count < FILES_MAX; i++) {
        files[count++] = strdup(argv[i]);
    }
    (void)snprintf(dir, sizeof(dir), "%s/tests/dispatch/interleave/pairs", top);
    count = count == 0 ? list_files(dir, files) : count;
    for (size_t i = 0; i < count; i++) {
        failed += run_file(files[i], &town, &sum) ? 0 : 1;
        free(files[i]);
    }
    for (int c = 1; want_met && c < COMMAND_TYPE_COUNT; c++) {
        for (int k = 1; k < REFUSAL_COUNT; k++) {
            if (met[c][k]) {
                (void)printf("met %s %s\n", command_infos[c].word, refusal_infos[k].code);
            }
        }
    }
    town_free(&town);
    (void)printf("%zu pairs: %" PRIu64 " orders, %" PRIu64 " steps, %" PRIu64 " refused, %" PRIu64
                 " sent again\n%zu passed, %zu failed\n",
                 count, sum.orders, sum.steps, sum.refused, sum.again, count - failed, failed);
    return failed == 0 && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
