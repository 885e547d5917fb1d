/* The model's tables and the small things every table stands on: texts, words, copies. */
#include "base/arena.h"
#include "dispatch/model/access.h"
#include "dispatch/model/command.h"
#include "dispatch/model/event.h"
#include "dispatch/model/shape_clone.h"
#include "dispatch/model/text.h"
#include "tests/suite.h"

START_TEST(every_shape_fits_its_struct)
{
    for (int i = 0; i < COMMAND_TYPE_COUNT; i++) {
        if (command_infos[i].shape != NULL) {
            shape_check(command_infos[i].shape);
        }
    }
    for (int i = 0; i < EVENT_KIND_COUNT; i++) {
        if (event_infos[i].shape != NULL) {
            shape_check(event_infos[i].shape);
        }
    }
    shape_check(&by_shape);
}
END_TEST

/* Words travel in JSON, SQL and TypeScript without escapes, and a list says no word twice. */
static void check_words(const struct words *w)
{
    ck_assert_uint_gt(w->count, 0);
    for (uint32_t i = 0; i < w->count; i++) {
        uint32_t found;

        ck_assert_msg(strlen(w->at[i]) > 0, "%s has an empty word", w->name);
        ck_assert_msg(strspn(w->at[i], "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(w->at[i]),
                      "%s: %s", w->name, w->at[i]);
        ck_assert(word_find(w, str_of(w->at[i]), &found));
        ck_assert_msg(found == i, "%s: %s stands twice", w->name, w->at[i]);
        ck_assert_str_eq(word_of(w, i), w->at[i]);
    }
}

START_TEST(every_word_is_found_by_its_value_and_back)
{
    static const struct words *const all[] = {
        &police_type_words, &channel_words,         &call_kind_words,
        &place_state_words, &place_flag_words,      &contact_words,
        &cue_words,         &incident_status_words, &assignment_status_words,
        &unit_status_words, &report_status_words,   &report_outcome_words,
        &role_words,        &audience_words,        &topic_words,
        &zone_kind_words,   &alarm_kind_words,      &deadline_kind_words,
        &step_by_words,     &pass_reason_words,     &decline_reason_words,
        &disposition_words, &unit_reason_words,     &purpose_words,
        &named_place_words,
    };
    uint32_t value = 99;

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        check_words(all[i]);
    }
    ck_assert_uint_eq(channel_words.count, CHANNEL_COUNT);
    ck_assert_str_eq(word_of(&role_words, ROLE_COMMANDER), "commander");
    ck_assert(!word_find(&role_words, STR("comma"), &value) && value == 99);
    ck_assert(!word_find(&role_words, STR(""), &value));
}
END_TEST

START_TEST(a_value_without_a_word_stops_the_process)
{
    word_of(&role_words, ROLE_COUNT);
}
END_TEST

START_TEST(a_text_is_cut_before_a_code_point)
{
    struct text16 t;

    text_set(&t, STR("123456789012345"));
    ck_assert_uint_eq(t.len, 15);
    text_set(&t, STR("1234567890123456"));
    ck_assert(str_is(text_str(&t), "123456789012345"));
    text_set(&t, STR("12345678901234é"));
    ck_assert(str_is(text_str(&t), "12345678901234"));
    text_set(&t, STR("警警警警警警"));
    ck_assert(str_is(text_str(&t), "警警警警警"));
    text_set(&t, STR("123456789012🚓"));
    ck_assert(str_is(text_str(&t), "123456789012"));
}
END_TEST

START_TEST(equal_texts_have_equal_bytes)
{
    struct text32 a;
    struct text32 b;

    memset(&a, 0xff, sizeof(a));
    text_set(&a, STR("a long text before"));
    text_set(&a, STR("short"));
    memset(&b, 0, sizeof(b));
    text_set(&b, STR("short"));
    ck_assert_mem_eq(&a, &b, sizeof(a));
    text_set(&a, ((struct str){ .at = NULL, .len = 0 }));
    ck_assert_uint_eq(a.len, 0);
}
END_TEST

START_TEST(a_field_is_found_by_its_whole_name_only)
{
    const struct shape *s = command_infos[COMMAND_REPORT_RECEIVE].shape;

    ck_assert_str_eq(shape_field(s, STR("channel"))->name, "channel");
    ck_assert_str_eq(shape_field(s, STR("open"))->name, "open");
    ck_assert_ptr_null(shape_field(s, STR("no_open")));
    ck_assert_ptr_null(shape_field(s, STR("chan")));
    ck_assert_ptr_null(shape_field(s, STR("channels")));
    ck_assert_ptr_null(shape_field(s, STR("")));
}
END_TEST

START_TEST(a_clone_owns_its_texts_and_says_when_memory_is_out)
{
    struct unit_ref refs[] = { { { 1 } }, { { 2 } } };
    struct assignment_dispatch from = { .incident = { 7 },
                                        .units = { refs, 2 },
                                        .reason = { .value = STR("near") } };
    struct assignment_dispatch to;
    const struct shape *s = command_infos[COMMAND_ASSIGNMENT_DISPATCH].shape;
    struct arena a;
    struct arena none;

    arena_init(&a, 1u << 16);
    arena_init(&none, 0);
    ck_assert(shape_clone(s, &from, &a, &to));
    ck_assert_ptr_ne(to.units.at, refs);
    ck_assert_ptr_ne(to.reason.value.at, from.reason.value.at);
    ck_assert(shape_equal(s, &from, &to));
    refs[1].unit.n = 3;
    ck_assert(!shape_equal(s, &from, &to));
    ck_assert(!shape_clone(s, &from, &none, &to));
    arena_fini(&none);
    arena_fini(&a);
}
END_TEST

START_TEST(a_struct_with_a_flag_is_standard_by_the_flag_alone)
{
    const struct shape *s = command_infos[COMMAND_INCIDENT_AMEND].shape;
    const struct field *place = shape_field(s, STR("place"));
    struct incident_amend amend = { .place = { .lon = 1 } };
    struct incident_amend other = { .place = { .lon = 2 } };

    ck_assert(field_is_standard(place, &amend));
    ck_assert(shape_equal(s, &amend, &other));
    amend.has_place = true;
    amend.place.lon = 0;
    ck_assert(!field_is_standard(place, &amend));
    other.has_place = true;
    ck_assert(!shape_equal(s, &amend, &other));
}
END_TEST

START_TEST(a_purpose_is_one_line_that_can_be_read_back)
{
    const struct {
        const char *reason, *text;
        bool glass;
    } good[] = {
        { "", "callback", false },
        { "", "break callback", true },
        { "接警员离席: 8 分钟", "callback: 接警员离席: 8 分钟", false },
        { "the owner is away, room 101-202", "break callback: the owner is away, room 101-202",
          true },
    };
    for (size_t k = 0; k < sizeof(good) / sizeof(good[0]); k++) {
        const struct access in = { .purpose = PURPOSE_CALLBACK,
                                   .glass = good[k].glass,
                                   .reason = str_of(good[k].reason) };
        struct access out;
        char text[256];
        struct buf b;
        buf_fixed(&b, text, sizeof(text));
        access_put(&b, &in);
        ck_assert_msg(str_is(buf_view(&b), good[k].text), "%.*s", (int)b.len, text);
        ck_assert(access_read(buf_view(&b), &out));
        ck_assert(out.purpose == PURPOSE_CALLBACK && out.glass == in.glass);
        ck_assert(str_eq(out.reason, in.reason));
    }
    const char *bad[] = { "", "none", "look", "break ", "callback:", "callback: ", "callback:x" };
    for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
        struct access out;
        ck_assert_msg(!access_read(str_of(bad[k]), &out), "%s", bad[k]);
    }
}
END_TEST

START_TEST(a_reason_holds_no_long_number)
{
    char longest[ACCESS_REASON_SIZE_MAX + 2];
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    const char *bad[] = {
        "1390000", "ring 139-0000-0042", "139 0000 0042", "a\nb", "\xff", longest
    };
    for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
        ck_assert_msg(access_reason_wrong(str_of(bad[k])) != NULL, "%s", bad[k]);
    }
    ck_assert_ptr_null(access_reason_wrong(str_of(longest + 1)));
    ck_assert_ptr_null(access_reason_wrong(STR("3 units, 110, since 08:15, floor 12")));
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = every_shape_fits_its_struct },
        { .test = every_word_is_found_by_its_value_and_back },
        { .test = a_value_without_a_word_stops_the_process, .signal = 6 },
        { .test = a_text_is_cut_before_a_code_point },
        { .test = equal_texts_have_equal_bytes },
        { .test = a_field_is_found_by_its_whole_name_only },
        { .test = a_clone_owns_its_texts_and_says_when_memory_is_out },
        { .test = a_struct_with_a_flag_is_standard_by_the_flag_alone },
        { .test = a_purpose_is_one_line_that_can_be_read_back },
        { .test = a_reason_holds_no_long_number },
    };

    return SUITE_RUN("model/shapes", rows);
}
