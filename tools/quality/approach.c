#include "tools/quality/approach.h"

#include "routing/line.h"

#include <stdlib.h>

static enum err build_roads(struct approach *a, struct fault *f)
{
    const struct graph *g = &a->road->network.graph;
    uint32_t *ms = malloc(((size_t)g->arc_count + 1) * sizeof(*ms));

    if (ms == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for travel times", NULL, NULL);
    }
    for (uint32_t k = 0; k < g->arc_count; k++) {
        ms[k] = weights_arc_ms(&a->road->free, k, false);
    }
    enum err err = roads_build(&a->in, g, ms, ROADS_IN, f);

    free(ms);
    return err;
}

enum err approach_init(struct approach *a, const struct road *road, uint32_t count, struct fault *f)
{
    *a = (struct approach){ .road = road,
                            .from = calloc(count, sizeof(*a->from)),
                            .from_count = count };
    enum err err =
        a->from != NULL ? OK : fault_set(f, ERR_NO_MEMORY, "no memory for places", NULL, NULL);

    err = err == OK ? build_roads(a, f) : err;
    err = err == OK ? dijkstra_init(&a->search, road->network.graph.node_count, f) : err;
    if (err != OK) {
        approach_fini(a);
    }
    return err;
}

void approach_fini(struct approach *a)
{
    dijkstra_fini(&a->search);
    roads_free(&a->in);
    free(a->from);
    *a = (struct approach){ 0 };
}

bool approach_to(struct approach *a, struct point to)
{
    const struct road_weights *w = &a->road->free;
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t node;
    uint32_t ms;

    if (!road_snap(w, to, &a->to)) {
        return false;
    }
    uint32_t count = road_arrive(w, &a->to, seeds);

    a->to_line_ms = line_travel_ms(NULL, a->to.at, to);
    dijkstra_start(&a->search, &a->in);
    for (uint32_t i = 0; i < count; i++) {
        dijkstra_add(&a->search, seeds[i].node, seeds[i].ms);
    }
    while (dijkstra_settle(&a->search, &node, &ms)) {
    }
    return true;
}

static void take_in(struct approach *a, struct approach_from *from, struct point at)
{
    const struct road_weights *w = &a->road->free;
    struct seed seeds[CLIMB_SEEDS_MAX];

    must(road_snap(w, at, &from->snap));
    from->known = true;
    from->at = at;
    from->line_ms = line_travel_ms(NULL, at, from->snap.at);
    from->count = road_depart(w, &from->snap, seeds);
    must(from->count <= 2);
    for (uint32_t i = 0; i < from->count; i++) {
        from->seed[i] = seeds[i];
    }
}

uint32_t approach_ms(struct approach *a, uint32_t from, struct point at)
{
    struct approach_from *place = &a->from[from];
    uint32_t segment;

    must(from < a->from_count);
    if (!place->known) {
        take_in(a, place, at);
    }
    uint32_t best = road_ahead_ms(&a->road->free, &place->snap, &a->to, &segment);

    for (uint32_t i = 0; i < place->count; i++) {
        uint32_t ms = place->seed[i].ms + dijkstra_ms(&a->search, place->seed[i].node);

        best = ms < best ? ms : best;
    }
    uint64_t whole = (uint64_t)place->line_ms + best + a->to_line_ms;

    return whole < ETA_INF_MS ? (uint32_t)whole : ETA_INF_MS;
}
