#include "dispatch/codec/json_read.h"

#include <stdio.h>

void json_read_init(struct json_read *r, struct str text, struct str world, struct arena *arena,
                    struct fault *fault)
{
    *r = (struct json_read){ .text = text, .world = world, .arena = arena, .fault = fault };
}

void json_read_fail(struct json_read *r, enum err err, const char *field, const char *what)
{
    if (r->err != OK) {
        return;
    }
    r->err = err;
    fault_field(r->fault, err, field, "%s", what);
    if (r->fault != NULL) {
        snprintf(r->fault->detail, sizeof(r->fault->detail), "at byte %zu of %zu", r->pos,
                 r->text.len);
    }
}

static void fail(struct json_read *r, const char *what)
{
    json_read_fail(r, ERR_CORRUPT, "", what);
}

/* The next byte, or NUL at the end or after trouble (a NUL in the text is no token either). */
static char peek(const struct json_read *r)
{
    return r->err == OK && r->pos < r->text.len ? r->text.at[r->pos] : '\0';
}

static bool take(struct json_read *r, char c)
{
    if (peek(r) != c || c == '\0') {
        return false;
    }
    r->pos++;
    return true;
}

void json_read_object(struct json_read *r)
{
    if (!take(r, '{')) {
        fail(r, "expected an object");
    }
}

void json_read_array(struct json_read *r)
{
    if (!take(r, '[')) {
        fail(r, "expected an array");
    }
}

/* Steps to the next member or item: false when `close` was read instead. What stands before tells
 * whether it is the first, as only an opening bracket ends with one. */
static bool next(struct json_read *r, char open, char close)
{
    bool first = r->pos > 0 && r->text.at[r->pos - 1] == open;

    if (take(r, close)) {
        return false;
    }
    if (!first && !take(r, ',')) {
        fail(r, "expected a comma or the end of the object or array");
        return false;
    }
    return r->err == OK;
}

bool json_read_key(struct json_read *r, struct str *key)
{
    *key = (struct str){ .at = NULL };
    if (!next(r, '{', '}')) {
        return false;
    }
    *key = json_read_str(r);
    if (!take(r, ':')) {
        fail(r, "expected a colon after the name");
    }
    return r->err == OK;
}

bool json_read_item(struct json_read *r)
{
    return next(r, '[', ']');
}

/* Finds the end of the string whose first byte after the quote is at pos: index of the closing
 * quote, or SIZE_MAX. */
static size_t string_end(const struct json_read *r, bool *escaped, bool *wide)
{
    const unsigned char *at = (const unsigned char *)r->text.at;
    unsigned char seen = 0;

    *escaped = false;
    for (size_t i = r->pos; i < r->text.len; i++) {
        if (at[i] == '"') {
            *wide = seen >= 0x80;
            return i;
        }
        if (at[i] < 0x20) {
            break;
        }
        if (at[i] == '\\') {
            *escaped = true;
            i++; /* whatever is escaped does not end the string; unescape judges it */
        } else {
            seen |= at[i];
        }
    }
    return SIZE_MAX;
}

/* Four hex digits at `at`, or -1. */
static int32_t hex4(const char *at, size_t left)
{
    int32_t v = 0;

    if (left < 4) {
        return -1;
    }
    for (size_t i = 0; i < 4; i++) {
        char c = at[i];

        v <<= 4;
        if (c >= '0' && c <= '9') {
            v |= c - '0';
        } else if (c >= 'a' && c <= 'f') {
            v |= c - 'a' + 10;
        } else if (c >= 'A' && c <= 'F') {
            v |= c - 'A' + 10;
        } else {
            return -1;
        }
    }
    return v;
}

static size_t utf8_put(char *p, int32_t c)
{
    if (c < 0x80) {
        p[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        p[0] = (char)(0xc0 | c >> 6);
        p[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        p[0] = (char)(0xe0 | c >> 12);
        p[1] = (char)(0x80 | (c >> 6 & 63));
        p[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    p[0] = (char)(0xf0 | c >> 18);
    p[1] = (char)(0x80 | (c >> 12 & 63));
    p[2] = (char)(0x80 | (c >> 6 & 63));
    p[3] = (char)(0x80 | (c & 63));
    return 4;
}

/* The code point of \uXXXX (and its low surrogate) whose digits start at s[*i]; moves *i behind.
 * -1: none. */
static int32_t escaped_point(struct str s, size_t *i)
{
    int32_t c = hex4(s.at + *i, s.len - *i);

    *i += 4;
    if (c <= 0 || (c >= 0xdc00 && c <= 0xdfff)) {
        return -1;
    }
    if (c < 0xd800 || c > 0xdbff) {
        return c;
    }
    if (*i + 2 > s.len || s.at[*i] != '\\' || s.at[*i + 1] != 'u') {
        return -1;
    }
    int32_t low = hex4(s.at + *i + 2, s.len - *i - 2);

    *i += 6;
    return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : -1;
}

/* Writes `s` without its escapes to `out` (never longer). False when an escape is none. */
static bool unescape(struct str s, char *out, size_t *len)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    size_t n = 0;

    for (size_t i = 0; i < s.len;) {
        if (s.at[i] != '\\') {
            out[n++] = s.at[i++];
            continue;
        }
        i++;
        if (i < s.len && s.at[i] == 'u') {
            i++;
            int32_t c = escaped_point(s, &i);

            if (c < 0) {
                return false;
            }
            n += utf8_put(out + n, c);
            continue;
        }
        const char *found = i < s.len && s.at[i] != '\0' ? strchr(from, s.at[i]) : NULL;

        if (found == NULL) {
            return false;
        }
        out[n++] = to[found - from];
        i++;
    }
    *len = n;
    return true;
}

struct str json_read_str(struct json_read *r)
{
    struct str none = { .at = NULL };
    struct str s;
    bool escaped;
    bool wide = false;
    size_t end;

    if (!take(r, '"')) {
        fail(r, "expected a string");
        return none;
    }
    end = string_end(r, &escaped, &wide);
    if (end == SIZE_MAX) {
        fail(r, "a string does not end");
        return none;
    }
    s = (struct str){ .at = r->text.at + r->pos, .len = end - r->pos };
    if (wide && !str_utf8(s)) {
        fail(r, "a string is not UTF-8");
        return none;
    }
    if (escaped) {
        char *copy = r->arena != NULL ? arena_alloc(r->arena, s.len) : NULL;

        if (copy == NULL) {
            json_read_fail(r, ERR_NO_MEMORY, "", "no memory for a string");
            return none;
        }
        if (!unescape(s, copy, &s.len)) {
            fail(r, "an escape in a string is none");
            return none;
        }
        s.at = copy;
    }
    r->pos = end + 1;
    return s;
}

/* A whole number: the token must be canonical (no sign but '-', no leading zero, no fraction, no
 * exponent). */
static uint64_t read_digits(struct json_read *r)
{
    size_t start = r->pos;
    uint64_t v = 0;

    while (peek(r) >= '0' && peek(r) <= '9') {
        uint64_t digit = (uint64_t)(peek(r) - '0');

        if (v > (UINT64_MAX - digit) / 10) {
            fail(r, "a number is too large");
            return 0;
        }
        v = v * 10 + digit;
        r->pos++;
    }
    if (r->pos == start || (r->text.at[start] == '0' && r->pos > start + 1) || peek(r) == '.' ||
        peek(r) == 'e' || peek(r) == 'E') {
        fail(r, "expected a whole number");
        return 0;
    }
    return v;
}

uint64_t json_read_u64(struct json_read *r)
{
    return read_digits(r);
}

int64_t json_read_i64(struct json_read *r)
{
    bool minus = take(r, '-');
    uint64_t v = read_digits(r);

    if (v > INT64_MAX) {
        fail(r, "a number is too large");
        return 0;
    }
    return minus ? -(int64_t)v : (int64_t)v;
}

static bool take_word(struct json_read *r, struct str word)
{
    if (r->err != OK || r->text.len - r->pos < word.len ||
        memcmp(r->text.at + r->pos, word.at, word.len) != 0) {
        return false;
    }
    r->pos += word.len;
    return true;
}

bool json_read_bool(struct json_read *r)
{
    if (take_word(r, STR("true"))) {
        return true;
    }
    if (!take_word(r, STR("false"))) {
        fail(r, "expected true or false");
    }
    return false;
}

/* Skips a string without looking at its escapes. */
static void skip_string(struct json_read *r)
{
    bool escaped;
    bool wide;
    size_t end;

    if (!take(r, '"')) {
        fail(r, "expected a string");
        return;
    }
    end = string_end(r, &escaped, &wide);
    if (end == SIZE_MAX) {
        fail(r, "a string does not end");
        return;
    }
    r->pos = end + 1;
}

static void skip_scalar(struct json_read *r)
{
    if (peek(r) == '"') {
        skip_string(r);
    } else if (!take_word(r, STR("true")) && !take_word(r, STR("false")) &&
               !take_word(r, STR("null"))) {
        size_t start = r->pos;

        while ((peek(r) >= '0' && peek(r) <= '9') || peek(r) == '-' || peek(r) == '+' ||
               peek(r) == '.' || peek(r) == 'e' || peek(r) == 'E') {
            r->pos++;
        }
        if (r->pos == start) {
            fail(r, "expected a value");
        }
    }
}

/* Opening and closing brackets are counted on a stack of kinds, so that a foreign text cannot make
 * us recurse. */
void json_read_skip(struct json_read *r)
{
    char stack[JSON_READ_DEPTH_MAX];
    size_t depth = 0;

    do {
        if (depth > 0) {
            bool in_object = stack[depth - 1] == '{';

            if (!next(r, stack[depth - 1], in_object ? '}' : ']')) {
                depth--;
                continue;
            }
            if (in_object) {
                skip_string(r);
                if (!take(r, ':')) {
                    fail(r, "expected a colon after the name");
                }
            }
        }
        char c = peek(r);

        if (c != '{' && c != '[') {
            skip_scalar(r);
        } else if (depth == JSON_READ_DEPTH_MAX) {
            fail(r, "nested too deeply");
        } else {
            stack[depth++] = c;
            r->pos++;
        }
    } while (depth > 0 && r->err == OK);
}

struct str json_read_raw(struct json_read *r)
{
    size_t start = r->pos;

    json_read_skip(r);
    if (r->err != OK) {
        return (struct str){ .at = NULL };
    }
    return (struct str){ .at = r->text.at + start, .len = r->pos - start };
}

enum err json_read_end(struct json_read *r)
{
    if (r->err == OK && r->pos != r->text.len) {
        fail(r, "bytes follow the end");
    }
    return r->err;
}
