#include "routing/sweep.h"

#include <stdlib.h>

bool sweep_init(struct sweep *s, uint32_t node_count)
{
    *s = (struct sweep){ .words = node_count / 64 + 1 };
    s->ms = malloc(((size_t)node_count + 1) * sizeof(*s->ms));
    s->marked = calloc(s->words, sizeof(*s->marked));
    return s->ms != NULL && s->marked != NULL;
}

void sweep_fini(struct sweep *s)
{
    free(s->ms);
    free(s->marked);
    *s = (struct sweep){ 0 };
}

/* The quickest way goes up first: all nodes that it may go up to are right already. */
static inline uint32_t from_above(const uint32_t *all_ms, const struct lean *l, uint32_t v,
                                  uint32_t ms)
{
    const struct lean_step *end = &l->step[l->first[v + 1]];

    for (const struct lean_step *s = &l->step[l->first[v]]; s < end; s++) {
        uint32_t way = s->ms + all_ms[s->head];

        ms = way < ms ? way : ms;
    }
    return ms;
}

void sweep_down(struct sweep *s, const struct lean *l, const struct climbed *goal)
{
    for (uint32_t w = s->words; w-- > 0;) {
        uint64_t bits = s->marked[w];

        s->marked[w] = 0;
        while (bits != 0) {
            uint32_t bit = 63 - (uint32_t)__builtin_clzll(bits);
            uint32_t v = w * 64 + bit;

            bits ^= UINT64_C(1) << bit;
            s->ms[v] = from_above(s->ms, l, v, goal->ms[v]);
        }
    }
}
