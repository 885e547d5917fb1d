/* Fills the read tables after a migration has added columns: the log is replayed from its first row
 * and each object written as it stands when it leaves the memory, or at the end. A server may run
 * meanwhile; it waits with its own writing for the last part, which takes about a second. */
#ifndef SERVER_FILL_H
#define SERVER_FILL_H

#include "base/fault.h"
#include "base/must.h"
#include "dispatch/core/world.h"

#include <stdint.h>

/* `*rows` is how many rows were replayed: 0 when every column stands already. Memory and capacities
 * are those of a server. Blocking. Fails: ERR_CORRUPT for a row that cannot be read; else as
 * projector_open and log_read. What was written until then stays, and is written again next time.
 */
MUST_USE enum err fill_read_tables(const char *conninfo, const char *world,
                                   const struct world_limits *limits, uint64_t *rows,
                                   struct fault *f);

#endif
