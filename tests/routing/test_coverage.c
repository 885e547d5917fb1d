/* Coverage: after whatever steps, all that is known of every node is what Dijkstra's search from
 * each unit says. */
#include "routing/coverage.h"
#include "routing/dijkstra.h"
#include "tests/routing/town.h"
#include "tests/suite.h"

#include <string.h>

#define TOWNS 24
#define UNITS 9
#define SEEDS 4

static const uint32_t rings[COVERAGE_RINGS] = { 8000, 20000, 45000 };

struct place {
    struct seed seeds[SEEDS];
    uint32_t count; /* 0: nowhere */
};

struct stage {
    struct town town;
    struct coverage c;
    struct dijkstra oracle;
    struct prng random;
    uint32_t *weight;
    struct place at[UNITS]; /* where the test knows them to be */
};

/* What should be known, found the slow way. */
struct truth {
    struct coverage_units *units;
    uint32_t *least_ms;
    struct coverage_sum total;
};

static uint32_t some(struct stage *s, uint32_t below)
{
    return (uint32_t)prng_below(&s->random, below);
}

static void raise_stage(struct stage *s, uint64_t seed)
{
    struct fault f;

    *s = (struct stage){ 0 };
    town_make(&s->town, seed);
    prng_seed(&s->random, seed ^ 0xc0fe);
    s->weight = malloc((s->town.graph.node_count + 1) * sizeof(*s->weight));
    ck_assert_ptr_nonnull(s->weight);
    for (uint32_t v = 0; v < s->town.graph.node_count; v++) {
        s->weight[v] = some(s, 100);
    }
    struct coverage_roads roads = { .out = &s->town.out, .in = &s->town.in };

    ck_assert_int_eq(coverage_init(&s->c, roads, UNITS, rings, s->weight, &f), OK);
    ck_assert_int_eq(dijkstra_init(&s->oracle, s->town.graph.node_count, &f), OK);
}

static void strike_stage(struct stage *s)
{
    dijkstra_fini(&s->oracle);
    coverage_fini(&s->c);
    town_free(&s->town);
    free(s->weight);
}

static struct place some_place(struct stage *s)
{
    struct place p = { .count = 1 + some(s, SEEDS) };

    for (uint32_t i = 0; i < p.count; i++) {
        p.seeds[i] = (struct seed){ .node = some(s, s->town.graph.node_count),
                                    .ms = some(s, i == 3 ? 90000 : 4000) };
    }
    return p;
}

static void add_unit(struct stage *s, const struct place *p, struct truth *t)
{
    uint32_t node;
    uint32_t ms;

    dijkstra_start(&s->oracle, &s->town.out);
    for (uint32_t i = 0; i < p->count; i++) {
        dijkstra_add(&s->oracle, p->seeds[i].node, p->seeds[i].ms);
    }
    while (dijkstra_settle(&s->oracle, &node, &ms) && ms <= rings[COVERAGE_RINGS - 1]) {
        t->least_ms[node] = ms < t->least_ms[node] ? ms : t->least_ms[node];
        for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
            t->units[node].within[r] = (uint16_t)(t->units[node].within[r] + (ms <= rings[r]));
        }
    }
}

static void find_truth(struct stage *s, const struct place *places, uint32_t count, struct truth *t)
{
    uint32_t nodes = s->town.graph.node_count;

    *t = (struct truth){ .units = calloc(nodes, sizeof(*t->units)),
                         .least_ms = malloc(nodes * sizeof(*t->least_ms)) };
    ck_assert(t->units != NULL && t->least_ms != NULL);
    for (uint32_t v = 0; v < nodes; v++) {
        t->least_ms[v] = ETA_INF_MS;
    }
    for (uint32_t u = 0; u < count; u++) {
        if (places[u].count > 0) {
            add_unit(s, &places[u], t);
        }
    }
    for (uint32_t v = 0; v < nodes; v++) {
        for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
            t->total.weight[r] += t->units[v].within[r] > 0 ? s->weight[v] : 0;
        }
    }
}

static void free_truth(struct truth *t)
{
    free(t->units);
    free(t->least_ms);
}

static void compare(struct stage *s)
{
    struct truth t;

    find_truth(s, s->at, UNITS, &t);
    for (uint32_t v = 0; v < s->town.graph.node_count; v++) {
        ck_assert_uint_eq(s->c.least_ms[v], t.least_ms[v]);
        ck_assert_mem_eq(&s->c.units[v], &t.units[v], sizeof(t.units[v]));
    }
    ck_assert_mem_eq(&s->c.total, &t.total, sizeof(t.total));
    free_truth(&t);
}

static void move(struct stage *s, uint32_t unit)
{
    struct fault f;

    if (some(s, 4) == 0) {
        coverage_drop(&s->c, unit);
        s->at[unit].count = 0;
        return;
    }
    s->at[unit] = some_place(s);
    ck_assert_int_eq(coverage_put(&s->c, unit, s->at[unit].seeds, s->at[unit].count, &f), OK);
}

START_TEST(all_is_as_dijkstra_says_while_units_come_move_and_go)
{
    struct stage s;

    raise_stage(&s, (uint64_t)_i);
    for (int n = 0; n < 60; n++) {
        move(&s, some(&s, UNITS));
        compare(&s);
    }
    strike_stage(&s);
}
END_TEST

/* Closes, opens, slows and hastens some roads; `nodes`: which they leave. */
static uint32_t change_roads(struct stage *s, uint32_t nodes[5])
{
    uint32_t count = 1 + some(s, 5);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t road = some(s, s->town.graph.arc_count);

        town_set(&s->town, road, some(s, 3) == 0 ? ETA_INF_MS : some(s, 15000));
        nodes[i] = s->town.graph.tail[road];
    }
    return count;
}

START_TEST(after_closures_and_new_times_it_still_is)
{
    struct stage s;
    struct fault f;
    uint32_t nodes[5];

    raise_stage(&s, (uint64_t)_i + 300);
    for (uint32_t u = 0; u < UNITS; u++) {
        move(&s, u);
    }
    for (int n = 0; n < 30; n++) {
        uint32_t count = change_roads(&s, nodes);

        if (n % 7 == 6) {
            ck_assert_int_eq(coverage_renew_all(&s.c, &f), OK);
        } else {
            ck_assert_int_eq(coverage_renew(&s.c, nodes, count, &f), OK);
        }
        compare(&s);
        move(&s, some(&s, UNITS));
        compare(&s);
    }
    strike_stage(&s);
}
END_TEST

/* Weights that come in and fall out between two truths. */
static struct coverage_change difference(const struct stage *s, const struct truth *before,
                                         const struct truth *after)
{
    struct coverage_change change = { 0 };

    for (uint32_t v = 0; v < s->town.graph.node_count; v++) {
        for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
            bool was = before->units[v].within[r] > 0;
            bool is = after->units[v].within[r] > 0;

            change.gained.weight[r] += is && !was ? s->weight[v] : 0;
            change.lost.weight[r] += was && !is ? s->weight[v] : 0;
        }
    }
    return change;
}

static void wonder(struct stage *s)
{
    struct place after[UNITS + 1];
    uint32_t leave[UNITS];
    struct coverage_step step = { .leave = leave };
    struct coverage_change got;
    struct truth now;
    struct truth then;

    memcpy(after, s->at, sizeof(s->at));
    after[UNITS] = (struct place){ 0 };
    for (uint32_t u = 0; u < UNITS; u++) {
        if (some(s, 3) == 0) {
            leave[step.leave_count++] = u;
            after[u].count = 0;
        }
    }
    if (some(s, 2) == 0) {
        after[UNITS] = some_place(s);
        step.arrive = after[UNITS].seeds;
        step.arrive_count = after[UNITS].count;
    }
    find_truth(s, s->at, UNITS, &now);
    find_truth(s, after, UNITS + 1, &then);
    struct coverage_change want = difference(s, &now, &then);

    coverage_if(&s->c, &step, &got);
    ck_assert_mem_eq(&got, &want, sizeof(want));
    free_truth(&now);
    free_truth(&then);
}

START_TEST(what_would_change_is_what_does_and_nothing_changes)
{
    struct stage s;

    raise_stage(&s, (uint64_t)_i + 600);
    for (int n = 0; n < 40; n++) {
        move(&s, some(&s, UNITS));
        wonder(&s);
        compare(&s);
    }
    strike_stage(&s);
}
END_TEST

START_TEST(weights_may_change_and_count_one_each_without_any)
{
    struct stage s;
    struct truth t;

    raise_stage(&s, 5);
    for (uint32_t u = 0; u < UNITS; u++) {
        move(&s, u);
    }
    for (uint32_t v = 0; v < s.town.graph.node_count; v++) {
        s.weight[v] = 1000 + some(&s, 100);
    }
    coverage_weigh(&s.c, s.weight);
    compare(&s);
    find_truth(&s, s.at, UNITS, &t);
    coverage_weigh(&s.c, NULL);
    for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
        uint64_t nodes = 0;

        for (uint32_t v = 0; v < s.town.graph.node_count; v++) {
            nodes += t.units[v].within[r] > 0;
        }
        ck_assert_uint_eq(s.c.total.weight[r], nodes);
    }
    free_truth(&t);
    strike_stage(&s);
}
END_TEST

/* All chances of being served, were each unit free as often as not. */
static uint64_t chances(const struct stage *s, const struct truth *t, uint32_t ring)
{
    uint64_t sum = 0;

    for (uint32_t v = 0; v < s->town.graph.node_count; v++) {
        uint64_t whole = (uint64_t)s->weight[v] << COVERAGE_STAKE_SHIFT;

        sum += whole - (whole >> t->units[v].within[ring]);
    }
    return sum;
}

START_TEST(what_rests_on_a_unit_is_what_is_less_without_it)
{
    struct stage s;
    struct truth with;
    struct truth without;

    raise_stage(&s, (uint64_t)_i + 900);
    for (uint32_t u = 0; u < UNITS; u++) {
        move(&s, u);
    }
    find_truth(&s, s.at, UNITS, &with);
    for (uint32_t u = 0; u < UNITS; u++) {
        struct place place = s.at[u];

        s.at[u].count = 0;
        find_truth(&s, s.at, UNITS, &without);
        for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
            ck_assert_uint_eq(coverage_stake(&s.c, u, r),
                              chances(&s, &with, r) - chances(&s, &without, r));
        }
        free_truth(&without);
        s.at[u] = place;
    }
    free_truth(&with);
    strike_stage(&s);
}
END_TEST

/* a → b → c, and b → a. */
START_TEST(a_street_of_one_way_is_covered_along_it_only)
{
    const struct point at[3] = { { 0, 0 }, { 1, 0 }, { 2, 0 } };
    const struct arc arcs[] = { { 0, 1, 3000 }, { 1, 2, 6000 }, { 1, 0, 9000 } };
    const uint32_t weight[3] = { 1, 10, 100 };
    struct seed place = { .node = 1, .ms = 1000 };
    const uint32_t unit = 0;
    struct coverage_step gone = { .leave = &unit, .leave_count = 1 };
    struct coverage_change change;
    struct graph g;
    struct roads out;
    struct roads in;
    struct coverage c;
    struct fault f;
    uint32_t *ms;

    ck_assert_int_eq(graph_build(&g, 3, at, 3, arcs, &f), OK);
    ck_assert_ptr_nonnull(ms = graph_times(&g, arcs));
    ck_assert_int_eq(roads_build(&out, &g, ms, ROADS_OUT, &f), OK);
    ck_assert_int_eq(roads_build(&in, &g, ms, ROADS_IN, &f), OK);
    struct coverage_roads roads = { .out = &out, .in = &in };

    ck_assert_int_eq(coverage_init(&c, roads, 1, rings, weight, &f), OK);
    ck_assert_int_eq(coverage_put(&c, 0, &place, 1, &f), OK);
    ck_assert_uint_eq(c.least_ms[0], 10000);
    ck_assert_uint_eq(c.least_ms[1], 1000);
    ck_assert_uint_eq(c.least_ms[2], 7000);
    ck_assert_uint_eq(c.total.weight[0], 110);
    ck_assert_uint_eq(c.total.weight[1], 111);
    coverage_if(&c, &gone, &change);
    ck_assert_uint_eq(change.lost.weight[0], 110);
    ck_assert_uint_eq(change.lost.weight[2], 111);
    ck_assert_uint_eq(change.gained.weight[2], 0);
    coverage_drop(&c, 0);
    ck_assert_uint_eq(c.total.weight[2], 0);
    ck_assert_uint_eq(c.least_ms[1], ETA_INF_MS);
    coverage_fini(&c);
    roads_free(&out);
    roads_free(&in);
    graph_free(&g);
    free(ms);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { all_is_as_dijkstra_says_while_units_come_move_and_go, 0, TRIALS(TOWNS) },
        { after_closures_and_new_times_it_still_is, 0, TRIALS(TOWNS) },
        { what_would_change_is_what_does_and_nothing_changes, 0, TRIALS(TOWNS) },
        { what_rests_on_a_unit_is_what_is_less_without_it, 0, TRIALS(TOWNS) },
        { weights_may_change_and_count_one_each_without_any, 0, 0 },
        { a_street_of_one_way_is_covered_along_it_only, 0, 0 },
    };

    return SUITE_RUN("routing/coverage", rows);
}
