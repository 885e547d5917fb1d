/* Travel times under closures and slow-downs, against Dijkstra's search over times that are told
 * from the drawings alone. */
#include "base/geo.h"
#include "routing/dijkstra.h"
#include "routing/line.h"
#include "routing/travel.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define TOWNS 30
#define ROUNDS 6
#define ASKED 40
#define LIMITS_MAX 6

struct stage {
    struct road road;
    struct road_weights live;
    struct road_query query;
    struct muster muster;
    struct prng random;
    struct point points[LIMITS_MAX][STREETS_CORNERS];
    struct road_limit limits[LIMITS_MAX];
    uint32_t limit_count;
    struct streets_truth truth;
    uint32_t *arc_ms;
    struct roads in, in_through; /* as the roads are, and through what is closed */
    struct dijkstra d;
    uint32_t by_times, by_through, never; /* answers of each kind */
};

static void raise_stage(struct stage *s, uint64_t seed)
{
    struct fault f;

    memset(s, 0, sizeof(*s));
    streets_open(&s->road, seed);
    prng_seed(&s->random, seed ^ 0xc105e);
    ck_assert_int_eq(weights_init(&s->live, &s->road, &f), OK);
    ck_assert_int_eq(road_query_init(&s->query, &s->road, &f), OK);
    ck_assert_int_eq(muster_init(&s->muster, &s->road, &f), OK);
    ck_assert_int_eq(dijkstra_init(&s->d, s->road.network.graph.node_count, &f), OK);
    s->arc_ms = malloc(((size_t)s->road.network.graph.arc_count + 1) * sizeof(*s->arc_ms));
    ck_assert_ptr_nonnull(s->arc_ms);
}

static void strike_stage(struct stage *s)
{
    free(s->arc_ms);
    dijkstra_fini(&s->d);
    road_query_fini(&s->query);
    muster_fini(&s->muster);
    weights_free(&s->live);
    road_close(&s->road);
}

static void build_roads(struct stage *s, struct roads *roads, const uint32_t *segment_ms)
{
    const struct network *n = &s->road.network;
    struct fault f;

    for (uint32_t a = 0; a < n->graph.arc_count; a++) {
        uint32_t ms = segment_ms[n->arc_segment[a]] + n->arc_turn_ms[a];

        s->arc_ms[a] = ms < ETA_INF_MS ? ms : ETA_INF_MS;
    }
    ck_assert_int_eq(roads_build(roads, &n->graph, s->arc_ms, ROADS_IN, &f), OK);
}

static void put_limits(struct stage *s)
{
    s->limit_count = (uint32_t)prng_below(&s->random, LIMITS_MAX + 1);
    for (uint32_t i = 0; i < s->limit_count; i++) {
        /* not in the order of their numbers */
        s->limits[i] = streets_limit(&s->road, &s->random, LIMITS_MAX - i, s->points[i]);
    }
    streets_tell(&s->truth, &s->road, s->limits, s->limit_count);
    build_roads(s, &s->in, s->truth.segment_ms);
    build_roads(s, &s->in_through, s->truth.through_ms);
    weights_make(&s->live, s->live.version + 1, s->limits, s->limit_count);
    road_query_use(&s->query, &s->live);
    muster_use(&s->muster);
}

static void lift_limits(struct stage *s)
{
    roads_free(&s->in);
    roads_free(&s->in_through);
    streets_forget(&s->truth);
}

/* Of a segment that a place lies on: closed or not, it is driven there. */
static uint32_t own_ms(const struct stage *s, uint32_t segment)
{
    uint32_t ms = s->truth.segment_ms[segment];

    return ms < ETA_INF_MS ? ms : s->road.network.segment_ms[segment];
}

static uint32_t part_ms(const struct stage *s, uint32_t segment, const struct snap *at)
{
    uint32_t whole_mm = s->road.network.piece[at->piece].length_mm;
    uint64_t mm = segment % 2 == 1 ? whole_mm - at->along_mm : at->along_mm;

    return (uint32_t)(own_ms(s, segment) * mm / whole_mm);
}

static uint32_t slow_ms(struct stage *s, const struct roads *in, const struct snap *from,
                        const struct snap *to)
{
    const struct network *n = &s->road.network;
    uint32_t best = ETA_INF_MS;
    uint32_t node;
    uint32_t ms;

    dijkstra_start(&s->d, in);
    for (uint32_t a = 0; a < n->graph.arc_count; a++) {
        if (n->arc_segment[a] / 2 == to->piece && own_ms(s, n->arc_segment[a]) < ETA_INF_MS) {
            dijkstra_add(&s->d, n->graph.tail[a],
                         n->arc_turn_ms[a] + part_ms(s, n->arc_segment[a], to));
        }
    }
    while (dijkstra_settle(&s->d, &node, &ms)) {
    }
    for (uint32_t a = 0; a < n->graph.arc_count; a++) {
        uint32_t segment = n->arc_segment[a];

        if (segment / 2 == from->piece && own_ms(s, segment) < ETA_INF_MS) {
            ms = own_ms(s, segment) - part_ms(s, segment, from) +
                 dijkstra_ms(&s->d, n->graph.head[a]);
            best = ms < best ? ms : best;
        }
    }
    for (uint32_t segment = 2 * to->piece; segment < 2 * to->piece + 2; segment++) {
        if (from->piece == to->piece && own_ms(s, segment) < ETA_INF_MS &&
            part_ms(s, segment, from) <= part_ms(s, segment, to)) {
            ms = part_ms(s, segment, to) - part_ms(s, segment, from);
            best = ms < best ? ms : best;
        }
    }
    return best;
}

/* The road a place belongs to: at the end of a closed one, an open one close by. */
static struct snap belongs(struct stage *s, struct point p)
{
    uint32_t off_mm;
    uint32_t piece = streets_nearest(&s->road, p, NULL, &off_mm);
    uint32_t open_off_mm;
    uint32_t open_piece = streets_nearest(&s->road, p, s->truth.segment_ms, &open_off_mm);
    uint32_t length_mm = s->road.network.piece[piece].length_mm;
    struct snap at;
    struct snap told;

    ck_assert(snap_find(&s->road.grid, p, &at));
    ck_assert_uint_eq(at.piece, piece);
    ck_assert_uint_eq(at.off_mm, off_mm);
    ck_assert(road_snap(&s->live, p, &told));
    bool at_end = at.along_mm <= 15000 || at.along_mm + 15000 >= length_mm;
    bool closed = s->truth.segment_ms[2 * piece] == ETA_INF_MS &&
                  s->truth.segment_ms[2 * piece + 1] == ETA_INF_MS;
    bool leaves = closed && at_end && open_piece != NODE_NONE && open_off_mm <= off_mm + 15000;

    ck_assert_uint_eq(told.piece, leaves ? open_piece : piece);
    ck_assert_uint_eq(told.off_mm, leaves ? open_off_mm : off_mm);
    return told;
}

static void ask(struct stage *s, struct point from, struct point to)
{
    struct snap from_at = belongs(s, from);
    struct snap to_at = belongs(s, to);

    uint32_t off_ms = line_travel_ms(NULL, from, from_at.at) + line_travel_ms(NULL, to_at.at, to);
    uint32_t ms = slow_ms(s, &s->in, &from_at, &to_at);

    s->by_times += ms < ETA_INF_MS;
    if (ms == ETA_INF_MS) {
        ms = slow_ms(s, &s->in_through, &from_at, &to_at);
        s->by_through += ms < ETA_INF_MS;
        s->never += ms == ETA_INF_MS;
    }
    ms = ms + off_ms < ETA_INF_MS ? ms + off_ms : ETA_INF_MS;
    ck_assert_uint_eq(road_travel_ms(&s->query, from, to), ms);
    uint32_t mustered_ms;

    muster_ms(&s->muster, &s->query, &from, 1, to, &mustered_ms);
    ck_assert_uint_eq(mustered_ms, ms);
}

START_TEST(under_closures_and_slow_downs_times_are_those_of_dijkstra)
{
    struct stage *s = malloc(sizeof(*s));

    ck_assert_ptr_nonnull(s);
    raise_stage(s, (uint64_t)_i);
    for (int round = 0; round < ROUNDS; round++) {
        put_limits(s);
        size_t bytes = (size_t)s->road.network.piece_count * 2 * sizeof(uint32_t);

        ck_assert_int_eq(memcmp(s->live.segment_ms, s->truth.segment_ms, bytes), 0);
        ck_assert_int_eq(memcmp(s->live.segment_limit, s->truth.segment_limit, bytes), 0);
        for (int k = 0; k < ASKED; k++) {
            struct point to = streets_place(&s->road, &s->random);

            ask(s, streets_place(&s->road, &s->random), to);
            ask(s, streets_place(&s->road, &s->random), to);
        }
        lift_limits(s);
    }
    ck_assert_uint_gt(s->by_times, 0);
    strike_stage(s);
    free(s);
}
END_TEST

/* The towns above meet every kind of answer, in their sum. */
START_TEST(some_have_to_walk_through_and_some_never_come)
{
    struct stage *s = malloc(sizeof(*s));
    uint32_t by_through = 0;
    uint32_t never = 0;

    ck_assert_ptr_nonnull(s);
    for (uint64_t seed = 100; seed < 110; seed++) {
        raise_stage(s, seed);
        for (int k = 0; k < 20; k++) {
            put_limits(s);
            ask(s, streets_place(&s->road, &s->random), streets_place(&s->road, &s->random));
            lift_limits(s);
        }
        by_through += s->by_through;
        never += s->never;
        strike_stage(s);
    }
    ck_assert_uint_gt(by_through, 0);
    ck_assert_uint_gt(never, 0);
    free(s);
}
END_TEST

START_TEST(nothing_on_the_roads_is_as_the_free_ones)
{
    struct stage *s = malloc(sizeof(*s));

    ck_assert_ptr_nonnull(s);
    raise_stage(s, (uint64_t)_i);
    weights_make(&s->live, 1, NULL, 0);
    ck_assert(!s->live.any_closed);
    for (int k = 0; k < ASKED; k++) {
        struct point from = streets_place(&s->road, &s->random);
        struct point to = streets_place(&s->road, &s->random);

        road_query_use(&s->query, &s->live);
        uint32_t live_ms = road_travel_ms(&s->query, from, to);

        road_query_use(&s->query, &s->road.free);
        ck_assert_uint_eq(road_travel_ms(&s->query, from, to), live_ms);
    }
    strike_stage(s);
    free(s);
}
END_TEST

START_TEST(an_engine_says_which_roads_and_which_version)
{
    struct stage *s = malloc(sizeof(*s));
    struct travel t;
    struct fault f;
    char want[ROAD_ENGINE_SIZE + 16];

    ck_assert_ptr_nonnull(s);
    raise_stage(s, 1);
    ck_assert_str_eq(road_engine(&s->query), s->road.engine);
    ck_assert_uint_eq(strlen(s->road.engine), strlen("road/1:01234567"));
    weights_make(&s->live, UINT32_MAX, NULL, 0);
    (void)snprintf(want, sizeof(want), "%s+4294967295", s->road.engine);
    ck_assert_int_eq(travel_init(&t, &s->road, &f), OK);
    travel_use(&t, &s->live);
    ck_assert_str_eq(travel_engine(&t), want);
    travel_use(&t, &s->road.free);
    ck_assert_str_eq(travel_engine(&t), s->road.engine);
    travel_fini(&t);
    ck_assert_int_eq(travel_init(&t, NULL, &f), OK);
    travel_use(&t, &s->live);
    ck_assert_str_eq(travel_engine(&t), "line/1");
    travel_fini(&t);
    strike_stage(s);
    free(s);
}
END_TEST

START_TEST(weights_of_other_roads_are_a_bug)
{
    struct road other;
    struct stage *s = malloc(sizeof(*s));

    ck_assert_ptr_nonnull(s);
    raise_stage(s, 1);
    streets_open(&other, 2);
    road_query_use(&s->query, &other.free);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { under_closures_and_slow_downs_times_are_those_of_dijkstra, 0, TRIALS(TOWNS) },
        { some_have_to_walk_through_and_some_never_come, 0, 0 },
        { nothing_on_the_roads_is_as_the_free_ones, 0, 10 },
        { an_engine_says_which_roads_and_which_version, 0, 0 },
        { weights_of_other_roads_are_a_bug, SIGABRT, 0 },
    };

    return SUITE_RUN("routing/weights", rows);
}
