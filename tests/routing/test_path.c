/* Ways: they take what road_travel_ms says, each leg leads on from the one before, and they are
 * told whole. */
#include "base/geo.h"
#include "routing/line.h"
#include "routing/path_line.h"
#include "routing/path_steps.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <signal.h>
#include <string.h>

#define TOWNS 40
#define ROUNDS 5
#define ASKED 40
#define LIMITS_MAX 5
#define POINTS_MAX 1024
#define STEPS_MAX 512

struct stage {
    struct road road;
    struct road_weights live;
    struct road_query times;
    struct path_query ways;
    struct prng random;
    struct point points[LIMITS_MAX][STREETS_CORNERS];
    struct road_limit limits[LIMITS_MAX];
    struct streets_truth truth;
    uint32_t found, through, blamed, met;
};

static void raise_stage(struct stage *s, uint64_t seed)
{
    struct fault f;

    memset(s, 0, sizeof(*s));
    streets_open(&s->road, seed);
    prng_seed(&s->random, seed ^ 0x9a7);
    ck_assert_int_eq(weights_init(&s->live, &s->road, &f), OK);
    ck_assert_int_eq(road_query_init(&s->times, &s->road, &f), OK);
    ck_assert_int_eq(path_query_init(&s->ways, &s->road, &f), OK);
}

static void strike_stage(struct stage *s)
{
    path_query_fini(&s->ways);
    road_query_fini(&s->times);
    weights_free(&s->live);
    road_close(&s->road);
}

static void put_limits(struct stage *s)
{
    uint32_t count = (uint32_t)prng_below(&s->random, LIMITS_MAX + 1);

    for (uint32_t i = 0; i < count; i++) {
        s->limits[i] = streets_limit(&s->road, &s->random, i + 1, s->points[i]);
    }
    streets_tell(&s->truth, &s->road, s->limits, count);
    weights_make(&s->live, s->live.version + 1, s->limits, count);
    road_query_use(&s->times, &s->live);
}

/* The node a leg ends at. */
static uint32_t end_node(const struct network *n, const struct path_leg *leg)
{
    return n->graph.head[leg->arc != ARC_NONE ? leg->arc : n->arc[n->first_arc[leg->segment]]];
}

static void legs_lead_on(const struct stage *s, const struct path *p)
{
    const struct network *n = &s->road.network;
    uint64_t ms = (uint64_t)p->start_ms + p->end_ms;

    ck_assert_uint_eq(p->leg[0].segment / 2, p->road_from.piece);
    ck_assert_uint_eq(p->leg[p->leg_count - 1].segment / 2, p->road_to.piece);
    for (uint32_t i = 0; i < p->leg_count; i++) {
        const struct path_leg *leg = &p->leg[i];

        ms += leg->ms;
        if (i == 0) {
            ck_assert_uint_eq(leg->arc, ARC_NONE);
            continue;
        }
        ck_assert_uint_eq(n->arc_segment[leg->arc], leg->segment);
        ck_assert_uint_eq(n->graph.tail[leg->arc], end_node(n, leg - 1));
        if (i + 1 < p->leg_count) {
            const uint32_t *of = p->through ? s->truth.through_ms : s->truth.segment_ms;

            ck_assert_uint_lt(of[leg->segment], ETA_INF_MS);
            ck_assert_uint_eq(leg->ms, of[leg->segment] + n->arc_turn_ms[leg->arc]);
            for (uint32_t k = 0; k < i; k++) {
                ck_assert_uint_ne(end_node(n, &p->leg[k]), end_node(n, leg));
            }
        }
    }
    ck_assert_uint_eq(ms, p->ms);
}

/* Along the points it is as far as along the stretches of road, and beside them. */
static void points_tell_it(const struct stage *s, const struct path *p)
{
    static struct point at[POINTS_MAX];
    static struct point few[3];
    static struct path_step steps[STEPS_MAX];
    uint32_t count = path_points(&s->road, p, at, POINTS_MAX);
    uint32_t step_count = path_steps(&s->road, p, steps, STEPS_MAX);
    uint64_t drawn_mm = 0;
    uint64_t told_mm = p->road_from.off_mm + p->road_to.off_mm;

    ck_assert_uint_le(count, POINTS_MAX);
    ck_assert_uint_eq(path_points(&s->road, p, few, 3), count);
    for (uint32_t i = 0; i < count && i < 3; i++) {
        ck_assert_int_eq(memcmp(&few[i], &at[i], sizeof(few[i])), 0);
    }
    ck_assert_int_eq(memcmp(&at[0], &p->from, sizeof(at[0])), 0);
    ck_assert_int_eq(memcmp(&at[count - 1], &p->to, sizeof(at[0])), 0);
    for (uint32_t i = 1; i < count; i++) {
        ck_assert_int_ne(memcmp(&at[i], &at[i - 1], sizeof(at[0])), 0);
        drawn_mm += geo_distance_mm(at[i - 1], at[i]);
    }
    for (uint32_t i = 0; i < step_count; i++) {
        told_mm += steps[i].length_mm;
    }
    uint64_t apart_mm = drawn_mm > told_mm ? drawn_mm - told_mm : told_mm - drawn_mm;

    ck_assert_uint_le(apart_mm, 200 + 20 * (uint64_t)count);
}

static void steps_add_up(const struct stage *s, const struct path *p)
{
    static struct path_step steps[STEPS_MAX];
    uint32_t count = path_steps(&s->road, p, steps, STEPS_MAX);
    uint64_t ms = (uint64_t)p->start_ms + p->end_ms;
    uint32_t legs = 0;

    ck_assert_uint_gt(count, 0);
    ck_assert_uint_le(count, STEPS_MAX);
    ck_assert_uint_eq(path_steps(&s->road, p, NULL, 0), count);
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_int_eq(steps[i].turn == PATH_START, i == 0);
        ck_assert_uint_gt(steps[i].leg_count, 0);
        ms += steps[i].ms;
        legs += steps[i].leg_count;
    }
    ck_assert_uint_eq(ms, p->ms);
    ck_assert_uint_eq(legs, p->leg_count);
}

/* The limit to blame is the first on the free way that costs anything. */
static void blame_is_right(struct stage *s, struct point from, struct point to, uint32_t live_ms)
{
    uint32_t free_ms;
    uint32_t id = path_limit(&s->ways, &s->live, from, to, &free_ms);
    struct path then;
    uint32_t first = 0;

    road_query_use(&s->times, &s->road.free);
    ck_assert_uint_eq(free_ms, road_travel_ms(&s->times, from, to));
    road_query_use(&s->times, &s->live);
    if (live_ms <= free_ms) {
        ck_assert_uint_eq(id, 0);
        return;
    }
    struct snap from_at;
    struct snap to_at;

    ck_assert(path_find(&s->ways, &s->road.free, from, to, &then));
    ck_assert(road_snap(&s->live, from, &from_at) && road_snap(&s->live, to, &to_at));
    for (uint32_t i = 0; i < then.leg_count && first == 0; i++) {
        uint32_t segment = then.leg[i].segment;
        bool own = segment / 2 == from_at.piece || segment / 2 == to_at.piece;
        uint32_t now_ms = s->truth.segment_ms[segment];

        /* the roads of the places themselves are driven though they are closed */
        if (now_ms > s->road.network.segment_ms[segment] && !(own && now_ms == ETA_INF_MS)) {
            first = s->truth.segment_limit[segment];
        }
    }
    ck_assert_uint_eq(id, first);
    s->blamed += id != 0;
}

/* Those on the way are those of its legs; those beside it are on the free way and hold up there.
 * The one to blame is among them. */
static void limits_are_named(struct stage *s, struct point from, struct point to)
{
    struct path_limit met[LIMITS_MAX];
    uint32_t free_ms;
    uint32_t blamed = path_limit(&s->ways, &s->live, from, to, &free_ms);
    uint32_t told_free_ms;
    uint32_t count = path_limits(&s->ways, &s->live, from, to, met, LIMITS_MAX, &told_free_ms);
    bool on_way[LIMITS_MAX + 1] = { false };
    bool told[LIMITS_MAX + 1] = { false };
    struct path p;

    ck_assert_uint_eq(told_free_ms, free_ms);
    ck_assert_uint_le(count, LIMITS_MAX);
    ck_assert_uint_eq(path_limits(&s->ways, &s->live, from, to, NULL, 0, &free_ms) > 0, count > 0);
    (void)path_find(&s->ways, &s->live, from, to, &p);
    for (uint32_t i = 0; i < p.leg_count; i++) {
        on_way[s->truth.segment_limit[p.leg[i].segment]] = true;
    }
    for (uint32_t i = 0; i < count; i++) {
        ck_assert(!told[met[i].id]);
        told[met[i].id] = true;
        ck_assert_int_eq(met[i].on_way, on_way[met[i].id]);
    }
    for (uint32_t id = 1; id <= LIMITS_MAX; id++) {
        ck_assert(told[id] || !on_way[id]);
    }
    ck_assert(blamed == 0 || told[blamed]);
    s->met += count;
}

static void ask(struct stage *s)
{
    struct point from = streets_place(&s->road, &s->random);
    struct point to = streets_place(&s->road, &s->random);
    uint32_t ms = road_travel_ms(&s->times, from, to);
    struct path p;

    ck_assert_int_eq(path_find(&s->ways, &s->live, from, to, &p), ms < ETA_INF_MS);
    ck_assert_uint_eq(p.ms, ms);
    if (ms == ETA_INF_MS) {
        ck_assert_uint_eq(p.leg_count, 0);
        ck_assert_uint_eq(path_points(&s->road, &p, NULL, 0), 0);
        return;
    }
    s->found++;
    s->through += p.through;
    legs_lead_on(s, &p);
    points_tell_it(s, &p);
    steps_add_up(s, &p);
    blame_is_right(s, from, to, ms);
    limits_are_named(s, from, to);
}

START_TEST(a_way_takes_what_is_told_of_it_leg_by_leg)
{
    struct stage *s = malloc(sizeof(*s));

    ck_assert_ptr_nonnull(s);
    raise_stage(s, (uint64_t)_i);
    for (int round = 0; round < ROUNDS; round++) {
        put_limits(s);
        for (int k = 0; k < ASKED; k++) {
            ask(s);
        }
        streets_forget(&s->truth);
    }
    ck_assert_uint_gt(s->found, 0);
    strike_stage(s);
    free(s);
}
END_TEST

START_TEST(some_ways_lead_through_closures_and_some_limits_are_to_blame)
{
    struct stage *s = malloc(sizeof(*s));
    uint32_t through = 0;
    uint32_t blamed = 0;
    uint32_t met = 0;

    ck_assert_ptr_nonnull(s);
    for (uint64_t seed = 200; seed < 208; seed++) {
        raise_stage(s, seed);
        for (int k = 0; k < 30; k++) {
            put_limits(s);
            ask(s);
            streets_forget(&s->truth);
        }
        through += s->through;
        blamed += s->blamed;
        met += s->met;
        strike_stage(s);
    }
    ck_assert_uint_gt(through, 0);
    ck_assert_uint_gt(blamed, 0);
    ck_assert_uint_gt(met, blamed);
    free(s);
}
END_TEST

/* A way drawn by hand: east along First, round about, north along Second with a bend in it, on
 * along Third, sharp left into a bridge without a name, back over it, and off after half a metre of
 * a street that is only looked into. */
static const struct point hand_shape[] = {
    { 1200000000, 300000000 }, { 1200050000, 300000000 }, /* First */
    { 1200050000, 300000000 }, { 1200052000, 300002000 }, /* round */
    { 1200052000, 300002000 }, { 1200050000, 300004000 }, /* round */
    { 1200050000, 300004000 }, { 1200050000, 300050000 }, /* Second, to the north */
    { 1200060000, 300090000 }, { 1200050000, 300050000 }, /* Second, drawn the other way */
    { 1200060000, 300090000 }, { 1200070000, 300130000 }, /* Third, straight on */
    { 1200070000, 300130000 }, { 1200040000, 300060000 }, /* the bridge, back south-west */
    { 1200070000, 300130000 }, { 1200070000, 300180000 }, /* Fourth */
};
static const struct piece hand_piece[] = {
    { .first_point = 0, .point_count = 2, .length_mm = 482000, .name = 1 },
    { .first_point = 2, .point_count = 2, .length_mm = 29500, .flags = PIECE_ROUNDABOUT },
    { .first_point = 4, .point_count = 2, .length_mm = 29500, .flags = PIECE_ROUNDABOUT },
    { .first_point = 6, .point_count = 2, .length_mm = 511000, .name = 7 },
    { .first_point = 8, .point_count = 2, .length_mm = 455000, .name = 7 },
    { .first_point = 10, .point_count = 2, .length_mm = 455000, .name = 14 },
    { .first_point = 12, .point_count = 2, .length_mm = 830000, .flags = PIECE_BRIDGE },
    { .first_point = 14, .point_count = 2, .length_mm = 556000, .name = 20 },
};

struct told_step {
    const char *name;
    enum path_turn turn;
    uint32_t length_mm, ms, leg_count;
    bool roundabout, bridge;
};

static const struct told_step told_steps[] = {
    { "First", PATH_START, 382000, 100, 1, false, false },
    { "", PATH_SLIGHT_LEFT, 59000, 500, 2, true, false },
    { "Second", PATH_SLIGHT_RIGHT, 966000, 900, 2, false, false },
    { "Third", PATH_STRAIGHT, 455000, 600, 1, false, false },
    { "", PATH_U_TURN, 830000, 700, 1, false, true },
    { "", PATH_U_TURN, 830400, 1700, 2, false, true },
};

START_TEST(steps_begin_where_a_driver_has_to_be_told)
{
    static const uint32_t segments[] = { 0, 2, 4, 6, 9, 10, 12, 13, 14 };
    const uint32_t legs = sizeof(segments) / sizeof(segments[0]);
    struct road road = { .network = { .piece_count = 8,
                                      .piece = hand_piece,
                                      .point_count = 16,
                                      .shape = hand_shape,
                                      .names = "\0First\0Second\0Third\0Fourth" } };
    struct path_leg leg[9];
    struct path_step steps[9];
    struct path path = {
        .ms = 4500,
        .from = { 1200010400, 300000100 },
        .road_from = { .piece = 0, .along_mm = 100000, .at = { 1200010400, 300000000 } },
        .road_to = { .piece = 7, .along_mm = 400, .at = { 1200070000, 300130036 } },
        .to = { 1200070000, 300130036 },
        .leg_count = legs,
        .leg = leg
    };

    for (uint32_t i = 0; i < legs; i++) {
        leg[i] = (struct path_leg){ .segment = segments[i], .arc = i, .ms = (i + 1) * 100 };
    }
    uint32_t count = path_steps(&road, &path, steps, 9);

    ck_assert_uint_eq(count, sizeof(told_steps) / sizeof(told_steps[0]));
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_str_eq(steps[i].name, told_steps[i].name);
        ck_assert_int_eq(steps[i].turn, told_steps[i].turn);
        ck_assert_uint_eq(steps[i].length_mm, told_steps[i].length_mm);
        ck_assert_uint_eq(steps[i].ms, told_steps[i].ms);
        ck_assert_uint_eq(steps[i].leg_count, told_steps[i].leg_count);
        ck_assert_int_eq(steps[i].roundabout, told_steps[i].roundabout);
        ck_assert_int_eq(steps[i].bridge, told_steps[i].bridge);
    }
    struct point at[16];

    /* the place, its road, then each junction once, and the end of the way */
    ck_assert_uint_eq(path_points(&road, &path, at, 16), 11);
    ck_assert_int_eq(at[1].lon_e7, 1200010400);
    ck_assert_int_eq(at[2].lon_e7, 1200050000);
    ck_assert_int_eq(at[6].lat_e7, 300090000);
}
END_TEST

struct turned {
    struct point to; /* from the middle, having come from the south */
    enum path_turn turn;
};

/* Every side of every border between the classes. */
static const struct turned turned[] = {
    { { 0, 1000 }, PATH_STRAIGHT },        { { 314, 1000 }, PATH_STRAIGHT },
    { { -314, 1000 }, PATH_STRAIGHT },     { { 450, 1000 }, PATH_SLIGHT_RIGHT },
    { { -450, 1000 }, PATH_SLIGHT_LEFT },  { { 1300, 1000 }, PATH_SLIGHT_RIGHT },
    { { 1500, 1000 }, PATH_RIGHT },        { { -1500, 1000 }, PATH_LEFT },
    { { 1000, 0 }, PATH_RIGHT },           { { -1000, 0 }, PATH_LEFT },
    { { 1500, -1000 }, PATH_RIGHT },       { { -1500, -1000 }, PATH_LEFT },
    { { 1300, -1000 }, PATH_SHARP_RIGHT }, { { -1300, -1000 }, PATH_SHARP_LEFT },
    { { 350, -1000 }, PATH_SHARP_RIGHT },  { { -350, -1000 }, PATH_SHARP_LEFT },
    { { 200, -1000 }, PATH_U_TURN },       { { -200, -1000 }, PATH_U_TURN },
};

START_TEST(turns_are_told_by_their_angle)
{
    const struct point shape[] = { { 1200000000, 299000000 },
                                   { 1200000000, 300000000 },
                                   { 1200000000 + turned[_i].to.lon_e7 * 10,
                                     300000000 + turned[_i].to.lat_e7 * 10 } };
    const struct piece pieces[] = {
        { .first_point = 0, .point_count = 2, .length_mm = 11000000, .name = 1 },
        { .first_point = 1, .point_count = 2, .length_mm = 100000, .name = 3 },
    };
    struct road road = { .network = { .piece_count = 2,
                                      .piece = pieces,
                                      .point_count = 3,
                                      .shape = shape,
                                      .names = "\0A\0B" } };
    const struct path_leg leg[] = { { 0, ARC_NONE, 1 }, { 2, 0, 1 } };
    struct path path = { .leg_count = 2,
                         .leg = leg,
                         .road_to = { .piece = 1, .along_mm = 100000 } };
    struct path_step steps[2];

    ck_assert_uint_eq(path_steps(&road, &path, steps, 2), 2);
    ck_assert_int_eq(steps[1].turn, turned[_i].turn);
}
END_TEST

/* A walk of random steps: what is left out lies near what is left, both ends stay, and a straight
 * road is two points. */
START_TEST(a_thinned_line_is_never_farther_off_than_asked)
{
    enum { COUNT = 400 };
    struct point all[COUNT];
    struct point kept[COUNT];
    struct prng random;
    int32_t bend = 20 + _i * 60;

    prng_seed(&random, (uint64_t)_i);
    all[0] = (struct point){ 1200000000, 300000000 };
    for (int k = 1; k < COUNT; k++) {
        all[k] = (struct point){ all[k - 1].lon_e7 + 1000,
                                 all[k - 1].lat_e7 - bend +
                                     (int32_t)prng_below(&random, 2 * (uint64_t)bend + 1) };
    }
    memcpy(kept, all, sizeof(all));
    uint32_t count = path_line_thin(kept, COUNT, 2000);
    uint32_t at = 0;

    ck_assert_uint_lt(count, COUNT);
    ck_assert_int_eq(memcmp(&kept[0], &all[0], sizeof(all[0])), 0);
    ck_assert_int_eq(memcmp(&kept[count - 1], &all[COUNT - 1], sizeof(all[0])), 0);
    for (uint32_t k = 0; k < COUNT; k++) {
        uint32_t along_q16;
        at += at + 2 < count && all[k].lon_e7 > kept[at + 1].lon_e7;
        struct point foot = geo_nearest_on_line(kept[at], kept[at + 1], all[k], &along_q16);

        ck_assert_uint_le(geo_distance_mm(foot, all[k]), 2000);
    }
    ck_assert_uint_eq(path_line_thin(kept, 1, 2000), 1);
    ck_assert_uint_eq(path_line_thin(kept, 0, 2000), 0);
    for (int k = 0; k < COUNT; k++) {
        all[k] = (struct point){ 1200000000 + k * 1000, 300000000 };
    }
    ck_assert_uint_le(path_line_thin(all, COUNT, 2000), 2 + COUNT / PATH_LINE_SPAN);
}
END_TEST

START_TEST(nowhere_has_no_way)
{
    struct stage *s = malloc(sizeof(*s));
    const struct point nowhere = { 1900000000, 0 };
    struct point here;
    struct path p;
    uint32_t free_ms;

    ck_assert_ptr_nonnull(s);
    raise_stage(s, 3);
    here = s->road.network.shape[0];
    ck_assert(!path_find(&s->ways, &s->road.free, nowhere, here, &p));
    ck_assert_uint_eq(p.ms, ETA_INF_MS);
    ck_assert_uint_eq(path_limit(&s->ways, &s->road.free, here, nowhere, &free_ms), 0);
    ck_assert_uint_eq(free_ms, ETA_INF_MS);
    /* from a place to itself: one leg on its road */
    ck_assert(path_find(&s->ways, &s->road.free, here, here, &p));
    ck_assert_uint_eq(p.ms, 0);
    ck_assert_uint_eq(p.leg_count, 1);
    strike_stage(s);
    free(s);
}
END_TEST

START_TEST(weights_of_other_roads_are_a_bug)
{
    struct stage *s = malloc(sizeof(*s));
    struct road other;
    struct path p;

    ck_assert_ptr_nonnull(s);
    raise_stage(s, 1);
    streets_open(&other, 2);
    (void)path_find(&s->ways, &other.free, (struct point){ 0, 0 }, (struct point){ 0, 0 }, &p);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_way_takes_what_is_told_of_it_leg_by_leg, 0, TRIALS(TOWNS) },
        { some_ways_lead_through_closures_and_some_limits_are_to_blame, 0, 0 },
        { steps_begin_where_a_driver_has_to_be_told, 0, 0 },
        { turns_are_told_by_their_angle, 0, sizeof(turned) / sizeof(turned[0]) },
        { a_thinned_line_is_never_farther_off_than_asked, 0, 6 },
        { nowhere_has_no_way, 0, 0 },
        { weights_of_other_roads_are_a_bug, SIGABRT, 0 },
    };

    return SUITE_RUN("routing/path", rows);
}
