/* The order of contraction, the hierarchy and its travel times: against Dijkstra's search. */
#include "routing/climb.h"
#include "routing/dijkstra.h"
#include "routing/order.h"
#include "tests/routing/town.h"
#include "tests/suite.h"

#include <string.h>

#define TOWNS 80

/* Of a pair: the least over all nodes that both ends can climb to. */
static uint32_t pair_ms(struct climb *c, const struct times *t, uint32_t *up, uint32_t from,
                        uint32_t to)
{
    const struct hierarchy *h = t->h;
    struct seed start = { .node = from };
    struct seed end = { .node = to };
    uint32_t best = ETA_INF_MS;
    uint32_t v;
    uint32_t ms;

    for (v = 0; v < h->node_count; v++) {
        up[v] = ETA_INF_MS;
    }
    climb_start(c, &start, 1);
    while ((v = climb_next(c, h, &ms)) != NODE_NONE) {
        up[v] = ms;
        climb_spread(c, t, v, ms, CLIMB_AWAY);
    }
    climb_start(c, &end, 1);
    while ((v = climb_next(c, h, &ms)) != NODE_NONE) {
        best = up[v] + ms < best ? up[v] + ms : best;
        climb_spread(c, t, v, ms, CLIMB_TOWARDS);
    }
    return best;
}

static void compare(const struct town *t, const struct times *times)
{
    struct dijkstra d;
    struct climb c;
    struct fault f;
    uint32_t n = t->graph.node_count;
    uint32_t *up = malloc((size_t)n * sizeof(*up));
    uint32_t node;
    uint32_t ms;

    ck_assert_ptr_nonnull(up);
    ck_assert_int_eq(dijkstra_init(&d, n, &f), OK);
    ck_assert(climb_init(&c, n));
    for (uint32_t from = 0; from < n; from += 1 + n / 12) {
        dijkstra_start(&d, &t->out);
        dijkstra_add(&d, from, 0);
        while (dijkstra_settle(&d, &node, &ms)) {
        }
        for (uint32_t to = 0; to < n; to++) {
            ck_assert_uint_eq(pair_ms(&c, times, up, from, to), dijkstra_ms(&d, to));
        }
    }
    dijkstra_fini(&d);
    climb_fini(&c);
    free(up);
}

START_TEST(all_times_equal_those_of_dijkstra)
{
    struct town t;
    struct hierarchy h;
    struct times times;
    struct fault f;

    town_make(&t, (uint64_t)_i);
    ck_assert_int_eq(hierarchy_build(&h, &t.graph, &f), OK);
    ck_assert_int_eq(times_init(&times, &h, &f), OK);
    times_customize(&times, &t.graph, t.ms);
    compare(&t, &times);
    times_free(&times);
    hierarchy_free(&h);
    town_free(&t);
}
END_TEST

START_TEST(one_changed_road_gives_the_same_times_as_all_anew)
{
    struct town t;
    struct hierarchy h;
    struct times step;
    struct times anew;
    struct prng random;
    struct fault f;

    town_make(&t, (uint64_t)_i);
    prng_seed(&random, (uint64_t)_i + 1000);
    ck_assert_int_eq(hierarchy_build(&h, &t.graph, &f), OK);
    ck_assert_int_eq(times_init(&step, &h, &f), OK);
    ck_assert_int_eq(times_init(&anew, &h, &f), OK);
    times_customize(&step, &t.graph, t.ms);
    for (int n = 0; n < 30; n++) {
        uint32_t road = (uint32_t)prng_below(&random, t.graph.arc_count);
        uint32_t ms =
            prng_below(&random, 3) == 0 ? ETA_INF_MS : (uint32_t)prng_below(&random, 40000);

        town_set(&t, road, ms);
        (void)times_change(&step, &t.graph, t.ms, road);
        times_customize(&anew, &t.graph, t.ms);
        ck_assert_int_eq(memcmp(step.arc, anew.arc, h.arc_count * sizeof(*step.arc)), 0);
    }
    compare(&t, &step);
    times_free(&step);
    times_free(&anew);
    hierarchy_free(&h);
    town_free(&t);
}
END_TEST

START_TEST(a_road_that_was_not_changed_changes_nothing)
{
    struct town t;
    struct hierarchy h;
    struct times times;
    struct fault f;

    town_make(&t, 3);
    ck_assert_int_eq(hierarchy_build(&h, &t.graph, &f), OK);
    ck_assert_int_eq(times_init(&times, &h, &f), OK);
    times_customize(&times, &t.graph, t.ms);
    ck_assert_uint_eq(times_change(&times, &t.graph, t.ms, 0), 0);
    times_free(&times);
    hierarchy_free(&h);
    town_free(&t);
}
END_TEST

START_TEST(arcs_are_found_from_both_ends_and_none_where_none_is)
{
    struct town t;
    struct hierarchy h;
    struct fault f;

    town_make(&t, 5);
    ck_assert_int_eq(hierarchy_build(&h, &t.graph, &f), OK);
    for (uint32_t a = 0; a < h.arc_count; a++) {
        ck_assert_uint_lt(h.tail[a], h.head[a]);
        ck_assert_uint_eq(hierarchy_arc(&h, h.tail[a], h.head[a]), a);
        ck_assert_uint_eq(hierarchy_arc(&h, h.head[a], h.tail[a]), a);
    }
    for (uint32_t r = 0; r < t.graph.arc_count; r++) {
        ck_assert_uint_eq(h.of_road[r], hierarchy_arc(&h, t.graph.tail[r], t.graph.head[r]));
    }
    ck_assert_uint_eq(hierarchy_arc(&h, 0, 0), ARC_NONE);
    hierarchy_free(&h);
    town_free(&t);
}
END_TEST

#define SIDE 40

static void lattice(struct point *at, struct arc *arcs, uint32_t *arc_count)
{
    *arc_count = 0;
    for (uint32_t v = 0; v < SIDE * SIDE; v++) {
        at[v] = (struct point){ .lon_e7 = (int32_t)(v % SIDE * 1000),
                                .lat_e7 = (int32_t)(v / SIDE * 1000) };
        if (v % SIDE > 0) {
            arcs[(*arc_count)++] = (struct arc){ v - 1, v, 1 };
        }
        if (v >= SIDE) {
            arcs[(*arc_count)++] = (struct arc){ v, v - SIDE, 1 };
        }
    }
}

static uint32_t told_done;
static void on_progress(void *arg, uint32_t done, uint32_t of)
{
    ck_assert_ptr_eq(arg, &told_done);
    ck_assert_uint_ge(done, told_done);
    ck_assert_uint_eq(of, SIDE * SIDE);
    told_done = done;
}

START_TEST(an_order_is_a_permutation_and_parts_a_lattice_in_the_middle)
{
    static struct point at[SIDE * SIDE];
    static struct arc arcs[SIDE * SIDE * 2];
    static uint32_t rank[SIDE * SIDE];
    static uint32_t again[SIDE * SIDE];
    static uint8_t seen[SIDE * SIDE];
    uint32_t arc_count;
    struct fault f;

    lattice(at, arcs, &arc_count);
    ck_assert_int_eq(
        order_find(SIDE * SIDE, at, arc_count, arcs, rank, on_progress, &told_done, &f), OK);
    ck_assert_uint_eq(told_done, SIDE * SIDE);
    for (uint32_t v = 0; v < SIDE * SIDE; v++) {
        ck_assert_uint_lt(rank[v], SIDE * SIDE);
        ck_assert_uint_eq(seen[rank[v]], 0);
        seen[rank[v]] = 1;
    }
    ck_assert_int_eq(order_find(SIDE * SIDE, at, arc_count, arcs, again, NULL, NULL, &f), OK);
    ck_assert_int_eq(memcmp(rank, again, sizeof(rank)), 0);

    /* The least cut of a lattice is one straight line across it. */
    uint32_t top_columns = 0;
    uint32_t top_rows = 0;

    for (uint32_t line = 0; line < SIDE; line++) {
        uint32_t in_column = 0;
        uint32_t in_row = 0;

        for (uint32_t k = 0; k < SIDE; k++) {
            in_column += rank[k * SIDE + line] >= SIDE * (SIDE - 1);
            in_row += rank[line * SIDE + k] >= SIDE * (SIDE - 1);
        }
        top_columns += in_column == SIDE;
        top_rows += in_row == SIDE;
    }
    ck_assert_uint_eq(top_columns + top_rows, 1);
}
END_TEST

START_TEST(an_order_refuses_an_end_that_is_no_node)
{
    const struct point at[1] = { { 0, 0 } };
    const struct arc arcs[1] = { { 0, 1, 1 } };
    uint32_t rank[1];
    struct fault f;

    ck_assert_int_eq(order_find(1, at, 1, arcs, rank, NULL, NULL, &f), ERR_INVALID);
    ck_assert_str_eq(f.field, "arc");
    ck_assert_int_eq(order_find(0, NULL, 0, NULL, rank, NULL, NULL, &f), OK);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { all_times_equal_those_of_dijkstra, 0, TRIALS(TOWNS) },
        { one_changed_road_gives_the_same_times_as_all_anew, 0, TRIALS(TOWNS) },
        { a_road_that_was_not_changed_changes_nothing, 0, 0 },
        { arcs_are_found_from_both_ends_and_none_where_none_is, 0, 0 },
        { an_order_is_a_permutation_and_parts_a_lattice_in_the_middle, 0, 0 },
        { an_order_refuses_an_end_that_is_no_node, 0, 0 },
    };

    return SUITE_RUN("routing/hierarchy", rows);
}
