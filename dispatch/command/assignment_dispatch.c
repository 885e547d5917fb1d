/* assignment.dispatch: named units (a busy one gets the order stacked behind its work), the best
 * unit for a slot, or a station whose desk signs and names the unit within its clock. A station
 * beside named units sees their orders too. Refusals: no_such_incident, not_your_zone (also a unit
 * or station that is not of the desk's zones, be it the best one), incident_closed, changed_since,
 * no_such_zone, not_a_station, no_such_slot, no_such_unit, unit_off_duty, unit_twice,
 * unit_already_here, capacity_reached, unit_needed, no_unit_free. */
#include "base/must.h"
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/advise.h"
#include "dispatch/core/order.h"

static void send_named(struct turn *t, const struct incident *i,
                       const struct assignment_dispatch *c)
{
    const struct unit_ref *refs = c->units.at;
    struct sealed reason = turn_seal_value(t, &c->reason, "dispatch_reason");
    for (uint32_t k = 0; k < c->units.count; k++) {
        const struct unit *u = world_unit(t->world, refs[k].unit);
        uint8_t slot = c->slot != 0 && k == 0 ? c->slot : order_slot_for(t->world, i, u);
        order_emit(t, &(struct order){ .incident = i,
                                       .unit = u->id,
                                       .station = c->station,
                                       .slot = slot,
                                       .status = ASSIGNMENT_DISPATCHED,
                                       .by = BY_TERMINAL,
                                       .reason = reason });
    }
}

/* The best unit now: the recommendation is reckoned anew, and its evidence stands in the same row.
 */
static void send_best(struct turn *t, const struct incident *i, const struct assignment_dispatch *c)
{
    const struct requirement *need = NULL;
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        need = i->requirements[k].slot == c->slot ? &i->requirements[k] : need;
    }
    must(need != NULL);
    struct slot_choice choice;
    advise_slot(t, i, need, NULL, 0, &choice);
    if (choice.chosen == 0) {
        turn_refuse(t, REFUSED_NO_UNIT_FREE, "slot");
        return;
    }
    if (!turn_desk_orders(t, world_unit(t->world, (unit_id){ choice.chosen }), "slot")) {
        return;
    }
    if (!assign_room(t, 1)) {
        return;
    }
    struct sealed reason = turn_seal_value(t, &c->reason, "dispatch_reason");
    advise_emit_slot(t, i, &choice);
    order_emit(t, &(struct order){ .incident = i,
                                   .unit = { choice.chosen },
                                   .slot = c->slot,
                                   .status = ASSIGNMENT_DISPATCHED,
                                   .by = BY_TERMINAL,
                                   .reason = reason });
}

/* The slot that an order to a station fills when none is named: the first open one that a station's
 * own unit could fill. */
static uint8_t station_slot(const struct world *w, const struct incident *i)
{
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        const struct requirement *r = &i->requirements[k];
        bool kind = r->police_type == POLICE_TYPE_STATION || r->police_type == POLICE_TYPE_NONE;
        if (kind && !advise_slot_filled(w, i, r->slot)) {
            return r->slot;
        }
    }
    return 0;
}

static void send_station(struct turn *t, const struct incident *i,
                         const struct assignment_dispatch *c)
{
    if (!assign_room(t, 1)) {
        return;
    }
    struct sealed reason = turn_seal_value(t, &c->reason, "dispatch_reason");
    order_emit(t, &(struct order){ .incident = i,
                                   .station = c->station,
                                   .slot = c->slot != 0 ? c->slot : station_slot(t->world, i),
                                   .status = ASSIGNMENT_DISPATCHED,
                                   .by = BY_TERMINAL,
                                   .reason = reason });
}

/* A station's desk sends its own units and orders its own station; others are the centre's. */
static bool desk_may(struct turn *t, const struct assignment_dispatch *c)
{
    const struct unit_ref *refs = c->units.at;
    if (t->role == ROLE_STATION_DESK && !turn_zone_allowed(t, c->station, "station")) {
        return false;
    }
    for (uint32_t k = 0; k < c->units.count; k++) {
        if (!turn_desk_orders(t, world_unit(t->world, refs[k].unit), "units")) {
            return false;
        }
    }
    return true;
}

static bool station_valid(struct turn *t, zone_id station)
{
    const struct zone *z = world_zone(t->world, station);
    if (station.n == 0) {
        return true;
    }
    if (z == NULL || z->kind != ZONE_STATION) {
        turn_refuse(t, z == NULL ? REFUSED_NO_SUCH_ZONE : REFUSED_NOT_A_STATION, "station");
        return false;
    }
    return true;
}

void decide_assignment_dispatch(struct turn *t, const struct assignment_dispatch *c)
{
    const struct incident *i = turn_open_incident(t, c->incident);
    if (i == NULL) {
        return;
    }
    if (!station_valid(t, c->station) || !desk_may(t, c) || !assign_slot_valid(t, i, c->slot) ||
        !assign_units_valid(t, i, &c->units, true)) {
        return;
    }
    if (c->units.count == 0 && c->slot == 0 && c->station.n == 0) {
        turn_refuse(t, REFUSED_UNIT_NEEDED, "units");
        return;
    }
    if (c->units.count > 0) {
        send_named(t, i, c);
    } else if (c->station.n != 0) {
        send_station(t, i, c);
    } else {
        send_best(t, i, c);
    }
    if (t->out->refusal == REFUSED_NOT) {
        t->out->incident = i->id;
    }
}
