/* report.amend: what is said later of a call: further words, the caller, the place, danger, how it
 * went. What the incident that was opened from it still has of the report follows; of another one
 * only graver danger does. Units on it are told (core/follow). A settled report takes the stamps of
 * its call only.
 * Refusals: no_such_report, not_your_zone, not_your_unit, report_settled, place_needed,
 * no_such_type, times_out_of_order, time_in_future, commander_needed (contact "none" is taken
 * back), nothing_changed. */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"
#include "dispatch/core/callback.h"
#include "dispatch/model/shape_clone.h"

/* What the command says that the report does not say already. */
struct news {
    bool call, type, priority, cues, contact, confidential, rang, answered, ended, external,
        recording;
    uint16_t cue_bits;
    uint8_t contact_to;
};

static struct news news_of(const struct report *r, const struct report_amend *c)
{
    struct news n = { .cue_bits = take_cues(&c->cues) };
    n.call = c->call != CALL_SPEECH && c->call != r->call;
    n.type = c->type.len > 0 && !str_eq(c->type, text_str(&r->type));
    n.priority = c->priority != 0 && c->priority != r->priority;
    n.cues = c->has_cues && n.cue_bits != r->cues;
    n.contact_to =
        c->caller.contact == CONTACT_CHANGE_KEEP ? r->contact : (uint8_t)(c->caller.contact - 1);
    n.contact = n.contact_to != r->contact;
    n.confidential = c->caller.confidential && !r->confidential;
    n.rang = c->rang_at != 0 && c->rang_at != r->rang_at;
    n.answered = c->answered_at != 0 && c->answered_at != r->answered_at;
    n.ended = c->ended_at != 0 && c->ended_at != r->ended_at;
    n.external = c->external_id.len > 0 && !str_eq(c->external_id, text_str(&r->external_id));
    n.recording = c->recording.len > 0 && !str_eq(c->recording, text_str(&r->recording));
    return n;
}

static bool words(const struct report_amend *c)
{
    return c->narrative.value.len > 0 || c->caller.name.value.len > 0 ||
           c->caller.phone.value.len > 0 || c->caller.language.value.len > 0 ||
           c->has_caller_place || c->has_place;
}

static bool stamps(const struct news *n)
{
    return n->rang || n->answered || n->ended || n->recording;
}

static bool beside_stamps(const struct news *n, const struct report_amend *c)
{
    return words(c) || n->call || n->type || n->priority || n->cues || n->contact ||
           n->confidential || n->external;
}

static bool valid(struct turn *t, const struct report *r, const struct news *n,
                  const struct report_amend *c)
{
    int64_t rang = c->rang_at != 0 ? c->rang_at : r->rang_at;
    int64_t answered = c->answered_at != 0 ? c->answered_at : r->answered_at;
    int64_t ended = c->ended_at != 0 ? c->ended_at : r->ended_at;
    if (r->status == REPORT_SETTLED && beside_stamps(n, c)) {
        turn_refuse(t, REFUSED_REPORT_SETTLED, "report");
        return false;
    }
    if ((c->has_place && !take_place_valid(t, &c->place)) || !turn_type_known(t, c->type) ||
        !take_times_valid(t, rang, answered, ended)) {
        return false;
    }
    if (r->contact == CONTACT_NONE && n->contact && t->role != ROLE_COMMANDER) {
        turn_refuse(t, REFUSED_COMMANDER_NEEDED, "caller.contact");
        return false;
    }
    if (!stamps(n) && !beside_stamps(n, c)) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, NULL);
        return false;
    }
    return true;
}

/* The incident's mark once this report's is another. */
static uint8_t incident_contact(const struct turn *t, const struct report *r, uint8_t contact)
{
    const struct incident *i = world_incident(t->world, r->incident);
    uint8_t others = i != NULL ? callback_contact(t->world, i, r) : contact;
    return others > contact ? others : contact;
}

static void emit_amended(struct turn *t, const struct report *r, const struct news *n,
                         const struct report_amend *c)
{
    struct place place = c->has_place ? take_place(t, &c->place) : (struct place){ 0 };
    struct caller_cell cell = take_caller_cell(t, &c->caller_place);
    struct event *e = turn_event(t, EVENT_REPORT_AMENDED);
    struct report_amended *a = &e->as.report_amended;
    bool waits = n->call && callback_asked(c->call) && !r->callback && r->contacted_at == 0 &&
                 r->status != REPORT_SETTLED;
    *a = (struct report_amended){
        .report = r->id,
        .incident = r->incident,
        .call = n->call ? c->call : CALL_SPEECH,
        .priority = n->priority ? c->priority : 0,
        .rang_at = c->rang_at,
        .answered_at = c->answered_at,
        .ended_at = c->ended_at,
        .place_changed = c->has_place,
        .place = place,
        .cues_changed = n->cues,
        .cues = n->cues ? n->cue_bits : 0,
        .contact_changed = n->contact,
        .contact = n->contact ? n->contact_to : 0,
        .incident_contact = n->contact ? incident_contact(t, r, n->contact_to) : 0,
        .confidential = n->confidential,
        .narrative = turn_seal_value(t, &c->narrative, "narrative"),
        .caller_name = turn_seal_value(t, &c->caller.name, "caller_name"),
        .caller_phone = turn_seal_value(t, &c->caller.phone, "caller_phone"),
        .caller_language = turn_seal_value(t, &c->caller.language, "caller_language"),
        .caller_place = take_caller_place(t, &c->caller_place),
        .caller_lon_e7 = cell.at.lon_e7,
        .caller_lat_e7 = cell.at.lat_e7,
        .caller_radius_m = cell.radius_m,
        .callback_at = waits ? callback_first(t) : 0,
    };
    text_set(&a->type, n->type ? c->type : (struct str){ 0 });
    text_set(&a->external_id, c->external_id);
    text_set(&a->recording, c->recording);
    turn_emit(t, e);
}

/* What the incident had of the report before, and still has. */
struct shared {
    bool type, place, priority;
};

static struct shared shared_with(struct turn *t, const struct report *r, const struct incident *i)
{
    if (i == NULL || !r->opened) {
        return (struct shared){ .type = false };
    }
    struct place callers = take_place_of_caller(t, r);
    return (struct shared){
        .type = str_eq(text_str(&i->type_dispatched), text_str(&r->type)),
        .place = shape_equal(&place_shape, &i->place, &r->place) ||
                 (take_caller_placed(r) && shape_equal(&place_shape, &i->place, &callers)),
        .priority = true,
    };
}

/* `r` and `i` as they are after the report was amended. */
static void amend_incident(struct turn *t, const struct report *r, const struct incident *i,
                           const struct news *n, struct shared s, bool place)
{
    uint16_t graver = n->cues ? (uint16_t)(r->cues & ~i->cues) : 0;
    bool type = s.type && n->type;
    bool priority = s.priority && n->priority && r->priority != i->priority;
    if (!type && !priority && graver == 0 && !(s.place && place)) {
        return;
    }
    struct event *e = turn_event(t, EVENT_INCIDENT_AMENDED);
    struct incident_amended *a = &e->as.incident_amended;
    *a = (struct incident_amended){ .incident = i->id,
                                    .rev = i->rev + 1,
                                    .priority = priority ? r->priority : 0,
                                    .place_changed = s.place && place,
                                    .cues_changed = graver != 0,
                                    .cues = graver != 0 ? (uint16_t)(i->cues | graver) : 0 };
    if (a->place_changed) {
        a->place = r->place;
    }
    if (type) {
        a->type = r->type;
    }
    turn_emit(t, e);
}

void decide_report_amend(struct turn *t, const struct report_amend *c)
{
    const struct report *r = take_report(t, c->report);
    if (r == NULL) {
        return;
    }
    const struct incident *i = world_incident(t->world, r->incident);
    struct news n = news_of(r, c);
    struct shared s = shared_with(t, r, i);
    if (!valid(t, r, &n, c)) {
        return;
    }
    emit_amended(t, r, &n, c);
    if (i != NULL && i->status < INCIDENT_CLOSED) {
        amend_incident(t, r, i, &n, s, c->has_place);
    }
    t->out->report = r->id;
    t->out->incident = r->incident;
}
