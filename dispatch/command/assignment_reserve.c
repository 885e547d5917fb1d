/* assignment.reserve: units are kept for an incident without an order; nothing is sent.
 * Refusals: no_such_incident, not_your_zone, incident_closed, changed_since, no_such_slot,
 * no_such_unit, unit_off_duty, unit_twice, unit_already_here, unit_not_free, capacity_reached. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/order.h"

void decide_assignment_reserve(struct turn *t, const struct assignment_reserve *c)
{
    const struct incident *i = turn_open_incident(t, c->incident);
    if (i == NULL || !assign_slot_valid(t, i, c->slot) ||
        !assign_units_valid(t, i, &c->units, false)) {
        return;
    }
    if (c->units.count == 0) {
        turn_refuse(t, REFUSED_UNIT_NEEDED, "units");
        return;
    }
    const struct unit_ref *refs = c->units.at;
    for (uint32_t k = 0; k < c->units.count; k++) {
        if (world_unit(t->world, refs[k].unit)->first_assignment != 0) {
            turn_refuse(t, REFUSED_UNIT_NOT_FREE, "units");
            return;
        }
    }
    for (uint32_t k = 0; k < c->units.count; k++) {
        order_emit(t, &(struct order){ .incident = i,
                                       .unit = refs[k].unit,
                                       .slot = c->slot,
                                       .status = ASSIGNMENT_RESERVED,
                                       .by = BY_TERMINAL });
    }
    t->out->incident = i->id;
}
