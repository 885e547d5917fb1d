#include "dispatch/view/side.h"

#include "base/must.h"

#include <stdlib.h>

#define NOTES_MAX UINT32_C(65536)
#define ADVICE_BYTES UINT32_C(33554432)
#define ADVICE_SIZE_MAX UINT32_C(65536)
#define SEAT_PLACES 1024u

/* Of one incident; incidents share a place when their numbers are far apart, and the younger one
 * then has it. */
struct side_place {
    uint32_t incident;
    uint32_t advice_len;
    uint64_t advice_at; /* absolute offset in the ring of bytes */
    uint64_t advice_seq;
    int64_t advice_us;
    uint64_t last_note; /* number + 1; 0: none */
};

/* Of one report or seat: what was said with it and after it. */
struct said_place {
    uint32_t of;
    uint64_t last_note;
};

struct side {
    uint32_t mask;
    struct side_place *places;
    uint32_t said_mask;
    struct said_place *said;
    struct said_place seats[SEAT_PLACES];
    struct side_note *notes;
    uint64_t note_next; /* number of the next note; the last NOTES_MAX are kept */
    char *bytes;
    uint64_t byte_next;
    struct buf scratch;
};

static uint32_t places_for(uint32_t things)
{
    uint32_t places = 1024;
    while (places < things * 2) {
        places *= 2;
    }
    return places;
}

struct side *side_new(const struct world_limits *limits)
{
    struct side *s = calloc(1, sizeof(*s));
    if (s == NULL) {
        return NULL;
    }
    s->mask = places_for(limits->incidents) - 1;
    s->said_mask = places_for(limits->reports) - 1;
    s->places = calloc((size_t)s->mask + 1, sizeof(*s->places));
    s->said = calloc((size_t)s->said_mask + 1, sizeof(*s->said));
    s->notes = calloc(NOTES_MAX, sizeof(*s->notes));
    s->bytes = malloc(ADVICE_BYTES);
    buf_init(&s->scratch);
    if (s->places == NULL || s->said == NULL || s->notes == NULL || s->bytes == NULL) {
        side_free(s);
        return NULL;
    }
    return s;
}

void side_free(struct side *s)
{
    if (s != NULL) {
        free(s->places);
        free(s->said);
        free(s->notes);
        free(s->bytes);
        buf_fini(&s->scratch);
        free(s);
    }
}

static struct side_place *place_for(struct side *s, uint32_t incident)
{
    struct side_place *p = &s->places[incident & s->mask];
    if (p->incident != incident) {
        *p = (struct side_place){ .incident = incident };
    }
    return p;
}

static const struct side_place *place_of(const struct side *s, uint32_t incident)
{
    const struct side_place *p = &s->places[incident & s->mask];
    return incident != 0 && p->incident == incident ? p : NULL;
}

static struct said_place *said_for(struct side *s, uint64_t of)
{
    uint32_t number = (uint32_t)of;
    struct said_place *p =
        of >= SIDE_SEAT ? &s->seats[number % SEAT_PLACES] : &s->said[number & s->said_mask];
    if (p->of != number) {
        *p = (struct said_place){ .of = number };
    }
    return p;
}

/* `of`: an incident, or SIDE_REPORT and a report, or SIDE_SEAT and a seat. */
static void keep_note(struct side *s, uint64_t of, uint32_t kind, uint64_t seq, struct sealed note)
{
    if ((uint32_t)of == 0 || note.ref == 0) {
        return;
    }
    uint64_t *last =
        of >= SIDE_REPORT ? &said_for(s, of)->last_note : &place_for(s, (uint32_t)of)->last_note;
    s->notes[s->note_next % NOTES_MAX] =
        (struct side_note){ .of = of, .kind = kind, .seq = seq, .note = note, .prev = *last };
    *last = ++s->note_next;
}

/* True when the event was one about a seat. */
static bool take_seat(struct side *s, uint64_t seq, const struct event *e)
{
    if (e->kind == EVENT_SEAT_HANDING_OVER) {
        keep_note(s, SIDE_SEAT | e->as.seat_handing_over.seat.n, e->kind, seq,
                  e->as.seat_handing_over.note);
    } else if (e->kind == EVENT_SEAT_TAKEN) {
        keep_note(s, SIDE_SEAT | e->as.seat_taken.seat.n, e->kind, seq, e->as.seat_taken.reason);
    } else {
        return false;
    }
    return true;
}

/* True when the event was one about what a caller said or was told, or about the report's seat. */
static bool take_said(struct side *s, uint64_t seq, const struct event *e)
{
    struct sealed note;
    report_id report;
    if (e->kind == EVENT_REPORT_OWNED) {
        report = e->as.report_owned.report;
        note = e->as.report_owned.reason;
    } else if (e->kind == EVENT_REPORT_AMENDED) {
        report = e->as.report_amended.report;
        note = e->as.report_amended.narrative;
    } else if (e->kind == EVENT_REPORT_CONTACTED) {
        report = e->as.report_contacted.report;
        note = e->as.report_contacted.note;
    } else if (e->kind == EVENT_REPORT_MESSAGED) {
        report = e->as.report_messaged.report;
        note = e->as.report_messaged.text;
    } else if (e->kind == EVENT_REPORT_CALLBACK_ENDED) {
        report = e->as.report_callback_ended.report;
        note = e->as.report_callback_ended.note;
    } else {
        return false;
    }
    bool in = e->kind == EVENT_REPORT_MESSAGED && e->as.report_messaged.from_caller;
    keep_note(s, SIDE_REPORT | report.n, in ? SIDE_MESSAGE_IN : (uint32_t)e->kind, seq, note);
    return true;
}

/* In one piece, so that it can be lent: what does not fit at the end goes to the beginning. */
static void keep_advice(struct side *s, uint32_t incident, uint64_t seq, int64_t at,
                        struct str json)
{
    if (json.len > ADVICE_SIZE_MAX) {
        return;
    }
    uint64_t left = ADVICE_BYTES - s->byte_next % ADVICE_BYTES;
    s->byte_next += left < json.len ? left : 0;
    memcpy(s->bytes + s->byte_next % ADVICE_BYTES, json.at, json.len);
    struct side_place *p = place_for(s, incident);
    p->advice_at = s->byte_next;
    p->advice_len = (uint32_t)json.len;
    p->advice_seq = seq;
    p->advice_us = at;
    s->byte_next += json.len;
}

/* As it stands in the row, with the braces that the row has elsewhere. */
static void take_advice(struct side *s, uint64_t seq, int64_t at, incident_id incident,
                        struct str members)
{
    buf_reset(&s->scratch);
    buf_char(&s->scratch, '{');
    buf_str(&s->scratch, members);
    buf_char(&s->scratch, '}');
    if (buf_ok(&s->scratch)) {
        keep_advice(s, incident.n, seq, at, buf_view(&s->scratch));
    }
}

void side_row(struct side *s, uint64_t seq, int64_t at, const struct row_content *content)
{
    for (uint32_t k = 0; k < content->count; k++) {
        const struct event *e = &content->events[k];
        if (take_said(s, seq, e) || take_seat(s, seq, e)) {
            continue;
        }
        if (e->kind == EVENT_INCIDENT_RECOMMENDED) {
            take_advice(s, seq, at, e->as.incident_recommended.incident, content->members[k]);
        } else if (e->kind == EVENT_INCIDENT_NOTED) {
            keep_note(s, e->as.incident_noted.incident.n, e->kind, seq, e->as.incident_noted.note);
        } else if (e->kind == EVENT_INCIDENT_TIERED) {
            keep_note(s, e->as.incident_tiered.incident.n, e->kind, seq,
                      e->as.incident_tiered.reason);
        } else if (e->kind == EVENT_INCIDENT_HELD) {
            keep_note(s, e->as.incident_held.incident.n, e->kind, seq, e->as.incident_held.reason);
        } else if (e->kind == EVENT_INCIDENT_OWNED) {
            keep_note(s, e->as.incident_owned.incident.n, e->kind, seq,
                      e->as.incident_owned.reason);
        } else if (e->kind == EVENT_INCIDENT_CLOSED) {
            keep_note(s, e->as.incident_closed.incident.n, e->kind, seq,
                      e->as.incident_closed.note);
        } else if (e->kind == EVENT_INCIDENT_REOPENED) {
            keep_note(s, e->as.incident_reopened.incident.id.n, e->kind, seq,
                      e->as.incident_reopened.reason);
        } else if (e->kind == EVENT_INCIDENT_MERGED) {
            keep_note(s, e->as.incident_merged.incident.n, e->kind, seq,
                      e->as.incident_merged.reason);
        } else if (e->kind == EVENT_INCIDENT_SPLIT) {
            keep_note(s, e->as.incident_split_off.incident.n, e->kind, seq,
                      e->as.incident_split_off.reason);
        } else if (e->kind == EVENT_ASSIGNMENT_PROGRESSED) {
            keep_note(s, e->as.assignment_progressed.incident.n, e->kind, seq,
                      e->as.assignment_progressed.note);
        } else if (e->kind == EVENT_ASSIGNMENT_FED_BACK) {
            keep_note(s, e->as.assignment_fed_back.incident.n, e->kind, seq,
                      e->as.assignment_fed_back.note);
        } else if (e->kind == EVENT_ASSIGNMENT_REPORTED) {
            keep_note(s, e->as.assignment_reported.incident.n, e->kind, seq,
                      e->as.assignment_reported.note);
        } else if (e->kind == EVENT_ASSIGNMENT_DIVERTED) {
            keep_note(s, e->as.assignment_diverted.incident.n, e->kind, seq,
                      e->as.assignment_diverted.reason);
        } else if (e->kind == EVENT_UNIT_PANIC_ANSWERED) {
            keep_note(s, e->as.unit_panic_answered.incident.n, e->kind, seq,
                      e->as.unit_panic_answered.how);
        }
    }
}

bool side_advice_of(const struct side *s, incident_id incident, struct side_advice *out)
{
    const struct side_place *p = place_of(s, incident.n);
    if (p == NULL || p->advice_len == 0 || s->byte_next - p->advice_at > ADVICE_BYTES) {
        return false;
    }
    *out = (struct side_advice){ .seq = p->advice_seq,
                                 .at = p->advice_us,
                                 .json = { .at = s->bytes + p->advice_at % ADVICE_BYTES,
                                           .len = p->advice_len } };
    return true;
}

static bool note_at(const struct side *s, uint64_t last, uint64_t *at, struct side_note *out)
{
    uint64_t number = *at == 0 ? last : *at;
    if (number == 0 || number == UINT64_MAX || s->note_next - (number - 1) > NOTES_MAX) {
        return false;
    }
    *out = s->notes[(number - 1) % NOTES_MAX];
    *at = out->prev != 0 ? out->prev : UINT64_MAX;
    return true;
}

bool side_note_of(const struct side *s, incident_id incident, uint64_t *at, struct side_note *out)
{
    const struct side_place *p = place_of(s, incident.n);
    return p != NULL && note_at(s, p->last_note, at, out);
}

bool side_said_of(const struct side *s, report_id report, uint64_t *at, struct side_note *out)
{
    const struct said_place *p = &s->said[report.n & s->said_mask];
    return report.n != 0 && p->of == report.n && note_at(s, p->last_note, at, out);
}

bool side_seat_note_of(const struct side *s, seat_id seat, uint64_t *at, struct side_note *out)
{
    const struct said_place *p = &s->seats[seat.n % SEAT_PLACES];
    return seat.n != 0 && p->of == seat.n && note_at(s, p->last_note, at, out);
}

static void put_u64(struct buf *b, uint64_t v)
{
    uint8_t bytes[8];
    for (int k = 0; k < 8; k++) {
        bytes[k] = (uint8_t)(v >> (8 * k));
    }
    buf_add(b, bytes, sizeof(bytes));
}

static bool still_there(const struct world *w, uint64_t of)
{
    if (of >= SIDE_SEAT) {
        return world_seat(w, (seat_id){ (uint32_t)of }) != NULL;
    }
    return of >= SIDE_REPORT ? world_report(w, (report_id){ (uint32_t)of }) != NULL
                             : world_incident(w, (incident_id){ (uint32_t)of }) != NULL;
}

static void write_notes(struct buf *b, const struct side *s, const struct world *w)
{
    uint64_t first = s->note_next > NOTES_MAX ? s->note_next - NOTES_MAX : 0;
    uint64_t count = 0;
    for (uint64_t n = first; n < s->note_next; n++) {
        count += still_there(w, s->notes[n % NOTES_MAX].of) ? 1 : 0;
    }
    put_u64(b, count);
    for (uint64_t n = first; n < s->note_next; n++) {
        const struct side_note *x = &s->notes[n % NOTES_MAX];
        if (still_there(w, x->of)) {
            put_u64(b, x->of);
            put_u64(b, x->kind);
            put_u64(b, x->seq);
            put_u64(b, x->note.ref);
            buf_add(b, x->note.hash.at, sizeof(x->note.hash.at));
        }
    }
}

/* Open incidents only: nobody asks for the choice of a closed one in haste. */
static bool advice_kept(const struct side *s, const struct incident *i, struct side_advice *a)
{
    return i->status < INCIDENT_CLOSED && side_advice_of(s, i->id, a);
}

void side_write(struct buf *b, const struct side *s, const struct world *w)
{
    struct side_advice a;
    uint64_t count = 0;
    uint32_t k = 0;
    write_notes(b, s, w);
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        count += advice_kept(s, i, &a) ? 1 : 0;
    }
    put_u64(b, count);
    k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        if (advice_kept(s, i, &a)) {
            put_u64(b, i->id.n);
            put_u64(b, a.seq);
            put_u64(b, (uint64_t)a.at);
            put_u64(b, a.json.len);
            buf_str(b, a.json);
        }
    }
}

static bool get_u64(struct str bytes, size_t *pos, uint64_t *v)
{
    if (bytes.len - *pos < 8) {
        return false;
    }
    *v = 0;
    for (int k = 0; k < 8; k++) {
        *v |= (uint64_t)(uint8_t)bytes.at[*pos + (size_t)k] << (8 * k);
    }
    *pos += 8;
    return true;
}

static bool read_note(struct side *s, struct str bytes, size_t *pos)
{
    uint64_t of, kind, seq;
    struct sealed note;
    if (!get_u64(bytes, pos, &of) || !get_u64(bytes, pos, &kind) || !get_u64(bytes, pos, &seq) ||
        !get_u64(bytes, pos, &note.ref) || bytes.len - *pos < SHA256_SIZE || kind > UINT8_MAX ||
        of >> 32 > SIDE_SEAT >> 32) {
        return false;
    }
    memcpy(note.hash.at, bytes.at + *pos, SHA256_SIZE);
    *pos += SHA256_SIZE;
    keep_note(s, of, (uint32_t)kind, seq, note);
    return true;
}

static bool read_advice(struct side *s, struct str bytes, size_t *pos)
{
    uint64_t incident, seq, at, len;
    if (!get_u64(bytes, pos, &incident) || !get_u64(bytes, pos, &seq) ||
        !get_u64(bytes, pos, &at) || !get_u64(bytes, pos, &len) || len > bytes.len - *pos ||
        incident == 0 || incident > UINT32_MAX) {
        return false;
    }
    keep_advice(s, (uint32_t)incident, seq, (int64_t)at,
                (struct str){ bytes.at + *pos, (size_t)len });
    *pos += (size_t)len;
    return true;
}

enum err side_read(struct side *s, struct str bytes, size_t *pos, struct fault *f)
{
    uint64_t notes = 0;
    uint64_t advices = 0;
    bool good = get_u64(bytes, pos, &notes);
    for (uint64_t n = 0; good && n < notes; n++) {
        good = read_note(s, bytes, pos);
    }
    good = good && get_u64(bytes, pos, &advices);
    for (uint64_t n = 0; good && n < advices; n++) {
        good = read_advice(s, bytes, pos);
    }
    return good ? OK : fault_set(f, ERR_CORRUPT, "notes of a snapshot end early", NULL, NULL);
}
