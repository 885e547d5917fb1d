/* Laws of rows typed off paper: what people write becomes the command it says, or a refusal that
 * names the column and what was expected. */
#include "tests/suite.h"

#include "tools/paper/paper_row.h"

#include <stdio.h>

#define HEAD                                                                                       \
    "number,writer,received,type,tier,lon,lat,address,cues,narrative,caller_phone,contact,closed," \
    "disposition,note,still_open,unit1,dispatched1,on_scene1,cleared1,unit2,dispatched2,on_"       \
    "scene2,"                                                                                      \
    "cleared2\n"

static struct arena arena;
static struct csv csv;
static struct paper_enter call;
static struct fault fault;

static const struct city_offset offsets[] = { { .from = INT64_C(694224000) * US_PER_S,
                                                .offset_min = 480 } };
static const struct paper_callsign units[] = { { STR("P1"), 1 }, { STR("城东 12"), 7 } };
static const struct paper_house house = { offsets, 1, units, 2 };

static enum err read(const char *row)
{
    char text[2048];
    arena_init(&arena, 1 << 20);
    (void)snprintf(text, sizeof(text), HEAD "%s\n", row);
    ck_assert_int_eq(csv_begin(&csv, "t.csv", arena_str(&arena, str_of(text)), &arena, &fault), OK);
    ck_assert_msg(csv_next(&csv), "%s", row);
    fault = (struct fault){ .err = OK };
    return paper_row(&csv, &house, &arena, &call, &fault);
}

static void at_is(int64_t at, const char *expected)
{
    char text[INSTANT_TEXT_SIZE];
    instant_text(at, text);
    ck_assert_str_eq(text, expected);
}

START_TEST(what_is_written_is_what_is_sent)
{
    ck_assert_int_eq(
        read("20261124-990017,operator,18:05,10.02.00.00,2,120.1234567,-30.05,江边路 12 号,"
             "weapon; 有人受伤,\"抢包, 往东跑\",13900000000,none,19:20,带回审查,\"\",no,P1,18:07,"
             "18:15,19:10,城东 12,,18:16,"),
        OK);
    ck_assert_uint_eq(call.number.date, 20261124);
    ck_assert_uint_eq(call.number.count, 990017);
    ck_assert(str_is(call.writer, "operator") && str_is(call.type, "10.02.00.00"));
    ck_assert_uint_eq(call.tier, 2);
    at_is(call.received_at, "2026-11-24T10:05:00.000000Z");
    at_is(call.closed_at, "2026-11-24T11:20:00.000000Z");
    ck_assert_int_eq(call.place.state, PLACE_KNOWN);
    ck_assert_int_eq(call.place.lon, 1201234567);
    ck_assert_int_eq(call.place.lat, -300500000);
    ck_assert(str_is(call.place.address.value, "江边路 12 号"));
    ck_assert(call.cues.weapon && call.cues.injured && !call.cues.dead);
    ck_assert(str_is(call.narrative.value, "抢包, 往东跑"));
    ck_assert_int_eq(call.caller.contact, CONTACT_NONE);
    ck_assert_int_eq(call.disposition, DISPOSITION_ARREST);
    ck_assert(!call.still_open);
    ck_assert_uint_eq(call.units.count, 2);
    const struct paper_unit *u = call.units.at;
    ck_assert_uint_eq(u[0].unit.n, 1);
    at_is(u[0].cleared_at, "2026-11-24T11:10:00.000000Z");
    ck_assert_uint_eq(u[1].unit.n, 7);
    ck_assert_int_eq(u[1].dispatched_at, 0);
    at_is(u[1].on_scene_at, "2026-11-24T10:16:00.000000Z");
    arena_fini(&arena);
}
END_TEST

START_TEST(an_hour_before_the_calls_is_of_the_day_after)
{
    ck_assert_int_eq(
        read("20261124-990001,o,23:50,,,,,,,,,,00:20,no_merit,,,P1,23:59,00:00,00:10,,,,"), OK);
    const struct paper_unit *u = call.units.at;
    at_is(call.received_at, "2026-11-24T15:50:00.000000Z");
    at_is(u->dispatched_at, "2026-11-24T15:59:00.000000Z");
    at_is(u->on_scene_at, "2026-11-24T16:00:00.000000Z");
    at_is(call.closed_at, "2026-11-24T16:20:00.000000Z");
    ck_assert_int_eq(call.place.state, PLACE_UNKNOWN);
    arena_fini(&arena);
    ck_assert_int_eq(
        read("20261124-990001,o,2026-11-24 23:50:30,,,,,,,,,,2026-11-24T17:00:00Z,,,yes,,,,,,,,"),
        OK);
    at_is(call.received_at, "2026-11-24T15:50:30.000000Z");
    at_is(call.closed_at, "2026-11-24T17:00:00.000000Z");
    ck_assert(call.still_open);
    arena_fini(&arena);
}
END_TEST

START_TEST(what_means_nothing_is_refused_by_its_column)
{
    static const struct {
        const char *row, *column;
    } rows[] = {
        { ",o,18:05,,,,,,,,,,,,,,,,,,,,,", "number" },
        { "20261124-17,o,18:05,,,,,,,,,,,,,,,,,,,,,", "number" },
        { "20261124-99001x,o,18:05,,,,,,,,,,,,,,,,,,,,,", "number" },
        { "20261131-990001,o,18:05,,,,,,,,,,,,,,,,,,,,,", "number" },
        { "20261124-990001,o,,,,,,,,,,,,,,,,,,,,,,", "received" },
        { "20261124-990001,o,24:00,,,,,,,,,,,,,,,,,,,,,", "received" },
        { "20261124-990001,o,18:60,,,,,,,,,,,,,,,,,,,,,", "received" },
        { "20261124-990001,o,6 pm,,,,,,,,,,,,,,,,,,,,,", "received" },
        { "20261124-990001,o,2026-11-24 25:00,,,,,,,,,,,,,,,,,,,,,", "received" },
        { "20261124-990001,o,18:05,,5,,,,,,,,,,,,,,,,,,,", "tier" },
        { "20261124-990001,o,18:05,,,120,,,,,,,,,,,,,,,,,,", "lat" },
        { "20261124-990001,o,18:05,,,1e9,30,,,,,,,,,,,,,,,,,", "lon" },
        { "20261124-990001,o,18:05,,,nan,30,,,,,,,,,,,,,,,,,", "lon" },
        { "20261124-990001,o,18:05,,,120,91,,,,,,,,,,,,,,,,,", "lat" },
        { "20261124-990001,o,18:05,,,,,,knife,,,,,,,,,,,,,,,", "cues" },
        { "20261124-990001,o,18:05,,,,,,,,,maybe,,,,,,,,,,,,", "contact" },
        { "20261124-990001,o,18:05,,,,,,,,,,soon,,,,,,,,,,,", "closed" },
        { "20261124-990001,o,18:05,,,,,,,,,,,gone,,,,,,,,,,", "disposition" },
        { "20261124-990001,o,18:05,,,,,,,,,,,none,,,,,,,,,,", "disposition" },
        { "20261124-990001,o,18:05,,,,,,,,,,,,,perhaps,,,,,,,,", "still_open" },
        { "20261124-990001,o,18:05,,,,,,,,,,,,,,P9,18:06,,,,,,", "unit1" },
        { "20261124-990001,o,18:05,,,,,,,,,,,,,,,18:06,,,,,,", "dispatched1" },
        { "20261124-990001,o,18:05,,,,,,,,,,,,,,P1,18:06,,,P1,x,,", "dispatched2" },
    };
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        enum err err = read(rows[k].row);
        ck_assert_msg(err == ERR_INVALID && strcmp(fault.field, rows[k].column) == 0 &&
                          strstr(fault.primary, "expected") != NULL,
                      "row %zu: %d %s %s", k, err, fault.field, fault.primary);
        arena_fini(&arena);
    }
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = what_is_written_is_what_is_sent },
        { .test = an_hour_before_the_calls_is_of_the_day_after },
        { .test = what_means_nothing_is_refused_by_its_column },
    };
    return SUITE_RUN("tools/paper", rows);
}
