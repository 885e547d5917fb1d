/* Recommendations are the same to the byte, whether travel times are asked for all units at once or
 * one by one: what the core stores, and the list of every unit that screens read. */
#include "base/prng.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/core/advise.h"
#include "dispatch/view/lists.h"
#include "routing/travel.h"
#include "tests/city/extracts.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"
#include "tools/sim/engine.h"
#include "tools/sim/town.h"

#include <stdio.h>

#define START_US INT64_C(1798934400000000)
#define TOWNS 12
#define ROUNDS 8
#define LIMITS_MAX 4
#define UNITS_MAX 64
#define ANSWER_SIZE (1u << 20)

struct stage {
    struct town town;
    struct engine *engine;
    unsigned number; /* of commands */
    struct road road;
    struct road_weights live;
    struct travel travel;
    struct prng random;
    struct point points[LIMITS_MAX][STREETS_CORNERS];
    struct fix fix[UNITS_MAX + 1];
    bool has_fix[UNITS_MAX + 1];
    uint32_t asked_at_once;
    uint32_t recommended, reachable, divertible;
};

/* ---- ports ---- */

static uint32_t one_travel(void *arg, struct point from, struct point to)
{
    return travel_ms(&((struct stage *)arg)->travel, from, to);
}

static void all_travel(void *arg, const struct point *from, uint32_t from_count,
                       const struct point *to, uint32_t to_count, uint32_t *ms)
{
    struct stage *s = arg;

    travel_table(&s->travel, from, from_count, to, to_count, ms);
    s->asked_at_once += from_count > 1 ? 1 : 0;
}

static const char *engine_name(void *arg)
{
    return travel_engine(&((struct stage *)arg)->travel);
}

static uint32_t detour(void *arg, struct point from, struct point to, uint32_t *notice)
{
    return travel_detour_ms(&((struct stage *)arg)->travel, from, to, notice);
}

static bool fix_of(void *arg, uint32_t unit, struct fix *out)
{
    const struct stage *s = arg;

    *out = s->fix[unit];
    return s->has_fix[unit];
}

static struct ports ports_of(struct stage *s, bool at_once)
{
    return (struct ports){ .arg = s,
                           .travel_ms = one_travel,
                           .travel_table = at_once ? all_travel : NULL,
                           .engine = engine_name,
                           .detour_ms = detour,
                           .fix = fix_of };
}

/* ---- the world ---- */

static void act(struct stage *s, const char *who, struct command *c)
{
    char id[32];

    (void)snprintf(id, sizeof(id), "t-%u", ++s->number);
    c->principal = str_of(who);
    c->id = str_of(id);
    ck_assert_msg(engine_do(s->engine, c), "%s",
                  refusal_infos[engine_decision(s->engine)->refusal].code);
}

static uint32_t opened(struct stage *s, struct str type, struct point at)
{
    struct command call = { .type = COMMAND_REPORT_RECEIVE };

    call.as.report_receive = (struct report_receive){ .channel = CHANNEL_110, .type = type };
    call.as.report_receive.place = (struct place_in){
        .state = PLACE_KNOWN, .has_point = true, .lon = at.lon_e7, .lat = at.lat_e7
    };
    act(s, "ann", &call);
    return engine_world(s->engine)->next_incident - 1;
}

static void begin_world(struct stage *s)
{
    struct engine_opts o = {
        .world = STR("t"), .limits = engine_limits(), .seed = 1, .start_us = START_US
    };
    struct command city = { .type = COMMAND_CITY_LOAD };
    struct command plan = { .type = COMMAND_PLAN_ACTIVATE };
    struct command ann = { .type = COMMAND_USER_CREATE };
    const char *top = getenv("TOP_SRCDIR");
    char path[512];
    struct fault f;

    (void)snprintf(path, sizeof(path), "%s/seeds/small-city", top != NULL ? top : ".");
    ck_assert_int_eq(town_load(&s->town, path, STR("t"), &f), OK);
    s->engine = engine_new(&o);
    ck_assert_ptr_nonnull(s->engine);
    engine_begin(s->engine);
    city.as.city_load.city = s->town.city;
    plan.as.plan_activate.plan = s->town.plan;
    ann.as.user_create = (struct user_create){ .username = STR("ann"), .role = ROLE_OPERATOR };
    act(s, "admin", &city);
    act(s, "admin", &plan);
    act(s, "admin", &ann);
    ck_assert_uint_le(engine_world(s->engine)->unit_count, UNITS_MAX);
    for (uint32_t k = 1; k < engine_world(s->engine)->unit_count; k++) { /* all but one */
        struct command on = { .type = COMMAND_UNIT_SIGN_ON };

        on.as.unit_sign_on.unit = (unit_id){ k + 1 };
        act(s, "ann", &on);
    }
}

/* Something small to which some are on their way, and something grave. */
static void open_incidents(struct stage *s)
{
    const struct point at = { 1226150000, 294150000 };
    struct unit_ref units[3] = { { .unit = { 2 } }, { .unit = { 3 } }, { .unit = { 4 } } };

    for (uint32_t k = 0; k < 3; k++) {
        struct command send = { .type = COMMAND_ASSIGNMENT_DISPATCH };
        uint32_t less = opened(s, STR("20.04.02.00"), at);

        send.as.assignment_dispatch =
            (struct assignment_dispatch){ .incident = { less }, .units = { &units[k], 1 } };
        act(s, "ann", &send);
        (void)opened(s, STR("10.02.00.00"), at);
    }
}

static struct stage *raise_stage(uint64_t seed)
{
    struct stage *s = calloc(1, sizeof(*s));

    ck_assert_ptr_nonnull(s);
    prng_seed(&s->random, seed ^ 0xa70ce);
    begin_world(s);
    open_incidents(s);
    return s;
}

static void use_roads(struct stage *s)
{
    struct fault f;

    ck_assert_int_eq(weights_init(&s->live, &s->road, &f), OK);
    ck_assert_int_eq(travel_init(&s->travel, &s->road, &f), OK);
}

static void strike_stage(struct stage *s)
{
    travel_fini(&s->travel);
    weights_free(&s->live);
    road_close(&s->road);
    engine_free(s->engine);
    town_free(&s->town);
    free(s);
}

/* The world is laid onto the roads: incidents, posts and fixes somewhere on them. */
static void scatter(struct stage *s)
{
    struct world *w = engine_world(s->engine);

    for (uint32_t n = 1; n < w->next_incident; n++) {
        struct incident *i = world_incident(w, (incident_id){ n });
        struct point at = streets_place(&s->road, &s->random);

        i->place.lon_e7 = at.lon_e7;
        i->place.lat_e7 = at.lat_e7;
    }
    for (uint32_t u = 1; u <= w->unit_count; u++) {
        struct point home = streets_place(&s->road, &s->random);

        w->units[u - 1].home_lon_e7 = home.lon_e7;
        w->units[u - 1].home_lat_e7 = home.lat_e7;
        s->has_fix[u] = prng_below(&s->random, 5) > 0;
        s->fix[u] = (struct fix){
            .at = streets_place(&s->road, &s->random),
            .fix_at = START_US - (int64_t)prng_below(&s->random, 300) * US_PER_S,
        };
    }
}

static void change_roads(struct stage *s, uint32_t version)
{
    struct road_limit limits[LIMITS_MAX];
    uint32_t count = (uint32_t)prng_below(&s->random, LIMITS_MAX + 1);

    for (uint32_t i = 0; i < count; i++) {
        limits[i] = streets_limit(&s->road, &s->random, i + 1, s->points[i]);
    }
    weights_make(&s->live, version, limits, count);
    travel_use(&s->travel, &s->live);
}

/* ---- both ways ---- */

/* The list of every unit beside the incident's slots. */
static void read_list(struct stage *s, bool at_once, uint32_t incident, struct buf *out)
{
    static const struct user desk = { .role = ROLE_COMMANDER, .all_zones = true };
    const struct ports ports = ports_of(s, at_once);
    struct arena arena;
    struct fault f = { 0 };
    struct reading r = { .viewer = viewer_of(engine_world(s->engine), STR("t"), &desk),
                         .live = { .fix = fix_of, .arg = s, .now = START_US },
                         .number = incident,
                         .arena = &arena,
                         .out = out };

    arena_init(&arena, 1u << 26);
    buf_reset(out);
    ck_assert_msg(read_recommendation(&r, &ports, &f) == OK, "%s", f.primary);
    ck_assert(buf_ok(out));
    arena_fini(&arena);
}

/* What the core would store of it now. */
static void advise(struct stage *s, bool at_once, uint32_t incident, struct buf *out)
{
    static struct decision d;
    const struct json_out opt = { .world = STR("t"), .privacy_max = TACTICAL };
    const struct ports ports = ports_of(s, at_once);
    struct world *w = engine_world(s->engine);
    struct arena arena;
    struct turn t = { .world = w, .ports = &ports, .arena = &arena, .at = START_US, .out = &d };

    arena_init(&arena, 1u << 26);
    d = (struct decision){ .refusal = REFUSED_NOT };
    advise_incident(&t, world_incident(w, (incident_id){ incident }));
    buf_reset(out);
    for (uint32_t k = 0; k < d.count; k++) {
        const struct incident_recommended *r = &d.events[k].as.incident_recommended;
        const struct slot_advice *slots = r->slots.at;

        ck_assert_int_eq(d.events[k].kind, EVENT_INCIDENT_RECOMMENDED);
        json_out_struct(out, &incident_recommended_shape, r, &opt);
        s->recommended++;
        for (uint32_t n = 0; n < r->slots.count; n++) {
            const struct considered_unit *c = slots[n].considered.at;

            s->reachable += slots[n].chosen.n != 0 ? 1 : 0;
            for (uint32_t m = 0; m < slots[n].considered.count; m++) {
                s->divertible += c[m].as.reason == PASS_DIVERTIBLE ? 1 : 0;
            }
        }
    }
    ck_assert(buf_ok(out));
    arena_fini(&arena);
}

static void same_bytes(const struct buf *a, const struct buf *b)
{
    struct str x = buf_view(a);
    struct str y = buf_view(b);

    ck_assert_msg(str_eq(x, y), "one by one\n%.*s\nat once\n%.*s", (int)x.len, x.at, (int)y.len,
                  y.at);
}

static void compare(struct stage *s)
{
    const struct world *w = engine_world(s->engine);
    struct buf one;
    struct buf other;

    buf_init(&one);
    buf_init(&other);
    for (uint32_t incident = 1; incident < w->next_incident; incident++) {
        bool first = prng_below(&s->random, 2) == 0; /* neither way leans on the other */

        advise(s, first, incident, first ? &other : &one);
        advise(s, !first, incident, first ? &one : &other);
        same_bytes(&one, &other);
        read_list(s, first, incident, first ? &other : &one);
        read_list(s, !first, incident, first ? &one : &other);
        same_bytes(&one, &other);
    }
    buf_fini(&one);
    buf_fini(&other);
}

static void go(struct stage *s, uint32_t rounds)
{
    for (uint32_t round = 1; round <= rounds; round++) {
        scatter(s);
        if (round % 2 == 0) {
            change_roads(s, round);
        }
        compare(s);
    }
    ck_assert_uint_gt(s->asked_at_once, 6 * rounds);
    ck_assert_uint_gt(s->recommended, 0);
    ck_assert_uint_gt(s->reachable, 0);
}

START_TEST(in_random_towns_both_ways_give_the_same_bytes)
{
    struct stage *s = raise_stage((uint64_t)_i);

    streets_open(&s->road, (uint64_t)_i);
    use_roads(s);
    go(s, ROUNDS);
    strike_stage(s);
}
END_TEST

/* The towns above meet units that could be turned round, in their sum. */
START_TEST(some_who_could_be_turned_round_are_among_them)
{
    uint32_t divertible = 0;

    for (uint64_t seed = 50; seed < 54; seed++) {
        struct stage *s = raise_stage(seed);

        streets_open(&s->road, seed);
        use_roads(s);
        go(s, ROUNDS);
        divertible += s->divertible;
        strike_stage(s);
    }
    ck_assert_uint_gt(divertible, 0);
}
END_TEST

START_TEST(in_real_cities_both_ways_give_the_same_bytes)
{
    struct stage *s = raise_stage((uint64_t)_i);

    extracts_open(_i == 0 ? EXTRACT_PORTO : EXTRACT_SAN_FRANCISCO, &s->road);
    use_roads(s);
    go(s, 4);
    strike_stage(s);
}
END_TEST

int main(void)
{
    const struct suite_row always[] = {
        { in_random_towns_both_ways_give_the_same_bytes, 0, TRIALS(TOWNS) },
        { some_who_could_be_turned_round_are_among_them, 0, 0 },
    };
    const struct suite_row real[] = {
        { in_real_cities_both_ways_give_the_same_bytes, 0, 2 },
    };
    int code = SUITE_RUN("city/at_once", always);

    if (!extracts_there()) {
        (void)puts("skipped: there are no real extracts");
        return code;
    }
    int real_code = SUITE_RUN("city/at_once, real extracts", real);

    return code == EXIT_SUCCESS ? real_code : code;
}
