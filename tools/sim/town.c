#include "tools/sim/town.h"

#include "base/buf.h"
#include "dispatch/codec/json_in.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TOWN_BYTES_MAX ((size_t)1 << 30)
#define INVENTED_STRETCH_PERCENT 250
#define DEMO_STRETCH_PERCENT 50
#define DEMO_SCENE_PERCENT 12
#define DEMO_DRIVE_PERCENT 30
#define SCENE_STANDARD_US (15 * US_PER_MIN)
#define SPAN_MOST_US (INT64_C(3653) * 24 * US_PER_HOUR) /* ten years */

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/tocsin"
#endif

static const struct json_limits town_limits = { .bytes_max = (size_t)1 << 28,
                                                .depth_max = 16,
                                                .values_max = 8000000 };

enum err town_read(struct arena *a, const char *path, struct str *out, struct fault *f)
{
    FILE *file = fopen(path, "rb");
    enum err err = OK;

    if (file == NULL) {
        return fault_set(f, ERR_IO, "could not read a file", path, strerror(errno));
    }
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *bytes = size >= 0 ? arena_alloc(a, (size_t)size + 1) : NULL;

    rewind(file);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        err = fault_set(f, ERR_IO, "could not read a file", path, strerror(errno));
    } else {
        *out = (struct str){ .at = bytes, .len = (size_t)size };
    }
    (void)fclose(file);
    return err;
}

/* The first of DIR/NAME, DIR/../NAME and the installed seeds that can be read; false: none. */
static bool find_file(const char *dir, const char *name, char path[PATH_MAX])
{
    static const char *const forms[] = { "%s/%s", "%s/../%s", PKGDATADIR "/seeds/%.0s%s" };

    for (size_t i = 0; i < 3; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        int n = snprintf(path, PATH_MAX, forms[i], dir, name);
#pragma GCC diagnostic pop
        if (n > 0 && n < PATH_MAX && access(path, R_OK) == 0) {
            return true;
        }
    }
    return false;
}

/* The file's name before what was wrong in it. */
static enum err in_file(const char *path, struct fault *f)
{
    char detail[sizeof(f->detail)];

    (void)snprintf(detail, sizeof(detail), "%.150s%s%.200s", path, f->detail[0] != '\0' ? ": " : "",
                   f->detail);
    memcpy(f->detail, detail, sizeof(detail));
    return f->err;
}

static enum err parse_file(struct town *t, const char *path, struct json_doc **doc, struct fault *f)
{
    struct str text;

    *doc = NULL;
    if (town_read(&t->arena, path, &text, f) != OK) {
        return f->err;
    }
    return json_in_parse(text, town_limits, doc, f) != OK ? in_file(path, f) : OK;
}

/* So many of a unit as µs; more than ten years are told by being longer than that. */
static int64_t span_us(uint64_t n, int64_t unit_us)
{
    return n > (uint64_t)(SPAN_MOST_US / unit_us) ? SPAN_MOST_US + 1 : (int64_t)n * unit_us;
}

/* A file that holds one struct. */
static enum err read_struct(struct town *t, const char *dir, const char *name,
                            const struct shape *s, void *out, struct fault *f)
{
    char path[PATH_MAX];
    struct json_doc *doc;

    if (!find_file(dir, name, path)) {
        return fault_set(f, ERR_IO, "a file of the city is missing", name, dir);
    }
    if (parse_file(t, path, &doc, f) != OK) {
        return f->err;
    }
    if (json_in_struct(s, doc, STR("w"), &t->arena, out, f) != OK) {
        (void)in_file(path, f);
        json_doc_free(doc);
        return f->err;
    }
    json_doc_free(doc);
    return OK;
}

/* The types of the seeds, for a city that names none. */
static enum err read_types(struct town *t, const char *dir, struct fault *f)
{
    char path[PATH_MAX];
    struct json_doc *doc;

    if (!find_file(dir, "incident_types.json", path)) {
        return fault_set(f, ERR_IO, "a file of the city is missing", "incident_types.json", dir);
    }
    if (parse_file(t, path, &doc, f) != OK) {
        return f->err;
    }
    const struct json_doc *list = json_doc_member(doc, "types");
    size_t count = json_doc_count(list);
    struct city_type *types = arena_alloc(&t->arena, (count + 1) * sizeof(*types));
    enum err err = types != NULL ? OK : fault_set(f, ERR_NO_MEMORY, "no memory", NULL, NULL);

    for (size_t i = 0; i < count && err == OK; i++) {
        err = json_in_struct(&city_type_shape, json_doc_at(list, i), STR("w"), &t->arena, &types[i],
                             f);
    }
    t->city.types = (struct list){ .at = types, .count = (uint32_t)count };
    json_doc_free(doc);
    return err == OK ? OK : in_file(path, f);
}

static uint32_t unit_called(const struct town *t, struct str callsign)
{
    const struct city_unit *u = t->city.units.at;

    for (uint32_t i = 0; i < t->city.units.count; i++) {
        if (str_eq(u[i].callsign, callsign)) {
            return i + 1;
        }
    }
    return 0;
}

static uint32_t call_named(const struct town *t, struct str external_id)
{
    for (uint32_t i = t->count; i > 0; i--) {
        if (str_eq(t->calls[i - 1].report.external_id, external_id)) {
            return i;
        }
    }
    return 0;
}

/* What comparisons of policies need besides (tools/quality/work.h). */
static enum err read_times(struct town *t, const struct json_doc *play, struct town_call *c,
                           struct fault *f)
{
    const struct json_doc *list = json_doc_member(play, "scenes_ms");
    size_t count = json_doc_count(list);
    uint32_t *ms = arena_alloc(&t->arena, (count + 1) * sizeof(*ms));
    struct str word;
    uint64_t n;

    if (ms == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory", NULL, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        if (!json_doc_value_u64(json_doc_at(list, i), &n) || n > UINT32_MAX) {
            return fault_field(f, ERR_INVALID, "play.scenes_ms", "not a list of milliseconds");
        }
        ms[i] = (uint32_t)n;
    }
    if (count == 0 && json_doc_u64(play, "scene_ms", &n) && n <= UINT32_MAX) {
        ms[count++] = (uint32_t)n;
    }
    c->scenes = (struct list){ .at = ms, .count = (uint32_t)count };
    c->intake_us = json_doc_u64(play, "intake_ms", &n) ? span_us(n, US_PER_MS) : 0;
    c->turnout_us = json_doc_u64(play, "turnout_ms", &n) ? span_us(n, US_PER_MS) : -1;
    if (c->intake_us > SPAN_MOST_US || c->turnout_us > SPAN_MOST_US) {
        return fault_field(f, ERR_INVALID, "play.intake_ms",
                           "intake or turnout longer than ten years");
    }
    if (json_doc_str(play, "fleet", &word)) {
        c->fleet = arena_str(&t->arena, word);
    }
    return OK;
}

static enum err read_play(struct town *t, const struct json_doc *play, struct town_call *c,
                          struct fault *f)
{
    struct str word;
    uint64_t n;
    uint32_t value = 0;

    c->ends = TOWN_INCIDENT;
    if (json_doc_str(play, "ends", &word)) {
        c->ends = str_is(word, "duplicate")
                      ? TOWN_DUPLICATE
                      : (str_is(word, "settle") ? TOWN_SETTLE : TOWN_INCIDENT);
    }
    if (json_doc_str(play, "of", &word)) {
        c->of = call_named(t, word);
    }
    if (c->ends == TOWN_DUPLICATE && c->of == 0) {
        return fault_field(f, ERR_INVALID, "play.of", "a duplicate names no call before it");
    }
    c->disposition = DISPOSITION_HANDLED;
    if (json_doc_str(play, "disposition", &word)) {
        if (!word_find(&disposition_words, word, &value)) {
            return fault_field(f, ERR_INVALID, "play.disposition", "no such disposition");
        }
        c->disposition = (uint8_t)value;
    }
    c->outcome = OUTCOME_ANSWERED;
    if (json_doc_str(play, "outcome", &word)) {
        if (!word_find(&report_outcome_words, word, &value)) {
            return fault_field(f, ERR_INVALID, "play.outcome", "no such outcome");
        }
        c->outcome = (uint8_t)value;
    }
    if (json_doc_str(play, "unit", &word) && (c->unit = unit_called(t, word)) == 0) {
        return fault_field(f, ERR_INVALID, "play.unit", "no such callsign in city.json");
    }
    c->scene_us = json_doc_u64(play, "scene_ms", &n)    ? span_us(n, US_PER_MS)
                  : json_doc_u64(play, "scene_min", &n) ? span_us(n, US_PER_MIN)
                                                        : SCENE_STANDARD_US;
    if (c->scene_us > SPAN_MOST_US) {
        return fault_field(f, ERR_INVALID, "play.scene_ms", "longer than ten years");
    }
    c->units = json_doc_u64(play, "units", &n) && n < UINT16_MAX ? (uint16_t)n : 0;
    return read_times(t, play, c, f);
}

static enum err read_call(struct town *t, const struct json_doc *doc, struct str world,
                          struct fault *f)
{
    struct town_call *c = &t->calls[t->count];
    struct str source;
    uint64_t n;

    if (json_doc_u64(doc, "t", &n)) {
        c->at_us = span_us(n, US_PER_MS);
    } else if (json_doc_u64(doc, "at_s", &n)) {
        c->at_us = span_us(n, US_PER_S);
    } else {
        return fault_field(f, ERR_MALFORMED, "t", "a call has no time");
    }
    if (c->at_us > SPAN_MOST_US) {
        return fault_field(f, ERR_INVALID, "t", "later than ten years after the first hour");
    }
    if (t->count > 0 && c->at_us < c[-1].at_us) {
        return fault_field(f, ERR_INVALID, "t", "calls are not in order of time");
    }
    if (json_in_struct(&report_receive_shape, json_doc_member(doc, "data"), world, &t->arena,
                       &c->report, f) != OK ||
        read_play(t, json_doc_member(doc, "play"), c, f) != OK) {
        return f->err;
    }
    c->onview = c->report.channel == CHANNEL_OFFICER && c->report.on_scene;
    c->unasked = c->onview || (json_doc_str(doc, "onview", &source) && !str_is(source, "N"));
    c->fire_ems = json_doc_str(doc, "source", &source) && str_is(source, "fire_ems");
    t->count++;
    return OK;
}

static enum err room_for_calls(struct town *t, size_t count, struct fault *f)
{
    t->calls = calloc(count + 1, sizeof(*t->calls));
    return t->calls != NULL ? OK : fault_set(f, ERR_NO_MEMORY, "no memory", NULL, NULL);
}

static enum err at_line(const char *path, size_t line, struct fault *f)
{
    char where[PATH_MAX + 32];

    (void)snprintf(where, sizeof(where), "%s:%zu", path, line);
    return in_file(where, f);
}

static enum err read_lines(struct town *t, const char *path, struct str world, struct fault *f)
{
    struct str text;
    size_t lines = 1;
    size_t line = 0;

    if (town_read(&t->arena, path, &text, f) != OK) {
        return f->err;
    }
    for (size_t i = 0; i < text.len; i++) {
        lines += text.at[i] == '\n' ? 1 : 0;
    }
    if (room_for_calls(t, lines, f) != OK) {
        return f->err;
    }
    while (text.len > 0) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t len = end != NULL ? (size_t)(end - text.at) : text.len;
        struct str one = { .at = text.at, .len = len };
        struct json_doc *doc = NULL;

        line++;
        text.at += len;
        text.len -= len;
        if (end != NULL) {
            text.at++;
            text.len--;
        }
        if (one.len == 0) {
            continue;
        }
        enum err err = json_doc_parse(one, &doc, f);

        if (err == OK) {
            err = read_call(t, doc, world, f);
            json_doc_free(doc);
        }
        if (err != OK) {
            return at_line(path, line, f);
        }
    }
    return OK;
}

static enum err read_list(struct town *t, const char *path, struct str world, struct fault *f)
{
    struct json_doc *doc;

    if (parse_file(t, path, &doc, f) != OK) {
        return f->err;
    }
    const struct json_doc *list = json_doc_member(doc, "calls");
    size_t count = json_doc_count(list);
    enum err err = room_for_calls(t, count, f);
    uint64_t stretch;

    if (json_doc_u64(doc, "stretch_percent", &stretch) && stretch > 0 && stretch <= 10000) {
        t->stretch_percent = (uint32_t)stretch;
        t->paced = true;
    }

    for (size_t i = 0; i < count && err == OK; i++) {
        err = read_call(t, json_doc_at(list, i), world, f);
        err = err != OK ? at_line(path, i + 1, f) : OK;
    }
    json_doc_free(doc);
    return err;
}

void town_pace_demo(struct town *t)
{
    t->stretch_percent = t->paced ? t->stretch_percent : DEMO_STRETCH_PERCENT;
    t->scene_percent = DEMO_SCENE_PERCENT;
    t->drive_percent = DEMO_DRIVE_PERCENT;
}

static enum err read_calls(struct town *t, const char *dir, struct str world, struct fault *f)
{
    char path[PATH_MAX];

    t->scene_percent = t->drive_percent = 100;
    if (snprintf(path, sizeof(path), "%s/calls.jsonl", dir) < PATH_MAX && access(path, R_OK) == 0) {
        t->stretch_percent = 100;
        return read_lines(t, path, world, f);
    }
    t->stretch_percent = INVENTED_STRETCH_PERCENT;
    t->invented = true;
    (void)snprintf(path, sizeof(path), "%s/calls.json", dir);
    return read_list(t, path, world, f);
}

enum err town_load(struct town *t, const char *dir, struct str world, struct fault *f)
{
    memset(t, 0, sizeof(*t));
    arena_init(&t->arena, TOWN_BYTES_MAX);
    if (read_struct(t, dir, "city.json", &city_shape, &t->city, f) != OK ||
        (t->city.types.count == 0 && read_types(t, dir, f) != OK)) {
        return f->err;
    }
    char path[PATH_MAX];
    const char *plan = find_file(dir, "plan.json", path) ? "plan.json" : "plans/default.json";

    if (read_struct(t, dir, plan, &plan_shape, &t->plan, f) != OK ||
        read_calls(t, dir, world, f) != OK) {
        return f->err;
    }
    if (t->count == 0) {
        return fault_set(f, ERR_INVALID, "the city has no calls", dir, NULL);
    }
    t->span_us = (t->calls[t->count - 1].at_us / US_PER_HOUR + 1) * US_PER_HOUR;
    return OK;
}

void town_free(struct town *t)
{
    free(t->calls);
    arena_fini(&t->arena);
    memset(t, 0, sizeof(*t));
}

void town_grow_fleet(struct town *t, uint32_t times)
{
    const struct city_unit *old = t->city.units.at;
    uint32_t count = t->city.units.count;
    struct city_unit *all = arena_alloc(&t->arena, (size_t)count * times * sizeof(*all));

    must(all != NULL);
    for (uint32_t k = 0; k < times; k++) {
        for (uint32_t i = 0; i < count; i++) {
            struct city_unit *u = &all[k * count + i];
            char name[40];
            int n = k == 0 ? 0
                           : snprintf(name, sizeof(name), "%.*s/%" PRIu32, (int)old[i].callsign.len,
                                      old[i].callsign.at, k + 1);

            *u = old[i];
            if (n > 0) {
                u->callsign = arena_str(&t->arena, (struct str){ name, (size_t)n });
            }
        }
    }
    t->city.units = (struct list){ .at = all, .count = count * times };
}
