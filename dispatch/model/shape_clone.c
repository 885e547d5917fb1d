#include "dispatch/model/shape_clone.h"

#include "dispatch/model/fields_at.h"

static bool own_pointers(const struct shape *s, struct arena *a, char *at);

bool shape_clone(const struct shape *s, const void *from, struct arena *a, void *to)
{
    must(from != to);
    memcpy(to, from, s->size);
    return own_pointers(s, a, to);
}

/* Replaces the struct str at `at` by a copy in the arena. */
static bool own_str(struct arena *a, char *at)
{
    struct str s;

    memcpy(&s, at, sizeof(s));
    if (s.len == 0) {
        s.at = NULL;
    } else {
        s = arena_str(a, s);
        if (s.at == NULL) {
            return false;
        }
    }
    memcpy(at, &s, sizeof(s));
    return true;
}

static bool own_structs(const struct shape *s, struct arena *a, char *at, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!own_pointers(s, a, at + (size_t)i * s->size)) {
            return false;
        }
    }
    return true;
}

/* Replaces the elements of the list at `at` by copies in the arena. */
static bool own_list(const struct field *f, struct arena *a, char *at)
{
    struct list l;
    size_t size = f->type == F_LIST
                      ? f->sub->size
                      : (f->type == F_STRS ? sizeof(struct str) : sizeof(struct point));
    char *copy = NULL;

    memcpy(&l, at, sizeof(l));
    if (l.count > 0) {
        copy = arena_alloc(a, size * l.count);
        if (copy == NULL) {
            return false;
        }
        memcpy(copy, l.at, size * l.count);
    }
    l.at = copy;
    memcpy(at, &l, sizeof(l));
    if (f->type == F_LIST) {
        return own_structs(f->sub, a, copy, l.count);
    }
    for (uint32_t i = 0; f->type == F_STRS && i < l.count; i++) {
        if (!own_str(a, copy + i * size)) {
            return false;
        }
    }
    return true;
}

static bool own_pointers(const struct shape *s, struct arena *a, char *at)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct field *f = &s->fields[i];
        char *to = field_to(f, at);
        bool ok = true;

        if (f->type == F_STR) {
            ok = own_str(a, to);
        } else if (f->type == F_PERSONAL) {
            ok = own_str(a, to + offsetof(struct personal_in, value));
        } else if (f->type == F_STRUCT) {
            ok = own_pointers(f->sub, a, to);
        } else if (f->type == F_ARRAY) {
            ok = own_structs(f->sub, a, to, field_array_count(f, at));
        } else if (f->type == F_LIST || f->type == F_STRS || f->type == F_POINTS) {
            ok = own_list(f, a, to);
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool equal_structs(const struct shape *s, const char *a, const char *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!shape_equal(s, a + (size_t)i * s->size, b + (size_t)i * s->size)) {
            return false;
        }
    }
    return true;
}

static bool equal_lists(const struct field *f, const void *a, const void *b)
{
    struct list x = field_list(f, a);
    struct list y = field_list(f, b);

    if (x.count != y.count) {
        return false;
    }
    if (x.count == 0) {
        return true;
    }
    if (f->type == F_LIST) {
        return equal_structs(f->sub, x.at, y.at, x.count);
    }
    if (f->type == F_POINTS) {
        return memcmp(x.at, y.at, x.count * sizeof(struct point)) == 0;
    }
    for (uint32_t i = 0; i < x.count; i++) {
        if (!str_eq(((const struct str *)x.at)[i], ((const struct str *)y.at)[i])) {
            return false;
        }
    }
    return true;
}

static bool equal_personal(const struct field *f, const void *a, const void *b)
{
    struct personal_in x;
    struct personal_in y;

    memcpy(&x, field_at(f, a), sizeof(x));
    memcpy(&y, field_at(f, b), sizeof(y));
    return str_eq(x.value, y.value) && memcmp(x.salt, y.salt, sizeof(x.salt)) == 0 &&
           memcmp(&x.hash, &y.hash, sizeof(x.hash)) == 0;
}

static bool equal_sealed(const struct field *f, const void *a, const void *b)
{
    struct sealed x;
    struct sealed y;

    memcpy(&x, field_at(f, a), sizeof(x));
    memcpy(&y, field_at(f, b), sizeof(y));
    return x.ref == y.ref && memcmp(&x.hash, &y.hash, sizeof(x.hash)) == 0;
}

static bool equal_field(const struct field *f, const void *a, const void *b)
{
    switch (f->type) {
    case F_BOOL:
    case F_NOT:
    case F_UINT:
    case F_INT:
    case F_INSTANT:
    case F_DEG:
    case F_WORD:
    case F_WORD_ONE:
    case F_BITS:
    case F_ID:
    case F_NUMBER:
    case F_HASH:
        return memcmp(field_at(f, a), field_at(f, b), f->size) == 0;
    case F_STR:
        return str_eq(field_str(f, a), field_str(f, b));
    case F_TEXT:
        return str_eq(field_text(f, a), field_text(f, b));
    case F_PERSONAL:
        return equal_personal(f, a, b);
    case F_SEALED:
        return equal_sealed(f, a, b);
    case F_STRUCT:
        if (field_has_flag(f) && !(field_flag(f, a) && field_flag(f, b))) {
            return field_flag(f, a) == field_flag(f, b);
        }
        return shape_equal(f->sub, field_at(f, a), field_at(f, b));
    case F_LIST:
    case F_STRS:
    case F_POINTS:
        return equal_lists(f, a, b);
    case F_ARRAY:
        return field_array_count(f, a) == field_array_count(f, b) &&
               equal_structs(f->sub, field_at(f, a), field_at(f, b), field_array_count(f, a));
    }
    return false;
}

bool shape_equal(const struct shape *s, const void *a, const void *b)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (!equal_field(&s->fields[i], a, b)) {
            return false;
        }
    }
    return true;
}
