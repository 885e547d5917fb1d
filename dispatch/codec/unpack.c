/* The reading half of pack. */
#include "dispatch/codec/pack_in.h"

#include "dispatch/model/fields_at.h"
#include "dispatch/model/text.h"

#include <stdio.h>

/* Structs inside structs of a foreign table; ours are checked by shape_check. */
#define UNPACK_DEPTH_MAX (2 * SHAPE_DEPTH_MAX)

static void take_struct(struct unpack *u, const struct shape *s, const struct pack_shape *from,
                        void *out, uint32_t depth);
static void take_value(struct unpack *u, const struct field *f, const struct pack_shape *from,
                       void *out, uint32_t depth);
static void skip_value(struct unpack *u, const struct pack_field *f, uint32_t depth);

static enum err unpack_at(const struct shape *s, const struct pack_shape *from, struct str bytes,
                          size_t *pos, struct arena *arena, void *out, struct fault *f)
{
    struct unpack u = { .bytes = bytes, .pos = *pos, .arena = arena, .fault = f };

    if (*pos > bytes.len) {
        unpack_fail(&u, ERR_CORRUPT, s->name, "nothing to unpack");
        return u.err;
    }
    take_struct(&u, s, from, out, 0);
    *pos = u.pos;
    return u.err;
}

enum err unpack_struct(const struct shape *s, struct str bytes, size_t *pos, struct arena *arena,
                       void *out, struct fault *f)
{
    return unpack_at(s, NULL, bytes, pos, arena, out, f);
}

enum err unpack_struct_by(const struct pack_map *map, const struct shape *s, struct str bytes,
                          size_t *pos, struct arena *arena, void *out, struct fault *f)
{
    for (uint32_t i = 0; i < map->count; i++) {
        if (map->shapes[i].shape == s) {
            return unpack_at(s, &map->shapes[i], bytes, pos, arena, out, f);
        }
    }
    return fault_field(f, ERR_CORRUPT, s->name, "a shape that the table does not have");
}

void unpack_fail(struct unpack *u, enum err err, const char *field, const char *what)
{
    if (u->err != OK) {
        return;
    }
    u->err = err;
    fault_field(u->fault, err, field, "%s", what);
    if (u->fault != NULL) {
        snprintf(u->fault->detail, sizeof(u->fault->detail), "at byte %zu of %zu", u->pos,
                 u->bytes.len);
    }
}

static void bad(struct unpack *u, const struct field *f, const char *what)
{
    unpack_fail(u, ERR_CORRUPT, f->name, what);
}

uint64_t unpack_varint(struct unpack *u)
{
    uint64_t v = 0;

    for (unsigned shift = 0; u->err == OK && u->pos < u->bytes.len && shift < 64; shift += 7) {
        uint8_t byte = (uint8_t)u->bytes.at[u->pos++];

        if (shift == 63 && byte > 1) {
            break;
        }
        v |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            return v;
        }
    }
    unpack_fail(u, ERR_CORRUPT, "", "a number does not end");
    return 0;
}

static int64_t unpack_zigzag(struct unpack *u)
{
    uint64_t v = unpack_varint(u);

    return (int64_t)((v >> 1) ^ (0 - (v & 1)));
}

struct str unpack_bytes(struct unpack *u, uint64_t len)
{
    struct str s = { .at = NULL };

    if (u->err != OK || len > u->bytes.len - u->pos) {
        unpack_fail(u, ERR_CORRUPT, "", "the bytes end too early");
        return s;
    }
    s = (struct str){ .at = u->bytes.at + u->pos, .len = len };
    u->pos += len;
    return s;
}

struct str unpack_text(struct unpack *u)
{
    struct str s = unpack_bytes(u, unpack_varint(u));

    if (!str_utf8(s)) {
        unpack_fail(u, ERR_CORRUPT, "", "a text is not UTF-8");
        return (struct str){ .at = NULL };
    }
    return s;
}

/* Fixed bytes into `out`; zeros after trouble. */
static void unpack_fixed(struct unpack *u, void *out, size_t size)
{
    struct str s = unpack_bytes(u, size);

    if (s.at != NULL) {
        memcpy(out, s.at, size);
    }
}

/* `from` is the writer's table, NULL when it is ours. */
static void take_struct(struct unpack *u, const struct shape *s, const struct pack_shape *from,
                        void *out, uint32_t depth)
{
    uint32_t count = from != NULL ? from->count : s->count;
    struct str bits = unpack_bytes(u, (count + 7u) / 8);

    memset(out, 0, s->size);
    for (uint32_t i = 0; bits.at != NULL && i < count && u->err == OK; i++) {
        const struct pack_field *old = from != NULL ? &from->fields[i] : NULL;

        if (((unsigned char)bits.at[i / 8] >> (i % 8) & 1) == 0) {
            continue;
        }
        if (depth >= UNPACK_DEPTH_MAX) {
            unpack_fail(u, ERR_CORRUPT, s->name, "nested too deeply");
        } else if (old != NULL && old->to == NULL) {
            skip_value(u, old, depth + 1);
        } else if (old != NULL) {
            take_value(u, old->to, old->sub, out, depth + 1);
        } else {
            take_value(u, &s->fields[i], NULL, out, depth + 1);
        }
    }
}

static void take_int(struct unpack *u, const struct field *f, void *out)
{
    int64_t v = unpack_zigzag(u);
    bool ok;

    if (f->type == F_INSTANT) {
        ok = v >= 0 && v <= FIELD_INSTANT_MAX;
    } else if (f->type == F_DEG) {
        ok = v >= -field_deg_max(f) && v <= field_deg_max(f);
    } else {
        ok = v >= -field_int_max(f) && v <= field_int_max(f);
    }
    if (!ok) {
        bad(u, f, "a number is out of its limits");
    }
    field_store(field_to(f, out), f->size, (uint64_t)v);
}

static void take_uint(struct unpack *u, const struct field *f, void *out)
{
    uint64_t v = unpack_varint(u);
    bool ok;

    if (f->type == F_WORD || f->type == F_WORD_ONE) {
        ok = v < f->words->count;
    } else if (f->type == F_BITS) {
        ok = (v & ~field_bits_mask(f)) == 0;
    } else if (f->type == F_ID) {
        ok = v <= (f->size == 2 ? UINT16_MAX : UINT32_MAX);
    } else {
        ok = v <= field_uint_max(f);
    }
    if (!ok) {
        bad(u, f, "a number is out of its limits");
    }
    field_store(field_to(f, out), f->size, v);
}

static void take_string(struct unpack *u, const struct field *f, void *out)
{
    struct str s = unpack_text(u);
    char *to = field_to(f, out);

    if (s.len > (f->type == F_TEXT ? field_text_max(f) : f->limit)) {
        bad(u, f, "a text is too long");
    } else if (f->type == F_TEXT) {
        text_put((uint8_t *)to, to + 1, (size_t)f->size - 1, s);
    } else {
        field_str_set(f, out, s);
    }
}

static void take_number(struct unpack *u, const struct field *f, void *out)
{
    uint64_t date = unpack_varint(u);
    uint64_t count = unpack_varint(u);
    struct number number = { .date = (uint32_t)date, .count = (uint32_t)count };

    if (date > 99991231 || count > 999999999) {
        bad(u, f, "a number is out of its limits");
    }
    memcpy(field_to(f, out), &number, sizeof(number));
}

static void take_protected(struct unpack *u, const struct field *f, void *out)
{
    struct personal_in personal = { .value = { .at = NULL } };
    struct sealed sealed = { .ref = 0 };

    if (f->type == F_PERSONAL) {
        personal.value = unpack_text(u);
        unpack_fixed(u, personal.salt, sizeof(personal.salt));
        unpack_fixed(u, personal.hash.at, sizeof(personal.hash.at));
        if (personal.value.len == 0 || personal.value.len > f->limit) {
            bad(u, f, "a text is empty or too long");
        }
        memcpy(field_to(f, out), &personal, sizeof(personal));
        return;
    }
    sealed.ref = unpack_varint(u);
    unpack_fixed(u, sealed.hash.at, sizeof(sealed.hash.at));
    if (sealed.ref == 0 || sealed.ref > FIELD_JSON_UINT_MAX) {
        bad(u, f, "not a reference to a personal value");
    }
    memcpy(field_to(f, out), &sealed, sizeof(sealed));
}

/* A count of elements of which each takes a byte at least, so that no count can ask for more memory
 * than bytes × size. */
static uint32_t take_count(struct unpack *u, const struct field *f, uint32_t max)
{
    uint64_t count = unpack_varint(u);

    if (count > max || count > u->bytes.len - u->pos) {
        bad(u, f, "a list is too long");
        return 0;
    }
    return (uint32_t)count;
}

static void take_structs(struct unpack *u, const struct field *f, const struct pack_shape *from,
                         char *at, uint32_t count, uint32_t depth)
{
    for (uint32_t i = 0; i < count && u->err == OK; i++) {
        take_struct(u, f->sub, from, at + (size_t)i * f->sub->size, depth);
    }
}

static void take_list(struct unpack *u, const struct field *f, const struct pack_shape *from,
                      void *out, uint32_t depth)
{
    struct list l = { .count = take_count(u, f, f->limit) };
    size_t size = f->type == F_LIST
                      ? f->sub->size
                      : (f->type == F_STRS ? sizeof(struct str) : sizeof(struct point));

    if (l.count > 0) {
        l.at = u->arena != NULL ? arena_alloc(u->arena, l.count * size) : NULL;
        if (l.at == NULL) {
            unpack_fail(u, ERR_NO_MEMORY, f->name, "no memory for a list");
            return;
        }
    }
    if (f->type == F_LIST) {
        take_structs(u, f, from, l.at, l.count, depth);
    }
    for (uint32_t i = 0; f->type != F_LIST && i < l.count && u->err == OK; i++) {
        if (f->type == F_STRS) {
            struct str s = unpack_text(u);

            if (s.len > f->limit2) {
                bad(u, f, "a text is too long");
            }
            ((struct str *)l.at)[i] = s;
        } else {
            int64_t lon = unpack_zigzag(u);
            int64_t lat = unpack_zigzag(u);

            if (lon < INT32_MIN || lon > INT32_MAX || lat < INT32_MIN || lat > INT32_MAX) {
                bad(u, f, "a number is out of its limits");
            }
            ((struct point *)l.at)[i] = (struct point){ (int32_t)lon, (int32_t)lat };
        }
    }
    memcpy(field_to(f, out), &l, sizeof(l));
}

static void take_array(struct unpack *u, const struct field *f, const struct pack_shape *from,
                       void *out, uint32_t depth)
{
    uint32_t count = take_count(u, f, field_array_max(f));

    take_structs(u, f, from, field_to(f, out), count, depth);
    field_store((char *)out + f->count_offset, f->count_size, count);
}

static void take_value(struct unpack *u, const struct field *f, const struct pack_shape *from,
                       void *out, uint32_t depth)
{
    switch (f->type) {
    case F_BOOL:
    case F_NOT:
        field_store(field_to(f, out), f->size, 1);
        break;
    case F_UINT:
    case F_WORD:
    case F_WORD_ONE:
    case F_BITS:
    case F_ID:
        take_uint(u, f, out);
        break;
    case F_INT:
    case F_INSTANT:
    case F_DEG:
        take_int(u, f, out);
        break;
    case F_NUMBER:
        take_number(u, f, out);
        break;
    case F_STR:
    case F_TEXT:
        take_string(u, f, out);
        break;
    case F_HASH:
        unpack_fixed(u, field_to(f, out), SHA256_SIZE);
        break;
    case F_PERSONAL:
    case F_SEALED:
        take_protected(u, f, out);
        break;
    case F_STRUCT:
        take_struct(u, f->sub, from, field_to(f, out), depth);
        if (field_has_flag(f)) {
            field_flag_set(f, out);
        }
        break;
    case F_LIST:
    case F_STRS:
    case F_POINTS:
        take_list(u, f, from, out, depth);
        break;
    case F_ARRAY:
        take_array(u, f, from, out, depth);
        break;
    }
}

static void skip_struct(struct unpack *u, const struct pack_shape *from, uint32_t depth)
{
    struct str bits = unpack_bytes(u, (from->count + 7u) / 8);

    if (depth >= UNPACK_DEPTH_MAX) {
        unpack_fail(u, ERR_CORRUPT, "", "nested too deeply");
    }
    for (uint32_t i = 0; bits.at != NULL && i < from->count && u->err == OK; i++) {
        if (((unsigned char)bits.at[i / 8] >> (i % 8) & 1) != 0) {
            skip_value(u, &from->fields[i], depth + 1);
        }
    }
}

static void skip_list(struct unpack *u, const struct pack_field *f, uint32_t depth)
{
    uint64_t count = unpack_varint(u);

    for (uint64_t i = 0; i < count && u->err == OK; i++) {
        if (f->type == F_STRS) {
            unpack_text(u);
        } else if (f->type == F_POINTS) {
            unpack_varint(u);
            unpack_varint(u);
        } else {
            skip_struct(u, f->sub, depth);
        }
    }
}

static void skip_value(struct unpack *u, const struct pack_field *f, uint32_t depth)
{
    switch (f->type) {
    case F_BOOL:
    case F_NOT:
        break;
    case F_UINT:
    case F_WORD:
    case F_WORD_ONE:
    case F_BITS:
    case F_ID:
    case F_INT:
    case F_INSTANT:
    case F_DEG:
        unpack_varint(u);
        break;
    case F_NUMBER:
        unpack_varint(u);
        unpack_varint(u);
        break;
    case F_STR:
    case F_TEXT:
        unpack_text(u);
        break;
    case F_HASH:
        unpack_bytes(u, SHA256_SIZE);
        break;
    case F_PERSONAL:
        unpack_text(u);
        unpack_bytes(u, sizeof(((struct personal_in *)0)->salt) + SHA256_SIZE);
        break;
    case F_SEALED:
        unpack_varint(u);
        unpack_bytes(u, SHA256_SIZE);
        break;
    case F_STRUCT:
        skip_struct(u, f->sub, depth);
        break;
    case F_LIST:
    case F_STRS:
    case F_POINTS:
    case F_ARRAY:
        skip_list(u, f, depth);
        break;
    }
}
