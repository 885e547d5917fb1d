/* The half of json_read that fills structs by their field tables. */
#include "dispatch/codec/json_read.h"

#include "dispatch/codec/scan.h"
#include "dispatch/model/fields_at.h"
#include "dispatch/model/text.h"

#include <stdio.h>

#define LIST_FIRST 4
#define KEY_MARKS 4u /* the comma, the quotes and the colon around a name */

static void read_field(struct json_read *r, const struct field *f, void *out);

/* Which fields of a struct were met. */
struct seen {
    uint64_t bits[SHAPE_FIELDS_MAX / 64];
};

static bool seen_before(struct seen *seen, size_t i)
{
    uint64_t bit = UINT64_C(1) << (i % 64);
    bool before = (seen->bits[i / 64] & bit) != 0;

    seen->bits[i / 64] |= bit;
    return before;
}

/* Index of the field of that name, or count. Canonical texts have the table's order, so the search
 * starts where the last one ended. */
static size_t find(const struct shape *s, struct str name, size_t from)
{
    for (size_t n = 0; name.len != 0 && n < s->count; n++) {
        size_t i = from + n < s->count ? from + n : from + n - s->count;
        const struct field *f = &s->fields[i];

        if (f->key_len == name.len + KEY_MARKS && f->name[0] == name.at[0] &&
            memcmp(f->name, name.at, name.len) == 0) {
            return i;
        }
    }
    return s->count;
}

/* Steps over the next member's name when it is one of the fields from `from` on, written as
 * canonical writers do: the quick way for nearly all names. Index of the field, or count when it is
 * not. */
static size_t step_over(struct json_read *r, const struct shape *s, size_t from)
{
    const char *at = r->text.at + r->pos;
    size_t left = r->text.len - r->pos;
    size_t skip = r->pos > 0 && at[-1] == '{' ? 1 : 0; /* no comma before the first */

    if (r->err != OK || left < KEY_MARKS) {
        return s->count;
    }
    for (size_t i = from; i < s->count; i++) {
        const struct field *f = &s->fields[i];
        size_t len = f->key_len - skip;

        if (at[2 - skip] == f->name[0] && len <= left && memcmp(at, f->key + skip, len) == 0) {
            r->pos += len;
            return i;
        }
    }
    return s->count;
}

void json_read_members(struct json_read *r, const struct shape *s, void *out)
{
    struct seen seen = { .bits = { 0 } };
    struct str key;
    size_t from = 0;

    memset(out, 0, s->size);
    for (;;) {
        size_t i = step_over(r, s, from);

        if (i == s->count) {
            if (!json_read_key(r, &key)) {
                return;
            }
            i = find(s, key, from);
        }
        if (i == s->count) {
            if (!r->skip_unknown) {
                json_read_fail(r, ERR_CORRUPT, s->name, "an unknown member");
                return;
            }
            json_read_skip(r);
            continue;
        }
        if (seen_before(&seen, i)) {
            json_read_fail(r, ERR_CORRUPT, s->fields[i].name, "a member stands twice");
            return;
        }
        read_field(r, &s->fields[i], out);
        from = i + 1;
    }
}

void json_read_value(struct json_read *r, const struct shape *s, void *out)
{
    json_read_object(r);
    json_read_members(r, s, out);
}

enum err json_read_struct(const struct shape *s, struct str text, size_t *pos, struct str world,
                          struct arena *arena, void *out, struct fault *f)
{
    struct json_read r;

    json_read_init(&r, text, world, arena, f);
    r.pos = *pos;
    if (*pos > text.len) {
        json_read_fail(&r, ERR_CORRUPT, s->name, "nothing to read");
        return r.err;
    }
    json_read_value(&r, s, out);
    *pos = r.pos;
    return r.err;
}

static void bad(struct json_read *r, const struct field *f, const char *what)
{
    json_read_fail(r, ERR_CORRUPT, f->name, what);
}

/* The token of a number as it stands. */
static struct str number_token(struct json_read *r)
{
    size_t start = r->pos;

    while (r->pos < r->text.len) {
        char c = r->text.at[r->pos];

        if ((c < '0' || c > '9') && c != '-' && c != '.') {
            break;
        }
        r->pos++;
    }
    return (struct str){ .at = r->text.at + start, .len = r->pos - start };
}

static bool read_deg(struct json_read *r, const struct field *f, int32_t *e7)
{
    if (r->err != OK) {
        return false;
    }
    if (!scan_deg(number_token(r), field_deg_max(f), e7)) {
        bad(r, f, "expected decimal degrees");
        return false;
    }
    return true;
}

static void read_int(struct json_read *r, const struct field *f, void *out)
{
    int64_t v = json_read_i64(r);
    int64_t max = field_int_max(f);

    if (v > max || v < -max) {
        bad(r, f, "a number is out of its limits");
    }
    field_store(field_to(f, out), f->size, (uint64_t)v);
}

static void read_uint(struct json_read *r, const struct field *f, void *out)
{
    uint64_t v = json_read_u64(r);

    if (v > field_uint_max(f)) {
        bad(r, f, "a number is out of its limits");
    }
    field_store(field_to(f, out), f->size, v);
}

static void read_string(struct json_read *r, const struct field *f, void *out)
{
    struct str s = json_read_str(r);

    if (r->err != OK) {
        return;
    }
    if (s.len > (f->type == F_TEXT ? field_text_max(f) : f->limit)) {
        bad(r, f, "a text is too long");
        return;
    }
    if (f->type == F_TEXT) {
        char *to = field_to(f, out);

        text_put((uint8_t *)to, to + 1, (size_t)f->size - 1, s);
    } else {
        field_str_set(f, out, s);
    }
}

static uint32_t read_word(struct json_read *r, const struct field *f)
{
    struct str s = json_read_str(r);
    uint32_t v = 0;

    if (!word_find(f->words, s, &v)) {
        bad(r, f, "an unknown word");
    }
    return v;
}

static void read_bits(struct json_read *r, const struct field *f, void *out)
{
    uint64_t bits = 0;

    json_read_array(r);
    while (json_read_item(r)) {
        bits |= UINT64_C(1) << read_word(r, f);
    }
    field_store(field_to(f, out), f->size, bits);
}

/* True when the value is null, which writers of everything put for "none". */
static bool read_null(struct json_read *r)
{
    if (r->err != OK || r->text.len - r->pos < 4 || memcmp(r->text.at + r->pos, "null", 4) != 0) {
        return false;
    }
    r->pos += 4;
    return true;
}

/* Values written as strings with a form of their own. */
static void read_formed(struct json_read *r, const struct field *f, void *out)
{
    struct str s;
    bool ok = false;
    uint32_t id = 0;
    int64_t at = 0;

    if (read_null(r)) {
        return;
    }
    s = json_read_str(r);
    if (r->err != OK) {
        return;
    }
    if (f->type == F_ID) {
        ok = scan_id(s, r->world, f->letter, f->size == 2 ? UINT16_MAX : UINT32_MAX, &id) ==
             SCAN_ID_OK;
        field_store(field_to(f, out), f->size, id);
    } else if (f->type == F_INSTANT) {
        ok = instant_read(s.at, s.len, &at) == 0 && at > 0 && at <= FIELD_INSTANT_MAX;
        memcpy(field_to(f, out), &at, sizeof(at));
    } else if (f->type == F_NUMBER) {
        struct number number = { .date = 0 };

        ok = scan_number(s, &number);
        memcpy(field_to(f, out), &number, sizeof(number));
    } else if (f->type == F_HASH) {
        struct sha256 hash = { { 0 } };

        ok = scan_hex(s, hash.at, sizeof(hash.at));
        memcpy(field_to(f, out), &hash, sizeof(hash));
    }
    if (!ok) {
        bad(r, f, "not of the form of its type");
    }
}

static void read_sealed(struct json_read *r, const struct field *f, void *out)
{
    struct sealed sealed = { .ref = 0 };
    struct str key;

    if (read_null(r)) {
        return;
    }
    json_read_object(r);
    while (json_read_key(r, &key)) {
        if (str_is(key, "ref") && sealed.ref == 0) {
            sealed.ref = json_read_u64(r);
        } else if (!str_is(key, "sha256") ||
                   !scan_hex(json_read_str(r), sealed.hash.at, sizeof(sealed.hash.at))) {
            bad(r, f, "not a reference to a personal value");
        }
    }
    if (sealed.ref == 0 || sealed.ref > FIELD_JSON_UINT_MAX) {
        bad(r, f, "not a reference to a personal value");
    }
    memcpy(field_to(f, out), &sealed, sizeof(sealed));
    r->sealed++;
}

/* A list that grows in the arena while it is read: one pass over the text, which a count ahead of
 * it would make two at each level. */
struct growing {
    struct list list;
    uint32_t room;
};

/* The place of the next element, zeroed, or NULL with the fault set. */
static void *list_more(struct json_read *r, const struct field *f, struct growing *g, size_t size)
{
    if (r->err != OK) {
        return NULL;
    }
    if (g->list.count == f->limit) {
        bad(r, f, "a list is too long");
        return NULL;
    }
    if (g->list.count == g->room) {
        uint32_t room = g->room == 0 ? LIST_FIRST : g->room * 2;
        room = room < f->limit ? room : f->limit;
        void *at = r->arena != NULL ? arena_alloc(r->arena, room * size) : NULL;

        if (at == NULL) {
            json_read_fail(r, ERR_NO_MEMORY, f->name, "no memory for a list");
            return NULL;
        }
        if (g->list.count > 0) {
            memcpy(at, g->list.at, g->list.count * size);
        }
        g->list.at = at;
        g->room = room;
    }
    return (char *)g->list.at + (size_t)g->list.count++ * size;
}

static void read_structs(struct json_read *r, const struct field *f, void *out)
{
    struct growing g = { .room = 0 };

    json_read_array(r);
    while (json_read_item(r)) {
        void *at = list_more(r, f, &g, f->sub->size);

        if (at != NULL) {
            json_read_value(r, f->sub, at);
        }
    }
    memcpy(field_to(f, out), &g.list, sizeof(g.list));
}

static void read_strs(struct json_read *r, const struct field *f, void *out)
{
    struct growing g = { .room = 0 };

    json_read_array(r);
    while (json_read_item(r)) {
        struct str *at = list_more(r, f, &g, sizeof(*at));

        if (at != NULL) {
            *at = json_read_str(r);
            if (at->len > f->limit2) {
                bad(r, f, "a text is too long");
            }
        }
    }
    memcpy(field_to(f, out), &g.list, sizeof(g.list));
}

static void read_points(struct json_read *r, const struct field *f, void *out)
{
    static const struct field deg = { .name = "points", .type = F_DEG };
    struct growing g = { .room = 0 };

    json_read_array(r);
    while (json_read_item(r)) {
        struct point *at = list_more(r, f, &g, sizeof(*at));

        if (at == NULL) {
            break;
        }
        read_deg(r, &deg, &at->lon_e7);
        if (!json_read_item(r)) {
            bad(r, f, "a longitude without a latitude");
            break;
        }
        read_deg(r, &deg, &at->lat_e7);
    }
    memcpy(field_to(f, out), &g.list, sizeof(g.list));
}

static void read_inner_array(struct json_read *r, const struct field *f, void *out)
{
    uint32_t max = field_array_max(f);
    uint32_t count = 0;

    json_read_array(r);
    while (json_read_item(r)) {
        if (count == max) {
            bad(r, f, "a list is too long");
            break;
        }
        json_read_value(r, f->sub, field_to(f, out) + (size_t)count * f->sub->size);
        count++;
    }
    field_store((char *)out + f->count_offset, f->count_size, count);
}

static void read_nested(struct json_read *r, const struct field *f, void *out)
{
    switch (f->type) {
    case F_STRUCT:
        json_read_value(r, f->sub, field_to(f, out));
        if (field_has_flag(f)) {
            field_flag_set(f, out);
        }
        break;
    case F_LIST:
        read_structs(r, f, out);
        break;
    case F_STRS:
        read_strs(r, f, out);
        break;
    case F_POINTS:
        read_points(r, f, out);
        break;
    case F_ARRAY:
        read_inner_array(r, f, out);
        break;
    case F_BOOL:
    case F_NOT:
    case F_UINT:
    case F_INT:
    case F_STR:
    case F_TEXT:
    case F_INSTANT:
    case F_DEG:
    case F_WORD:
    case F_WORD_ONE:
    case F_BITS:
    case F_ID:
    case F_NUMBER:
    case F_HASH:
    case F_PERSONAL:
    case F_SEALED:
        bad(r, f, "personal values are not read from a stored text");
        break;
    }
}

static void read_field(struct json_read *r, const struct field *f, void *out)
{
    int32_t e7 = 0;

    switch (f->type) {
    case F_BOOL:
        field_store(field_to(f, out), f->size, json_read_bool(r));
        break;
    case F_NOT:
        field_store(field_to(f, out), f->size, !json_read_bool(r));
        break;
    case F_UINT:
        read_uint(r, f, out);
        break;
    case F_INT:
        read_int(r, f, out);
        break;
    case F_STR:
    case F_TEXT:
        read_string(r, f, out);
        break;
    case F_DEG:
        if (read_deg(r, f, &e7)) {
            memcpy(field_to(f, out), &e7, sizeof(e7));
        }
        break;
    case F_WORD:
    case F_WORD_ONE:
        field_store(field_to(f, out), f->size, read_word(r, f));
        break;
    case F_BITS:
        read_bits(r, f, out);
        break;
    case F_ID:
    case F_INSTANT:
    case F_NUMBER:
    case F_HASH:
        read_formed(r, f, out);
        break;
    case F_SEALED:
        read_sealed(r, f, out);
        break;
    case F_PERSONAL:
    case F_STRUCT:
    case F_LIST:
    case F_STRS:
    case F_POINTS:
    case F_ARRAY:
        read_nested(r, f, out);
        break;
    }
}
