/* Graphs, their two sides, and Dijkstra's search, against the slowest right method there is. */
#include "routing/dijkstra.h"
#include "tests/routing/town.h"
#include "tests/suite.h"

#define TOWNS 60

/* Bellman and Ford: lower until nothing can be lowered. */
static uint32_t *slow_times(const struct town *t, uint32_t start, bool towards)
{
    const struct graph *g = &t->graph;
    uint32_t *ms = malloc((size_t)g->node_count * sizeof(*ms));
    bool lowered = true;

    ck_assert_ptr_nonnull(ms);
    for (uint32_t v = 0; v < g->node_count; v++) {
        ms[v] = v == start ? 0 : ETA_INF_MS;
    }
    while (lowered) {
        lowered = false;
        for (uint32_t a = 0; a < g->arc_count; a++) {
            uint32_t from = towards ? g->head[a] : g->tail[a];
            uint32_t to = towards ? g->tail[a] : g->head[a];

            if (ms[from] + t->ms[a] < ms[to]) {
                ms[to] = ms[from] + t->ms[a];
                lowered = true;
            }
        }
    }
    return ms;
}

static void search_all(struct dijkstra *d, const struct roads *roads, uint32_t start)
{
    uint32_t node;
    uint32_t ms;
    uint32_t before = 0;

    dijkstra_start(d, roads);
    dijkstra_add(d, start, 0);
    while (dijkstra_settle(d, &node, &ms)) {
        ck_assert_uint_ge(ms, before);
        ck_assert_uint_eq(ms, dijkstra_ms(d, node));
        before = ms;
    }
}

static void compare(struct town *t, struct dijkstra *d, uint32_t start)
{
    for (int towards = 0; towards < 2; towards++) {
        uint32_t *slow = slow_times(t, start, towards != 0);

        search_all(d, towards != 0 ? &t->in : &t->out, start);
        for (uint32_t v = 0; v < t->graph.node_count; v++) {
            ck_assert_uint_eq(dijkstra_ms(d, v), slow[v]);
        }
        free(slow);
    }
}

START_TEST(times_are_the_least_both_ways_and_closures_are_obeyed)
{
    struct town t;
    struct dijkstra d;
    struct prng random;
    struct fault f;

    town_make(&t, (uint64_t)_i);
    prng_seed(&random, (uint64_t)_i);
    ck_assert_int_eq(dijkstra_init(&d, t.graph.node_count, &f), OK);
    for (int n = 0; n < 6; n++) {
        uint32_t road = (uint32_t)prng_below(&random, t.graph.arc_count);

        compare(&t, &d, (uint32_t)prng_below(&random, t.graph.node_count));
        town_set(&t, road, n % 2 == 0 ? ETA_INF_MS : 1);
    }
    dijkstra_fini(&d);
    town_free(&t);
}
END_TEST

START_TEST(a_search_that_stops_early_leaves_nothing_behind)
{
    struct town t;
    struct dijkstra d;
    struct fault f;
    uint32_t node;
    uint32_t ms;

    town_make(&t, (uint64_t)_i);
    ck_assert_int_eq(dijkstra_init(&d, t.graph.node_count, &f), OK);
    dijkstra_start(&d, &t.out);
    dijkstra_add(&d, 0, 0);
    for (int n = 0; n < 5; n++) {
        (void)dijkstra_settle(&d, &node, &ms);
    }
    compare(&t, &d, t.graph.node_count - 1);
    dijkstra_fini(&d);
    town_free(&t);
}
END_TEST

START_TEST(of_several_starts_the_quickest_counts)
{
    const struct point at[4] = { { 0, 0 }, { 1, 0 }, { 2, 0 }, { 3, 0 } };
    const struct arc arcs[] = { { 0, 2, 10 }, { 1, 2, 3 }, { 2, 3, 4 }, { 2, 2, 1 } };
    struct graph g;
    struct roads out;
    struct dijkstra d;
    struct fault f;
    uint32_t *times;
    uint32_t node;
    uint32_t ms;

    ck_assert_int_eq(graph_build(&g, 4, at, 4, arcs, &f), OK);
    times = graph_times(&g, arcs);
    ck_assert_ptr_nonnull(times);
    ck_assert_uint_eq(g.arc_count, 3); /* the arc from a node to itself is gone */
    ck_assert_int_eq(roads_build(&out, &g, times, ROADS_OUT, &f), OK);
    ck_assert_int_eq(dijkstra_init(&d, 4, &f), OK);
    dijkstra_start(&d, &out);
    dijkstra_add(&d, 0, 5);
    dijkstra_add(&d, 1, 20);
    dijkstra_add(&d, 1, 11);
    while (dijkstra_settle(&d, &node, &ms)) {
    }
    ck_assert_uint_eq(dijkstra_ms(&d, 2), 14);
    ck_assert_uint_eq(dijkstra_ms(&d, 3), 18);
    ck_assert_uint_eq(dijkstra_from(&d, 2), 1);
    dijkstra_fini(&d);
    roads_free(&out);
    graph_free(&g);
    free(times);
}
END_TEST

/* A node that is lowered again and again waits many times, more often than there are nodes. */
START_TEST(a_start_that_is_lowered_often_counts_once)
{
    struct town t;
    struct dijkstra d;
    struct fault f;
    uint32_t node;
    uint32_t ms;
    uint32_t settled = 0;

    town_make(&t, (uint64_t)_i);
    ck_assert_int_eq(dijkstra_init(&d, t.graph.node_count, &f), OK);
    dijkstra_start(&d, &t.out);
    for (uint32_t n = 2000; n > 0; n--) {
        dijkstra_add(&d, n % 3, n);
    }
    ck_assert_uint_le(d.heap.count, d.heap.room);
    while (dijkstra_settle(&d, &node, &ms)) {
        ck_assert_uint_eq(ms, dijkstra_ms(&d, node));
        settled++;
    }
    ck_assert_uint_eq(dijkstra_ms(&d, 1), 1);
    ck_assert_uint_le(settled, t.graph.node_count);
    compare(&t, &d, 0);
    dijkstra_fini(&d);
    town_free(&t);
}
END_TEST

START_TEST(equal_times_come_out_by_number)
{
    const struct point at[5] = { { 0, 0 }, { 1, 0 }, { 2, 0 }, { 3, 0 }, { 4, 0 } };
    const struct arc arcs[] = { { 4, 3, 5 }, { 4, 0, 5 }, { 4, 2, 5 }, { 4, 1, 5 } };
    struct graph g;
    struct roads out;
    struct dijkstra d;
    struct fault f;
    uint32_t *times;
    uint32_t node;
    uint32_t ms;

    ck_assert_int_eq(graph_build(&g, 5, at, 4, arcs, &f), OK);
    times = graph_times(&g, arcs);
    ck_assert_ptr_nonnull(times);
    ck_assert_int_eq(roads_build(&out, &g, times, ROADS_OUT, &f), OK);
    ck_assert_int_eq(dijkstra_init(&d, 5, &f), OK);
    dijkstra_start(&d, &out);
    dijkstra_add(&d, 4, 0);
    ck_assert(dijkstra_settle(&d, &node, &ms));
    for (uint32_t v = 0; v < 4; v++) {
        ck_assert(dijkstra_settle(&d, &node, &ms));
        ck_assert_uint_eq(node, v);
    }
    ck_assert(!dijkstra_settle(&d, &node, &ms));
    dijkstra_fini(&d);
    roads_free(&out);
    graph_free(&g);
    free(times);
}
END_TEST

START_TEST(a_graph_refuses_ends_and_times_that_are_none)
{
    const struct point at[2] = { { 0, 0 }, { 1, 0 } };
    struct arc arcs[1] = { { 0, 2, 10 } };
    struct graph g;
    struct fault f;

    ck_assert_int_eq(graph_build(&g, 2, at, 1, arcs, &f), ERR_INVALID);
    ck_assert_str_eq(f.field, "arc");
    arcs[0] = (struct arc){ 0, 1, ETA_INF_MS + 1 };
    ck_assert_int_eq(graph_build(&g, 2, at, 1, arcs, &f), ERR_INVALID);
    ck_assert_str_eq(f.field, "ms");
    ck_assert_int_eq(graph_build(&g, 0, NULL, 0, NULL, &f), OK);
    graph_free(&g);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { times_are_the_least_both_ways_and_closures_are_obeyed, 0, TRIALS(TOWNS) },
        { a_search_that_stops_early_leaves_nothing_behind, 0, TRIALS(TOWNS) },
        { of_several_starts_the_quickest_counts, 0, 0 },
        { a_start_that_is_lowered_often_counts_once, 0, 20 },
        { equal_times_come_out_by_number, 0, 0 },
        { a_graph_refuses_ends_and_times_that_are_none, 0, 0 },
    };

    return SUITE_RUN("routing/dijkstra", rows);
}
