/* Laws of the writers and readers over random values: what was written is read back equal, equal
 * structs have equal bytes, and no cut or changed text does more than be refused. The loop index is
 * the seed. */
#include "base/arena.h"
#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/json_read.h"
#include "dispatch/codec/pack.h"
#include "dispatch/model/shape_clone.h"
#include "tests/dispatch/codec/sample.h"
#include "tests/suite.h"

#include <check.h>
#include <stdlib.h>

#define SEEDS 400

static struct prng prng;
static struct arena arena;
static struct buf buf;
static struct buf buf2;
static struct fault fault;
static struct sample sample;

static const struct json_out row_opt = { .world = { "live", 4 }, .privacy_max = TACTICAL };

static void setup(void)
{
    arena_init(&arena, 1u << 20);
    buf_init(&buf);
    buf_init(&buf2);
    fault = (struct fault){ .err = OK };
}

static void teardown(void)
{
    buf_fini(&buf2);
    buf_fini(&buf);
    arena_fini(&arena);
}

static void seed(int n)
{
    prng_seed(&prng, (uint64_t)n);
    sample_random(&prng, &arena, &sample);
}

static enum err read_back(struct str text, struct sample *out)
{
    size_t pos = 0;
    enum err err = json_read_struct(&sample_shape, text, &pos, SAMPLE_WORLD, &arena, out, &fault);

    return err == OK && pos != text.len ? ERR_CORRUPT : err;
}

START_TEST(json_reads_back_what_was_written)
{
    struct sample back;

    seed(_i);
    json_out_struct(&buf, &sample_shape, &sample, &row_opt);
    ck_assert(buf_ok(&buf));
    ck_assert_msg(read_back(buf_view(&buf), &back) == OK, "%s %s %s: " STR_FMT, fault.field,
                  fault.primary, fault.detail, STR_ARG(buf_view(&buf)));
    ck_assert(shape_equal(&sample_shape, &sample, &back));
    json_out_struct(&buf2, &sample_shape, &back, &row_opt);
    ck_assert(str_eq(buf_view(&buf), buf_view(&buf2)));
}
END_TEST

START_TEST(json_with_everything_written_reads_back_equal)
{
    struct json_out opt = row_opt;
    struct sample back;

    seed(_i);
    opt.all = true;
    json_out_struct(&buf, &sample_shape, &sample, &opt);
    ck_assert_msg(read_back(buf_view(&buf), &back) == OK, "%s %s %s: " STR_FMT, fault.field,
                  fault.primary, fault.detail, STR_ARG(buf_view(&buf)));
    /* An absent branch is written as one that is there. */
    back.has_branch = sample.has_branch;
    ck_assert(shape_equal(&sample_shape, &sample, &back));
}
END_TEST

START_TEST(json_fits_a_fixed_buffer_to_the_byte)
{
    struct buf fixed;
    char *bytes;

    seed(_i);
    json_out_struct(&buf, &sample_shape, &sample, &row_opt);
    bytes = malloc(buf.len);
    ck_assert_ptr_nonnull(bytes);
    buf_fixed(&fixed, bytes, buf.len);
    json_out_struct(&fixed, &sample_shape, &sample, &row_opt);
    ck_assert(buf_ok(&fixed) && str_eq(buf_view(&buf), buf_view(&fixed)));
    buf_fixed(&fixed, bytes, buf.len - 1);
    json_out_struct(&fixed, &sample_shape, &sample, &row_opt);
    ck_assert(!buf_ok(&fixed));
    free(bytes);
}
END_TEST

START_TEST(json_cut_anywhere_is_refused)
{
    struct sample back;

    seed(_i);
    json_out_struct(&buf, &sample_shape, &sample, &row_opt);
    for (size_t len = 0; len < buf.len; len++) {
        /* A copy of exactly that size, so that the sanitizer sees a read behind it. */
        char *bytes = malloc(len > 0 ? len : 1);

        ck_assert_ptr_nonnull(bytes);
        memcpy(bytes, buf.at, len);
        ck_assert(read_back((struct str){ .at = bytes, .len = len }, &back) == ERR_CORRUPT);
        free(bytes);
    }
}
END_TEST

START_TEST(pack_reads_back_what_was_written)
{
    struct sample back;
    size_t pos = 0;

    seed(_i);
    pack_struct(&buf, &sample_shape, &sample);
    ck_assert_msg(unpack_struct(&sample_shape, buf_view(&buf), &pos, &arena, &back, &fault) == OK,
                  "%s %s", fault.field, fault.primary);
    ck_assert_uint_eq(pos, buf.len);
    ck_assert(shape_equal(&sample_shape, &sample, &back));
    pack_struct(&buf2, &sample_shape, &back);
    ck_assert(str_eq(buf_view(&buf), buf_view(&buf2)));
}
END_TEST

START_TEST(pack_carries_personal_values_with_salt_and_hash)
{
    struct sample_command command;
    struct sample_command back;
    size_t pos = 0;

    prng_seed(&prng, (uint64_t)_i);
    sample_command_random(&prng, &arena, &command);
    pack_struct(&buf, &sample_command_shape, &command);
    ck_assert(unpack_struct(&sample_command_shape, buf_view(&buf), &pos, &arena, &back, &fault) ==
              OK);
    ck_assert_uint_eq(pos, buf.len);
    ck_assert(shape_equal(&sample_command_shape, &command, &back));
}
END_TEST

START_TEST(pack_cut_anywhere_is_refused)
{
    struct sample back;

    seed(_i);
    pack_struct(&buf, &sample_shape, &sample);
    for (size_t len = 0; len < buf.len; len++) {
        char *bytes = malloc(len > 0 ? len : 1);
        size_t pos = 0;

        ck_assert_ptr_nonnull(bytes);
        memcpy(bytes, buf.at, len);
        ck_assert(unpack_struct(&sample_shape, (struct str){ .at = bytes, .len = len }, &pos,
                                &arena, &back, &fault) == ERR_CORRUPT);
        free(bytes);
    }
}
END_TEST

START_TEST(clone_equals_and_points_nowhere_else)
{
    struct arena other;
    struct sample copy;

    seed(_i);
    arena_init(&other, 1u << 20);
    ck_assert(shape_clone(&sample_shape, &sample, &other, &copy));
    ck_assert(shape_equal(&sample_shape, &sample, &copy));
    json_out_struct(&buf, &sample_shape, &sample, &row_opt);
    /* The first arena goes; the sanitizer would see the clone reading from it. */
    arena_fini(&arena);
    arena_init(&arena, 1u << 20);
    json_out_struct(&buf2, &sample_shape, &copy, &row_opt);
    ck_assert(str_eq(buf_view(&buf), buf_view(&buf2)));
    arena_fini(&other);
}
END_TEST

START_TEST(different_values_are_not_equal_and_differ_in_bytes)
{
    struct sample first;

    seed(_i);
    first = sample;
    sample_random(&prng, &arena, &sample);
    pack_struct(&buf, &sample_shape, &first);
    pack_struct(&buf2, &sample_shape, &sample);
    ck_assert(shape_equal(&sample_shape, &first, &sample) ==
              str_eq(buf_view(&buf), buf_view(&buf2)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec/round_trip");
    TCase *tc = tcase_create("laws");
    SRunner *runner = srunner_create(suite);
    int failed;

    shape_check(&sample_shape);
    shape_check(&sample_command_shape);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, json_reads_back_what_was_written, 0, TRIALS(SEEDS));
    tcase_add_loop_test(tc, json_with_everything_written_reads_back_equal, 0, TRIALS(SEEDS));
    tcase_add_loop_test(tc, json_fits_a_fixed_buffer_to_the_byte, 0, TRIALS(SEEDS / 4));
    tcase_add_loop_test(tc, json_cut_anywhere_is_refused, 0, TRIALS(20));
    tcase_add_loop_test(tc, pack_reads_back_what_was_written, 0, TRIALS(SEEDS));
    tcase_add_loop_test(tc, pack_carries_personal_values_with_salt_and_hash, 0, TRIALS(SEEDS / 4));
    tcase_add_loop_test(tc, pack_cut_anywhere_is_refused, 0, TRIALS(20));
    tcase_add_loop_test(tc, clone_equals_and_points_nowhere_else, 0, TRIALS(SEEDS / 4));
    tcase_add_loop_test(tc, different_values_are_not_equal_and_differ_in_bytes, 0,
                        TRIALS(SEEDS / 4));
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
