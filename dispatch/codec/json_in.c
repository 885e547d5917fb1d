#include "dispatch/codec/json_in.h"

#include "dispatch/codec/json_fault.h"
#include "dispatch/codec/scan.h"
#include "dispatch/model/fields_at.h"
#include "dispatch/model/text.h"

#include <jansson.h>
#include <sodium.h>

static bool take_struct(struct json_taker *t, const struct shape *s, const json_t *json, void *out);
static bool take_field(struct json_taker *t, const struct field *f, const json_t *json, void *out);

static void sodium_random(void *arg, uint8_t *bytes, size_t size)
{
    (void)arg;
    randombytes_buf(bytes, size);
}

enum err json_in_struct_with(const struct shape *s, const struct json_doc *doc,
                             const struct json_in *opt, void *out, struct fault *f)
{
    struct json_path root = { .name = opt->path };
    struct json_taker t = { .opt = opt, .fault = f, .path = &root };

    if (doc == NULL) {
        json_fault_expected(&t, ERR_MALFORMED, "is missing", NULL, "an object");
        return t.err;
    }
    memset(out, 0, s->size);
    take_struct(&t, s, (const json_t *)(const void *)doc, out);
    return t.err;
}

enum err json_in_struct(const struct shape *s, const struct json_doc *doc, struct str world,
                        struct arena *arena, void *out, struct fault *f)
{
    struct json_in opt = { .world = world, .arena = arena };

    return json_in_struct_with(s, doc, &opt, out, f);
}

/* Every field that the table demands must have been there. */
static bool check_needed(struct json_taker *t, const struct shape *s, const json_t *json)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct field *f = &s->fields[i];

        if (f->need && json_object_get(json, f->name) == NULL) {
            struct json_path here = { .up = t->path, .name = f->name };

            t->path = &here;
            json_fault_expected(t, ERR_MALFORMED, "is missing", NULL, json_expected(f));
            t->path = here.up;
            return false;
        }
    }
    return true;
}

static bool take_struct(struct json_taker *t, const struct shape *s, const json_t *json, void *out)
{
    /* The iterators want a writable object, though they write nothing. */
    json_t *object = (json_t *)(uintptr_t)json;
    void *iter;

    if (!json_is_object(json)) {
        t->secret = true; /* something personal may have been put where its object belongs */
        return json_fault_expected(t, ERR_MALFORMED, "is not an object", json, "an object");
    }
    for (iter = json_object_iter(object); iter != NULL;
         iter = json_object_iter_next(object, iter)) {
        struct str key = { .at = json_object_iter_key(iter),
                           .len = json_object_iter_key_len(iter) };
        const struct field *f = shape_field(s, key);
        struct json_path here = { .up = t->path, .name = key.at };
        bool ok;

        t->path = &here;
        if (f == NULL) {
            ok = json_fault_unknown(t, s);
        } else {
            t->secret = f->type == F_PERSONAL;
            ok = take_field(t, f, json_object_iter_value(iter), out);
        }
        t->path = here.up;
        if (!ok) {
            return false;
        }
    }
    t->secret = false;
    return check_needed(t, s, json);
}

/* Well, or a fault that says what the field's table expects. */
static bool fit(struct json_taker *t, const struct field *f, bool ok, enum err err,
                const char *what, const json_t *json)
{
    return ok || json_fault_expected(t, err, what, json, json_expected(f));
}

static bool no_memory(struct json_taker *t)
{
    t->err = fault_set(t->fault, ERR_NO_MEMORY, "the request needs too much memory", NULL, NULL);
    return false;
}

/* The text of a string value, checked for length and control characters. */
static bool take_text(struct json_taker *t, const struct field *f, const json_t *json, size_t limit,
                      struct str *out)
{
    struct str s;

    if (!fit(t, f, json_is_string(json), ERR_MALFORMED, "is not a text", json)) {
        return false;
    }
    s = (struct str){ .at = json_string_value(json), .len = json_string_length(json) };
    if (!fit(t, f, s.len <= limit, ERR_INVALID, "is too long", json) ||
        !fit(t, f, s.len > 0 || !f->need, ERR_INVALID, "is empty", NULL) ||
        !fit(t, f, scan_printable(s, f->type == F_PERSONAL), ERR_INVALID, "has a control character",
             NULL)) {
        return false;
    }
    *out = s;
    return true;
}

static bool keep_text(struct json_taker *t, struct str s, struct str *out)
{
    *out = (struct str){ .at = NULL };
    if (s.len == 0) {
        return true;
    }
    *out = arena_str(t->opt->arena, s);
    return out->at != NULL || no_memory(t);
}

static bool take_string(struct json_taker *t, const struct field *f, const json_t *json, void *out)
{
    struct str s;
    char *to = field_to(f, out);

    if (!take_text(t, f, json, f->type == F_TEXT ? field_text_max(f) : f->limit, &s)) {
        return false;
    }
    if (f->type == F_TEXT) {
        text_put((uint8_t *)to, to + 1, (size_t)f->size - 1, s);
        return true;
    }
    struct str kept;
    bool ok = keep_text(t, s, &kept);

    field_str_set(f, out, kept);
    return ok;
}

static bool take_personal(struct json_taker *t, const struct field *f, const json_t *json,
                          void *out)
{
    struct personal_in personal = { .value = { .at = NULL } };
    struct str s;

    if (!take_text(t, f, json, f->limit, &s) || !keep_text(t, s, &personal.value)) {
        return false;
    }
    if (s.len > 0) {
        struct str salt = { .at = (const char *)personal.salt, .len = sizeof(personal.salt) };

        (t->opt->random != NULL ? t->opt->random : sodium_random)(t->opt->random_arg, personal.salt,
                                                                  sizeof(personal.salt));
        hash_sha256(salt, personal.value, &personal.hash);
    }
    memcpy(field_to(f, out), &personal, sizeof(personal));
    return true;
}

static bool take_number(struct json_taker *t, const struct field *f, const json_t *json, void *out)
{
    json_int_t v;
    bool ok;

    if (!fit(t, f, json_is_integer(json), ERR_MALFORMED, "is not a whole number", json)) {
        return false;
    }
    v = json_integer_value(json);
    if (f->type == F_UINT) {
        ok = v >= 0 && (uint64_t)v <= field_uint_max(f);
    } else {
        ok = v >= -field_int_max(f) && v <= field_int_max(f);
    }
    ok = ok && v <= (json_int_t)FIELD_JSON_UINT_MAX && v >= -(json_int_t)FIELD_JSON_UINT_MAX;
    if (!fit(t, f, ok, ERR_INVALID, "is out of its limits", json)) {
        return false;
    }
    field_store(field_to(f, out), f->size, (uint64_t)v);
    return true;
}

static bool take_deg(struct json_taker *t, const struct field *f, const json_t *json, int32_t *e7)
{
    if (!fit(t, f, json_is_number(json), ERR_MALFORMED, "is not a number", json)) {
        return false;
    }
    return fit(t, f,
               json_doc_value_deg((const struct json_doc *)(const void *)json, e7) &&
                   *e7 <= field_deg_max(f) && *e7 >= -field_deg_max(f),
               ERR_INVALID, "is out of its limits", json);
}

static bool take_word(struct json_taker *t, const struct field *f, const json_t *json,
                      uint32_t *value)
{
    struct str s;

    if (!fit(t, f, json_is_string(json), ERR_MALFORMED, "is not a word", json)) {
        return false;
    }
    s = (struct str){ .at = json_string_value(json), .len = json_string_length(json) };
    return fit(t, f, word_find(f->words, s, value), ERR_INVALID, "is not a known word", json);
}

static bool take_id(struct json_taker *t, const struct field *f, struct str s, const json_t *json,
                    void *out)
{
    uint32_t n = 0;
    enum scan_id found =
        scan_id(s, t->opt->world, f->letter, f->size == 2 ? UINT16_MAX : UINT32_MAX, &n);

    if (!fit(t, f, found != SCAN_ID_FOREIGN, ERR_INVALID, "names a thing of another world", json) ||
        !fit(t, f, found == SCAN_ID_OK, ERR_INVALID, "is not an id of this kind", json)) {
        return false;
    }
    field_store(field_to(f, out), f->size, n);
    return true;
}

/* Values that are strings with a form of their own. */
static bool take_formed(struct json_taker *t, const struct field *f, const json_t *json, void *out)
{
    struct number number = { .date = 0 };
    struct sha256 hash = { { 0 } };
    int64_t at = 0;
    struct str s;
    bool ok;

    if (!fit(t, f, json_is_string(json), ERR_MALFORMED, "is not a text", json)) {
        return false;
    }
    s = (struct str){ .at = json_string_value(json), .len = json_string_length(json) };
    if (f->type == F_ID) {
        return take_id(t, f, s, json, out);
    }
    if (f->type == F_INSTANT) {
        ok = instant_read(s.at, s.len, &at) == 0 && at > 0 && at <= FIELD_INSTANT_MAX;
        memcpy(field_to(f, out), &at, sizeof(at));
        return fit(t, f, ok, ERR_INVALID, "is not an instant", json);
    }
    if (f->type == F_NUMBER) {
        ok = scan_number(s, &number);
        memcpy(field_to(f, out), &number, sizeof(number));
        return fit(t, f, ok, ERR_INVALID, "is not a number of this form", json);
    }
    ok = scan_hex(s, hash.at, sizeof(hash.at));
    memcpy(field_to(f, out), &hash, sizeof(hash));
    return fit(t, f, ok, ERR_INVALID, "is not a hash", json);
}

/* The number of items of a list that may have up to `max`. */
static bool take_count(struct json_taker *t, const struct field *f, const json_t *json,
                       uint32_t max, uint32_t *count)
{
    t->secret = t->secret || f->type == F_LIST || f->type == F_ARRAY; /* as for an object */
    if (!fit(t, f, json_is_array(json), ERR_MALFORMED, "is not a list", json) ||
        !fit(t, f, json_array_size(json) <= max, ERR_INVALID, "is too long", NULL) ||
        !fit(t, f, json_array_size(json) > 0 || !f->need, ERR_INVALID, "is empty", NULL)) {
        return false;
    }
    *count = (uint32_t)json_array_size(json);
    return true;
}

/* One item of a list; `at` is where it goes. */
static bool take_item(struct json_taker *t, const struct field *f, const json_t *json, uint32_t i,
                      char *at)
{
    const json_t *item = json_array_get(json, i);
    struct json_path here = { .up = t->path, .index = i };
    uint32_t value;
    bool ok;

    t->path = &here;
    if (f->type == F_STRS) {
        struct field one = *f;
        struct str s = { .at = NULL };

        one.type = F_STR;
        one.limit = f->limit2;
        one.need = false;
        ok = take_text(t, &one, item, f->limit2, &s) && keep_text(t, s, &s);
        memcpy(at, &s, sizeof(s));
    } else if (f->type == F_BITS) {
        struct field one = *f;

        one.type = F_WORD;
        ok = take_word(t, &one, item, &value);
        if (ok) {
            uint64_t bits;

            memcpy(&bits, at, sizeof(bits));
            bits |= UINT64_C(1) << value;
            memcpy(at, &bits, sizeof(bits));
        }
    } else if (f->type == F_POINTS) {
        static const struct field one = { .name = "points", .type = F_DEG };
        int32_t e7 = 0;

        ok = take_deg(t, &one, item, &e7);
        memcpy(at, &e7, sizeof(e7));
    } else {
        ok = take_struct(t, f->sub, item, at);
    }
    t->path = here.up;
    return ok;
}

static bool take_bits(struct json_taker *t, const struct field *f, const json_t *json, void *out)
{
    uint64_t bits = 0;
    uint32_t count;

    if (!take_count(t, f, json, f->words->count, &count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!take_item(t, f, json, i, (char *)&bits)) {
            return false;
        }
    }
    field_store(field_to(f, out), f->size, bits);
    return true;
}

static bool take_list(struct json_taker *t, const struct field *f, const json_t *json, void *out)
{
    bool points = f->type == F_POINTS;
    size_t size =
        f->type == F_LIST ? f->sub->size : (points ? sizeof(int32_t) : sizeof(struct str));
    struct list l = { .at = NULL };
    uint32_t count;

    if (!take_count(t, f, json, points ? 2 * f->limit : f->limit, &count) ||
        !fit(t, f, !points || count % 2 == 0, ERR_INVALID, "has an odd number of items", NULL)) {
        return false;
    }
    l.count = points ? count / 2 : count;
    if (count > 0) {
        l.at = arena_alloc(t->opt->arena, count * size);
        if (l.at == NULL) {
            return no_memory(t);
        }
    }
    /* A point is two numbers one after the other, so the flat list fills them in its order. */
    for (uint32_t i = 0; i < count; i++) {
        if (!take_item(t, f, json, i, (char *)l.at + i * size)) {
            return false;
        }
    }
    memcpy(field_to(f, out), &l, sizeof(l));
    return true;
}
_Static_assert(sizeof(struct point) == 2 * sizeof(int32_t), "a point is two numbers");

static bool take_array(struct json_taker *t, const struct field *f, const json_t *json, void *out)
{
    uint32_t count;

    if (!take_count(t, f, json, field_array_max(f), &count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!take_item(t, f, json, i, field_to(f, out) + (size_t)i * f->sub->size)) {
            return false;
        }
    }
    field_store((char *)out + f->count_offset, f->count_size, count);
    return true;
}

static bool take_nested(struct json_taker *t, const struct field *f, const json_t *json, void *out)
{
    if (f->type == F_ARRAY) {
        return take_array(t, f, json, out);
    }
    if (f->type != F_STRUCT) {
        return take_list(t, f, json, out);
    }
    if (!take_struct(t, f->sub, json, field_to(f, out))) {
        return false;
    }
    if (field_has_flag(f)) {
        field_flag_set(f, out);
    }
    return true;
}

static bool take_field(struct json_taker *t, const struct field *f, const json_t *json, void *out)
{
    uint32_t value;
    int32_t e7;

    switch (f->type) {
    case F_BOOL:
    case F_NOT:
        if (!fit(t, f, json_is_boolean(json), ERR_MALFORMED, "is not true or false", json)) {
            return false;
        }
        field_store(field_to(f, out), f->size, json_is_true(json) == (f->type == F_BOOL));
        return true;
    case F_UINT:
    case F_INT:
        return take_number(t, f, json, out);
    case F_STR:
    case F_TEXT:
        return take_string(t, f, json, out);
    case F_PERSONAL:
        return take_personal(t, f, json, out);
    case F_DEG:
        if (!take_deg(t, f, json, &e7)) {
            return false;
        }
        memcpy(field_to(f, out), &e7, sizeof(e7));
        return true;
    case F_WORD:
    case F_WORD_ONE:
        if (!take_word(t, f, json, &value)) {
            return false;
        }
        field_store(field_to(f, out), f->size, value);
        return true;
    case F_BITS:
        return take_bits(t, f, json, out);
    case F_ID:
    case F_INSTANT:
    case F_NUMBER:
    case F_HASH:
        return take_formed(t, f, json, out);
    case F_STRUCT:
    case F_LIST:
    case F_STRS:
    case F_POINTS:
    case F_ARRAY:
        return take_nested(t, f, json, out);
    case F_SEALED:
        break; /* references are ours to give; no stranger names one */
    }
    return json_fault_unknown(t, NULL);
}
