/* Words of a scenario line as JSON. */
#include "tests/scenarios/runner.h"

#include "tests/scenarios/render.h"

#include <stdio.h>
#include <stdlib.h>

struct str runner_word(struct str *line)
{
    size_t from = 0;
    size_t depth = 0;
    bool quoted = false;

    while (from < line->len && line->at[from] == ' ') {
        from++;
    }
    size_t to = from;

    for (; to < line->len; to++) {
        char c = line->at[to];

        quoted = c == '"' ? !quoted : quoted;
        if (!quoted) {
            depth += c == '{' || c == '[' ? 1 : 0;
            depth -= (c == '}' || c == ']') && depth > 0 ? 1 : 0;
            if (c == ' ' && depth == 0) {
                break;
            }
        }
    }
    struct str word = { .at = line->at + from, .len = to - from };

    *line = (struct str){ .at = line->at + to, .len = line->len - to };
    return word;
}

bool runner_duration(struct str word, int64_t *us)
{
    char text[32];
    char unit[8] = "";
    unsigned long a = 0;
    unsigned long b = 0;

    if (word.len == 0 || word.len >= sizeof(text)) {
        return false;
    }
    memcpy(text, word.at, word.len);
    text[word.len] = '\0';
    if (sscanf(text, "%lu:%lu", &a, &b) == 2) {
        *us = ((int64_t)a * 60 + (int64_t)b) * US_PER_S;
        return true;
    }
    if (sscanf(text, "%lu%7s", &a, unit) != 2) {
        return false;
    }
    static const struct {
        const char *name;
        int64_t us;
    } units[] = { { "us", 1 },           { "ms", US_PER_MS },  { "s", US_PER_S },
                  { "min", US_PER_MIN }, { "h", US_PER_HOUR }, { "d", US_PER_DAY } };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(units[i].name, unit) == 0) {
            *us = (int64_t)a * units[i].us;
            return true;
        }
    }
    return false;
}

static bool is_id(struct str v)
{
    if (v.len < 2 || memchr("iruazmsw", v.at[0], 8) == NULL) {
        return false;
    }
    for (size_t i = 1; i < v.len; i++) {
        if (v.at[i] < '0' || v.at[i] > '9') {
            return false;
        }
    }
    return true;
}

static bool is_json(struct str v)
{
    char c = v.at[0];
    bool number = c >= '0' && c <= '9';

    for (size_t i = 0; i < v.len; i++) {
        number = number && v.at[i] >= '0' && v.at[i] <= '9';
    }
    return c == '{' || c == '[' || c == '"' || number || str_is(v, "true") || str_is(v, "false");
}

static bool put_place(const struct runner *r, struct str name, struct buf *json)
{
    for (uint32_t i = 0; i < r->place_count; i++) {
        if (str_is(name, r->places[i].name)) {
            buf_fmt(json, "{\"state\":\"known\",\"lon\":%s,\"lat\":%s}", r->places[i].lon,
                    r->places[i].lat);
            return true;
        }
    }
    return false;
}

static void put_id(struct buf *json, struct str v)
{
    buf_text(json, "\"" SCENARIO_WORLD "-");
    buf_str(json, v);
    buf_char(json, '"');
}

/* "u1,u2": objects that name one thing each. */
static void put_refs(struct buf *json, const char *name, struct str v)
{
    buf_char(json, '[');
    while (v.len > 0) {
        const char *comma = memchr(v.at, ',', v.len);
        size_t len = comma != NULL ? (size_t)(comma - v.at) : v.len;

        buf_fmt(json, "{\"%s\":", name);
        put_id(json, (struct str){ .at = v.at, .len = len });
        buf_text(json, comma != NULL ? "}," : "}");
        v.at += len + (comma != NULL ? 1 : 0);
        v.len -= len + (comma != NULL ? 1 : 0);
    }
    buf_char(json, ']');
}

static bool put_value(const struct runner *r, struct str key, struct str v, struct buf *json)
{
    int64_t us;

    if (str_is(key, "units") && v.len > 0 && v.at[0] != '[') {
        put_refs(json, "unit", v);
    } else if (str_is(key, "incidents")) {
        put_refs(json, "incident", v);
    } else if (str_is(key, "reports")) {
        put_refs(json, "report", v);
    } else if (v.len == 0) {
        buf_text(json, "\"\"");
    } else if (v.at[0] == '@') {
        return put_place(r, (struct str){ .at = v.at + 1, .len = v.len - 1 }, json);
    } else if (v.at[0] == '+' || (v.at[0] == '-' && v.len > 1 && v.at[v.len - 1] == 's')) {
        char at[INSTANT_TEXT_SIZE];

        if (!runner_duration((struct str){ .at = v.at + 1, .len = v.len - 1 }, &us)) {
            return false;
        }
        instant_text(engine_now(r->engine) + (v.at[0] == '-' ? -us : us), at);
        buf_fmt(json, "\"%s\"", at);
    } else if (is_id(v)) {
        put_id(json, v);
    } else if (is_json(v) && !str_is(key, "channel")) { /* 110 is a channel's name */
        buf_str(json, v);
    } else {
        buf_json_str(json, v);
    }
    return true;
}

/* The plan and the city of the fixture, told by name, with another version. */
static bool put_file(const struct runner *r, struct str key, struct str v, struct buf *json)
{
    char path[512];
    struct arena a;
    struct str text;
    struct fault f;
    int n = snprintf(path, sizeof(path), "%.*s/%.*s", (int)(strrchr(r->path, '/') - r->path),
                     r->path, (int)v.len, v.at);

    if (n < 0 || (size_t)n >= sizeof(path)) {
        return false;
    }
    (void)key;
    arena_init(&a, (size_t)1 << 24);
    bool read = town_read(&a, path, &text, &f) == OK;

    if (read) {
        buf_str(json, text);
    }
    arena_fini(&a);
    return read;
}

bool runner_data(const struct runner *r, struct str words, struct buf *json, struct str *id,
                 struct str *expect)
{
    struct str word;
    bool first = true;

    buf_char(json, '{');
    while ((word = runner_word(&words)).len > 0) {
        const char *equals = memchr(word.at, '=', word.len);

        if (equals == NULL) {
            return false;
        }
        struct str key = { .at = word.at, .len = (size_t)(equals - word.at) };
        struct str value = { .at = equals + 1, .len = word.len - key.len - 1 };

        if (str_is(key, "id") || str_is(key, "expect")) {
            *(str_is(key, "id") ? id : expect) = value;
            continue;
        }
        if (!first) {
            buf_char(json, ',');
        }
        first = false;
        buf_json_str(json, key);
        buf_char(json, ':');
        bool file = value.len > 5 && memcmp(value.at + value.len - 5, ".json", 5) == 0;

        if (file ? !put_file(r, key, value, json) : !put_value(r, key, value, json)) {
            return false;
        }
    }
    buf_char(json, '}');
    return true;
}
