#include "tests/dispatch/codec/random_shape.h"

#include "dispatch/model/fields_at.h"
#include "dispatch/model/text.h"

static struct str random_text(struct prng *p, struct arena *a, size_t size)
{
    static const char *const pieces[] = { "a", "Z", " ", "\"", "\\", "é", "警", "🚓", "9" };
    char text[160];
    size_t len = 0;

    for (uint64_t n = 1 + prng_below(p, 20); n > 0; n--) {
        const char *z = pieces[prng_below(p, sizeof(pieces) / sizeof(pieces[0]))];

        if (len + strlen(z) > size || len + strlen(z) > sizeof(text)) {
            break;
        }
        memcpy(text + len, z, strlen(z));
        len += strlen(z);
    }
    return arena_str(a, (struct str){ .at = text, .len = len });
}

static void random_bytes(struct prng *p, uint8_t *at, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        at[i] = (uint8_t)prng_next(p);
    }
}

static int64_t random_within(struct prng *p, int64_t max)
{
    uint64_t range = (uint64_t)max * 2;

    return (int64_t)(range == UINT64_MAX - 1 ? prng_next(p) >> 1 : prng_below(p, range + 1)) - max;
}

static uint64_t random_uint(struct prng *p, uint64_t max)
{
    max = max > FIELD_JSON_UINT_MAX ? FIELD_JSON_UINT_MAX : max;
    return prng_below(p, max + 1) >> prng_below(p, 50);
}

static void random_protected(struct prng *p, struct arena *a, const struct field *f, char *to)
{
    struct personal_in personal = { .value = { .at = NULL } };
    struct sealed sealed = { .ref = 1 + prng_below(p, 1u << 30) };

    if (f->type == F_PERSONAL) {
        struct str salt = { .at = (const char *)personal.salt, .len = sizeof(personal.salt) };

        personal.value = random_text(p, a, f->limit);
        if (personal.value.len > 0) {
            random_bytes(p, personal.salt, sizeof(personal.salt));
            hash_sha256(salt, personal.value, &personal.hash);
        }
        memcpy(to, &personal, sizeof(personal));
    } else {
        random_bytes(p, sealed.hash.at, sizeof(sealed.hash.at));
        memcpy(to, &sealed, sizeof(sealed));
    }
}

static void random_list(struct prng *p, struct arena *a, const struct field *f, void *out)
{
    size_t size = f->type == F_LIST
                      ? f->sub->size
                      : (f->type == F_STRS ? sizeof(struct str) : sizeof(struct point));
    struct list l = { .count = (uint32_t)prng_below(p, (f->limit < 3 ? f->limit : 3) + 1u) };
    char *at = arena_alloc(a, size * 3);

    must(at != NULL);
    l.at = at;
    for (uint32_t i = 0; i < l.count; i++) {
        if (f->type == F_LIST) {
            random_shape(p, a, f->sub, at + i * size);
        } else if (f->type == F_STRS) {
            ((struct str *)l.at)[i] = random_text(p, a, f->limit2);
        } else {
            ((struct point *)l.at)[i] = (struct point){ (int32_t)random_within(p, 1800000000),
                                                        (int32_t)random_within(p, 900000000) };
        }
    }
    memcpy(field_to(f, out), &l, sizeof(l));
}

static void random_nested(struct prng *p, struct arena *a, const struct field *f, void *out)
{
    if (f->type == F_STRUCT) {
        random_shape(p, a, f->sub, field_to(f, out));
        if (field_has_flag(f)) {
            field_flag_set(f, out);
        }
    } else if (f->type == F_ARRAY) {
        uint32_t count = (uint32_t)prng_below(p, field_array_max(f) + 1u);

        for (uint32_t i = 0; i < count; i++) {
            random_shape(p, a, f->sub, field_to(f, out) + (size_t)i * f->sub->size);
        }
        field_store((char *)out + f->count_offset, f->count_size, count);
    } else {
        random_list(p, a, f, out);
    }
}

static void random_scalar(struct prng *p, const struct field *f, void *out)
{
    uint64_t v = 0;

    if (f->type == F_BOOL || f->type == F_NOT) {
        v = 1;
    } else if (f->type == F_UINT) {
        v = random_uint(p, field_uint_max(f));
    } else if (f->type == F_INT) {
        v = (uint64_t)random_within(p, field_int_max(f));
    } else if (f->type == F_INSTANT) {
        v = 1 + prng_below(p, (uint64_t)FIELD_INSTANT_MAX);
    } else if (f->type == F_DEG) {
        v = (uint64_t)random_within(p, field_deg_max(f));
    } else if (f->type == F_WORD || f->type == F_WORD_ONE) {
        v = prng_below(p, f->words->count);
    } else if (f->type == F_BITS) {
        v = prng_next(p) & field_bits_mask(f);
    } else if (f->type == F_ID) {
        v = 1 + prng_below(p, f->size == 2 ? UINT16_MAX : UINT32_MAX);
    }
    field_store(field_to(f, out), f->size, v);
}

static void random_field(struct prng *p, struct arena *a, const struct field *f, void *out)
{
    struct number number = { 20260101 + (uint32_t)prng_below(p, 28),
                             1 + (uint32_t)prng_below(p, 2000000) };
    char *to = field_to(f, out);
    struct str s;

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
        random_scalar(p, f, out);
        break;
    case F_STR:
        s = random_text(p, a, f->limit);
        memcpy(to, &s, sizeof(s));
        break;
    case F_TEXT:
        s = random_text(p, a, field_text_max(f));
        text_put((uint8_t *)to, to + 1, (size_t)f->size - 1, s);
        break;
    case F_NUMBER:
        memcpy(to, &number, sizeof(number));
        break;
    case F_HASH:
        random_bytes(p, (uint8_t *)to, SHA256_SIZE);
        break;
    case F_PERSONAL:
    case F_SEALED:
        random_protected(p, a, f, to);
        break;
    case F_STRUCT:
    case F_LIST:
    case F_STRS:
    case F_POINTS:
    case F_ARRAY:
        random_nested(p, a, f, out);
        break;
    }
}

void random_shape(struct prng *p, struct arena *a, const struct shape *s, void *out)
{
    memset(out, 0, s->size);
    for (uint32_t i = 0; i < s->count; i++) {
        if (prng_below(p, 3) != 0) {
            random_field(p, a, &s->fields[i], out);
        }
    }
}
