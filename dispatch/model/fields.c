#include "dispatch/model/fields.h"

#include "dispatch/model/fields_at.h"

const struct field *shape_field(const struct shape *s, struct str name)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const char *n = s->fields[i].name;

        if (name.len != 0 && n[0] == name.at[0] && str_is(name, n)) {
            return &s->fields[i];
        }
    }
    return NULL;
}

bool field_is_standard(const struct field *f, const void *value)
{
    switch (f->type) {
    case F_WORD_ONE:
        return false;
    case F_BOOL:
    case F_NOT:
    case F_UINT:
    case F_INT:
    case F_INSTANT:
    case F_DEG:
    case F_WORD:
    case F_BITS:
    case F_ID:
    case F_NUMBER:
        return field_uint(f, value) == 0;
    case F_STR:
        return field_str(f, value).len == 0;
    case F_TEXT:
        return field_text(f, value).len == 0;
    case F_HASH: {
        struct sha256 h;

        memcpy(&h, field_at(f, value), sizeof(h));
        return sha256_is_zero(&h);
    }
    case F_PERSONAL: {
        struct personal_in p;

        memcpy(&p, field_at(f, value), sizeof(p));
        return p.value.len == 0;
    }
    case F_SEALED: {
        struct sealed sealed;

        memcpy(&sealed, field_at(f, value), sizeof(sealed));
        return sealed.ref == 0;
    }
    case F_STRUCT:
        return field_has_flag(f) ? !field_flag(f, value)
                                 : shape_is_standard(f->sub, field_at(f, value));
    case F_LIST:
    case F_STRS:
    case F_POINTS:
        return field_list(f, value).count == 0;
    case F_ARRAY:
        return field_array_count(f, value) == 0;
    }
    return false;
}

bool shape_is_standard(const struct shape *s, const void *value)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (!field_is_standard(&s->fields[i], value)) {
            return false;
        }
    }
    return true;
}

/* Whole numbers that the loads and stores of fields_at.h know. */
static bool int_size(size_t size)
{
    return size == 1 || size == 2 || size == 4 || size == 8;
}

static void check_nested(const struct field *f, uint32_t depth);

static void check_field(const struct field *f, uint32_t depth)
{
    switch (f->type) {
    case F_BOOL:
    case F_NOT:
        must(f->size == sizeof(bool));
        break;
    case F_UINT:
    case F_INT:
        must(int_size(f->size));
        break;
    case F_STR:
        must(f->size == sizeof(struct str) && f->limit != 0);
        break;
    case F_TEXT:
        must(f->size >= 2 && f->size <= 256);
        break;
    case F_INSTANT:
        must(f->size == sizeof(int64_t));
        break;
    case F_DEG:
        must(f->size == sizeof(int32_t));
        break;
    case F_WORD:
    case F_WORD_ONE:
        must(f->size == 1 && f->words != NULL && f->words->count <= 256);
        break;
    case F_BITS:
        must(int_size(f->size) && f->words != NULL && f->words->count <= 8u * f->size);
        break;
    case F_ID:
        must((f->size == 2 || f->size == 4) && f->letter >= 'a' && f->letter <= 'z');
        break;
    case F_NUMBER:
        must(f->size == sizeof(struct number));
        break;
    case F_HASH:
        must(f->size == sizeof(struct sha256));
        break;
    case F_PERSONAL:
        must(f->size == sizeof(struct personal_in) && f->limit != 0);
        break;
    case F_SEALED:
        must(f->size == sizeof(struct sealed));
        break;
    case F_STRUCT:
    case F_LIST:
    case F_STRS:
    case F_POINTS:
    case F_ARRAY:
        check_nested(f, depth);
        break;
    }
}

static void check_shape(const struct shape *s, uint32_t depth)
{
    must(depth < SHAPE_DEPTH_MAX);
    must(s->count > 0 && s->count <= SHAPE_FIELDS_MAX);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct field *f = &s->fields[i];

        must(f->name != NULL && strlen(f->name) > 0 && strlen(f->name) < SHAPE_NAME_SIZE);
        must(f->key != NULL && f->key_len == strlen(f->name) + 4 &&
             memcmp(f->key + 2, f->name, strlen(f->name)) == 0);
        must((uint32_t)f->offset + f->size <= s->size);
        must(shape_field(s, str_of(f->name)) == f); /* no name twice */
        must(i > 0 || strcmp(f->name, "ref") != 0); /* {"ref": opens sealed values only */
        check_field(f, depth);
    }
}

static void check_nested(const struct field *f, uint32_t depth)
{
    if (f->type == F_STRUCT) {
        must(f->sub != NULL && f->size == f->sub->size && f->count_size <= 1);
    } else if (f->type == F_ARRAY) {
        must(f->sub != NULL && f->sub->size != 0 && f->size % f->sub->size == 0);
        must(f->count_size == 1 || f->count_size == 2 || f->count_size == 4);
    } else {
        must(f->size == sizeof(struct list) && f->limit != 0);
        must(f->type != F_STRS || f->limit2 != 0);
        must(f->type != F_LIST || (f->sub != NULL && f->sub->size != 0));
    }
    if (f->sub != NULL) {
        check_shape(f->sub, depth + 1);
    }
}

void shape_check(const struct shape *s)
{
    must(s->name != NULL && strlen(s->name) < SHAPE_NAME_SIZE);
    check_shape(s, 0);
}
