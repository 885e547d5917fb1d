#include "dispatch/codec/pack.h"

#include "dispatch/codec/pack_in.h"
#include "dispatch/model/fields_at.h"

static void pack_value(struct buf *b, const struct field *f, const void *value);

/* A field that is not at its standard value. One that has none (F_WORD_ONE) is written always. */
void pack_struct(struct buf *b, const struct shape *s, const void *value)
{
    uint8_t bits[SHAPE_FIELDS_MAX / 8] = { 0 };

    must(s->count <= SHAPE_FIELDS_MAX);
    for (uint32_t i = 0; i < s->count; i++) {
        if (!field_is_standard(&s->fields[i], value)) {
            bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << (i % 8));
        }
    }
    buf_add(b, bits, (s->count + 7u) / 8);
    for (uint32_t i = 0; i < s->count; i++) {
        if ((bits[i / 8] >> (i % 8) & 1) != 0) {
            pack_value(b, &s->fields[i], value);
        }
    }
}

void pack_varint(struct buf *b, uint64_t v)
{
    uint8_t tmp[10];
    size_t n = 0;

    while (v >= 0x80) {
        tmp[n++] = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    tmp[n++] = (uint8_t)v;
    buf_add(b, tmp, n);
}

static void pack_zigzag(struct buf *b, int64_t v)
{
    uint64_t u = (uint64_t)v << 1;

    pack_varint(b, v < 0 ? ~u : u);
}

void pack_text(struct buf *b, struct str s)
{
    pack_varint(b, s.len);
    buf_str(b, s);
}

static void pack_structs(struct buf *b, const struct shape *s, const char *at, uint32_t count)
{
    pack_varint(b, count);
    for (uint32_t i = 0; i < count; i++) {
        pack_struct(b, s, at + (size_t)i * s->size);
    }
}

static void pack_list(struct buf *b, const struct field *f, const void *value)
{
    struct list l = field_list(f, value);

    if (f->type == F_LIST) {
        pack_structs(b, f->sub, l.at, l.count);
        return;
    }
    pack_varint(b, l.count);
    for (uint32_t i = 0; i < l.count; i++) {
        if (f->type == F_STRS) {
            pack_text(b, ((const struct str *)l.at)[i]);
        } else {
            const struct point *p = (const struct point *)l.at + i;

            pack_zigzag(b, p->lon_e7);
            pack_zigzag(b, p->lat_e7);
        }
    }
}

static void pack_protected(struct buf *b, const struct field *f, const void *value)
{
    struct personal_in personal;
    struct sealed sealed;

    if (f->type == F_PERSONAL) {
        memcpy(&personal, field_at(f, value), sizeof(personal));
        pack_text(b, personal.value);
        buf_add(b, personal.salt, sizeof(personal.salt));
        buf_add(b, personal.hash.at, sizeof(personal.hash.at));
    } else {
        memcpy(&sealed, field_at(f, value), sizeof(sealed));
        pack_varint(b, sealed.ref);
        buf_add(b, sealed.hash.at, sizeof(sealed.hash.at));
    }
}

static void pack_value(struct buf *b, const struct field *f, const void *value)
{
    struct number number;

    switch (f->type) {
    case F_BOOL:
    case F_NOT:
        break;
    case F_UINT:
    case F_WORD:
    case F_WORD_ONE:
    case F_BITS:
    case F_ID:
        pack_varint(b, field_uint(f, value));
        break;
    case F_INT:
    case F_INSTANT:
    case F_DEG:
        pack_zigzag(b, field_int(f, value));
        break;
    case F_NUMBER:
        memcpy(&number, field_at(f, value), sizeof(number));
        pack_varint(b, number.date);
        pack_varint(b, number.count);
        break;
    case F_STR:
        pack_text(b, field_str(f, value));
        break;
    case F_TEXT:
        pack_text(b, field_text(f, value));
        break;
    case F_HASH:
        buf_add(b, field_at(f, value), SHA256_SIZE);
        break;
    case F_PERSONAL:
    case F_SEALED:
        pack_protected(b, f, value);
        break;
    case F_STRUCT:
        pack_struct(b, f->sub, field_at(f, value));
        break;
    case F_LIST:
    case F_STRS:
    case F_POINTS:
        pack_list(b, f, value);
        break;
    case F_ARRAY:
        must(field_array_count(f, value) <= f->size / f->sub->size);
        pack_structs(b, f->sub, field_at(f, value), field_array_count(f, value));
        break;
    }
}
