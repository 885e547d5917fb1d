#include "routing/roads.h"

#include <stdlib.h>

static bool allocate(struct roads *r, const struct graph *g)
{
    size_t arcs = g->arc_count > 0 ? g->arc_count : 1;

    r->first = calloc((size_t)g->node_count + 2, sizeof(*r->first));
    r->way = malloc(arcs * sizeof(*r->way));
    r->place = malloc(arcs * sizeof(*r->place));
    return r->first != NULL && r->way != NULL && r->place != NULL;
}

enum err roads_build(struct roads *r, const struct graph *g, const uint32_t *ms,
                     enum roads_side side, struct fault *f)
{
    const uint32_t *from = side == ROADS_OUT ? g->tail : g->head;
    const uint32_t *to = side == ROADS_OUT ? g->head : g->tail;

    *r = (struct roads){ .node_count = g->node_count };
    if (!allocate(r, g)) {
        roads_free(r);
        return fault_set(f, ERR_NO_MEMORY, "no memory for roads", NULL, NULL);
    }
    for (uint32_t a = 0; a < g->arc_count; a++) {
        r->first[from[a] + 1]++;
    }
    for (uint32_t v = 0; v < g->node_count; v++) {
        r->first[v + 1] += r->first[v];
    }
    for (uint32_t a = g->arc_count; a-- > 0;) {
        uint32_t place = --r->first[from[a] + 1];

        r->way[place] = (struct roads_way){ .node = to[a], .ms = ms[a] };
        r->place[a] = place;
    }
    /* Each entry was counted down to the start of its row, one place to the right of its own. */
    for (uint32_t v = 0; v < g->node_count; v++) {
        r->first[v] = r->first[v + 1];
    }
    r->first[g->node_count] = g->arc_count;
    return OK;
}

void roads_set(struct roads *r, uint32_t arc, uint32_t ms)
{
    r->way[r->place[arc]].ms = ms;
}

void roads_free(struct roads *r)
{
    free(r->first);
    free(r->way);
    free(r->place);
    *r = (struct roads){ 0 };
}
