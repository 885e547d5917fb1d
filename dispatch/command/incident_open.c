/* incident.open: from a report that stands open, or of its own.
 * Refusals: no_such_report, not_your_zone, report_settled, report_linked (with a report);
 * place_needed (without one, or none of the caller); no_such_type, capacity_reached, unit_needed,
 * no_such_unit, unit_off_duty, not_your_unit. */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"

static bool report_open(struct turn *t, report_id id, const struct report **out)
{
    *out = NULL;
    if (id.n == 0) {
        return true;
    }
    const struct report *r = turn_report(t, id);
    if (r == NULL) {
        return false;
    }
    if (r->status != REPORT_OPEN) {
        turn_refuse(t, r->status == REPORT_SETTLED ? REFUSED_REPORT_SETTLED : REFUSED_REPORT_LINKED,
                    "report");
        return false;
    }
    *out = r;
    return true;
}

static void note(struct turn *t, incident_id id, const struct personal_in *in)
{
    struct sealed sealed = turn_seal_value(t, in, "incident_note");
    if (sealed.ref != 0) {
        struct event *e = turn_event(t, EVENT_INCIDENT_NOTED);
        e->as.incident_noted = (struct incident_noted){ .incident = id, .note = sealed };
        turn_emit(t, e);
    }
}

static bool place_valid(struct turn *t, const struct report *r, const struct incident_open *c)
{
    if (c->at_caller && (r == NULL || !take_caller_placed(r))) {
        turn_refuse(t, REFUSED_PLACE_NEEDED, "at_caller");
        return false;
    }
    return take_place_valid(t, &c->place);
}

/* Where the caller is, where the command says, or where the report says. */
static struct place place_of(struct turn *t, const struct report *r, const struct incident_open *c)
{
    if (r != NULL && c->at_caller) {
        return take_place_of_caller(t, r);
    }
    return r != NULL && c->place.state == PLACE_UNKNOWN ? r->place : take_place(t, &c->place);
}

void decide_incident_open(struct turn *t, const struct incident_open *c)
{
    const struct report *r;
    unit_id officer;
    if (!report_open(t, c->report, &r)) {
        return;
    }
    if (!place_valid(t, r, c)) {
        return;
    }
    if (!turn_type_known(t, c->type) || !take_room(t) ||
        !take_officer(t, c->unit, c->on_scene, &officer)) {
        return;
    }
    struct place place = place_of(t, r, c);
    struct str type = c->type.len > 0 || r == NULL ? c->type : text_str(&r->type);
    uint8_t channel = r != NULL ? r->channel : t->role == ROLE_UNIT ? CHANNEL_OFFICER : c->channel;
    uint16_t cues = (uint16_t)(take_cues(&c->cues) | (r != NULL ? r->cues : 0));
    incident_id id = take_open(
        t, &(struct opening){ .type = type,
                              .priority = c->priority != 0 || r == NULL ? c->priority : r->priority,
                              .channel = channel,
                              .cues = cues,
                              .denied = (uint16_t)(take_denied(&c->cues_denied, cues) |
                                                   (r != NULL ? r->cues_denied & ~cues : 0)),
                              .place = place,
                              .report = r,
                              .by_person = true,
                              .officer = c->on_scene ? officer : (unit_id){ 0 } });
    note(t, id, &c->note);
}
