/* The door: what it takes, and for every wrong input the exact fault. */
#include "base/arena.h"
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/model/shape_clone.h"
#include "tests/dispatch/codec/sample.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena arena;
static struct fault fault;
static struct sample sample;
static struct sample_command command;

static void setup(void)
{
    arena_init(&arena, 1u << 20);
    fault = (struct fault){ .err = OK };
}

static void teardown(void)
{
    arena_fini(&arena);
}

/* Salts that count up, so that tests are the same every time. */
static void counting(void *arg, uint8_t *bytes, size_t size)
{
    uint8_t *next = arg;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (*next)++;
    }
}

static enum err take(const struct shape *s, struct str text, void *out)
{
    uint8_t next = 0;
    struct json_in opt = { .world = SAMPLE_WORLD,
                           .arena = &arena,
                           .path = "data",
                           .random = counting,
                           .random_arg = &next };
    struct json_doc *doc;
    enum err err = json_doc_parse(text, &doc, &fault);

    if (err == OK) {
        err = json_in_struct_with(s, doc, &opt, out, &fault);
        json_doc_free(doc);
    }
    return err;
}

struct wrong {
    const char *text;
    enum err err;
    const char *field;
    const char *primary;
    const char *detail;
    const char *hint;
};

static void check_fault(const struct wrong *w, enum err err)
{
    ck_assert_msg(err == w->err, "%s: %s", w->text, err_word(err));
    ck_assert_msg(fault.err == w->err, "%s", w->text);
    ck_assert_str_eq(fault.field, w->field);
    ck_assert_str_eq(fault.primary, w->primary);
    ck_assert_str_eq(fault.detail, w->detail);
    ck_assert_str_eq(fault.hint, w->hint);
}

static const struct wrong wrong_documents[] = {
    { "", ERR_MALFORMED, "", "the JSON text ends too early", "at byte 0", "" },
    { "{\"flag\":true", ERR_MALFORMED, "", "the JSON text ends too early", "at byte 12", "" },
    { "{\"flag\":true}x", ERR_MALFORMED, "", "bytes follow the end of the JSON value", "at byte 14",
      "" },
    { "{\"u8\":1,\"u8\":1}", ERR_MALFORMED, "", "a name stands twice in an object", "at byte 12",
      "" },
    { "{'flag':true}", ERR_MALFORMED, "", "the text is not JSON", "at byte 2", "" },
    { "{\"u8\":01}", ERR_MALFORMED, "", "the text is not JSON", "at byte 7", "" },
    { "{\"u8\":+1}", ERR_MALFORMED, "", "the text is not JSON", "at byte 7", "" },
    { "{\"u8\":NaN}", ERR_MALFORMED, "", "the text is not JSON", "at byte 9", "" },
    { "{\"lon\":1e400}", ERR_MALFORMED, "", "a number is too large", "at byte 12", "" },
    { "{\"u64\":99999999999999999999}", ERR_MALFORMED, "", "a number is too large", "at byte 27",
      "" },
    { "{\"text\":\"\\ud800\"}", ERR_MALFORMED, "", "the text is not JSON", "at byte 16", "" },
    { "{\"text\":\"\\udc00\\ud800\"}", ERR_MALFORMED, "", "the text is not JSON", "at byte 22",
      "" },
    { "{\"text\":\"\\u0000\"}", ERR_MALFORMED, "", "a text holds a NUL character", "at byte 16",
      "" },
    { "{\"\\u0000\":1}", ERR_MALFORMED, "", "a text holds a NUL character", "at byte 9", "" },
    { "{\"text\":\"a\nb\"}", ERR_MALFORMED, "", "the text is not JSON", "at byte 10", "" },
    { "{\"text\":\"\xc0\x80\"}", ERR_MALFORMED, "", "the text is not UTF-8", "",
      "send UTF-8 without NUL, surrogates and overlong forms" },
    { "{\"text\":\"\xed\xa0\x80\"}", ERR_MALFORMED, "", "the text is not UTF-8", "",
      "send UTF-8 without NUL, surrogates and overlong forms" },
    { "{\"text\":\"\xf4\x90\x80\x80\"}", ERR_MALFORMED, "", "the text is not UTF-8", "",
      "send UTF-8 without NUL, surrogates and overlong forms" },
    { "{\"text\":\"\xff\"}", ERR_MALFORMED, "", "the text is not UTF-8", "",
      "send UTF-8 without NUL, surrogates and overlong forms" },
    { "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", ERR_MALFORMED, "", "the JSON is nested too deeply",
      "at byte 16", "" },
    { "[]", ERR_MALFORMED, "data", "is not an object", "got a list", "expected an object" },
    { "true", ERR_MALFORMED, "", "the text is not JSON", "at byte 4", "" },
};

START_TEST(door_refuses_wrong_documents_with_the_exact_fault)
{
    const struct wrong *w = &wrong_documents[_i];

    check_fault(w, take(&sample_shape, str_of(w->text), &sample));
}
END_TEST

static const struct wrong wrong_values[] = {
    { "{\"flga\":true}", ERR_MALFORMED, "data.flga", "is not a field of this object", "",
      "it has flag, open, u8, u16, u32, u64, limited, i32, i64, text, short_text, at, lon, lat, "
      "colour, always, bits8, bits64, incident, type, number, hash, note, leaf, …" },
    { "{\"branch\":{\"leaf\":{\"nam\":1}}}", ERR_MALFORMED, "data.branch.leaf.nam",
      "is not a field of this object", "", "it has name, colour, weight" },
    { "{\"leaves\":[{},{\"weight\":-1}]}", ERR_INVALID, "data.leaves[1].weight",
      "is out of its limits", "got -1", "expected a whole number from 0 to 65535" },
    { "{\"flag\":1}", ERR_MALFORMED, "data.flag", "is not true or false", "got 1",
      "expected true or false" },
    { "{\"open\":null}", ERR_MALFORMED, "data.open", "is not true or false", "got null",
      "expected true or false" },
    { "{\"u8\":\"1\"}", ERR_MALFORMED, "data.u8", "is not a whole number", "got \"1\"",
      "expected a whole number from 0 to 255" },
    { "{\"u8\":1.0}", ERR_MALFORMED, "data.u8", "is not a whole number", "got 1",
      "expected a whole number from 0 to 255" },
    { "{\"u8\":256}", ERR_INVALID, "data.u8", "is out of its limits", "got 256",
      "expected a whole number from 0 to 255" },
    { "{\"limited\":1001}", ERR_INVALID, "data.limited", "is out of its limits", "got 1001",
      "expected a whole number from 0 to 1000" },
    { "{\"u64\":9007199254740992}", ERR_INVALID, "data.u64", "is out of its limits",
      "got 9007199254740992", "expected a whole number from 0 to 9007199254740991" },
    { "{\"i32\":-2147483648}", ERR_INVALID, "data.i32", "is out of its limits", "got -2147483648",
      "expected a whole number from -2147483647 to 2147483647" },
    { "{\"text\":7}", ERR_MALFORMED, "data.text", "is not a text", "got 7",
      "expected a text of at most 60 bytes" },
    { "{\"text\":\"0123456789012345678901234567890123456789012345678901234567890\"}", ERR_INVALID,
      "data.text", "is too long", "got \"0123456789012345678901234567890123456789…\"",
      "expected a text of at most 60 bytes" },
    { "{\"text\":\"a\\nb\"}", ERR_INVALID, "data.text", "has a control character", "",
      "expected a text of at most 60 bytes" },
    { "{\"text\":\"a\\u0085\"}", ERR_INVALID, "data.text", "has a control character", "",
      "expected a text of at most 60 bytes" },
    { "{\"text\":\"\\u007f\"}", ERR_INVALID, "data.text", "has a control character", "",
      "expected a text of at most 60 bytes" },
    { "{\"short_text\":\"警警警警警警警警警警警\"}", ERR_INVALID, "data.short_text", "is too long",
      "got \"警警警警警警警警警警警\"", "expected a text of at most 31 bytes" },
    { "{\"at\":\"yesterday\"}", ERR_INVALID, "data.at", "is not an instant", "got \"yesterday\"",
      "expected an RFC 3339 instant such as 2026-11-23T04:05:06.000001Z" },
    { "{\"at\":\"1970-01-01T00:00:00Z\"}", ERR_INVALID, "data.at", "is not an instant",
      "got \"1970-01-01T00:00:00Z\"",
      "expected an RFC 3339 instant such as 2026-11-23T04:05:06.000001Z" },
    { "{\"at\":1764000000}", ERR_MALFORMED, "data.at", "is not a text", "got 1764000000",
      "expected an RFC 3339 instant such as 2026-11-23T04:05:06.000001Z" },
    { "{\"lat\":90.0000001}", ERR_INVALID, "data.lat", "is out of its limits", "got 90.0000001",
      "expected decimal degrees from -90 to 90" },
    { "{\"lon\":1e300}", ERR_INVALID, "data.lon", "is out of its limits", "got 1e+300",
      "expected decimal degrees from -180 to 180" },
    { "{\"lon\":\"12\"}", ERR_MALFORMED, "data.lon", "is not a number", "got \"12\"",
      "expected decimal degrees from -180 to 180" },
    { "{\"colour\":\"mauve\"}", ERR_INVALID, "data.colour", "is not a known word", "got \"mauve\"",
      "expected one of none, red, green, blue" },
    { "{\"colour\":{}}", ERR_MALFORMED, "data.colour", "is not a word", "got an object",
      "expected one of none, red, green, blue" },
    { "{\"bits8\":[\"red\",\"mauve\"]}", ERR_INVALID, "data.bits8[1]", "is not a known word",
      "got \"mauve\"", "expected one of none, red, green, blue" },
    { "{\"bits8\":\"red\"}", ERR_MALFORMED, "data.bits8", "is not a list", "got \"red\"",
      "expected a list of none, red, green, blue" },
    { "{\"incident\":\"drill-i5\"}", ERR_INVALID, "data.incident", "names a thing of another world",
      "got \"drill-i5\"", "expected an id \"<world>-i<number>\" of this world" },
    { "{\"incident\":\"live-u5\"}", ERR_INVALID, "data.incident", "is not an id of this kind",
      "got \"live-u5\"", "expected an id \"<world>-i<number>\" of this world" },
    { "{\"incident\":\"live-i0\"}", ERR_INVALID, "data.incident", "is not an id of this kind",
      "got \"live-i0\"", "expected an id \"<world>-i<number>\" of this world" },
    { "{\"incident\":\"live-i05\"}", ERR_INVALID, "data.incident", "is not an id of this kind",
      "got \"live-i05\"", "expected an id \"<world>-i<number>\" of this world" },
    { "{\"incident\":\"live-i4294967296\"}", ERR_INVALID, "data.incident",
      "is not an id of this kind", "got \"live-i4294967296\"",
      "expected an id \"<world>-i<number>\" of this world" },
    { "{\"incident\":5}", ERR_MALFORMED, "data.incident", "is not a text", "got 5",
      "expected an id \"<world>-i<number>\" of this world" },
    { "{\"type\":\"live-t65536\"}", ERR_INVALID, "data.type", "is not an id of this kind",
      "got \"live-t65536\"", "expected an id \"<world>-t<number>\" of this world" },
    { "{\"number\":\"20261323-000001\"}", ERR_INVALID, "data.number",
      "is not a number of this form", "got \"20261323-000001\"",
      "expected a number such as 20261123-000417" },
    { "{\"hash\":\"00FF\"}", ERR_INVALID, "data.hash", "is not a hash", "got \"00FF\"",
      "expected 64 lower case hex digits" },
    { "{\"note\":{\"ref\":1}}", ERR_MALFORMED, "data.note", "is not a field of this object", "",
      "" },
    { "{\"leaf\":\"my phone is 13800138000\"}", ERR_MALFORMED, "data.leaf", "is not an object",
      "got a text", "expected an object" },
    { "{\"leaves\":{}}", ERR_MALFORMED, "data.leaves", "is not a list", "got an object",
      "expected a list of at most 5 objects" },
    { "{\"leaves\":[{},{},{},{},{},{}]}", ERR_INVALID, "data.leaves", "is too long", "",
      "expected a list of at most 5 objects" },
    { "{\"rows\":[{},{},{},{},{}]}", ERR_INVALID, "data.rows", "is too long", "",
      "expected a list of at most 4 objects" },
    { "{\"names\":[\"a\",1]}", ERR_MALFORMED, "data.names[1]", "is not a text", "got 1",
      "expected a text of at most 30 bytes" },
    { "{\"ring\":[1,2,3]}", ERR_INVALID, "data.ring", "has an odd number of items", "",
      "expected a flat list lon, lat, lon, lat, … of at most 8 points" },
    { "{\"ring\":[1,200]}", ERR_INVALID, "data.ring[1]", "is out of its limits", "got 200",
      "expected decimal degrees from -180 to 180" },
    { "{\"a\\nb\":1}", ERR_MALFORMED, "data.a?b", "is not a field of this object", "",
      "it has flag, open, u8, u16, u32, u64, limited, i32, i64, text, short_text, at, lon, lat, "
      "colour, always, bits8, bits64, incident, type, number, hash, note, leaf, …" },
};

START_TEST(door_refuses_wrong_values_with_the_exact_fault)
{
    const struct wrong *w = &wrong_values[_i];

    check_fault(w, take(&sample_shape, str_of(w->text), &sample));
}
END_TEST

static const struct wrong wrong_commands[] = {
    { "{}", ERR_MALFORMED, "data.incident", "is missing", "",
      "expected an id \"<world>-i<number>\" of this world" },
    { "{\"incident\":\"live-i1\",\"note\":13800138000}", ERR_MALFORMED, "data.note",
      "is not a text", "got a number", "expected a text of at most 50 bytes" },
    { "{\"note\":\"planted words that are far too long to be taken here\"}", ERR_INVALID,
      "data.note", "is too long", "got a text", "expected a text of at most 50 bytes" },
    { "{\"note\":\"bell \\u0007\"}", ERR_INVALID, "data.note", "has a control character", "",
      "expected a text of at most 50 bytes" },
    { "{\"note\":[\"planted\"]}", ERR_MALFORMED, "data.note", "is not a text", "got a list",
      "expected a text of at most 50 bytes" },
};

START_TEST(door_never_repeats_personal_words)
{
    const struct wrong *w = &wrong_commands[_i];

    check_fault(w, take(&sample_command_shape, str_of(w->text), &command));
    ck_assert_ptr_null(strstr(fault.detail, "planted"));
    ck_assert_ptr_null(strstr(fault.detail, "138"));
}
END_TEST

START_TEST(door_salts_and_hashes_personal_values)
{
    struct sha256 expected;
    uint8_t salt[16];

    for (uint8_t i = 0; i < 16; i++) {
        salt[i] = i;
    }
    hash_sha256((struct str){ (const char *)salt, 16 }, STR("two\n\tlines"), &expected);
    ck_assert_int_eq(take(&sample_command_shape,
                          STR("{\"incident\":\"live-i7\",\"note\":\"two\\n\\tlines\"}"), &command),
                     OK);
    ck_assert_uint_eq(command.incident.n, 7);
    ck_assert(str_is(command.note.value, "two\n\tlines"));
    ck_assert_mem_eq(command.note.salt, salt, sizeof(salt));
    ck_assert_mem_eq(command.note.hash.at, expected.at, sizeof(expected.at));
}
END_TEST

START_TEST(door_salts_differ_without_a_generator)
{
    struct sample_command other;
    struct json_doc *doc;

    ck_assert_int_eq(json_doc_parse(STR("{\"incident\":\"live-i7\",\"note\":\"a\"}"), &doc, &fault),
                     OK);
    ck_assert_int_eq(
        json_in_struct(&sample_command_shape, doc, SAMPLE_WORLD, &arena, &command, &fault), OK);
    ck_assert_int_eq(
        json_in_struct(&sample_command_shape, doc, SAMPLE_WORLD, &arena, &other, &fault), OK);
    json_doc_free(doc);
    ck_assert_mem_ne(command.note.salt, other.note.salt, sizeof(other.note.salt));
    ck_assert_mem_ne(&command.note.hash, &other.note.hash, sizeof(other.note.hash));
}
END_TEST

START_TEST(an_empty_personal_text_is_none)
{
    static const struct personal_in none;

    ck_assert_int_eq(
        take(&sample_command_shape, STR("{\"incident\":\"live-i7\",\"note\":\"\"}"), &command), OK);
    ck_assert_mem_eq(&command.note, &none, sizeof(none));
}
END_TEST

START_TEST(door_takes_any_order_spaces_and_forms_of_numbers)
{
    ck_assert_int_eq(take(&sample_shape,
                          STR(" { \"lat\" : -0 , \"lon\" : -1.224311820e2 ,\r\n\t\"i32\":-0, "
                              "\"open\":false, \"at\":\"2026-11-23T12:05:06.5+08:00\" } "),
                          &sample),
                     OK);
    ck_assert_int_eq(sample.lat, 0);
    ck_assert_int_eq(sample.lon, -1224311820);
    ck_assert_int_eq(sample.i32, 0);
    ck_assert(sample.closed);
    ck_assert_int_eq(sample.at, INT64_C(1795406706500000));
}
END_TEST

START_TEST(door_reads_what_the_writer_wrote)
{
    static const struct json_out opt = { .world = { "live", 4 },
                                         .canonical_command = true,
                                         .privacy_max = TACTICAL };
    struct prng prng;
    struct buf first;
    struct buf second;
    struct sample_command back;

    buf_init(&first);
    buf_init(&second);
    prng_seed(&prng, (uint64_t)_i);
    sample_command_random(&prng, &arena, &command);
    json_out_struct(&first, &sample_command_shape, &command, &opt);
    ck_assert_msg(take(&sample_command_shape, buf_view(&first), &back) == OK, "%s %s: " STR_FMT,
                  fault.field, fault.primary, STR_ARG(buf_view(&first)));
    json_out_struct(&second, &sample_command_shape, &back, &opt);
    ck_assert(str_eq(buf_view(&first), buf_view(&second)));
    buf_fini(&second);
    buf_fini(&first);
}
END_TEST

START_TEST(a_long_path_keeps_its_end)
{
    char text[400];

    snprintf(text, sizeof(text), "{\"branch\":{\"leaf\":{\"%0100d\":1}}}", 7);
    ck_assert_int_eq(take(&sample_shape, str_of(text), &sample), ERR_MALFORMED);
    ck_assert_str_eq(fault.field, "data.branch.leaf.0000000000000000000000000000000000000000…");
}
END_TEST

START_TEST(length_depth_and_number_of_values_are_limited)
{
    struct json_doc *doc;
    struct json_limits limits = { .bytes_max = 20, .depth_max = 2, .values_max = 5 };

    ck_assert_int_eq(json_in_parse(STR("[1,2,3]"), limits, &doc, &fault), OK);
    json_doc_free(doc);
    ck_assert_int_eq(json_in_parse(STR("[1,2,3,4,5]"), limits, &doc, &fault), ERR_MALFORMED);
    ck_assert_str_eq(fault.primary, "the JSON has too many values");
    ck_assert_int_eq(json_in_parse(STR("[[]]"), limits, &doc, &fault), OK);
    json_doc_free(doc);
    ck_assert_int_eq(json_in_parse(STR("[[[]]]"), limits, &doc, &fault), ERR_MALFORMED);
    ck_assert_int_eq(json_in_parse(STR("[\"[[[[]]]]\\\"[[\"]"), limits, &doc, &fault), OK);
    json_doc_free(doc);
    ck_assert_int_eq(json_in_parse(STR("[                   ]"), limits, &doc, &fault),
                     ERR_TOO_LARGE);
    ck_assert_str_eq(fault.detail, "21 bytes, at most 20 are taken");
    ck_assert_ptr_null(doc);
}
END_TEST

START_TEST(a_full_arena_is_a_fault)
{
    struct arena small;
    struct json_doc *doc;

    arena_init(&small, 64);
    ck_assert_int_eq(
        json_doc_parse(STR("{\"names\":[\"aaaaaaaaaa\",\"b\",\"c\",\"d\",\"e\"]}"), &doc, &fault),
        OK);
    ck_assert_int_eq(json_in_struct(&sample_shape, doc, SAMPLE_WORLD, &small, &sample, &fault),
                     ERR_NO_MEMORY);
    json_doc_free(doc);
    arena_fini(&small);
}
END_TEST

START_TEST(documents_are_looked_into)
{
    static const char *const keys[] = { "op", "seq", "deep", "flag", "minus" };
    struct json_doc *doc;
    struct str s = STR("untouched");
    uint64_t u = 9;
    bool yes = false;
    int32_t e7;

    ck_assert_int_eq(
        json_doc_parse(STR("{\"op\":\"hello\",\"seq\":5,\"deep\":{\"list\":[1.5,\"x\"]}"
                           ",\"flag\":true,\"minus\":-1}"),
                       &doc, &fault),
        OK);
    ck_assert(json_doc_is_object(doc) && !json_doc_is_array(doc));
    ck_assert(json_doc_str(doc, "op", &s) && str_is(s, "hello"));
    ck_assert(!json_doc_str(doc, "seq", &s) && str_is(s, "hello"));
    ck_assert(json_doc_u64(doc, "seq", &u) && u == 5);
    ck_assert(!json_doc_u64(doc, "minus", &u) && !json_doc_u64(doc, "none", &u));
    ck_assert(json_doc_bool(doc, "flag", &yes) && yes);

    const struct json_doc *list = json_doc_member(json_doc_member(doc, "deep"), "list");

    ck_assert(json_doc_is_array(list));
    ck_assert_uint_eq(json_doc_count(list), 2);
    ck_assert(json_doc_value_deg(json_doc_at(list, 0), &e7) && e7 == 15000000);
    ck_assert(json_doc_value_str(json_doc_at(list, 1), &s) && str_is(s, "x"));
    ck_assert_ptr_null(json_doc_at(list, 2));
    ck_assert_ptr_null(json_doc_member(NULL, "x"));
    ck_assert(json_doc_only(doc, keys, 5, &s));
    ck_assert(!json_doc_only(doc, keys, 2, &s) && str_is(s, "deep"));
    ck_assert_int_eq(json_in_struct(&sample_shape, json_doc_member(doc, "data"), SAMPLE_WORLD,
                                    &arena, &sample, &fault),
                     ERR_MALFORMED);
    ck_assert_str_eq(fault.primary, "is missing");
    json_doc_free(doc);
    json_doc_free(NULL);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))

int main(void)
{
    Suite *suite = suite_create("codec/json_in");
    TCase *tc = tcase_create("door");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, door_refuses_wrong_documents_with_the_exact_fault, 0,
                        COUNT(wrong_documents));
    tcase_add_loop_test(tc, door_refuses_wrong_values_with_the_exact_fault, 0, COUNT(wrong_values));
    tcase_add_loop_test(tc, door_never_repeats_personal_words, 0, COUNT(wrong_commands));
    tcase_add_test(tc, door_salts_and_hashes_personal_values);
    tcase_add_test(tc, door_salts_differ_without_a_generator);
    tcase_add_test(tc, an_empty_personal_text_is_none);
    tcase_add_test(tc, door_takes_any_order_spaces_and_forms_of_numbers);
    tcase_add_loop_test(tc, door_reads_what_the_writer_wrote, 0, 200);
    tcase_add_test(tc, a_long_path_keeps_its_end);
    tcase_add_test(tc, length_depth_and_number_of_values_are_limited);
    tcase_add_test(tc, a_full_arena_is_a_fault);
    tcase_add_test(tc, documents_are_looked_into);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
