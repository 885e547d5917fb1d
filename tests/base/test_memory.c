#include "base/arena.h"
#include "base/buf.h"
#include "tests/suite.h"

#include <signal.h>
#include <stdint.h>

START_TEST(arena_memory_is_zeroed_and_aligned)
{
    struct arena a;

    arena_init(&a, 1 << 20);
    for (size_t size = 0; size < 300; size++) {
        unsigned char *at = arena_alloc(&a, size);

        ck_assert_ptr_nonnull(at);
        ck_assert_uint_eq((uintptr_t)at % 16, 0);
        for (size_t i = 0; i < size; i++) {
            ck_assert_uint_eq(at[i], 0);
            at[i] = 0xff;
        }
    }
    arena_reset(&a);
    unsigned char *again = arena_alloc(&a, 200);

    for (size_t i = 0; i < 200; i++) {
        ck_assert_uint_eq(again[i], 0);
    }
    arena_fini(&a);
}
END_TEST

START_TEST(arena_allocations_do_not_overlap)
{
    struct arena a;
    unsigned char *at[200];

    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < 200; i++) {
        at[i] = arena_alloc(&a, i * 7 % 97);
        memset(at[i], (int)i, i * 7 % 97);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t k = 0; k < i * 7 % 97; k++) {
            ck_assert_uint_eq(at[i][k], i);
        }
    }
    arena_fini(&a);
}
END_TEST

START_TEST(arena_never_passes_its_limit)
{
    struct arena a;

    arena_init(&a, 10000);
    ck_assert_ptr_null(arena_alloc(&a, 10001));
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX));
    ck_assert_ptr_null(arena_alloc(&a, SIZE_MAX - 20));
    size_t got = 0;

    while (arena_alloc(&a, 100) != NULL) {
        got += 100;
        ck_assert_uint_le(a.total, 10000);
    }
    ck_assert_uint_ge(got, 8000);
    ck_assert_ptr_null(
        arena_str(&a, STR("this does not fit any more, nor could it: there is no room "
                          "left in the arena for this one"))
            .at);
    arena_reset(&a);
    ck_assert_ptr_nonnull(arena_alloc(&a, 100));
    arena_fini(&a);
}
END_TEST

START_TEST(arena_reset_keeps_what_the_next_turn_of_that_size_needs)
{
    struct arena a;

    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < 100; i++) {
        ck_assert_ptr_nonnull(arena_alloc(&a, 1000));
    }
    arena_reset(&a);
    size_t total = a.total;

    ck_assert_uint_le(total, (1 << 20) / 8 + 4096);
    void *first = arena_alloc(&a, total / 2);

    ck_assert_uint_eq(a.total, total);
    arena_reset(&a);
    ck_assert_uint_eq(a.total, total);
    ck_assert_ptr_eq(arena_alloc(&a, 16), first);
    arena_fini(&a);
    ck_assert_uint_eq(a.total, 0);
}
END_TEST

START_TEST(arena_reset_gives_a_huge_block_back)
{
    struct arena a;

    arena_init(&a, 16 << 20);
    ck_assert_ptr_nonnull(arena_alloc(&a, 16));
    size_t total = a.total;

    ck_assert_ptr_nonnull(arena_alloc(&a, 8 << 20));
    arena_reset(&a);
    ck_assert_uint_eq(a.total, total);
    ck_assert_ptr_nonnull(arena_alloc(&a, 15 << 20));
    arena_reset(&a);
    ck_assert_uint_le(a.total, 2 << 20);
    arena_fini(&a);
}
END_TEST

START_TEST(arena_str_copies_and_ends_with_nul)
{
    struct arena a;

    arena_init(&a, 1 << 16);
    struct str s = arena_str(&a, STR("警情"));

    ck_assert_uint_eq(s.len, 6);
    ck_assert_str_eq(s.at, "警情");
    s = arena_str(&a, str_of(NULL));
    ck_assert_uint_eq(s.len, 0);
    ck_assert_str_eq(s.at, "");
    arena_fini(&a);
}
END_TEST

static void ck_view(const struct buf *b, const char *expected)
{
    struct str view = buf_view(b);

    ck_assert(buf_ok(b));
    ck_assert_msg(str_is(view, expected), "got " STR_FMT ", expected %s", STR_ARG(view), expected);
}

START_TEST(buf_writes_numbers_and_hex)
{
    struct buf b;
    const uint8_t bytes[] = { 0x00, 0x9f, 0xff };

    buf_init(&b);
    buf_u64(&b, 0);
    buf_char(&b, ' ');
    buf_u64(&b, UINT64_MAX);
    buf_char(&b, ' ');
    buf_i64(&b, INT64_MIN);
    buf_char(&b, ' ');
    buf_i64(&b, INT64_MAX);
    buf_char(&b, ' ');
    buf_hex(&b, bytes, sizeof bytes);
    buf_fmt(&b, " %s=%d", "x", 42);
    ck_view(&b, "0 18446744073709551615 -9223372036854775808 9223372036854775807 009fff x=42");
    buf_reset(&b);
    ck_view(&b, "");
    buf_fini(&b);
}
END_TEST

START_TEST(buf_grows_as_needed)
{
    struct buf b;

    buf_init(&b);
    for (int i = 0; i < 10000; i++) {
        buf_text(&b, "0123456789");
    }
    ck_assert(buf_ok(&b));
    ck_assert_uint_eq(b.len, 100000);
    ck_assert_mem_eq(b.at + 99990, "0123456789", 10);
    buf_fini(&b);
}
END_TEST

START_TEST(a_fixed_buf_never_writes_behind_its_end_and_its_error_sticks)
{
    char bytes[9] = "........";
    struct buf b;

    buf_fixed(&b, bytes, 8);
    buf_text(&b, "1234");
    buf_text(&b, "5678");
    ck_view(&b, "12345678");
    ck_assert_int_eq(bytes[8], '\0');
    buf_char(&b, '9');
    ck_assert(!buf_ok(&b));
    ck_assert_ptr_null(buf_room(&b, 0));
    buf_text(&b, "");
    ck_assert(!buf_ok(&b));
    ck_assert_uint_eq(b.len, 8);
    buf_reset(&b);
    buf_text(&b, "a");
    ck_view(&b, "a");
    buf_fini(&b);
}
END_TEST

START_TEST(taking_more_than_the_room_is_a_bug)
{
    char bytes[8];
    struct buf b;

    buf_fixed(&b, bytes, sizeof bytes);
    ck_assert_ptr_nonnull(buf_room(&b, 8));
    buf_took(&b, 9);
}
END_TEST

START_TEST(json_strings_escape_only_what_must_be)
{
    struct buf b;

    buf_init(&b);
    buf_json_str(&b, STR("\"\\/\b\f\n\r\t\x01\x1f\x7f 警情 <&>"));
    ck_view(&b, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f 警情 <&>\"");
    buf_reset(&b);
    buf_json_str(&b, STR(""));
    ck_view(&b, "\"\"");
    buf_reset(&b);
    buf_json_str(&b, (struct str){ NULL, 0 });
    ck_view(&b, "\"\"");
    buf_reset(&b);
    buf_json_str(&b, STR("\n"));
    ck_view(&b, "\"\\n\"");
    buf_fini(&b);
}
END_TEST

START_TEST(every_control_character_is_escaped)
{
    for (int c = 0; c < 256; c++) {
        char byte = (char)c;
        char out[16];
        struct buf b;

        buf_fixed(&b, out, sizeof out);
        buf_json_str(&b, (struct str){ &byte, 1 });
        ck_assert(buf_ok(&b));
        bool escaped = b.len > 3;

        ck_assert_int_eq(escaped, c < 0x20 || c == '"' || c == '\\');
    }
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = arena_memory_is_zeroed_and_aligned },
        { .test = arena_allocations_do_not_overlap },
        { .test = arena_never_passes_its_limit },
        { .test = arena_reset_keeps_what_the_next_turn_of_that_size_needs },
        { .test = arena_reset_gives_a_huge_block_back },
        { .test = arena_str_copies_and_ends_with_nul },
        { .test = buf_writes_numbers_and_hex },
        { .test = buf_grows_as_needed },
        { .test = a_fixed_buf_never_writes_behind_its_end_and_its_error_sticks },
        { .test = taking_more_than_the_room_is_a_bug, .signal = SIGABRT },
        { .test = json_strings_escape_only_what_must_be },
        { .test = every_control_character_is_escaped },
    };

    return SUITE_RUN("base/memory", rows);
}
