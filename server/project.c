#include "server/project.h"

#include "base/buf.h"
#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/seats.h"

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

static const struct str none = { .at = NULL };

/* "live-i417". */
static struct str id_text(struct texts *t, struct str world, char letter, uint32_t n)
{
    size_t mark = t->b.len;
    if (n == 0) {
        return none;
    }
    buf_str(&t->b, world);
    buf_char(&t->b, '-');
    buf_char(&t->b, letter);
    buf_u64(&t->b, n);
    return since(t, mark);
}

static struct str given(struct str s)
{
    return s.len > 0 ? s : none;
}

/* Of words whose first one means none. */
static struct str word_given(const struct words *words, uint32_t value)
{
    return value != 0 ? str_of(word_of(words, value)) : none;
}

static int64_t number_given(uint32_t n)
{
    return n != 0 ? (int64_t)n : PROJECT_NONE;
}

static int64_t when(int64_t at_us)
{
    return at_us != 0 ? at_us : PROJECT_NONE;
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

/* Words of a set, as a JSON array. */
static struct str words_json(struct texts *t, const struct words *words, uint32_t bits)
{
    size_t mark = t->b.len;
    buf_char(&t->b, '[');
    for (uint32_t k = 0; k < words->count; k++) {
        if ((bits >> k & 1) != 0) {
            buf_text(&t->b, t->b.len > mark + 1 ? ",\"" : "\"");
            buf_text(&t->b, word_of(words, k));
            buf_char(&t->b, '"');
        }
    }
    buf_char(&t->b, ']');
    return since(t, mark);
}

static struct str merged_json(struct texts *t, struct str world, const struct incident *i)
{
    size_t mark = t->b.len;
    buf_char(&t->b, '[');
    for (uint32_t k = 0; k < i->merged_count; k++) {
        buf_text(&t->b, k > 0 ? ",{\"incident\":" : "{\"incident\":");
        json_out_id(&t->b, world, ID_LETTER_INCIDENT, i->merged[k].incident.n);
        buf_text(&t->b, ",\"number\":");
        json_out_number(&t->b, i->merged[k].number);
        buf_char(&t->b, '}');
    }
    buf_char(&t->b, ']');
    return since(t, mark);
}

static struct str plan_json(struct texts *t, const struct incident *i)
{
    size_t mark = t->b.len;
    if (i->plan.len == 0) {
        return none;
    }
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

struct text32 project_owner(const struct world *w, seat_id seat, struct text32 *person)
{
    const struct seat *s = seats_owner(w, seat);
    if (s == NULL) {
        return (struct text32){ 0 };
    }
    *person = s->person;
    return s->code;
}

zone_id project_station(const struct world *w, const struct unit *u)
{
    const struct zone *z = world_zone(w, u->zone);
    for (uint32_t k = 0; k < ZONE_DEPTH_MAX && z != NULL && z->kind != ZONE_STATION; k++) {
        z = world_zone(w, z->parent);
    }
    return z != NULL && z->kind == ZONE_STATION ? z->id : (zone_id){ 0 };
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

/* A point that is known, else nothing: 0, 0 is a place in the sea. */
static int64_t degree(const struct place *p, int32_t e7)
{
    return place_has_point(p) ? e7 : PROJECT_NONE;
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
        .type_reported = given(text_str(&i->type_reported)),
        .type_dispatched = given(text_str(&i->type_dispatched)),
        .type_handled = given(text_str(&i->type_handled)),
        .grade = number_given(i->grade),
        .tier = number_given(i->tier),
        .emergency_json = none,
        .status = str_of(word_of(&incident_status_words, i->status)),
        .owner_seat = given(owner_seat),
        .owner_person = given(text_str(&i->owner)),
        .lead = id_text(&t, world, ID_LETTER_UNIT, i->lead.n),
        .place_state = str_of(word_of(&place_state_words, i->place.state)),
        .lon_e7 = degree(&i->place, i->place.lon_e7),
        .lat_e7 = degree(&i->place, i->place.lat_e7),
        .radius_m = number_given(i->place.radius_m),
        .zone = id_text(&t, world, ID_LETTER_ZONE, i->place.zone.n),
        .opened_us = i->opened_at,
        .closed_us = when(i->closed_at),
        .reports_json = reports,
        .requirements_json = requirements_json(&t, world, i),
        .deadlines_json = deadlines,
        .plan_json = plan_json(&t, i),
        .status_since_us = when(i->status_since),
        .priority = number_given(i->priority),
        .channel = str_of(word_of(&channel_words, i->channel)),
        .cues_json = words_json(&t, &cue_words, i->cues),
        .contact = str_of(word_of(&contact_words, i->contact)),
        .unverified = i->unverified,
        .withheld = i->withheld,
        .protected = i->place.protected,
        .disposition = word_given(&disposition_words, i->disposition),
        .held_until_us = when(i->held_until),
        .first_dispatched_us = when(i->first_dispatched_at),
        .first_on_scene_us = when(i->first_on_scene_at),
        .first_report_us = when(i->first_report_at),
        .merged_into = id_text(&t, world, ID_LETTER_INCIDENT, i->merged_into.n),
        .merged_json = merged_json(&t, world, i),
        .split_from = id_text(&t, world, ID_LETTER_INCIDENT, i->split_from.n),
        .panic = i->panic,
        .panic_silent = i->panic_silent,
        .panic_unit = id_text(&t, world, ID_LETTER_UNIT, i->panic_unit.n),
        .place_us = when(i->place_at),
        .paper_by = given(text_str(&i->paper_by)),
        .paper_closed_us = when(i->paper_closed_at),
        .seq = (int64_t)seq,
    };
    must(buf_ok(&t.b));
    projector_add_incident(p, &row);
}

void project_unit_add(struct projector *p, struct str world, const struct unit *u, zone_id station,
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
        .station = id_text(&t, world, ID_LETTER_ZONE, station.n),
        .status = str_of(word_of(&unit_status_words, u->status)),
        .status_since_us = when(u->status_since),
        .voice_only = u->voice_only,
        .crew = u->crew,
        .assignments_json = assignments,
        .on_duty = u->on_duty,
        .reason = word_given(&unit_reason_words, u->reason),
        .signed_on_us = when(u->signed_on_at),
        .silent_since_us = when(u->silent_since),
        .terminal_lost_us = when(u->terminal_lost_at),
        .panic_us = when(u->panic_at),
        .panic_incident = id_text(&t, world, ID_LETTER_INCIDENT, u->panic_incident.n),
        .seq = (int64_t)seq,
    };
    must(buf_ok(&t.b));
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
        .due_us = when(a->due_at),
        .reserved_us = when(a->reserved_at),
        .dispatched_us = when(a->dispatched_at),
        .acknowledged_us = when(a->acknowledged_at),
        .en_route_us = when(a->en_route_at),
        .staged_us = when(a->staged_at),
        .on_scene_us = when(a->on_scene_at),
        .transporting_us = when(a->transporting_at),
        .ended_us = when(a->ended_at),
        .cleared_us = when(a->cleared_at),
        .by = str_of(word_of(&step_by_words, a->by)),
        .active = a->active,
        .automatic = a->automatic,
        .on_view = a->on_view,
        .named_us = when(a->named_at),
        .spoken_us = when(a->spoken_at),
        .spoken_by = given(text_str(&a->spoken_by)),
        .destination = word_given(&destination_words, a->destination),
        .decline_reason = a->status == ASSIGNMENT_DECLINED
                              ? str_of(word_of(&decline_reason_words, a->decline_reason))
                              : none,
        .relieves = id_text(&t, world, ID_LETTER_ASSIGNMENT, a->relieves.n),
        .relieved_by = id_text(&t, world, ID_LETTER_ASSIGNMENT, a->relieved_by.n),
        .diverted_from = id_text(&t, world, ID_LETTER_ASSIGNMENT, a->diverted_from.n),
        .diverted_to = id_text(&t, world, ID_LETTER_INCIDENT, a->diverted_to.n),
        .came_from = id_text(&t, world, ID_LETTER_INCIDENT, a->came_from.n),
        .kept = a->kept,
        .change_no = a->change_no,
        .changed_us = when(a->changed_at),
        .feedback_given = a->feedback_given,
        .handled_type = given(text_str(&a->handled_type)),
        .disposition = word_given(&disposition_words, a->disposition),
        .persons_helped = a->feedback_given ? a->persons_helped : PROJECT_NONE,
        .injured = a->feedback_given ? a->injured : PROJECT_NONE,
        .safety_due_us = when(a->safety_due_at),
        .safe_us = when(a->safe_at),
        .device_us = when(a->at_device),
        .seq = (int64_t)seq,
    };
    must(buf_ok(&t.b));
    projector_add_assignment(p, &row);
}

void project_report_add(struct projector *p, struct str world, const struct report *r,
                        struct str owner_seat, uint64_t seq)
{
    struct texts t;
    begin(&t);
    const struct project_report row = {
        .id = id_text(&t, world, ID_LETTER_REPORT, r->id.n),
        .number = number_text(&t, r->number),
        .incident = id_text(&t, world, ID_LETTER_INCIDENT, r->incident.n),
        .opened = r->opened,
        .came_from = id_text(&t, world, ID_LETTER_INCIDENT, r->came_from.n),
        .status = str_of(word_of(&report_status_words, r->status)),
        .channel = str_of(word_of(&channel_words, r->channel)),
        .call = str_of(word_of(&call_kind_words, r->call)),
        .priority = number_given(r->priority),
        .type = given(text_str(&r->type)),
        .cues_json = words_json(&t, &cue_words, r->cues),
        .contact = str_of(word_of(&contact_words, r->contact)),
        .outcome = word_given(&report_outcome_words, r->outcome),
        .settled_us = when(r->settled_at),
        .settled_by = given(text_str(&r->settled_by)),
        .received_us = r->received_at,
        .rang_us = when(r->rang_at),
        .answered_us = when(r->answered_at),
        .ended_us = when(r->ended_at),
        .callback = r->callback,
        .callback_due_us = when(r->callback_at),
        .tries = r->tries,
        .try_how = r->tries > 0 ? str_of(word_of(&contact_way_words, r->try_how)) : none,
        .try_result = r->tries > 0 ? str_of(word_of(&contact_result_words, r->try_result)) : none,
        .tried_us = when(r->tried_at),
        .contacted_us = when(r->contacted_at),
        .place_state = str_of(word_of(&place_state_words, r->place.state)),
        .zone = id_text(&t, world, ID_LETTER_ZONE, r->place.zone.n),
        .owner_seat = given(owner_seat),
        .owner_person = given(text_str(&r->owner)),
        .seq = (int64_t)seq,
    };
    must(buf_ok(&t.b));
    projector_add_report(p, &row);
}
