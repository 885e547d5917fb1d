/* Laws of what the floor reads about itself: who may take a seat, the note with a hand-over, the
 * reasons of takes and shelves. View and auth threads as on a server. */
#include "tests/server/view_house.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <stdio.h>

#define NOTE "植夜里有雨"
#define WHY_TAKEN "植值班人腹痛"
#define WHY_SHELVED "植已电话说过"
#define WHY_PASSED "植路段归二席"

static void does(const char *who, struct command c)
{
    ck_assert_int_eq(stage_do(&stage, who, &c), REFUSED_NOT);
}

static void create_user(const char *name, uint8_t role)
{
    struct command c = { .type = COMMAND_USER_CREATE };
    c.as.user_create = (struct user_create){ .username = str_of(name), .role = role };
    does("admin", c);
}

/* The commander's seat 1 and two of operators; users beside those of the stage. */
static void open_floor(void)
{
    static struct city_seat seats[3];
    struct command c = { .type = COMMAND_CITY_LOAD };
    seats[0] = (struct city_seat){ .code = STR("00"), .name_zh = STR("指挥席"), .commander = true };
    seats[1] = (struct city_seat){ .code = STR("01"), .name_zh = STR("一号席") };
    seats[2] = (struct city_seat){ .code = STR("02"), .name_zh = STR("二号席") };
    house_open();
    c.as.city_load.city = (struct city){ .name = STR("澜浦"), .seats = { seats, 3 } };
    does("admin", c);
    create_user("bai", ROLE_OPERATOR);
    create_user("an", ROLE_OPERATOR);
    create_user("chen", ROLE_AUDITOR);
    create_user("desk", ROLE_STATION_DESK);
}

static void take(const char *who, uint32_t seat, const char *reason)
{
    struct command c = { .type = COMMAND_SEAT_TAKE };
    c.as.seat_take.seat = (seat_id){ seat };
    if (reason != NULL) {
        c.as.seat_take.reason = whim_words(reason);
    }
    does(who, c);
}

static void hand_over(const char *who, uint32_t seat, const char *to, const char *note)
{
    struct command c = { .type = COMMAND_SEAT_HAND_OVER };
    c.as.seat_hand_over.seat = (seat_id){ seat };
    c.as.seat_hand_over.to = str_of(to);
    c.as.seat_hand_over.note = whim_words(note);
    does(who, c);
}

static bool body_has(const char *text)
{
    return strstr(house.body.at, text) != NULL;
}

/* Both steps, as a gateway joins them. */
static enum err read_fields(enum door_read what, uint32_t n, const char *who, const char *query)
{
    char copy[4096];
    enum err err = do_read(what, n, who, query);
    if (err != OK) {
        return err;
    }
    (void)snprintf(copy, sizeof(copy), "%s", house.body.at);
    char *line = strchr(copy, '\n');
    *line++ = '\0';
    return do_auth(AUTH_PROTECTED, n, str_of(who), str_of(copy), str_of(line));
}

START_TEST(people_are_those_who_may_take_a_seat_and_no_more_is_told_of_them)
{
    open_floor();
    take("bai", 2, NULL);
    ck_assert_int_eq(do_read(READ_PEOPLE, 0, "operator", ""), OK);
    ck_assert_msg(strstr(house.body.at,
                         ",\"people\":["
                         "{\"name\":\"an\",\"role\":\"operator\",\"signed_in\":false},"
                         "{\"name\":\"bai\",\"role\":\"operator\",\"signed_in\":false,"
                         "\"seat\":\"live-s2\"},"
                         "{\"name\":\"commander\",") != NULL,
                  "%s", house.body.at);
    ck_assert(body_has("\"name\":\"desk\"") && body_has("\"name\":\"operator\""));
    ck_assert(!body_has("chen") && !body_has("\"u1\"") && !body_has("admin"));
    ck_assert_int_eq(do_read(READ_PEOPLE, 0, "commander", "seat=live-s1"), OK);
    ck_assert_msg(body_has("\"commander\"") && !body_has("\"operator\"}"), "%s", house.body.at);
    ck_assert_msg(!body_has("\"name\":\"bai\""), "%s", house.body.at);
    ck_assert_int_eq(do_read(READ_PEOPLE, 0, "operator", "limit=1\ncursor=an"), OK);
    ck_assert_msg(body_has("\"bai\"") && !body_has("\"an\"") && body_has("\"cursor\":\"bai\""),
                  "%s", house.body.at);
    struct command c = { .type = COMMAND_USER_DISABLE };
    c.as.user_disable.username = STR("an");
    does("admin", c);
    c = (struct command){ .type = COMMAND_USER_PRESENCE };
    c.as.user_presence = (struct user_presence){ .username = STR("bai"), .present = true };
    does("system", c);
    ck_assert_int_eq(do_read(READ_PEOPLE, 0, "operator", "limit=1"), OK);
    ck_assert_msg(body_has("\"bai\",\"role\":\"operator\",\"signed_in\":true"), "%s",
                  house.body.at);
    house_close();
}
END_TEST

/* Two desks of one station, one of another, as their city has them. */
static void open_stations(void)
{
    static struct city_zone zones[2];
    static struct str codes[2] = { STR("QA"), STR("QB") };
    const char *const names[] = { "desk_a", "desk_a2", "desk_b" };
    struct command c = { .type = COMMAND_CITY_LOAD };
    for (uint32_t k = 0; k < 2; k++) {
        zones[k] =
            (struct city_zone){ .code = codes[k], .name_zh = codes[k], .kind = ZONE_STATION };
    }
    c.as.city_load.city = (struct city){ .name = STR("澜浦"), .zones = { zones, 2 } };
    does("admin", c);
    for (uint32_t k = 0; k < 3; k++) {
        c = (struct command){ .type = COMMAND_USER_CREATE };
        c.as.user_create = (struct user_create){ .username = str_of(names[k]),
                                                 .role = ROLE_STATION_DESK,
                                                 .zones = { &codes[k / 2], 1 } };
        does("admin", c);
    }
}

START_TEST(a_station_desk_is_told_of_people_of_its_own_zones_only)
{
    open_floor();
    open_stations();
    ck_assert_int_eq(do_read(READ_PEOPLE, 0, "desk_a", ""), OK);
    ck_assert_msg(body_has("\"desk_a\"") && body_has("\"desk_a2\""), "%s", house.body.at);
    ck_assert_msg(!body_has("desk_b") && !body_has("\"bai\"") && !body_has("commander"), "%s",
                  house.body.at);
    ck_assert_int_eq(do_read(READ_PEOPLE, 0, "operator", ""), OK);
    ck_assert_msg(body_has("\"desk_a\"") && body_has("\"desk_b\""), "%s", house.body.at);
    house_close();
}
END_TEST

START_TEST(people_are_told_to_the_floor_and_to_desks_alone)
{
    open_floor();
    const char *const others[] = { "chen", "u1", "admin" };
    for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++) {
        ck_assert_int_eq(do_read(READ_PEOPLE, 0, others[k], ""), ERR_FORBIDDEN);
    }
    const char *const wrong[] = { "seat=live-s99", "seat=x", "limit=0", "limit=many" };
    for (size_t k = 0; k < sizeof(wrong) / sizeof(wrong[0]); k++) {
        ck_assert_int_eq(do_read(READ_PEOPLE, 0, "operator", wrong[k]), ERR_INVALID);
    }
    house_close();
}
END_TEST

START_TEST(the_note_of_a_hand_over_is_for_who_comes_who_sits_there_and_the_commander)
{
    open_floor();
    take("bai", 2, NULL);
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, "bai", "purpose=handover"), OK);
    ck_assert_msg(body_has("{\"seat\":\"live-s2\",\"values\":{}}"), "%s", house.body.at);
    hand_over("bai", 2, "an", NOTE);
    const char *const open[] = { "bai", "an", "commander", "chen" };
    for (size_t k = 0; k < sizeof(open) / sizeof(open[0]); k++) {
        ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, open[k], "purpose=handover"), OK);
        ck_assert_msg(body_has("\"seat.live-s2.note@") && body_has(NOTE), "%s: %s", open[k],
                      house.body.at);
    }
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, "operator", "purpose=handover"), ERR_FORBIDDEN);
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, "u1", "purpose=handover"), ERR_NOT_FOUND);
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 99, "an", "purpose=handover"), ERR_NOT_FOUND);
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, "an", ""), ERR_INVALID);
    ck_assert_int_eq(cluster_sql("live", "SELECT count(*) FROM access_log WHERE incident = "
                                         "'live-s2' AND purpose = 'handover'"),
                     5);
    take("an", 2, NULL);
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, "an", "purpose=handover"), OK);
    ck_assert(body_has(NOTE));
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, "bai", "purpose=handover"), ERR_FORBIDDEN);
    take("commander", 2, WHY_TAKEN);
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, "commander", "purpose=review"), OK);
    ck_assert_msg(body_has("take_reason@") && body_has(WHY_TAKEN) && body_has(NOTE), "%s",
                  house.body.at);
    /* Who is to come next sees what was signed for them, not what was said before. */
    hand_over("commander", 2, "bai", "植第二张");
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, "bai", "purpose=handover"), OK);
    ck_assert_msg(body_has("植第二张") && !body_has(NOTE) && !body_has(WHY_TAKEN), "%s",
                  house.body.at);
    house_close();
}
END_TEST

static void create_bound(const char *name, uint8_t role, struct str zone)
{
    struct str zones[] = { zone };
    struct command c = { .type = COMMAND_USER_CREATE };
    c.as.user_create =
        (struct user_create){ .username = str_of(name), .role = role, .zones = { zones, 1 } };
    does("admin", c);
}

/* Seat 2 covers the whole city, seat 6 one station area, seat 7 two. */
START_TEST(who_answers_for_some_zones_reads_the_notes_of_their_seats_and_of_no_others)
{
    struct city_seat seats[2];
    struct command c = { .type = COMMAND_CITY_LOAD };
    open_floor();
    const struct zone *zones = stage.bed.live->world.zones;
    struct str first[] = { text_str(&zones[1].code) };
    struct str both[] = { first[0], text_str(&zones[2].code) };
    seats[0] = (struct city_seat){ .code = STR("11"), .name_zh = STR("甲"), .zones = { first, 1 } };
    seats[1] = (struct city_seat){ .code = STR("12"), .name_zh = STR("乙"), .zones = { both, 2 } };
    c.as.city_load.city = (struct city){ .name = STR("澜浦"), .seats = { seats, 2 } };
    does("admin", c);
    create_bound("bound", ROLE_COMMANDER, first[0]);
    create_bound("audits", ROLE_AUDITOR, first[0]);
    const uint32_t numbers[] = { 2, 6, 7 };
    for (size_t k = 0; k < 3; k++) {
        take("bai", numbers[k], NULL);
        hand_over("bai", numbers[k], "an", NOTE);
        take("an", numbers[k], NULL);
        c = (struct command){ .type = COMMAND_SEAT_LEAVE };
        c.as.seat_leave.seat = (seat_id){ numbers[k] };
        does("an", c);
    }
    const char *const who[] = { "bound", "audits" };
    for (size_t k = 0; k < 2; k++) {
        ck_assert_int_eq(read_fields(READ_SEAT_REFS, 6, who[k], "purpose=review"), OK);
        ck_assert_msg(body_has(NOTE), "%s", house.body.at);
        ck_assert_int_eq(read_fields(READ_SEAT_REFS, 7, who[k], "purpose=review"), ERR_FORBIDDEN);
        ck_assert_int_eq(read_fields(READ_SEAT_REFS, 2, who[k], "purpose=review"), ERR_FORBIDDEN);
    }
    ck_assert_int_eq(read_fields(READ_SEAT_REFS, 7, "chen", "purpose=review"), OK);
    house_close();
}
END_TEST

/* Of level 2: one of level 1 cannot be shelved. */
static uint32_t alarm_about(incident_id id)
{
    const struct world *w = &stage.bed.live->world;
    uint32_t k = 0;
    for (const struct alarm *a; (a = world_next_of_alarms(w, &k)) != NULL;) {
        if (a->incident.n == id.n && a->kind == ALARM_HOLD_REVIEW) {
            return a->id.n;
        }
    }
    ck_abort_msg("no alarm stands");
}

START_TEST(the_reason_of_a_shelf_is_for_who_did_it_its_seat_and_the_commander)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    open_floor();
    take("bai", 2, NULL);
    c.as.report_receive =
        (struct report_receive){ .type = text_str(&stage.bed.live->world.types[0].code),
                                 .place = whim_place(1226300000, 294300000) };
    does("operator", c);
    incident_id id = stage.bed.decision->incident;
    c = (struct command){ .type = COMMAND_INCIDENT_HOLD };
    c.as.incident_hold = (struct incident_hold){ .incident = id,
                                                 .until = stage.bed.now + US_PER_MIN,
                                                 .reason = whim_words("等回电") };
    does("operator", c);
    stage_wait(&stage, stage.bed.now + 2 * US_PER_MIN);
    uint32_t alarm = alarm_about(id);
    c = (struct command){ .type = COMMAND_ALARM_SHELVE };
    c.as.alarm_shelve = (struct alarm_shelve){ .alarm = { alarm },
                                               .until = stage.bed.now + US_PER_HOUR,
                                               .reason = whim_words(WHY_SHELVED) };
    does("an", c);
    const char *const open[] = { "an", "bai", "commander", "chen" };
    for (size_t k = 0; k < sizeof(open) / sizeof(open[0]); k++) {
        ck_assert_int_eq(read_fields(READ_ALARM_REFS, alarm, open[k], "purpose=review"), OK);
        ck_assert_msg(body_has("{\"alarm\":\"live-m") && body_has(".shelf_reason\"") &&
                          body_has(WHY_SHELVED),
                      "%s: %s", open[k], house.body.at);
    }
    ck_assert_int_eq(read_fields(READ_ALARM_REFS, alarm, "operator", "purpose=review"),
                     ERR_FORBIDDEN);
    ck_assert_int_eq(read_fields(READ_ALARM_REFS, alarm, "u1", "purpose=review"), ERR_NOT_FOUND);
    ck_assert_int_eq(read_fields(READ_ALARM_REFS, 60000, "bai", "purpose=review"), ERR_NOT_FOUND);
    /* Taking notice of it makes nobody its writer. */
    c = (struct command){ .type = COMMAND_ALARM_ACKNOWLEDGE };
    c.as.alarm_acknowledge.alarm = (alarm_id){ alarm };
    does("operator", c);
    ck_assert_int_eq(read_fields(READ_ALARM_REFS, alarm, "operator", "purpose=review"),
                     ERR_FORBIDDEN);
    house_close();
}
END_TEST

START_TEST(why_work_was_passed_on_stands_among_the_incidents_protected_fields)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    open_floor();
    take("bai", 2, NULL);
    take("an", 3, NULL);
    c.as.report_receive = (struct report_receive){ .place = whim_place(1226300000, 294300000) };
    does("operator", c);
    incident_id id = stage.bed.decision->incident;
    c = (struct command){ .type = COMMAND_INCIDENT_PASS };
    const struct incident *i = world_incident(&stage.bed.live->world, id);
    c.as.incident_pass = (struct incident_pass){ .incident = id,
                                                 .seat = { i->seat.n == 2 ? 3 : 2 },
                                                 .reason = whim_words(WHY_PASSED) };
    does(i->seat.n == 2 ? "bai" : "an", c);
    ck_assert_int_eq(read_fields(READ_PROTECTED_REFS, id.n, "commander", "purpose=review"), OK);
    ck_assert_msg(body_has("owner_reason@") && body_has(WHY_PASSED), "%s", house.body.at);
    house_close();
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { people_are_those_who_may_take_a_seat_and_no_more_is_told_of_them, 0, 0 },
        { a_station_desk_is_told_of_people_of_its_own_zones_only, 0, 0 },
        { people_are_told_to_the_floor_and_to_desks_alone, 0, 0 },
        { the_note_of_a_hand_over_is_for_who_comes_who_sits_there_and_the_commander, 0, 0 },
        { who_answers_for_some_zones_reads_the_notes_of_their_seats_and_of_no_others, 0, 0 },
        { the_reason_of_a_shelf_is_for_who_did_it_its_seat_and_the_commander, 0, 0 },
        { why_work_was_passed_on_stands_among_the_incidents_protected_fields, 0, 0 },
    };
    cluster_begin();
    int status = SUITE_RUN("server/view_floor", rows);
    cluster_end();
    return status;
}
