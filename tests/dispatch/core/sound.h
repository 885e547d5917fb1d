/* What must hold of a world after every row, whoever did what in whatever order. Looked at from
 * outside: nothing here is taken from the code that decides. */
#ifndef TESTS_DISPATCH_CORE_SOUND_H
#define TESTS_DISPATCH_CORE_SOUND_H

#include "base/buf.h"
#include "dispatch/core/world.h"

/* Appends what does not hold, a line for each; nothing when the world is sound. `now` is the clock;
 * `due_done`: what was due until then has happened. */
void sound_look(const struct world *w, int64_t now, bool due_done, struct buf *wrong);

#endif
