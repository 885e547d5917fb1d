/* unit.panic: an officer in need, in words, unheard or by radio, also of a unit that is signed off.
 * Opens a tier I incident at once at the last known place with its age, which seats of every zone
 * see and every unit within the zone's radius; for one unheard those that stand beside the officer
 * (the plan's quiet_m) are told without a sound. A second press changes nothing; a cancel from the
 * device is only noted: a commander ends it. Refusals: no_such_unit, not_your_unit, no_panic (a
 * cancel without an alarm), nothing_changed, capacity_reached. */
#include "base/geo.h"
#include "base/must.h"
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"
#include "dispatch/core/advise.h"
#include "dispatch/core/follow.h"
#include "dispatch/core/order.h"

#define RADIUS_STANDARD_M 3000
#define SEEN_LATELY_MS (15 * 60 * 1000) /* who is signed off counts as long as its fixes come */

static void note_cancel(struct turn *t, const struct unit *u, const struct unit_panic *c)
{
    struct event *e = turn_event(t, EVENT_UNIT_PANIC_NOTED);
    e->as.unit_panic_noted = (struct unit_panic_noted){ .unit = u->id,
                                                        .incident = u->panic_incident,
                                                        .by = (uint8_t)assign_by(t, c->by),
                                                        .at_device = c->at_device };
    turn_emit(t, e);
}

static struct unit_view view_of(struct turn *t, const struct unit *u)
{
    struct incident nowhere = { .place = { .state = PLACE_UNKNOWN } };
    return advise_view(t, u, &nowhere);
}

static struct place last_place(struct turn *t, const struct unit_view *view)
{
    struct place p = { .state = view->age_ms == UINT32_MAX ? PLACE_APPROXIMATE : PLACE_KNOWN,
                       .lon_e7 = view->at.lon_e7,
                       .lat_e7 = view->at.lat_e7 };
    take_zone(t, &p, view->at);
    return p;
}

static void grade_gravest(struct turn *t, incident_id id)
{
    struct event *e = turn_event(t, EVENT_INCIDENT_TIERED);
    e->as.incident_tiered =
        (struct incident_tiered){ .incident = id, .tier = 1, .by_person = true };
    turn_emit(t, e);
}

/* Of the smallest zone for which the plan has one. */
static uint32_t radius_of(const struct world *w, zone_id zone)
{
    const struct plan_panic *p = &w->plan.panic;
    const struct plan_panic_zone *zones = p->zones.at;
    for (const struct zone *z = world_zone(w, zone); z != NULL; z = world_zone(w, z->parent)) {
        for (uint32_t k = 0; k < p->zones.count; k++) {
            if (str_eq(zones[k].zone, text_str(&z->code))) {
                return zones[k].radius_m;
            }
        }
    }
    return p->radius_m != 0 ? p->radius_m : RADIUS_STANDARD_M;
}

struct near_unit {
    uint32_t distance_mm;
    unit_id unit;
};

/* Keeps the nearest in order; ties: the lower number, which comes first. */
static uint32_t put_near(struct near_unit *near, uint32_t count, struct near_unit n)
{
    uint32_t k = count < PANIC_NEAR_MAX ? count : PANIC_NEAR_MAX - 1;
    if (count == PANIC_NEAR_MAX && n.distance_mm >= near[k].distance_mm) {
        return count;
    }
    for (; k > 0 && near[k - 1].distance_mm > n.distance_mm; k--) {
        near[k] = near[k - 1];
    }
    near[k] = n;
    return count < PANIC_NEAR_MAX ? count + 1 : count;
}

static bool could_come(struct turn *t, const struct unit *u, struct unit_view *view)
{
    *view = view_of(t, u);
    return u->on_duty || view->age_ms <= SEEN_LATELY_MS;
}

/* Those within the radius at this instant, the officer's own unit aside; within `quiet_m` they are
 * told without a sound. */
static struct list near_units(struct turn *t, const struct unit *own, struct point at,
                              uint32_t radius_m, uint32_t quiet_m)
{
    const struct world *w = t->world;
    struct near_unit *near = arena_alloc(t->arena, PANIC_NEAR_MAX * sizeof(*near));
    struct unit_named *names = arena_alloc(t->arena, PANIC_NEAR_MAX * sizeof(*names));
    uint32_t count = 0;
    must(near != NULL && names != NULL);
    for (uint32_t k = 0; k < w->unit_count; k++) {
        struct unit_view view;
        const struct unit *u = &w->units[k];
        if (u->id.n == own->id.n || !could_come(t, u, &view)) {
            continue;
        }
        uint64_t mm = geo_distance_mm(view.at, at);
        if (mm / 1000 <= radius_m) {
            count = put_near(near, count, (struct near_unit){ (uint32_t)mm, u->id });
        }
    }
    for (uint32_t k = 0; k < count; k++) {
        names[k].unit = near[k].unit;
        names[k].quiet = quiet_m != 0 && near[k].distance_mm / 1000 <= quiet_m;
    }
    return (struct list){ .at = names, .count = count };
}

/* The type that the plan names, where the city has it. */
static struct str panic_type(const struct world *w)
{
    return world_type(w, w->plan.panic.type) != NULL ? w->plan.panic.type : (struct str){ 0 };
}

static void call_for_help(struct turn *t, const struct unit *u, const struct unit_panic *c)
{
    struct unit_view view = view_of(t, u);
    struct place place = last_place(t, &view);
    uint32_t radius_m = radius_of(t->world, place.zone);
    bool seen = view.age_ms != UINT32_MAX;
    incident_id id = take_open(
        t, &(struct opening){ .type = panic_type(t->world),
                              .channel = CHANNEL_OFFICER,
                              .priority = 1,
                              .place = place,
                              .by_person = true,
                              .panic = u->id,
                              .silent = c->silent,
                              .place_at = seen ? t->at - (int64_t)view.age_ms * US_PER_MS : 0 });
    grade_gravest(t, id);
    struct list near = near_units(t, u, view.at, radius_m, c->silent ? order_quiet_m(t->world) : 0);
    struct event *e = turn_event(t, EVENT_UNIT_PANICKED);
    e->as.unit_panicked = (struct unit_panicked){ .unit = u->id,
                                                  .incident = id,
                                                  .by = (uint8_t)assign_by(t, c->by),
                                                  .at_device = c->at_device,
                                                  .lon_e7 = view.at.lon_e7,
                                                  .lat_e7 = view.at.lat_e7,
                                                  .position_age_ms = position_age_told(view.age_ms),
                                                  .silent = c->silent,
                                                  .radius_m = radius_m,
                                                  .near = near };
    turn_emit(t, e);
    follow_raise(t, (struct alarm){ .kind = ALARM_PANIC, .unit = u->id });
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
    if (take_room(t)) {
        call_for_help(t, u, c);
    }
}
