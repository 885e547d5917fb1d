/* Reads personal values by ref, for the auth worker on a connection under role tocsin_auth. Whoever
 * calls has decided that the asker may see them, and has written it to the access log first. */
#ifndef SQL_PERSONAL_H
#define SQL_PERSONAL_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/must.h"
#include "base/str.h"
#include "sql/pg.h"

#include <stdint.h>

enum personal_state {
    PERSONAL_FOUND,
    PERSONAL_ERASED,  /* by `rule` at `erased_us` */
    PERSONAL_MISSING, /* neither: the record does not verify */
};

struct personal_value {
    uint64_t ref;
    enum personal_state state;
    struct str value;
    struct str kind;
    struct sha256 sha256; /* of salt and value as stored, to be compared with what the log says */
    int64_t erased_us;    /* µs UTC */
    struct str rule;
};

/* Fills out[i] for refs[i]; texts are copied into `arena`. Fails: ERR_TOO_LARGE when the arena is
 * full; as pg_run. */
MUST_USE enum err personal_read(struct pg *pg, const uint64_t *refs, uint32_t count,
                                struct arena *arena, struct personal_value *out, struct fault *f);

/* Hands on which of these values were erased, with day (µs UTC) and rule; the rule is borrowed.
 * Fails: as pg_run. */
typedef void personal_erased_fn(void *arg, uint64_t ref, int64_t erased_us, struct str rule);
MUST_USE enum err personal_erased(struct pg *pg, const uint64_t *refs, uint32_t count,
                                  personal_erased_fn *fn, void *arg, struct fault *f);

#endif
