#include "routing/ascents.h"

#include "base/hash.h"

#include <stdlib.h>

#define WAYS 4u /* places among which one gives way */

bool ascents_init(struct ascents *a)
{
    *a = (struct ascents){ .era = 1 };
    a->ascent = calloc(ASCENTS_MAX, sizeof(*a->ascent));
    a->spot = malloc((size_t)ASCENTS_MAX * ASCENT_SPOTS_MAX * sizeof(*a->spot));
    return a->ascent != NULL && a->spot != NULL;
}

void ascents_fini(struct ascents *a)
{
    free(a->ascent);
    free(a->spot);
    *a = (struct ascents){ 0 };
}

void ascents_forget(struct ascents *a)
{
    a->era++;
}

/* Where the climb from a node is kept, or, if it is not, will be. */
static struct ascent *place_of(const struct ascents *a, uint32_t node)
{
    struct ascent *set = &a->ascent[hash_mix(node) % (ASCENTS_MAX / WAYS) * WAYS];
    struct ascent *oldest = set;

    for (uint32_t i = 0; i < WAYS; i++) {
        if (set[i].era == a->era && set[i].node == node) {
            return &set[i];
        }
    }
    for (uint32_t i = 0; i < WAYS; i++) {
        if (set[i].era != a->era) {
            return &set[i];
        }
        oldest = a->clock - set[i].asked > a->clock - oldest->asked ? &set[i] : oldest;
    }
    return oldest;
}

/* To the end in any case: whatever else the climb is used for begins anew. */
static uint32_t make(struct climb *climb, const struct times *t, uint32_t node,
                     struct ascent_spot *spot)
{
    const struct seed seed = { .node = node };
    uint32_t count = 0;
    uint32_t v;
    uint32_t ms;

    climb_start(climb, &seed, 1);
    while ((v = climb_next(climb, t->h, &ms)) != NODE_NONE) {
        if (ms == ETA_INF_MS || count > ASCENT_SPOTS_MAX) {
            continue;
        }
        if (count < ASCENT_SPOTS_MAX) {
            spot[count] = (struct ascent_spot){ .node = v, .ms = ms };
            climb_spread(climb, t, v, ms, CLIMB_AWAY);
        }
        count++;
    }
    return count;
}

bool ascents_of(struct ascents *a, struct climb *climb, const struct times *t, uint32_t node,
                const struct ascent_spot **spots, uint32_t *count)
{
    struct ascent *e = place_of(a, node);
    struct ascent_spot *spot = &a->spot[(size_t)(e - a->ascent) * ASCENT_SPOTS_MAX];

    if (e->era != a->era || e->node != node) {
        *e = (struct ascent){ .node = node, .era = a->era };
        e->count = make(climb, t, node, spot);
    }
    e->asked = ++a->clock;
    *spots = spot;
    *count = e->count;
    return e->count <= ASCENT_SPOTS_MAX;
}
