/* report.receive: what one caller told us is kept; unless it joins an incident or says otherwise,
 * an incident opens. A silent call, one that was hung up and a caller who cannot speak begin a
 * call-back. Refusals: capacity_reached, place_needed, no_such_type, times_out_of_order,
 * time_in_future; no_such_incident, not_your_zone, incident_closed, changed_since (of the incident
 * it should join); unit_needed, no_such_unit, unit_off_duty, not_your_unit (an officer is on scene,
 * but which). */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"
#include "dispatch/core/callback.h"
#include "dispatch/core/own.h"
#include "dispatch/core/seats.h"

static struct sealed seal(struct turn *t, const struct personal_in *in, const char *kind)
{
    return turn_seal_value(t, in, kind);
}

static report_id emit_received(struct turn *t, const struct report_receive *c)
{
    struct world *w = t->world;
    struct place place = take_place(t, &c->place);
    struct caller_cell cell = take_caller_cell(t, &c->caller_place);
    struct event *e = turn_event(t, EVENT_REPORT_RECEIVED);
    struct report *r = &e->as.report_received.report;
    *r = (struct report){
        .id = { w->next_report },
        .status = REPORT_OPEN,
        .channel = c->channel,
        .call = c->call,
        .priority = c->priority,
        .contact = c->caller.contact,
        .confidential = c->caller.confidential,
        .cues = take_cues(&c->cues),
        .cues_denied = take_denied(&c->cues_denied, take_cues(&c->cues)),
        .number = world_next_number(w, w->report_number, t->at),
        .received_at = t->at,
        .rang_at = c->rang_at,
        .answered_at = c->answered_at,
        .ended_at = c->ended_at,
        .place = place,
        .narrative = seal(t, &c->narrative, "narrative"),
        .caller_name = seal(t, &c->caller.name, "caller_name"),
        .caller_phone = seal(t, &c->caller.phone, "caller_phone"),
        .caller_language = seal(t, &c->caller.language, "caller_language"),
        .caller_place = take_caller_place(t, &c->caller_place),
        .caller_lon_e7 = cell.at.lon_e7,
        .caller_lat_e7 = cell.at.lat_e7,
        .caller_radius_m = cell.radius_m,
        .callback = callback_asked(c->call),
        .callback_at = callback_asked(c->call) ? callback_first(t) : 0,
    };
    text_set(&r->type, c->type);
    text_set(&r->external_id, c->external_id);
    text_set(&r->recording, c->recording);
    if (t->role == ROLE_OPERATOR || t->role == ROLE_COMMANDER || t->role == ROLE_STATION_DESK) {
        r->owner = t->user->name;
    }
    struct ownable what = { .zone = place.zone, .channel = c->channel };
    r->seat = own_first(t, &what);
    report_id id = r->id;
    turn_emit(t, e);
    return id;
}

static void join(struct turn *t, const struct report *r, const struct incident *i)
{
    struct event *e = turn_event(t, EVENT_REPORT_LINKED);
    uint16_t graver = (uint16_t)(r->cues & ~i->cues);
    e->as.report_linked = (struct report_linked){ .report = r->id,
                                                  .incident = i->id,
                                                  .cues = graver,
                                                  .report_count = i->report_count + 1,
                                                  .contact = take_contact(t->world, i, r) };
    turn_emit(t, e);
    t->out->incident = i->id;
}

/* A test opens nothing, and who said nothing is dispatched to by a person, unless it is known where
 * to. */
static bool opens(const struct report_receive *c, const struct report *r, bool on_scene)
{
    bool silent = r->callback && !place_has_point(&r->place) && !on_scene;
    return !c->no_open && !silent && c->call != CALL_TEST;
}

void decide_report_receive(struct turn *t, const struct report_receive *c)
{
    const struct incident *joined = NULL;
    unit_id officer;
    if (!take_room(t) || !take_place_valid(t, &c->place) || !turn_type_known(t, c->type) ||
        !take_times_valid(t, c->rang_at, c->answered_at, c->ended_at)) {
        return;
    }
    if (c->incident.n != 0 && (joined = turn_open_incident(t, c->incident)) == NULL) {
        return;
    }
    bool on_scene = c->on_scene || (c->channel == CHANNEL_OFFICER && t->role == ROLE_UNIT);
    if (!take_officer(t, c->unit, on_scene, &officer)) {
        return;
    }

    report_id id = emit_received(t, c);
    const struct report *r = world_report(t->world, id);
    t->out->report = id;
    if (joined != NULL) {
        join(t, r, joined);
    } else if (opens(c, r, on_scene)) {
        take_open(t,
                  &(struct opening){ .type = c->type,
                                     .priority = c->priority,
                                     .channel = c->channel,
                                     .cues = r->cues,
                                     .denied = r->cues_denied,
                                     .place = r->place,
                                     .report = r,
                                     .by_person = t->role != ROLE_INTAKE && t->role != ROLE_ADMIN,
                                     .officer = on_scene ? officer : (unit_id){ 0 } });
    }
}
