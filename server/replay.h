/* Evolving a world from rows of the log: recovery, the second world, tools. */
#ifndef SERVER_REPLAY_H
#define SERVER_REPLAY_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/codec/event_row.h"
#include "dispatch/codec/row.h"
#include "dispatch/core/world.h"

/* Applies a decoded row to a world that stands at the row before. */
void replay_apply(struct world *w, const struct log_row *row, const struct row_content *content);

/* Decodes a row and applies it to `count` worlds. The arena is reset; `content` (borrowed until
 * then) may be NULL. Fails: ERR_CORRUPT when the content cannot be read or does not follow on the
 * worlds. */
MUST_USE enum err replay_row(struct world *const *worlds, unsigned count, const struct log_row *row,
                             struct arena *a, struct row_content *content, struct fault *f);

#endif
