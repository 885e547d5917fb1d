#include "dispatch/codec/shape_set.h"

#include "base/must.h"

static void add_shape(struct shape_set *set, const struct shape *s)
{
    const struct shape *same = shape_set_find(set, str_of(s->name));

    must(same == NULL || same == s);
    if (same == NULL) {
        must(set->shape_count < SHAPE_SET_MAX);
        set->shapes[set->shape_count++] = s;
    }
}

static void add_words(struct shape_set *set, const struct words *w)
{
    const struct words *same = shape_set_find_words(set, str_of(w->name));

    must(same == NULL || same == w);
    if (same == NULL) {
        must(set->word_count < SHAPE_SET_MAX);
        set->words[set->word_count++] = w;
    }
}

void shape_set_fill(struct shape_set *set, const struct shape *const *roots, size_t count)
{
    set->shape_count = 0;
    set->word_count = 0;
    for (size_t i = 0; i < count; i++) {
        add_shape(set, roots[i]);
    }
    /* The list grows while it is walked, until every shape inside a shape was met. */
    for (uint32_t i = 0; i < set->shape_count; i++) {
        const struct shape *s = set->shapes[i];

        for (uint32_t k = 0; k < s->count; k++) {
            if (s->fields[k].sub != NULL) {
                add_shape(set, s->fields[k].sub);
            }
            if (s->fields[k].words != NULL) {
                add_words(set, s->fields[k].words);
            }
        }
    }
}

uint32_t shape_set_shape(const struct shape_set *set, const struct shape *s)
{
    uint32_t i = 0;

    while (i < set->shape_count && set->shapes[i] != s) {
        i++;
    }
    must(i < set->shape_count);
    return i;
}

uint32_t shape_set_words(const struct shape_set *set, const struct words *w)
{
    uint32_t i = 0;

    while (i < set->word_count && set->words[i] != w) {
        i++;
    }
    must(i < set->word_count);
    return i;
}

const struct shape *shape_set_find(const struct shape_set *set, struct str name)
{
    for (uint32_t i = 0; i < set->shape_count; i++) {
        if (str_is(name, set->shapes[i]->name)) {
            return set->shapes[i];
        }
    }
    return NULL;
}

const struct words *shape_set_find_words(const struct shape_set *set, struct str name)
{
    for (uint32_t i = 0; i < set->word_count; i++) {
        if (str_is(name, set->words[i]->name)) {
            return set->words[i];
        }
    }
    return NULL;
}
