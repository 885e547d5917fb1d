#include "base/str.h"
#include "tests/suite.h"

START_TEST(byte_order_puts_the_beginning_first)
{
    ck_assert_int_eq(str_cmp(STR("a"), STR("b")), -1);
    ck_assert_int_eq(str_cmp(STR("b"), STR("a")), 1);
    ck_assert_int_eq(str_cmp(STR("ab"), STR("a")), 1);
    ck_assert_int_eq(str_cmp(STR("a"), STR("ab")), -1);
    ck_assert_int_eq(str_cmp(STR("ab"), STR("ab")), 0);
    ck_assert_int_eq(str_cmp(STR("\xff"), STR("a")), 1);
    ck_assert_int_eq(str_cmp(str_of(NULL), STR("")), 0);
}
END_TEST

START_TEST(equal_means_same_length_and_bytes)
{
    ck_assert(str_eq(STR("警情"), STR("警情")));
    ck_assert(!str_eq(STR("ab"), STR("abc")));
    ck_assert(!str_eq(STR("ab"), STR("ac")));
    ck_assert(str_eq(str_of(NULL), STR("")));
    ck_assert(str_is(STR("unit"), "unit"));
}
END_TEST

static const struct str good[] = {
    { "", 0 },
    { "\x01", 1 },
    { "\x7f", 1 },
    { "\xc2\x80", 2 },
    { "\xdf\xbf", 2 },
    { "\xe0\xa0\x80", 3 },
    { "\xed\x9f\xbf", 3 },
    { "\xee\x80\x80", 3 },
    { "\xef\xbf\xbf", 3 },
    { "\xf0\x90\x80\x80", 4 },
    { "\xf4\x8f\xbf\xbf", 4 },
    { "plain ascii, longer than a word", 31 },
    { "\xe8\xad\xa6\xe6\x83\x85 110", 10 },
};

START_TEST(well_formed_utf8_is_taken)
{
    ck_assert(str_utf8(good[_i]));
}
END_TEST

static const struct str bad[] = {
    { "\0", 1 },                       /* NUL */
    { "abcdefg\0", 8 },                /* NUL in a whole word */
    { "abcdefghijk\0mnop", 16 },       /* NUL in the second word */
    { "\x80", 1 },                     /* lone continuation */
    { "\xbf", 1 },                     /* lone continuation */
    { "\xc0\x80", 2 },                 /* overlong NUL */
    { "\xc1\xbf", 2 },                 /* overlong 7f */
    { "\xe0\x80\x80", 3 },             /* overlong NUL in three */
    { "\xe0\x9f\xbf", 3 },             /* overlong 7ff */
    { "\xf0\x80\x80\x80", 4 },         /* overlong in four */
    { "\xf0\x8f\xbf\xbf", 4 },         /* overlong ffff */
    { "\xed\xa0\x80", 3 },             /* first high surrogate */
    { "\xed\xbf\xbf", 3 },             /* last low surrogate */
    { "\xed\xa0\xbd\xed\xb8\x80", 6 }, /* a pair, as CESU-8 writes it */
    { "\xf4\x90\x80\x80", 4 },         /* above U+10FFFF */
    { "\xf5\x80\x80\x80", 4 },         /* no such lead */
    { "\xf8\x88\x80\x80\x80", 5 },     /* five bytes */
    { "\xfe", 1 },
    { "\xff", 1 },
    { "\xc2", 1 },             /* cut */
    { "\xe8\xad", 2 },         /* cut */
    { "\xf0\x9f\x9a", 3 },     /* cut */
    { "\xc2 ", 2 },            /* continuation missing */
    { "\xe8\xad ", 3 },        /* continuation missing */
    { "\xf0\x9f\x9a ", 4 },    /* continuation missing */
    { "\xe8 \xa6", 3 },        /* continuation missing */
    { "abcdefgh\xff", 9 },     /* behind a plain word */
    { "abcdefg\xff", 8 },      /* at the end of a word */
    { "\xc2\xc2\x80", 3 },     /* lead where a continuation belongs */
    { "\xe2\x28\xa1", 3 },     /* ascii where a continuation belongs */
    { "\xf0\x28\x8c\xbc", 4 }, /* ascii where a continuation belongs */
};

START_TEST(wrong_utf8_is_refused)
{
    ck_assert_msg(!str_utf8(bad[_i]), "row %d was taken", _i);
}
END_TEST

START_TEST(every_byte_but_nul_up_to_7f_is_plain)
{
    for (int c = 0; c < 256; c++) {
        char word[8] = { 'a', 'b', 'c', (char)c, 'e', 'f', 'g', 'h' };

        ck_assert_int_eq(str_utf8((struct str){ word, sizeof word }), c > 0 && c < 128);
    }
}
END_TEST

START_TEST(count_is_in_code_points)
{
    ck_assert_uint_eq(str_utf8_count(STR("")), 0);
    ck_assert_uint_eq(str_utf8_count(STR("abc")), 3);
    ck_assert_uint_eq(str_utf8_count(STR("\xe8\xad\xa6\xe6\x83\x85")), 2);
    ck_assert_uint_eq(str_utf8_count(STR("\xf0\x9f\x9a\x93!")), 2);
}
END_TEST

int main(void)
{
    static const int goods = sizeof good / sizeof good[0];
    static const int bads = sizeof bad / sizeof bad[0];
    const struct suite_row rows[] = {
        { .test = byte_order_puts_the_beginning_first },
        { .test = equal_means_same_length_and_bytes },
        { .test = well_formed_utf8_is_taken, .loops = goods },
        { .test = wrong_utf8_is_refused, .loops = bads },
        { .test = every_byte_but_nul_up_to_7f_is_plain },
        { .test = count_is_in_code_points },
    };

    return SUITE_RUN("base/str", rows);
}
