/* Travel times that follow what holds on the roads: which set each thread uses, and when. */
#include "server/roads.h"
#include "server/worlds.h"
#include "tests/routing/driving.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <time.h>

#define CASES 6
#define PAIRS 40

struct stage {
    struct road road;
    struct world_memory *memory;
    struct world *world;
    struct roads_live *live;
    struct prng random;
    const struct speeds *speeds; /* NULL: none */
    int64_t now_us;
};

static void raise_stage(struct stage *s, uint64_t seed)
{
    static const struct world_limits limits = { .incidents = 4,
                                                .reports = 4,
                                                .assignments = 4,
                                                .units = 4,
                                                .users = 4,
                                                .zones = 4,
                                                .types = 4,
                                                .premises = 4,
                                                .alarms = 4,
                                                .rings = 4,
                                                .points = 16,
                                                .offsets = 2,
                                                .roads = 8,
                                                .command_ids = 16 };
    struct fault f;
    *s = (struct stage){ .live = NULL };
    streets_open(&s->road, seed);
    prng_seed(&s->random, seed ^ 0x50ad5);
    ck_assert_int_eq(worlds_new(&limits, &s->memory, &f), OK);
    s->world = &s->memory->world;
}

static void start(struct stage *s)
{
    struct fault f;
    ck_assert_int_eq(roads_start(&s->road, s->speeds, s->world, s->now_us, &s->live, &f), OK);
}

static void follow(struct stage *s)
{
    roads_follow(s->live, s->world, s->now_us);
}

static uint64_t ready(const struct stage *s)
{
    struct roads_made made;
    (void)roads_ready(s->live, s->world, &made);
    return roads_stamp(made.change, made.speeds.len > 0 ? made.hour : SPEEDS_NONE);
}

static const struct road_weights *use(struct stage *s, enum roads_reader who, uint64_t change)
{
    return roads_use(s->live, who,
                     roads_stamp(change, s->speeds != NULL ? speeds_hour(s->now_us) : SPEEDS_NONE));
}

static void strike_stage(struct stage *s)
{
    roads_stop(s->live);
    worlds_free(s->memory);
    road_close(&s->road);
}

/* As the core's rows would do it. */
static void close_road(struct stage *s)
{
    struct world *w = s->world;
    struct point points[STREETS_CORNERS];
    struct road_limit drawn = streets_limit(&s->road, &s->random, 1, points);
    struct road_notice *n = &w->roads[w->road_count++];
    *n = (struct road_notice){ .id = { w->next_road++ },
                               .area = drawn.area,
                               .point_count = (uint8_t)drawn.point_count,
                               .percent = drawn.percent,
                               .change = ++w->road_change };
    memcpy(n->points, points, sizeof(points));
}

static void wait_ready(struct stage *s, uint64_t change)
{
    uint64_t stamp = roads_stamp(change, s->speeds != NULL ? speeds_hour(s->now_us) : SPEEDS_NONE);
    for (int n = 0; n < 20000 && ready(s) != stamp; n++) {
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    ck_assert_uint_eq(ready(s), stamp);
}

/* Every time under these weights is that under the same limits made here. */
static void same_times(struct stage *s, const struct road_weights *used)
{
    struct road_limit limits[ROAD_NOTICES_MAX];
    struct road_weights mine;
    struct road_query one;
    struct road_query other;
    struct fault f;
    uint32_t count = 0;
    uint32_t k = 0;
    for (const struct road_notice *n; (n = world_next_of_roads(s->world, &k)) != NULL;) {
        limits[count++] = (struct road_limit){ .id = n->id.n,
                                               .percent = n->percent,
                                               .area = n->area,
                                               .point_count = n->point_count,
                                               .points = n->points };
    }
    ck_assert_int_eq(weights_init(&mine, &s->road, &f), OK);
    weights_set(&mine, s->speeds, s->speeds != NULL ? speeds_hour(s->now_us) : 0, &mine);
    weights_make(&mine, (uint32_t)s->world->road_change, limits, count);
    ck_assert_int_eq(road_query_init(&one, &s->road, &f), OK);
    ck_assert_int_eq(road_query_init(&other, &s->road, &f), OK);
    road_query_use(&one, used);
    road_query_use(&other, &mine);
    ck_assert_str_eq(road_engine(&one), road_engine(&other));
    for (int n = 0; n < PAIRS; n++) {
        struct point from = streets_place(&s->road, &s->random);
        struct point to = streets_place(&s->road, &s->random);
        ck_assert_uint_eq(road_travel_ms(&one, from, to), road_travel_ms(&other, from, to));
    }
    road_query_fini(&one);
    road_query_fini(&other);
    weights_free(&mine);
}

START_TEST(what_holds_when_the_server_starts_is_obeyed_at_once)
{
    struct stage s;
    raise_stage(&s, (uint64_t)_i);
    close_road(&s);
    close_road(&s);
    start(&s);
    ck_assert_uint_eq(ready(&s), roads_stamp(2, SPEEDS_NONE));
    same_times(&s, use(&s, ROADS_OF_CORE, 2));
    same_times(&s, use(&s, ROADS_OF_VIEW, 0));
    strike_stage(&s);
}
END_TEST

START_TEST(each_thread_changes_over_with_the_row_that_names_the_change)
{
    struct stage s;
    raise_stage(&s, (uint64_t)_i);
    start(&s);
    const struct road_weights *before = use(&s, ROADS_OF_VIEW, 0);
    for (uint64_t change = 1; change <= 5; change++) {
        close_road(&s);
        follow(&s);
        wait_ready(&s, change);
        ck_assert_ptr_eq(use(&s, ROADS_OF_VIEW, change - 1), before);
        const struct road_weights *now = use(&s, ROADS_OF_CORE, change);
        ck_assert_ptr_ne(now, before);
        same_times(&s, now);
        ck_assert_ptr_eq(use(&s, ROADS_OF_VIEW, change), now);
        before = now;
    }
    strike_stage(&s);
}
END_TEST

START_TEST(no_set_is_made_anew_while_a_thread_uses_it)
{
    struct stage s;
    raise_stage(&s, (uint64_t)_i);
    start(&s);
    close_road(&s);
    follow(&s);
    wait_ready(&s, 1);
    (void)use(&s, ROADS_OF_CORE, 1);
    close_road(&s);
    follow(&s); /* the view is behind: the first set is still its own */
    ck_assert_uint_eq(ready(&s), roads_stamp(1, SPEEDS_NONE));
    ck_assert_uint_eq(use(&s, ROADS_OF_VIEW, 0)->version, 0);
    (void)use(&s, ROADS_OF_VIEW, 1);
    follow(&s);
    wait_ready(&s, 2);
    same_times(&s, use(&s, ROADS_OF_CORE, 2));
    strike_stage(&s);
}
END_TEST

/* Speeds that were learned here, of two hours. */
static void learn_speeds(struct stage *s, struct driving *d, struct learned *l)
{
    struct fault f;
    driving_open(d, &s->road, 5);
    driving_go(d, 300, 8);
    driving_go(d, 300, 9);
    ck_assert_int_eq(learn_finish(&d->learn, l, &f), OK);
    memcpy(l->speeds.version, "0badcafe", 9);
    s->speeds = &l->speeds;
    s->now_us = 8 * US_PER_HOUR; /* a Thursday */
}

START_TEST(another_hour_has_other_speeds_and_notices_go_with_them)
{
    static struct driving d;
    struct stage s;
    struct learned l;
    struct roads_made made;
    raise_stage(&s, (uint64_t)_i);
    learn_speeds(&s, &d, &l);
    start(&s);
    ck_assert(roads_ready(s.live, s.world, &made)); /* the world names none yet */
    ck_assert_uint_eq(made.hour, 8);
    ck_assert(str_eq(made.speeds, STR("0badcafe")));
    const struct road_weights *eight = use(&s, ROADS_OF_CORE, 0);
    same_times(&s, eight);
    ck_assert_ptr_eq(eight->plain, eight);
    text_set(&s.world->road_speeds, made.speeds);
    s.world->road_hour = 8;
    ck_assert(!roads_ready(s.live, s.world, &made));
    (void)use(&s, ROADS_OF_VIEW, 0);

    s.now_us = 9 * US_PER_HOUR;
    follow(&s);
    wait_ready(&s, 0);
    const struct road_weights *nine = use(&s, ROADS_OF_CORE, 0);
    ck_assert_ptr_ne(nine, eight);
    same_times(&s, nine);
    ck_assert_ptr_eq(use(&s, ROADS_OF_VIEW, 0), nine);
    s.world->road_hour = 9;

    close_road(&s);
    follow(&s);
    wait_ready(&s, 1);
    const struct road_weights *closed = use(&s, ROADS_OF_CORE, 1);
    same_times(&s, closed);
    ck_assert_ptr_ne(closed->plain, closed);
    ck_assert_int_eq(memcmp(closed->plain->segment_ms, closed->usual_ms,
                            2 * s.road.network.piece_count * sizeof(uint32_t)),
                     0);
    learned_free(&l);
    driving_close(&d);
    strike_stage(&s);
}
END_TEST

START_TEST(a_notice_names_the_road_it_is_on_and_far_from_any_road_is_none)
{
    struct stage s;
    raise_stage(&s, (uint64_t)_i);
    struct text64 name = { 0 };
    const struct network *n = &s.road.network;
    const struct piece *piece = &n->piece[0];
    struct point on = n->shape[piece->first_point];
    struct point off = { on.lon_e7 + 100000000, on.lat_e7 };
    ck_assert(roads_met(&s.road, &on, 1, false, &name));
    ck_assert(!roads_met(&s.road, &off, 1, false, &name));
    strike_stage(&s);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { what_holds_when_the_server_starts_is_obeyed_at_once, 0, TRIALS(CASES) },
        { each_thread_changes_over_with_the_row_that_names_the_change, 0, TRIALS(CASES) },
        { no_set_is_made_anew_while_a_thread_uses_it, 0, TRIALS(CASES) },
        { another_hour_has_other_speeds_and_notices_go_with_them, 0, TRIALS(CASES) },
        { a_notice_names_the_road_it_is_on_and_far_from_any_road_is_none, 0, TRIALS(CASES) },
    };
    return SUITE_RUN("server/roads", rows);
}
