#include "dispatch/codec/json_fault.h"

#include "base/buf.h"
#include "dispatch/model/fields_at.h"

#include <inttypes.h>
#include <stdio.h>

#define SHOWN_MAX 40 /* characters of a value or name that a fault repeats */

/* Appends up to SHOWN_MAX characters of a stranger's text, control characters as '?', so that it
 * stays on one line. */
static void show_text(struct buf *b, struct str s)
{
    size_t shown = 0;

    for (size_t i = 0; i < s.len;) {
        unsigned char c = (unsigned char)s.at[i];
        size_t len = c < 0x80 ? 1 : (c < 0xe0 ? 2 : (c < 0xf0 ? 3 : 4));
        bool control = c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s.at[i + 1] < 0xa0);

        if (shown++ == SHOWN_MAX) {
            buf_text(b, "…");
            return;
        }
        if (control) {
            buf_char(b, '?');
        } else {
            buf_add(b, s.at + i, len);
        }
        i += len;
    }
}

static void show_path(struct buf *b, const struct json_path *path)
{
    if (path == NULL) {
        return;
    }
    show_path(b, path->up);
    if (path->up != NULL && path->name == NULL) {
        buf_fmt(b, "[%" PRIu32 "]", path->index);
    } else if (path->name != NULL) {
        if (b->len > 0) {
            buf_char(b, '.');
        }
        show_text(b, str_of(path->name));
    }
}

/* The path in the fault's field: its end when it is too long, as the end says most. */
static void put_path(struct json_taker *t)
{
    char bytes[1024];
    struct buf b;
    struct buf field;
    size_t from = 0;

    buf_fixed(&b, bytes, sizeof(bytes));
    show_path(&b, t->path);
    buf_fixed(&field, t->fault->field, sizeof(t->fault->field) - 1);
    if (b.len > field.cap) {
        buf_text(&field, "...");
        from = b.len - (field.cap - field.len);
        while (from < b.len && ((unsigned char)bytes[from] & 0xc0) == 0x80) {
            from++;
        }
    }
    buf_add(&field, bytes + from, b.len - from);
    t->fault->field[field.len] = '\0';
}

static void put_value(struct json_taker *t, const json_t *json)
{
    struct buf b;

    buf_fixed(&b, t->fault->detail, sizeof(t->fault->detail) - 1);
    if (t->secret && (json_is_string(json) || json_is_number(json))) {
        buf_text(&b, json_is_string(json) ? "got a text" : "got a number");
    } else if (json_is_string(json)) {
        buf_text(&b, "got \"");
        show_text(&b,
                  (struct str){ .at = json_string_value(json), .len = json_string_length(json) });
        buf_char(&b, '"');
    } else if (json_is_integer(json)) {
        buf_fmt(&b, "got %" JSON_INTEGER_FORMAT, json_integer_value(json));
    } else if (json_is_real(json)) {
        buf_fmt(&b, "got %.15g", json_real_value(json));
    } else if (json_is_boolean(json)) {
        buf_text(&b, json_is_true(json) ? "got true" : "got false");
    } else if (json_is_array(json)) {
        buf_text(&b, "got a list");
    } else {
        buf_text(&b, json_is_object(json) ? "got an object" : "got null");
    }
    t->fault->detail[b.len] = '\0';
}

bool json_fault_expected(struct json_taker *t, enum err err, const char *what, const json_t *json,
                         const char *expected)
{
    t->err = fault_set(t->fault, err, what, NULL, NULL);
    if (t->fault == NULL) {
        return false;
    }
    put_path(t);
    if (json != NULL) {
        put_value(t, json);
    }
    if (expected != NULL) {
        snprintf(t->fault->hint, sizeof(t->fault->hint), "expected %s", expected);
    }
    return false;
}

/* The list of names with commas, cut with "…" when it would not fit `room`. */
static void show_names(struct buf *b, size_t room, const char *name, bool first)
{
    size_t len = strlen(name) + 2;

    if (b->failed || b->len + len + 5 > room) {
        if (!b->failed) {
            buf_text(b, ", …");
            b->failed = true;
        }
        return;
    }
    if (!first) {
        buf_text(b, ", ");
    }
    buf_text(b, name);
}

bool json_fault_unknown(struct json_taker *t, const struct shape *s)
{
    char names[160];
    struct buf b;

    json_fault_expected(t, ERR_MALFORMED, "is not a field of this object", NULL, NULL);
    if (s == NULL || t->fault == NULL) {
        return false;
    }
    buf_fixed(&b, names, sizeof(names) - 1);
    for (uint32_t i = 0; i < s->count; i++) {
        show_names(&b, sizeof(names) - 1, s->fields[i].name, i == 0);
    }
    names[b.len] = '\0';
    snprintf(t->fault->hint, sizeof(t->fault->hint), "it has %s", names);
    return false;
}

static void expect_words(struct buf *b, size_t room, const struct field *f)
{
    buf_text(b, f->type == F_BITS ? "a list of " : "one of ");
    for (uint32_t i = 0; i < f->words->count; i++) {
        show_names(b, room, f->words->at[i], i == 0);
    }
}

static void expect_number(struct buf *b, const struct field *f)
{
    if (f->type == F_DEG) {
        int32_t max = field_deg_max(f) / DEG_E7;

        buf_fmt(b, "decimal degrees from %" PRId32 " to %" PRId32, -max, max);
    } else if (f->type == F_INT) {
        int64_t max = field_int_max(f);

        max = max > (int64_t)FIELD_JSON_UINT_MAX ? (int64_t)FIELD_JSON_UINT_MAX : max;
        buf_fmt(b, "a whole number from %" PRId64 " to %" PRId64, -max, max);
    } else {
        uint64_t max = field_uint_max(f);

        max = max > FIELD_JSON_UINT_MAX ? FIELD_JSON_UINT_MAX : max;
        buf_fmt(b, "a whole number from 0 to %" PRIu64, max);
    }
}

static void expect_list(struct buf *b, const struct field *f)
{
    if (f->type == F_ARRAY) {
        buf_fmt(b, "a list of at most %" PRIu32 " objects", field_array_max(f));
    } else if (f->type == F_LIST) {
        buf_fmt(b, "a list of at most %" PRIu32 " objects", f->limit);
    } else if (f->type == F_STRS) {
        buf_fmt(b, "a list of at most %" PRIu32 " texts of at most %" PRIu32 " bytes", f->limit,
                f->limit2);
    } else {
        buf_fmt(b, "a flat list lon, lat, lon, lat, … of at most %" PRIu32 " points", f->limit);
    }
}

static void expect_any(struct buf *b, size_t room, const struct field *f)
{
    switch (f->type) {
    case F_BOOL:
    case F_NOT:
        buf_text(b, "true or false");
        break;
    case F_UINT:
    case F_INT:
    case F_DEG:
        expect_number(b, f);
        break;
    case F_STR:
    case F_PERSONAL:
        buf_fmt(b, "a text of at most %" PRIu32 " bytes", f->limit);
        break;
    case F_TEXT:
        buf_fmt(b, "a text of at most %zu bytes", field_text_max(f));
        break;
    case F_INSTANT:
        buf_text(b, "an RFC 3339 instant such as 2026-11-23T04:05:06.000001Z");
        break;
    case F_WORD:
    case F_WORD_ONE:
    case F_BITS:
        expect_words(b, room, f);
        break;
    case F_ID:
        buf_fmt(b, "an id \"<world>-%c<number>\" of this world", f->letter);
        break;
    case F_NUMBER:
        buf_text(b, "a number such as 20261123-000417");
        break;
    case F_HASH:
        buf_text(b, "64 lower case hex digits");
        break;
    case F_STRUCT:
        buf_text(b, "an object");
        break;
    case F_LIST:
    case F_STRS:
    case F_POINTS:
    case F_ARRAY:
        expect_list(b, f);
        break;
    case F_SEALED:
        buf_text(b, "nothing");
        break;
    }
}

const char *json_expected(const struct field *f)
{
    static _Thread_local char text[168];
    struct buf b;

    buf_fixed(&b, text, sizeof(text) - 1);
    expect_any(&b, sizeof(text) - 1, f);
    text[b.len] = '\0';
    return text;
}
