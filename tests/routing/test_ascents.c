/* Kept climbs: on streets that go straight up, where it is known without a search how far it is. */
#include "base/prng.h"
#include "routing/ascents.h"
#include "tests/suite.h"

#define STREETS 60
#define LENGTH 300  /* nodes of a street, fewer than can be kept */
#define LONG 1000   /* of the last one, more */
#define STEP_MS 700 /* from a node to the next */
#define NODES (STREETS * LENGTH + LONG)

struct stage {
    struct graph g;
    uint32_t *ms;
    struct hierarchy h;
    struct times t;
    struct climb climb;
    struct ascents a;
};

static uint32_t street_end(uint32_t node)
{
    return node < STREETS * LENGTH ? node / LENGTH * LENGTH + LENGTH : NODES;
}

static void raise_stage(struct stage *s)
{
    static struct point at[NODES];
    static struct arc arcs[NODES];
    uint32_t count = 0;
    struct fault f;

    for (uint32_t v = 0; v + 1 < NODES; v++) {
        if (v + 1 < street_end(v)) {
            arcs[count++] = (struct arc){ .tail = v, .head = v + 1, .ms = STEP_MS };
        }
    }
    *s = (struct stage){ 0 };
    ck_assert_int_eq(graph_build(&s->g, NODES, at, count, arcs, &f), OK);
    s->ms = graph_times(&s->g, arcs);
    ck_assert_ptr_nonnull(s->ms);
    ck_assert_int_eq(hierarchy_build(&s->h, &s->g, &f), OK);
    ck_assert_int_eq(times_init(&s->t, &s->h, &f), OK);
    times_customize(&s->t, &s->g, s->ms);
    ck_assert(climb_init(&s->climb, NODES));
    ck_assert(ascents_init(&s->a));
}

static void strike_stage(struct stage *s)
{
    ascents_fini(&s->a);
    climb_fini(&s->climb);
    times_free(&s->t);
    hierarchy_free(&s->h);
    free(s->ms);
    graph_free(&s->g);
}

static void ask(struct stage *s, uint32_t node, uint32_t step_ms)
{
    const struct ascent_spot *spots;
    uint32_t count;
    uint32_t above = street_end(node) - node;
    bool kept = ascents_of(&s->a, &s->climb, &s->t, node, &spots, &count);

    ck_assert_int_eq(kept, above <= ASCENT_SPOTS_MAX);
    uint32_t right = 0;

    for (uint32_t i = 0; kept && i < count; i++) {
        right += spots[i].node == node + i && spots[i].ms == i * step_ms;
    }
    ck_assert(!kept || (count == above && right == count));
}

START_TEST(a_kept_climb_is_the_climb_however_many_were_asked_for)
{
    struct stage s;
    struct prng random;

    ck_assert_uint_gt(NODES, 4 * ASCENTS_MAX);
    raise_stage(&s);
    prng_seed(&random, 7);
    for (int k = 0; k < 15000; k++) {
        uint64_t most = prng_below(&random, 3) == 0 ? NODES : ASCENTS_MAX / 2; /* some come again */

        ask(&s, (uint32_t)prng_below(&random, most), STEP_MS);
    }
    strike_stage(&s);
}
END_TEST

START_TEST(what_is_kept_is_forgotten_when_times_are_others)
{
    struct stage s;

    raise_stage(&s);
    for (uint32_t v = 0; v < NODES; v += 50) {
        ask(&s, v, STEP_MS);
    }
    for (uint32_t a = 0; a < s.g.arc_count; a++) {
        s.ms[a] = 2 * STEP_MS;
    }
    times_customize(&s.t, &s.g, s.ms);
    ascents_forget(&s.a);
    for (uint32_t v = 0; v < NODES; v += 50) {
        ask(&s, v, 2 * STEP_MS);
    }
    strike_stage(&s);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_kept_climb_is_the_climb_however_many_were_asked_for, 0, 0 },
        { what_is_kept_is_forgotten_when_times_are_others, 0, 0 },
    };

    return SUITE_RUN("routing/ascents", rows);
}
