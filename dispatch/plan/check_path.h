/* Where plan_check stands in the table, as a JSON path, and the faults it tells there. Used as a
 * stack: remember path.len, push, check, go back. */
#ifndef DISPATCH_PLAN_CHECK_PATH_H
#define DISPATCH_PLAN_CHECK_PATH_H

#include "base/fault.h"
#include "dispatch/plan/say.h"

struct check_path {
    char bytes[96];
    struct say say;
    struct fault *fault; /* may be NULL */
};

void path_begin(struct check_path *p, struct fault *fault);

/* Adds ".name" (no dot at the beginning) or "[index]"; each returns the length before, for
 * path_back. */
size_t path_name(struct check_path *p, const char *name);
size_t path_index(struct check_path *p, uint32_t index);
void path_back(struct check_path *p, size_t len);

/* Tells the fault "<path> is <value>, expected <expected>" and returns ERR_INVALID. */
enum err path_bad_text(struct check_path *p, struct str value, const char *expected);
enum err path_bad_number(struct check_path *p, uint64_t value, const char *expected);

/* The same with a value that needs no quotes ("missing", "empty"). */
enum err path_bad(struct check_path *p, const char *value, const char *expected);

#endif
