/* Laws of what the tools are made of: CSV, rows in files, the handshake's hash, addresses. */
#include "tests/suite.h"

#include "tools/import/csv.h"
#include "tools/sim/row_file.h"
#include "tools/wire/sha1.h"
#include "tools/wire/ws_client.h"

#include <stdio.h>
#include <unistd.h>

static struct arena arena;
static struct csv csv;

static void begin(const char *text)
{
    struct fault f;

    arena_init(&arena, 1 << 20);
    ck_assert_int_eq(csv_begin(&csv, "t.csv", str_of(text), &arena, &f), OK);
}

static void is(const char *column, const char *expected)
{
    struct str v = csv_get(&csv, column);

    ck_assert_msg(str_is(v, expected), "%s is \"" STR_FMT "\", expected \"%s\"", column, STR_ARG(v),
                  expected);
}

START_TEST(csv_quotes_hold_commas_newlines_and_quotes)
{
    begin("a,b\n\"1,2\",\"say \"\"x\"\"\"\n\"line\nbreak\",\n");
    ck_assert(csv_next(&csv));
    is("a", "1,2");
    is("b", "say \"x\"");
    ck_assert(csv_next(&csv));
    is("a", "line\nbreak");
    is("b", "");
    ck_assert(!csv_next(&csv));
    ck_assert_uint_eq(csv.bad, 0);
    arena_fini(&arena);
}
END_TEST

START_TEST(csv_takes_both_line_ends_and_a_last_row_without_one)
{
    begin("a,b\r\n1,2\r\n3,4");
    ck_assert(csv_next(&csv));
    is("b", "2");
    ck_assert(csv_next(&csv));
    is("b", "4");
    ck_assert_uint_eq(csv.row_line, 3);
    ck_assert(!csv_next(&csv));
    arena_fini(&arena);
}
END_TEST

START_TEST(csv_leaves_out_rows_that_do_not_parse)
{
    begin("a,b\n1\n1,2,3\n\"x\"y,2\nq\"q,2\n5,6\n\"open,7\n");
    ck_assert(csv_next(&csv));
    is("a", "5");
    ck_assert_uint_eq(csv.row_line, 6);
    ck_assert(!csv_next(&csv));
    ck_assert_uint_eq(csv.bad, 5);
    ck_assert_uint_eq(csv.rows, 6);
    arena_fini(&arena);
}
END_TEST

START_TEST(csv_tells_a_missing_column)
{
    static const char *const columns[] = { "a", "c", NULL };
    struct fault f;

    begin("a,b\n");
    ck_assert_int_eq(csv_needs(&csv, columns, &f), ERR_MALFORMED);
    ck_assert_str_eq(f.field, "c");
    arena_fini(&arena);
}
END_TEST

START_TEST(a_row_comes_back_from_its_file)
{
    char path[64];
    struct row_file file;
    struct fault f;
    struct log_row row = { .seq = 7,
                           .epoch = 2,
                           .at_us = 1234567,
                           .actor = STR("a\\b"),
                           .command_id = STR("c-1"),
                           .command = STR("incident.note"),
                           .data = STR("{\"x\":\"tab\\tquote\\\"\"}") };
    struct log_row back;
    char line[1024];
    char beside[80];

    (void)snprintf(path, sizeof(path), "/tmp/tocsin-row-%d", (int)getpid());
    (void)snprintf(beside, sizeof(beside), "%s.personal", path);
    memset(row.hash.at, 0xa5, SHA256_SIZE);
    ck_assert_int_eq(row_file_create(&file, path, &f), OK);
    row_file_put(&file, &row);
    ck_assert_int_eq(row_file_close(&file, &f), OK);
    FILE *in = fopen(path, "r");

    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), in));
    (void)fclose(in);
    (void)unlink(path);
    (void)unlink(beside);
    arena_init(&arena, 1 << 16);
    ck_assert_int_eq(row_file_parse((struct str){ line, strlen(line) - 1 }, &arena, &back, &f), OK);
    ck_assert_uint_eq(back.seq, 7);
    ck_assert(str_eq(back.actor, row.actor));
    ck_assert(str_eq(back.data, row.data));
    ck_assert_int_eq(memcmp(back.hash.at, row.hash.at, SHA256_SIZE), 0);
    ck_assert_int_eq(row_file_parse(STR("1\t2"), &arena, &back, &f), ERR_CORRUPT);
    arena_fini(&arena);
}
END_TEST

START_TEST(sha1_is_that_of_the_standard)
{
    /* FIPS 180-2, A.1 and A.2. */
    static const uint8_t abc[4] = { 0xa9, 0x99, 0x3e, 0x36 };
    static const uint8_t two[4] = { 0x84, 0x98, 0x3e, 0x44 };
    uint8_t out[SHA1_SIZE];

    sha1_short(STR("abc"), out);
    ck_assert_int_eq(memcmp(out, abc, 4), 0);
    sha1_short(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), out);
    ck_assert_int_eq(memcmp(out, two, 4), 0);
}
END_TEST

START_TEST(a_frame_is_masked_and_says_its_length)
{
    static const size_t sizes[] = { 0, 1, 125, 126, 65535, 65536 };
    static const size_t heads[] = { 6, 6, 6, 8, 8, 14 };
    static char text[65536];
    struct buf b;

    memset(text, 'x', sizeof(text));
    buf_init(&b);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        buf_reset(&b);
        ws_frame_put(&b, (struct str){ text, sizes[i] }, 0x01020304);
        ck_assert_uint_eq(b.len, heads[i] + sizes[i]);
        ck_assert_uint_eq((uint8_t)b.at[0], 0x81);
        ck_assert_uint_eq((uint8_t)b.at[1] & 0x80u, 0x80);
        for (size_t k = 0; k < sizes[i]; k++) {
            ck_assert_int_eq(b.at[heads[i] + k] ^ b.at[heads[i] - 4 + k % 4], 'x');
        }
    }
    buf_fini(&b);
}
END_TEST

START_TEST(an_address_is_http_host_and_port)
{
    struct wire_address a;

    ck_assert(wire_address_read("http://127.0.0.1:8420", &a));
    ck_assert_str_eq(a.host, "127.0.0.1");
    ck_assert_uint_eq(a.port, 8420);
    ck_assert(wire_address_read("http://localhost:1/", &a));
    ck_assert(!wire_address_read("https://localhost:1", &a));
    ck_assert(!wire_address_read("http://localhost:99999", &a));
    ck_assert(!wire_address_read("http://localhost:1/path", &a));
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { csv_quotes_hold_commas_newlines_and_quotes, 0, 0 },
        { csv_takes_both_line_ends_and_a_last_row_without_one, 0, 0 },
        { csv_leaves_out_rows_that_do_not_parse, 0, 0 },
        { csv_tells_a_missing_column, 0, 0 },
        { a_row_comes_back_from_its_file, 0, 0 },
        { sha1_is_that_of_the_standard, 0, 0 },
        { a_frame_is_masked_and_says_its_length, 0, 0 },
        { an_address_is_http_host_and_port, 0, 0 },
    };

    return SUITE_RUN("tools", rows);
}
