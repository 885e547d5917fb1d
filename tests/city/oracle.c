#include "tests/city/oracle.h"

#include "tests/suite.h"

void oracle_raise(struct oracle *o, const struct road *road)
{
    const struct network *n = &road->network;
    struct fault f;

    *o = (struct oracle){ .road = road };
    o->arc_ms = malloc(((size_t)n->graph.arc_count + 1) * sizeof(*o->arc_ms));
    ck_assert_ptr_nonnull(o->arc_ms);
    for (uint32_t a = 0; a < n->graph.arc_count; a++) {
        o->arc_ms[a] = n->segment_ms[n->arc_segment[a]] + n->arc_turn_ms[a];
    }
    ck_assert_int_eq(roads_build(&o->in, &n->graph, o->arc_ms, ROADS_IN, &f), OK);
    ck_assert_int_eq(dijkstra_init(&o->d, n->graph.node_count, &f), OK);
}

void oracle_strike(struct oracle *o)
{
    dijkstra_fini(&o->d);
    roads_free(&o->in);
    free(o->arc_ms);
}

void oracle_search_to(struct oracle *o, const struct snap *to)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t count = road_arrive(&o->road->free, to, seeds);
    uint32_t node;
    uint32_t ms;

    dijkstra_start(&o->d, &o->in);
    for (uint32_t i = 0; i < count; i++) {
        dijkstra_add(&o->d, seeds[i].node, seeds[i].ms);
    }
    while (dijkstra_settle(&o->d, &node, &ms)) {
    }
}

uint32_t oracle_time_from(const struct oracle *o, const struct snap *from)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t count = road_depart(&o->road->free, from, seeds);
    uint32_t best = ETA_INF_MS;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t ms = seeds[i].ms + dijkstra_ms(&o->d, seeds[i].node);

        best = ms < best ? ms : best;
    }
    return best;
}
