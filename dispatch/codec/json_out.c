#include "dispatch/codec/json_out.h"

#include "dispatch/codec/put.h"
#include "dispatch/model/fields_at.h"

/* A name with its comma, quotes and colon, and the longest value that is not a text or a list: a
 * sealed one (105 bytes) or an id with its world. Both are made where they shall stand when there
 * is room for the longest, else beside the buffer, so that a fixed one can be filled full. */
#define NAME_ROOM (SHAPE_NAME_SIZE + 4)
#define VALUE_ROOM 112
_Static_assert(VALUE_ROOM >= WORLD_NAME_MAX + 2 + PUT_U64_MAX + 2, "an id fits");

static void out_list(struct buf *b, const struct field *f, const void *value,
                     const struct json_out *opt);
static char *put_scalar(char *p, const struct field *f, const void *value,
                        const struct json_out *opt);
static char *put_missing(char *p, const struct field *f);

static char *put_name(char *p, const struct field *f, bool comma)
{
    size_t skip = comma ? 0 : 1;

    return put_few(p, f->key + skip, f->key_len - skip);
}

/* True when the field is not for these readers. */
static bool hidden(const struct field *f, const struct json_out *opt)
{
    return f->privacy > opt->privacy_max || (f->type == F_SEALED && opt->skip_sealed);
}

static bool worth_writing(const struct shape *s, const void *value, const struct json_out *opt);

/* Whether a field is written. A nested struct of which these readers would see nothing is left out
 * whole. */
static bool shown(const struct field *f, const void *value, const struct json_out *opt)
{
    if (hidden(f, opt)) {
        return false;
    }
    if (field_has_flag(f)) {
        return field_flag(f, value);
    }
    if (f->type == F_STRUCT && !opt->all) {
        return worth_writing(f->sub, field_at(f, value), opt);
    }
    return opt->all || !field_is_standard(f, value);
}

static bool worth_writing(const struct shape *s, const void *value, const struct json_out *opt)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (shown(&s->fields[i], value, opt)) {
            return true;
        }
    }
    return false;
}

/* Where a name and a value can be written: in the buffer, or in `beside`. */
static char *place_in(struct buf *b, char *beside)
{
    bool fits = b->cap - b->len >= NAME_ROOM + VALUE_ROOM && !b->failed;

    return fits || (!b->fixed && buf_room(b, NAME_ROOM + VALUE_ROOM) != NULL) ? b->at + b->len
                                                                              : beside;
}

static void placed(struct buf *b, const char *at, const char *end)
{
    if (at == b->at + b->len) {
        b->len += (size_t)(end - at);
    } else {
        buf_add(b, at, (size_t)(end - at));
    }
}

/* One field: name and value. */
static void out_field(struct buf *b, const struct field *f, const void *value,
                      const struct json_out *opt, bool comma)
{
    char beside[NAME_ROOM + VALUE_ROOM];
    char *at = place_in(b, beside);
    char *p = put_name(at, f, comma);

    switch (f->type) {
    case F_STR:
    case F_TEXT:
    case F_PERSONAL:
        placed(b, at, p);
        /* The value is the first member of a personal_in, and so is read like any string. */
        buf_json_str(b, f->type == F_TEXT ? field_text(f, value) : field_str(f, value));
        break;
    case F_STRUCT:
        placed(b, at, p);
        json_out_struct(b, f->sub, field_at(f, value), opt);
        break;
    case F_BITS:
    case F_LIST:
    case F_STRS:
    case F_POINTS:
    case F_ARRAY:
        placed(b, at, p);
        out_list(b, f, value, opt);
        break;
    case F_BOOL:
    case F_NOT:
    case F_UINT:
    case F_INT:
    case F_INSTANT:
    case F_DEG:
    case F_WORD:
    case F_WORD_ONE:
    case F_ID:
    case F_NUMBER:
    case F_HASH:
    case F_SEALED:
        placed(b, at, put_scalar(p, f, value, opt));
        break;
    }
}

bool json_out_fields(struct buf *b, const struct shape *s, const void *value,
                     const struct json_out *opt)
{
    bool wrote = false;

    must(opt->world.len <= WORLD_NAME_MAX);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct field *f = &s->fields[i];

        must(f->type != F_PERSONAL || opt->canonical_command);
        if (shown(f, value, opt)) {
            out_field(b, f, value, opt, wrote);
            wrote = true;
        }
    }
    return wrote;
}

void json_out_struct(struct buf *b, const struct shape *s, const void *value,
                     const struct json_out *opt)
{
    buf_char(b, '{');
    json_out_fields(b, s, value, opt);
    buf_char(b, '}');
}

static char *put_quoted(char *p, const char *word)
{
    *p++ = '"';
    p = put_text(p, word);
    *p++ = '"';
    return p;
}

static char *put_number(char *p, struct number n)
{
    *p++ = '"';
    p = put_digits(p, n.date, 8);
    *p++ = '-';
    p = put_digits(p, n.count, n.count < 1000000 ? 6 : put_width(n.count));
    *p++ = '"';
    return p;
}

static char *put_hash(char *p, const struct sha256 *h)
{
    *p++ = '"';
    p = put_hex(p, h->at, sizeof(h->at));
    *p++ = '"';
    return p;
}

static char *put_sealed(char *p, const struct field *f, const void *value)
{
    struct sealed sealed;

    memcpy(&sealed, field_at(f, value), sizeof(sealed));
    must(sealed.ref <= FIELD_JSON_UINT_MAX);
    p = put_text(p, "{\"ref\":");
    p = put_u64(p, sealed.ref);
    p = put_text(p, ",\"sha256\":");
    p = put_hash(p, &sealed.hash);
    *p++ = '}';
    return p;
}

static char *put_scalar(char *p, const struct field *f, const void *value,
                        const struct json_out *opt)
{
    struct number number;
    struct sha256 hash;

    if (opt->all && f->type != F_NOT && field_is_standard(f, value)) {
        return put_missing(p, f);
    }
    switch (f->type) {
    case F_BOOL:
        return put_text(p, field_uint(f, value) != 0 ? "true" : "false");
    case F_NOT:
        return put_text(p, field_uint(f, value) != 0 ? "false" : "true");
    case F_UINT:
        return put_u64(p, field_uint(f, value));
    case F_INT:
        return put_i64(p, field_int(f, value));
    case F_INSTANT:
        return put_instant(p, field_int(f, value));
    case F_DEG:
        return put_deg(p, (int32_t)field_int(f, value));
    case F_WORD:
    case F_WORD_ONE:
        return put_quoted(p, word_of(f->words, (uint32_t)field_uint(f, value)));
    case F_ID:
        *p++ = '"';
        p = put_id(p, opt->world, f->letter, (uint32_t)field_uint(f, value));
        *p++ = '"';
        return p;
    case F_NUMBER:
        memcpy(&number, field_at(f, value), sizeof(number));
        return put_number(p, number);
    case F_HASH:
        memcpy(&hash, field_at(f, value), sizeof(hash));
        return put_hash(p, &hash);
    case F_SEALED:
        return put_sealed(p, f, value);
    case F_STR:
    case F_TEXT:
    case F_BITS:
    case F_PERSONAL:
    case F_STRUCT:
    case F_LIST:
    case F_STRS:
    case F_POINTS:
    case F_ARRAY:
        break;
    }
    must(false);
    return p;
}

/* The standard value of a scalar, for writers of everything. */
static char *put_missing(char *p, const struct field *f)
{
    if (f->type == F_BOOL) {
        return put_text(p, "false");
    }
    if (f->type == F_UINT || f->type == F_INT || f->type == F_DEG) {
        return put_text(p, "0");
    }
    return f->type == F_WORD ? put_quoted(p, word_of(f->words, 0)) : put_text(p, "null");
}

static void out_structs(struct buf *b, const struct shape *s, const char *at, uint32_t count,
                        const struct json_out *opt)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            buf_char(b, ',');
        }
        json_out_struct(b, s, at + (size_t)i * s->size, opt);
    }
}

static void out_bits(struct buf *b, const struct field *f, const void *value)
{
    uint64_t bits = field_uint(f, value);
    bool comma = false;

    must((bits & ~field_bits_mask(f)) == 0);
    for (uint32_t i = 0; i < f->words->count; i++) {
        if ((bits >> i & 1) == 0) {
            continue;
        }
        if (comma) {
            buf_char(b, ',');
        }
        comma = true;
        buf_char(b, '"');
        buf_text(b, word_of(f->words, i));
        buf_char(b, '"');
    }
}

static void out_points(struct buf *b, const struct list *l)
{
    const struct point *at = l->at;

    for (uint32_t i = 0; i < l->count; i++) {
        char tmp[2 * PUT_DEG_MAX + 2];
        char *p = tmp;

        if (i > 0) {
            *p++ = ',';
        }
        p = put_deg(p, at[i].lon_e7);
        *p++ = ',';
        p = put_deg(p, at[i].lat_e7);
        buf_add(b, tmp, (size_t)(p - tmp));
    }
}

static void out_strs(struct buf *b, const struct list *l)
{
    const struct str *at = l->at;

    for (uint32_t i = 0; i < l->count; i++) {
        if (i > 0) {
            buf_char(b, ',');
        }
        buf_json_str(b, at[i]);
    }
}

static void out_list(struct buf *b, const struct field *f, const void *value,
                     const struct json_out *opt)
{
    struct list l = { .at = NULL };

    buf_char(b, '[');
    if (f->type == F_BITS) {
        out_bits(b, f, value);
    } else if (f->type == F_ARRAY) {
        uint32_t count = field_array_count(f, value);

        must(count <= f->size / f->sub->size);
        out_structs(b, f->sub, field_at(f, value), count, opt);
    } else {
        l = field_list(f, value);
    }
    if (f->type == F_LIST) {
        out_structs(b, f->sub, l.at, l.count, opt);
    } else if (f->type == F_STRS) {
        out_strs(b, &l);
    } else if (f->type == F_POINTS) {
        out_points(b, &l);
    }
    buf_char(b, ']');
}

void json_out_deg(struct buf *b, int32_t e7)
{
    char tmp[PUT_DEG_MAX];

    buf_add(b, tmp, (size_t)(put_deg(tmp, e7) - tmp));
}

void json_out_instant(struct buf *b, int64_t at_us)
{
    char tmp[PUT_INSTANT_MAX];

    buf_add(b, tmp, (size_t)(put_instant(tmp, at_us) - tmp));
}

void json_out_id(struct buf *b, struct str world, char letter, uint32_t n)
{
    char tmp[VALUE_ROOM];
    char *p = tmp;

    must(world.len <= WORLD_NAME_MAX);
    *p++ = '"';
    p = put_id(p, world, letter, n);
    *p++ = '"';
    buf_add(b, tmp, (size_t)(p - tmp));
}

void json_out_number(struct buf *b, struct number n)
{
    char tmp[VALUE_ROOM];

    buf_add(b, tmp, (size_t)(put_number(tmp, n) - tmp));
}
