/* The codec's laws over the model itself: every command and every event with random values. */
#include "base/must.h"
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/json_read.h"
#include "dispatch/codec/pack.h"
#include "dispatch/model/command.h"
#include "dispatch/model/event.h"
#include "dispatch/model/shape_clone.h"
#include "tests/dispatch/codec/random_shape.h"

#include <check.h>
#include <stdlib.h>

#define SEEDS 60
#define WORLD STR("live")

static struct prng prng;
static struct arena arena;
static struct buf buf;
static struct buf buf2;
static struct fault fault;

static void setup(void)
{
    prng_seed(&prng, 1);
    arena_init(&arena, 1u << 24);
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

static void *room(const struct shape *s)
{
    void *at = arena_alloc(&arena, s->size);

    ck_assert_ptr_nonnull(at);
    return at;
}

static void check_packed(const struct shape *s, const void *value)
{
    void *back = room(s);
    size_t pos = 0;

    buf_reset(&buf);
    pack_struct(&buf, s, value);
    ck_assert_msg(unpack_struct(s, buf_view(&buf), &pos, &arena, back, &fault) == OK, "%s: %s %s",
                  s->name, fault.field, fault.primary);
    ck_assert_uint_eq(pos, buf.len);
    ck_assert_msg(shape_equal(s, value, back), "%s", s->name);
}

START_TEST(every_event_reads_back_equal)
{
    const struct event_info *info = &event_infos[_i];
    struct json_out opt = { .world = WORLD, .privacy_max = TACTICAL };

    for (int seed = 0; info->word != NULL && seed < SEEDS; seed++) {
        const struct shape *s = info->shape;
        void *value = room(s);
        void *back = room(s);
        size_t pos = 0;

        prng_seed(&prng, (uint64_t)seed);
        random_shape(&prng, &arena, s, value);
        buf_reset(&buf);
        json_out_struct(&buf, s, value, &opt);
        ck_assert_msg(json_read_struct(s, buf_view(&buf), &pos, WORLD, &arena, back, &fault) == OK,
                      "%s: %s %s %s: " STR_FMT, info->word, fault.field, fault.primary,
                      fault.detail, STR_ARG(buf_view(&buf)));
        ck_assert_uint_eq(pos, buf.len);
        ck_assert_msg(shape_equal(s, value, back), "%s", info->word);
        check_packed(s, value);
        arena_reset(&arena);
    }
}
END_TEST

/* A command that lacks a needed field is refused; any other comes through the door as it was
 * written. */
static bool lacks(const struct shape *s, const void *value)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct field *f = &s->fields[i];
        const char *at = (const char *)value + f->offset;

        if (f->need && field_is_standard(f, value)) {
            return true;
        }
        if (f->type == F_STRUCT && !field_is_standard(f, value) && lacks(f->sub, at)) {
            return true;
        }
        if (f->type == F_LIST) {
            struct list l;

            memcpy(&l, at, sizeof(l));
            for (uint32_t k = 0; k < l.count; k++) {
                if (lacks(f->sub, (const char *)l.at + (size_t)k * f->sub->size)) {
                    return true;
                }
            }
        }
    }
    return false;
}

START_TEST(every_command_comes_through_the_door_as_it_was_written)
{
    const struct command_info *info = &command_infos[_i];
    struct json_out opt = { .world = WORLD, .privacy_max = TACTICAL, .canonical_command = true };

    for (int seed = 0; info->shape != NULL && seed < SEEDS; seed++) {
        const struct shape *s = info->shape;
        void *value = room(s);
        void *back = room(s);
        struct json_doc *doc;

        prng_seed(&prng, (uint64_t)seed);
        random_shape(&prng, &arena, s, value);
        check_packed(s, value);
        buf_reset(&buf);
        json_out_struct(&buf, s, value, &opt);
        ck_assert_int_eq(json_doc_parse(buf_view(&buf), &doc, &fault), OK);

        enum err err = json_in_struct(s, doc, WORLD, &arena, back, &fault);

        json_doc_free(doc);
        if (lacks(s, value)) {
            ck_assert_msg(err == ERR_MALFORMED, "%s: " STR_FMT, info->word,
                          STR_ARG(buf_view(&buf)));
        } else {
            ck_assert_msg(err == OK, "%s: %s %s %s: " STR_FMT, info->word, fault.field,
                          fault.primary, fault.detail, STR_ARG(buf_view(&buf)));
            buf_reset(&buf2);
            json_out_struct(&buf2, s, back, &opt);
            ck_assert(str_eq(buf_view(&buf), buf_view(&buf2)));
        }
        arena_reset(&arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec/model");
    TCase *tc = tcase_create("laws");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, every_event_reads_back_equal, 0, EVENT_KIND_COUNT);
    tcase_add_loop_test(tc, every_command_comes_through_the_door_as_it_was_written, 0,
                        COMMAND_TYPE_COUNT);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
