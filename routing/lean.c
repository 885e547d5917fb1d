#include "routing/lean.h"

#include <stdlib.h>
#include <string.h>

enum err lean_init(struct lean *l, const struct hierarchy *h, struct fault *f)
{
    size_t arcs = (size_t)h->arc_count + 1;

    *l = (struct lean){ 0 };
    l->first = malloc(((size_t)h->node_count + 1) * sizeof(*l->first));
    l->step = malloc(arcs * sizeof(*l->step));
    l->least = malloc(arcs * sizeof(*l->least));
    if (l->first == NULL || l->step == NULL || l->least == NULL) {
        lean_free(l);
        return fault_set(f, ERR_NO_MEMORY, "no memory for travel times", NULL, NULL);
    }
    return OK;
}

void lean_free(struct lean *l)
{
    free(l->first);
    free(l->step);
    free(l->least);
    *l = (struct lean){ 0 };
}

/* Both times of an arc in one register. */
typedef int32_t both_ms __attribute__((vector_size(8)));

static inline both_ms both_of(const struct arc_times *arc)
{
    both_ms ms;

    memcpy(&ms, arc, sizeof(ms));
    return ms;
}

static inline both_ms lower(both_ms a, both_ms b)
{
    both_ms is_lower = a < b;

    return (a & is_lower) | (b & ~is_lower);
}

/* Of the node u, how far it is to all it has an arc to, and back: straight, or first to another of
 * them and from there on, among which all is known. */
static void measure(struct lean *l, const struct times *t, uint32_t u)
{
    const struct hierarchy *h = t->h;
    const uint16_t *place = &h->place[h->first_place[u]];
    uint32_t end = h->first_up[u + 1];

    for (uint32_t v = h->first_up[u]; v < end; v++) {
        const struct arc_times *row = &l->least[h->first_up[h->head[v]]];
        both_ms straight = both_of(&t->arc[v]);
        both_ms round = both_of(&l->least[v]);

        for (uint32_t w = v + 1; w < end; w++) {
            both_ms on = both_of(&row[*place++]);
            both_ms back = { on[1], on[0] };
            both_ms over = lower(straight + on, both_of(&l->least[w]));

            memcpy(&l->least[w], &over, sizeof(over));
            round = lower(both_of(&t->arc[w]) + back, round);
        }
        memcpy(&l->least[v], &round, sizeof(round));
    }
}

void lean_make(struct lean *l, const struct times *t)
{
    const struct hierarchy *h = t->h;
    uint32_t count = 0;

    memcpy(l->least, t->arc, h->arc_count * sizeof(*l->least));
    for (uint32_t u = h->node_count; u-- > 0;) {
        measure(l, t, u);
    }
    for (uint32_t u = 0; u < h->node_count; u++) {
        l->first[u] = count;
        for (uint32_t a = h->first_up[u]; a < h->first_up[u + 1]; a++) {
            uint32_t ms = t->arc[a].up_ms;

            l->step[count] = (struct lean_step){ .head = h->head[a], .ms = ms };
            count += ms <= l->least[a].up_ms && ms < ETA_INF_MS ? 1 : 0;
        }
    }
    l->first[h->node_count] = count;
}
