#include "tests/routing/town.h"

#include "routing/order.h"
#include "tests/suite.h"

#define WIDTH_MAX 14
#define ARCS_MAX (WIDTH_MAX * WIDTH_MAX * 4 + 8)

struct plan {
    struct prng random;
    struct point at[WIDTH_MAX * WIDTH_MAX + 2];
    struct arc arcs[ARCS_MAX];
    uint32_t width, node_count, arc_count;
    uint32_t river; /* the row north of it */
};

static void add(struct plan *p, uint32_t tail, uint32_t head, uint32_t ms)
{
    p->arcs[p->arc_count++] = (struct arc){ .tail = tail, .head = head, .ms = ms };
}

static void street(struct plan *p, uint32_t a, uint32_t b, bool bridge)
{
    uint32_t ms = 1 + (uint32_t)prng_below(&p->random, 20000);
    uint64_t kind = prng_below(&p->random, 10);

    if (bridge ? kind > 2 : kind == 0) {
        return;
    }
    if (kind == 1) {
        add(p, a, b, ms);
    } else if (kind == 2) {
        add(p, b, a, ms);
    } else {
        add(p, a, b, ms);
        add(p, b, a, kind == 3 ? ms * 2 : ms);
    }
}

static void draw(struct plan *p, uint64_t seed)
{
    prng_seed(&p->random, seed);
    p->width = 2 + (uint32_t)prng_below(&p->random, WIDTH_MAX - 1);
    p->river = (uint32_t)prng_below(&p->random, p->width);
    for (uint32_t y = 0; y < p->width; y++) {
        for (uint32_t x = 0; x < p->width; x++) {
            uint32_t v = p->node_count++;

            p->at[v] = (struct point){ .lon_e7 = (int32_t)(1200000000 + x * 10000),
                                       .lat_e7 = (int32_t)(300000000 + y * 10000) };
            if (x > 0) {
                street(p, v - 1, v, false);
            }
            if (y > 0) {
                street(p, v - p->width, v, y == p->river);
            }
        }
    }
    /* An island of two nodes. */
    p->at[p->node_count] = (struct point){ 1200000000, 310000000 };
    p->at[p->node_count + 1] = (struct point){ 1200010000, 310000000 };
    add(p, p->node_count, p->node_count + 1, 7);
    p->node_count += 2;
}

void town_make(struct town *t, uint64_t seed)
{
    struct plan *p = calloc(1, sizeof(*p));
    uint32_t rank[WIDTH_MAX * WIDTH_MAX + 2];
    struct fault f;

    ck_assert_ptr_nonnull(p);
    draw(p, seed);
    ck_assert_int_eq(order_find(p->node_count, p->at, p->arc_count, p->arcs, rank, NULL, NULL, &f),
                     OK);
    ck_assert_int_eq(graph_renumber(p->node_count, p->at, p->arc_count, p->arcs, rank, &f), OK);
    ck_assert_int_eq(graph_build(&t->graph, p->node_count, p->at, p->arc_count, p->arcs, &f), OK);
    t->ms = graph_times(&t->graph, p->arcs);
    ck_assert_ptr_nonnull(t->ms);
    ck_assert_int_eq(roads_build(&t->out, &t->graph, t->ms, ROADS_OUT, &f), OK);
    ck_assert_int_eq(roads_build(&t->in, &t->graph, t->ms, ROADS_IN, &f), OK);
    free(p);
}

void town_free(struct town *t)
{
    roads_free(&t->out);
    roads_free(&t->in);
    graph_free(&t->graph);
    free(t->ms);
}

void town_set(struct town *t, uint32_t road, uint32_t ms)
{
    t->ms[road] = ms;
    roads_set(&t->out, road, ms);
    roads_set(&t->in, road, ms);
}
