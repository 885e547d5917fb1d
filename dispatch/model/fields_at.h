/* The values behind a field table: reading and writing a member of any struct by its row.
 * Everything goes through memcpy, so that alignment and aliasing are nobody's worry. For the codecs
 * and shape_clone only. */
#ifndef DISPATCH_MODEL_FIELDS_AT_H
#define DISPATCH_MODEL_FIELDS_AT_H

#include "base/must.h"
#include "dispatch/model/fields.h"

/* The greatest whole number that every reader of JSON keeps exact (2^53 - 1). */
#define FIELD_JSON_UINT_MAX UINT64_C(9007199254740991)

/* Last instant with a year of four digits, 9999-12-31T23:59:59.999999Z. */
#define FIELD_INSTANT_MAX INT64_C(253402300799999999)

static inline const char *field_at(const struct field *f, const void *value)
{
    return (const char *)value + f->offset;
}

static inline char *field_to(const struct field *f, void *value)
{
    return (char *)value + f->offset;
}

static inline uint64_t field_load(const void *at, size_t size)
{
    uint64_t v64;
    uint32_t v32;
    uint16_t v16;
    uint8_t v8;

    switch (size) {
    case 1:
        memcpy(&v8, at, sizeof(v8));
        return v8;
    case 2:
        memcpy(&v16, at, sizeof(v16));
        return v16;
    case 4:
        memcpy(&v32, at, sizeof(v32));
        return v32;
    default:
        must(size == 8);
        memcpy(&v64, at, sizeof(v64));
        return v64;
    }
}

static inline void field_store(void *at, size_t size, uint64_t v)
{
    uint32_t v32 = (uint32_t)v;
    uint16_t v16 = (uint16_t)v;
    uint8_t v8 = (uint8_t)v;

    switch (size) {
    case 1:
        memcpy(at, &v8, sizeof(v8));
        break;
    case 2:
        memcpy(at, &v16, sizeof(v16));
        break;
    case 4:
        memcpy(at, &v32, sizeof(v32));
        break;
    default:
        must(size == 8);
        memcpy(at, &v, sizeof(v));
        break;
    }
}

static inline uint64_t field_uint(const struct field *f, const void *value)
{
    return field_load(field_at(f, value), f->size);
}

/* The signed value of an F_INT, F_INSTANT or F_DEG. */
static inline int64_t field_int(const struct field *f, const void *value)
{
    uint64_t v = field_uint(f, value);

    switch (f->size) {
    case 1:
        return (int8_t)v;
    case 2:
        return (int16_t)v;
    case 4:
        return (int32_t)v;
    default:
        return (int64_t)v;
    }
}

static inline struct str field_str(const struct field *f, const void *value)
{
    struct str s;

    memcpy(&s, field_at(f, value), sizeof(s));
    return s;
}

static inline void field_str_set(const struct field *f, void *value, struct str s)
{
    /* Member by member: gcc 12's analyzer loses a struct that a call returned when memcpy takes it.
     */
    struct str copy = { .at = s.at, .len = s.len };

    memcpy(field_to(f, value), &copy, sizeof(copy));
}

static inline struct str field_text(const struct field *f, const void *value)
{
    const char *at = field_at(f, value);

    return (struct str){ .at = at + 1, .len = (uint8_t)at[0] };
}

static inline struct list field_list(const struct field *f, const void *value)
{
    struct list l;

    memcpy(&l, field_at(f, value), sizeof(l));
    return l;
}

static inline uint32_t field_array_count(const struct field *f, const void *value)
{
    return (uint32_t)field_load((const char *)value + f->count_offset, f->count_size);
}

/* Whether a bool beside an F_STRUCT tells its presence, and what it says. */
static inline bool field_has_flag(const struct field *f)
{
    return f->type == F_STRUCT && f->count_size == 1;
}

static inline bool field_flag(const struct field *f, const void *value)
{
    return ((const char *)value)[f->count_offset] != 0;
}

static inline void field_flag_set(const struct field *f, void *value)
{
    bool yes = true;

    memcpy((char *)value + f->count_offset, &yes, sizeof(yes));
}

/* The greatest value of an F_UINT by size and limit. */
static inline uint64_t field_uint_max(const struct field *f)
{
    uint64_t max = f->size >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * f->size)) - 1;

    return f->limit != 0 && f->limit < max ? f->limit : max;
}

/* The greatest distance from 0 of an F_INT by size and limit. */
static inline int64_t field_int_max(const struct field *f)
{
    int64_t max = f->size >= 8 ? INT64_MAX : (INT64_C(1) << (8 * f->size - 1)) - 1;

    return f->limit != 0 && f->limit < max ? f->limit : max;
}

/* The greatest distance from 0 of an F_DEG in 1e-7 degree: `limit` is in degrees, 180 when none is
 * given. */
static inline int32_t field_deg_max(const struct field *f)
{
    return (int32_t)(f->limit != 0 && f->limit < 180 ? f->limit : 180) * DEG_E7;
}

/* Bytes that an F_TEXT holds at most. */
static inline size_t field_text_max(const struct field *f)
{
    size_t max = (size_t)f->size - 1;

    return f->limit != 0 && f->limit < max ? f->limit : max;
}

/* Structs that an F_ARRAY holds at most. */
static inline uint32_t field_array_max(const struct field *f)
{
    uint32_t max = f->size / f->sub->size;

    return f->limit != 0 && f->limit < max ? f->limit : max;
}

/* The bits that an F_BITS may have. */
static inline uint64_t field_bits_mask(const struct field *f)
{
    return f->words->count >= 64 ? UINT64_MAX : (UINT64_C(1) << f->words->count) - 1;
}

static inline bool sha256_is_zero(const struct sha256 *h)
{
    uint64_t w[4];

    memcpy(w, h->at, sizeof(w));
    return (w[0] | w[1] | w[2] | w[3]) == 0;
}

#endif
