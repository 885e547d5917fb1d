/* Frames of the server as the people understand them. */
#include "dispatch/codec/json_read.h"
#include "dispatch/core/world.h"
#include "tools/sim/live_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A member of a frame that is kept as text with a NUL. */
static void keep(char *out, size_t size, struct str s)
{
    size_t len = s.len < size - 1 ? s.len : size - 1;

    if (len > 0) {
        memcpy(out, s.at, len);
    }
    out[len] = '\0';
}

static void set_clock(struct live *l, int64_t at)
{
    int64_t now = live_now(l);
    int64_t off = now - at;

    /* Frames are late by what the way takes: only a clock that is behind or far ahead is set. */
    if (at != 0 && (now == 0 || off < 0 || off > 2 * US_PER_S * l->opts->rate)) {
        l->clock_server = at;
        l->clock_mono = live_mono_us();
    }
}

/* A snapshot may come before the first beat tells what the server's clock says. */
static int64_t now_or_guess(const struct live *l)
{
    int64_t now = live_now(l);

    return now != 0 ? now : (int64_t)time(NULL) * US_PER_S;
}

static struct json_read reader(struct live *l, struct str text)
{
    struct json_read r;

    arena_reset(&l->arena);
    json_read_init(&r, text, str_of(l->world), &l->arena, NULL);
    r.skip_unknown = true;
    return r;
}

static int64_t read_instant(struct json_read *r)
{
    struct str s = json_read_str(r);
    int64_t at = 0;

    return s.len > 0 && instant_read(s.at, s.len, &at) == 0 ? at : 0;
}

/* One event of a frame, told to the people. Kinds that the model does not have (view.enter) are
 * none of their business: their operator sees the whole city. */
static void take_event(struct live *l, struct json_read *r, int64_t at)
{
    struct str key;
    struct event e = { .kind = EVENT_NONE };

    json_read_object(r);
    while (json_read_key(r, &key)) {
        if (str_is(key, "kind")) {
            e.kind = event_find(json_read_str(r));
        } else if (str_is(key, "data") && e.kind != EVENT_NONE) {
            json_read_value(r, event_infos[e.kind].shape, &e.as);
        } else {
            json_read_skip(r);
        }
    }
    if (json_read_ok(r) && e.kind != EVENT_NONE) {
        if (l->opts->tally != NULL) {
            tally_see(l->opts->tally, at, &e, 1);
        }
        agents_see(l->agents, at, &e);
    }
}

static void take_events(struct desk_seat *s, struct json_read *r)
{
    struct str key;
    int64_t at = 0;

    while (json_read_key(r, &key)) {
        if (str_is(key, "to")) {
            s->seq = json_read_u64(r);
        } else if (str_is(key, "hash")) {
            keep(s->hash, sizeof(s->hash), json_read_str(r));
        } else if (str_is(key, "at")) {
            at = read_instant(r);
            set_clock(s->live, at);
        } else if (str_is(key, "events") && live_is_watcher(s)) {
            json_read_array(r);
            while (json_read_item(r)) {
                take_event(s->live, r, live_now(s->live));
            }
        } else {
            json_read_skip(r);
        }
    }
}

static void take_welcome(struct desk_seat *s, struct json_read *r)
{
    struct live *l = s->live;
    struct str key;
    uint64_t rate = 1;

    while (json_read_key(r, &key)) {
        if (str_is(key, "name")) {
            keep(l->world, sizeof(l->world), json_read_str(r));
        } else if (str_is(key, "world")) {
            keep(s->world_id, sizeof(s->world_id), json_read_str(r));
        } else if (str_is(key, "audience")) {
            keep(s->audience, sizeof(s->audience), json_read_str(r));
        } else if (str_is(key, "clock_rate")) {
            rate = json_read_u64(r);
        } else {
            json_read_skip(r);
        }
    }
    if (rate != l->opts->rate) {
        char detail[96];

        (void)snprintf(detail, sizeof(detail),
                       "--rate %" PRIu32 ", the server's clock runs at %" PRIu64, l->opts->rate,
                       rate);
        live_fail(l, ERR_CONFLICT, "the rate is not that of the server's clock", detail);
        return;
    }
    s->welcome = true;
    live_resend(s);
}

/* A floor of people works on whatever stands at its seats; one operator on what simulators opened.
 */
static bool has_floor(const struct live *l)
{
    return l->opts->cast != NULL;
}

/* The last one is left to guests, however few the city has. */
static void take_seats(struct live *l, struct str list)
{
    struct json_read r = reader(l, list);
    struct seat *seats = arena_alloc(&l->arena, SEATS_MAX * sizeof(*seats));
    uint32_t count = 0;

    must(seats != NULL);
    json_read_array(&r);
    while (json_read_item(&r) && count < SEATS_MAX) {
        memset(&seats[count], 0, sizeof(seats[count]));
        json_read_value(&r, &seat_shape, &seats[count]);
        count += json_read_ok(&r) && seats[count].id.n != 0 ? 1 : 0;
    }
    for (uint32_t k = 0; k + 1 < count; k++) {
        agents_adopt_seat(l->agents, &seats[k]);
    }
}

/* The incidents of the snapshot's reports that came from a simulator. */
struct ours {
    uint32_t *incidents;
    uint32_t count, cap;
};

static void take_report(struct live *l, struct json_read *r, struct ours *ours)
{
    struct report *report = arena_alloc(&l->arena, sizeof(*report));

    must(report != NULL);
    json_read_value(r, &report_shape, report);
    struct str id = text_str(&report->external_id);
    bool simulated = id.len > 5 && memcmp(id.at, "demo-", 5) == 0;

    if (json_read_ok(r) && report->id.n != 0) {
        agents_adopt_report(l->agents, now_or_guess(l), report, simulated || has_floor(l));
    }
    if (report->incident.n != 0 && simulated) {
        if (ours->count == ours->cap) {
            ours->cap = ours->cap == 0 ? 64 : ours->cap * 2;
            ours->incidents = realloc(ours->incidents, ours->cap * sizeof(*ours->incidents));
            must(ours->incidents != NULL);
        }
        ours->incidents[ours->count++] = report->incident.n;
    }
}

static bool is_ours(const struct ours *ours, uint32_t incident)
{
    for (uint32_t i = 0; i < ours->count; i++) {
        if (ours->incidents[i] == incident) {
            return true;
        }
    }
    return false;
}

static void take_unit(struct live *l, struct json_read *r)
{
    struct unit unit = { 0 };

    json_read_value(r, &unit_shape, &unit);
    if (json_read_ok(r) && unit.id.n > 0 && unit.id.n <= l->opts->town->city.units.count) {
        const struct city_unit *u = l->opts->town->city.units.at;

        agents_adopt_unit(l->agents, now_or_guess(l), unit.id.n, unit.on_duty,
                          (struct point){ u[unit.id.n - 1].lon, u[unit.id.n - 1].lat });
    }
}

/* What holds on roads already. The snapshot does not say which changes travel times take in: all of
 * them, a second ago. */
static void take_roads(struct live *l, struct str list)
{
    struct json_read r = reader(l, list);

    json_read_array(&r);
    while (json_read_item(&r)) {
        struct road_notice n = { .id = { 0 } };

        json_read_value(&r, &road_notice_shape, &n);
        if (json_read_ok(&r) && n.id.n != 0) {
            agents_adopt_road(l->agents, &n);
        }
    }
    agents_adopted_roads(l->agents);
}

#define INCIDENT_FIELDS_MAX 96

/* An incident as screens are shown it: its owner is an object there (docs/api), which is not
 * needed.
 */
static void read_incident(struct json_read *r, struct incident *out)
{
    struct field fields[INCIDENT_FIELDS_MAX];
    struct shape shown = incident_shape;

    must(incident_shape.count <= INCIDENT_FIELDS_MAX);
    shown.fields = fields;
    shown.count = 0;
    for (uint32_t k = 0; k < incident_shape.count; k++) {
        if (strcmp(incident_shape.fields[k].name, "owner") != 0) {
            fields[shown.count++] = incident_shape.fields[k];
        }
    }
    json_read_value(r, &shown, out);
}

/* Each list of a snapshot stands alone, so that the order they come in does not matter: reports
 * tell which incidents are ours, incidents come before assignments. */
static void take_list(struct live *l, struct str list, enum table table, struct ours *ours)
{
    struct json_read r = reader(l, list);
    struct fault fault = { 0 };

    r.fault = &fault;
    json_read_array(&r);
    while (json_read_item(&r)) {
        if (table == TABLE_REPORT) {
            take_report(l, &r, ours);
        } else if (table == TABLE_UNIT) {
            take_unit(l, &r);
        } else if (table == TABLE_INCIDENT) {
            struct incident i = { .id = { 0 } };

            read_incident(&r, &i);
            if (json_read_ok(&r) && i.id.n != 0) {
                agents_adopt_incident(l->agents, now_or_guess(l), &i,
                                      has_floor(l) || is_ours(ours, i.id.n));
            }
        } else {
            struct assignment a = { .id = { 0 } };

            json_read_value(&r, &assignment_shape, &a);
            if (json_read_ok(&r) && a.id.n != 0) {
                agents_adopt_assignment(l->agents, now_or_guess(l), &a);
            }
        }
    }
    if (!json_read_ok(&r)) { /* never half a picture */
        live_fail(l, ERR_CORRUPT, "a list of the snapshot cannot be read", fault.detail);
    }
}

static void adopt(struct live *l, struct str data)
{
    struct json_read r = reader(l, data);
    struct str reports = { 0 };
    struct str incidents = { 0 };
    struct str assignments = { 0 };
    struct str units = { 0 };
    struct str seats = { 0 };
    struct str roads = { 0 };
    struct ours ours = { 0 };
    struct str key;

    json_read_object(&r);
    while (json_read_key(&r, &key)) {
        struct str raw = json_read_raw(&r);

        if (str_is(key, "reports")) {
            reports = raw;
        } else if (str_is(key, "incidents")) {
            incidents = raw;
        } else if (str_is(key, "assignments")) {
            assignments = raw;
        } else if (str_is(key, "units")) {
            units = raw;
        } else if (str_is(key, "seats")) {
            seats = raw;
        } else if (str_is(key, "roads")) {
            roads = raw;
        }
    }
    if (roads.len > 0) {
        take_roads(l, roads);
    }
    if (seats.len > 0 && has_floor(l)) {
        take_seats(l, seats);
    }
    take_list(l, units, TABLE_UNIT, &ours);
    take_list(l, reports, TABLE_REPORT, &ours);
    take_list(l, incidents, TABLE_INCIDENT, &ours);
    take_list(l, assignments, TABLE_ASSIGNMENT, &ours);
    free(ours.incidents);
}

static void take_snapshot(struct desk_seat *s, struct json_read *r)
{
    struct str key;

    while (json_read_key(r, &key)) {
        if (str_is(key, "seq")) {
            s->seq = json_read_u64(r);
        } else if (str_is(key, "hash")) {
            keep(s->hash, sizeof(s->hash), json_read_str(r));
        } else if (str_is(key, "data") && live_is_watcher(s)) {
            struct str data = json_read_raw(r);

            adopt(s->live, data);
            s->live->pictured = true;
            return; /* the reader's arena is gone; nothing follows that is wanted */
        } else {
            json_read_skip(r);
        }
    }
}

static void take_beat(struct desk_seat *s, struct json_read *r)
{
    struct str key;

    while (json_read_key(r, &key)) {
        if (str_is(key, "at")) {
            set_clock(s->live, read_instant(r));
        } else {
            json_read_skip(r);
        }
    }
}

/* The code of a problem, or NULL. */
static void take_answer(struct desk_seat *s, struct json_read *r)
{
    struct str key;
    char code[48] = "";
    uint64_t number = 0;

    while (json_read_key(r, &key)) {
        if (str_is(key, "id")) {
            number = live_number(s->live, json_read_str(r));
        } else if (str_is(key, "problem")) {
            json_read_object(r);
            while (json_read_key(r, &key)) {
                if (str_is(key, "code")) {
                    keep(code, sizeof(code), json_read_str(r));
                } else {
                    json_read_skip(r);
                }
            }
        } else {
            json_read_skip(r);
        }
    }
    if (number != 0) {
        live_answer(s->live, number, code[0] != '\0' ? code : NULL);
    }
}

void live_on_text(struct desk_seat *s, struct str text)
{
    struct live *l = s->live;
    struct json_read r = reader(l, text);
    struct str key;

    if (live_is_watcher(s)) {
        l->result->frames++;
    } else if (memmem(text.at, text.len, "\"kind\":\"assignment.dispatched\"", 30) != NULL) {
        l->result->orders_on_units++;
    }
    json_read_object(&r);
    if (!json_read_key(&r, &key) || !str_is(key, "op")) {
        return;
    }
    struct str op = json_read_str(&r);

    if (str_is(op, "events")) {
        take_events(s, &r);
    } else if (str_is(op, "welcome")) {
        take_welcome(s, &r);
    } else if (str_is(op, "snapshot")) {
        take_snapshot(s, &r);
    } else if (str_is(op, "beat")) {
        take_beat(s, &r);
    } else if (str_is(op, "answer")) {
        take_answer(s, &r);
    }
}
