/* The half of json_in that parses documents and looks into them. A struct json_doc is a json_t in
 * disguise: jansson's header stays inside this folder. */
#include "dispatch/codec/json_in.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

static enum err parse_fault(const json_error_t *error, struct str text, struct fault *f);

static const json_t *json_of(const struct json_doc *doc)
{
    return (const json_t *)(const void *)doc;
}

static const struct json_doc *doc_of(const json_t *json)
{
    return (const struct json_doc *)(const void *)json;
}

static enum err malformed(struct fault *f, const char *what, size_t at)
{
    char detail[64];

    snprintf(detail, sizeof(detail), "at byte %zu", at);
    return fault_set(f, ERR_MALFORMED, what, detail, NULL);
}

/* Counts depth and values before jansson builds anything: it allows 2,048 levels and any number of
 * values. Brackets in strings do not count; whether they match is jansson's business. */
static enum err check_size(struct str text, struct json_limits limits, struct fault *f)
{
    uint32_t depth = 0;
    uint32_t values = 1;
    bool in_string = false;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (in_string) {
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                in_string = false;
            }
            continue;
        }
        in_string = c == '"';
        if (c == '{' || c == '[') {
            depth++;
            values++;
        } else if (c == ',' || c == ':') {
            values++;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
        if (depth > limits.depth_max) {
            return malformed(f, "the JSON is nested too deeply", i);
        }
        if (values > limits.values_max) {
            return malformed(f, "the JSON has too many values", i);
        }
    }
    return OK;
}

enum err json_in_parse(struct str text, struct json_limits limits, struct json_doc **out,
                       struct fault *f)
{
    json_error_t error;
    json_t *json;
    enum err err;

    *out = NULL;
    if (text.len > limits.bytes_max) {
        char detail[80];

        snprintf(detail, sizeof(detail), "%zu bytes, at most %zu are taken", text.len,
                 limits.bytes_max);
        return fault_set(f, ERR_TOO_LARGE, "the JSON text is too long", detail, NULL);
    }
    if (!str_utf8(text)) {
        return fault_set(f, ERR_MALFORMED, "the text is not UTF-8", NULL,
                         "send UTF-8 without NUL, surrogates and overlong forms");
    }
    err = check_size(text, limits, f);
    if (err != OK) {
        return err;
    }
    json = json_loadb(text.at != NULL ? text.at : "", text.len, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        return parse_fault(&error, text, f);
    }
    *out = (struct json_doc *)(void *)json;
    return OK;
}

enum err json_doc_parse(struct str text, struct json_doc **out, struct fault *f)
{
    return json_in_parse(text, JSON_LIMITS_STANDARD, out, f);
}

/* jansson's own text quotes what stands near the mistake, which may be what a caller said: only its
 * code is used. */
static enum err parse_fault(const json_error_t *error, struct str text, struct fault *f)
{
    enum json_error_code code = json_error_code(error);
    size_t at = error->position >= 0 && (size_t)error->position <= text.len
                    ? (size_t)error->position
                    : text.len;

    if (code == json_error_out_of_memory) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the JSON text", NULL, NULL);
    }
    if (code == json_error_duplicate_key) {
        return malformed(f, "a name stands twice in an object", at);
    }
    if (code == json_error_end_of_input_expected) {
        return malformed(f, "bytes follow the end of the JSON value", at);
    }
    if (code == json_error_premature_end_of_input) {
        return malformed(f, "the JSON text ends too early", at);
    }
    if (code == json_error_numeric_overflow) {
        return malformed(f, "a number is too large", at);
    }
    if (code == json_error_null_character || code == json_error_null_byte_in_key) {
        return malformed(f, "a text holds a NUL character", at);
    }
    return malformed(f, "the text is not JSON", at);
}

void json_doc_free(struct json_doc *doc)
{
    json_decref((json_t *)(void *)doc);
}

bool json_doc_is_object(const struct json_doc *doc)
{
    return json_is_object(json_of(doc));
}

bool json_doc_is_array(const struct json_doc *doc)
{
    return json_is_array(json_of(doc));
}

size_t json_doc_count(const struct json_doc *doc)
{
    return json_array_size(json_of(doc));
}

const struct json_doc *json_doc_at(const struct json_doc *doc, size_t i)
{
    return doc_of(json_array_get(json_of(doc), i));
}

const struct json_doc *json_doc_member(const struct json_doc *doc, const char *key)
{
    return doc_of(json_object_get(json_of(doc), key));
}

bool json_doc_value_str(const struct json_doc *doc, struct str *out)
{
    if (!json_is_string(json_of(doc))) {
        return false;
    }
    *out = (struct str){ .at = json_string_value(json_of(doc)),
                         .len = json_string_length(json_of(doc)) };
    return true;
}

bool json_doc_str(const struct json_doc *doc, const char *key, struct str *out)
{
    return json_doc_value_str(json_doc_member(doc, key), out);
}

bool json_doc_value_u64(const struct json_doc *doc, uint64_t *out)
{
    const json_t *json = json_of(doc);

    if (!json_is_integer(json) || json_integer_value(json) < 0) {
        return false;
    }
    *out = (uint64_t)json_integer_value(json);
    return true;
}

bool json_doc_u64(const struct json_doc *doc, const char *key, uint64_t *out)
{
    return json_doc_value_u64(json_doc_member(doc, key), out);
}

bool json_doc_bool(const struct json_doc *doc, const char *key, bool *out)
{
    const json_t *json = json_of(json_doc_member(doc, key));

    if (!json_is_boolean(json)) {
        return false;
    }
    *out = json_is_true(json);
    return true;
}

bool json_doc_value_deg(const struct json_doc *doc, int32_t *e7)
{
    const json_t *json = json_of(doc);
    double degrees;

    if (!json_is_number(json)) {
        return false;
    }
    degrees = json_number_value(json);
    /* Compared before it is made whole, so that no huge number reaches the conversion. A double
     * keeps more than the seven decimals of a degree, so that rounding gives the very digits that
     * were sent. */
    if (!(degrees >= -180.0 && degrees <= 180.0)) {
        return false;
    }
    *e7 = (int32_t)lround(degrees * DEG_E7);
    return true;
}

bool json_doc_value_number(const struct json_doc *doc, double *out)
{
    const json_t *json = json_of(doc);

    *out = json_is_number(json) ? json_number_value(json) : 0;
    return json_is_number(json);
}

bool json_doc_only(const struct json_doc *doc, const char *const *keys, size_t count,
                   struct str *foreign)
{
    /* jansson's iterators want a writable object, though they write nothing. */
    json_t *json = (json_t *)(uintptr_t)doc;

    for (void *iter = json_object_iter(json); iter != NULL;
         iter = json_object_iter_next(json, iter)) {
        struct str key = { .at = json_object_iter_key(iter),
                           .len = json_object_iter_key_len(iter) };
        size_t i = 0;

        while (i < count && !str_is(key, keys[i])) {
            i++;
        }
        if (i == count) {
            *foreign = key;
            return false;
        }
    }
    return true;
}
