/* Runs the tests of one program: `return suite_run("base/geo", tests, count)`.
 * Each test runs in a process of its own (check's fork mode); CK_FORK=no turns that off for a
 * debugger. A test's name is the law it holds the code to. */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/* How many of `n` random cases to go through: all, or a quarter where each access is checked
 * besides (a sanitizer), for there the plain build has already gone through the others. */
#if defined(__SANITIZE_ADDRESS__)
#define TRIALS(n) (((n) + 3) / 4)
#else
#define TRIALS(n) (n)
#endif

struct suite_row {
    const TTest *test;
    int signal; /* the signal that must end it (SIGABRT for a must()), or 0 */
    int loops;  /* a loop test runs for _i = 0 .. loops - 1, or 0 */
};

static inline int suite_run(const char *name, const struct suite_row *rows, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create("laws");

    tcase_set_timeout(tcase, 60);
    for (size_t i = 0; i < count; i++) {
        int loops = rows[i].loops > 0 ? rows[i].loops : 1;

        _tcase_add_test(tcase, rows[i].test, rows[i].signal, 0, 0, loops);
    }
    suite_add_tcase(suite, tcase);

    SRunner *runner = srunner_create(suite);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define SUITE_RUN(name, rows) suite_run(name, rows, sizeof(rows) / sizeof((rows)[0]))

#endif
