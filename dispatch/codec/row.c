#include "dispatch/codec/row.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/json_read.h"

#define EVENTS_FIRST 4u
#define EVENTS_PER_ROW_MAX 128u

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

static struct str read_event(struct json_read *r, struct event *e)
{
    const struct str none = { .at = NULL };
    struct str key;
    json_read_object(r);
    if (!json_read_key(r, &key) || !str_is(key, "kind")) {
        json_read_fail(r, ERR_CORRUPT, "events", "an event begins with its kind");
        return none;
    }
    e->kind = event_find(json_read_str(r));
    if (e->kind == EVENT_NONE) {
        json_read_fail(r, ERR_CORRUPT, "events.kind", "no such kind of event");
        return none;
    }
    size_t from = r->pos;
    uint32_t sealed = r->sealed;
    json_read_members(r, event_infos[e->kind].shape, &e->as);
    if (!json_read_ok(r) || r->sealed != sealed || r->pos < from + 2) {
        return none;
    }
    return (struct str){ .at = r->text.at + from + 1, .len = r->pos - from - 2 };
}

/* Room for twice as many as before. False: there is none, or more are not allowed. */
static bool more_room(struct json_read *r, struct row_content *out, uint32_t *room)
{
    uint32_t more = *room == 0 ? EVENTS_FIRST : 2 * *room;
    struct event *events = NULL;
    struct str *members = NULL;
    if (more <= EVENTS_PER_ROW_MAX) {
        events = arena_alloc(r->arena, more * sizeof(*events));
        members = arena_alloc(r->arena, more * sizeof(*members));
    }
    if (events == NULL || members == NULL) {
        json_read_fail(r, more <= EVENTS_PER_ROW_MAX ? ERR_NO_MEMORY : ERR_CORRUPT, "events",
                       "too many events in a row");
        return false;
    }
    if (*room > 0) {
        memcpy(events, out->events, *room * sizeof(*events));
        memcpy(members, out->members, *room * sizeof(*members));
    }
    out->events = events;
    out->members = members;
    *room = more;
    return true;
}

static void read_events(struct json_read *r, struct row_content *out)
{
    uint32_t room = 0;
    if (!more_room(r, out, &room)) {
        return;
    }
    json_read_array(r);
    while (json_read_item(r)) {
        if (out->count == room && !more_room(r, out, &room)) {
            return;
        }
        out->members[out->count] = read_event(r, &out->events[out->count]);
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
