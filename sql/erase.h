/* Destroys personal values. The log keeps their refs and hashes, so it still verifies; a reader is
 * told "erased on D by rule R". Blocking, for `tocsin erase` and for the retention job, on a
 * connection under role tocsin_eraser. */
#ifndef SQL_ERASE_H
#define SQL_ERASE_H

#include "base/fault.h"
#include "base/must.h"
#include "base/str.h"
#include "sql/pg.h"

#include <stdint.h>

enum erase_what { ERASE_REPORT, ERASE_INCIDENT };

/* Opens the connection it needs. */
MUST_USE enum err erase_open(const char *conninfo, const char *world, struct pg **out,
                             struct fault *f);

/* Erases values by ref. `*erased` counts those that were still there. `rule` and `by` are kept with
 * each and must not be empty. */
MUST_USE enum err erase_refs(struct pg *pg, const uint64_t *refs, uint32_t count, struct str rule,
                             struct str by, uint64_t *erased, struct fault *f);

/* Erases all that events naming this report or incident brought ("live-r17"). `*found` counts
 * values ever brought. */
MUST_USE enum err erase_object(struct pg *pg, enum erase_what what, struct str id, struct str rule,
                               struct str by, uint64_t *found, uint64_t *erased, struct fault *f);

/* Erases what is past its retention at `now_us` (µs UTC). */
MUST_USE enum err erase_due(struct pg *pg, int64_t now_us, struct str by, uint64_t *erased,
                            struct fault *f);

#endif
