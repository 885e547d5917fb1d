/* Shapes with all shapes and word lists that stand inside them, each once, in the order they are
 * met. */
#ifndef DISPATCH_CODEC_SHAPE_SET_H
#define DISPATCH_CODEC_SHAPE_SET_H

#include "dispatch/model/fields.h"

#define SHAPE_SET_MAX 512 /* shapes, and word lists */

struct shape_set {
    const struct shape *shapes[SHAPE_SET_MAX];
    const struct words *words[SHAPE_SET_MAX];
    uint32_t shape_count;
    uint32_t word_count;
};

/* Empties `set` and fills it from `roots`. Two shapes (or lists) of one name are a must() failure.
 */
void shape_set_fill(struct shape_set *set, const struct shape *const *roots, size_t count);

/* Index of a member; it must be one. */
uint32_t shape_set_shape(const struct shape_set *set, const struct shape *s);
uint32_t shape_set_words(const struct shape_set *set, const struct words *w);

/* The member of that name, or NULL. */
const struct shape *shape_set_find(const struct shape_set *set, struct str name);
const struct words *shape_set_find_words(const struct shape_set *set, struct str name);

#endif
