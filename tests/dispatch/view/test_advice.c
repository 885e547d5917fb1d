/* The live list of units is what the core would decide: both see a unit by the same rules. */
#include "base/prng.h"
#include "dispatch/core/advise.h"
#include "dispatch/view/lists.h"
#include "routing/line.h"
#include "tests/suite.h"
#include "tools/sim/engine.h"
#include "tools/sim/town.h"

#include <stdio.h>

#define START_US INT64_C(1798934400000000)

static struct town town;
static struct engine *engine;
static unsigned number;

static const char *by_line(void *arg)
{
    (void)arg;
    return "line/1";
}

static void act(const char *who, struct command *c)
{
    char id[32];

    (void)snprintf(id, sizeof(id), "t-%u", ++number);
    c->principal = str_of(who);
    c->id = str_of(id);
    ck_assert_msg(engine_do(engine, c), "%s", refusal_infos[engine_decision(engine)->refusal].code);
}

static void set_up(void)
{
    struct engine_opts o = {
        .world = STR("t"), .limits = engine_limits(), .seed = 1, .start_us = START_US
    };
    struct command city = { .type = COMMAND_CITY_LOAD };
    struct command plan = { .type = COMMAND_PLAN_ACTIVATE };
    const char *top = getenv("TOP_SRCDIR");
    char path[512];
    struct fault f;

    (void)snprintf(path, sizeof(path), "%s/seeds/small-city", top != NULL ? top : ".");
    ck_assert_int_eq(town_load(&town, path, STR("t"), &f), OK);
    engine = engine_new(&o);
    ck_assert_ptr_nonnull(engine);
    engine_begin(engine);
    city.as.city_load.city = town.city;
    plan.as.plan_activate.plan = town.plan;
    act("admin", &city);
    act("admin", &plan);
    struct command ann = { .type = COMMAND_USER_CREATE };

    ann.as.user_create = (struct user_create){ .username = STR("ann"), .role = ROLE_OPERATOR };
    act("admin", &ann);
    for (uint32_t k = 0; k < 6; k++) {
        struct command on = { .type = COMMAND_UNIT_SIGN_ON };

        on.as.unit_sign_on.unit = (unit_id){ k + 1 };
        act("ann", &on);
    }
}

static void tear_down(void)
{
    engine_free(engine);
    town_free(&town);
}

/* What coverage says to the view: the same as was said to the engine. */
static uint32_t calls_said, stake_said[16];

static bool said_calls(void *arg, uint32_t tiers, uint32_t *out)
{
    (void)arg;
    *out = 0;
    for (uint32_t tier = 1; tier <= 4; tier++) {
        *out += (tiers >> tier & 1) != 0 ? calls_said : 0;
    }
    return calls_said != 0;
}

static uint32_t said_stake(void *arg, uint32_t unit)
{
    (void)arg;
    return unit < 16 ? stake_said[unit] : 0;
}

/* The answer to a read of an incident's recommendation now. */
static void read_of(uint32_t incident, struct buf *out)
{
    static const struct user desk = { .role = ROLE_COMMANDER, .all_zones = true };
    const struct ports ports = {
        .travel_ms = line_travel_ms, .engine = by_line, .calls = said_calls, .stake = said_stake
    };
    struct arena arena;
    struct fault f = { 0 };
    struct reading r = { .viewer = viewer_of(engine_world(engine), STR("t"), &desk),
                         .live = { .now = START_US },
                         .number = incident,
                         .arena = &arena,
                         .out = out };

    arena_init(&arena, 1u << 24);
    buf_init(out);
    ck_assert_msg(read_recommendation(&r, &ports, &f) == OK, "%s", f.primary);
    buf_char(out, '\0');
    arena_fini(&arena);
}

/* The reason beside the unit in the list of all. */
static void reason_of(const struct buf *b, uint32_t unit, char *out, size_t size)
{
    char key[64];

    (void)snprintf(key, sizeof(key), "{\"unit\":\"t-u%u\",\"reason\":\"", unit);
    const char *list = strstr(b->at, "\"units\":[");
    const char *at = list != NULL ? strstr(list, key) : NULL;

    ck_assert_msg(at != NULL, "unit %u is not in %s", unit, b->at);
    (void)snprintf(out, size, "%.*s", (int)strcspn(at + strlen(key), "\""), at + strlen(key));
}

START_TEST(an_officer_in_need_is_not_shown_as_who_would_go)
{
    struct command panic = { .type = COMMAND_UNIT_PANIC };
    struct buf b;
    char reason[32];

    set_up();
    panic.as.unit_panic = (struct unit_panic){ .unit = { 3 }, .by = BY_RADIO };
    act("ann", &panic);
    const struct incident *i = &engine_world(engine)->incidents[0];

    ck_assert_uint_eq(i->panic_unit.n, 3);
    read_of(i->id.n, &b);
    reason_of(&b, 3, reason, sizeof(reason));
    ck_assert_str_eq(reason, "already_here");
    buf_fini(&b);
    tear_down();
}
END_TEST

/* Anybody of patrol, and one who is armed: the plan names the plain one first. */
static struct plan plan_of_two(void)
{
    static struct plan_need needs[] = {
        { .police_type = POLICE_TYPE_PATROL, .count = 1 },
        { .police_type = POLICE_TYPE_PATROL, .capability = { "armed", 5 }, .count = 1 },
    };
    static struct plan_rule rule = { .id = { "all", 3 },
                                     .name_zh = { "all", 3 },
                                     .name_en = { "all", 3 },
                                     .source = { "test", 4 },
                                     .when = { .always = true },
                                     .tier = 2,
                                     .needs = { needs, 2 } };
    struct plan plan = town.plan;

    plan.id = STR("two");
    plan.rules = (struct list){ &rule, 1 };
    return plan;
}

/* The unit chosen for the slot of plain patrol, or of who is armed. */
static uint32_t chosen_of(bool armed)
{
    const struct decision *d = engine_decision(engine);

    for (uint32_t k = 0; k < d->count; k++) {
        const struct incident_recommended *r = &d->events[k].as.incident_recommended;
        const struct slot_advice *slots = r->slots.at;

        for (uint32_t n = 0; d->events[k].kind == EVENT_INCIDENT_RECOMMENDED && n < r->slots.count;
             n++) {
            if ((slots[n].capability.len > 0) == armed) {
                return slots[n].chosen.n;
            }
        }
    }
    ck_abort_msg("nothing was recommended");
    return 0;
}

START_TEST(two_slots_of_an_incident_do_not_take_each_others_only_unit)
{
    struct command activate = { .type = COMMAND_PLAN_ACTIVATE };
    struct command call = { .type = COMMAND_REPORT_RECEIVE };
    uint32_t armed = 0;

    set_up();
    activate.as.plan_activate.plan = plan_of_two();
    act("admin", &activate);
    struct world *w = engine_world(engine);
    uint64_t bit = world_capability(w, STR("armed"));

    ck_assert_uint_ne(bit, 0);
    for (uint32_t k = 0; k < 6; k++) { /* of those on duty one is armed, and nearest */
        ck_assert_uint_eq(w->units[k].police_type, POLICE_TYPE_PATROL);
        w->units[k].capabilities &= ~bit;
    }
    armed = 4;
    w->units[armed - 1].capabilities |= bit;
    call.as.report_receive = (struct report_receive){ .channel = CHANNEL_110 };
    call.as.report_receive.place = (struct place_in){ .state = PLACE_KNOWN,
                                                      .has_point = true,
                                                      .lon = w->units[armed - 1].home_lon_e7,
                                                      .lat = w->units[armed - 1].home_lat_e7 };
    act("ann", &call);
    ck_assert_uint_eq(chosen_of(true), armed);
    ck_assert_uint_ne(chosen_of(false), armed);
    ck_assert_uint_ne(chosen_of(false), 0);
    tear_down();
}
END_TEST

/* An incident of that type at that place; its number. */
static uint32_t opened(struct str type, struct point at)
{
    struct command call = { .type = COMMAND_REPORT_RECEIVE };

    call.as.report_receive = (struct report_receive){ .channel = CHANNEL_110, .type = type };
    call.as.report_receive.place = (struct place_in){
        .state = PLACE_KNOWN, .has_point = true, .lon = at.lon_e7, .lat = at.lat_e7
    };
    act("ann", &call);
    return engine_world(engine)->next_incident - 1;
}

/* What stands of the unit beside any slot of the newest recommendation; NULL: nothing. */
static const struct considered *stored_of(uint32_t unit)
{
    const struct decision *d = engine_decision(engine);

    for (uint32_t k = 0; k < d->count; k++) {
        const struct incident_recommended *r = &d->events[k].as.incident_recommended;
        const struct slot_advice *slots = r->slots.at;

        for (uint32_t n = 0; d->events[k].kind == EVENT_INCIDENT_RECOMMENDED && n < r->slots.count;
             n++) {
            const struct considered_unit *c = slots[n].considered.at;

            for (uint32_t m = 0; m < slots[n].considered.count; m++) {
                if (c[m].unit.n == unit) {
                    return &c[m].as;
                }
            }
        }
    }
    return NULL;
}

static struct point home_of(uint32_t unit)
{
    const struct unit *u = &engine_world(engine)->units[unit - 1];

    return (struct point){ u->home_lon_e7, u->home_lat_e7 };
}

static struct point somewhere(struct prng *p)
{
    return (struct point){ (int32_t)(1226100000 + prng_below(p, 1000000)),
                           (int32_t)(294100000 + prng_below(p, 600000)) };
}

/* The travel time of the `rank`th nearest of units 2 to 6 to a place. */
static uint32_t nearest(struct point to, uint32_t rank)
{
    uint32_t ms[5];

    for (uint32_t k = 0; k < 5; k++) {
        uint32_t at = k;
        uint32_t one = line_travel_ms(NULL, home_of(k + 2), to);

        for (; at > 0 && ms[at - 1] > one; at--) {
            ms[at] = ms[at - 1];
        }
        ms[at] = one;
    }
    return rank > 5 ? UINT32_MAX : ms[rank - 1];
}

/* Unit 1 is sent to less, then something grave happens: whether it is offered, and then with what
 * the other one would wait for the next free unit. */
static uint32_t divert_once(struct prng *p)
{
    struct world *w = engine_world(engine);
    struct point less_at = somewhere(p);
    struct point grave_at = somewhere(p);
    uint32_t less = opened(STR("20.04.02.00"), less_at);
    struct unit_ref one = { .unit = { 1 } };
    struct command send = { .type = COMMAND_ASSIGNMENT_DISPATCH };

    send.as.assignment_dispatch =
        (struct assignment_dispatch){ .incident = { less }, .units = { &one, 1 } };
    act("ann", &send);
    uint32_t grave = opened(STR("10.02.00.00"), grave_at);
    uint32_t slots = world_incident(w, (incident_id){ grave })->requirement_count;
    uint32_t own = line_travel_ms(NULL, home_of(1), grave_at);
    const struct considered *c = stored_of(1);

    ck_assert_uint_le(world_incident(w, (incident_id){ grave })->tier, 2);
    ck_assert_ptr_nonnull(c);
    if (c->reason != PASS_DIVERTIBLE) {
        ck_assert_uint_le(nearest(grave_at, slots), own); /* free ones are as near */
        return 0;
    }
    uint32_t own_less = line_travel_ms(NULL, home_of(1), less_at);
    uint32_t next = nearest(less_at, slots);
    uint32_t later = next > own_less ? next - own_less : 0;

    ck_assert_uint_gt(nearest(grave_at, slots), own);
    ck_assert_uint_eq(c->leaves, less);
    ck_assert_uint_eq(c->leaves_ms, later < 1800000 ? later : 1800000);
    return 1;
}

START_TEST(what_a_diverted_unit_leaves_waits_for_the_next_free_one)
{
    struct prng p;
    uint32_t offered = 0;

    prng_seed(&p, 21);
    for (uint32_t round = 0; round < 40; round++) {
        set_up();
        uint64_t armed = world_capability(engine_world(engine), STR("armed"));

        for (uint32_t k = 0; k < 6; k++) {
            engine_world(engine)->units[k].capabilities = armed;
        }
        offered += divert_once(&p);
        tear_down();
    }
    ck_assert_uint_gt(offered, 4);
    ck_assert_uint_lt(offered, 40);
}
END_TEST

/* The part of a unit's row in the list of all that stands behind `key`. */
static uint64_t figure_of(const struct buf *b, uint32_t unit, const char *key)
{
    char name[64];

    (void)snprintf(name, sizeof(name), "{\"unit\":\"t-u%u\",\"reason\":\"", unit);
    const char *row = strstr(strstr(b->at, "\"units\":["), name);
    const char *end = row != NULL ? strstr(row, "\"callsign\"") : NULL;
    const char *at = row != NULL ? strstr(row, key) : NULL;

    ck_assert_ptr_nonnull(row);
    return at != NULL && at < end ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* Who would go now is who was recommended in the same moment, at the same price: parts, sum and the
 * least change. */
START_TEST(the_list_of_now_has_the_price_of_the_choice)
{
    struct prng p;
    uint32_t weighed = 0;

    prng_seed(&p, 84);
    for (uint32_t round = 0; round < 20; round++) {
        struct buf b;

        set_up();
        calls_said = (uint32_t)prng_below(&p, 2000);
        engine_cover(engine, calls_said);
        for (uint32_t k = 1; k <= 6; k++) {
            stake_said[k] = (uint32_t)prng_below(&p, 1u << 18);
            engine_stake(engine, k, stake_said[k]);
        }
        uint32_t i = opened(STR("20.04.02.00"), somewhere(&p));

        read_of(i, &b);
        for (uint32_t k = 1; k <= 6; k++) {
            const struct considered *c = stored_of(k);

            ck_assert_ptr_nonnull(c);
            ck_assert_uint_eq(figure_of(&b, k, "\"score_ms\":"), c->score_ms);
            ck_assert_uint_eq(figure_of(&b, k, "\"cover_ms\":"), c->score_cover_ms);
            ck_assert_uint_eq(figure_of(&b, k, "\"late_ms\":"), c->score_late_ms);
            ck_assert_uint_eq(figure_of(&b, k, "\"flip_ms\":"), c->flip_ms);
            weighed += c->score_cover_ms > 0 ? 1 : 0;
        }
        buf_fini(&b);
        tear_down();
    }
    ck_assert_uint_gt(weighed, 60);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { an_officer_in_need_is_not_shown_as_who_would_go, 0, 0 },
        { two_slots_of_an_incident_do_not_take_each_others_only_unit, 0, 0 },
        { the_list_of_now_has_the_price_of_the_choice, 0, 0 },
        { what_a_diverted_unit_leaves_waits_for_the_next_free_one, 0, 0 },
    };

    return SUITE_RUN("dispatch/view/advice", rows);
}
