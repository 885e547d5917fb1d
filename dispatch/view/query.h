/* The query of a read: `name=value` lines, as the door passes it on. */
#ifndef DISPATCH_VIEW_QUERY_H
#define DISPATCH_VIEW_QUERY_H

#include "base/fault.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* The value of a name; false when it is not given. */
bool query_get(struct str query, const char *name, struct str *value);

/* Whole numbers and ids. `*out` keeps its value when the name is not given. Fails: ERR_INVALID
 * naming it. */
MUST_USE enum err query_u64(struct str query, const char *name, uint64_t max, uint64_t *out,
                            struct fault *f);
MUST_USE enum err query_instant(struct str query, const char *name, int64_t *out, struct fault *f);
MUST_USE enum err query_id(struct str query, const char *name, struct str world, char letter,
                           uint32_t *out, struct fault *f);

#endif
