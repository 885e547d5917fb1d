/* The scanner of positions takes exactly the usual form; the table has the wrong ones. */
#include "dispatch/codec/json_in.h"
#include "ws/inside.h"

#include "tests/suite.h"

#define HEAD "{\"op\":\"position\",\"unit\":\"live-u17\",\"lon\":121.4737,\"lat\":-31.23,"
#define TAIL "\"fix_at\":\"2026-11-23T04:05:06Z\"}"

START_TEST(the_usual_form_is_read)
{
    struct door_fix fix;

    ck_assert(fix_scan(STR(HEAD "\"heading\":359,\"speed\":31," TAIL), STR("live"), &fix));
    ck_assert_uint_eq(fix.unit, 17);
    ck_assert_int_eq(fix.lon_e7, 1214737000);
    ck_assert_int_eq(fix.lat_e7, -312300000);
    ck_assert_uint_eq(fix.heading, 359);
    ck_assert_uint_eq(fix.speed_kmh, 31);
    ck_assert_int_eq(fix.fix_at, INT64_C(1795406706000000));
}
END_TEST

START_TEST(members_come_in_any_order_with_any_space)
{
    struct door_fix fix;

    ck_assert(fix_scan(STR(" { \"fix_at\" : \"2026-11-23T04:05:06Z\" , \"lat\":1 ,\n\"lon\":\t2, "
                           "\"unit\":\"live-u1\","
                           "\"op\":\"position\" } "),
                       STR("live"), &fix));
    ck_assert_uint_eq(fix.heading, UINT16_MAX);
    ck_assert_uint_eq(fix.speed_kmh, UINT16_MAX);
}
END_TEST

START_TEST(the_scanner_and_the_codec_read_the_same)
{
    static const char *const texts[] = {
        HEAD TAIL, HEAD "\"heading\":359," TAIL, HEAD "\"speed\":0," TAIL,
        HEAD "\"heading\":0,\"speed\":2000," TAIL,
        "{\"op\":\"position\",\"unit\":\"live-u4294967295\",\"lon\":-180,\"lat\":90," TAIL
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct door_fix scanned;
        struct door_fix read;
        struct json_doc *doc;
        struct arena arena;

        arena_init(&arena, 1 << 16);
        ck_assert_int_eq(json_doc_parse(str_of(texts[i]), &doc, NULL), OK);
        ck_assert(fix_scan(str_of(texts[i]), STR("live"), &scanned));
        ck_assert(fix_read(doc, STR("live"), &arena, &read, NULL));
        ck_assert_uint_eq(scanned.unit, read.unit);
        ck_assert_int_eq(scanned.lon_e7, read.lon_e7);
        ck_assert_int_eq(scanned.lat_e7, read.lat_e7);
        ck_assert_uint_eq(scanned.heading, read.heading);
        ck_assert_uint_eq(scanned.speed_kmh, read.speed_kmh);
        ck_assert_int_eq(scanned.fix_at, read.fix_at);
        json_doc_free(doc);
        arena_fini(&arena);
    }
}
END_TEST

static const char *const wrong[] = {
    "",
    "{}",
    "{\"op\":\"position\"}",
    HEAD TAIL "x",
    HEAD "\"heading\":360," TAIL,
    HEAD "\"heading\":-1," TAIL,
    HEAD "\"heading\":1.5," TAIL,
    HEAD "\"speed\":2001," TAIL,
    HEAD "\"lon\":1," TAIL,
    HEAD "\"foo\":1," TAIL,
    HEAD "\"fix_at\":\"soon\"}",
    HEAD "\"fix_at\":\"1013-11-23T04:05:06Z\"}",
    HEAD "\"fix_at\":\"2026-11-23T04:05:06Z\"",
    HEAD "\"fix_at\":\"2026-11-23T04:05:06Z",
    HEAD "\"fix_at\":",
    HEAD "\"fix_at\"",
    HEAD "\"speed\":\"1\"," TAIL,
    HEAD "\"speed\":1e1," TAIL,
    HEAD "\"he\\u0061ding\":1," TAIL,
    HEAD ",\"speed\":1," TAIL,
    "{\"op\":\"hello\",\"unit\":\"live-u17\",\"lon\":1,\"lat\":1," TAIL,
    "{\"op\":\"position\",\"unit\":\"drill-u17\",\"lon\":1,\"lat\":1," TAIL,
    "{\"op\":\"position\",\"unit\":\"live-i17\",\"lon\":1,\"lat\":1," TAIL,
    "{\"op\":\"position\",\"unit\":\"live-u0\",\"lon\":1,\"lat\":1," TAIL,
    "{\"op\":\"position\",\"unit\":\"live-u17\",\"lon\":180.1,\"lat\":1," TAIL,
    "{\"op\":\"position\",\"unit\":\"live-u17\",\"lon\":1,\"lat\":90.1," TAIL,
    "{\"op\":\"position\",\"unit\":\"live-u17\",\"lon\":1.,\"lat\":1," TAIL,
    "{\"op\":\"position\",\"unit\":\"live-u17\",\"lon\":-,\"lat\":1," TAIL,
};

START_TEST(what_is_not_the_usual_form_is_left_to_the_codec)
{
    struct door_fix fix;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        ck_assert_msg(!fix_scan(str_of(wrong[i]), STR("live"), &fix), "taken: %s", wrong[i]);
    }
}
END_TEST

START_TEST(every_beginning_of_a_position_is_refused)
{
    static const char whole[] = HEAD "\"heading\":90,\"speed\":31," TAIL;
    struct door_fix fix;

    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        char *copy = malloc(len + 1);

        memcpy(copy, whole, len);
        ck_assert(!fix_scan((struct str){ .at = copy, .len = len }, STR("live"), &fix));
        free(copy);
    }
}
END_TEST

START_TEST(a_bucket_gives_its_burst_and_then_its_rate)
{
    struct bucket b = { .at_us = 0 };
    int64_t now = 1000000;
    int taken = 0;

    for (int i = 0; i < 100; i++) {
        taken += bucket_take(&b, now, 5, 50);
    }
    ck_assert_int_eq(taken, 50);
    ck_assert(!bucket_take(&b, now + 199 * US_PER_MS, 5, 50));
    ck_assert(bucket_take(&b, now + 201 * US_PER_MS, 5, 50));
    ck_assert(!bucket_take(&b, now + 202 * US_PER_MS, 5, 50));
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = the_usual_form_is_read },
        { .test = members_come_in_any_order_with_any_space },
        { .test = the_scanner_and_the_codec_read_the_same },
        { .test = what_is_not_the_usual_form_is_left_to_the_codec },
        { .test = every_beginning_of_a_position_is_refused },
        { .test = a_bucket_gives_its_burst_and_then_its_rate },
    };

    return SUITE_RUN("ws/fixes", rows);
}
