/* Comma-separated values by RFC 4180: a header line, quotes that may hold commas, newlines and
 * doubled quotes. A row that does not parse is told by line and left out; the next one is read. */
#ifndef TOOLS_IMPORT_CSV_H
#define TOOLS_IMPORT_CSV_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/str.h"

#include <stdint.h>

#define CSV_COLUMNS_MAX 64

struct csv {
    const char *name; /* of the file, for messages */
    struct str rest;
    uint32_t line;     /* of the next row */
    uint32_t row_line; /* where the present row begins */
    uint32_t columns;
    struct str header[CSV_COLUMNS_MAX];
    struct str at[CSV_COLUMNS_MAX]; /* of the present row */
    struct arena *arena;
    uint64_t rows, bad;
};

/* Begins with the header. Fails: ERR_MALFORMED when there is none. */
MUST_USE enum err csv_begin(struct csv *c, const char *name, struct str text, struct arena *a,
                            struct fault *f);

/* The next row that parses; those that do not are told on stderr and counted. False: none left. */
bool csv_next(struct csv *c);

/* The present row's value in that column; empty when there is no such column. */
struct str csv_get(const struct csv *c, const char *column);

/* True when the file has all these columns (NULL ends the list). Fails: ERR_MALFORMED. */
MUST_USE enum err csv_needs(const struct csv *c, const char *const *columns, struct fault *f);

/* Tells on stderr that the present row's value does not mean anything valid, and counts the row. */
void csv_bad_value(struct csv *c, const char *column, const char *expected);

#endif
