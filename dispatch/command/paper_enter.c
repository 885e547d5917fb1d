/* paper.enter: a call that was worked on paper while there was no system stands in the record with
 * the number and the times that the paper has. It starts no clock and orders nobody. One that is
 * over is closed in the same row; one that the sender says still goes on is an ordinary incident
 * from now on, with the units that are there. Refusals, in order of precedence:
 * capacity_reached       no room
 * not_a_paper_number     the count is none of paper's, or the day is not that of the call
 * number_taken           an incident has it already
 * no_such_user           the writer is nobody here
 * place_needed, no_such_type
 * time_in_future, times_out_of_order
 * paper_too_old          older than memory, and the log was not asked for its number
 * value_needed           what it ended as and when, or of which type what goes on is
 * no_such_unit, unit_twice, unit_off_duty, unit_not_free   units; the last two of those still there
 */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"
#include "dispatch/core/grade.h"
#include "dispatch/core/order.h"
#include "dispatch/core/own.h"
#include "dispatch/core/seats.h"

static bool number_free(struct turn *t, const struct paper_enter *c)
{
    const struct number day = world_next_number(t->world, (struct number){ 0 }, c->received_at);
    uint32_t k = 0;
    if (!number_is_paper(c->number) || c->number.date != day.date) {
        turn_refuse(t, REFUSED_PAPER_NUMBER, "number");
        return false;
    }
    bool taken = t->command->number_past == NUMBER_TAKEN;
    for (const struct incident *i; (i = world_next_of_incidents(t->world, &k)) != NULL && !taken;) {
        taken = i->number.date == c->number.date && i->number.count == c->number.count;
    }
    if (taken) {
        turn_refuse(t, REFUSED_NUMBER_TAKEN, "number");
    }
    return !taken;
}

/* An instant that was not written goes with everything. */
static bool not_after_now(struct turn *t, int64_t at, const char *field)
{
    if (at > t->at) {
        turn_refuse(t, REFUSED_TIME_IN_FUTURE, field);
        return false;
    }
    return true;
}

static bool in_order(struct turn *t, const int64_t *times, uint32_t count, const char *field)
{
    int64_t last = 0;
    for (uint32_t k = 0; k < count; k++) {
        if (times[k] != 0 && times[k] < last) {
            turn_refuse(t, REFUSED_TIMES_CROSSED, field);
            return false;
        }
        last = times[k] != 0 ? times[k] : last;
    }
    return true;
}

static bool times_valid(struct turn *t, const struct paper_enter *c)
{
    const struct paper_unit *units = c->units.at;
    const int64_t whole[] = { c->received_at, c->closed_at };
    if (!not_after_now(t, c->received_at, "received_at") ||
        !not_after_now(t, c->closed_at, "closed_at")) {
        return false;
    }
    if (c->received_at <= t->at - CLOSED_KEPT_US && t->command->number_past != NUMBER_FREE) {
        /* Nobody would notice that the number was entered before. */
        turn_refuse(t, REFUSED_PAPER_OLD, "received_at");
        return false;
    }
    for (uint32_t k = 0; k < c->units.count; k++) {
        const struct paper_unit *u = &units[k];
        const int64_t steps[] = { c->received_at, u->dispatched_at, u->on_scene_at, u->cleared_at,
                                  c->closed_at };
        if (!not_after_now(t, u->dispatched_at, "units") ||
            !not_after_now(t, u->on_scene_at, "units") ||
            !not_after_now(t, u->cleared_at, "units") ||
            !in_order(t, steps, sizeof(steps) / sizeof(steps[0]), "units")) {
            return false;
        }
    }
    return in_order(t, whole, 2, "closed_at");
}

static bool end_valid(struct turn *t, const struct paper_enter *c)
{
    const char *field = NULL;
    if (c->still_open) {
        field = c->type.len == 0 ? "type" : NULL;
    } else if (c->closed_at == 0) {
        field = "closed_at";
    } else if (c->disposition == DISPOSITION_NONE) {
        field = "disposition";
    }
    if (field != NULL) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, field);
    } else if (c->still_open && c->closed_at != 0) {
        turn_refuse(t, REFUSED_TIMES_CROSSED, "closed_at");
    }
    return t->out->refusal == REFUSED_NOT;
}

/* Still at work there, as the paper has it. */
static bool stays(const struct paper_enter *c, const struct paper_unit *u)
{
    return c->still_open && u->cleared_at == 0;
}

static bool unit_valid(struct turn *t, const struct paper_enter *c, const struct paper_unit *u)
{
    const struct unit *unit = world_unit(t->world, u->unit);
    if (unit == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_UNIT, "units");
    } else if (u->dispatched_at == 0 && u->on_scene_at == 0) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, "units");
    } else if (stays(c, u) && !unit->on_duty) {
        turn_refuse(t, REFUSED_UNIT_OFF_DUTY, "units");
    } else if (stays(c, u) && unit->status != UNIT_AVAILABLE) {
        turn_refuse(t, REFUSED_UNIT_NOT_FREE, "units");
    }
    return t->out->refusal == REFUSED_NOT;
}

static bool units_valid(struct turn *t, const struct paper_enter *c)
{
    const struct paper_unit *units = c->units.at;
    for (uint32_t k = 0; k < c->units.count; k++) {
        for (uint32_t m = 0; m < k; m++) {
            if (units[m].unit.n == units[k].unit.n) {
                turn_refuse(t, REFUSED_UNIT_TWICE, "units");
                return false;
            }
        }
        if (!unit_valid(t, c, &units[k])) {
            return false;
        }
    }
    return true;
}

static bool valid(struct turn *t, const struct paper_enter *c)
{
    if (t->world->assignments_pool.cap - t->world->assignments_pool.live < c->units.count) {
        turn_refuse(t, REFUSED_FULL, NULL);
        return false;
    }
    if (!take_room(t) || !number_free(t, c)) {
        return false;
    }
    if (world_user(t->world, c->writer) == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_USER, "writer");
        return false;
    }
    return take_place_valid(t, &c->place) && turn_type_known(t, c->type) && times_valid(t, c) &&
           end_valid(t, c) && units_valid(t, c);
}

/* The seat of who keys it in, else by the rule. */
static seat_id seat_for(struct turn *t, zone_id zone, uint8_t tier)
{
    return own_first(t, &(struct ownable){ .zone = zone, .channel = CHANNEL_PAPER, .tier = tier });
}

static const struct report *emit_report(struct turn *t, const struct paper_enter *c)
{
    struct world *w = t->world;
    struct place place = take_place(t, &c->place);
    struct event *e = turn_event(t, EVENT_REPORT_RECEIVED);
    struct report *r = &e->as.report_received.report;
    *r = (struct report){
        .id = { w->next_report },
        .status = REPORT_OPEN,
        .channel = CHANNEL_PAPER,
        .contact = c->caller.contact,
        .confidential = c->caller.confidential,
        .cues = take_cues(&c->cues),
        .owner = t->user->name,
        .number = world_next_number(w, w->report_number, t->at),
        .received_at = c->received_at,
        .place = place,
        .narrative = turn_seal_value(t, &c->narrative, "narrative"),
        .caller_name = turn_seal_value(t, &c->caller.name, "caller_name"),
        .caller_phone = turn_seal_value(t, &c->caller.phone, "caller_phone"),
        .caller_language = turn_seal_value(t, &c->caller.language, "caller_language"),
    };
    r->seat = seat_for(t, place.zone, 0);
    text_set(&r->type, c->type);
    report_id id = r->id;
    turn_emit(t, e);
    t->out->report = id;
    return world_report(w, id);
}

/* The earliest of one step over all units; 0: nobody wrote it. */
static int64_t earliest(const struct paper_enter *c, bool on_scene)
{
    const struct paper_unit *units = c->units.at;
    int64_t first = 0;
    for (uint32_t k = 0; k < c->units.count; k++) {
        int64_t at = on_scene ? units[k].on_scene_at : units[k].dispatched_at;
        first = at != 0 && (first == 0 || at < first) ? at : first;
    }
    return first;
}

static const struct incident *emit_incident(struct turn *t, const struct paper_enter *c,
                                            const struct report *r)
{
    struct world *w = t->world;
    const struct incident_type *type = world_type(w, c->type);
    struct event *e = turn_event(t, EVENT_INCIDENT_OPENED);
    struct incident *i = &e->as.incident_opened.incident;
    *i = (struct incident){
        .id = { w->next_incident },
        .number = c->number,
        .rev = 1,
        .tier = c->tier,
        .tier_by_person = c->tier != 0,
        .status = INCIDENT_WAITING,
        .channel = CHANNEL_PAPER,
        .priority = type != NULL ? type->priority : 0,
        .by_person = true,
        .withheld = r->place.state == PLACE_WITHHELD,
        .cues = r->cues,
        .owner = t->user->name,
        .seat = seat_for(t, r->place.zone, c->tier),
        .place = r->place,
        .opened_at = c->received_at,
        .status_since = t->at,
        .first_dispatched_at = earliest(c, false),
        .first_on_scene_at = earliest(c, true),
        .paper_closed_at = c->closed_at,
    };
    text_set(&i->type_reported, c->type);
    text_set(&i->type_dispatched, c->type);
    text_set(&i->paper_by, c->writer);
    incident_id id = i->id;
    turn_emit(t, e);
    t->out->incident = id;
    e = turn_event(t, EVENT_REPORT_LINKED);
    e->as.report_linked = (struct report_linked){
        .report = r->id, .incident = id, .report_count = 1, .opened = true, .contact = r->contact
    };
    turn_emit(t, e);
    return world_incident(w, id);
}

static void emit_unit(struct turn *t, const struct paper_enter *c, const struct paper_unit *u,
                      const struct incident *i)
{
    const struct unit *unit = world_unit(t->world, u->unit);
    bool here = stays(c, u);
    int64_t ended = u->cleared_at != 0 ? u->cleared_at : c->closed_at;
    enum assignment_status status = !here                 ? ASSIGNMENT_CLEARED
                                    : u->on_scene_at != 0 ? ASSIGNMENT_ON_SCENE
                                                          : ASSIGNMENT_ACKNOWLEDGED;
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_DISPATCHED);
    e->as.assignment_made.assignment =
        (struct assignment){ .id = { t->world->next_assignment },
                             .incident = i->id,
                             .unit = u->unit,
                             .slot = here ? order_slot_for(t->world, i, unit) : 0,
                             .status = (uint8_t)status,
                             .by = BY_PAPER,
                             .on_view = u->dispatched_at == 0,
                             .since = here ? t->at : ended,
                             .dispatched_at = u->dispatched_at,
                             .on_scene_at = u->on_scene_at,
                             .cleared_at = u->cleared_at,
                             .ended_at = here ? 0 : ended };
    /* The paper has told how it stood there. */
    e->as.assignment_made.first_report = here && u->on_scene_at != 0 && i->first_report_at == 0;
    turn_emit(t, e);
}

static void emit_end(struct turn *t, const struct paper_enter *c, incident_id id)
{
    struct sealed note =
        turn_seal_value(t, &c->note, c->still_open ? "incident_note" : "close_note");
    if (!c->still_open) {
        struct event *e = turn_event(t, EVENT_INCIDENT_CLOSED);
        e->as.incident_closed =
            (struct incident_closed){ .incident = id, .disposition = c->disposition, .note = note };
        text_set(&e->as.incident_closed.type, c->type);
        turn_emit(t, e);
    } else if (note.ref != 0) {
        struct event *e = turn_event(t, EVENT_INCIDENT_NOTED);
        e->as.incident_noted = (struct incident_noted){ .incident = id, .note = note };
        turn_emit(t, e);
    }
}

void decide_paper_enter(struct turn *t, const struct paper_enter *c)
{
    const struct paper_unit *units = c->units.at;
    if (!valid(t, c)) {
        return;
    }
    const struct report *r = emit_report(t, c);
    const struct incident *i = emit_incident(t, c, r);
    if (c->still_open || c->tier == 0) {
        (void)grade_incident(t, i); /* so that who is there fills the plan's slots */
    }
    for (uint32_t k = 0; k < c->units.count; k++) {
        emit_unit(t, c, &units[k], i);
    }
    emit_end(t, c, i->id);
}
