/* The two files of calls. */
#include "dispatch/codec/json_out.h"
#include "tools/import/csv.h"
#include "tools/import/sanfrancisco.h"

#include <inttypes.h>
#include <stdlib.h>

#define CALLS_MAX 100000
#define SCENE_MS_MAX (INT64_C(3) * 3600 * 1000)

static const char *const police_columns[] = {
    "call_id", "cad_number",  "received",        "entry",     "dispatch",
    "enroute", "onscene",     "closed",          "type_code", "priority",
    "agency",  "disposition", "onview",          "sensitive", "intersection",
    "lon",     "lat",         "police_district", NULL
};
static const char *const fire_columns[] = { "call_number",  "unit_id",
                                            "call_type",    "call_type_group",
                                            "received",     "entry",
                                            "dispatch",     "enroute",
                                            "onscene",      "available",
                                            "disposition",  "address",
                                            "station_area", "priority_final",
                                            "unit_type",    "lon",
                                            "lat",          NULL };

/* A time of the present row; empty is 0. False after telling that it is none. */
static bool read_time(struct csv *c, const char *column, bool need, int64_t *out)
{
    struct str s = csv_get(c, column);

    *out = 0;
    if (s.len == 0 && !need) {
        return true;
    }
    if (instant_read(s.at, s.len, out) != 0) {
        csv_bad_value(c, column, "a time with offset (2026-01-15T10:00:00-08:00)");
        return false;
    }
    return true;
}

static bool read_point(struct csv *c, struct import_call *out)
{
    struct str lon = csv_get(c, "lon");
    struct str lat = csv_get(c, "lat");

    if (lon.len == 0 && lat.len == 0) {
        return true;
    }
    if (!import_degrees(lon, &out->lon)) {
        csv_bad_value(c, "lon", "decimal degrees");
        return false;
    }
    if (!import_degrees(lat, &out->lat)) {
        csv_bad_value(c, "lat", "decimal degrees");
        return false;
    }
    out->has_point = true;
    return true;
}

/* The one unit of a row, if it arrived and left. */
static void stay_of(struct import_call *c)
{
    if (c->onscene != 0 && c->closed > c->onscene) {
        c->stay[c->stays++] = (struct import_stay){ c->onscene, c->closed };
        c->set_out = c->dispatch != 0 && c->enroute >= c->dispatch ? c->enroute - c->dispatch : -1;
    } else {
        c->set_out = -1;
    }
}

static bool read_police(struct import *m, struct csv *c, struct import_call *out)
{
    struct str onview = csv_get(c, "onview");

    *out = (struct import_call){ .source_id = csv_get(c, "call_id"),
                                 .other_id = csv_get(c, "cad_number"),
                                 .district = csv_get(c, "police_district"),
                                 .address = csv_get(c, "intersection"),
                                 .onview = onview,
                                 .withheld = str_is(csv_get(c, "sensitive"), "true"),
                                 .units = 0 };
    if (!read_time(c, "received", true, &out->received) ||
        !read_time(c, "entry", false, &out->entry) ||
        !read_time(c, "dispatch", false, &out->dispatch) ||
        !read_time(c, "enroute", false, &out->enroute) ||
        !read_time(c, "onscene", false, &out->onscene) ||
        !read_time(c, "closed", false, &out->closed) || !read_point(c, out)) {
        return false;
    }
    if (!str_is(onview, "Y") && !str_is(onview, "N") && !str_is(onview, "HSOC")) {
        csv_bad_value(c, "onview", "Y, N or HSOC");
        return false;
    }
    out->priority = import_map_number(m, "police_priorities", csv_get(c, "priority"), 0);
    if (out->priority == 0) {
        csv_bad_value(c, "priority", "A, B or C");
        return false;
    }
    out->fleet =
        str_is(csv_get(c, "agency"), "Municipal Transportation Agency") ? "traffic" : "police";
    stay_of(out);
    out->type = import_map(m, "police_types", csv_get(c, "type_code"), "police_default");
    out->disposition =
        import_map(m, "police_dispositions", csv_get(c, "disposition"), "disposition_default");
    out->channel = import_map(m, "channels",
                              str_is(onview, "Y")   ? STR("onview_Y")
                              : str_is(onview, "N") ? STR("onview_N")
                                                    : STR("onview_HSOC"),
                              NULL);
    return true;
}

enum err import_police(struct import *m, struct str text)
{
    struct csv c;
    struct import_call *calls = calloc(CALLS_MAX, sizeof(*calls));
    uint32_t count = 0;
    enum err err = calls == NULL ? fault_set(m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL) : OK;

    err = err == OK ? csv_begin(&c, "police_calls.csv", text, m->arena, m->fault) : err;
    err = err == OK ? csv_needs(&c, police_columns, m->fault) : err;
    while (err == OK && count < CALLS_MAX && csv_next(&c)) {
        struct import_call *call = &calls[count];

        if (read_police(m, &c, call)) {
            count++;
            m->onview += str_is(call->onview, "Y") ? 1 : 0;
            m->hsoc += str_is(call->onview, "HSOC") ? 1 : 0;
            m->withheld += call->withheld ? 1 : 0;
            m->unlocated += !call->withheld && !call->has_point ? 1 : 0;
        }
    }
    if (err == OK) {
        m->police = count;
        m->rows += c.rows;
        m->bad += c.bad;
        err = import_write_calls(m, calls, count);
    }
    free(calls);
    return err;
}

/* The first row of fire_ems_types whose words are those of the row. */
static struct str fire_type(const struct import *m, struct csv *c)
{
    const struct json_doc *rows = json_doc_member(m->mapping, "fire_ems_types");
    struct str word;

    for (size_t i = 0; i < json_doc_count(rows); i++) {
        const struct json_doc *row = json_doc_at(rows, i);
        bool fits = json_doc_str(row, "call_type", &word) && str_eq(word, csv_get(c, "call_type"));

        if (json_doc_str(row, "call_type_group", &word)) {
            fits = fits && str_eq(word, csv_get(c, "call_type_group"));
        }
        if (fits && json_doc_str(row, "type", &word)) {
            return word;
        }
    }
    return json_doc_str(m->mapping, "fire_ems_default", &word) ? word : STR("99.01.00.00");
}

static bool read_fire(struct import *m, struct csv *c, struct import_call *out)
{
    *out = (struct import_call){ .source_id = csv_get(c, "call_number"),
                                 .other_id = csv_get(c, "unit_id"),
                                 .address = csv_get(c, "address"),
                                 .onview = STR("N"),
                                 .fire_ems = true,
                                 .units = 1 };
    if (!read_time(c, "received", true, &out->received) ||
        !read_time(c, "entry", false, &out->entry) ||
        !read_time(c, "dispatch", false, &out->dispatch) ||
        !read_time(c, "enroute", false, &out->enroute) ||
        !read_time(c, "onscene", false, &out->onscene) ||
        !read_time(c, "available", false, &out->closed) || !read_point(c, out)) {
        return false;
    }
    out->fleet = "fire";
    stay_of(out);
    out->type = fire_type(m, c);
    out->priority = import_map_number(m, "fire_ems_priorities", csv_get(c, "priority_final"), 2);
    out->disposition =
        import_map(m, "fire_ems_dispositions", csv_get(c, "disposition"), "disposition_default");
    out->channel = import_map(m, "channels", STR("fire_ems"), NULL);
    return true;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static void join_stay(struct import_call *call, const struct import_call *row)
{
    uint32_t at = call->stays;

    if (row->stays == 0 || call->stays == IMPORT_STAYS_MAX) {
        return;
    }
    while (at > 0 && call->stay[at - 1].from > row->stay[0].from) {
        call->stay[at] = call->stay[at - 1];
        at--;
    }
    call->stay[at] = row->stay[0];
    call->set_out = at == 0 ? row->set_out : call->set_out;
    call->stays++;
}

/* A further unit of the same call: the first to set out and to arrive, the last to leave. */
static void join(struct import_call *call, const struct import_call *row)
{
    call->units++;
    join_stay(call, row);
    call->entry = earlier(call->entry, row->entry);
    call->dispatch = earlier(call->dispatch, row->dispatch);
    call->enroute = earlier(call->enroute, row->enroute);
    call->onscene = earlier(call->onscene, row->onscene);
    call->closed = row->closed > call->closed ? row->closed : call->closed;
}

/* Rows of one call stand together in the file, but for a few: the last calls are looked through. */
static struct import_call *same_call(struct import_call *calls, uint32_t count, struct str id)
{
    for (uint32_t i = count; i > 0 && count - i < 2000; i--) {
        if (str_eq(calls[i - 1].source_id, id)) {
            return &calls[i - 1];
        }
    }
    return NULL;
}

enum err import_fire(struct import *m, struct str text)
{
    struct csv c;
    struct import_call *calls = calloc(CALLS_MAX, sizeof(*calls));
    uint32_t count = 0;
    enum err err = calls == NULL ? fault_set(m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL) : OK;

    err = err == OK ? csv_begin(&c, "fire_ems_units.csv", text, m->arena, m->fault) : err;
    err = err == OK ? csv_needs(&c, fire_columns, m->fault) : err;
    while (err == OK && count < CALLS_MAX && csv_next(&c)) {
        struct import_call row;

        if (!read_fire(m, &c, &row)) {
            continue;
        }
        struct import_call *known = same_call(calls, count, row.source_id);

        m->unit_rows++;
        if (known != NULL) {
            join(known, &row);
        } else {
            calls[count++] = row;
            m->unlocated += row.has_point ? 0 : 1;
        }
    }
    if (err == OK) {
        m->fire = count;
        m->rows += c.rows;
        m->bad += c.bad;
        err = import_write_calls(m, calls, count);
    }
    free(calls);
    return err;
}

static int by_received(const void *a, const void *b)
{
    const struct import_call *x = a;
    const struct import_call *y = b;

    if (x->received != y->received) {
        return x->received < y->received ? -1 : 1;
    }
    return str_cmp(x->source_id, y->source_id);
}

static void put_member(struct buf *b, const char *name, struct str value)
{
    if (value.len > 0) {
        buf_fmt(b, ",\"%s\":", name);
        buf_json_str(b, value);
    }
}

static void put_place(struct buf *b, const struct import_call *c)
{
    if (c->withheld || !c->has_point) {
        buf_fmt(b, "{\"state\":\"%s\"}", c->withheld ? "withheld" : "unknown");
        return;
    }
    buf_text(b, "{\"state\":\"known\",\"lon\":");
    json_out_deg(b, c->lon);
    buf_text(b, ",\"lat\":");
    json_out_deg(b, c->lat);
    put_member(b, "address",
               (struct str){ c->address.at, c->address.len > 127 ? 127 : c->address.len });
    buf_char(b, '}');
}

static void put_after(struct buf *b, const char *name, int64_t from, int64_t at)
{
    if (at >= from && at != 0) {
        buf_fmt(b, ",\"%s\":%" PRId64, name, (at - from) / US_PER_MS);
    }
}

/* What comparisons of policies need besides (tools/quality/work.h). */
static void put_times(struct buf *b, const struct import_call *c)
{
    buf_fmt(b, ",\"fleet\":\"%s\"", c->fleet);
    put_after(b, "intake_ms", c->received, c->entry);
    put_after(b, "turnout_ms", 0, c->set_out);
    for (uint32_t i = 0; i < c->stays; i++) {
        int64_t ms = (c->stay[i].to - c->stay[i].from) / US_PER_MS;

        buf_fmt(b, "%s%" PRId64, i == 0 ? ",\"scenes_ms\":[" : ",", ms);
    }
    buf_text(b, c->stays > 0 ? "]" : "");
}

static void put_call(struct buf *b, const struct import_call *c, int64_t t_ms)
{
    bool onview = str_is(c->onview, "Y");
    int64_t begin = c->onscene != 0 ? c->onscene : (onview ? c->dispatch : 0);
    int64_t scene_ms = begin != 0 && c->closed > begin ? (c->closed - begin) / US_PER_MS : 0;
    char at[INSTANT_TEXT_SIZE];

    instant_text(c->received, at);
    buf_fmt(b, "{\"t\":%" PRId64 ",\"source\":\"%s\",\"id\":", t_ms,
            c->fire_ems ? "fire_ems" : "police");
    buf_json_str(b, c->source_id);
    put_member(b, c->fire_ems ? "first_unit" : "cad_number", c->other_id);
    put_member(b, "onview", c->onview);
    put_member(b, "district", c->district);
    buf_fmt(b, ",\"recorded\":{\"received\":\"%s\"", at);
    put_after(b, "dispatch_ms", c->received, c->dispatch);
    put_after(b, "enroute_ms", c->received, c->enroute);
    put_after(b, "onscene_ms", c->received, c->onscene);
    put_after(b, "closed_ms", c->received, c->closed);
    buf_text(b, "},\"data\":{\"channel\":");
    buf_json_str(b, c->channel);
    put_member(b, "type", c->type);
    buf_fmt(b, ",\"priority\":%" PRIu64 ",\"place\":", c->priority);
    put_place(b, c);
    buf_text(b, onview ? ",\"on_scene\":true},\"play\":{\"ends\":\"incident\""
                       : "},\"play\":{\"ends\":\"incident\"");
    put_member(b, "disposition", c->disposition);
    if (scene_ms > 0) {
        buf_fmt(b, ",\"scene_ms\":%" PRId64, scene_ms < SCENE_MS_MAX ? scene_ms : SCENE_MS_MAX);
    }
    if (c->units > 0) {
        buf_fmt(b, ",\"units\":%u", c->units);
    }
    put_times(b, c);
    buf_text(b, "}}\n");
}

enum err import_write_calls(struct import *m, struct import_call *calls, uint32_t count)
{
    int64_t hour = INT64_MIN;
    int64_t hour_ms = m->clock_ms - 3600 * 1000;
    struct buf b;
    bool failed = false;

    qsort(calls, count, sizeof(*calls), by_received);
    buf_init(&b);
    for (uint32_t i = 0; i < count && !failed; i++) {
        int64_t now = calls[i].received / US_PER_HOUR;

        if (now != hour) { /* hours without a call are left out */
            hour = now;
            hour_ms += 3600 * 1000;
        }
        buf_reset(&b);
        put_call(&b, &calls[i], hour_ms + calls[i].received % US_PER_HOUR / US_PER_MS);
        failed = !buf_ok(&b) || fwrite(b.at, 1, b.len, m->calls) != b.len;
    }
    buf_fini(&b);
    m->clock_ms = hour_ms + 3600 * 1000;
    return failed ? fault_set(m->fault, ERR_IO, "could not write calls.jsonl", m->out, NULL) : OK;
}
