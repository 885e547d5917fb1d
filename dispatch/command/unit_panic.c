/* unit.panic: an officer in need. Opens a tier I incident at once at the last known place with its
 * age, also for a unit that is signed off. A second press changes nothing; a cancel from the device
 * is only noted: a commander ends it. Refusals: no_such_unit, not_your_unit, no_panic (a cancel
 * without an alarm), nothing_changed, capacity_reached. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"
#include "dispatch/core/advise.h"
#include "dispatch/core/follow.h"

static void note_cancel(struct turn *t, const struct unit *u, const struct unit_panic *c)
{
    struct event *e = turn_event(t, EVENT_UNIT_PANIC_NOTED);
    e->as.unit_panic_noted = (struct unit_panic_noted){ .unit = u->id,
                                                        .incident = u->panic_incident,
                                                        .by = (uint8_t)assign_by(t, c->by),
                                                        .at_device = c->at_device };
    turn_emit(t, e);
}

static struct place last_place(struct turn *t, const struct unit *u, struct unit_view *view)
{
    struct incident nowhere = { .place = { .state = PLACE_UNKNOWN } };
    *view = advise_view(t, u, &nowhere);
    return (struct place){ .state = view->age_ms == UINT32_MAX ? PLACE_APPROXIMATE : PLACE_KNOWN,
                           .lon_e7 = view->at.lon_e7,
                           .lat_e7 = view->at.lat_e7,
                           .zone = world_zone_at(t->world, view->at) };
}

static void grade_gravest(struct turn *t, incident_id id)
{
    struct event *e = turn_event(t, EVENT_INCIDENT_TIERED);
    e->as.incident_tiered =
        (struct incident_tiered){ .incident = id, .tier = 1, .by_person = true };
    turn_emit(t, e);
}

void decide_unit_panic(struct turn *t, const struct unit_panic *c)
{
    const struct unit *u = turn_unit(t, c->unit);
    if (u == NULL) {
        return;
    }
    if (c->cancel) {
        if (!u->panic) {
            turn_refuse(t, REFUSED_NO_PANIC, "unit");
            return;
        }
        note_cancel(t, u, c);
        return;
    }
    if (u->panic) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "unit");
        return;
    }
    if (!take_room(t)) {
        return;
    }
    struct unit_view view;
    struct place place = last_place(t, u, &view);
    incident_id id = take_open(
        t, &(struct opening){
               .channel = CHANNEL_OFFICER, .priority = 1, .place = place, .by_person = true });
    grade_gravest(t, id);
    struct event *e = turn_event(t, EVENT_UNIT_PANICKED);
    e->as.unit_panicked =
        (struct unit_panicked){ .unit = u->id,
                                .incident = id,
                                .by = (uint8_t)assign_by(t, c->by),
                                .at_device = c->at_device,
                                .lon_e7 = view.at.lon_e7,
                                .lat_e7 = view.at.lat_e7,
                                .position_age_ms = position_age_told(view.age_ms) };
    turn_emit(t, e);
    follow_raise(t, (struct alarm){ .kind = ALARM_PANIC, .unit = u->id });
}
