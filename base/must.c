#include "base/must.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static must_hook_fn *hook_fn;
static void *hook_arg;
static atomic_flag failing = ATOMIC_FLAG_INIT;

void must_hook_set(must_hook_fn *hook, void *arg)
{
    hook_fn = hook;
    hook_arg = arg;
}

_Noreturn void must_fail(const char *file, int line, const char *func, const char *what)
{
    /* A hook that fails a must() itself, or a second thread, must not print the turn again. */
    bool first = !atomic_flag_test_and_set(&failing);

    fprintf(stderr, "bug: %s:%d: %s: must(%s) failed\n", file, line, func, what);
    if (first && hook_fn != NULL) {
        hook_fn(hook_arg);
    }
    fflush(stderr);
    abort();
}
