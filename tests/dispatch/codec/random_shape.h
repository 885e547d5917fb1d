/* Random values of any shape, within the limits of its table. */
#ifndef TESTS_DISPATCH_CODEC_RANDOM_SHAPE_H
#define TESTS_DISPATCH_CODEC_RANDOM_SHAPE_H

#include "base/arena.h"
#include "base/prng.h"
#include "dispatch/model/fields.h"

/* Fills `out` (of s->size bytes). About a third of the fields stay at their standard value; lists
 * have up to three items. */
void random_shape(struct prng *p, struct arena *a, const struct shape *s, void *out);

#endif
