/* The calls in order of time, as report.receive and how they end: calls.json or, by the name, one a
 * line. */
#include "tools/calls/calls.h"

#include "dispatch/codec/json_out.h"
#include "dispatch/model/words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_text(struct buf *b, const char *key, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        buf_fmt(b, ",\"%s\":", key);
        buf_json_str(b, str_of(value));
    }
}

static void put_point(struct buf *b, struct point p)
{
    buf_text(b, "\"lon\":");
    json_out_deg(b, p.lon_e7);
    buf_text(b, ",\"lat\":");
    json_out_deg(b, p.lat_e7);
}

static void put_bits(struct buf *b, const struct words *words, uint32_t bits)
{
    bool first = true;

    for (uint32_t i = 0; i < 32; i++) {
        if ((bits >> i & 1) != 0) {
            buf_fmt(b, "%s\"%s\"", first ? "" : ",", word_of(words, i));
            first = false;
        }
    }
}

static void put_place(struct buf *b, const struct call *c)
{
    static const char *const states[] = { [PLACE_IS_KNOWN] = "known",
                                          [PLACE_IS_APPROXIMATE] = "approximate",
                                          [PLACE_IS_UNKNOWN] = "unknown" };

    buf_fmt(b, ",\"place\":{\"state\":\"%s\"", states[c->place]);
    if (c->place != PLACE_IS_UNKNOWN) {
        if (c->protected) {
            buf_text(b, ",\"protected\":true");
        }
        buf_char(b, ',');
        put_point(b, c->at);
        if (c->radius_m > 0) {
            buf_fmt(b, ",\"radius_m\":%" PRIu32, c->radius_m);
        }
        if (c->flags != 0) {
            buf_text(b, ",\"flags\":[");
            put_bits(b, &place_flag_words, c->flags);
            buf_char(b, ']');
        }
        put_text(b, "address", c->address);
    }
    buf_char(b, '}');
    if (c->caller_radius_m > 0) {
        buf_text(b, ",\"caller_place\":{");
        put_point(b, c->caller_at);
        buf_fmt(b, ",\"radius_m\":%" PRIu32 ",\"source\":\"cell\"}", c->caller_radius_m);
    }
}

/* 某甲 to 某癸, and numbers that no subscriber has: they begin with 100. */
static void put_caller(struct buf *b, const struct call *c)
{
    static const char *const stems[] = {
        "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"
    };

    if (c->contact == NULL || c->onview) {
        return;
    }
    buf_fmt(b, ",\"caller\":{\"name\":\"某%s%02" PRIu32 "\",\"phone\":\"100000%05" PRIu32 "\"",
            stems[c->number % 10], c->number / 10 % 100, c->number % 100000);
    buf_fmt(b, ",\"contact\":\"%s\"%s}", c->contact,
            c->confidential ? ",\"confidential\":true" : "");
}

static void put_play(struct buf *b, const struct making *m, const struct call *c)
{
    if (c->ends == END_DUPLICATE) {
        buf_fmt(b, "\"play\":{\"ends\":\"duplicate\",\"of\":\"lj-%06" PRIu32 "\"}",
                m->at[c->of].number);
    } else if (c->ends == END_SETTLE) {
        buf_fmt(b, "\"play\":{\"ends\":\"settle\",\"outcome\":\"%s\"}", c->outcome);
    } else {
        buf_fmt(b, "\"play\":{\"ends\":\"incident\",\"disposition\":\"%s\",\"scene_ms\":%" PRIu32,
                c->disposition, c->scene_ms);
        put_text(b, "unit", c->callsign);
        buf_char(b, '}');
    }
}

static void put_call(struct buf *b, const struct making *m, const struct call *c)
{
    buf_fmt(b, "{\"t\":%" PRIu64 ",\"data\":{\"channel\":\"%s\"", c->at_ms, c->channel);
    if (c->kind != NULL && strcmp(c->kind, "speech") != 0) {
        buf_fmt(b, ",\"call\":\"%s\"", c->kind);
    }
    put_text(b, "type", c->type);
    put_place(b, c);
    put_text(b, "narrative", c->narrative);
    put_caller(b, c);
    if (c->cues != 0) {
        buf_text(b, ",\"cues\":{");
        for (uint32_t i = 0, n = 0; i < CUES_MAX; i++) {
            if ((c->cues >> i & 1) != 0) {
                buf_fmt(b, "%s\"%s\":true", n++ > 0 ? "," : "", word_of(&cue_words, i));
            }
        }
        buf_char(b, '}');
    }
    if (c->onview) {
        buf_text(b, ",\"on_scene\":true");
    }
    buf_fmt(b, ",\"external_id\":\"lj-%06" PRIu32 "\"},", c->number);
    put_play(b, m, c);
    buf_char(b, '}');
}

static int by_time(const void *a, const void *b)
{
    const struct call *x = *(struct call *const *)a;
    const struct call *y = *(struct call *const *)b;
    int order = (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);

    return order != 0 ? order : (x->serial > y->serial) - (x->serial < y->serial);
}

enum err calls_write(struct making *m)
{
    const char *out = m->opts->out;
    size_t len = strlen(out);
    bool lines = len > 6 && strcmp(out + len - 6, ".jsonl") == 0;
    struct call **order = calloc(m->count + 1, sizeof(struct call *));
    struct buf b;

    must(order != NULL);
    for (uint32_t i = 0; i < m->count; i++) {
        order[i] = &m->at[i];
    }
    qsort(order, m->count, sizeof(order[0]), by_time);
    for (uint32_t i = 0; i < m->count; i++) {
        order[i]->number = i + 1;
    }
    buf_init(&b);
    if (!lines) {
        buf_text(&b,
                 "{\"about\":\"Invented calls of an invented city (tocsin make-calls). No person, "
                 "phone or event in it exists.\",\n\"stretch_percent\":100,\n\"calls\":[\n");
    }
    for (uint32_t i = 0; i < m->count; i++) {
        put_call(&b, m, order[i]);
        buf_text(&b, lines || i + 1 == m->count ? "\n" : ",\n");
    }
    if (!lines) {
        buf_text(&b, "]}\n");
    }
    free(order);
    FILE *file = buf_ok(&b) ? fopen(out, "wb") : NULL;
    bool good = file != NULL && fwrite(b.at, 1, b.len, file) == b.len;

    good = file != NULL && fclose(file) == 0 && good;
    buf_fini(&b);
    return good ? OK : fault_set(m->fault, ERR_IO, "could not write a file", out, strerror(errno));
}
