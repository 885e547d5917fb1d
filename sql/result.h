/* Fields of a binary libpq result. Included by the C files of sql/ only: PGresult never leaves this
 * folder. */
#ifndef SQL_RESULT_H
#define SQL_RESULT_H

#include "base/hash.h"
#include "base/must.h"
#include "base/str.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

static inline struct str result_str(const PGresult *r, int row, int col)
{
    return (struct str){ .at = PQgetvalue(r, row, col), .len = (size_t)PQgetlength(r, row, col) };
}

static inline int64_t result_i64(const PGresult *r, int row, int col)
{
    const unsigned char *b = (const unsigned char *)PQgetvalue(r, row, col);
    uint64_t v = 0;

    must(PQgetlength(r, row, col) == 8);
    for (int i = 0; i < 8; i++) {
        v = v << 8 | b[i];
    }
    return (int64_t)v;
}

static inline uint64_t result_u64(const PGresult *r, int row, int col)
{
    return (uint64_t)result_i64(r, row, col);
}

static inline bool result_bool(const PGresult *r, int row, int col)
{
    must(PQgetlength(r, row, col) == 1);
    return PQgetvalue(r, row, col)[0] != 0;
}

/* False when the field does not hold 32 bytes (a null or a damaged row); `out` is then zero. */
static inline bool result_sha256(const PGresult *r, int row, int col, struct sha256 *out)
{
    memset(out, 0, sizeof *out);
    if (PQgetlength(r, row, col) != SHA256_SIZE) {
        return false;
    }
    memcpy(out->at, PQgetvalue(r, row, col), SHA256_SIZE);
    return true;
}

static inline uint64_t result_rows_changed(const PGresult *r)
{
    uint64_t n = 0;

    for (const char *c = PQcmdTuples((PGresult *)(uintptr_t)r); *c >= '0' && *c <= '9'; c++) {
        n = n * 10 + (uint64_t)(*c - '0');
    }
    return n;
}

#endif
