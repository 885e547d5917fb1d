/* Bytes that may never change: canonical rows, packed structs, frames; and what the fast reader
 * refuses. */
#include "base/arena.h"
#include "base/must.h"
#include "dispatch/codec/frame.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/json_read.h"
#include "dispatch/codec/pack.h"
#include "dispatch/model/shape_clone.h"
#include "tests/dispatch/codec/sample.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>

static struct arena arena;
static struct buf buf;
static struct fault fault;

static const struct json_out row_opt = { .world = { "live", 4 }, .privacy_max = TACTICAL };

static struct sample_leaf leaves[] = { { { "a", 1 }, COLOUR_RED, 1 }, { { NULL, 0 }, 0, 0 } };
static struct str names[] = { { "x", 1 }, { "", 0 }, { "\"\\/\n", 4 } };
static struct point ring[] = { { 1164000000, 399000000 }, { -1, 1 } };

static const struct sample full = {
    .flag = true,
    .closed = true,
    .u8 = 255,
    .u16 = 65535,
    .u32 = UINT32_MAX,
    .u64 = UINT64_MAX,
    .limited = 1000,
    .i32 = -2147483647,
    .i64 = -INT64_MAX,
    .text = { "警情 \x01\x7f", 9 },
    .short_text = { 2, "hi" },
    .at = INT64_C(1795406706000001),
    .lon = -1224311820,
    .lat = 377500000,
    .colour = COLOUR_BLUE,
    .always = COLOUR_NONE,
    .bits8 = 1 << COLOUR_RED | 1 << COLOUR_BLUE,
    .bits64 = 1 << POLICE_TYPE_PATROL,
    .incident = { 417 },
    .type = { 65535 },
    .number = { 20261123, 417 },
    .hash = { { 0xab, [31] = 0xcd } },
    .note = { 12, { { 0x01, [31] = 0x02 } } },
    .leaf = { { "l", 1 }, COLOUR_GREEN, 7 },
    .has_branch = true,
    .branch = { .kind = COLOUR_RED },
    .leaves = { leaves, 2 },
    .names = { names, 3 },
    .ring = { ring, 2 },
    .rows = { { { "r", 1 }, 0, 0 } },
    .row_count = 1,
    .secret = 5,
};

static void setup(void)
{
    arena_init(&arena, 1u << 20);
    buf_init(&buf);
    fault = (struct fault){ .err = OK };
}

static void teardown(void)
{
    buf_fini(&buf);
    arena_fini(&arena);
}

static void expect(const char *text)
{
    ck_assert(buf_ok(&buf));
    ck_assert_msg(str_is(buf_view(&buf), text), "got\n" STR_FMT "\nexpected\n%s",
                  STR_ARG(buf_view(&buf)), text);
    buf_reset(&buf);
}

#define FULL_HEAD                                                                         \
    "{\"flag\":true,\"open\":false,\"u8\":255,\"u16\":65535,\"u32\":4294967295,"          \
    "\"u64\":18446744073709551615,\"limited\":1000,\"i32\":-2147483647,"                  \
    "\"i64\":-9223372036854775807,\"text\":\"警情 \\u0001\x7f\",\"short_text\":\"hi\"," \
    "\"at\":\"2026-11-23T04:05:06.000001Z\",\"lon\":-122.431182,\"lat\":37.75,"           \
    "\"colour\":\"blue\",\"always\":\"none\",\"bits8\":[\"red\",\"blue\"],"               \
    "\"bits64\":[\"patrol\"],\"incident\":\"live-i417\",\"type\":\"live-t65535\","        \
    "\"number\":\"20261123-000417\","                                                     \
    "\"hash\":\"ab000000000000000000000000000000000000000000000000000000000000cd\""
#define FULL_SEALED          \
    ",\"note\":{\"ref\":12," \
    "\"sha256\":\"0100000000000000000000000000000000000000000000000000000000000002\"}"
#define FULL_TAIL                                                                                 \
    ",\"leaf\":{\"name\":\"l\",\"colour\":\"green\",\"weight\":7},\"branch\":{\"kind\":\"red\"}," \
    "\"leaves\":[{\"name\":\"a\",\"colour\":\"red\",\"weight\":1},{}],"                           \
    "\"names\":[\"x\",\"\",\"\\\"\\\\/\\n\"],\"ring\":[116.4,39.9,-0.0000001,0.0000001],"         \
    "\"rows\":[{\"name\":\"r\"}]"

START_TEST(a_full_row_has_these_bytes)
{
    json_out_struct(&buf, &sample_shape, &full, &row_opt);
    expect(FULL_HEAD FULL_SEALED FULL_TAIL ",\"secret\":5}");
}
END_TEST

START_TEST(a_console_sees_neither_sealed_nor_tactical_fields)
{
    struct json_out opt = { .world = SAMPLE_WORLD, .skip_sealed = true };

    json_out_struct(&buf, &sample_shape, &full, &opt);
    expect(FULL_HEAD FULL_TAIL "}");
}
END_TEST

START_TEST(an_empty_struct_has_only_what_has_no_standard)
{
    static const struct sample empty;

    json_out_struct(&buf, &sample_shape, &empty, &row_opt);
    expect("{\"always\":\"none\"}");
    ck_assert(
        !json_out_fields(&buf, &sample_leaf_shape, &(struct sample_leaf){ .weight = 0 }, &row_opt));
    expect("");
    pack_struct(&buf, &sample_shape, &empty);
    ck_assert_uint_eq(buf.len, 5);
    ck_assert_mem_eq(buf.at, "\0\x80\0\0\0", 5);
}
END_TEST

START_TEST(everything_of_an_empty_struct_has_these_bytes)
{
    static const struct sample empty;
    struct json_out opt = row_opt;

    opt.all = true;
    json_out_struct(&buf, &sample_shape, &empty, &opt);
    expect("{\"flag\":false,\"open\":true,\"u8\":0,\"u16\":0,\"u32\":0,\"u64\":0,\"limited\":0,"
           "\"i32\":0,\"i64\":0,\"text\":\"\",\"short_text\":\"\",\"at\":null,\"lon\":0,\"lat\":0,"
           "\"colour\":\"none\",\"always\":\"none\",\"bits8\":[],\"bits64\":[],\"incident\":null,"
           "\"type\":null,\"number\":null,\"hash\":null,\"note\":null,"
           "\"leaf\":{\"name\":\"\",\"colour\":\"none\",\"weight\":0},\"leaves\":[],\"names\":[],"
           "\"ring\":[],\"rows\":[],\"secret\":0}");
}
END_TEST

START_TEST(a_command_for_its_content_hash_has_words_without_salt)
{
    struct json_out opt = { .world = SAMPLE_WORLD, .canonical_command = true };
    struct sample_command command = { .incident = { 1 },
                                      .note = { .value = STR("words"), .salt = { 9 } } };

    json_out_struct(&buf, &sample_command_shape, &command, &opt);
    expect("{\"incident\":\"live-i1\",\"note\":\"words\"}");
}
END_TEST

START_TEST(personal_words_in_any_other_output_stop_the_process)
{
    struct sample_command command = { .incident = { 1 } };

    json_out_struct(&buf, &sample_command_shape, &command, &row_opt);
}
END_TEST

START_TEST(a_full_struct_packs_to_these_bytes)
{
    static const struct sample_leaf leaf = { { "ab", 2 }, COLOUR_BLUE, 300 };
    static const struct sample_branch branch = {
        .lon = -1, .lat = 64, .kind = 0, .leaf = { { NULL, 0 }, 0, 1 }
    };

    pack_struct(&buf, &sample_leaf_shape, &leaf);
    ck_assert_uint_eq(buf.len, 7);
    ck_assert_mem_eq(buf.at,
                     "\x07\x02"
                     "ab\x03\xac\x02",
                     7);
    buf_reset(&buf);
    pack_struct(&buf, &sample_branch_shape, &branch);
    ck_assert_uint_eq(buf.len, 7);
    ck_assert_mem_eq(buf.at, "\x0f\x01\x80\x01\x00\x04\x01", 7);
}
END_TEST

START_TEST(degrees_are_written_in_the_fewest_exact_digits)
{
    static const struct {
        int32_t e7;
        const char *text;
    } rows[] = {
        { 0, "0" },
        { 1, "0.0000001" },
        { -1, "-0.0000001" },
        { 10000000, "1" },
        { -1224311820, "-122.431182" },
        { 1800000000, "180" },
        { 10, "0.000001" },
        { INT32_MIN, "-214.7483648" },
        { 123456789, "12.3456789" },
        { 100500000, "10.05" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_out_deg(&buf, rows[i].e7);
        expect(rows[i].text);
    }
}
END_TEST

START_TEST(frames_have_these_bytes)
{
    struct stand stand = { 9, { 1, 2, 3, 4, 5, 6, 7, 0xff } };
    struct welcome welcome = { .role = STR("operator"),
                               .audience = STR("operations"),
                               .world = STR("live"),
                               .world_id = STR("w1"),
                               .stand = stand,
                               .epoch = 3,
                               .clock_rate = 60 };
    struct frame_event event = { .seq = 9,
                                 .n = 1,
                                 .at_us = 1,
                                 .kind = STR("incident.opened"),
                                 .by = STR("{\"person\":\"k7\"}"),
                                 .world = STR("live"),
                                 .incident = 4,
                                 .unit = 0 };
    struct frame_position position = { 12, 1, 2, 90, UINT16_MAX, 1500 };

    frame_welcome(&buf, &welcome);
    expect("{\"op\":\"welcome\",\"role\":\"operator\",\"audience\":\"operations\","
           "\"world\":\"live\",\"world_id\":\"w1\",\"seq\":9,\"hash\":\"01020304050607ff\","
           "\"epoch\":3,\"clock_rate\":60}");
    frame_events_head(&buf, 7, stand, 1);
    frame_event_head(&buf, &event);
    buf_text(&buf, "{}");
    frame_end(&buf);
    frame_list_end(&buf);
    expect("{\"op\":\"events\",\"from\":7,\"to\":9,\"hash\":\"01020304050607ff\","
           "\"at\":\"1970-01-01T00:00:00.000001Z\",\"events\":[{\"seq\":9,\"n\":1,"
           "\"at\":\"1970-01-01T00:00:00.000001Z\",\"kind\":\"incident.opened\","
           "\"by\":{\"person\":\"k7\"},\"incident\":\"live-i4\",\"data\":{}}]}");
    frame_snapshot_head(&buf, stand);
    buf_text(&buf, "{}");
    frame_end(&buf);
    expect("{\"op\":\"snapshot\",\"seq\":9,\"hash\":\"01020304050607ff\",\"data\":{}}");
    frame_beat(&buf, stand, 1);
    expect("{\"op\":\"beat\",\"seq\":9,\"hash\":\"01020304050607ff\","
           "\"at\":\"1970-01-01T00:00:00.000001Z\"}");
    frame_answer(&buf, STR("c-1"), stand);
    expect("{\"op\":\"answer\",\"id\":\"c-1\",\"seq\":9,\"hash\":\"01020304050607ff\"}");
    frame_positions_head(&buf, 1);
    frame_position(&buf, SAMPLE_WORLD, &position, true);
    frame_position(&buf, SAMPLE_WORLD, &position, false);
    frame_list_end(&buf);
    expect("{\"op\":\"positions\",\"at\":\"1970-01-01T00:00:00.000001Z\",\"units\":["
           "[\"live-u12\",0.0000001,0.0000002,90,null,1500],"
           "[\"live-u12\",0.0000001,0.0000002,90,null,1500]]}");
}
END_TEST

START_TEST(problems_have_these_bytes)
{
    fault_field(&fault, ERR_INVALID, "data.u8", "is out of its limits");
    problem_out(&buf, &fault, STR("/api/v1/commands"), (struct stand){ .seq = 0 });
    expect("{\"type\":\"/api/problems/invalid\","
           "\"title\":\"the input does not mean anything valid\",\"status\":422,"
           "\"detail\":\"is out of its limits\",\"instance\":\"/api/v1/commands\","
           "\"code\":\"invalid\",\"field\":\"data.u8\"}");
    fault_set(&fault, ERR_LOG_UNAVAILABLE, "the log is away", "\"no\" route", "wait");
    problem_out(&buf, &fault, STR(""), (struct stand){ .seq = 2 });
    expect("{\"type\":\"/api/problems/log_unavailable\","
           "\"title\":\"the log is not available; nothing was done\",\"status\":503,"
           "\"detail\":\"the log is away: \\\"no\\\" route\",\"code\":\"log_unavailable\","
           "\"hint\":\"wait\",\"seq\":2,\"hash\":\"0000000000000000\"}");
    buf_text(&buf, "{}");
    frame_lone_problem(&buf, STR("{}"));
    frame_answer_problem(&buf, STR("a"), STR("{}"));
    expect("{}{\"op\":\"problem\",\"problem\":{}}{\"op\":\"answer\",\"id\":\"a\",\"problem\":{}}");
}
END_TEST

static const struct {
    const char *text;
    const char *field;
    const char *primary;
} unreadable[] = {
    { "", "", "expected an object" },
    { "[]", "", "expected an object" },
    { "{", "", "expected a string" },
    { "{}x", "", "bytes follow the end" },
    { "{,}", "", "expected a string" },
    { "{\"flag\":true,}", "", "expected a string" },
    { "{\"flag\":true\"u8\":1}", "", "expected a comma or the end of the object or array" },
    { "{\"flag\" :true}", "", "expected a colon after the name" },
    { "{\"flag\":tru}", "", "expected true or false" },
    { "{\"what\":1}", "sample", "an unknown member" },
    { "{\"u8\":1,\"u8\":1}", "u8", "a member stands twice" },
    { "{\"u8\":256}", "u8", "a number is out of its limits" },
    { "{\"u8\":-1}", "", "expected a whole number" },
    { "{\"u8\":01}", "", "expected a whole number" },
    { "{\"u8\":1.5}", "", "expected a whole number" },
    { "{\"u8\":1e3}", "", "expected a whole number" },
    { "{\"u64\":18446744073709551616}", "", "a number is too large" },
    { "{\"i64\":-9223372036854775808}", "", "a number is too large" },
    { "{\"lon\":1e400}", "", "expected a comma or the end of the object or array" },
    { "{\"lon\":181}", "lon", "expected decimal degrees" },
    { "{\"lon\":.5}", "lon", "expected decimal degrees" },
    { "{\"lon\":5.}", "lon", "expected decimal degrees" },
    { "{\"lon\":00}", "lon", "expected decimal degrees" },
    { "{\"lat\":90.0000001}", "lat", "expected decimal degrees" },
    { "{\"text\":\"\\ud800\"}", "", "an escape in a string is none" },
    { "{\"text\":\"\\ud800\\u0041\"}", "", "an escape in a string is none" },
    { "{\"text\":\"\\udc00\"}", "", "an escape in a string is none" },
    { "{\"text\":\"\\u0000\"}", "", "an escape in a string is none" },
    { "{\"text\":\"\\u00g0\"}", "", "an escape in a string is none" },
    { "{\"text\":\"\\x\"}", "", "an escape in a string is none" },
    { "{\"text\":\"\xc0\x80\"}", "", "a string is not UTF-8" },
    { "{\"text\":\"\xed\xa0\x80\"}", "", "a string is not UTF-8" },
    { "{\"text\":\"a\nb\"}", "", "a string does not end" },
    { "{\"text\":\"a\\\"}", "", "a string does not end" },
    { "{\"colour\":\"mauve\"}", "colour", "an unknown word" },
    { "{\"bits8\":[\"mauve\"]}", "bits8", "an unknown word" },
    { "{\"incident\":\"drill-i1\"}", "incident", "not of the form of its type" },
    { "{\"incident\":\"i1\"}", "incident", "not of the form of its type" },
    { "{\"number\":\"20261123-0000417\"}", "number", "not of the form of its type" },
    { "{\"hash\":\"ab\"}", "hash", "not of the form of its type" },
    { "{\"note\":{\"ref\":0,\"sha256\":\"\"}}", "note", "not a reference to a personal value" },
    { "{\"note\":{}}", "note", "not a reference to a personal value" },
    { "{\"leaves\":[{},{},{},{},{},{}]}", "leaves", "a list is too long" },
    { "{\"rows\":[{},{},{},{},{}]}", "rows", "a list is too long" },
    { "{\"names\":[1]}", "", "expected a string" },
    { "{\"names\":[\"a\"", "", "expected a comma or the end of the object or array" },
    { "{\"ring\":[1]}", "ring", "a longitude without a latitude" },
    { "{\"ring\":[1,{}]}", "points", "expected decimal degrees" },
};

START_TEST(reader_refuses_what_no_writer_of_ours_makes)
{
    struct sample out;
    struct json_read r;

    json_read_init(&r, str_of(unreadable[_i].text), SAMPLE_WORLD, &arena, &fault);
    json_read_value(&r, &sample_shape, &out);
    ck_assert_msg(json_read_end(&r) == ERR_CORRUPT, "%s", unreadable[_i].text);
    ck_assert_msg(strcmp(fault.primary, unreadable[_i].primary) == 0, "%s: %s", unreadable[_i].text,
                  fault.primary);
    ck_assert_str_eq(fault.field, unreadable[_i].field);
}
END_TEST

START_TEST(reader_takes_escapes_of_other_writers)
{
    struct sample_leaf leaf;
    size_t pos = 0;

    ck_assert_int_eq(json_read_struct(&sample_leaf_shape,
                                      STR("{\"weight\":1,\"name\":\"\\u8b66\\ud83d\\ude93\\/\\b\\f"
                                          "\\r\\t\\u0041\",\"colour\":\"red\"}"),
                                      &pos, SAMPLE_WORLD, &arena, &leaf, &fault),
                     OK);
    ck_assert(str_is(leaf.name, "警🚓/\b\f\r\tA"));
    ck_assert_uint_eq(leaf.weight, 1);
}
END_TEST

START_TEST(reader_skips_deep_nesting_without_recursion_up_to_its_limit)
{
    char text[1000];
    size_t len = 0;
    struct json_read r;

    memset(text, '[', 500);
    memset(text + 500, ']', 500);
    for (size_t depth = 1; depth <= 500; depth += depth < 40 ? 1 : 460) {
        len = 2 * depth;
        json_read_init(&r, (struct str){ text + 500 - depth, len }, SAMPLE_WORLD, &arena, &fault);
        json_read_skip(&r);
        ck_assert_int_eq(json_read_end(&r), depth <= JSON_READ_DEPTH_MAX ? OK : ERR_CORRUPT);
    }
    ck_assert_str_eq(fault.primary, "nested too deeply");
}
END_TEST

START_TEST(reader_walks_a_row)
{
    struct json_read r;
    struct str key;
    struct str by = { NULL, 0 };
    struct str kind = { NULL, 0 };
    struct sample_leaf leaf[2];
    uint64_t v = 0;
    uint32_t count = 0;

    json_read_init(&r,
                   STR("{\"v\":1,\"content\":\"00ff\",\"by\":{\"person\":\"k7\",\"x\":[1,-2.5e3]},"
                       "\"events\":[{\"kind\":\"a\",\"weight\":3},{\"kind\":\"b\"}]}"),
                   SAMPLE_WORLD, &arena, &fault);
    json_read_object(&r);
    while (json_read_key(&r, &key)) {
        if (str_is(key, "v")) {
            v = json_read_u64(&r);
        } else if (str_is(key, "by")) {
            by = json_read_raw(&r);
        } else if (str_is(key, "events")) {
            json_read_array(&r);
            while (json_read_item(&r)) {
                json_read_object(&r);
                ck_assert(json_read_key(&r, &key) && str_is(key, "kind"));
                kind = json_read_str(&r);
                ck_assert_uint_lt(count, 2);
                json_read_members(&r, &sample_leaf_shape, &leaf[count++]);
            }
        } else {
            json_read_skip(&r);
        }
    }
    ck_assert_int_eq(json_read_end(&r), OK);
    ck_assert_uint_eq(v, 1);
    ck_assert(str_is(by, "{\"person\":\"k7\",\"x\":[1,-2.5e3]}"));
    ck_assert(str_is(kind, "b"));
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(leaf[0].weight, 3);
    ck_assert_uint_eq(leaf[1].weight, 0);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))

int main(void)
{
    Suite *suite = suite_create("codec/golden");
    TCase *tc = tcase_create("bytes");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_full_row_has_these_bytes);
    tcase_add_test(tc, a_console_sees_neither_sealed_nor_tactical_fields);
    tcase_add_test(tc, an_empty_struct_has_only_what_has_no_standard);
    tcase_add_test(tc, everything_of_an_empty_struct_has_these_bytes);
    tcase_add_test(tc, a_command_for_its_content_hash_has_words_without_salt);
    if (srunner_fork_status(runner) == CK_FORK) {
        tcase_add_test_raise_signal(tc, personal_words_in_any_other_output_stop_the_process,
                                    SIGABRT);
    }
    tcase_add_test(tc, a_full_struct_packs_to_these_bytes);
    tcase_add_test(tc, degrees_are_written_in_the_fewest_exact_digits);
    tcase_add_test(tc, frames_have_these_bytes);
    tcase_add_test(tc, problems_have_these_bytes);
    tcase_add_loop_test(tc, reader_refuses_what_no_writer_of_ours_makes, 0, COUNT(unreadable));
    tcase_add_test(tc, reader_takes_escapes_of_other_writers);
    tcase_add_test(tc, reader_skips_deep_nesting_without_recursion_up_to_its_limit);
    tcase_add_test(tc, reader_walks_a_row);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
