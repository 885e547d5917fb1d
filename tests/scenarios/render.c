#include "tests/scenarios/render.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/view/lists.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Members that say nothing a scenario is about, or that stand elsewhere on the line. */
static const char *const left_out[] = { "status_since",
                                        "opened_at",
                                        "received_at",
                                        "since",
                                        "reserved_at",
                                        "dispatched_at",
                                        "place",
                                        "lon",
                                        "lat",
                                        "number",
                                        "plan_version",
                                        "engine",
                                        "weights",
                                        "home_lon",
                                        "home_lat",
                                        "city",
                                        "types",
                                        "considered",
                                        "passed",
                                        "callsign",
                                        "position_age_ms",
                                        "raised_at",
                                        "rights_seq",
                                        "person_since",
                                        "state_since",
                                        "zone",
                                        "first_dispatched_at",
                                        "first_on_scene_at",
                                        "signed_on_at",
                                        "opened",
                                        "plan_text",
                                        "work_ms",
                                        "limit_ms",
                                        "waited_ms",
                                        NULL };

/* That cover is not weighed is said where it could have been. */
static bool is_usual(const char *key, const json_t *value)
{
    const char *text = json_string_value(value);

    return strcmp(key, "cover") == 0 && text != NULL &&
           (strcmp(text, "no_coverage") == 0 || strcmp(text, "tier_one") == 0);
}

static bool is_left_out(const char *key)
{
    for (size_t i = 0; left_out[i] != NULL; i++) {
        if (strcmp(left_out[i], key) == 0) {
            return true;
        }
    }
    return false;
}

void render_duration(struct buf *b, int64_t us)
{
    int64_t s = us / US_PER_S;
    int64_t rest = us % US_PER_S;

    if (us < 0) {
        buf_char(b, '-');
        render_duration(b, -us);
        return;
    }
    if (s >= 3600) {
        buf_fmt(b, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60), (int)(s % 60));
    } else {
        buf_fmt(b, "%d:%02d", (int)(s / 60), (int)(s % 60));
    }
    if (rest != 0) {
        buf_fmt(b, ".%06d", (int)rest);
    }
}

static void put_text(struct buf *b, const char *text, int64_t start_us)
{
    size_t prefix = strlen(SCENARIO_WORLD "-");
    int64_t at;

    if (strncmp(text, SCENARIO_WORLD "-", prefix) == 0 &&
        strchr("raiuzmsw", text[prefix]) != NULL) {
        buf_text(b, text + prefix);
    } else if (strlen(text) == INSTANT_TEXT_SIZE - 1 &&
               instant_read(text, INSTANT_TEXT_SIZE - 1, &at) == 0) {
        buf_char(b, '+');
        render_duration(b, at - start_us);
    } else {
        buf_text(b, text);
    }
}

static void put_members(struct buf *b, const json_t *object, int64_t start_us, bool first);

/* Who costs the city's cover something: (u3 cover=90000). */
static void put_cover(struct buf *b, const json_t *considered, int64_t start_us)
{
    size_t k;
    json_t *c;

    json_array_foreach(considered, k, c)
    {
        const json_t *cover = json_object_get(c, "score_cover_ms");

        if (cover != NULL) {
            buf_char(b, '(');
            put_text(b, json_string_value(json_object_get(c, "unit")), start_us);
            buf_fmt(b, " cover=%" PRId64 ")", (int64_t)json_integer_value(cover));
        }
    }
}

/* Who is meant for another incident, and what is lost there without them: (u3 wanted by i1/1
 * late=60000 ms=240000 flip=1000). */
static void put_wanted(struct buf *b, const json_t *considered, int64_t start_us)
{
    size_t k;
    json_t *c;

    json_array_foreach(considered, k, c)
    {
        const json_t *by = json_object_get(c, "wanted");

        if (by != NULL) {
            buf_char(b, '(');
            put_text(b, json_string_value(json_object_get(c, "unit")), start_us);
            buf_fmt(b, " %s for ", json_string_value(json_object_get(c, "reason")));
            put_text(b, json_string_value(by), start_us);
            buf_fmt(b, "/%" PRId64 " late=%" PRId64 " ms=%" PRId64 " flip=%" PRId64 ")",
                    (int64_t)json_integer_value(json_object_get(c, "wanted_slot")),
                    (int64_t)json_integer_value(json_object_get(c, "wanted_late_ms")),
                    (int64_t)json_integer_value(json_object_get(c, "wanted_ms")),
                    (int64_t)json_integer_value(json_object_get(c, "flip_ms")));
        }
    }
}

/* Who is not simply free and could come: (u3 divertible from i1)(u4 soon_free). */
static void put_spares(struct buf *b, const json_t *considered, int64_t start_us)
{
    size_t k;
    json_t *c;

    json_array_foreach(considered, k, c)
    {
        const char *reason = json_string_value(json_object_get(c, "reason"));
        const json_t *from = json_object_get(c, "leaves");

        if (reason != NULL &&
            (strcmp(reason, "divertible") == 0 || strcmp(reason, "soon_free") == 0 ||
             strcmp(reason, "duty_ends") == 0)) {
            buf_char(b, '(');
            put_text(b, json_string_value(json_object_get(c, "unit")), start_us);
            buf_fmt(b, " %s", reason);
            if (from != NULL) {
                buf_text(b, " from ");
                put_text(b, json_string_value(from), start_us);
            }
            buf_char(b, ')');
        }
    }
}

/* A list in short: rules by name, needs as slot:type, advice as slot:unit, else its items. */
static void put_item(struct buf *b, const json_t *item, int64_t start_us)
{
    const json_t *rule = json_object_get(item, "rule");
    const json_t *slot = json_object_get(item, "slot");
    const json_t *type = json_object_get(item, "police_type");
    const json_t *chosen = json_object_get(item, "chosen");

    if (!json_is_object(item)) {
        put_text(b, json_is_string(item) ? json_string_value(item) : "?", start_us);
        return;
    }
    if (slot != NULL) {
        buf_fmt(b, "%" PRId64 ":", (int64_t)json_integer_value(slot));
        buf_text(b, json_is_string(type) ? json_string_value(type) : "any");
        if (json_object_get(item, "capability") != NULL) {
            buf_char(b, '/');
            buf_text(b, json_string_value(json_object_get(item, "capability")));
        }
        if (chosen != NULL) {
            buf_char(b, '>');
            put_text(b, json_string_value(chosen), start_us);
        }
        put_spares(b, json_object_get(item, "considered"), start_us);
        put_cover(b, json_object_get(item, "considered"), start_us);
        put_wanted(b, json_object_get(item, "considered"), start_us);
    } else if (rule != NULL) {
        buf_text(b, json_string_value(rule));
    } else {
        buf_char(b, '{');
        put_members(b, item, start_us, true);
        buf_char(b, '}');
    }
}

static void put_value(struct buf *b, const json_t *value, int64_t start_us)
{
    if (json_is_string(value)) {
        put_text(b, json_string_value(value), start_us);
    } else if (json_is_integer(value)) {
        buf_fmt(b, "%" PRId64, (int64_t)json_integer_value(value));
    } else if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            if (i > 0) {
                buf_char(b, ',');
            }
            put_item(b, json_array_get(value, i), start_us);
        }
    } else if (json_is_object(value)) {
        if (json_object_get(value, "sha256") != NULL) {
            buf_char(b, '*');
            return;
        }
        buf_char(b, '{');
        put_members(b, value, start_us, true);
        buf_char(b, '}');
    } else {
        buf_text(b, json_is_true(value) ? "yes" : "?");
    }
}

static void put_members(struct buf *b, const json_t *object, int64_t start_us, bool first)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)object, key, value)
    {
        const json_t *off_m = json_object_get(value, "zone_off_m");

        if (off_m != NULL) { /* of a place only this: that it lies in no zone, and whose it is */
            buf_text(b, first ? "zone=" : " zone=");
            put_value(b, json_object_get(value, "zone"), start_us);
            buf_fmt(b, " zone_off_m=%" PRId64, (int64_t)json_integer_value(off_m));
            first = false;
        }
        if (is_left_out(key) || is_usual(key, value)) {
            continue;
        }
        if (!first) {
            buf_char(b, ' ');
        }
        first = false;
        buf_text(b, key);
        buf_char(b, '=');
        put_value(b, value, start_us);
    }
}

void render_entity(struct buf *b, const struct shape *s, const void *entity, int64_t start_us)
{
    static const struct json_out opt = { .world = { SCENARIO_WORLD, sizeof(SCENARIO_WORLD) - 1 },
                                         .privacy_max = TACTICAL };
    struct buf text;

    buf_init(&text);
    json_out_struct(&text, s, entity, &opt);
    must(buf_ok(&text));
    json_t *json = json_loadb(text.at, text.len, 0, NULL);

    must(json != NULL);
    put_members(b, json, start_us, false);
    json_decref(json);
    buf_fini(&text);
}

void render_event(struct buf *b, const struct event *e, int64_t start_us)
{
    buf_text(b, event_infos[e->kind].word);
    render_entity(b, event_infos[e->kind].shape, &e->as, start_us);
}

void render_stats(struct buf *b, const struct world *w, struct arena *a)
{
    struct buf json;
    struct fault f;
    const struct reading reading = { .viewer = { .world = w,
                                                 .name = { SCENARIO_WORLD,
                                                           sizeof(SCENARIO_WORLD) - 1 },
                                                 .audience = AUDIENCE_OPERATIONS,
                                                 .zones = UINT64_MAX },
                                     .arena = a,
                                     .out = &json };

    buf_init(&json);
    must(read_stats(&reading, &f) == OK && buf_ok(&json));
    json_t *doc = json_loadb(json.at, json.len, 0, NULL);

    must(doc != NULL);
    json_object_del(doc, "seq");
    json_object_del(doc, "hash");
    char *text = json_dumps(doc, JSON_COMPACT | JSON_SORT_KEYS);

    must(text != NULL);
    buf_char(b, ' ');
    buf_text(b, text);
    free(text);
    json_decref(doc);
    buf_fini(&json);
}
