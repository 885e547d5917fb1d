/* The shape table in front of packed structs that outlive a program:
 *   varint PACK_VERSION
 *   varint count of word lists; each: name, varint count, words
 *   varint count of shapes; each: name, varint count of fields; each field: name, varint type code,
 *   varint 1 + index of the shape inside it or 0, varint 1 + index of its word list or 0
 * Texts are varint length and bytes. */
#include "dispatch/codec/pack_in.h"

#include "dispatch/codec/shape_set.h"

#define TYPE_CODE_MAX 21

/* Codes stay for ever, in whatever order the enum stands. */
static const uint8_t type_codes[] = {
    [F_BOOL] = 1,      [F_NOT] = 2,     [F_UINT] = 3,
    [F_INT] = 4,       [F_STR] = 5,     [F_TEXT] = 6,
    [F_INSTANT] = 7,   [F_DEG] = 8,     [F_WORD] = 9,
    [F_WORD_ONE] = 10, [F_BITS] = 11,   [F_ID] = 12,
    [F_NUMBER] = 13,   [F_HASH] = 14,   [F_PERSONAL] = 15,
    [F_SEALED] = 16,   [F_STRUCT] = 17, [F_LIST] = 18,
    [F_STRS] = 19,     [F_POINTS] = 20, [F_ARRAY] = TYPE_CODE_MAX,
};

static void pack_field_row(struct buf *b, const struct shape_set *set, const struct field *f)
{
    pack_text(b, str_of(f->name));
    pack_varint(b, type_codes[f->type]);
    pack_varint(b, f->sub != NULL ? shape_set_shape(set, f->sub) + 1u : 0);
    pack_varint(b, f->words != NULL ? shape_set_words(set, f->words) + 1u : 0);
}

void pack_shape_table(struct buf *b, const struct shape *const *shapes, size_t count)
{
    struct shape_set set;

    shape_set_fill(&set, shapes, count);
    pack_varint(b, PACK_VERSION);
    pack_varint(b, set.word_count);
    for (uint32_t i = 0; i < set.word_count; i++) {
        pack_text(b, str_of(set.words[i]->name));
        pack_varint(b, set.words[i]->count);
        for (uint32_t k = 0; k < set.words[i]->count; k++) {
            pack_text(b, str_of(set.words[i]->at[k]));
        }
    }
    pack_varint(b, set.shape_count);
    for (uint32_t i = 0; i < set.shape_count; i++) {
        pack_text(b, str_of(set.shapes[i]->name));
        pack_varint(b, set.shapes[i]->count);
        for (uint32_t k = 0; k < set.shapes[i]->count; k++) {
            pack_field_row(b, &set, &set.shapes[i]->fields[k]);
        }
    }
}

/* What is read so far of a foreign table. */
struct table {
    struct unpack u;
    struct shape_set ours;
    const struct words *words[SHAPE_SET_MAX]; /* ours of the stored list; NULL: we have none */
    uint32_t word_count;
    struct pack_map *map;
};

static uint32_t take_count(struct table *t, uint32_t least, uint32_t most, const char *what)
{
    uint64_t count = unpack_varint(&t->u);

    if (count < least || count > most) {
        unpack_fail(&t->u, ERR_CORRUPT, "", what);
        return 0;
    }
    return (uint32_t)count;
}

/* The words of one list: ours must begin with them, else stored values would change their meaning.
 */
static void take_words(struct table *t, uint32_t index)
{
    struct str name = unpack_text(&t->u);
    const struct words *ours = shape_set_find_words(&t->ours, name);
    uint64_t count = unpack_varint(&t->u);

    for (uint64_t i = 0; i < count && t->u.err == OK; i++) {
        struct str word = unpack_text(&t->u);

        if (ours != NULL && (i >= ours->count || !str_is(word, ours->at[i]))) {
            unpack_fail(&t->u, ERR_CORRUPT, ours->name, "the words of a list were changed");
        }
    }
    t->words[index] = ours;
}

static void *table_room(struct table *t, size_t count, size_t size)
{
    void *at = t->u.err == OK ? arena_alloc(t->u.arena, count * size) : NULL;

    if (at == NULL) {
        unpack_fail(&t->u, ERR_NO_MEMORY, "", "no memory for the shape table");
    }
    return at;
}

static enum field_type type_of_code(uint64_t code)
{
    uint32_t type = 0;

    while (type_codes[type] != code) {
        type++;
    }
    return (enum field_type)type;
}

static bool has_sub(enum field_type type)
{
    return type == F_STRUCT || type == F_LIST || type == F_ARRAY;
}

static bool has_words(enum field_type type)
{
    return type == F_WORD || type == F_WORD_ONE || type == F_BITS;
}

/* Types whose packed form and meaning are one. */
static bool same_form(enum field_type a, enum field_type b)
{
    return a == b || (a == F_STR && b == F_TEXT) || (a == F_TEXT && b == F_STR) ||
           (a == F_WORD && b == F_WORD_ONE) || (a == F_WORD_ONE && b == F_WORD) ||
           (a == F_LIST && b == F_ARRAY) || (a == F_ARRAY && b == F_LIST);
}

static void take_field(struct table *t, const struct shape *ours, struct pack_field *out)
{
    struct str name = unpack_text(&t->u);
    uint32_t code = take_count(t, 1, TYPE_CODE_MAX, "an unknown type of field");
    uint32_t sub = take_count(t, 0, t->map->count, "no such shape");
    uint32_t words = take_count(t, 0, t->word_count, "no such list of words");

    if (t->u.err != OK) {
        return;
    }
    out->type = type_of_code(code);
    out->to = ours != NULL ? shape_field(ours, name) : NULL;
    if (has_sub(out->type) != (sub != 0) || has_words(out->type) != (words != 0)) {
        unpack_fail(&t->u, ERR_CORRUPT, "", "a field does not go with its type");
        return;
    }
    out->sub = sub != 0 ? &t->map->shapes[sub - 1] : NULL;
    if (out->to == NULL) {
        return;
    }
    if (!same_form(out->type, out->to->type)) {
        unpack_fail(&t->u, ERR_CORRUPT, out->to->name, "the type of a field was changed");
    } else if (words != 0 && t->words[words - 1] != out->to->words) {
        unpack_fail(&t->u, ERR_CORRUPT, out->to->name, "the words of a field were changed");
    }
}

static void take_shape(struct table *t, struct pack_shape *out)
{
    out->name = unpack_text(&t->u);
    out->shape = shape_set_find(&t->ours, out->name);
    out->count = take_count(t, 1, SHAPE_FIELDS_MAX, "a shape without fields or with too many");
    out->fields = table_room(t, out->count, sizeof(*out->fields));
    for (uint32_t i = 0; i < out->count && t->u.err == OK; i++) {
        take_field(t, out->shape, &out->fields[i]);
        for (uint32_t k = 0; k < i && t->u.err == OK; k++) {
            if (out->fields[i].to != NULL && out->fields[k].to == out->fields[i].to) {
                unpack_fail(&t->u, ERR_CORRUPT, out->fields[i].to->name, "a field stands twice");
            }
        }
    }
}

/* Shapes inside shapes are known only when all were read. */
static void check_subs(struct table *t)
{
    for (uint32_t i = 0; i < t->map->count && t->u.err == OK; i++) {
        const struct pack_shape *s = &t->map->shapes[i];

        for (uint32_t k = 0; k < s->count; k++) {
            const struct pack_field *f = &s->fields[k];

            if (f->to != NULL && f->sub != NULL && f->sub->shape != f->to->sub) {
                unpack_fail(&t->u, ERR_CORRUPT, f->to->name, "the shape of a field was changed");
            }
        }
        for (uint32_t k = 0; k < i; k++) {
            if (str_eq(t->map->shapes[k].name, s->name)) {
                unpack_fail(&t->u, ERR_CORRUPT, "", "a shape stands twice");
            }
        }
    }
}

static void take_table(struct table *t)
{
    if (unpack_varint(&t->u) != PACK_VERSION) {
        unpack_fail(&t->u, ERR_CORRUPT, "", "an unknown version of the packed form");
    }
    t->word_count = take_count(t, 0, SHAPE_SET_MAX, "too many lists of words");
    for (uint32_t i = 0; i < t->word_count && t->u.err == OK; i++) {
        take_words(t, i);
    }
    t->map = table_room(t, 1, sizeof(*t->map));
    if (t->map == NULL) {
        return;
    }
    t->map->count = take_count(t, 0, SHAPE_SET_MAX, "too many shapes");
    t->map->shapes = table_room(t, t->map->count, sizeof(*t->map->shapes));
    for (uint32_t i = 0; i < t->map->count && t->u.err == OK; i++) {
        take_shape(t, &t->map->shapes[i]);
    }
    check_subs(t);
}

enum err unpack_shape_table(const struct shape *const *shapes, size_t count, struct str bytes,
                            size_t *pos, struct arena *arena, struct pack_map **out,
                            struct fault *f)
{
    struct table t = { .u = { .bytes = bytes, .pos = *pos, .arena = arena, .fault = f } };

    if (*pos > bytes.len) {
        unpack_fail(&t.u, ERR_CORRUPT, "", "nothing to unpack");
        return t.u.err;
    }
    shape_set_fill(&t.ours, shapes, count);
    take_table(&t);
    *out = t.map;
    *pos = t.u.pos;
    return t.u.err;
}
