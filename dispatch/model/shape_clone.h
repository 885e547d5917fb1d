/* Deep copies and comparison of structs by their shape. */
#ifndef DISPATCH_MODEL_SHAPE_CLONE_H
#define DISPATCH_MODEL_SHAPE_CLONE_H

#include "base/arena.h"
#include "base/must.h"
#include "dispatch/model/fields.h"

/* Copies the struct at `from` to `to`, with all strings and lists it points at copied into the
 * arena. The two must not overlap.
 * Owns:  nothing of `from` is pointed at afterwards.
 * Fails: false when the arena is full; `to` is then not to be used. */
MUST_USE bool shape_clone(const struct shape *s, const void *from, struct arena *a, void *to);

/* True when every field has the same value. Members that stand in no field do not count. */
bool shape_equal(const struct shape *s, const void *a, const void *b);

#endif
