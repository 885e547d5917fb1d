#include "dispatch/codec/row.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/json_read.h"

#define EVENTS_PER_ROW_MAX 128

void row_write(struct buf *b, struct str world, const struct by *by, const uint8_t content[16],
               const struct event *events, uint32_t count)
{
    const struct json_out opt = { .world = world, .privacy_max = TACTICAL };
    buf_text(b, "{\"v\":1,\"content\":\"");
    buf_hex(b, content, 16);
    buf_text(b, "\",\"by\":");
    json_out_struct(b, &by_shape, by, &opt);
    buf_text(b, ",\"events\":[");
    for (uint32_t i = 0; i < count; i++) {
        const struct event_info *info = &event_infos[events[i].kind];
        buf_text(b, i == 0 ? "{\"kind\":\"" : ",{\"kind\":\"");
        buf_text(b, info->word);
        buf_char(b, '"');
        size_t before = b->len;
        buf_char(b, ',');
        if (!json_out_fields(b, info->shape, &events[i].as, &opt)) {
            b->len = before;
        }
        buf_char(b, '}');
    }
    buf_text(b, "]}");
}

static bool read_hex(struct str s, uint8_t out[16])
{
    static const char digits[] = "0123456789abcdef";
    if (s.len != 32) {
        return false;
    }
    for (size_t i = 0; i < 32; i++) {
        const char *d = memchr(digits, s.at[i], 16);
        if (d == NULL) {
            return false;
        }
        unsigned v = (unsigned)(d - digits);
        out[i / 2] = (uint8_t)(i % 2 == 0 ? v << 4 : out[i / 2] | v);
    }
    return true;
}

static void read_event(struct json_read *r, struct event *e)
{
    struct str key;
    json_read_object(r);
    if (!json_read_key(r, &key) || !str_is(key, "kind")) {
        json_read_fail(r, ERR_CORRUPT, "events", "an event begins with its kind");
        return;
    }
    e->kind = event_find(json_read_str(r));
    if (e->kind == EVENT_NONE) {
        json_read_fail(r, ERR_CORRUPT, "events.kind", "no such kind of event");
        return;
    }
    json_read_members(r, event_infos[e->kind].shape, &e->as);
}

static void read_events(struct json_read *r, struct row_content *out)
{
    out->events = arena_alloc(r->arena, 4 * sizeof(struct event));
    uint32_t room = out->events != NULL ? 4 : 0;
    json_read_array(r);
    while (json_read_item(r)) {
        if (out->count == room) {
            struct event *more =
                room < EVENTS_PER_ROW_MAX
                    ? arena_alloc(r->arena, 2 * (size_t)room * sizeof(struct event))
                    : NULL;
            if (more == NULL || room == 0) {
                json_read_fail(r, room == 0 ? ERR_NO_MEMORY : ERR_CORRUPT, "events",
                               "too many events in a row");
                return;
            }
            memcpy(more, out->events, room * sizeof(struct event));
            out->events = more;
            room *= 2;
        }
        read_event(r, &out->events[out->count]);
        out->count++;
    }
}

static void read_by(struct json_read *r, struct row_content *out)
{
    out->by_raw = json_read_raw(r);
    size_t pos = 0;
    if (json_read_ok(r) && json_read_struct(&by_shape, out->by_raw, &pos, r->world, r->arena,
                                            &out->by, r->fault) != OK) {
        json_read_fail(r, ERR_CORRUPT, "by", "not readable");
    }
}

enum err row_read(struct str data, struct str world, struct arena *a, struct row_content *out,
                  struct fault *f)
{
    struct json_read r;
    struct str key;
    *out = (struct row_content){ .count = 0 };
    json_read_init(&r, data, world, a, f);
    json_read_object(&r);
    while (json_read_key(&r, &key)) {
        if (str_is(key, "v")) {
            if (json_read_u64(&r) != ROW_VERSION) {
                json_read_fail(&r, ERR_CORRUPT, "v", "written by a newer program");
            }
        } else if (str_is(key, "content")) {
            if (!read_hex(json_read_str(&r), out->content)) {
                json_read_fail(&r, ERR_CORRUPT, "content", "expected 32 hex digits");
            }
        } else if (str_is(key, "by")) {
            read_by(&r, out);
        } else if (str_is(key, "events")) {
            read_events(&r, out);
        } else {
            json_read_fail(&r, ERR_CORRUPT, "data", "unknown member");
        }
    }
    return json_read_end(&r);
}

/* Every event struct about an incident or a unit has it at a place the shape knows. */
static uint32_t id_in(const struct event *e, const char *name, char letter)
{
    const struct shape *s = event_infos[e->kind].shape;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct field *x = &s->fields[i];
        const char *at = (const char *)&e->as + x->offset;
        if (x->type == F_ID && x->letter == letter && strcmp(x->name, name) == 0) {
            uint32_t n;
            memcpy(&n, at, sizeof(n));
            return n;
        }
    }
    return 0;
}

uint32_t event_incident(const struct event *e)
{
    if (e->kind == EVENT_INCIDENT_OPENED) {
        return e->as.incident_opened.incident.id.n;
    }
    if (e->kind == EVENT_INCIDENT_REOPENED) {
        return e->as.incident_reopened.incident.id.n;
    }
    if (e->kind == EVENT_ASSIGNMENT_RESERVED || e->kind == EVENT_ASSIGNMENT_DISPATCHED) {
        return e->as.assignment_made.assignment.incident.n;
    }
    if (e->kind == EVENT_ALARM_RAISED) {
        return e->as.alarm_raised.alarm.incident.n;
    }
    return id_in(e, "incident", ID_LETTER_INCIDENT);
}

uint32_t event_unit(const struct event *e)
{
    if (e->kind == EVENT_ASSIGNMENT_RESERVED || e->kind == EVENT_ASSIGNMENT_DISPATCHED) {
        return e->as.assignment_made.assignment.unit.n;
    }
    if (e->kind == EVENT_ALARM_RAISED) {
        return e->as.alarm_raised.alarm.unit.n;
    }
    return id_in(e, "unit", ID_LETTER_UNIT);
}
