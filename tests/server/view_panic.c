/* Laws of what an officer's call for help shows, and to whom. */
#include "tests/server/view_stage.h"
#include "tests/suite.h"

static struct stage stage;

static void sign_on(uint32_t unit)
{
    struct command c = { .type = COMMAND_UNIT_SIGN_ON };
    c.as.unit_sign_on = (struct unit_sign_on){ .unit = { unit }, .crew = 2 };
    if (world_unit(&stage.bed.live->world, (unit_id){ unit })->on_duty) {
        return;
    }
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
}

static bool is_near(const struct unit_panicked *e, uint32_t unit)
{
    const struct unit_named *near = e->near.at;
    for (uint32_t k = 0; k < e->near.count; k++) {
        if (near[k].unit.n == unit) {
            return true;
        }
    }
    return false;
}

static bool is_told(enum audience audience, uint64_t zones, uint32_t unit, const char *kind)
{
    struct screen c;
    bool got = false;
    screen_init(&c, &stage, audience, zones, unit);
    for (uint32_t k = 0; k < stage.entry_count; k++) {
        got = got || (screen_gets(&c, &stage.entries[k].tags) &&
                      strstr(stage.entries[k].text, kind) != NULL);
    }
    screen_fini(&c);
    return got;
}

/* What a unit's terminal that begins now is told. */
static bool board_tells(uint32_t unit, const char *word)
{
    const struct viewer v = { .world = &stage.view->world,
                              .name = STR("live"),
                              .audience = AUDIENCE_UNIT,
                              .zones = UINT64_MAX,
                              .unit = { unit } };
    const struct board_live live = { .now = stage.bed.now, .topics = UINT16_MAX };
    struct buf b;
    buf_init(&b);
    board_snapshot(&b, &v, &live);
    buf_char(&b, '\0');
    bool told = strstr(b.at, word) != NULL;
    buf_fini(&b);
    return told;
}

/* Who was within the radius stands in the row: the frames are a function of it. */
START_TEST(an_officer_in_need_is_told_to_every_seat_and_to_the_units_near)
{
    struct command c = { .type = COMMAND_UNIT_PANIC };
    struct unit_panicked e = { .radius_m = 0 };
    uint32_t near = 0;
    uint32_t far = 0;
    bool silent = _i == 1;
    stage_init(&stage);
    for (uint32_t u = 1; u <= stage.bed.live->world.unit_count; u++) {
        sign_on(u);
    }
    c.as.unit_panic = (struct unit_panic){ .unit = { 1 }, .silent = silent };
    ck_assert_int_eq(stage_do(&stage, "u1", &c), REFUSED_NOT);
    for (uint32_t k = 0; k < stage.bed.decision->count; k++) {
        if (stage.bed.decision->events[k].kind == EVENT_UNIT_PANICKED) {
            e = stage.bed.decision->events[k].as.unit_panicked;
        }
    }
    ck_assert_uint_eq(e.radius_m, 3000);
    for (uint32_t u = 2; u <= stage.bed.live->world.unit_count; u++) {
        near = is_near(&e, u) ? u : near;
        far = is_near(&e, u) ? far : u;
    }
    ck_assert_uint_ne(near, 0);
    ck_assert_uint_ne(far, 0);
    ck_assert(is_told(AUDIENCE_OPERATIONS, WEST, 0, "unit.panicked"));
    ck_assert(is_told(AUDIENCE_OPERATIONS, EAST, 0, "unit.panicked"));
    ck_assert(is_told(AUDIENCE_OPERATIONS, EAST, 0, "\"kind\":\"unit_panic\""));
    ck_assert(is_told(AUDIENCE_UNIT, UINT64_MAX, near, "\"panic_callsign\""));
    ck_assert(!is_told(AUDIENCE_UNIT, UINT64_MAX, far, "incident.opened"));
    ck_assert_int_eq(is_told(AUDIENCE_UNIT, UINT64_MAX, 1, "incident.opened"), !silent);
    ck_assert_int_eq(is_told(AUDIENCE_UNIT, UINT64_MAX, 1, "panic"), !silent);
    ck_assert_int_eq(board_tells(1, "\"panic\""), !silent);
    c = (struct command){ .type = COMMAND_UNIT_PANIC_ANSWER };
    c.as.unit_panic_answer = (struct unit_panic_answer){ .unit = { 1 },
                                                         .reached = PANIC_REACH_SEEN,
                                                         .how = whim_words(PLANTED_WORDS) };
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
    ck_assert(is_told(AUDIENCE_UNIT, UINT64_MAX, near, "view.leave"));
    ck_assert(is_told(AUDIENCE_OPERATIONS, WEST, 0, "view.leave") !=
              is_told(AUDIENCE_OPERATIONS, EAST, 0, "view.leave"));
    stage_fini(&stage);
}
END_TEST

static incident_id open_at(int32_t lon)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    c.as.report_receive =
        (struct report_receive){ .type = text_str(&stage.bed.live->world.types[0].code),
                                 .place = whim_place(lon, 294300000) };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    return stage.bed.decision->incident;
}

/* What the answer to its own command tells a unit. */
static bool answer_tells(uint32_t unit, const char *word)
{
    const struct viewer v = { .world = &stage.bed.live->world,
                              .name = STR("live"),
                              .audience = AUDIENCE_UNIT,
                              .zones = UINT64_MAX,
                              .unit = { unit } };
    struct buf b;
    buf_init(&b);
    row_events(&b, &v, &stage.row);
    buf_char(&b, '\0');
    bool told = strstr(b.at, word) != NULL;
    buf_fini(&b);
    return told;
}

/* The caller's own work turns out to be the same happening: the dispatcher merges it. */
START_TEST(an_unheard_call_stays_unseen_where_its_callers_work_is_merged_into_it)
{
    struct command c = { .type = COMMAND_ASSIGNMENT_DISPATCH };
    unit_id units[] = { { 1 } };
    stage_init(&stage);
    sign_on(1);
    incident_id work = open_at(1226300000);
    c.as.assignment_dispatch.incident = work;
    c.as.assignment_dispatch.units = (struct list){ units, 1 };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    ck_assert(board_tells(1, "\"incidents\":[{"));
    c = (struct command){ .type = COMMAND_UNIT_PANIC };
    c.as.unit_panic = (struct unit_panic){ .unit = { 1 }, .silent = true };
    ck_assert_int_eq(stage_do(&stage, "u1", &c), REFUSED_NOT);
    ck_assert(!answer_tells(1, "panic"));
    incident_id need = world_unit(&stage.bed.live->world, (unit_id){ 1 })->panic_incident;
    c = (struct command){ .type = COMMAND_INCIDENT_MERGE };
    c.as.incident_merge =
        (struct incident_merge){ .incident = work, .into = need, .confirm = true };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    ck_assert(!is_told(AUDIENCE_UNIT, UINT64_MAX, 1, "panic"));
    ck_assert(board_tells(1, "\"incidents\":[]"));
    stage_fini(&stage);
}
END_TEST

/* Reduces the last row to its terminal's picture, which a terminal that begins now would show. */
static void show_row(struct screen *c, const char *when)
{
    struct screen fresh;
    screen_row(c, &stage);
    screen_init(&fresh, &stage, AUDIENCE_UNIT, UINT64_MAX, c->viewer.unit.n);
    screen_load(&fresh, &stage);
    screens_agree(c, &fresh, when);
    screen_fini(&fresh);
}

/* Somebody sends the caller to its own call, and goes on working at it: whoever holds the officer's
 * terminal is told nothing, not even that something is gone. Once the officer is reached, the
 * incident comes whole, with the order. */
START_TEST(an_unheard_call_to_which_its_caller_was_sent_is_unseen_and_then_comes_whole)
{
    struct command c = { .type = COMMAND_UNIT_PANIC };
    struct screen own;
    unit_id units[] = { { 1 } };
    stage_init(&stage);
    sign_on(1);
    screen_init(&own, &stage, AUDIENCE_UNIT, UINT64_MAX, 1);
    screen_load(&own, &stage);
    c.as.unit_panic = (struct unit_panic){ .unit = { 1 }, .silent = true };
    ck_assert_int_eq(stage_do(&stage, "u1", &c), REFUSED_NOT);
    incident_id need = world_unit(&stage.bed.live->world, (unit_id){ 1 })->panic_incident;
    show_row(&own, "called");
    c = (struct command){ .type = COMMAND_ASSIGNMENT_DISPATCH };
    c.as.assignment_dispatch.incident = need;
    c.as.assignment_dispatch.units = (struct list){ units, 1 };
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
    ck_assert(!is_told(AUDIENCE_UNIT, UINT64_MAX, 1, "incident"));
    show_row(&own, "sent");
    c = (struct command){ .type = COMMAND_INCIDENT_NOTE };
    c.as.incident_note =
        (struct incident_note){ .incident = need, .note = whim_words(PLANTED_WORDS) };
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
    ck_assert(!is_told(AUDIENCE_UNIT, UINT64_MAX, 1, "incident"));
    show_row(&own, "noted");
    c = (struct command){ .type = COMMAND_UNIT_PANIC_ANSWER };
    c.as.unit_panic_answer = (struct unit_panic_answer){ .unit = { 1 },
                                                         .reached = PANIC_REACH_SEEN,
                                                         .how = whim_words(PLANTED_WORDS) };
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
    ck_assert(is_told(AUDIENCE_UNIT, UINT64_MAX, 1, "\"assignments\":[{"));
    show_row(&own, "reached");
    screen_fini(&own);
    stage_fini(&stage);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { an_officer_in_need_is_told_to_every_seat_and_to_the_units_near, 0, 2 },
        { an_unheard_call_stays_unseen_where_its_callers_work_is_merged_into_it, 0, 0 },
        { an_unheard_call_to_which_its_caller_was_sent_is_unseen_and_then_comes_whole, 0, 0 },
    };
    return SUITE_RUN("server/view_panic", rows);
}
