#include "base/units.h"
#include "tests/suite.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct read_row {
    const char *text;
    const char *back; /* as written again, NULL when it must be refused */
};

static const struct read_row read_rows[] = {
    { "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z" },
    { "2026-11-23T04:05:06.000001Z", "2026-11-23T04:05:06.000001Z" },
    { "2026-11-23t04:05:06z", "2026-11-23T04:05:06.000000Z" },
    { "2026-11-23T12:05:06+08:00", "2026-11-23T04:05:06.000000Z" },
    { "2026-11-22T20:35:06-07:30", "2026-11-23T04:05:06.000000Z" },
    { "2026-11-23T04:05:06-00:00", "2026-11-23T04:05:06.000000Z" },
    { "2026-11-23T04:05:06.5Z", "2026-11-23T04:05:06.500000Z" },
    { "2026-11-23T04:05:06.123456789Z", "2026-11-23T04:05:06.123456Z" },
    { "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z" },
    { "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z" },
    { "2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z" },
    { "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000000Z" },
    { "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
    { "2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000000Z" },
    { "1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000000Z" },
    { "1990-12-31T15:59:60.25-08:00", "1991-01-01T00:00:00.250000Z" },
    { "", NULL },
    { "2026-11-23", NULL },
    { "2026-11-23T04:05:06", NULL },
    { "2026-11-23 04:05:06Z", NULL },
    { "2026-11-23T04:05Z", NULL },
    { "2026-11-23T04:05:06.Z", NULL },
    { "2026-11-23T04:05:06.1234567890Z", NULL },
    { "2026-11-23T04:05:06,5Z", NULL },
    { "2026-11-23T04:05:06Zx", NULL },
    { " 2026-11-23T04:05:06Z", NULL },
    { "2026-11-23T04:05:06+0800", NULL },
    { "2026-11-23T04:05:06+24:00", NULL },
    { "2026-11-23T04:05:06+08:60", NULL },
    { "2026-11-23T04:05:06+8:00", NULL },
    { "2026-00-23T04:05:06Z", NULL },
    { "2026-13-23T04:05:06Z", NULL },
    { "2026-11-00T04:05:06Z", NULL },
    { "2026-11-31T04:05:06Z", NULL },
    { "2023-02-29T00:00:00Z", NULL },
    { "1900-02-29T00:00:00Z", NULL },
    { "2026-11-23T24:00:00Z", NULL },
    { "2026-11-23T04:60:00Z", NULL },
    { "2026-11-23T04:05:61Z", NULL },
    { "2026-11-23T23:59:60Z", NULL }, /* not the end of a month */
    { "2026-11-30T22:59:60Z", NULL }, /* not the end of a day in UTC */
    { "+026-11-23T04:05:06Z", NULL },
    { "-001-11-23T04:05:06Z", NULL },
    { "12026-11-23T04:05:06Z", NULL },
    { "0000-01-01T00:00:00+00:01", NULL }, /* before the year 0 */
    { "9999-12-31T23:59:59-00:01", NULL }, /* after the year 9999 */
    { "9999-12-31T23:59:60Z", NULL },
};

START_TEST(instants_are_read_as_rfc_3339_says)
{
    const struct read_row *row = &read_rows[_i];
    char back[INSTANT_TEXT_SIZE];
    int64_t at = 42;
    int result = instant_read(row->text, strlen(row->text), &at);

    if (row->back == NULL) {
        ck_assert_msg(result == -1, "\"%s\" was taken", row->text);
        ck_assert_int_eq(at, 42);
        return;
    }
    ck_assert_msg(result == 0, "\"%s\" was refused", row->text);
    instant_text(at, back);
    ck_assert_str_eq(back, row->back);
}
END_TEST

START_TEST(a_cut_instant_is_refused)
{
    const char *whole = "2026-11-23T04:05:06.000001+08:00";
    int64_t at;

    for (size_t len = 0; len < strlen(whole); len++) {
        ck_assert_int_eq(instant_read(whole, len, &at), -1);
    }
    ck_assert_int_eq(instant_read(whole, strlen(whole), &at), 0);
    ck_assert_int_eq(instant_read(NULL, 0, &at), -1);
}
END_TEST

START_TEST(known_instants_have_known_numbers)
{
    int64_t at;

    ck_assert_int_eq(instant_read("2001-09-09T01:46:40Z", 20, &at), 0);
    ck_assert_int_eq(at, INT64_C(1000000000) * US_PER_S);
    ck_assert_int_eq(instant_read("2038-01-19T03:14:08Z", 20, &at), 0);
    ck_assert_int_eq(at, (INT64_C(1) << 31) * US_PER_S);
    ck_assert_int_eq(instant_read("0000-03-01T00:00:00Z", 20, &at), 0);
    ck_assert_int_eq(at, INT64_C(-719468) * US_PER_DAY);
}
END_TEST

START_TEST(instants_out_of_four_digit_years_are_shown_at_the_edge)
{
    char text[INSTANT_TEXT_SIZE];

    instant_text(INT64_MAX, text);
    ck_assert_str_eq(text, "9999-12-31T23:59:59.999999Z");
    instant_text(INT64_MIN, text);
    ck_assert_str_eq(text, "0000-01-01T00:00:00.000000Z");
}
END_TEST

START_TEST(civil_days_follow_one_another)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    struct civil before;
    struct civil after;

    /* 1600-01-01 was a Saturday; every day of the 800 years behind it is one step of the calendar.
     */
    int64_t day = INT64_C(-135140);

    civil_of(day * US_PER_DAY, &before);
    ck_assert_int_eq(before.year, 1600);
    ck_assert_int_eq(before.month, 1);
    ck_assert_int_eq(before.day, 1);
    ck_assert_int_eq(before.weekday, 6);
    for (int i = 0; i < 292194; i++) {
        bool leap = before.year % 4 == 0 && (before.year % 100 != 0 || before.year % 400 == 0);
        int length = lengths[before.month - 1] + (leap && before.month == 2);
        bool month_ends = before.day == length;
        bool year_ends = month_ends && before.month == 12;

        civil_of(++day * US_PER_DAY, &after);
        ck_assert_int_eq(after.day, month_ends ? 1 : before.day + 1);
        ck_assert_int_eq(after.month, year_ends ? 1 : before.month + month_ends);
        ck_assert_int_eq(after.year, before.year + year_ends);
        ck_assert_int_eq(after.weekday, before.weekday % 7 + 1);
        before = after;
    }
}
END_TEST

START_TEST(time_of_day_is_right_before_1970_too)
{
    struct civil c;

    civil_of(-1, &c);
    ck_assert_int_eq(c.year, 1969);
    ck_assert_int_eq(c.month, 12);
    ck_assert_int_eq(c.day, 31);
    ck_assert_int_eq(c.hour, 23);
    ck_assert_int_eq(c.minute, 59);
    ck_assert_int_eq(c.second, 59);
    ck_assert_int_eq(c.weekday, 3);
    civil_of(0, &c);
    ck_assert_int_eq(c.weekday, 4);
    ck_assert_int_eq(c.hour + c.minute + c.second, 0);
}
END_TEST

START_TEST(every_instant_reads_back_as_written)
{
    char text[INSTANT_TEXT_SIZE];
    uint64_t x = 1;

    for (int i = 0; i < 20000; i++) {
        x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t at = (int64_t)(x % UINT64_C(315569520000000000)) - INT64_C(62167219200000000);
        int64_t back;

        instant_text(at, text);
        ck_assert_int_eq(instant_read(text, INSTANT_TEXT_SIZE - 1, &back), 0);
        ck_assert_int_eq(back, at);
    }
}
END_TEST

START_TEST(two_infinite_travel_times_add_without_overflow)
{
    uint32_t sum = ETA_INF_MS + ETA_INF_MS;

    ck_assert_uint_gt(sum, ETA_INF_MS);
    ck_assert_uint_le(sum, INT32_MAX);
}
END_TEST

int main(void)
{
    static const int reads = sizeof read_rows / sizeof read_rows[0];
    const struct suite_row rows[] = {
        { .test = instants_are_read_as_rfc_3339_says, .loops = reads },
        { .test = a_cut_instant_is_refused },
        { .test = known_instants_have_known_numbers },
        { .test = instants_out_of_four_digit_years_are_shown_at_the_edge },
        { .test = civil_days_follow_one_another },
        { .test = time_of_day_is_right_before_1970_too },
        { .test = every_instant_reads_back_as_written },
        { .test = two_infinite_travel_times_add_without_overflow },
    };

    return SUITE_RUN("base/units", rows);
}
