#include "server/project.h"

#include "base/buf.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/core/deadlines.h"

#include <stdio.h>

/* Texts of one row live in these bytes until the projector has copied them. */
struct texts {
    struct buf b;
    char bytes[16384];
};

static void begin(struct texts *t)
{
    buf_fixed(&t->b, t->bytes, sizeof(t->bytes));
}

static struct str since(const struct texts *t, size_t mark)
{
    return (struct str){ .at = t->bytes + mark, .len = t->b.len - mark };
}

/* "live-i417", or empty for none. */
static struct str id_text(struct texts *t, struct str world, char letter, uint32_t n)
{
    size_t mark = t->b.len;
    if (n != 0) {
        buf_str(&t->b, world);
        buf_char(&t->b, '-');
        buf_char(&t->b, letter);
        buf_u64(&t->b, n);
    }
    return since(t, mark);
}

static struct str number_text(struct texts *t, struct number n)
{
    char text[24];
    size_t mark = t->b.len;
    snprintf(text, sizeof(text), "%08u-%06u", n.date, n.count);
    buf_text(&t->b, text);
    return since(t, mark);
}

static struct str requirements_json(struct texts *t, struct str world, const struct incident *i)
{
    const struct json_out opt = { .world = world, .privacy_max = TACTICAL, .skip_sealed = true };
    size_t mark = t->b.len;
    buf_char(&t->b, '[');
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        if (k > 0) {
            buf_char(&t->b, ',');
        }
        json_out_struct(&t->b, &requirement_shape, &i->requirements[k], &opt);
    }
    buf_char(&t->b, ']');
    return since(t, mark);
}

static struct str plan_json(struct texts *t, const struct incident *i)
{
    size_t mark = t->b.len;
    buf_text(&t->b, "{\"id\":");
    buf_json_str(&t->b, text_str(&i->plan));
    buf_text(&t->b, ",\"version\":");
    buf_u64(&t->b, i->plan_version);
    buf_text(&t->b, ",\"rules\":[");
    for (uint32_t k = 0; k < i->rule_count; k++) {
        if (k > 0) {
            buf_char(&t->b, ',');
        }
        buf_json_str(&t->b, text_str(&i->rules[k]));
    }
    buf_text(&t->b, "]}");
    return since(t, mark);
}

/* Between the items of an array that begins at `mark`. */
static void next_item(struct buf *b, size_t mark)
{
    if (b->len > mark) {
        buf_char(b, ',');
    }
}

void project_reports(struct buf *b, const struct world *w, const struct incident *i)
{
    buf_char(b, '[');
    size_t mark = b->len;
    for (const struct report *r = incident_first_report(w, i); r != NULL; r = report_next(w, r)) {
        next_item(b, mark);
        json_out_id(b, text_str(&w->name), ID_LETTER_REPORT, r->id.n);
    }
    buf_char(b, ']');
}

void project_deadlines(struct buf *b, const struct world *w, const struct incident *i)
{
    struct deadline d = deadline_of_incident(w, i);
    buf_char(b, '[');
    if (d.at != 0) {
        buf_text(b, "{\"kind\":\"");
        buf_text(b, word_of(&deadline_kind_words, d.kind));
        buf_text(b, "\",\"due_at\":");
        json_out_instant(b, d.at);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

void project_capabilities(struct buf *b, const struct world *w, const struct unit *u)
{
    buf_char(b, '[');
    size_t mark = b->len;
    for (uint32_t k = 0; k < w->capability_count; k++) {
        if ((u->capabilities >> k & 1) != 0) {
            next_item(b, mark);
            buf_json_str(b, text_str(&w->capabilities[k]));
        }
    }
    buf_char(b, ']');
}

void project_assignments(struct buf *b, const struct world *w, const struct unit *u)
{
    buf_char(b, '[');
    size_t mark = b->len;
    for (const struct assignment *a = unit_first_assignment(w, u); a != NULL;
         a = assignment_next_of_unit(w, a)) {
        next_item(b, mark);
        json_out_id(b, text_str(&w->name), ID_LETTER_ASSIGNMENT, a->id.n);
    }
    buf_char(b, ']');
}

void project_incident_add(struct projector *p, struct str world, const struct incident *i,
                          struct str owner_seat, struct str reports, struct str deadlines,
                          uint64_t seq)
{
    struct texts t;
    begin(&t);
    const struct project_incident row = {
        .id = id_text(&t, world, ID_LETTER_INCIDENT, i->id.n),
        .number = number_text(&t, i->number),
        .rev = i->rev,
        .type_reported = text_str(&i->type_reported),
        .type_dispatched = text_str(&i->type_dispatched),
        .type_handled = text_str(&i->type_handled),
        .grade = i->grade,
        .tier = i->tier,
        .status = str_of(word_of(&incident_status_words, i->status)),
        .owner_seat = owner_seat,
        .owner_person = text_str(&i->owner),
        .lead = id_text(&t, world, ID_LETTER_UNIT, i->lead.n),
        .place_state = str_of(word_of(&place_state_words, i->place.state)),
        .lon_e7 = i->place.lon_e7,
        .lat_e7 = i->place.lat_e7,
        .radius_m = i->place.radius_m,
        .zone = id_text(&t, world, ID_LETTER_ZONE, i->place.zone.n),
        .opened_us = i->opened_at,
        .closed_us = i->closed_at,
        .requirements_json = requirements_json(&t, world, i),
        .plan_json = plan_json(&t, i),
        .reports_json = reports,
        .deadlines_json = deadlines,
        .seq = seq,
    };
    projector_add_incident(p, &row);
}

void project_unit_add(struct projector *p, struct str world, const struct unit *u,
                      struct str capabilities, struct str assignments, uint64_t seq)
{
    struct texts t;
    begin(&t);
    const struct project_unit row = {
        .id = id_text(&t, world, ID_LETTER_UNIT, u->id.n),
        .callsign = text_str(&u->callsign),
        .police_type = str_of(word_of(&police_type_words, u->police_type)),
        .capabilities_json = capabilities,
        .zone = id_text(&t, world, ID_LETTER_ZONE, u->zone.n),
        .status = str_of(word_of(&unit_status_words, u->status)),
        .status_since_us = u->status_since,
        .voice_only = u->voice_only,
        .crew = u->crew,
        .assignments_json = assignments,
        .seq = seq,
    };
    projector_add_unit(p, &row);
}

void project_assignment_add(struct projector *p, struct str world, const struct assignment *a,
                            uint64_t seq)
{
    struct texts t;
    char slot[8];
    begin(&t);
    snprintf(slot, sizeof(slot), "%u", a->slot);
    const struct project_assignment row = {
        .id = id_text(&t, world, ID_LETTER_ASSIGNMENT, a->id.n),
        .incident = id_text(&t, world, ID_LETTER_INCIDENT, a->incident.n),
        .unit = id_text(&t, world, ID_LETTER_UNIT, a->unit.n),
        .station = id_text(&t, world, ID_LETTER_ZONE, a->station.n),
        .slot = str_of(slot),
        .status = str_of(word_of(&assignment_status_words, a->status)),
        .since_us = a->since,
        .eta_ms = a->eta_ms,
        .due_us = a->due_at,
        .reserved_us = a->reserved_at,
        .dispatched_us = a->dispatched_at,
        .acknowledged_us = a->acknowledged_at,
        .en_route_us = a->en_route_at,
        .staged_us = a->staged_at,
        .on_scene_us = a->on_scene_at,
        .transporting_us = a->transporting_at,
        .ended_us = a->ended_at,
        .seq = seq,
    };
    projector_add_assignment(p, &row);
}
