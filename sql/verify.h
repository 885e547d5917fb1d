/* Checks a whole record: the chain of the log, its gaps, its head; every personal value against the
 * hash in the row that names it (erased ones are told with day and rule); the chain of the access
 * log. The core of `tocsin verify-log`; tools/verify_log.py does the same independently. The log
 * may be written to meanwhile. */
#ifndef SQL_VERIFY_H
#define SQL_VERIFY_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/must.h"
#include "sql/log_writer.h"

#include <stdbool.h>
#include <stdint.h>

#define VERIFY_RULES_MAX 64

struct verify_erased {
    char on[12]; /* day, UTC, "2026-11-23" */
    char rule[80];
    uint64_t values;
};

struct verify_report {
    struct log_head head;
    uint64_t rows;     /* of the log */
    uint64_t mentions; /* of personal values in rows */
    uint64_t kept;     /* values found in the row that brought them */
    uint64_t erased;
    uint64_t access_rows;
    uint64_t problems;
    char first_problem[192];
    struct verify_erased by_rule[VERIFY_RULES_MAX]; /* further rules are only counted in `erased` */
    uint32_t by_rule_count;
};

/* One line about a problem, or about an erased value. */
typedef void verify_note_fn(void *arg, bool problem, const char *line);

/* Opens its own connections under role tocsin_auditor. `note` may be NULL.
 * Fails: ERR_CORRUPT when there is any problem (the report is whole then); ERR_LOG_UNAVAILABLE and
 * others as pg_run. */
MUST_USE enum err verify_run(const char *conninfo, const char *world, verify_note_fn *note,
                             void *arg, struct verify_report *out, struct fault *f);

/* Appends the report as one JSON object. */
void verify_json(const struct verify_report *v, struct buf *out);

#endif
