#include "dispatch/view/show.h"

#include "base/geo.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/seats.h"

/* The redacted class sees these and nothing else. They are the open fields of the entities, with a
 * place of its own; a test compares the names. */
#define ID(struct_, member, letter_) FIELD(struct_, member, F_ID, .letter = (letter_))

static const struct field redacted_place_fields[] = {
    FIELD(place, state, F_WORD_ONE, .words = &place_state_words),
    FIELD(place, coarse, F_BOOL),
    FIELD_AS(place, "lon", lon_e7, F_DEG),
    FIELD_AS(place, "lat", lat_e7, F_DEG),
    ID(place, zone, ID_LETTER_ZONE),
};
static const struct shape redacted_place_shape = { "redacted_place", redacted_place_fields,
                                                   sizeof(redacted_place_fields) /
                                                       sizeof(redacted_place_fields[0]),
                                                   sizeof(struct place) };

static const struct field redacted_incident_fields[] = {
    ID(incident, id, ID_LETTER_INCIDENT),
    FIELD(incident, number, F_NUMBER),
    FIELD(incident, rev, F_UINT),
    FIELD(incident, type_reported, F_TEXT),
    FIELD(incident, type_dispatched, F_TEXT),
    FIELD(incident, type_handled, F_TEXT),
    FIELD(incident, grade, F_UINT),
    FIELD(incident, tier, F_UINT),
    FIELD(incident, priority, F_UINT),
    FIELD(incident, status, F_WORD_ONE, .words = &incident_status_words),
    FIELD(incident, withheld, F_BOOL),
    FIELD(incident, place, F_STRUCT, .sub = &redacted_place_shape),
    FIELD(incident, opened_at, F_INSTANT),
    FIELD(incident, status_since, F_INSTANT),
    FIELD(incident, closed_at, F_INSTANT),
    FIELD(incident, first_dispatched_at, F_INSTANT),
    FIELD(incident, first_on_scene_at, F_INSTANT),
    FIELD(incident, report_count, F_UINT),
    ID(incident, merged_into, ID_LETTER_INCIDENT),
};
const struct shape redacted_incident_shape = { "redacted_incident", redacted_incident_fields,
                                               sizeof(redacted_incident_fields) /
                                                   sizeof(redacted_incident_fields[0]),
                                               sizeof(struct incident) };

/* Of a report not even the cell: what its incident turns out to be may make the place nobody's
 * business. */
static const struct field redacted_report_place_fields[] = {
    FIELD(place, state, F_WORD_ONE, .words = &place_state_words),
    ID(place, zone, ID_LETTER_ZONE),
};
static const struct shape redacted_report_place_shape = {
    "redacted_report_place", redacted_report_place_fields,
    sizeof(redacted_report_place_fields) / sizeof(redacted_report_place_fields[0]),
    sizeof(struct place)
};

static const struct field redacted_report_fields[] = {
    ID(report, id, ID_LETTER_REPORT),
    ID(report, incident, ID_LETTER_INCIDENT),
    FIELD(report, status, F_WORD_ONE, .words = &report_status_words),
    FIELD(report, channel, F_WORD_ONE, .words = &channel_words),
    FIELD(report, priority, F_UINT),
    FIELD(report, outcome, F_WORD, .words = &report_outcome_words),
    FIELD(report, type, F_TEXT),
    FIELD(report, number, F_NUMBER),
    FIELD(report, received_at, F_INSTANT),
    FIELD(report, settled_at, F_INSTANT),
    FIELD(report, place, F_STRUCT, .sub = &redacted_report_place_shape),
};
const struct shape redacted_report_shape = { "redacted_report", redacted_report_fields,
                                             sizeof(redacted_report_fields) /
                                                 sizeof(redacted_report_fields[0]),
                                             sizeof(struct report) };

/* Other units' assignments on a unit's incident. */
static const struct field beside_fields[] = {
    ID(assignment, id, ID_LETTER_ASSIGNMENT),
    ID(assignment, incident, ID_LETTER_INCIDENT),
    ID(assignment, unit, ID_LETTER_UNIT),
    FIELD(assignment, slot, F_UINT),
    FIELD(assignment, status, F_WORD_ONE, .words = &assignment_status_words),
    ID(assignment, station, ID_LETTER_ZONE),
};
static const struct shape beside_shape = { "assignment_beside", beside_fields,
                                           sizeof(beside_fields) / sizeof(beside_fields[0]),
                                           sizeof(struct assignment) };

uint64_t mask_of_zone(const struct world *w, zone_id zone)
{
    uint64_t mask = world_zone_mask(w, zone);
    return mask == 1 ? MASK_ALL : mask;
}

/* An officer in need is everybody's; else with the district of a station that an order there went
 * to: its desk acts on it too. */
uint64_t mask_of_incident(const struct world *w, const struct incident *i)
{
    uint64_t mask = i->panic ? MASK_ALL : mask_of_zone(w, i->place.zone);
    for (const struct assignment *a = incident_first_assignment(w, i);
         a != NULL && mask != MASK_ALL; a = assignment_next(w, a)) {
        if (a->station.n != 0 && a->status < ASSIGNMENT_CLEARED) {
            mask |= world_zone_mask(w, a->station) & ~UINT64_C(1);
        }
    }
    return mask;
}

uint64_t mask_of_alarm(const struct world *w, const struct alarm *a)
{
    return a->kind == ALARM_PANIC ? MASK_ALL : mask_of_zone(w, a->zone);
}

uint64_t mask_of_report(const struct world *w, const struct report *r)
{
    const struct incident *i = world_incident(w, r->incident);
    return i != NULL ? mask_of_incident(w, i) : mask_of_zone(w, r->place.zone);
}

static bool owes(const struct assignment *a)
{
    return (a->feedback_due && !a->feedback_given) || assignment_unsettled(a);
}

bool assignment_lives(const struct assignment *a)
{
    return a->status < ASSIGNMENT_CLEARED || owes(a);
}

bool unit_concerned(const struct assignment *a)
{
    bool open = a->status >= ASSIGNMENT_DISPATCHED && a->status <= ASSIGNMENT_TRANSPORTING;
    return open || owes(a);
}

bool unit_works_on(const struct world *w, unit_id unit, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->unit.n == unit.n && unit_concerned(a)) {
            return true;
        }
    }
    return false;
}

bool unit_sees(const struct world *w, unit_id unit, const struct incident *i)
{
    const struct unit *u = world_unit(w, unit);
    bool own = i->panic && i->panic_unit.n == unit.n;
    if (own && i->panic_silent) {
        return false; /* not even when its own work was merged into it, or it was sent there */
    }
    return own || (u != NULL && i->panic && unit_alerted(u, i->id)) || unit_works_on(w, unit, i);
}

bool viewer_sees_incident(const struct viewer *v, const struct incident *i)
{
    switch (v->audience) {
    case AUDIENCE_OPERATIONS:
    case AUDIENCE_REDACTED:
        return (mask_of_incident(v->world, i) & v->zones) != 0;
    case AUDIENCE_UNIT:
        return unit_sees(v->world, v->unit, i);
    case AUDIENCE_NOBODY:
    case AUDIENCE_COUNT:
        break;
    }
    return false;
}

bool viewer_sees_report(const struct viewer *v, const struct report *r)
{
    const struct incident *i = world_incident(v->world, r->incident);
    if (i != NULL) {
        return viewer_sees_incident(v, i);
    }
    bool by_zone = v->audience == AUDIENCE_OPERATIONS || v->audience == AUDIENCE_REDACTED;
    return by_zone && (mask_of_zone(v->world, r->place.zone) & v->zones) != 0;
}

bool viewer_sees_alarm(const struct viewer *v, const struct alarm *a)
{
    return v->audience == AUDIENCE_OPERATIONS && (mask_of_alarm(v->world, a) & v->zones) != 0;
}

static struct json_out options(const struct viewer *v)
{
    return (struct json_out){ .world = v->name,
                              .skip_sealed = true,
                              .privacy_max = v->audience == AUDIENCE_REDACTED ? OPEN : TACTICAL };
}

static bool is_sensitive(const struct world *w, const struct text16 *type)
{
    const struct incident_type *t = type->len > 0 ? world_type(w, text_str(type)) : NULL;
    return t != NULL && t->sensitive;
}

/* What the redacted class may know of a place. */
static void coarsen(struct place *p, bool sensitive)
{
    struct point at = { p->lon_e7, p->lat_e7 };
    if (!place_has_point(p) || p->protected || sensitive) {
        p->lon_e7 = p->lat_e7 = 0;
        p->coarse = false;
        return;
    }
    at = geo_cell_centre(at, PLACE_CELL_M);
    p->lon_e7 = at.lon_e7;
    p->lat_e7 = at.lat_e7;
    p->coarse = true;
}

static bool incident_sensitive(const struct world *w, const struct incident *i)
{
    return is_sensitive(w, &i->type_reported) || is_sensitive(w, &i->type_dispatched) ||
           is_sensitive(w, &i->type_handled);
}

bool show_point(const struct viewer *v, const struct incident *i, struct point *out)
{
    struct place p = i->place;
    if (v->audience == AUDIENCE_REDACTED) {
        coarsen(&p, incident_sensitive(v->world, i));
        *out = (struct point){ p.lon_e7, p.lat_e7 };
        return p.coarse;
    }
    *out = (struct point){ p.lon_e7, p.lat_e7 };
    return place_has_point(&p);
}

/* Every wait that runs, whether its alarm was raised already or not, so that a screen can count
 * past the limit. */
static void put_deadlines(struct buf *b, const struct world *w, const struct incident *i)
{
    static const uint8_t alarm_of[DEADLINE_KIND_COUNT] = {
        [DEADLINE_CLASSIFY] = ALARM_CLASSIFY_OVERDUE,
        [DEADLINE_DISPATCH] = ALARM_DISPATCH_OVERDUE,
        [DEADLINE_HOLD_REVIEW] = ALARM_HOLD_REVIEW,
        [DEADLINE_CLOSE] = ALARM_CLOSE_OVERDUE,
        [DEADLINE_FIRST_REPORT] = ALARM_FIRST_REPORT_OVERDUE,
        [DEADLINE_LOCATE] = ALARM_LOCATE_OVERDUE,
    };
    struct incident copy = *i;
    copy.alarmed = 0;
    struct deadline d = deadline_of_incident(w, &copy);
    const char *before = ",\"deadlines\":[";
    bool any = d.at != 0;
    for (int n = 0; d.at != 0 && n < DEADLINE_KIND_COUNT; n++) {
        buf_text(b, before);
        buf_text(b, "{\"kind\":\"");
        buf_text(b, word_of(&deadline_kind_words, d.kind));
        buf_text(b, "\",\"due_at\":");
        json_out_instant(b, d.at);
        buf_char(b, '}');
        before = ",";
        copy.alarmed |= UINT32_C(1) << alarm_of[d.kind];
        d = deadline_of_incident(w, &copy);
    }
    buf_text(b, any ? "]" : "");
}

/* owner: {seat, person}. Of incidents from before there were seats the person alone. */
static void put_owner(struct buf *b, const struct world *w, const struct incident *i)
{
    const struct seat *s = seats_owner(w, i->seat);
    const struct text32 *person = s != NULL ? &s->person : &i->owner;
    const char *before = "";
    if (s == NULL && person->len == 0) {
        return;
    }
    buf_text(b, ",\"owner\":{");
    if (s != NULL) {
        buf_text(b, "\"seat\":");
        buf_json_str(b, text_str(&s->code));
        before = ",";
    }
    if (person->len > 0) {
        buf_text(b, before);
        buf_text(b, "\"person\":");
        buf_json_str(b, text_str(person));
    }
    buf_char(b, '}');
}

bool incident_lives(const struct viewer *v, const struct incident *i)
{
    return i->status < INCIDENT_CLOSED ||
           (v->audience != AUDIENCE_REDACTED && incident_unsettled(v->world, i));
}

/* Open: further members may follow. */
static void put_incident(struct buf *b, const struct viewer *v, const struct incident *i)
{
    struct json_out opt = options(v);
    struct incident copy = *i;
    copy.alarmed = 0;
    buf_char(b, '{');
    if (v->audience == AUDIENCE_REDACTED) {
        coarsen(&copy.place, incident_sensitive(v->world, i));
        json_out_fields(b, &redacted_incident_shape, &copy, &opt);
        return;
    }
    copy.owner.len = 0;
    json_out_fields(b, &incident_shape, &copy, &opt);
    if (v->audience == AUDIENCE_OPERATIONS) {
        put_owner(b, v->world, i);
    }
    put_deadlines(b, v->world, i);
    const struct unit *u = world_unit(v->world, i->panic_unit);
    if (u != NULL) {
        buf_text(b, ",\"panic_callsign\":");
        buf_json_str(b, text_str(&u->callsign));
    }
    buf_text(b, incident_unsettled(v->world, i) ? ",\"unsettled\":true" : "");
}

void show_incident(struct buf *b, const struct viewer *v, const struct incident *i)
{
    put_incident(b, v, i);
    buf_char(b, '}');
}

void show_report(struct buf *b, const struct viewer *v, const struct report *r)
{
    struct json_out opt = options(v);
    struct report copy = *r;
    copy.alarmed = 0;
    if (v->audience == AUDIENCE_REDACTED) {
        json_out_struct(b, &redacted_report_shape, &copy, &opt);
        return;
    }
    json_out_struct(b, &report_shape, &copy, &opt);
}

void show_assignment(struct buf *b, const struct viewer *v, const struct assignment *a)
{
    struct json_out opt = options(v);
    if (v->audience == AUDIENCE_UNIT && a->unit.n != v->unit.n) {
        const struct unit *u = world_unit(v->world, a->unit);
        buf_char(b, '{');
        json_out_fields(b, &beside_shape, a, &opt);
        if (u != NULL) {
            buf_text(b, ",\"callsign\":");
            buf_json_str(b, text_str(&u->callsign));
        }
        buf_char(b, '}');
        return;
    }
    struct assignment copy = *a;
    copy.alarmed = 0;
    json_out_struct(b, &assignment_shape, &copy, &opt);
}

void show_alarm(struct buf *b, const struct viewer *v, const struct alarm *a)
{
    struct json_out opt = options(v);
    json_out_struct(b, &alarm_shape, a, &opt);
}

void show_road(struct buf *b, const struct viewer *v, const struct road_notice *r)
{
    struct json_out opt = options(v);
    opt.privacy_max = v->audience == AUDIENCE_OPERATIONS ? TACTICAL : OPEN;
    json_out_struct(b, &road_notice_shape, r, &opt);
}

void show_seat(struct buf *b, const struct viewer *v, const struct seat *s)
{
    struct json_out opt = options(v);
    buf_char(b, '{');
    json_out_fields(b, &seat_shape, s, &opt);
    buf_text(b, ",\"load\":");
    buf_u64(b, s->load);
    buf_text(b, ",\"unread\":");
    buf_u64(b, s->unread);
    buf_char(b, '}');
}

static void put_capabilities(struct buf *b, const struct world *w, const struct unit *u)
{
    const char *before = ",\"capability_words\":[";
    for (uint32_t k = 0; k < w->capability_count; k++) {
        if ((u->capabilities >> k & 1) != 0) {
            buf_text(b, before);
            buf_json_str(b, text_str(&w->capabilities[k]));
            before = ",";
        }
    }
    buf_text(b, before[1] != '\0' ? "" : "]");
}

static void put_fix(struct buf *b, const struct fix *fix, int64_t now)
{
    int64_t age_ms = (now - fix->fix_at) / US_PER_MS;
    buf_text(b, ",\"place\":{\"lon\":");
    json_out_deg(b, fix->at.lon_e7);
    buf_text(b, ",\"lat\":");
    json_out_deg(b, fix->at.lat_e7);
    buf_text(b, ",\"at\":");
    json_out_instant(b, fix->fix_at);
    buf_text(b, ",\"age_ms\":");
    buf_u64(b, age_ms > 0 ? (uint64_t)age_ms : 0);
    buf_char(b, '}');
}

/* The terminal of one who called for help unheard shows nothing of it. */
static struct unit unheard(const struct unit *u)
{
    struct unit shown = *u;
    shown.panic = shown.panic_silent = false;
    shown.panic_at = 0;
    shown.panic_incident = (incident_id){ 0 };
    return shown;
}

void show_unit(struct buf *b, const struct viewer *v, const struct unit *u, const struct fix *fix,
               int64_t now, bool open)
{
    struct json_out opt = options(v);
    bool hides = v->audience == AUDIENCE_UNIT && u->panic_silent;
    struct unit shown = hides ? unheard(u) : *u;
    if (v->audience != AUDIENCE_OPERATIONS) {
        shown.move.seat = (seat_id){ 0 };
    }
    buf_char(b, '{');
    json_out_fields(b, &unit_shape, &shown, &opt);
    put_capabilities(b, v->world, u);
    if (fix != NULL) {
        put_fix(b, fix, now);
    }
    if (!open) {
        buf_char(b, '}');
    }
}

static void put_type(struct buf *b, const char **before, const char *name,
                     const struct text16 *code)
{
    if (code->len > 0) {
        buf_text(b, *before);
        buf_char(b, '"');
        buf_text(b, name);
        buf_text(b, "\":");
        buf_json_str(b, text_str(code));
        *before = ",";
    }
}

void show_incident_listed(struct buf *b, const struct viewer *v, const struct incident *i)
{
    const struct world *w = v->world;
    const char *before = "";
    put_incident(b, v, i);
    buf_text(b, ",\"type\":{");
    put_type(b, &before, "reported", &i->type_reported);
    put_type(b, &before, "dispatched", &i->type_dispatched);
    put_type(b, &before, "handled", &i->type_handled);
    buf_text(b, "},\"reports\":[");
    before = "";
    for (const struct report *r = incident_first_report(w, i); r != NULL; r = report_next(w, r)) {
        buf_text(b, before);
        json_out_id(b, v->name, ID_LETTER_REPORT, r->id.n);
        before = ",";
    }
    buf_char(b, ']');
    if (v->audience != AUDIENCE_REDACTED) {
        buf_text(b, ",\"assignments\":[");
        before = "";
        for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
             a = assignment_next(w, a)) {
            buf_text(b, before);
            json_out_id(b, v->name, ID_LETTER_ASSIGNMENT, a->id.n);
            before = ",";
        }
        buf_char(b, ']');
    }
    buf_char(b, '}');
}

void show_unit_listed(struct buf *b, const struct viewer *v, const struct unit *u,
                      const struct fix *fix, int64_t now)
{
    const char *before = "";
    show_unit(b, v, u, fix, now, true);
    buf_text(b, ",\"assignments\":[");
    for (const struct assignment *a = unit_first_assignment(v->world, u); a != NULL;
         a = assignment_next_of_unit(v->world, a)) {
        buf_text(b, before);
        json_out_id(b, v->name, ID_LETTER_ASSIGNMENT, a->id.n);
        before = ",";
    }
    buf_text(b, "]}");
}
