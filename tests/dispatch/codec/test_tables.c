/* Shape tables of older programs, and the documents that are printed from the tables. */
#include "base/arena.h"
#include "dispatch/codec/doc.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/pack.h"
#include "dispatch/model/shape_clone.h"
#include "tests/dispatch/codec/sample.h"

#include <check.h>
#include <stdlib.h>

static struct arena arena;
static struct buf buf;
static struct fault fault;

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

/* The same thing as an older and a newer program have it. */
struct old_thing {
    uint16_t kept;
    struct str gone;
    struct list gone_rows; /* of struct old_row */
    struct list rows;      /* of struct old_row */
    struct sealed gone_note;
    struct list gone_ring;
    struct list gone_names;
    uint8_t colour;
    struct str name;
};
struct old_row {
    bool gone;
    uint8_t n;
    struct number gone_number;
};
struct new_thing {
    uint8_t colour;
    struct text32 name;
    uint32_t added;
    struct list rows; /* of struct new_row */
    uint64_t kept;
};
struct new_row {
    int64_t added;
    uint32_t n;
};

static const char *const few_at[] = { "none", "red" };
static const char *const more_at[] = { "none", "red", "green" };
static const char *const other_at[] = { "none", "green", "red" };
static const struct words few_words = { "hue", few_at, 2 };
static const struct words more_words = { "hue", more_at, 3 };
static const struct words other_words = { "hue", other_at, 3 };

static const struct field old_row_fields[] = {
    FIELD(old_row, gone, F_BOOL),
    FIELD(old_row, n, F_UINT),
    FIELD(old_row, gone_number, F_NUMBER),
};
static const struct shape old_row_shape = { "row", old_row_fields, 3, sizeof(struct old_row) };
static const struct field old_thing_fields[] = {
    FIELD(old_thing, kept, F_UINT),
    FIELD(old_thing, gone, F_STR, .limit = 10),
    FIELD(old_thing, gone_rows, F_LIST, .sub = &old_row_shape, .limit = 4),
    FIELD(old_thing, rows, F_LIST, .sub = &old_row_shape, .limit = 4),
    FIELD(old_thing, gone_note, F_SEALED),
    FIELD(old_thing, gone_ring, F_POINTS, .limit = 4),
    FIELD(old_thing, gone_names, F_STRS, .limit = 4, .limit2 = 4),
    FIELD(old_thing, colour, F_WORD, .words = &few_words),
    FIELD(old_thing, name, F_STR, .limit = 40),
};
static const struct shape old_thing_shape = { "thing", old_thing_fields, 9,
                                              sizeof(struct old_thing) };
static const struct field new_row_fields[] = {
    FIELD(new_row, added, F_INSTANT),
    FIELD(new_row, n, F_UINT),
};
static const struct shape new_row_shape = { "row", new_row_fields, 2, sizeof(struct new_row) };
static const struct field new_thing_fields[] = {
    FIELD(new_thing, colour, F_WORD, .words = &more_words),
    FIELD(new_thing, name, F_TEXT),
    FIELD(new_thing, added, F_UINT),
    FIELD(new_thing, rows, F_LIST, .sub = &new_row_shape, .limit = 4),
    FIELD(new_thing, kept, F_UINT),
};
static const struct shape new_thing_shape = { "thing", new_thing_fields, 5,
                                              sizeof(struct new_thing) };

static const struct shape *const old_shapes[] = { &old_thing_shape };
static const struct shape *const new_shapes[] = { &new_thing_shape };

static struct old_row old_rows[] = { { true, 7, { 20260101, 1 } }, { false, 0, { 0, 0 } } };
static struct point old_ring[] = { { 1, -1 } };
static struct str old_names[] = { { "n", 1 } };

static struct old_thing old_thing(void)
{
    return (struct old_thing){
        .kept = 500,
        .gone = STR("gone"),
        .gone_rows = { old_rows, 2 },
        .rows = { old_rows, 2 },
        .gone_note = { 5, { { 1 } } },
        .gone_ring = { old_ring, 1 },
        .gone_names = { old_names, 1 },
        .colour = 1,
        .name = STR("name"),
    };
}

START_TEST(an_older_snapshot_is_read_by_field_names)
{
    struct old_thing old = old_thing();
    struct new_thing thing;
    struct pack_map *map;
    size_t pos = 0;

    pack_shape_table(&buf, old_shapes, 1);
    pack_struct(&buf, &old_thing_shape, &old);
    ck_assert_int_eq(unpack_shape_table(new_shapes, 1, buf_view(&buf), &pos, &arena, &map, &fault),
                     OK);
    ck_assert_int_eq(
        unpack_struct_by(map, &new_thing_shape, buf_view(&buf), &pos, &arena, &thing, &fault), OK);
    ck_assert_uint_eq(pos, buf.len);
    ck_assert_uint_eq(thing.kept, 500);
    ck_assert_uint_eq(thing.added, 0);
    ck_assert_uint_eq(thing.colour, 1);
    ck_assert(str_is(text_str(&thing.name), "name"));
    ck_assert_uint_eq(thing.rows.count, 2);

    const struct new_row *rows = thing.rows.at;

    ck_assert_uint_eq(rows[0].n, 7);
    ck_assert_int_eq(rows[0].added, 0);
    ck_assert_uint_eq(rows[1].n, 0);
}
END_TEST

START_TEST(its_own_table_changes_nothing)
{
    struct prng prng;
    struct sample sample;
    struct sample back;
    struct pack_map *map;
    const struct shape *shapes[] = { &sample_command_shape, &sample_shape };
    size_t pos = 0;

    prng_seed(&prng, (uint64_t)_i);
    sample_random(&prng, &arena, &sample);
    pack_shape_table(&buf, shapes, 2);
    pack_struct(&buf, &sample_shape, &sample);
    ck_assert_int_eq(unpack_shape_table(shapes, 2, buf_view(&buf), &pos, &arena, &map, &fault), OK);
    ck_assert_int_eq(
        unpack_struct_by(map, &sample_shape, buf_view(&buf), &pos, &arena, &back, &fault), OK);
    ck_assert_uint_eq(pos, buf.len);
    ck_assert(shape_equal(&sample_shape, &sample, &back));
    ck_assert_int_eq(
        unpack_struct_by(map, &new_thing_shape, buf_view(&buf), &pos, &arena, &back, &fault),
        ERR_CORRUPT);
}
END_TEST

/* Reads the table of the older program with `fields` as this one's. */
static void expect_refused(const struct field *fields, uint16_t count, const char *field,
                           const char *primary)
{
    const struct shape shape = { "thing", fields, count, sizeof(struct new_thing) };
    const struct shape *shapes[] = { &shape };
    struct pack_map *map;
    size_t pos = 0;

    buf_reset(&buf);
    pack_shape_table(&buf, old_shapes, 1);
    ck_assert_int_eq(unpack_shape_table(shapes, 1, buf_view(&buf), &pos, &arena, &map, &fault),
                     ERR_CORRUPT);
    ck_assert_str_eq(fault.field, field);
    ck_assert_str_eq(fault.primary, primary);
}

START_TEST(a_changed_meaning_is_refused)
{
    const struct field type[] = { FIELD(new_thing, kept, F_INT) };
    const struct field words[] = { FIELD(new_thing, colour, F_WORD, .words = &other_words) };
    const struct shape inner = { "inner", new_row_fields, 2, sizeof(struct new_row) };
    const struct field sub[] = { FIELD(new_thing, rows, F_LIST, .sub = &inner, .limit = 1) };
    const struct field list[] = { FIELD(new_thing, colour, F_WORD, .words = &colour_words) };

    expect_refused(type, 1, "kept", "the type of a field was changed");
    expect_refused(words, 1, "hue", "the words of a list were changed");
    expect_refused(list, 1, "colour", "the words of a field were changed");
    expect_refused(sub, 1, "rows", "the shape of a field was changed");
}
END_TEST

START_TEST(a_table_cut_anywhere_is_refused)
{
    struct pack_map *map;

    pack_shape_table(&buf, old_shapes, 1);
    for (size_t len = 0; len < buf.len; len++) {
        char *bytes = malloc(len > 0 ? len : 1);
        size_t pos = 0;

        ck_assert_ptr_nonnull(bytes);
        memcpy(bytes, buf.at, len);
        ck_assert_int_eq(unpack_shape_table(new_shapes, 1, (struct str){ bytes, len }, &pos, &arena,
                                            &map, &fault),
                         ERR_CORRUPT);
        free(bytes);
    }
}
END_TEST

static void expect(const char *text)
{
    ck_assert(buf_ok(&buf));
    ck_assert_msg(str_is(buf_view(&buf), text), "got\n" STR_FMT "\nexpected\n%s",
                  STR_ARG(buf_view(&buf)), text);
    buf_reset(&buf);
}

START_TEST(a_schema_says_what_the_door_takes)
{
    struct doc_opt opt = { .input = true };

    doc_schema(&buf, &sample_command_shape, &opt, 2);
    expect("  SampleCommand:\n"
           "    type: object\n"
           "    additionalProperties: false\n"
           "    required:\n"
           "    - incident\n"
           "    properties:\n"
           "      incident:\n"
           "        type: string\n"
           "        pattern: '^.+-i[1-9][0-9]*$'\n"
           "      colour:\n"
           "        $ref: '#/components/schemas/Colour'\n"
           "      note:\n"
           "        type: string\n"
           "        maxLength: 50\n"
           "        x-max-bytes: 50\n"
           "        x-personal: true\n"
           "      leaf:\n"
           "        $ref: '#/components/schemas/SampleLeaf'\n"
           "      names:\n"
           "        type: array\n"
           "        maxItems: 6\n"
           "        items:\n"
           "          type: string\n"
           "          maxLength: 30\n"
           "          x-max-bytes: 30\n"
           "      lat:\n"
           "        type: number\n"
           "        minimum: -90\n"
           "        maximum: 90\n"
           "      at:\n"
           "        type: string\n"
           "        format: date-time\n");
    doc_words_schema(&buf, &colour_words, 0);
    expect("Colour:\n  type: string\n  enum:\n  - 'none'\n  - 'red'\n  - 'green'\n  - 'blue'\n");
}
END_TEST

START_TEST(a_type_says_what_a_console_gets)
{
    static const struct shape *const roots[] = { &sample_shape };
    struct doc_opt opt = { .all = false };
    struct shape_set set;

    shape_set_fill(&set, roots, 1);
    ck_assert_uint_eq(set.shape_count, 3);
    ck_assert_uint_eq(set.word_count, 2);
    doc_words_type(&buf, &colour_words);
    doc_interface(&buf, &sample_branch_shape, &opt);
    expect("export const colourWords = [\n  'none',\n  'red',\n  'green',\n  'blue',\n"
           "] as const;\nexport type Colour = (typeof colourWords)[number];\n\n"
           "export interface SampleBranch {\n  lon?: number;\n  lat?: number;\n  kind: Colour;\n"
           "  leaf?: SampleLeaf;\n}\n\n");
    doc_interface(&buf, &sample_shape, &opt);
    ck_assert_ptr_null(memmem(buf.at, buf.len, "note", 4));
    ck_assert_ptr_null(memmem(buf.at, buf.len, "secret", 6));
    doc_types(&buf, &set, &opt);
    doc_schemas(&buf, &set, &opt, 4);
    ck_assert(buf_ok(&buf));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec/tables");
    TCase *tc = tcase_create("tables");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, an_older_snapshot_is_read_by_field_names);
    tcase_add_loop_test(tc, its_own_table_changes_nothing, 0, 50);
    tcase_add_test(tc, a_changed_meaning_is_refused);
    tcase_add_test(tc, a_table_cut_anywhere_is_refused);
    tcase_add_test(tc, a_schema_says_what_the_door_takes);
    tcase_add_test(tc, a_type_says_what_a_console_gets);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
